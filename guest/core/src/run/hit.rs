//! Entries that were found, in the block that they stand in.

use super::RunFiles;
use super::block::Block;
use super::entry::RunEntryKind;
use super::value::ValuePlace;
use crate::error::Result;
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// An entry that was found, and the block that it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub(crate) block: Arc<Block>,
    pub(crate) at: usize,
}

impl Hit {
    /// All entries of a block.
    pub(crate) fn all(block: &Arc<Block>) -> impl Iterator<Item = Self> {
        (0..block.count()).map(|at| Self { block: Arc::clone(block), at })
    }

    /// Its value.
    ///
    /// # Errors
    /// `corrupt`: it is in another file, and not there. Those of the storage.
    pub(crate) fn value(&self, files: &mut impl RunFiles) -> Result<Vec<u8>> {
        match self.place() {
            Some(place) => place.read(files),
            None => Ok(self.block.value(self.at).to_vec()),
        }
    }

    /// Where its value is, if that stands in another file.
    pub(crate) fn place(&self) -> Option<ValuePlace> {
        let is_elsewhere = self.block.kind(self.at) == RunEntryKind::Pointer;
        if is_elsewhere { ValuePlace::decode(self.block.value(self.at)) } else { None }
    }

    /// Bytes of its value.
    pub(crate) fn value_bytes(&self) -> u64 {
        self.place().map_or(self.block.value(self.at).len() as u64, |place| place.length.into())
    }

    /// Bytes that it takes, its value in another file among them.
    pub(crate) fn disk_bytes(&self) -> u64 {
        let value_bytes = self.place().map_or(0, |place| u64::from(place.length));
        self.block.entry_bytes(self.at) as u64 + value_bytes
    }

    pub(crate) fn key(&self) -> Vec<u8> {
        self.block.key(self.at)
    }

    /// Compares the keys of two entries.
    #[inline]
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        self.block.compare_entries(self.at, &other.block, other.at)
    }

    /// Compares its key with another one.
    pub(crate) fn compare_key(&self, key: &[u8]) -> Ordering {
        self.block.compare(self.at, key)
    }
}

/// Entries of one block that follow each other.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub(crate) block: Arc<Block>,
    pub(crate) entries: Range<usize>,
}

impl Stretch {
    /// Its next entry, which is out of it then; backward its last one.
    pub(crate) fn take(&mut self, is_forward: bool) -> Option<Hit> {
        let at = if is_forward { self.entries.next() } else { self.entries.next_back() }?;
        Some(Hit { block: Arc::clone(&self.block), at })
    }

    /// Leaves those before a key, or backward behind it.
    pub(crate) fn end_at(&mut self, key: &[u8], is_forward: bool) {
        let found = self.block.search(key);
        let Range { start, end } = self.entries;
        self.entries = if is_forward {
            start..found.unwrap_or_else(|next| next).clamp(start, end)
        } else {
            found.map_or_else(|next| next, |at| at + 1).clamp(start, end)..end
        };
    }
}
