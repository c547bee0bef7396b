//! Bytes under a hash that the caller computed: the meaning of `objects` (G1 to G8) on the engine's tables.
//!
//! What is there is known from memory: an index of the base, and the overlay above it.

use crate::check::{check_limit, check_value};
use crate::codec::hex::hex;
use crate::engine::counts::Count;
use crate::engine::listing::{Direction, Page, behind};
use crate::engine::pull::NamePull;
use crate::engine::{Engine, Opened};
use crate::error::Result;
use crate::keyspace::OBJECTS;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::rules::parse_hash;
use crate::state::object_counts::ObjectCounts;
use crate::storage::Storage;

/// Numbers about the objects of a store and this instance; `types.object-stats`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ObjectStats {
    /// Objects that are there.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Reads, since the instance began.
    pub reads: u64,
    /// Writes that were answered without an error.
    pub writes: u64,
    /// Reads that found an object.
    pub hits: u64,
    /// Reads that found none.
    pub misses: u64,
}

impl<S: Storage> Engine<S> {
    /// `objects.read`.
    ///
    /// # Errors
    /// As in `wit/objects.wit`.
    pub fn object_read(&mut self, hash: &str) -> Result<Option<Vec<u8>>> {
        let name = parse_hash(hash)?;
        let read = self.read(|engine| engine.value(&OBJECTS, &name));
        let counts = self.object_counts();
        counts.reads += 1;
        match &read {
            Ok(Some(_)) => counts.hits += 1,
            Ok(None) => counts.misses += 1,
            Err(_) => {}
        }
        read
    }

    /// `objects.exists`.
    ///
    /// # Errors
    /// As in `wit/objects.wit`.
    pub fn object_exists(&mut self, hash: &str) -> Result<bool> {
        let name = parse_hash(hash)?;
        self.read(|engine| engine.has_value(&OBJECTS, &name))
    }

    /// `objects.write`.
    ///
    /// # Errors
    /// As in `wit/objects.wit`.
    pub fn object_write(&mut self, hash: &str, bytes: &[u8]) -> Result<()> {
        self.write(|engine| engine.decide_object_write(hash, bytes))?;
        self.object_counts().writes += 1;
        Ok(())
    }

    /// `objects.delete`.
    ///
    /// # Errors
    /// As in `wit/objects.wit`.
    pub fn object_delete(&mut self, hash: &str) -> Result<bool> {
        self.write(|engine| engine.decide_object_delete(hash))
    }

    /// `objects.list`.
    ///
    /// # Errors
    /// As in `wit/objects.wit`.
    pub fn object_list(&mut self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        let place = behind(after).map(parse_hash).transpose()?;
        let items = check_limit(limit)?;
        self.read(|engine| {
            let mut names = NameRange::default();
            if let Some(place) = &place {
                names.start_behind(place);
            }
            let names = NamePull::new(&OBJECTS, names, Direction::Forward);
            let page = engine.fill_page(names, items, |_, key| {
                let hash = hex(&key.name());
                let bytes = hash.len();
                Ok(Some((hash, bytes)))
            })?;
            Ok(page.page(after, |key| hex(&key.name())))
        })
    }

    /// `objects.stats`.
    ///
    /// # Errors
    /// As in `wit/objects.wit`.
    pub fn object_stats(&mut self) -> Result<ObjectStats> {
        let Count { keys: objects, bytes } = self.read(|engine| engine.count(&OBJECTS, &[]))?;
        let ObjectCounts { reads, hits, misses, writes } = *self.object_counts();
        Ok(ObjectStats { objects, bytes, reads, writes, hits, misses })
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn decide_object_write(&mut self, hash: &str, bytes: &[u8]) -> Result<()> {
        let name = parse_hash(hash)?;
        check_value(bytes)?;
        // What is there stays: the same hash is of the same bytes.
        if self.has_value(&OBJECTS, &name)? { Ok(()) } else { self.put_value(&OBJECTS, &name, bytes) }
    }

    pub(crate) fn decide_object_delete(&mut self, hash: &str) -> Result<bool> {
        let name = parse_hash(hash)?;
        self.take_value(&OBJECTS, &name)
    }
}
