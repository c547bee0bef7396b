//! Runs on a disk, and the map that they are to be: flushed, merged, installed and opened again.

use super::{TestEntries, TestEntry, shown};
use crate::error::Result;
use crate::run::RunFiles;
use crate::run::RunGeometry;
use crate::run::choose::LeftAlone;
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::hit::Hit;
use crate::run::list::{ListedFile, ListedRun, Runs};
use crate::run::merge::Merge;
use crate::run::stack::{RunMemory, RunStack, Saying};
use crate::run::stack_cursor::StackCursor;
use crate::run::writer::{Piece, RunWriter, WrittenFile};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// Files by number, and how often they were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TestDisk {
    pub(super) files: BTreeMap<u64, Vec<u8>>,
    pub(super) reads: usize,
    /// Files of which only a part was written.
    begun: BTreeMap<u64, Vec<u8>>,
}

impl RunFiles for TestDisk {
    fn read(&mut self, number: u64, offset: u64, length: usize) -> Result<Vec<u8>> {
        self.reads += 1;
        let bytes = self.files.get(&number).expect("a file that was removed is not read");
        let start = usize::try_from(offset).unwrap().min(bytes.len());
        Ok(bytes[start..(start + length).min(bytes.len())].to_vec())
    }
}

impl TestDisk {
    /// Writes what was taken. The file is there when it is whole.
    fn write(&mut self, piece: &Piece<'_>) -> Option<WrittenFile> {
        let bytes = self.begun.entry(piece.number).or_default();
        assert_eq!(piece.offset, bytes.len() as u64, "pieces follow each other");
        bytes.extend_from_slice(piece.bytes);
        if piece.finished.is_some() {
            let bytes = self.begun.remove(&piece.number).unwrap();
            assert!(self.files.insert(piece.number, bytes).is_none(), "no number is given twice");
        }
        piece.finished.clone()
    }
}

/// A store of nothing but runs.
#[derive(Debug)]
pub(super) struct TestStore {
    pub(super) disk: TestDisk,
    pub(super) stack: RunStack,
    pub(super) geometry: RunGeometry,
    pub(super) memory: RunMemory,
    pub(super) next_file: u64,
    pub(super) merges: Vec<Merge>,
    /// Keys that have a value, and all that ever had one.
    pub(super) model: TestEntries,
    pub(super) used: BTreeSet<Vec<u8>>,
    version: u64,
}

pub(super) const NO_MEMORY: RunMemory = RunMemory { cache_bytes: 0, held_bytes: 0 };
/// All partitions are held that may be, and no block is kept: what is read is counted.
pub(super) const HELD_ALONE: RunMemory = RunMemory { cache_bytes: 0, held_bytes: u64::MAX };

impl TestStore {
    pub(super) fn new(geometry: RunGeometry, memory: RunMemory) -> Self {
        Self {
            disk: TestDisk::default(),
            stack: RunStack::new(Runs::default(), memory),
            geometry,
            memory,
            next_file: 1,
            merges: Vec::new(),
            model: BTreeMap::new(),
            used: BTreeSet::new(),
            version: 0,
        }
    }

    pub(super) fn runs(&self) -> &Runs {
        self.stack.runs()
    }

    /// Commits writes, where none is one that removes a key, and puts them in a run before all others.
    pub(super) fn flush(&mut self, writes: &[(Vec<u8>, Option<Vec<u8>>)]) {
        let mut entries = TestEntries::new();
        for (key, value) in writes {
            self.version += 1;
            let kind = if value.is_some() { RunEntryKind::Value } else { RunEntryKind::Removed };
            let content = (self.version, kind, value.clone().unwrap_or_default());
            self.used.insert(key.clone());
            match value {
                Some(_) => self.model.insert(key.clone(), content.clone()),
                None => self.model.remove(key),
            };
            entries.insert(key.clone(), content);
        }
        self.add(&entries);
    }

