//! Places in logs that were given out, so that whoever reads on from one needs no search.
//!
//! A cursor says which event stands before its place, and not where in the file that is: the file changes with checkpoints, and
//! answers do not.

use crate::keyspace::Keyspace;
use crate::limits::PLACES_MAX;
use lru::LruCache;
use std::hash::{BuildHasherDefault, DefaultHasher};

/// A place between two events of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The log's generation when the cursor was given: after another truncation it is outdated.
    pub(crate) generation: u64,
    /// The number of the event before the place.
    pub(crate) nth: u64,
    /// Only events with a seq above this one are wanted.
    pub(crate) after: Option<u64>,
}

/// A log, and of a place in it the log's generation and the number of the event before it.
type PlaceKey = (u8, Vec<u8>, u64, u64);

/// Offsets in the files of logs by the places that they are: those that were used last. A hint, which is looked at before it is
/// believed. The hasher is the same in each run (A1).
#[derive(Debug)]
pub(crate) struct Places {
    offsets: LruCache<PlaceKey, u64, BuildHasherDefault<DefaultHasher>>,
}

impl Default for Places {
    fn default() -> Self {
        Self { offsets: LruCache::with_hasher(PLACES_MAX, BuildHasherDefault::default()) }
    }
}

impl Places {
    /// Where the line behind a place begins.
    pub(crate) fn get(&mut self, keyspace: &Keyspace, name: &[u8], cursor: Cursor) -> Option<u64> {
        self.offsets.get(&place(keyspace, name, cursor)).copied()
    }

    pub(crate) fn remember(&mut self, keyspace: &Keyspace, name: &[u8], cursor: Cursor, offset: u64) {
        self.offsets.put(place(keyspace, name, cursor), offset);
    }

    /// The place of this number is none in the file.
    pub(crate) fn forget_one(&mut self, keyspace: &Keyspace, name: &[u8], cursor: Cursor) {
        self.offsets.pop(&place(keyspace, name, cursor));
    }

    /// Logs have new files.
    pub(crate) fn forget(&mut self) {
        self.offsets.clear();
    }
}

fn place(keyspace: &Keyspace, name: &[u8], Cursor { generation, nth, .. }: Cursor) -> PlaceKey {
    (keyspace.id, name.to_vec(), generation, nth)
}
