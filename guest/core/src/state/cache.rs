//! Small values of the base that were read before: who reads one again opens no file.
//!
//! Whoever may write is alone with the base. What it read there stays true until a commit changes the key; from then on the
//! overlay answers for the key, and behind the checkpoint its file is read anew. A reader beside a writer keeps nothing.

use crate::base::value_file::Value;
use crate::journal::record::Record;
use crate::keyspace::{Keyspace, Shape};
use crate::limits::{CACHE_BYTES_MAX, CACHE_VALUE_BYTES_MAX};
use lru::LruCache;
use std::hash::{BuildHasherDefault, DefaultHasher};

/// What a kept value takes up beside its bytes, about.
const ENTRY_BYTES: usize = 100;

/// The values that are kept, by keyspace and name: those that were used last. Its hasher is the same in each run (A1).
#[derive(Debug)]
pub(crate) struct Cache {
    values: LruCache<Vec<u8>, Value, BuildHasherDefault<DefaultHasher>>,
    bytes: usize,
}

impl Default for Cache {
    fn default() -> Self {
        Self { values: LruCache::unbounded_with_hasher(BuildHasherDefault::default()), bytes: 0 }
    }
}

/// A name and its keyspace.
fn key(keyspace: &Keyspace, name: &[u8]) -> Vec<u8> {
    [&[keyspace.id], name].concat()
}

/// Bytes that a kept value counts for.
fn size(key: &[u8], value: &Value) -> usize {
    ENTRY_BYTES + key.len() + value.bytes.len()
}

impl Cache {
    /// The value, which is in use now.
    pub(crate) fn get(&mut self, keyspace: &Keyspace, name: &[u8]) -> Option<&Value> {
        self.values.get(&key(keyspace, name))
    }

    /// Keeps a value that is small. Those that have not been used for longest go, until there is room.
    pub(crate) fn keep(&mut self, keyspace: &Keyspace, name: &[u8], value: &Value) {
        if keyspace.shape == Shape::Blob || value.bytes.len() > CACHE_VALUE_BYTES_MAX {
            return;
        }
        let key = key(keyspace, name);
        self.bytes += size(&key, value);
        if let Some((key, replaced)) = self.values.push(key, value.clone()) {
            self.bytes -= size(&key, &replaced);
        }
        while self.bytes > CACHE_BYTES_MAX {
            let Some((key, unused)) = self.values.pop_lru() else { return };
            self.bytes -= size(&key, &unused);
        }
    }

    /// The bytes are those of the values.
    pub(crate) fn check(&self) {
        let bytes: usize = self.values.iter().map(|(key, value)| size(key, value)).sum();
        assert!(
            bytes == self.bytes && bytes <= CACHE_BYTES_MAX,
            "{bytes} bytes are kept, and {} were counted",
            self.bytes
        );
    }

    /// Drops what a step of a commit changes.
    pub(crate) fn invalidate(&mut self, record: &Record<'_>) {
        let (Record::Put { place, .. } | Record::Remove { place }) = record else { return };
        let key = key(place.keyspace, place.name);
        if let Some(value) = self.values.pop(&key) {
            self.bytes -= size(&key, &value);
        }
    }
}
