//! A blob that is being written, at the end where it was begun.

use crate::error::Result;
use crate::store::Store;
use crate::store::end::lost;
use crate::store::told::Told;
use std::io::{self, Write};

/// Bytes given or taken at once where a blob streams.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;

/// A blob that is being written, of any size. Dropped before [`BlobWriter::finish`], it leaves nothing behind.
///
/// It is an [`io::Write`], too.
#[derive(Debug)]
pub struct BlobWriter {
    pub(crate) store: Store,
    /// What names it there; none once it has ended.
    number: Option<u64>,
}

impl BlobWriter {
    /// Of a blob that was begun under this number.
    pub(crate) fn new(store: Store, number: u64) -> Self {
        Self { store, number: Some(number) }
    }

    /// Adds bytes behind those given before.
    ///
    /// # Errors
    /// `no-space`; `closed` when the store had to be opened afresh since the writer began.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let _span = Told { bytes: bytes.len(), ..Told::of("blob.writer.write") }.begin();
        let number = self.number.ok_or_else(lost)?;
        bytes.chunks(CHUNK_BYTES).try_for_each(|chunk| self.store.end().add_to_blob(number, chunk))
    }

    /// Stores what was written. Returns the address.
    ///
    /// # Errors
    /// `no-space`; `io`; `closed`; `closed` when the store had to be opened afresh since the writer began.
    pub fn finish(mut self) -> Result<String> {
        let _span = Told::of("blob.writer.finish").begin();
        let number = self.number.take().ok_or_else(lost)?;
        self.store.end().finish_blob(number)
    }

    /// What names it, for operations that finish it.
    pub(crate) fn number(&self) -> Option<u64> {
        self.number
    }

    /// It has ended by operations: there is nothing to let go of.
    pub(crate) fn has_ended(&mut self) {
        self.number = None;
    }
}

impl Write for BlobWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(bytes).map(|()| bytes.len()).map_err(io::Error::other)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for BlobWriter {
    fn drop(&mut self) {
        if let Some(number) = self.number.take() {
            self.store.end().drop_blob(number);
        }
    }
}
