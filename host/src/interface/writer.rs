//! A blob that is being written, in the instance that it was begun in.

use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::told::Told;
use crate::types;
use std::io::{self, Write};
use wasmtime::component::ResourceAny;

/// Bytes given to or taken from the component at once where a blob streams.
pub(crate) const CHUNK_BYTES: usize = 1 << 20;

/// A blob that is being written, of any size. Dropped before [`BlobWriter::finish`], it leaves nothing behind.
///
/// It is an [`io::Write`], too.
#[derive(Debug)]
pub struct BlobWriter {
    pub(crate) store: Store,
    resource: Option<ResourceAny>,
    generation: u64,
}

impl BlobWriter {
    /// Of what the instance of this generation has begun.
    pub(crate) fn new(store: Store, resource: ResourceAny, generation: u64) -> Self {
        Self { store, resource: Some(resource), generation }
    }

    /// Adds bytes behind those given before.
    ///
    /// # Errors
    /// `no-space`; `closed` when the store had to be opened afresh since the writer began.
    pub fn add(&mut self, bytes: &[u8]) -> Result<()> {
        let _span = Told { bytes: bytes.len(), ..Told::of("blob.writer.write") }.begin();
        let Some(resource) = self.resource else { return Err(lost()) };
        for chunk in bytes.chunks(CHUNK_BYTES) {
            let added = self.store.core().with_generation(self.generation, |instance| {
                Ok(instance.call("blob.writer.write", |exports, store| {
                    exports.sx_persist_blob().writer().call_write(store, resource, chunk)
                })??)
            });
            added.unwrap_or_else(|| Err(lost()))?;
        }
        Ok(())
    }

    /// Stores what was written. Returns the address.
    ///
    /// # Errors
    /// `no-space`; `io`; `closed`; `closed` when the store had to be opened afresh since the writer began.
    pub fn finish(mut self) -> Result<String> {
        let _span = Told::of("blob.writer.finish").begin();
        let Some(resource) = self.resource.take() else { return Err(lost()) };
        self.store.wrote();
        let finished = self.store.core().with_generation(self.generation, |instance| {
            Ok(instance.call("blob.writer.finish", |exports, store| {
                exports.sx_persist_blob().writer().call_finish(store, resource)
            })??)
        });
        finished.unwrap_or_else(|| Err(lost()))
    }

    /// Returns `true` if it was begun in the instance of this generation.
    pub(crate) fn is_of(&self, generation: u64) -> bool {
        self.generation == generation && self.resource.is_some()
    }

    /// The resource, for a call that takes it.
    pub(crate) fn take_resource(&mut self) -> Option<ResourceAny> {
        self.resource.take()
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
        if let Some(resource) = self.resource.take() {
            // In another instance there is nothing of it any more.
            let _ = self.store.core().with_generation(self.generation, |instance| {
                instance.call("blob.writer", |_, store| resource.resource_drop(store))
            });
        }
    }
}

/// The instance that a writer began in is gone.
pub(crate) fn lost() -> Error {
    let (step, file, code) = ("write".to_owned(), "tmp".to_owned(), "lost".to_owned());
    types::Error::Closed(types::Failure { step, file, code }).into()
}
