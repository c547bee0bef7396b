//! A walk through the whole store that changes nothing (F6, B4).

use crate::base::layout::{self, SEQ};
use crate::base::line::{self, Text};
use crate::base::log_file::LogFile;
use crate::base::other_version::is_other_version;
use crate::base::{log_state, value_file};
use crate::check::check_limit;
use crate::codec::sha256::Digest;
use crate::disk::files::Handle;
use crate::engine::report::{Report, Survey};
use crate::engine::share::Share;
use crate::engine::{Engine, Opened};
use crate::error::{Damage, Error, Result};
use crate::journal::Journal;
use crate::keyspace::{self, BLOBS, Keyspace, PACKED_BLOBS, Shape};
use crate::state::StoreState;
use crate::state::overlay::Overlay;
use crate::state::pending::PendingValue;
use crate::storage::Storage;

/// What stands under a name of the original's that nobody can give as text.
const ORIGINAL_NAME: &str = "a name of the original that is no UTF-8; handle-op-bytes takes it";

impl<S: Storage> Engine<S> {
    /// `admin.verify`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn verify(&mut self) -> Result<Report> {
        self.verify_share(Share::ALL)
    }

    /// `admin.verify-part`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn verify_part(&mut self, part: u32, parts: u32) -> Result<Report> {
        check_limit(parts)?;
        let share = Share::new(part, parts);
        let none = || Error::InvalidArgument(format!("a part is from 1 to {parts}, not {part}").into());
        self.verify_share(share.ok_or_else(none)?)
    }

    fn verify_share(&mut self, share: Share) -> Result<Report> {
        match self.read(|opened| opened.survey(share).map(Survey::named)) {
            Ok(report) => Ok(report),
            // The journal or `format` itself: the base is looked at without them.
            // What another version wrote is no damage, and what it means nobody here can say.
            Err(Error::Corrupt(damage)) if self.state.is_none() && !is_other_version(&damage.reason) => {
                let mut state = StoreState::new(Journal::none(Vec::new()), Overlay::default());
                let mut base = Opened { root: &mut self.root, state: &mut state };
                let mut report = base.survey(share)?.named();
                if share.is_first() {
                    report.add_once(damage);
                }
                Ok(report)
            }
            Err(error) => Err(error),
        }
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Reads a share of everything.
    pub(crate) fn survey(&mut self, share: Share) -> Result<Survey> {
        let mut survey = Survey::default();
        self.survey_runs(share, &mut survey)?;
        let is_packed = self.is_packed();
        let has_files = |keyspace: &&Keyspace| !keyspace.is_in_runs() && (!is_packed || **keyspace == BLOBS);
        for keyspace in keyspace::ALL.into_iter().filter(has_files) {
            let listing = layout::list_all(&mut self.root.files, keyspace)?;
            if share.is_first() {
                survey.report.foreign += listing.foreign;
                listing.misplaced.into_iter().for_each(|damage| survey.report.add_once(damage));
                listing.originals.iter().for_each(|path| survey.add_original(damage(path, 0, ORIGINAL_NAME)));
            }
            let names = self.with_pending(keyspace, listing.names);
            for name in names.into_iter().filter(|name| share.has(name)) {
                // A conversion has copied it, and will remove it.
                if is_packed && self.has_value(&PACKED_BLOBS, &name).unwrap_or(true) {
                    continue;
                }
                if keyspace.shape == Shape::Log {
                    self.survey_log(keyspace, &name, &mut survey)?;
                } else {
                    self.survey_value(keyspace, &name, &mut survey)?;
                }
            }
        }
        if share.is_first() {
            self.survey_root(&mut survey)?;
        }
        Ok(survey)
    }

    /// What stands where the store has something else, and what is none of its own.
    fn survey_root(&mut self, survey: &mut Survey) -> Result<()> {
        let (misplaced, foreign) = self.root.misplaced_in_root()?;
        survey.report.foreign += foreign;
        for damage in misplaced.into_iter().chain(self.root.misplaced_in_work()?) {
            survey.report.add_once(damage);
        }
        survey.report.foreign += self.root.foreign_in_tmp()?;
        Ok(())
    }

    /// Opens a file of the store; none where something else stands, which the listing has found.
    fn open_listed(&mut self, path: &str) -> Result<Option<Handle<S::File>>> {
        match self.root.files.open(path) {
            Err(Error::Corrupt(_)) => Ok(None),
            opened => opened,
        }
    }

    fn survey_log(&mut self, keyspace: &'static Keyspace, name: &[u8], survey: &mut Survey) -> Result<()> {
        survey.report.logs += 1;
        let pending = self.state.overlay.log(keyspace, name);
        let (is_pending, base_bytes) = (pending.is_some(), pending.map(|log| log.base.length_bytes));
        let upto = pending.and_then(|log| log.rewrite).and_then(|rewrite| rewrite.upto);
        survey.report.events += pending.map_or(0, |log| log.lines.len() as u64);

        let path = self.log_path(keyspace, name)?;
        let mut lines = Lines { found: base_bytes.unwrap_or(0) > 0, last_seq: None };
        if let Some(file) = self.open_listed(&path)? {
            let size = self.root.files.size(&file)?;
            let due = base_bytes.unwrap_or(size);
            let length = match log_state::whole_lines_bytes(&mut self.root.files, &file, due.min(size)) {
                Err(Error::Corrupt(damage)) => {
                    survey.add(keyspace, name, damage, 0..size);
                    return Ok(());
                }
                length => length?,
            };
            let (reason, part) = match base_bytes {
                None => ("the last line has no end", length..size),
                Some(_) if size < due => ("shorter than the journal knows it", 0..size),
                Some(_) => ("no newline where the journal goes on", 0..size),
            };
            if length < due {
                survey.add(keyspace, name, damage(&path, length, reason), part);
            }
            survey.report.bytes += length;
            let found = self.survey_lines(keyspace, name, LogFile::new(file, length), upto, survey)?;
            let last_seq = found.last_seq.filter(|_| length == due);
            lines = Lines { found: lines.found | found.found, last_seq };
        } else if lines.found {
            survey.add(keyspace, name, damage(&path, 0, "the file is gone"), 0..0);
        } else if !is_pending && self.is_missing(keyspace, name, &path)? {
            survey.add(
                keyspace,
                name,
                damage(&path, 0, "the file is gone, and .seq counts what was in it"),
                0..0,
            );
        }
        if !is_pending {
            self.survey_seq(keyspace, name, lines, survey)?;
        }
        Ok(())
    }

    /// Is the file of a log gone? One that was emptied leaves a file without lines. What else stands there has been found.
    fn is_missing(&mut self, keyspace: &Keyspace, name: &[u8], path: &str) -> Result<bool> {
        let is_absent = matches!(self.root.files.open(path), Ok(None));
        Ok(is_absent && log_state::load_seq(&mut self.root.files, keyspace, name)?.is_some_and(|seq| seq > 0))
    }

    fn survey_lines(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        mut lines: LogFile<S::File>,
        upto: Option<u64>,
        survey: &mut Survey,
    ) -> Result<Lines> {
        let path = lines.path().to_owned();
        let length = lines.length();
        let mut at = 0;
        let mut number = 0;
        let (mut is_first, mut is_ours, mut is_whole) = (true, false, true);
        let mut before = LinesBefore::default();
        loop {
            let found = match lines.line_at(&mut self.root.files, at) {
                Ok(Some(found)) => found,
                Ok(None) => {
                    let last_seq = Some(before.last_seq).filter(|_| is_ours && is_whole);
                    return Ok(Lines { found: !is_first, last_seq });
                }
                Err(Error::Corrupt(damage)) => {
                    // Nobody knows where the next line begins.
                    let damage = Damage { line: Some(number + 1), offset_bytes: at, ..damage };
                    survey.add(keyspace, name, damage, at..length);
                    return Ok(Lines { found: true, last_seq: None });
                }
                Err(error) => return Err(error),
            };
            number += found.blanks + 1;
            let was_first = std::mem::take(&mut is_first);
            let (offset, end) = (found.offset, found.end);
            at = end;
            let text = line::parse_in(keyspace, found.bytes);
            if let Text::Original(..) = text {
                survey.add_original(Damage { line: Some(number), ..damage(&path, offset, line::ORIGINAL) });
            }
            let (seq, trailer) = match text.facts() {
                Ok(facts) => facts,
                Err(reason) => {
                    let damage = Damage { line: Some(number), ..damage(&path, offset, reason) };
                    survey.add(keyspace, name, damage, offset..end);
                    before.nth = None;
                    is_whole = false;
                    continue;
                }
            };
            is_ours = trailer.nth.is_some();
            survey.highest_lsn =
                survey.highest_lsn.max(trailer.lsn.unwrap_or(0)).max(log_state::lsn_of(trailer.generation));
            if let Some(reason) = before.step(was_first, seq, trailer) {
                let damage = Damage { line: Some(number), ..damage(&path, offset, reason) };
                survey.add(keyspace, name, damage, offset..offset);
            }
            survey.report.events += u64::from(upto.is_none_or(|upto| seq > upto));
        }
    }

    fn survey_seq(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        lines: Lines,
        survey: &mut Survey,
    ) -> Result<()> {
        let path = layout::path(keyspace, name, SEQ);
        let Some(file) = self.open_listed(&path)? else { return Ok(()) };
        let seq = log_state::load_seq(&mut self.root.files, keyspace, name)?;
        let reason = match (seq, lines.last_seq) {
            (None, _) if lines.found => "no number",
            (None, _) => "no number, and no line to tell it from",
            (Some(seq), Some(last)) if seq > last => {
                "above what the last line says: lines behind it are gone, or a digit was changed"
            }
            (Some(seq), Some(last)) if seq < last => "below what the last line says",
            (Some(_), _) => return Ok(()),
        };
        let size = self.root.files.size(&file)?;
        survey.add(keyspace, name, damage(&path, 0, reason), 0..size);
        Ok(())
    }

    fn survey_value(&mut self, keyspace: &'static Keyspace, name: &[u8], survey: &mut Survey) -> Result<()> {
        let is_blob = keyspace.shape == Shape::Blob;
        if matches!(self.state.overlay.value(keyspace, name), Some(PendingValue::Put { .. })) {
            survey.report.add_whole(is_blob);
            return Ok(());
        }
        let path = layout::path(keyspace, name, "");
        let Some(file) = self.open_listed(&path)? else { return Ok(()) };
        let size = self.root.files.size(&file)?;
        survey.report.bytes += size;
        let checked = match Digest::try_from(name) {
            // Piece by piece: a blob may be larger than memory.
            Ok(digest) if is_blob => match self.root.files.hash_file(&file)? == digest {
                true => Ok(()),
                false => Err(damage(&path, 0, "the bytes do not match the address")),
            },
            _ => match value_file::read(&mut self.root.files, keyspace, name) {
                Ok(value) => {
                    let version = value.map_or(0, |value| value.version);
                    survey.highest_lsn = survey.highest_lsn.max(version);
                    Ok(())
                }
                Err(Error::Corrupt(damage)) if damage.reason == line::ORIGINAL => {
                    survey.add_original(damage);
                    Ok(())
                }
                Err(Error::Corrupt(damage)) => Err(damage),
                Err(error) => return Err(error),
            },
        };
        match checked {
            Ok(()) => survey.report.add_whole(is_blob),
            Err(damage) => survey.add(keyspace, name, damage, 0..size),
        }
        Ok(())
    }
}

