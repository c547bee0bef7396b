//! Durability, checkpoints and numbers: the meaning of `admin`, but for `verify` and `repair`.

use crate::codec::sha256::Digest;
use crate::engine::{Durability, Engine};
use crate::error::Result;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{OBJECTS, REFS, SEGMENTS, SESSIONS, SNAPSHOTS};
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

    /// `admin.compact-step`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn compact_step(&mut self) -> Result<u64> {
        self.writable()?.compact_step()
    }

    /// `admin.stats`: names and values.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn stats(&mut self) -> Result<Vec<(&'static str, u64)>> {
        self.read(|engine| {
            let blobs = engine.blobs()?;
            let mut blob_bytes = 0;
            for blob in &blobs {
                let digest = Digest::try_from(blob.as_slice()).unwrap_or_default();
                blob_bytes += engine.blob_size(&digest)?.unwrap_or(0);
            }
            let mut stats = vec![("logs", engine.count_streams()?)];
            stats.push(("keys", engine.count_names(engine.kv(), NameRange::default())?));
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
