//! Damaged runs. A damaged block takes its entries with it, and no older value of their keys may show instead: the file is written
//! anew with all that is whole, and with a removal of each key that an older run has and the block may have had.

use crate::base::layout::{self, RUNS};
use crate::engine::Opened;
use crate::engine::report::Report;
use crate::engine::runs::table_of;
use crate::error::{Damage, Error, Result};
use crate::journal::within_counts;
use crate::limits::{FINDINGS_MAX, RUN_PIECE_BYTES};
use crate::run::RunFile;
use crate::run::check::{LostKeys, Walk, WalkedPart};
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::hit::Hit;
use crate::run::list::{ListedFile, ListedRun, key_behind};
use crate::run::open_files::{DiskRuns, NewRun};
use crate::run::reader::{Run, RunSource};
use crate::run::stack_cursor::StackCursor;
use crate::run::value::ValuePlace;
use crate::storage::Storage;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A file that is being written anew.
#[derive(Debug)]
struct Mending<F> {
    /// Keys below this one do not count.
    lowest_key: Vec<u8>,
    older: Vec<Arc<ListedRun>>,
    /// That of removals.
    version: u64,
    new_run: NewRun<F>,
    loss: Loss,
}

/// What is lost of a file.
#[derive(Debug, Default)]
struct Loss {
    /// The first places that are damaged, and how many there are.
    damages: Vec<Damage>,
    damaged: u64,
    /// The lowest key that may be lost, and the highest.
    keys: Option<(Vec<u8>, Vec<u8>)>,
    /// Entries of the file, and how many of them are lost.
    entries: u64,
    lost: u64,
    /// Keys that older runs have and that are removed.
    removed: u64,
}

