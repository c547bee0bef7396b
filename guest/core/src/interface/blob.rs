//! Bytes under their own address: the meaning of `blob` (B1 to B5).
//!
//! Up to 64 KiB a blob goes through the journal like any value. A larger one goes straight to `tmp/`, synced, and is renamed
//! into `blobs/`: it may be there early, never late.

use crate::check::check_limit;
use crate::codec::cid;
use crate::codec::sha256::Digest;
use crate::engine::listing::{Page, behind};
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::limits::{ANSWER_BYTES_MAX, BLOB_BYTES_MAX, BLOB_JOURNAL_BYTES_MAX};
use crate::storage::Storage;

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
        Ok(cid::print(&self.writable()?.put_large_blob(bytes)?))
    }

    /// `blob.get`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_get(&mut self, cid: &str) -> Result<Option<Vec<u8>>> {
        let digest = cid::parse(cid)?;
        self.read(|engine| engine.blob(&digest))
    }

    /// `blob.has`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_has(&mut self, cid: &str) -> Result<bool> {
        let digest = cid::parse(cid)?;
        self.read(|engine| engine.has_blob(&digest))
    }

    /// `blob.size`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_size(&mut self, cid: &str) -> Result<Option<u64>> {
        let digest = cid::parse(cid)?;
        self.read(|engine| engine.blob_size(&digest))
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
        self.read(|engine| engine.blob_part(&digest, offset, length))
    }

    /// `blob.delete`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_delete(&mut self, cid: &str) -> Result<bool> {
        self.write(|engine| engine.decide_blob_delete(cid))
    }

    /// `blob.list`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn blob_list(&mut self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        let items = check_limit(limit)?;
        let after = behind(after);
        if let Some(after) = after {
            cid::parse(after)?;
        }
        self.read(|engine| {
            let digests = engine.blobs()?;
            let texts = digests.iter().filter_map(|key| Digest::try_from(key.as_slice()).ok());
            let mut cids: Vec<_> = texts.map(|digest| cid::print(&digest)).collect();
            cids.retain(|cid| after.is_none_or(|after| cid.as_str() > after));
            // The order of the text is not that of the bytes: base32 puts its letters before its digits.
            cids.sort_unstable();
            let done = cids.len() <= items;
            cids.truncate(items);
            let through = cids.last().map(String::as_str).or(after).unwrap_or_default().to_owned();
            Ok(Page { items: cids, through, done })
        })
    }

    /// `blob.writer`: begins a blob. Answers the writer's number.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn writer_open(&mut self) -> Result<u32> {
        self.writable()?.begin_upload()
    }

    /// `blob.writer.write`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn writer_write(&mut self, id: u32, bytes: &[u8]) -> Result<()> {
        if bytes.len() > BLOB_BYTES_MAX {
            return Err(Error::too_large(BLOB_BYTES_MAX, bytes.len()));
        }
        self.writable()?.add_to_upload(id, bytes)
    }

    /// `blob.writer.finish`.
    ///
    /// # Errors
    /// As in `wit/blob.wit`.
    pub fn writer_finish(&mut self, id: u32) -> Result<String> {
        Ok(cid::print(&self.writable()?.finish_upload(id)?))
    }

    /// Drops a writer: nothing of it stays.
    pub fn writer_drop(&mut self, id: u32) {
        self.drop_upload(id);
    }
}

impl<S: Storage> Opened<'_, S> {
    /// A blob of any size through the journal.
    pub(crate) fn decide_blob_put(&mut self, bytes: &[u8]) -> Result<String> {
        let digest = self.digest(bytes);
        self.put_blob(&digest, bytes)?;
        Ok(cid::print(&digest))
    }

    pub(crate) fn decide_blob_delete(&mut self, cid: &str) -> Result<bool> {
        let digest = cid::parse(cid)?;
        let was_staged = self.unstage(&digest);
        Ok(self.take_blob(&digest)? || was_staged)
    }

    /// What a writer wrote, as a part of the commit in work. The writer is left as it is: it ends when its caller drops it.
    pub(crate) fn decide_blob_finish(&mut self, writer: u32) -> Result<String> {
        Ok(cid::print(&self.stage_upload(writer)?))
    }
}
