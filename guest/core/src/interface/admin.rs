//! Durability, checkpoints and numbers: the meaning of `admin`, but for `verify` and `repair`.

use crate::engine::{Durability, Engine};
use crate::error::Result;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{BLOBS, KV, OBJECTS, REFS, SEGMENTS, SESSIONS, SNAPSHOTS, STREAMS};
use crate::storage::Storage;

impl<S: Storage> Engine<S> {
    /// `admin.set-durability`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn set_durability(&mut self, level: Durability) -> Result<()> {
        if level == Durability::Always && self.durability() == Durability::Relaxed {
            self.flush()?;
        }
        self.set_level(level);
        Ok(())
    }

    /// `admin.flush`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn flush(&mut self) -> Result<()> {
        if self.is_read_only() { Ok(()) } else { self.writable()?.flush() }
    }

    /// `admin.checkpoint`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.writable()?.checkpoint()
    }

    /// `admin.checkpoint-step`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn checkpoint_step(&mut self) -> Result<bool> {
        self.writable()?.checkpoint_step()
    }

    /// `admin.stats`: names and values.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn stats(&mut self) -> Result<Vec<(&'static str, u64)>> {
        self.read(|engine| {
            let blobs = engine.keys(&BLOBS)?;
            let mut blob_bytes = 0;
            for blob in &blobs {
                blob_bytes += engine.value_size(&BLOBS, blob)?.unwrap_or(0);
            }
            let mut stats = vec![("logs", engine.keys(&STREAMS)?.len() as u64)];
            stats.push(("keys", engine.count_names(&KV, NameRange::default())?));
            stats.push(("blobs", blobs.len() as u64));
            stats.push(("refs", engine.count_names(&REFS, NameRange::default())?));
            stats.push(("map-keys", engine.count_map_keys()?));
            stats.push(("objects", engine.count(&OBJECTS, &[])?.keys));
            stats.push(("sessions", engine.count_names(&SESSIONS, NameRange::default())?));
            stats.push(("segments", engine.count_names(&SEGMENTS, NameRange::default())?));
            stats.push(("snapshots", engine.count_names(&SNAPSHOTS, NameRange::default())?));
            stats.push(("blob-bytes", blob_bytes));
            stats.extend(engine.numbers()?);
            Ok(stats)
        })
    }
}
