//! Durability, checkpoints and numbers: the meaning of `admin`, but for `verify` and `repair`.

use crate::engine::{Durability, Engine};
use crate::error::Result;
use crate::journal::write;
use crate::keyspace::composite;
use crate::keyspace::{BLOBS, KV, MAPS, OBJECTS, REFS, SESSIONS, SNAPSHOTS, STREAMS};
use crate::storage::Storage;
use std::collections::BTreeSet;
use std::ops::Bound;

impl<S: Storage> Engine<S> {
    /// `admin.set-durability`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn set_durability(&mut self, level: Durability) -> Result<()> {
        if level == Durability::Always && self.durability == Durability::Relaxed {
            self.flush()?;
        }
        self.durability = level;
        Ok(())
    }

    /// `admin.flush`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn flush(&mut self) -> Result<()> {
        if self.files.is_read_only() {
            return Ok(());
        }
        self.check_writable()?;
        // Before its first write an instance has answered nothing; what earlier ones left is not its to promise (J5).
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let flushed = write::flush(&mut self.files, journal);
        self.closing(flushed)
    }

    /// `admin.checkpoint`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn checkpoint(&mut self) -> Result<()> {
        self.check_writable()?;
        let has_frames = self.journal.as_ref().is_some_and(crate::journal::Journal::has_frames);
        if has_frames { self.make_ready() } else { Ok(()) }
    }

    /// `admin.checkpoint-step`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn checkpoint_step(&mut self) -> Result<bool> {
        self.check_writable()?;
        match &self.journal {
            Some(journal) if journal.has_frames() && journal.own => {
                let has_more = self.do_part()?;
                // A part may have ended with a frame of its own, which no commit follows here.
                self.flush()?;
                Ok(has_more)
            }
            Some(journal) if journal.has_frames() => self.make_ready().map(|()| false),
            _ => Ok(false),
        }
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
            let segments = engine.keys(&SESSIONS)?;
            let sessions: BTreeSet<_> =
                segments.iter().filter_map(|name| Some(composite::split(name)?.0)).collect();
            engine.load_index(&OBJECTS)?;
            let objects = engine.known(&OBJECTS, Bound::Unbounded).count();
            let mut stats = vec![("logs", engine.keys(&STREAMS)?.len()), ("keys", engine.keys(&KV)?.len())];
            stats.extend([("blobs", blobs.len()), ("refs", engine.keys(&REFS)?.len())]);
            stats.extend([("map-keys", engine.keys(&MAPS)?.len()), ("objects", objects)]);
            stats.extend([("sessions", sessions.len()), ("segments", segments.len())]);
            stats.push(("snapshots", engine.keys(&SNAPSHOTS)?.len()));
            let quarantine = engine.count_quarantine()?;
            let counts = engine.files.counts;
            let journal = engine.journal.as_ref();
            let mut stats: Vec<_> = stats.into_iter().map(|(name, count)| (name, count as u64)).collect();
            stats.extend([
                ("blob-bytes", blob_bytes),
                ("journal-bytes", journal.map_or(0, |journal| journal.end)),
                ("journal-number", journal.map_or(0, |journal| journal.number)),
                ("lsn", journal.map_or(0, |journal| journal.next_lsn - 1)),
                ("dirty", engine.overlay.dirty_files() as u64),
                ("syncs", counts.syncs),
                ("folder-syncs", counts.folder_syncs),
                ("writes", counts.writes),
                ("checkpoints", counts.checkpoints),
                ("quarantine", quarantine),
                ("folder-sync", u64::from(!engine.files.folder_sync_refused)),
            ]);
            Ok(stats)
        })
    }
}
