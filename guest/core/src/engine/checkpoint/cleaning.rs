//! On a full disk: a file of a run is written anew without what is hidden, and its room comes back.
//!
//! A merge needs room for all that it reads of small runs, as none of their files goes before it ends. Here each file is for itself:
//! what stays of it is all that is written before it goes, and where nothing stays, nothing is. Larger values that stand in a file which
//! is kept for them go with their entries: one such file at a time, that in which least lives, until nothing points at it.

use crate::base::layout::RUNS;
use crate::disk::tmp;
use crate::engine::Opened;
use crate::engine::checkpoint::merging::has_row;
use crate::error::{Error, Result};
use crate::journal::manifest::Manifest;
use crate::journal::within_counts;
use crate::journal::write::{self, CommitFrames};
use crate::keyspace;
use crate::limits::{CLEANED_BYTES, RUN_FILE_BYTES_MIN, RUN_PIECE_BYTES};
use crate::run::dead::DeadEntries;
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::hit::Hit;
use crate::run::list::{ListedRun, Runs};
use crate::run::open_files::{DiskRuns, NewRun};
use crate::run::stack::{RunMemory, RunStack};
use crate::run::stack_cursor::StackCursor;
use crate::run::value::{self, ValueBytes};
use crate::state::overlay::Overlay;
use crate::storage::Storage;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A file is written anew for so small a part of it, or for anything where it is small itself.
const WORTH_PART: u64 = 64;
/// Memory for what is read of the runs around a file.
const MEMORY: RunMemory = RunMemory { cache_bytes: 4 << 20, held_bytes: 4 << 20 };

/// A file, and the runs before and behind it.
struct Surroundings {
    file: Arc<ListedRun>,
    this: RunStack,
    newer: RunStack,
    older: RunStack,
    dead: DeadEntries,
}

impl Surroundings {
    fn new(runs: &Runs, number: u64) -> Option<Self> {
        let (at, file) = runs.runs.iter().enumerate().find_map(|(at, run)| {
            let file = run.files.iter().find(|file| file.file.number == number)?;
            Some((at, file.clone()))
        })?;
        let stack =
            |runs: &[Arc<ListedRun>]| RunStack::new(Runs { runs: runs.to_vec(), ..Runs::default() }, MEMORY);
        let file = Arc::new(ListedRun::new(vec![file]));
        Some(Self {
            this: stack(std::slice::from_ref(&file)),
            newer: stack(runs.runs.get(..at)?),
            older: stack(runs.runs.get(at + 1..)?),
            file,
            dead: DeadEntries::default(),
        })
    }

    /// Does an entry of the file say what nothing newer says? A removal stays for what it hides.
    fn stays<S: Storage>(
        &mut self,
        overlay: &Overlay,
        files: &mut DiskRuns<'_, S>,
        hit: &Hit,
    ) -> Result<bool> {
        let key = hit.block.key(hit.at);
        // INVARIANT: what is pending stands in the journal, which is copied before the file goes.
        let pending = key.split_first().and_then(|(id, name)| overlay.value(keyspace::by_id(*id)?, name));
        if pending.is_some() || says(&mut self.newer, files, &key)? == Some(true) {
            return Ok(false);
        }
        let is_removal = hit.block.kind(hit.at) == RunEntryKind::Removed;
        Ok(!is_removal || says(&mut self.older, files, &key)? != Some(false))
    }

    /// Before the first entry of the file.
    fn cursor(&self) -> StackCursor {
        StackCursor::of_merge(std::slice::from_ref(&self.file))
    }
}

