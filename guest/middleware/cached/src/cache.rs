//! What was used last, as far as it has room: by the number of values and by their bytes.

use crate::capacity::Capacity;
use lru::LruCache;

/// What an entry takes besides its name and its value.
const ENTRY_BYTES: usize = 128;

/// What a value is called in the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    Kv(String),
    Blob(String),
    Object(String),
    Map(String, Vec<u8>),
}

/// A value as the store answers it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) bytes: Vec<u8>,
    /// Of a map; 0 elsewhere.
    pub(crate) version: u64,
}

/// The values that are held.
#[derive(Debug)]
pub(crate) struct Cache {
    held: LruCache<Name, Held>,
    capacity: Capacity,
    bytes: usize,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    /// Hits among objects, which the store below does not see.
    pub(crate) object_hits: u64,
}

impl Default for Cache {
    fn default() -> Self {
        let capacity = Capacity::get();
        let held = LruCache::sparse(capacity.entries);
        Self { held, capacity, bytes: 0, hits: 0, misses: 0, object_hits: 0 }
    }
}

impl Name {
    fn bytes(&self) -> usize {
        match self {
            Self::Kv(name) | Self::Blob(name) | Self::Object(name) => name.len(),
            Self::Map(table, key) => table.len() + key.len(),
        }
    }
}

impl Cache {
    /// A value, which is the last one used from now on.
    pub(crate) fn get(&mut self, name: &Name) -> Option<&Held> {
        let held = self.held.get(name);
        match &held {
            Some(_) => {
                self.hits += 1;
                self.object_hits += u64::from(matches!(name, Name::Object(_)));
            }
            None => self.misses += 1,
        }
        held
    }

    /// A value, without looking at it.
    pub(crate) fn peek(&self, name: &Name) -> Option<&Held> {
        self.held.peek(name)
    }

    /// Has a value of so many bytes a place here? A larger one would push out too much of what is asked for more often.
    pub(crate) fn has_room_for(&self, bytes: usize) -> bool {
        bytes <= self.capacity.bytes / 4
    }

    /// Holds a value in the place of the one before it, and lets go of those that were used longest ago.
    pub(crate) fn put(&mut self, name: Name, held: Held) {
        self.remove(&name);
        if !self.has_room_for(held.bytes.len()) {
            return;
        }
        self.bytes += entry_bytes(&name, &held);
        let pushed_out = self.held.push(name, held);
        self.let_go(pushed_out);
        while self.bytes > self.capacity.bytes {
            let Some(oldest) = self.held.pop_lru() else { return };
            self.let_go(Some(oldest));
        }
    }

    pub(crate) fn remove(&mut self, name: &Name) {
        let removed = self.held.pop_entry(name);
        self.let_go(removed);
    }

    /// Lets go of all values of a map's table.
    pub(crate) fn remove_table(&mut self, table: &str) {
        let is_of = |name: &Name| matches!(name, Name::Map(of, _) if of == table);
        let names: Vec<_> =
            self.held.iter().map(|(name, _)| name).filter(|name| is_of(name)).cloned().collect();
        names.iter().for_each(|name| self.remove(name));
    }

    pub(crate) fn clear(&mut self) {
        self.held.clear();
        self.bytes = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.held.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    fn let_go(&mut self, entry: Option<(Name, Held)>) {
        if let Some((name, held)) = entry {
            self.bytes -= entry_bytes(&name, &held);
        }
    }
}

fn entry_bytes(name: &Name, held: &Held) -> usize {
    ENTRY_BYTES + name.bytes() + held.bytes.len()
}