    /// Adds a run of these entries, of which the model does not know.
    pub(super) fn add(&mut self, entries: &TestEntries) {
        let mut writer = RunWriter::new(self.geometry);
        let mut files = Vec::new();
        for (key, (version, kind, value)) in entries {
            let entry = RunEntry { key, version: *version, kind: *kind, value };
            writer.push(&entry, &mut self.next_file).unwrap();
        }
        writer.finish().unwrap();
        while let Some(piece) = writer.take(100) {
            files.extend(self.disk.write(&piece).map(|written| ListedFile::whole(written.file)));
        }
        if !files.is_empty() {
            let mut runs = self.runs().clone();
            runs.runs.insert(0, Arc::new(ListedRun::new(files)));
            self.set_runs(&runs);
        }
    }

    /// What a new manifest does: from here on these are the runs, and files that were in others go.
    pub(super) fn set_runs(&mut self, runs: &Runs) {
        let runs = self.written(&runs.clone().with_kept(self.runs()));
        let numbers = |runs: &Runs| runs.numbers().collect::<BTreeSet<_>>();
        let (before, now) = (numbers(self.runs()), numbers(&runs));
        self.disk.files.retain(|number, _| now.contains(number) || !before.contains(number));
        self.stack.set_runs(runs);
    }

    /// The runs, as they come back from a manifest.
    fn written(&self, runs: &Runs) -> Runs {
        let mut bytes = Vec::new();
        runs.encode(&mut bytes);
        let (mut rest, next_file) = (bytes.as_slice(), self.next_file);
        let read = Runs::decode(&mut rest, next_file).unwrap_or_else(|| panic!("not a list: {runs:?}"));
        assert!(rest.is_empty() && read == *runs);
        read
    }

    /// Files of merges that go on.
    pub(super) fn going_on(&self) -> LeftAlone {
        self.merges.iter().flat_map(Merge::files).collect()
    }

    pub(super) fn begin(&mut self, of: Range<usize>) {
        self.merges.push(Merge::new(self.runs(), of, self.geometry).unwrap());
    }

    /// A step of a merge, and the bytes that it has made. Some are left for the next one. Is that all?
    pub(super) fn step(&mut self, merge: usize, budget_bytes: usize) -> Result<bool> {
        let Some(merge) = self.merges.get_mut(merge) else { return Ok(true) };
        let was_read = merge.is_read();
        let is_read =
            merge.step(&mut self.stack, &mut self.disk, (budget_bytes, &mut self.next_file), |_, _, _| false);
        while merge.pending_bytes() >= budget_bytes {
            self.disk.write(&merge.take(budget_bytes).unwrap());
        }
        while was_read && let Some(piece) = merge.take(budget_bytes) {
            self.disk.write(&piece);
        }
        is_read?;
        Ok(merge.is_read() && merge.pending_bytes() == 0)
    }

    /// Installs what is whole.
    pub(super) fn install(&mut self, merge: usize) {
        let Some(going_on) = self.merges.get_mut(merge) else { return };
        let runs = going_on.install(self.stack.runs()).expect("its runs are listed");
        if going_on.is_over() {
            self.merges.remove(merge);
        }
        self.set_runs(&runs);
    }

    pub(super) fn merge_all(&mut self, of: Range<usize>) {
        self.begin(of);
        let merge = self.merges.len() - 1;
        while !self.step(merge, 64).unwrap() {}
        self.install(merge);
        assert_eq!(self.merges.len(), merge);
    }

    /// Another instance: it knows what the manifest says, and removes other files.
    pub(super) fn restart(&mut self) {
        let runs = self.runs().clone();
        self.disk.begun.clear();
        self.merges.clear();
        let named: BTreeSet<_> = runs.numbers().collect();
        self.disk.files.retain(|number, _| named.contains(number));
        self.stack = RunStack::new(self.written(&runs), self.memory);
    }

    pub(super) fn get(&mut self, key: &[u8]) -> Result<Option<Saying>> {
        self.stack.get(&mut self.disk, key)
    }

    /// The value of a key.
    pub(super) fn value(&mut self, key: &[u8]) -> Result<Option<TestEntry>> {
        Ok(match self.get(key)? {
            Some(Saying::Value(hit)) => Some(self.shown(&hit)?),
            Some(Saying::Removed) | None => None,
        })
    }

