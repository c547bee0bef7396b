//! Durable state of replicated data: the meaning of `snapshots` (N1 to N5) on the engine's tables.

use crate::check::{check_name, check_value};
use crate::engine::listing::Page;
use crate::engine::{Engine, Opened};
use crate::error::Result;
use crate::keyspace::SNAPSHOTS;
use crate::storage::Storage;

impl<S: Storage> Engine<S> {
    /// `snapshots.persist`.
    ///
    /// # Errors
    /// As in `wit/snapshots.wit`.
    pub fn snapshot_persist(&mut self, key: &str, bytes: &[u8]) -> Result<()> {
        self.write(|engine| engine.decide_snapshot_persist(key, bytes))
    }

    /// `snapshots.persist-marker`.
    ///
    /// # Errors
    /// As in `wit/snapshots.wit`.
    pub fn snapshot_persist_marker(&mut self, key: &str) -> Result<()> {
        self.write(|engine| engine.decide_snapshot_persist_marker(key))
    }

    /// `snapshots.delete-marker`.
    ///
    /// # Errors
    /// As in `wit/snapshots.wit`.
    pub fn snapshot_delete_marker(&mut self, key: &str) -> Result<bool> {
        self.write(|engine| engine.decide_snapshot_delete_marker(key))
    }

    /// `snapshots.load`.
    ///
    /// # Errors
    /// As in `wit/snapshots.wit`.
    pub fn snapshot_load(&mut self, key: &str) -> Result<Option<Vec<u8>>> {
        check_name(key)?;
        self.read(|engine| engine.value(&SNAPSHOTS, key.as_bytes()))
    }

    /// `snapshots.contains`.
    ///
    /// # Errors
    /// As in `wit/snapshots.wit`.
    pub fn snapshot_contains(&mut self, key: &str) -> Result<bool> {
        check_name(key)?;
        self.read(|engine| engine.has_value(&SNAPSHOTS, key.as_bytes()))
    }

    /// `snapshots.keys`.
    ///
    /// # Errors
    /// As in `wit/snapshots.wit`.
    pub fn snapshot_keys(&mut self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        self.text_page(
            |_| &SNAPSHOTS,
            (prefix, after),
            limit,
            |_, key, _| {
                let bytes = key.len();
                Ok(Some((key, bytes)))
            },
        )
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn decide_snapshot_persist(&mut self, key: &str, bytes: &[u8]) -> Result<()> {
        check_name(key)?;
        check_value(bytes)?;
        self.put_value(&SNAPSHOTS, key.as_bytes(), bytes)
    }

    pub(crate) fn decide_snapshot_persist_marker(&mut self, key: &str) -> Result<()> {
        check_name(key)?;
        // What is there stays: a marker says that a key exists, and nothing of what it holds.
        if self.has_value(&SNAPSHOTS, key.as_bytes())? {
            return Ok(());
        }
        self.put_value(&SNAPSHOTS, key.as_bytes(), &[])
    }

    pub(crate) fn decide_snapshot_delete_marker(&mut self, key: &str) -> Result<bool> {
        check_name(key)?;
        self.take_value(&SNAPSHOTS, key.as_bytes())
    }
}
