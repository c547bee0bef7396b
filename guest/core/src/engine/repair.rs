//! Damage is copied to `quarantine/` and then taken out of the store, by the path that every change takes: a commit and a
//! checkpoint.

use crate::base::format::Origin;
use crate::base::layout::{FORMAT, LOG};
use crate::base::log_state::LogState;
use crate::base::other_version::{self, is_other_version};
use crate::base::{log_file::LogFile, log_state};
use crate::disk::files::Handle;
use crate::engine::report::{DamagedPlace, Report, Survey};
use crate::engine::share::Share;
use crate::engine::{Engine, Opened, Root};
use crate::error::{Damage, Error, Result};
use crate::journal::record::{Place, Record};
use crate::journal::{self, Journal, frame, read};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::segment::split_member;
use crate::keyspace::{self, Keyspace, MEMBERS, Shape};
use crate::limits::{COMMITS_UNSEEN, COUNT_END, JOURNAL_BYTES_MAX, PASSED_BYTES_MAX};
use crate::state::StoreState;
use crate::state::overlay::Overlay;
use crate::storage::Storage;
use std::collections::BTreeMap;

/// Rows come first, then what sessions say of them, then their order.
const MENDING_ROUNDS: usize = 4;

impl<S: Storage> Engine<S> {
    /// `admin.repair`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn repair(&mut self) -> Result<Report> {
        // What was dealt with before the store could be walked through.
        let mut first = Report::default();
        self.root.check_open()?;
        self.refuse_other_version()?;
        let moved = (self.root.move_misplaced_aside(&mut first))
            .and_then(|()| self.root.put_beginnings_back(&mut first))
            .and_then(|()| self.root.move_endless_aside(&mut first));
        if first.damaged > 0 || moved.is_err() {
            // What was read of the store before does not know of it.
            self.forget();
        }
        self.root.close_on_failure(moved)?;
        match self.opened().map(drop) {
            Err(Error::Corrupt(damage)) if !is_other_version(&damage.reason) => {
                self.repair_opening(damage, &mut first)?;
            }
            opened => opened?,
        }
        let repaired = self.opened()?.repair_opened(first);
        self.root.close_on_failure(repaired)
    }

    /// Of what another version wrote not even what stands in the way is this one's to move.
    fn refuse_other_version(&mut self) -> Result<()> {
        match self.opened().map(drop) {
            Err(Error::Corrupt(damage)) if is_other_version(&damage.reason) => {
                return Err(Error::Corrupt(damage));
            }
            Err(_) => {}
            Ok(()) => return Ok(()),
        }
        // Where `format` is damaged, the journals have not been looked at.
        let numbers = read::numbers(&mut self.root.files).unwrap_or_default();
        for path in numbers.into_iter().rev().map(journal::path) {
            let mut head = Vec::new();
            if let Ok(Some(file)) = self.root.files.open(&path) {
                self.root.files.read(&file, 0, frame::HEADER_BYTES, &mut head)?;
            }
            if let Some(reason) = other_version::of_journal(&head) {
                return Err(Error::corrupt(&path, 0, reason));
            }
            if frame::Header::decode(&head).is_some() {
                // What is below it is older, whoever wrote that.
                return Ok(());
            }
        }
        if self.root.origin == Origin::Format1 {
            // Its commits may stand in what is damaged, and this program would take them for others.
            return Err(Error::corrupt(FORMAT, 0, other_version::FORMAT_1));
        }
        Ok(())
    }

    /// Deals with what keeps the store from being opened: `format` or the journal.
    fn repair_opening(&mut self, damage: Damage, report: &mut Report) -> Result<()> {
        if damage.file == FORMAT {
            let copy = self.root.move_aside(&damage)?;
            report.add(damage, Some(copy));
            return match self.opened().map(drop) {
                Err(Error::Corrupt(damage)) if !is_other_version(&damage.reason) => {
                    self.repair_journal(damage, report)
                }
                loaded => loaded,
            };
        }
        self.repair_journal(damage, report)
    }

    /// Copies a damaged journal, replays what precedes the damage, and lets lsns go on above the highest in it (J4).
    fn repair_journal(&mut self, damage: Damage, report: &mut Report) -> Result<()> {
        let root = &mut self.root;
        root.load_format()?;
        let numbers = read::numbers(&mut root.files)?;
        root.folders.clear();
        let damaged = numbers.iter().rev().copied().find(|number| journal::path(*number) == damage.file);
        let found = match damaged {
            Some(number) => root.files.open(&journal::path(number))?.map(|file| (number, file)),
            None => None,
        };
        let Some((number, file)) = found else {
            // No journal at all: versions go on above every one that the base names.
            let manifest = root.salvage_runs(report)?;
            let journal = Journal { manifest, ..Journal::none(numbers) };
            let mut state = StoreState::new(journal, Overlay::default());
            let highest_lsn = Opened { root, state: &mut state }.survey(Share::ALL)?.highest_lsn;
            root.lsn_floor = far_above(root.lsn_floor.max(highest_lsn));
            state.journal.next_lsn = root.lsn_floor;
            self.state = Some(state);
            report.add(damage, None);
            return Ok(());
        };
        let mut state = root.replay_whole(number, numbers, &file, report)?;
        // The damage may hide the journal's own lsns; those in the base were given before them.
        let highest_lsn = Opened { root, state: &mut state }.survey(Share::ALL)?.highest_lsn;
        root.lsn_floor = far_above(root.lsn_floor.max(highest_lsn));
        if !state.journal.has_frames() {
            state.journal.next_lsn = root.lsn_floor;
        }
        // Behind what a journal can hold stands nothing of the store, though it may be more than any disk holds.
        let size = root.files.size(&file)?.min(JOURNAL_BYTES_MAX);
        let copy = root.set_aside(&file, 0..size, &damage.reason)?;
        state.journal.file = Some(file);
        self.state = Some(state);
        report.add(damage, Some(copy));
        Ok(())
    }
}