/// What the lines of a log's file say of it.
#[derive(Clone, Copy, Debug)]
struct Lines {
    found: bool,
    /// The log's last-seq, where the last line is one of this store's and none is damaged: what `.seq` says, too.
    last_seq: Option<u64>,
}

/// What the lines before one say that it must be.
#[derive(Debug, Default)]
struct LinesBefore {
    /// The number of the last of them, where it is known.
    nth: Option<u64>,
    /// The highest seq.
    last_seq: u64,
    descended: bool,
}

impl LinesBefore {
    /// Goes on behind a line; says why it does not follow.
    fn step(&mut self, is_first: bool, seq: u64, trailer: line::Trailer) -> Option<&'static str> {
        let is_marked = trailer.last_seq.is_some();
        // In a log whose seqs never descend no line has ever gone from between two others.
        let follows = match (self.nth, trailer.nth) {
            (Some(before), Some(nth)) if !is_marked => nth == before + 1,
            (Some(before), Some(nth)) => nth > before,
            _ => true,
        };
        self.descended |= is_marked || seq < self.last_seq;
        self.last_seq = self.last_seq.max(seq);
        let says_so = !self.descended || trailer.nth.is_none() || trailer.last_seq >= Some(self.last_seq);
        self.last_seq = self.last_seq.max(trailer.last_seq.unwrap_or(0));
        // Lines of the original's are counted from the beginning of the file.
        self.nth = trailer.nth.or(if is_first { Some(1) } else { self.nth.map(|nth| nth + 1) });
        match (follows, says_so) {
            (false, _) => Some("lines are missing before this one"),
            (true, false) => Some("an earlier seq is higher than this line says"),
            (true, true) => None,
        }
    }
}

fn damage(path: &str, offset_bytes: u64, reason: &'static str) -> Damage {
    Damage { file: path.to_owned(), line: None, offset_bytes, reason: reason.into() }
}
