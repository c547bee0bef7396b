//! The frozen part of the tables that stand in runs, on its way to a run of its own.

use crate::disk::files::Files;
use crate::error::Result;
use crate::keyspace::Name;
use crate::limits::RUN_PIECE_BYTES;
use crate::run::RunGeometry;
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::list::{Garbage, ListedRun};
use crate::run::open_files::NewRun;
use crate::state::layer::Layer;
use crate::state::pending::PendingValue;
use crate::storage::Storage;

/// What an entry takes up in a run beside its name and its value, about.
const ENTRY_BYTES: usize = 16;

/// What older runs have of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Older {
    /// A value of so many bytes, and so many of entries that it speaks of and the new one does not.
    Value(u64, u64),
    Nothing,
    /// What they say is damaged.
    Unknown,
}

/// A run that is being written, and how far it has come.
#[derive(Debug)]
pub(crate) struct Flush<F> {
    new_run: NewRun<F>,
    /// The keyspace and the name of the last key that went in.
    last: Option<(u8, Name)>,
    /// Bytes of what has not gone in yet, about.
    left_bytes: usize,
    is_read: bool,
    /// Are there older runs? Then a removal has something to hide.
    has_older: bool,
    /// Each key of so many that are put is looked up in older runs.
    sample: usize,
    passed: usize,
    /// An estimate of what the run makes garbage of older ones, its removals with it.
    pub(crate) garbage: Garbage,
}

/// So few keys are all looked up.
const SAMPLED_WHOLE: usize = 1_024;
/// Of more keys one in so many is.
const SAMPLE: usize = 32;

impl<F> Flush<F> {
    /// That of a frozen part of which nothing is written, in front of so many bytes of runs.
    pub(crate) fn new(frozen: Option<&Layer>, geometry: RunGeometry, older_bytes: u64) -> Self {
        let (mut count, mut left_bytes) = (0, 0);
        for (_, name, value) in frozen.into_iter().flat_map(|frozen| frozen.in_runs(None)) {
            left_bytes += bytes_of(name, value);
            count += 1;
        }
        Self {
            new_run: NewRun::new(geometry.for_bytes(older_bytes.saturating_add(left_bytes as u64))),
            last: None,
            left_bytes,
            is_read: left_bytes == 0,
            has_older: older_bytes > 0,
            sample: if count > SAMPLED_WHOLE { SAMPLE } else { 1 },
            passed: 0,
            garbage: Garbage::default(),
        }
    }

    /// Pieces that are left to be written, about; none when it is done.
    pub(crate) fn pieces(&self) -> usize {
        (self.left_bytes + self.new_run.pending_bytes())
            .div_ceil(RUN_PIECE_BYTES)
            .max(usize::from(!self.is_read))
    }

    /// Takes in what the next piece is made of; `older` is asked what older runs have of a key. Answers whether there is one.
    pub(crate) fn fill(
        &mut self,
        frozen: &Layer,
        lsn: u64,
        next_file: &mut u64,
        mut older: impl FnMut(&RunEntry<'_>) -> Older,
    ) -> Result<bool> {
        let mut key = Vec::new();
        let behind = self.last.clone();
        let mut keys = frozen.in_runs(behind.as_ref());
        let mut last = None;
        while self.new_run.pending_bytes() < RUN_PIECE_BYTES && !self.is_read {
            let Some((id, name, value)) = keys.next() else {
                self.new_run.finish()?;
                self.is_read = true;
                break;
            };
            self.left_bytes = self.left_bytes.saturating_sub(bytes_of(name, value));
            last = Some((id, name));
            key.clear();
            key.push(id);
            key.extend_from_slice(name);
            let entry = match value {
                PendingValue::Put { bytes, version } => {
                    RunEntry { key: &key, version: *version, kind: RunEntryKind::Value, value: bytes }
                }
                // Nobody asks for the version of what is not there.
                PendingValue::Removed | PendingValue::Present => {
                    RunEntry { key: &key, version: lsn, kind: RunEntryKind::Removed, value: &[] }
                }
            };
            let is_removal = entry.kind == RunEntryKind::Removed;
            let is_asked = self.has_older && (is_removal || self.passed.is_multiple_of(self.sample));
            let hidden = if is_asked { older(&entry) } else { Older::Nothing };
            // A queue removes most of what it has been given before that comes into a run.
            if !is_removal || hidden != Older::Nothing {
                self.new_run.push(&entry, next_file)?;
            }
            if let Older::Value(bytes, dead_bytes) = hidden {
                let stands_for = if is_removal { 1 } else { self.sample as u64 };
                let hidden_bytes = bytes.saturating_add((key.len() + ENTRY_BYTES) as u64);
                self.garbage = self.garbage.and(Garbage {
                    hidden_bytes: hidden_bytes.saturating_mul(stands_for),
                    dead_bytes: dead_bytes.saturating_mul(stands_for),
                });
            }
            self.passed += usize::from(!is_removal);
        }
        if let Some((id, name)) = last {
            self.last = Some((id, Name::clone(name)));
        }
        Ok(self.new_run.pending_bytes() > 0)
    }

    /// Writes the next piece. Where that fails, all of it is to be written anew.
    pub(crate) fn write_piece<S: Storage<File = F>>(&mut self, files: &mut Files<S>) -> Result<()> {
        self.new_run.write_piece(files).map(drop)
    }

    /// Removes what was written: no manifest will name it.
    pub(crate) fn remove<S: Storage<File = F>>(&self, files: &mut Files<S>) -> Result<()> {
        self.new_run.remove(files)
    }

    /// The run, once it is whole; none where nothing was to be written.
    pub(crate) fn run(&self) -> Option<ListedRun> {
        let files = self.new_run.whole();
        (!files.is_empty()).then(|| ListedRun::new(files))
    }
}

/// Bytes that a key fills of a run, about.
fn bytes_of(name: &[u8], value: &PendingValue) -> usize {
    ENTRY_BYTES + name.len() + value.bytes().map_or(0, <[u8]>::len)
}
