//! Bytes under their own address: the meaning of `blob` (B1 to B5).
//!
//! Up to 64 KiB a blob goes through the journal like any value. A larger one goes straight to `tmp/`, synced, and is renamed
//! into `blobs/`: it may be there early, never late.

use crate::base::layout::{self, BLOBS_FOLDER};
use crate::check::check_limit;
use crate::codec::cid;
use crate::codec::sha256::Digest;
use crate::disk::files::{Handle, reserve};
use crate::disk::tmp::{self, TMP};
use crate::engine::Engine;
use crate::engine::listing::Page;
use crate::error::{Error, Failure, Result};
use crate::journal::record::Record;
use crate::keyspace::BLOBS;
use crate::limits::{ANSWER_BYTES_MAX, BLOB_BYTES_MAX, BLOB_JOURNAL_BYTES_MAX, CHUNK_BYTES, WRITERS_MAX};
use crate::state::overlay::PendingValue;
use crate::state::uploads::Writer;
use crate::storage::Storage;
use std::collections::BTreeSet;

impl<S: Storage> Engine<S> {
    /// `blob.put`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_put(&mut self, bytes: &[u8]) -> Result<String> {
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(Error::too_large(BLOB_BYTES_MAX, bytes.len()));
        }
        if bytes.len() <= BLOB_JOURNAL_BYTES_MAX {
            return self.write(|engine| engine.decide_blob_put(bytes));
        }
        self.check_writable()?;
        self.make_room(bytes.len())?;
        let digest = self.files.digest(bytes);
        self.put_large(
            digest,
            |engine| engine.holds(&digest, bytes),
            |engine| {
                engine.files.check_room(bytes.len(), TMP)?;
                let file = engine.create_in_tmp("blob")?;
                engine.files.write(&file, 0, bytes)?;
                Ok(file)
            },
        )
    }

    /// A blob of any size through the journal.
    pub(crate) fn decide_blob_put(&mut self, bytes: &[u8]) -> Result<String> {
        let digest = self.files.digest(bytes);
        self.decide_hashed_blob_put(digest, bytes)
    }

    fn decide_hashed_blob_put(&mut self, digest: Digest, bytes: &[u8]) -> Result<String> {
        let is_there = match self.overlay.value(&BLOBS, &digest) {
            Some(PendingValue::Put { .. }) => true,
            Some(PendingValue::Removed) => false,
            Some(PendingValue::Present) | None => {
                self.blobs.durable.contains(&digest) && self.holds(&digest, bytes)?
            }
        };
        if !is_there {
            self.put_value(&BLOBS, &digest, bytes)?;
        }
        Ok(cid::print(&digest))
    }

    /// Does the base hold just these bytes under their address? What is there is compared, for it may be damaged (B3).
    fn holds(&mut self, digest: &Digest, bytes: &[u8]) -> Result<bool> {
        let Some(file) = self.open_copy(digest)? else { return Ok(false) };
        if self.files.size(&file)? != bytes.len() as u64 {
            return Ok(false);
        }
        let mut chunk = Vec::new();
        for (part, at) in bytes.chunks(CHUNK_BYTES).zip((0..).step_by(CHUNK_BYTES)) {
            chunk.clear();
            self.files.read(&file, at, part.len(), &mut chunk)?;
            if chunk != part {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Puts a blob past the journal. `is_there` says whether the base holds it whole, `store` writes it to a file in `tmp/`.
    fn put_large(
        &mut self,
        digest: Digest,
        is_there: impl FnOnce(&mut Self) -> Result<bool>,
        store: impl FnOnce(&mut Self) -> Result<Handle<S::File>>,
    ) -> Result<String> {
        self.own_root()?;
        let was_removed = match self.overlay.value(&BLOBS, &digest) {
            // A batch has brought it through the journal, which may not be synced.
            Some(PendingValue::Put { .. }) => return self.flush().map(|()| cid::print(&digest)),
            pending => pending == Some(&PendingValue::Removed),
        };
        // Of a file that this instance did not make durable nothing is known, not even after a sync (D5): it is written again.
        let is_durable = self.blobs.durable.contains(&digest) && is_there(self)?;
        let stored = if is_durable { Ok(()) } else { self.store_large(&digest, store) };
        self.closing(stored)?;
        self.blobs.remember_durable(digest);
        if was_removed {
            // The removal in the journal must not be done again over the new file, whose answer is durable when relaxed, too. Nor by
            // a checkpoint that comes before this record, however long the journal is.
            self.write_ready(|engine| {
                engine.record(&Record::Present { digest })?;
                engine.seal();
                Ok(())
            })?;
            self.flush()?;
        }
        Ok(cid::print(&digest))
    }

    fn store_large(
        &mut self,
        digest: &Digest,
        store: impl FnOnce(&mut Self) -> Result<Handle<S::File>>,
    ) -> Result<()> {
        let file = store(self)?;
        let mut folders = BTreeSet::new();
        self.enter_folder(BLOBS_FOLDER, &mut folders)?;
        // ORDER: the bytes are durable before the address shows them.
        self.files.sync(&file)?;
        self.files.rename(file.path(), &layout::path(&BLOBS, digest, ""))?;
        for folder in &folders {
            self.files.sync_folder(folder)?;
        }
        Ok(())
    }

    /// As [`Engine::holds`], by the address alone.
    fn is_intact(&mut self, digest: &Digest, size: u64) -> Result<bool> {
        let Some(file) = self.open_copy(digest)? else { return Ok(false) };
        Ok(self.files.size(&file)? == size && self.hash_file(&file)? == *digest)
    }

    /// The file of an address, to compare: what is no file is no copy.
    fn open_copy(&mut self, digest: &Digest) -> Result<Option<Handle<S::File>>> {
        match self.files.open(&layout::path(&BLOBS, digest, "")) {
            Err(Error::Corrupt(_)) => Ok(None),
            opened => opened,
        }
    }

    /// The sha2-256 of a whole file.
    pub(crate) fn hash_file(&mut self, file: &Handle<S::File>) -> Result<Digest> {
        let mut hash = self.files.hash();
        let mut chunk = Vec::new();
        let mut at = 0;
        loop {
            chunk.clear();
            self.files.read(file, at, CHUNK_BYTES, &mut chunk)?;
            hash.update(&chunk);
            at += chunk.len() as u64;
            if chunk.len() < CHUNK_BYTES {
                return Ok(hash.finish());
            }
        }
    }

    /// `blob.get`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_get(&mut self, cid: &str) -> Result<Option<Vec<u8>>> {
        let digest = cid::parse(cid)?;
        self.read(|engine| engine.value(&BLOBS, &digest))
    }

    /// `blob.has`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_has(&mut self, cid: &str) -> Result<bool> {
        let digest = cid::parse(cid)?;
        self.read(|engine| engine.has_value(&BLOBS, &digest))
    }

    /// `blob.size`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_size(&mut self, cid: &str) -> Result<Option<u64>> {
        let digest = cid::parse(cid)?;
        self.read(|engine| engine.value_size(&BLOBS, &digest))
    }

    /// `blob.read-at`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_read_at(&mut self, cid: &str, offset: u64, length: u32) -> Result<Option<Vec<u8>>> {
        let digest = cid::parse(cid)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > ANSWER_BYTES_MAX {
            return Err(Error::too_large(ANSWER_BYTES_MAX, length));
        }
        self.read(|engine| engine.read_part(&digest, offset, length))
    }

    fn read_part(&mut self, digest: &Digest, offset: u64, length: usize) -> Result<Option<Vec<u8>>> {
        match self.overlay.value(&BLOBS, digest) {
            Some(PendingValue::Put { bytes, .. }) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let end = start.saturating_add(length).min(bytes.len());
                return Ok(Some(bytes.get(start..end).unwrap_or_default().to_vec()));
            }
            Some(PendingValue::Removed) => return Ok(None),
            Some(PendingValue::Present) | None => {}
        }
        let Some(file) = self.files.open(&layout::path(&BLOBS, digest, ""))? else { return Ok(None) };
        let rest = self.files.size(&file)?.saturating_sub(offset);
        let mut bytes = Vec::new();
        let length = length.min(usize::try_from(rest).unwrap_or(usize::MAX));
        self.files.read(&file, offset, length, &mut bytes)?;
        Ok(Some(bytes))
    }

    /// `blob.delete`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_delete(&mut self, cid: &str) -> Result<bool> {
        let digest = cid::parse(cid)?;
        self.write(|engine| engine.take_value(&BLOBS, &digest))
    }

    /// `blob.list`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_list(&mut self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        let items = check_limit(limit)?;
        if let Some(after) = after {
            cid::parse(after)?;
        }
        self.read(|engine| {
            let digests = engine.keys(&BLOBS)?;
            let texts = digests.iter().filter_map(|key| Digest::try_from(key.as_slice()).ok());
            let mut cids: Vec<_> = texts.map(|digest| cid::print(&digest)).collect();
            cids.retain(|cid| after.is_none_or(|after| cid.as_str() > after));
            // The order of the text is not that of the bytes: base32 puts its letters before its digits.
            cids.sort_unstable();
            let more = cids.len() > items;
            cids.truncate(items);
            let next = cids.last().filter(|_| more).cloned();
            Ok(Page { items: cids, next })
        })
    }

    /// `blob.writer`: begins a blob. Answers the writer's number.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn writer_open(&mut self) -> Result<u32> {
        self.check_writable()?;
        if self.blobs.writers.len() >= WRITERS_MAX {
            return Err(Error::too_large(WRITERS_MAX, WRITERS_MAX + 1));
        }
        let id = self.blobs.next_id;
        self.blobs.next_id = id.wrapping_add(1);
        let writer = Writer { hash: self.files.hash(), buffer: Vec::new(), file: None, written: 0 };
        self.blobs.writers.insert(id, writer);
        Ok(id)
    }

    /// `blob.writer.write`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn writer_write(&mut self, id: u32, bytes: &[u8]) -> Result<()> {
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(Error::too_large(BLOB_BYTES_MAX, bytes.len()));
        }
        self.check_writable()?;
        self.make_room(bytes.len())?;
        let Some(mut writer) = self.blobs.writers.remove(&id) else { return Err(writer_failed()) };
        let added = self.add_to_writer(&mut writer, id, bytes);
        match added {
            Ok(()) => drop(self.blobs.writers.insert(id, writer)),
            Err(_) => self.discard(writer),
        }
        added
    }

    fn add_to_writer(&mut self, writer: &mut Writer<S::File>, id: u32, bytes: &[u8]) -> Result<()> {
        writer.hash.update(bytes);
        if writer.file.is_none() && writer.buffer.len() + bytes.len() <= BLOB_JOURNAL_BYTES_MAX {
            reserve(&mut writer.buffer, bytes.len())?;
            writer.buffer.extend_from_slice(bytes);
            return Ok(());
        }
        self.files.check_room(writer.buffer.len() + bytes.len(), TMP)?;
        let file = if let Some(file) = writer.file.take() {
            file
        } else {
            let file = self.create_in_tmp(&format!("writer-{id}"))?;
            self.files.write(&file, 0, &writer.buffer)?;
            writer.written = writer.buffer.len() as u64;
            writer.buffer = Vec::new();
            file
        };
        let outcome = self.files.write(&file, writer.written, bytes);
        writer.written += bytes.len() as u64;
        writer.file = Some(file);
        outcome
    }

    /// `blob.writer.finish`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn writer_finish(&mut self, id: u32) -> Result<String> {
        self.check_writable()?;
        // Before the writer gives up its file, which the checkpoint of a recovery would remove.
        self.own_root()?;
        let Some(writer) = self.blobs.writers.remove(&id) else { return Err(writer_failed()) };
        let digest = writer.hash.finish();
        let Some(file) = writer.file else {
            return self.write(|engine| engine.decide_hashed_blob_put(digest, &writer.buffer));
        };
        let tmp = file.path().to_owned();
        let cid = self.put_large(digest, |engine| engine.is_intact(&digest, writer.written), |_| Ok(file))?;
        // Still there when the blob was already in the store.
        self.files.remove(&tmp)?;
        Ok(cid)
    }

    /// Drops a writer: nothing of it stays.
    pub fn writer_drop(&mut self, id: u32) {
        if let Some(writer) = self.blobs.writers.remove(&id) {
            self.discard(writer);
        }
    }

    fn discard(&mut self, writer: Writer<S::File>) {
        if let Some(file) = writer.file {
            // What cannot be removed now is removed by the next checkpoint.
            let _ = self.files.remove(file.path());
        }
    }

    fn create_in_tmp(&mut self, name: &str) -> Result<Handle<S::File>> {
        self.files.make_folder(TMP)?;
        self.files.create(&tmp::path(name))
    }
}

fn writer_failed() -> Error {
    Error::Closed(Failure { step: "write", file: TMP.to_owned(), code: "failed" })
}