impl<S: Storage> Root<S> {
    /// The frames of a journal before its damage.
    fn replay_whole(
        &mut self,
        number: u64,
        numbers: Vec<u64>,
        file: &Handle<S::File>,
        report: &mut Report,
    ) -> Result<StoreState<S::File>> {
        let bytes = read::beginning(&mut self.files, file, JOURNAL_BYTES_MAX)?;
        let (manifest, start) = read::salvaged_manifest(&bytes, number);
        let base_lsn = manifest.as_ref().map(|manifest| manifest.lsn);
        let mut manifest = match manifest {
            Some(manifest) => manifest,
            None => self.salvage_runs(report)?,
        };
        let mut overlay = Overlay::default();
        let frames = bytes.get(start..).unwrap_or_default();
        let visit = |lsn, records: &[Record<'_>]| overlay.replay(&manifest, lsn, records);
        let whole = read::replay_whole(frames, number, base_lsn, visit);
        self.lsn_floor = self.lsn_floor.max(read::highest_lsn(&bytes, number) + 1);
        // The frames are copied behind the manifest, and have to follow it.
        let next_lsn = match whole.lsns {
            Some((before, next)) => {
                manifest.lsn = before;
                next
            }
            None => self.lsn_floor,
        };
        // What such a file holds beyond its mark was on its way there, and frames that are lost said what it is.
        overlay.enter_marked(&manifest);
        let (start, end) = (start as u64, (start + whole.bytes) as u64);
        let journal = Journal { number, manifest, start, end, next_lsn, ..Journal::none(numbers) };
        Ok(StoreState::new(journal, overlay))
    }
}

impl<S: Storage> Opened<'_, S> {
    fn repair_opened(&mut self, mut first: Report) -> Result<Report> {
        // Of what a checkpoint in parts has carried nothing is taken to be whole.
        self.give_up_checkpoint()?;
        self.repair_short_logs(&mut first)?;
        // From here on the base is all there is.
        if self.root.lsn_floor > 0 && !self.state.journal.own {
            self.own_damaged_journal()?;
        }
        self.ensure_owned()?;
        self.checkpoint()?;
        let mut survey = self.survey(Share::ALL)?;
        self.keep_segments(&mut survey)?;
        self.keep_streams(&mut survey)?;
        let Survey { mut report, damaged, in_runs, damaged_runs, .. } = survey;
        report.damaged = 0;
        report.findings.clear();
        for finding in first.findings {
            report.add(finding.damage, finding.set_aside);
        }
        in_runs.into_iter().for_each(|damage| report.add(damage, None));
        self.repair_runs(damaged_runs, &mut report)?;
        let mut places: BTreeMap<(u8, Vec<u8>), &'static Keyspace> = BTreeMap::new();
        for found in damaged {
            let copy = self.copy_damaged(&found)?;
            places.insert((found.keyspace.id, found.name), found.keyspace);
            report.add(found.damage, copy);
        }
        self.write(|engine| {
            places.iter().try_for_each(|((_, name), keyspace)| engine.decide_drop_damaged(keyspace, name))?;
            engine.decide_recount()
        })?;
        self.mend_segments()?;
        self.mend_streams()?;
        self.checkpoint()?;
        Ok(report)
    }

    /// Writes the rows of segments that cannot be read and that their sessions name: before the runs are written anew without them, so that
    /// no merge takes the entries to be nobody's.
    fn keep_segments(&mut self, survey: &mut Survey) -> Result<()> {
        let mut lost = Vec::new();
        self.walk_table(&MEMBERS, NameRange::default(), survey, |engine, key, _| {
            let Some((session, segment)) = split_member(&key.name()) else { return Ok(()) };
            match engine.segment_row(&segment) {
                Ok(None) | Err(Error::Corrupt(_)) => lost.push((session, segment)),
                row => drop(row?),
            }
            Ok(())
        })?;
        if lost.is_empty() {
            return Ok(());
        }
        self.write(|engine| {
            lost.iter().try_for_each(|(session, segment)| engine.decide_row(session, segment))
        })
    }

    /// As [`Opened::keep_segments`], of streams: their events name them.
    fn keep_streams(&mut self, survey: &mut Survey) -> Result<()> {
        let lost = self.streams_without_row(survey)?;
        if lost.is_empty() {
            return Ok(());
        }
        self.write(|engine| lost.iter().try_for_each(|stream| engine.decide_stream_row(stream)))
    }