    /// An entry with its value, wherever that stands.
    fn shown(&mut self, hit: &Hit) -> Result<TestEntry> {
        let (key, (version, kind, _)) = shown(hit);
        let kind = if kind == RunEntryKind::Pointer { RunEntryKind::Value } else { kind };
        Ok((key, (version, kind, hit.value(&mut self.disk)?)))
    }

    pub(super) fn cursor(&self, place: Option<&[u8]>) -> StackCursor {
        StackCursor::new(&self.runs().runs, place)
    }

    pub(super) fn walk(&mut self, cursor: &mut StackCursor, is_forward: bool) -> Result<Option<TestEntry>> {
        let hit = if is_forward {
            cursor.next(&mut self.stack, &mut self.disk)?
        } else {
            cursor.previous(&mut self.stack, &mut self.disk)?
        };
        hit.map(|hit| self.shown(&hit)).transpose()
    }

    /// Up to so many entries from a place on.
    pub(super) fn page(
        &mut self,
        place: Option<&[u8]>,
        is_forward: bool,
        count: usize,
    ) -> Result<Vec<TestEntry>> {
        let (mut cursor, mut page) = (self.cursor(place), Vec::new());
        while page.len() < count
            && let Some(entry) = self.walk(&mut cursor, is_forward)?
        {
            page.push(entry);
        }
        Ok(page)
    }

    /// Everything that can be asked is answered as the model does.
    pub(super) fn check(&mut self) {
        for key in self.used.clone() {
            let due = self.model.get_key_value(&key).map(|(key, content)| (key.clone(), content.clone()));
            assert_eq!(self.value(&key).unwrap(), due, "{key:?}");
        }
        let mut due: Vec<_> = self.model.clone().into_iter().collect();
        assert_eq!(self.page(Some(&[]), true, usize::MAX).unwrap(), due);
        due.reverse();
        assert_eq!(self.page(None, false, usize::MAX).unwrap(), due);
    }

    /// From a place, as the model does, whichever way.
    pub(super) fn check_walk(&mut self, place: Option<&[u8]>, steps: &[bool]) {
        let entries: Vec<_> = self.model.clone().into_iter().collect();
        let mut at = entries.partition_point(|(key, _)| place.is_none_or(|place| key.as_slice() < place));
        let mut cursor = self.cursor(place);
        for is_forward in steps {
            let said = self.walk(&mut cursor, *is_forward).unwrap();
            let due = if *is_forward { Some(at) } else { at.checked_sub(1) };
            assert_eq!(said.as_ref(), due.and_then(|at| entries.get(at)), "{place:?} {steps:?}");
            at = match said {
                Some(_) if *is_forward => at + 1,
                Some(_) => at - 1,
                None => at,
            };
            let mut next = entries.iter().skip(at);
            let mut before = entries.iter().take(at).rev();
            let next: &mut dyn Iterator<Item = _> = if *is_forward { &mut next } else { &mut before };
            let passed = self.check_undisputed(&mut cursor, *is_forward, next);
            at = if *is_forward { at + passed } else { at - passed };
        }
    }

    /// What nothing stands between is what is due next. Passes half of it, and answers how many that is.
    fn check_undisputed(
        &mut self,
        cursor: &mut StackCursor,
        is_forward: bool,
        due: &mut dyn Iterator<Item = &TestEntry>,
    ) -> usize {
        let Some(mut stretch) = cursor.undisputed() else { return 0 };
        let passed = stretch.entries.len() / 2;
        while let Some(hit) = stretch.take(is_forward) {
            assert_eq!(Some(&self.shown(&hit).unwrap()), due.next());
        }
        cursor.pass_undisputed(passed);
        passed
    }
}

/// A write of a key with a number.
pub(super) fn put(key: usize, value_bytes: usize) -> (Vec<u8>, Option<Vec<u8>>) {
    (numbered_key(key), Some(vec![b'v'; value_bytes]))
}

pub(super) fn removal(key: usize) -> (Vec<u8>, Option<Vec<u8>>) {
    (numbered_key(key), None)
}

pub(super) fn numbered_key(key: usize) -> Vec<u8> {
    format!("key {key:06}").into_bytes()
}