/// Do runs say something of a key? None where that is damaged: nobody knows.
fn says<S: Storage>(stack: &mut RunStack, files: &mut DiskRuns<'_, S>, key: &[u8]) -> Result<Option<bool>> {
    match stack.get(files, key) {
        Err(Error::Corrupt(_)) => Ok(None),
        said => Ok(Some(said?.is_some())),
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Takes what is hidden out of the files, until so many bytes of them were looked at; the next call goes on. Answers whether that has
    /// given room.
    pub(crate) fn clean_runs(&mut self) -> Result<bool> {
        // What was mended was made of the files as they are.
        if !self.state.cleaning.is_due() || self.state.merges.mended.is_some() {
            return Ok(false);
        }
        self.drop_merges()?;
        let (mut looked_at, mut has_cleaned, mut tried) = (0, false, BTreeSet::new());
        loop {
            let runs = self.state.stack.runs();
            // The oldest first: a removal goes with what it hides.
            let files = runs.runs.iter().rev().flat_map(|run| &run.files);
            let emptied = next_to_empty(runs, &tried);
            self.state.cleaning.begin(files.map(|file| file.file.number), emptied);
            tried.extend(self.state.cleaning.emptied);
            has_cleaned |= self.clean_files(&mut looked_at)?;
            let is_more = next_to_empty(self.state.stack.runs(), &tried).is_some();
            if !is_more || looked_at >= CLEANED_BYTES {
                if is_more && has_cleaned {
                    self.state.cleaning.ask_again();
                }
                break;
            }
        }
        self.begin_merges();
        // What is left of the room is not for merges, until a checkpoint has found that there is some.
        self.state.merges.is_paused = true;
        Ok(has_cleaned)
    }

    /// Looks at the files that are left, until so many bytes were looked at. Answers whether that has given room.
    fn clean_files(&mut self, looked_at: &mut u64) -> Result<bool> {
        let (mut has_cleaned, mut too_large) = (false, Vec::new());
        while *looked_at < CLEANED_BYTES
            && let Some(number) = self.state.cleaning.left.pop_front()
        {
            match self.clean_file(number, looked_at) {
                // Others may make room for it.
                Err(error) if self.is_without_room(&error) => too_large.push(number),
                cleaned => {
                    if cleaned? {
                        has_cleaned = true;
                        self.state.cleaning.left.extend(too_large.drain(..));
                    }
                }
            }
        }
        Ok(has_cleaned)
    }

    /// Did a step find no room, and can it be done again?
    pub(super) fn is_without_room(&self, error: &Error) -> bool {
        self.found_no_room(error) || (self.root.files.is_certain() && matches!(error, Error::NoSpace(_)))
    }

    /// Writes a file anew, if that gives room.
    fn clean_file(&mut self, number: u64, looked_at: &mut u64) -> Result<bool> {
        let Some(mut around) = Surroundings::new(self.state.stack.runs(), number) else { return Ok(false) };
        *looked_at += around.file.length_bytes();
        match self.is_worth_cleaning(&mut around) {
            // What is damaged stays as it is.
            Ok(false) | Err(Error::Corrupt(_)) => return Ok(false),
            is_worth => is_worth?,
        };
        let geometry = self.root.run_geometry().for_bytes(self.state.stack.runs().length_bytes());
        let mut new_run = NewRun::new(geometry);
        let written = self.write_anew(&mut around, &mut new_run);
        if matches!(written, Err(Error::Corrupt(_))) {
            // A value, or a block behind what was looked at before.
            return new_run.remove(&mut self.root.files).map(|()| false);
        }
        let installed = written.and_then(|had| self.install_cleaned(number, &new_run, &had));
        if matches!(&installed, Err(error) if self.is_without_room(error)) {
            self.root.files.remove(&tmp::path("journal"))?;
            new_run.remove(&mut self.root.files)?;
        }
        installed.map(|()| true)
    }

    fn is_worth_cleaning(&mut self, around: &mut Surroundings) -> Result<bool> {
        let worth = worth_bytes(around.file.length_bytes());
        let mut hidden = 0;
        let mut cursor = around.cursor();
        while hidden <= worth
            && let Some((hit, stays)) = self.next_around(&mut cursor, around)?
        {
            if !stays {
                hidden += hit.key().len() as u64 + hit.value_bytes();
            } else if self.state.cleaning.takes_out(&hit) {
                return Ok(true);
            }
        }
        Ok(hidden > worth)
    }

    /// The next entry of the file, and whether it stays.
    fn next_around(
        &mut self,
        cursor: &mut StackCursor,
        around: &mut Surroundings,
    ) -> Result<Option<(Hit, bool)>> {
        let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
        let Some(hit) = cursor.next(&mut around.this, &mut files)? else { return Ok(None) };
        let overlay = &self.state.overlay;
        let stays = around.stays(overlay, &mut files, &hit)?
            && !around
                .dead
                .has(&mut self.state.stack, &mut files, &hit, |rows, name| has_row(overlay, rows, name));
        Ok(Some((hit, stays)))
    }

    /// Writes what stays of a file. Answers what its entries had in other files.
    fn write_anew(&mut self, around: &mut Surroundings, new_run: &mut NewRun<S::File>) -> Result<ValueBytes> {
        within_counts(self.state.next_file + 1)?;
        let mut cursor = around.cursor();
        let (mut key, mut had) = (Vec::new(), ValueBytes::new());
        while let Some((hit, stays)) = self.next_around(&mut cursor, around)? {
            hit.place().into_iter().for_each(|place| value::add_place(&mut had, place));
            if !stays {
                continue;
            }
            let entry = hit.block.entry(hit.at, &mut key);
            if self.state.cleaning.takes_out(&hit) {
                let (kind, value) = (RunEntryKind::Value, self.value_of(&hit)?.bytes);
                new_run.push(&RunEntry { kind, value: &value, ..entry }, &mut self.state.next_file)?;
            } else {
                new_run.push(&entry, &mut self.state.next_file)?;
            }
            new_run.write(&mut self.root.files, RUN_PIECE_BYTES)?;
        }
        new_run.finish()?;
        new_run.write(&mut self.root.files, 1)?;
        Ok(had)
    }

    /// The next journal: the same frames, behind a manifest that names these files in the place of one. No checkpoint is needed for that, so
    /// it can be done while one finds no room.
    fn install_cleaned(&mut self, number: u64, new_run: &NewRun<S::File>, had: &ValueBytes) -> Result<()> {
        let before = self.state.journal.manifest.runs.clone();
        let files = new_run.whole().into_iter();
        let runs = before.with_replaced(number, files, (had, &new_run.values())).with_kept(&before);
        let garbage = self.state.journal.manifest.garbage.behind(&before, &runs);
        let journal = &mut self.state.journal;
        let next_file = self.state.next_file;
        let manifest = Manifest { next_file, runs, garbage, ..journal.manifest.clone() };
        let (from, end) = (journal.start, journal.end);
        // ORDER: the new files have their names for good before a manifest has them.
        self.root.files.sync_folder(RUNS)?;
        write::begin_next(
            &mut self.root.files,
            journal,
            &manifest,
            from,
            CommitFrames::default(),
            |_, _| Ok(()),
        )?;
        if let Some(progress) = &mut self.state.progress {
            // The frames stand elsewhere; all that is behind the manifest has moved as far.
            progress.end = progress.end + journal.end - end;
        }
        let runs = journal.manifest.runs.clone();
        self.state.set_runs(runs);
        // ORDER: a reader finds the old journal gone before a file goes that it names.
        write::remove_older(&mut self.root.files, &mut self.state.journal)?;
        self.remove_merged(&before)?;
        self.check();
        Ok(())
    }
}

/// Bytes of a file of this length that are worth writing it anew.
fn worth_bytes(length: u64) -> u64 {
    if length > RUN_FILE_BYTES_MIN { length / WORTH_PART } else { 0 }
}

/// The kept file that has least of what lives, if the rest is worth its room and it was not tried: one that was begun comes first.
fn next_to_empty(runs: &Runs, tried: &BTreeSet<u64>) -> Option<u64> {
    let left = runs.dead_by_file().filter(|(number, ..)| !tried.contains(number));
    let worth = left.filter(|(_, dead, length)| *dead > worth_bytes(*length));
    worth.min_by_key(|(_, dead, length)| length - dead).map(|(number, ..)| number)
}

#[cfg(test)]
mod tests {
    use crate::disk::memory::Memory;
    use crate::engine::Engine;
    use sx_persist_wire::Expect;

    fn key(number: usize) -> Vec<u8> {
        format!("key {number:04}").into_bytes()
    }

    /// A store with so many keys in one run, and another one that removes some of them.
    fn removed(keys: usize, value_bytes: usize, removed: impl Fn(&usize) -> bool) -> Engine<Memory> {
        let mut engine = Engine::new(Memory::new());
        for number in 0..keys {
            engine.map_put("t", &key(number), &vec![b'v'; value_bytes]).unwrap();
        }
        engine.checkpoint().unwrap();
        for number in (0..keys).filter(removed) {
            assert_eq!(engine.map_delete("t", &key(number), Expect::Any), Ok(true));
        }
        engine.checkpoint().unwrap();
        assert_eq!(engine.opened().unwrap().state.stack.runs().runs.len(), 2);
        engine
    }

    /// Bytes and entries of the runs.
    fn held(engine: &mut Engine<Memory>) -> (u64, u64) {
        let opened = engine.opened().unwrap();
        let runs = opened.state.stack.runs();
        (runs.length_bytes(), runs.files().map(|file| file.file.entries).sum())
    }

    #[test]
    fn what_is_hidden_goes_and_removals_go_with_it() {
        let mut engine = removed(100, 500, |number| number % 2 == 0);
        let (full, _) = held(&mut engine);
        assert_eq!(engine.opened().unwrap().clean_runs(), Ok(true));
        let (left, entries) = held(&mut engine);
        // Half of the keys, and the count.
        assert!(left < full * 6 / 10 && entries == 51, "{left} of {full}, {entries} entries");
        assert_eq!(engine.opened().unwrap().state.journal.manifest.garbage.bytes(), 0);
        assert_eq!(engine.opened().unwrap().clean_runs(), Ok(false), "nothing has come since");
        for number in 0..100 {
            assert_eq!(engine.map_get("t", &key(number)).unwrap().is_some(), number % 2 == 1, "{number}");
        }
        let mut engine = removed(100, 500, |_| true);
        assert_eq!(engine.opened().unwrap().clean_runs(), Ok(true));
        assert_eq!(held(&mut engine), (0, 0));
    }

    #[test]
    fn a_removal_stays_while_there_is_something_to_hide() {
        // One key is too little of a large file to write that anew; of the smaller one behind it the count goes.
        let mut engine = removed(2_000, 600, |number| *number == 7);
        assert_eq!(held(&mut engine).1, 2_003);
        assert_eq!(engine.opened().unwrap().clean_runs(), Ok(true));
        assert_eq!(held(&mut engine).1, 2_002);
        assert_eq!(engine.map_get("t", &key(7)), Ok(None));
        // The file of the removal is written anew: a newer one hides what else it says.
        engine.map_put("t", &key(3), b"").unwrap();
        engine.checkpoint().unwrap();
        assert_eq!(engine.opened().unwrap().clean_runs(), Ok(true));
        assert_eq!(engine.map_get("t", &key(7)), Ok(None));
        assert_eq!(engine.verify().unwrap().damaged, 0);
    }
}