impl<S: Storage> Opened<'_, S> {
    /// Writes the damaged files of the runs anew, those of the oldest run first: what is removed is what whole runs have. Each of them
    /// is copied before.
    pub(super) fn repair_runs(&mut self, mut damaged: BTreeSet<u64>, report: &mut Report) -> Result<()> {
        if damaged.is_empty() {
            return Ok(());
        }
        self.forget_merges()?;
        let mut folders = BTreeSet::new();
        self.root.enter_folder(RUNS, &mut folders)?;
        while let Some((at, run)) = self.oldest_with(&damaged) {
            let mut files = Vec::new();
            for file in &run.files {
                if damaged.remove(&file.file.number) {
                    files.extend(self.mend(at, file, report)?);
                } else {
                    files.push(file.clone());
                }
            }
            // ORDER: the new files are there for good before a manifest names them.
            self.root.sync_folders(&folders)?;
            self.state.merges.mended = Some(self.state.stack.runs().with_files(at, files));
            self.with_room_given(Self::install_merged)?;
        }
        Ok(())
    }

    fn oldest_with(&self, damaged: &BTreeSet<u64>) -> Option<(usize, Arc<ListedRun>)> {
        let runs = &self.state.stack.runs().runs;
        let is_damaged = |file: &ListedFile| damaged.contains(&file.file.number);
        let at = runs.iter().rposition(|run| run.files.iter().any(is_damaged))?;
        Some((at, Arc::clone(runs.get(at)?)))
    }

    /// Writes a file of the run at this place anew. Answers what there is instead of it.
    fn mend(&mut self, at: usize, file: &ListedFile, report: &mut Report) -> Result<Vec<ListedFile>> {
        let mut mending = Mending {
            lowest_key: file.lowest_key().to_vec(),
            older: self.state.stack.runs().runs.get(at + 1..).unwrap_or_default().to_vec(),
            version: 0,
            new_run: NewRun::new(self.root.run_geometry()),
            loss: Loss { entries: file.file.entries, ..Loss::default() },
        };
        // ORDER: the copy is durable before the manifest that does not name the file.
        let copy = self.copy_run(&file.file)?;
        let written = match self.keep_whole(&file.file, &mut mending) {
            // Nothing of it leads to a key.
            Err(Error::Corrupt(damage)) => {
                mending.version = self.version_within(at)?;
                mending.loss.lost = file.file.entries;
                self.lose(&mut mending, damage, Some(LostKeys::up_to(&file.file.last_key)))
            }
            kept => kept,
        };
        let written = written.and_then(|()| {
            mending.new_run.finish()?;
            self.write_mended(&mut mending, 1)
        });
        if written.is_err() {
            // No manifest will name them.
            mending.new_run.remove(&mut self.root.files)?;
        }
        written?;
        mending.loss.report(copy.as_deref(), report);
        Ok(mending.new_run.whole())
    }

    /// Copies a file to `quarantine/`. None where it is gone.
    fn copy_run(&mut self, named: &RunFile) -> Result<Option<String>> {
        let path = layout::run(named.number);
        match self.root.files.open(&path) {
            Ok(None) => Ok(None),
            Ok(Some(file)) => {
                let size = self.root.files.size(&file)?.min(named.length_bytes);
                let reason = "a damaged run, which was written anew without what is damaged";
                self.root.set_aside(&file, 0..size, reason).map(Some)
            }
            // Something else stands there.
            Err(Error::Corrupt(damage)) => self.root.move_aside(&damage).map(Some),
            Err(error) => Err(error),
        }
    }

    /// Goes through a file: what is whole is written, and what an older run has of what is lost is removed.
    fn keep_whole(&mut self, named: &RunFile, mending: &mut Mending<S::File>) -> Result<()> {
        let path = layout::run(named.number);
        let Some(file) = self.root.files.open(&path)? else {
            return Err(Error::corrupt(&path, 0, "the file is gone"));
        };
        let run = Run::open(&mut RunSource { files: &mut self.root.files, file: &file }, named)?;
        mending.version = run.footer.highest_version;
        let mut walk = Walk::new(&run)?;
        loop {
            let source = &mut RunSource { files: &mut self.root.files, file: &file };
            match walk.next(&run, source)? {
                Some(WalkedPart::Whole(block)) => {
                    for hit in Hit::all(&block) {
                        if hit.compare_key(&mending.lowest_key).is_ge() {
                            self.keep_entry(&hit, mending)?;
                        }
                    }
                }
                Some(WalkedPart::Damaged(damage, lost)) => self.lose(mending, damage, lost)?,
                None => break,
            }
            self.write_mended(mending, RUN_PIECE_BYTES)?;
        }
        mending.loss.lost += named.entries.saturating_sub(walk.entries());
        Ok(())
    }

    /// Writes an entry that is whole; one whose value stands in another file and is damaged there becomes a removal.
    fn keep_entry(&mut self, hit: &Hit, mending: &mut Mending<S::File>) -> Result<()> {
        let mut key = Vec::new();
        let mut entry = hit.block.entry(hit.at, &mut key);
        if let Some(place) = hit.place() {
            match self.value_of(hit) {
                Err(Error::Corrupt(damage)) => {
                    self.copy_value(place)?;
                    mending.loss.lose_value(damage, entry.key);
                    (entry.kind, entry.value) = (RunEntryKind::Removed, &[]);
                }
                whole => drop(whole?),
            }
        }
        mending.new_run.push(&entry, &mut self.state.next_file)
    }

    /// Copies to `quarantine/` what stands in the place of a value.
    fn copy_value(&mut self, place: ValuePlace) -> Result<()> {
        let file = match self.root.files.open(&layout::run(place.number)) {
            // Something else stands there.
            Err(Error::Corrupt(_)) => None,
            file => file?,
        };
        let Some(file) = file else { return Ok(()) };
        let end = self.root.files.size(&file)?.min(place.offset + u64::from(place.length));
        if place.offset < end {
            let reason = "a damaged value, of an entry that became a removal";
            self.root.set_aside(&file, place.offset..end, reason)?;
        }
        Ok(())
    }

    /// Removes what older runs have of keys that are lost.
    fn lose(&mut self, mending: &mut Mending<S::File>, damage: Damage, lost: Option<LostKeys>) -> Result<()> {
        mending.loss.meet(damage);
        let Some(lost) = lost.filter(|lost| lost.last >= mending.lowest_key) else { return Ok(()) };
        let behind = lost.behind.as_deref().map(key_behind).unwrap_or_default();
        let start = behind.max(mending.lowest_key.clone());
        let mut cursor = StackCursor::new(&mending.older, Some(&start));
        loop {
            let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
            let Some(hit) = cursor.next(&mut self.state.stack, &mut files)? else { break };
            let key = hit.block.key(hit.at);
            if key > lost.last {
                break;
            }
            if lost.may_contain(&key) {
                let (version, kind) = (mending.version, RunEntryKind::Removed);
                let removal = RunEntry { key: &key, version, kind, value: &[] };
                mending.new_run.push(&removal, &mut self.state.next_file)?;
                mending.loss.removed += 1;
                self.write_mended(mending, RUN_PIECE_BYTES)?;
            }
        }
        mending.loss.lose(start, lost.last);
        Ok(())
    }

    /// Writes what there is in pieces of so many bytes, which is all where it is one.
    fn write_mended(&mut self, mending: &mut Mending<S::File>, least_bytes: usize) -> Result<()> {
        within_counts(self.state.next_file + 1)?;
        mending.new_run.write(&mut self.root.files, least_bytes)
    }

    /// A version for removals in the place of a file that says none: above those of all older runs, and below those of all newer ones, so
    /// that the runs can be told apart by their versions where no manifest does. Each run between it and the next one that can be read has
    /// at least one commit of its own.
    fn version_within(&mut self, at: usize) -> Result<u64> {
        let runs = self.state.stack.runs().clone();
        let mut between = 1;
        for newer in (0..at).rev().filter(|newer| newer + runs.group(*newer) <= at) {
            let files = runs.runs.get(newer).map(|run| run.files.clone()).unwrap_or_default();
            let mut lowest = None;
            for file in &files {
                let version = self.lowest_version(&file.file)?;
                lowest = [lowest, version].into_iter().flatten().min();
            }
            if let Some(lowest) = lowest {
                return Ok(u64::saturating_sub(lowest, between));
            }
            between += 1;
        }
        Ok((self.state.journal.manifest.lsn + 1).saturating_sub(between))
    }

    /// The lowest version in a file; none where that cannot be read.
    fn lowest_version(&mut self, named: &RunFile) -> Result<Option<u64>> {
        let Ok(Some(file)) = self.root.files.open(&layout::run(named.number)) else { return Ok(None) };
        match Run::open(&mut RunSource { files: &mut self.root.files, file: &file }, named) {
            Ok(run) => Ok(Some(run.footer.lowest_version)),
            Err(Error::Corrupt(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Loss {
    fn meet(&mut self, damage: Damage) {
        self.damaged += 1;
        if self.damages.len() < FINDINGS_MAX {
            self.damages.push(damage);
        }
    }

    /// Meets an entry whose value is damaged.
    fn lose_value(&mut self, damage: Damage, key: &[u8]) {
        self.meet(damage);
        self.lose(key.to_vec(), key.to_vec());
        self.lost += 1;
    }

    fn lose(&mut self, first: Vec<u8>, last: Vec<u8>) {
        let first = self.keys.take().map_or(first, |(first, _)| first);
        self.keys = Some((first, last));
    }

    /// Says it with each of the findings.
    fn report(self, copy: Option<&str>, report: &mut Report) {
        let text = self.text();
        let unnamed = self.damaged - self.damages.len() as u64;
        for damage in self.damages {
            let reason = format!("{}; {text}", damage.reason).into();
            report.add(Damage { reason, ..damage }, copy.map(str::to_owned));
        }
        report.damaged += unnamed;
    }

    fn text(&self) -> String {
        let Some((first, last)) = &self.keys else { return "nothing is lost".to_owned() };
        let (from, to) = (table_of(first), table_of(last));
        let tables = if from == to { from } else { format!("{from} to {to}") };
        // What did not count any more is lost as well, and hardly to be told apart.
        let entries = format!("entries lost: up to {} of {} ({tables})", self.lost, self.entries);
        format!("{entries}; older values removed with them: {}", self.removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::memory::Memory;
    use crate::engine::Engine;
    use crate::run::merge::Merge;
    use crate::run::open_files::NewFiles;
    use std::collections::BTreeMap;
    use sx_persist_wire::Expect;

    /// A store of three runs of so many commits each, and what each key has come to.
    fn store(commits: usize) -> (Memory, Engine<Memory>, BTreeMap<String, Option<String>>) {
        let mut disk = Memory::new();
        Engine::new(disk.clone()).kv_put("k", "1").unwrap();
        Engine::new(disk.clone()).checkpoint().unwrap();
        let format = disk.open("format").unwrap();
        disk.write(&format, 0, b"sx-persist 5 plain\njournal 8388608 file 400 block 64 fan 8\n").unwrap();
        let (mut engine, mut last) = (Engine::new(disk.clone()), BTreeMap::new());
        for commit in 1..=3 * commits {
            let key = format!("key {:02}", commit * 7 % 60);
            let value = (commit % 5 > 0).then(|| commit.to_string());
            match &value {
                Some(value) => drop(engine.map_put("t", key.as_bytes(), value.as_bytes()).unwrap()),
                None => drop(engine.map_delete("t", key.as_bytes(), Expect::Any)),
            }
            last.insert(key, value);
            if commit % commits == 0 {
                engine.checkpoint().unwrap();
            }
        }
        (disk, engine, last)
    }

    /// Merges the runs until the first file is whole. Answers the file in which one of them is cut, where one is, and the last byte of
    /// the data of that.
    fn cut(engine: &mut Engine<Memory>) -> Option<(String, u64)> {
        let mut opened = engine.opened().unwrap();
        let (runs, geometry) = (opened.state.stack.runs().clone(), opened.root.run_geometry());
        let mut merge = Merge::new(&runs, 0..runs.runs.len(), geometry).unwrap();
        let (mut new_files, mut is_whole) = (NewFiles::default(), false);
        while !is_whole {
            let mut files = DiskRuns { files: &mut opened.root.files, open: &mut opened.state.open_runs };
            let budget = (1, &mut opened.state.next_file);
            merge.step(&mut opened.state.stack, &mut files, budget, |_, _, _| false).unwrap();
            while let Some(piece) = merge.take(usize::MAX) {
                new_files.write(&mut opened.root.files, &piece).unwrap();
                is_whole |= piece.finished.is_some();
            }
        }
        opened.state.merges.mended = merge.install(&runs);
        opened.install_merged().unwrap();
        let cut = opened.state.stack.runs().files().find(|file| file.from.is_some())?.file.clone();
        let file = opened.root.files.open(&layout::run(cut.number)).unwrap().unwrap();
        let run = Run::open(&mut RunSource { files: &mut opened.root.files, file: &file }, &cut).unwrap();
        Some((layout::run(cut.number), run.data_end - 1))
    }

    #[test]
    fn what_does_not_count_in_a_damaged_file_counts_no_more_in_the_new_one() {
        let mut found = 0;
        for commits in 20..40 {
            let (mut disk, mut engine, last) = store(commits);
            let Some((path, at)) = cut(&mut engine) else { continue };
            found += 1;
            drop(engine);
            let file = disk.open(&path).unwrap();
            disk.write(&file, at, &[0xff]).unwrap();
            Engine::new(disk.clone()).repair().unwrap();
            let mut engine = Engine::new(disk);
            assert_eq!(engine.verify().unwrap().findings, [], "{commits}");
            let mut count = 0;
            for (key, due) in last {
                let said = engine.map_get("t", key.as_bytes()).unwrap();
                count += u64::from(said.is_some());
                let said = said.map(|entry| String::from_utf8(entry.value).unwrap());
                assert!(said.is_none() || said == due, "{commits} {key}: {said:?}");
            }
            assert_eq!(engine.map_count("t"), Ok(count));
            assert!(count > 10, "{commits}: {count}");
        }
        assert!(found > 5, "{found}");
    }
}
