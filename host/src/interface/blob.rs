//! `blob`: bytes under their own address.

use crate::error::{HostError, Result};
use crate::interface::page::Page;
use crate::interface::raw::Raw;
use crate::interface::wit;
use crate::interface::writer::{BlobWriter, CHUNK_BYTES};
use crate::store::told::Told;
use std::io::{self, Read, Write};
use sx_persist_wire::{Function, Put};

/// Bytes of a blob that goes through a group commit; what the component sends through its journal.
const JOURNAL_BYTES_MAX: usize = 64 << 10;

/// The functions of `blob`.
impl Raw<'_> {
    /// Stores bytes. Returns their address.
    ///
    /// # Errors
    /// `too-large`.
    pub fn blob_put(&self, bytes: &[u8]) -> Result<String> {
        if bytes.len() <= JOURNAL_BYTES_MAX {
            return wit::blob::put(self.store, bytes.to_vec());
        }
        let told = Told { bytes: bytes.len(), ..Told::of("blob.put") };
        self.store.call(told, Function::BlobPut, |out| bytes.put(out))
    }

    /// The bytes of an address, checked against it.
    ///
    /// # Errors
    /// `invalid-cid`; `corrupt` when the bytes do not match the address; `too-large` above 64 MiB: use `read-at`.
    pub fn blob_get(&self, cid: &str) -> Result<Option<Vec<u8>>> {
        wit::blob::get(self.store, cid)
    }

    /// Returns `true` if a blob is there.
    ///
    /// # Errors
    /// `invalid-cid`.
    pub fn blob_has(&self, cid: &str) -> Result<bool> {
        wit::blob::has(self.store, cid)
    }

    /// The size of a blob, in bytes.
    ///
    /// # Errors
    /// `invalid-cid`.
    pub fn blob_size(&self, cid: &str) -> Result<Option<u64>> {
        wit::blob::size(self.store, cid)
    }

    /// Some bytes of a blob, unchecked.
    ///
    /// # Errors
    /// `invalid-cid`; `too-large`.
    pub fn blob_read_at(&self, cid: &str, offset: u64, length: u32) -> Result<Option<Vec<u8>>> {
        wit::blob::read_at(self.store, cid, offset, length)
    }

    /// Removes a blob. Returns whether it was there.
    ///
    /// # Errors
    /// `invalid-cid`.
    pub fn blob_delete(&self, cid: &str) -> Result<bool> {
        wit::blob::delete(self.store, cid.to_owned())
    }

    /// Some addresses, in the order of their text.
    ///
    /// # Errors
    /// `invalid-cid` for `after`; `invalid-argument` for a limit of 0 or above 65,536.
    pub fn blob_list(&self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        wit::blob::list(self.store, after, limit).map(Page::from)
    }

    /// Begins a blob of any size.
    ///
    /// # Errors
    /// `too-large` when 64 writers are open already; `no-space`.
    pub fn blob_writer(&self) -> Result<BlobWriter> {
        let _span = Told::of("blob.writer").begin();
        let number = self.store.end().begin_blob()?;
        Ok(BlobWriter::new(self.store.clone(), number))
    }

    /// Stores what a reader gives, of any size, in bounded memory. Returns the address.
    ///
    /// # Errors
    /// `too-large` when 64 writers are open already; `no-space`; [`HostError::Stream`] when the reader fails.
    pub fn blob_put_from(&self, mut from: impl Read) -> Result<String> {
        let mut writer = self.blob_writer()?;
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match from.read(&mut chunk) {
                Ok(0) => return writer.finish(),
                Ok(length) => writer.add(&chunk[..length])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(HostError::Stream(error).into()),
            }
        }
    }

    /// Gives the bytes of a blob of any size to a writer, in bounded memory, unchecked. Returns how many there were; `None`
    /// when the blob is absent, and nothing is written then.
    ///
    /// # Errors
    /// `invalid-cid`; [`HostError::Stream`] when the writer fails.
    pub fn blob_get_to(&self, cid: &str, mut to: impl Write) -> Result<Option<u64>> {
        let Some(size) = self.blob_size(cid)? else { return Ok(None) };
        let mut done = 0;
        while done < size {
            let length = u32::try_from((size - done).min(CHUNK_BYTES as u64)).unwrap_or(u32::MAX);
            let Some(bytes) = self.blob_read_at(cid, done, length)?.filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            to.write_all(&bytes).map_err(HostError::Stream)?;
            done += bytes.len() as u64;
        }
        Ok(Some(done))
    }
}
