//! All runs as one: the newest entry of a key.

use super::RunFiles;
use super::block_cache::BlockCache;
use super::entry::RunEntryKind;
use super::filter;
use super::hit::Hit;
use super::list::{ListedFile, Runs};
use super::reader::{KeptPart, Run, Source};
use crate::error::Result;
use crate::limits::{RUN_CACHE_BYTES, RUN_HELD_BYTES};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How much of the runs stays in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunMemory {
    /// Bytes of blocks, and of partitions that are not held.
    pub(crate) cache_bytes: usize,
    /// Bytes of partitions that are held.
    pub(crate) held_bytes: u64,
}

impl Default for RunMemory {
    fn default() -> Self {
        Self { cache_bytes: RUN_CACHE_BYTES, held_bytes: RUN_HELD_BYTES }
    }
}

/// What the runs say of a key.
#[derive(Clone, Debug)]
pub(crate) enum Saying {
    /// It has the value that was found.
    Value(Hit),
    /// It was removed.
    Removed,
}

/// The runs of a manifest, and what is in memory of them. A file is opened when something is first asked of it.
#[derive(Debug)]
pub(crate) struct RunStack {
    runs: Arc<Runs>,
    opened: BTreeMap<u64, Arc<Run>>,
    /// Files whose partitions are held where there is room: those of all runs but the largest one. Nearly all keys are in that, so
    /// that its partitions would be most of the memory; and the others are asked for nearly all keys, and have few of them.
    to_be_held: BTreeSet<u64>,
    held_bytes: u64,
    held_bytes_max: u64,
    cache: BlockCache,
}

/// One of the files, read past what is kept or through it.
struct StackSource<'a, F> {
    number: u64,
    files: &'a mut F,
    cache: Option<&'a mut BlockCache>,
}

impl<F: RunFiles> Source for StackSource<'_, F> {
    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>> {
        self.files.read(self.number, offset, length)
    }

    fn checksums(&self, bytes: &[u8], bounds: &[u32]) -> Vec<u32> {
        self.files.checksums(bytes, bounds)
    }

    fn kept(&mut self, offset: u64) -> Option<KeptPart> {
        self.cache.as_mut()?.get((self.number, offset))
    }

    fn keep(&mut self, offset: u64, part: KeptPart) {
        if let Some(cache) = &mut self.cache {
            cache.keep((self.number, offset), part);
        }
    }
}

impl RunStack {
    pub(crate) fn new(runs: Runs, memory: RunMemory) -> Self {
        let mut stack = Self {
            runs: Arc::default(),
            opened: BTreeMap::new(),
            to_be_held: BTreeSet::new(),
            held_bytes: 0,
            held_bytes_max: memory.held_bytes,
            cache: BlockCache::new(memory.cache_bytes),
        };
        stack.set_runs(runs);
        stack
    }

    pub(crate) fn runs(&self) -> &Runs {
        &self.runs
    }

    /// From here on these are the runs. What is open stays so, unless it is listed no longer or is to be held otherwise.
    pub(crate) fn set_runs(&mut self, runs: Runs) {
        let sizes = runs.runs.iter().map(|run| run.length_bytes()).enumerate();
        let largest = sizes.max_by_key(|(_, bytes)| *bytes).map(|(at, _)| at);
        let others = runs.runs.iter().enumerate().filter(|(at, _)| Some(*at) != largest);
        self.to_be_held = others.flat_map(|(_, run)| &run.files).map(|file| file.file.number).collect();
        let listed: BTreeSet<_> = runs.files().map(|file| file.file.number).collect();
        self.opened.retain(|number, run| {
            listed.contains(number) && self.to_be_held.contains(number) == run.holds_partitions()
        });
        let held = self.opened.values().filter(|run| run.holds_partitions());
        self.held_bytes = held.map(|run| run.partitions_bytes()).sum();
        self.runs = Arc::new(runs);
    }

    /// Bytes of partitions that are held, and of what is kept besides.
    #[cfg(test)]
    pub(super) fn bytes_in_memory(&self) -> (usize, usize) {
        let held = self.opened.values().filter(|run| run.holds_partitions());
        (held.map(|run| run.held_bytes()).sum(), self.cache.bytes())
    }

    /// What the newest run that says something of a key says.
    ///
    /// # Errors
    /// `corrupt`: what it says is damaged, or is of a kind that this version does not write. Those of the storage.
    pub(crate) fn get<F: RunFiles>(&mut self, files: &mut F, key: &[u8]) -> Result<Option<Saying>> {
        let hash = filter::hash(key);
        let runs = Arc::clone(&self.runs);
        for file in runs.runs.iter().filter_map(|run| run.file_of(key)) {
            let run = self.open(files, file)?;
            let mut source = self.source(files, file.file.number, true);
            // The filter is asked before any index or block: a run that does not have the key costs a look at that.
            if let Some(hit) = run.get_hashed(&mut source, key, hash)? {
                check_kind(&run, &mut source, &hit)?;
                let is_removed = hit.block.kind(hit.at) == RunEntryKind::Removed;
                return Ok(Some(if is_removed { Saying::Removed } else { Saying::Value(hit) }));
            }
        }
        Ok(None)
    }

    /// A file, opened when it is not.
    ///
    /// # Errors
    /// `corrupt`: it is not the one that is listed. Those of the storage.
    pub(super) fn open<F: RunFiles>(&mut self, files: &mut F, file: &ListedFile) -> Result<Arc<Run>> {
        let number = file.file.number;
        if let Some(run) = self.opened.get(&number) {
            return Ok(Arc::clone(run));
        }
        let mut source = StackSource { number, files, cache: None };
        let mut run = Run::open(&mut source, &file.file)?;
        let held_bytes = self.held_bytes.saturating_add(run.partitions_bytes());
        if self.to_be_held.contains(&number) && held_bytes <= self.held_bytes_max {
            run.hold_partitions();
            self.held_bytes = held_bytes;
        }
        let run = Arc::new(run);
        self.opened.insert(number, Arc::clone(&run));
        Ok(run)
    }

    /// The bytes of a file. What reads all of them once does not keep them: it would drive out what is asked for again.
    pub(super) fn source<'a, F: RunFiles>(
        &'a mut self,
        files: &'a mut F,
        number: u64,
        is_kept: bool,
    ) -> impl Source + 'a {
        StackSource { number, files, cache: is_kept.then_some(&mut self.cache) }
    }
}

/// Is an entry one that this version knows what to do with?
///
/// # Errors
/// `corrupt`, where not.
pub(super) fn check_kind(run: &Run, source: &mut impl Source, hit: &Hit) -> Result<()> {
    match hit.block.kind(hit.at) {
        RunEntryKind::Removed | RunEntryKind::Value | RunEntryKind::Pointer => Ok(()),
        RunEntryKind::Expiring => {
            Err(run.damage(run.offset_of(source, hit)?, "a kind that this version does not write"))
        }
    }
}
