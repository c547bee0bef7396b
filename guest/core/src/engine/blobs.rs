//! Blobs that go past the journal: straight to `tmp/`, synced, and renamed into `blobs/`. One may be there early, never late.

use crate::base::layout::{self, BLOBS_FOLDER};
use crate::codec::sha256::Digest;
use crate::disk::files::Handle;
use crate::disk::tmp::TMP;
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::keyspace::{BLOBS, PACKED_BLOBS};
use crate::limits::{BLOB_JOURNAL_BYTES_MAX, CHUNK_BYTES};
use crate::state::pending::PendingValue;
use crate::storage::Storage;
use std::collections::BTreeSet;

impl<S: Storage> Opened<'_, S> {
    /// The sha2-256 of bytes.
    pub(crate) fn digest(&mut self, bytes: &[u8]) -> Digest {
        self.root.files.digest(bytes)
    }

    /// Puts a blob through the journal, as a part of the commit in work. One that is there is no part of it: what a commit is does not
    /// depend on what this instance knows of the disk.
    pub(crate) fn put_blob(&mut self, digest: &Digest, bytes: &[u8]) -> Result<()> {
        if self.is_packed() && bytes.len() <= BLOB_JOURNAL_BYTES_MAX {
            return match self.value(&PACKED_BLOBS, digest) {
                Ok(Some(held)) if held == bytes => Ok(()),
                Ok(_) | Err(Error::Corrupt(_)) => self.put_value(&PACKED_BLOBS, digest, bytes),
                Err(error) => Err(error),
            };
        }
        let is_there = match self.state.overlay.value(&BLOBS, digest) {
            Some(PendingValue::Put { .. }) => return Ok(()),
            Some(PendingValue::Removed) => false,
            Some(PendingValue::Present) | None => self.holds(digest, bytes)?,
        };
        if !is_there {
            return self.put_value(&BLOBS, digest, bytes);
        }
        if !self.root.uploads.durable.contains(digest) {
            // It may be lost with the power, and a sync would prove nothing about it (D5): it is written again.
            let stored = self.store_large(digest, |engine| engine.write_blob(bytes));
            self.root.close_on_failure(stored)?;
            self.root.uploads.remember_durable(*digest);
        }
        Ok(())
    }

    /// Writes a blob to a file in `tmp/`.
    fn write_blob(&mut self, bytes: &[u8]) -> Result<Handle<S::File>> {
        self.root.files.check_room(bytes.len(), TMP)?;
        let file = self.root.create_in_tmp("blob")?;
        self.root.files.write(&file, 0, bytes)?;
        Ok(file)
    }

    /// Puts a blob past the journal.
    pub(crate) fn put_large_blob(&mut self, bytes: &[u8]) -> Result<Digest> {
        self.make_room(bytes.len())?;
        let digest = self.digest(bytes);
        self.put_large(digest, |engine| engine.holds(&digest, bytes), |engine| engine.write_blob(bytes))?;
        Ok(digest)
    }

    /// Does the base hold just these bytes under their address? What is there is compared, for it may be damaged (B3).
    fn holds(&mut self, digest: &Digest, bytes: &[u8]) -> Result<bool> {
        let Some(file) = self.open_copy(digest)? else { return Ok(false) };
        if self.root.files.size(&file)? != bytes.len() as u64 {
            return Ok(false);
        }
        let mut chunk = Vec::new();
        for (part, at) in bytes.chunks(CHUNK_BYTES).zip((0..).step_by(CHUNK_BYTES)) {
            chunk.clear();
            self.root.files.read(&file, at, part.len(), &mut chunk)?;
            if chunk != part {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Puts a blob past the journal. `is_there` says whether the base holds it whole, `store` writes it to a file in `tmp/`.
    pub(super) fn put_large(
        &mut self,
        digest: Digest,
        is_there: impl FnOnce(&mut Self) -> Result<bool>,
        store: impl FnOnce(&mut Self) -> Result<Handle<S::File>>,
    ) -> Result<()> {
        self.ensure_owned()?;
        self.settle_removal(&digest)?;
        if let Some(PendingValue::Put { .. }) = self.state.overlay.value(&BLOBS, &digest) {
            // A batch has brought it through the journal, which may not be synced.
            return self.flush();
        }
        // Of a file that this instance did not make durable nothing is known, not even after a sync (D5): it is written again.
        let is_durable = self.root.uploads.durable.contains(&digest) && is_there(self)?;
        let stored = if is_durable { Ok(()) } else { self.store_large(&digest, store) };
        self.root.close_on_failure(stored)?;
        self.root.uploads.remember_durable(digest);
        Ok(())
    }

    /// A removal that is pending must not be done over a new file, neither by a checkpoint nor by a replay: it is done before.
    pub(super) fn settle_removal(&mut self, digest: &Digest) -> Result<()> {
        match self.state.overlay.value(&BLOBS, digest) {
            Some(PendingValue::Removed) => self.checkpoint_whole(),
            _ => Ok(()),
        }
    }

    pub(super) fn store_large(
        &mut self,
        digest: &Digest,
        store: impl FnOnce(&mut Self) -> Result<Handle<S::File>>,
    ) -> Result<()> {
        let file = store(self)?;
        let mut folders = BTreeSet::new();
        self.root.enter_folder(BLOBS_FOLDER, &mut folders)?;
        // ORDER: the bytes are durable before the address shows them.
        self.root.files.sync(&file)?;
        self.root.files.rename(file.path(), &layout::path(&BLOBS, digest, ""))?;
        for folder in &folders {
            self.root.files.sync_folder(folder)?;
        }
        Ok(())
    }

    /// As [`Opened::holds`], by the address alone.
    pub(super) fn is_intact(&mut self, digest: &Digest, size: u64) -> Result<bool> {
        let Some(file) = self.open_copy(digest)? else { return Ok(false) };
        Ok(self.root.files.size(&file)? == size && self.root.files.hash_file(&file)? == *digest)
    }

    /// The file of an address, to compare: what is no file is no copy.
    pub(super) fn open_copy(&mut self, digest: &Digest) -> Result<Option<Handle<S::File>>> {
        match self.root.files.open(&layout::path(&BLOBS, digest, "")) {
            Err(Error::Corrupt(_)) => Ok(None),
            opened => opened,
        }
    }

    /// A part of a blob.
    pub(crate) fn blob_part(
        &mut self,
        digest: &Digest,
        offset: u64,
        length: usize,
    ) -> Result<Option<Vec<u8>>> {
        if let Some(bytes) = self.packed_blob(digest)? {
            return Ok(Some(part_of(&bytes, offset, length)));
        }
        match self.state.overlay.value(&BLOBS, digest) {
            Some(PendingValue::Put { bytes, .. }) => return Ok(Some(part_of(bytes, offset, length))),
            Some(PendingValue::Removed) => return Ok(None),
            Some(PendingValue::Present) | None => {}
        }
        let Some(file) = self.root.files.open(&layout::path(&BLOBS, digest, ""))? else { return Ok(None) };
        let rest = self.root.files.size(&file)?.saturating_sub(offset);
        let mut bytes = Vec::new();
        let length = length.min(usize::try_from(rest).unwrap_or(usize::MAX));
        self.root.files.read(&file, offset, length, &mut bytes)?;
        Ok(Some(bytes))
    }
}

/// So many bytes from a place on, as far as there are any.
fn part_of(bytes: &[u8], offset: u64, length: usize) -> Vec<u8> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
    let end = start.saturating_add(length).min(bytes.len());
    bytes.get(start..end).unwrap_or_default().to_vec()
}