    fn mend_streams(&mut self) -> Result<()> {
        let flaws = match self.stream_flaws() {
            Err(Error::Corrupt(_)) => return Ok(()),
            flaws => flaws?,
        };
        flaws.iter().try_for_each(|flaw| self.write(|engine| engine.decide_mend_stream(flaw)))
    }

    /// Sets right what the tables of segments say. What is mended first may show what else there is.
    fn mend_segments(&mut self) -> Result<()> {
        for _ in 0..MENDING_ROUNDS {
            let flaws = match self.segment_flaws() {
                Err(Error::Corrupt(_)) => return Ok(()),
                flaws => flaws?,
            };
            if flaws.is_empty() {
                break;
            }
            for flaw in flaws {
                self.write(|engine| engine.decide_mend_segment(&flaw))?;
            }
        }
        Ok(())
    }

    fn copy_damaged(&mut self, found: &DamagedPlace) -> Result<Option<String>> {
        if found.part.is_empty() {
            return Ok(None);
        }
        let Some(file) = self.root.files.open(&found.damage.file)? else { return Ok(None) };
        let length = found.part.end.saturating_sub(found.part.start);
        if length > PASSED_BYTES_MAX && !found.damage.file.ends_with(LOG) {
            // As much as that is not copied; none of the file stays in the store.
            return self.root.move_aside(&found.damage).map(Some);
        }
        self.root.set_aside(&file, found.part.clone(), &found.damage.reason).map(Some)
    }

    /// Takes what is damaged out of a log, or a damaged value out of its table. It has been copied.
    fn decide_drop_damaged(&mut self, keyspace: &'static Keyspace, name: &[u8]) -> Result<()> {
        if keyspace.shape != Shape::Log {
            return self.remove_value(keyspace, name);
        }
        let mark = match self.mark(keyspace, name) {
            Err(Error::Corrupt(_)) => Some(self.salvaged_log_state(keyspace, name)?),
            mark => mark?,
        };
        self.record(&Record::DropDamaged { place: Place { keyspace, name }, mark })
    }

    /// What the whole lines of a log say, and its `.seq` if that can be read, when its last line cannot.
    pub(crate) fn salvaged_log_state(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<LogState> {
        let path = self.log_path(keyspace, name)?;
        let Some(file) = self.root.files.open(&path)? else {
            return Ok(LogState::default());
        };
        let size = self.root.files.size(&file)?;
        let length = log_state::whole_lines_bytes(&mut self.root.files, &file, size)?;
        let seq = log_state::load_seq(&mut self.root.files, keyspace, name)?.unwrap_or(0);
        let log_state = log_state::of_lines(&mut self.root.files, LogFile::new(file, length), Some(seq))?;
        Ok(LogState { last_seq: log_state.last_seq.max(seq), ..log_state })
    }

    /// A log that is shorter than the journal knows it is never extended (J6): what is left of it is copied, and the next
    /// checkpoint writes it anew, with what is whole and what is pending.
    fn repair_short_logs(&mut self, report: &mut Report) -> Result<()> {
        for keyspace in keyspace::ALL {
            let pending: Vec<_> = self
                .state
                .overlay
                .logs(keyspace)
                .map(|(name, log)| (name.to_vec(), log.base.length_bytes))
                .collect();
            for (name, length) in pending {
                self.repair_short_log(keyspace, &name, length, report)?;
            }
        }
        Ok(())
    }

    fn repair_short_log(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        length: u64,
        report: &mut Report,
    ) -> Result<()> {
        let path = self.log_path(keyspace, name)?;
        let Some(file) = self.root.files.open(&path)? else {
            if length > 0 {
                let reason = "gone, and the journal goes on behind it";
                report.add(Damage { file: path, line: None, offset_bytes: 0, reason: reason.into() }, None);
                self.drop_damaged_of(keyspace, name, 0);
            }
            return Ok(());
        };
        let size = self.root.files.size(&file)?;
        if let Err(Error::Corrupt(damage)) = self.check_end(&file, length, size) {
            let copy = self.root.set_aside(&file, 0..size, &damage.reason)?;
            let whole = log_state::whole_lines_bytes(&mut self.root.files, &file, length.min(size))?;
            self.drop_damaged_of(keyspace, name, whole);
            report.add(damage, Some(copy));
        }
        Ok(())
    }

    fn drop_damaged_of(&mut self, keyspace: &Keyspace, name: &[u8], length: u64) {
        let lsn = self.state.journal.next_lsn;
        if let Some(log) = self.state.overlay.new_log_mut(keyspace, name) {
            log.base.length_bytes = length;
            log.drop_damaged(lsn);
        }
    }
}

/// An lsn that no commit has had. The latest may stand nowhere any more, neither in the damaged journal nor in the base, which
/// does not know of what was deleted: so it is far above those that do, as long as there is room.
fn far_above(lsn: u64) -> u64 {
    lsn + 1 + COMMITS_UNSEEN.min(COUNT_END.saturating_sub(lsn) / 2)
}
