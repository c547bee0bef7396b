//! Small values of the base that were read before: who reads one again opens no file.
//!
//! Whoever may write is alone with the base. What it read there stays true until a commit changes the key; from then on the
//! overlay answers for the key, and behind the checkpoint its file is read anew. A reader beside a writer keeps nothing.

use crate::base::value_file::Value;
use crate::journal::record::Record;
use crate::keyspace::{Keyspace, Shape};
use crate::limits::{CACHE_BYTES_MAX, CACHE_VALUE_BYTES_MAX};
use std::collections::BTreeMap;

/// What a kept value takes up beside its bytes, about.
const ENTRY_BYTES: usize = 100;

/// The values that are kept, by keyspace and name.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    values: BTreeMap<u8, BTreeMap<Vec<u8>, Value>>,
    bytes: usize,
}

impl Cache {
    pub(crate) fn get(&self, keyspace: &Keyspace, name: &[u8]) -> Option<&Value> {
        self.values.get(&keyspace.id)?.get(name)
    }

    /// Keeps a value that is small. When there is no more room all others go: those in use come back by themselves.
    pub(crate) fn keep(&mut self, keyspace: &Keyspace, name: &[u8], value: &Value) {
        if keyspace.shape == Shape::Blob || value.bytes.len() > CACHE_VALUE_BYTES_MAX {
            return;
        }
        let bytes = ENTRY_BYTES + name.len() + value.bytes.len();
        if self.bytes + bytes > CACHE_BYTES_MAX {
            *self = Self::default();
        }
        self.bytes += bytes;
        self.values.entry(keyspace.id).or_default().insert(name.to_vec(), value.clone());
    }

    /// The bytes are those of the values.
    pub(crate) fn check(&self) {
        let values = self.values.values().flatten();
        let bytes: usize = values.map(|(name, value)| ENTRY_BYTES + name.len() + value.bytes.len()).sum();
        assert!(
            bytes == self.bytes && bytes <= CACHE_BYTES_MAX,
            "{bytes} bytes are kept, and {} were counted",
            self.bytes
        );
    }

    /// Drops what a step of a commit changes.
    pub(crate) fn invalidate(&mut self, record: &Record<'_>) {
        let (Record::Put { place, .. } | Record::Remove { place }) = record else { return };
        let values = self.values.get_mut(&place.keyspace.id);
        if let Some(value) = values.and_then(|values| values.remove(place.name)) {
            self.bytes -= ENTRY_BYTES + place.name.len() + value.bytes.len();
        }
    }
}
