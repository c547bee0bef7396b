//! `blob`: bytes under their own address.

use crate::error::Result;
use crate::handles::{Cid, Items, PAGE_ITEMS};
use crate::interface::{BlobWriter, Page, Raw, wit};
use crate::store::Store;
use std::io::{Read, Write};

/// Bytes of any size, each under the address that is computed of them. Returned by [`Store::blobs`].
#[derive(Clone, Copy, Debug)]
pub struct Blobs<'a> {
    store: &'a Store,
}

impl Store {
    /// Returns the blobs of the store.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let cid = store.blobs().put(b"hello")?;
    /// assert_eq!(store.blobs().get(&cid)?.as_deref(), Some(&b"hello"[..]));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn blobs(&self) -> Blobs<'_> {
        Blobs { store: self }
    }
}

impl<'a> Blobs<'a> {
    /// Stores bytes. Returns their address, the same for the same bytes.
    ///
    /// # Errors
    /// `TooLarge` above 64 MiB: [`Blobs::put_from`] takes any size; `NoSpace`.
    pub fn put(&self, bytes: &[u8]) -> Result<Cid> {
        self.raw().blob_put(bytes).map(Cid::of_store)
    }

    /// Returns the bytes of an address, checked against it; `None` when they are not there.
    ///
    /// # Errors
    /// `InvalidCid`; `Corrupt`; `TooLarge` above 64 MiB: [`Blobs::get_to`] gives any size.
    pub fn get(&self, cid: &Cid) -> Result<Option<Vec<u8>>> {
        wit::blob::get(self.store, cid.as_str())
    }

    /// Returns `true` if a blob is there.
    ///
    /// # Errors
    /// `InvalidCid`.
    pub fn contains(&self, cid: &Cid) -> Result<bool> {
        wit::blob::has(self.store, cid.as_str())
    }

    /// Returns how many bytes a blob has, `None` when it is not there.
    ///
    /// # Errors
    /// `InvalidCid`.
    pub fn size(&self, cid: &Cid) -> Result<Option<u64>> {
        wit::blob::size(self.store, cid.as_str())
    }

    /// Returns some bytes of a blob, not checked against its address: fewer at its end, `None` when it is not there.
    ///
    /// # Errors
    /// `InvalidCid`; `TooLarge` for a length above 64 MiB.
    pub fn read_at(&self, cid: &Cid, offset: u64, length: u32) -> Result<Option<Vec<u8>>> {
        wit::blob::read_at(self.store, cid.as_str(), offset, length)
    }

    /// Removes a blob. Returns `true` if it was there.
    ///
    /// # Errors
    /// `InvalidCid`.
    pub fn remove(&self, cid: &Cid) -> Result<bool> {
        wit::blob::delete(self.store, cid.as_str().to_owned())
    }

    /// Begins a blob of any size. Dropped before it is finished, it leaves nothing behind.
    ///
    /// # Errors
    /// `TooLarge` when 64 are open already; `NoSpace`.
    pub fn writer(&self) -> Result<BlobWriter> {
        self.raw().blob_writer()
    }

    /// Stores what a reader gives, of any size, in bounded memory. Returns the address.
    ///
    /// # Errors
    /// [`HostError::Stream`](crate::HostError::Stream) when the reader fails; those of [`Blobs::writer`].
    pub fn put_from(&self, from: impl Read) -> Result<Cid> {
        self.raw().blob_put_from(from).map(Cid::of_store)
    }

    /// Gives the bytes of a blob of any size to a writer, in bounded memory, not checked against its address. Returns how many there
    /// were; `None` when the blob is not there, and nothing is written then.
    ///
    /// # Errors
    /// [`HostError::Stream`](crate::HostError::Stream) when the writer fails; those of [`Blobs::read_at`].
    pub fn get_to(&self, cid: &Cid, to: impl Write) -> Result<Option<u64>> {
        self.raw().blob_get_to(cid.as_str(), to)
    }

    /// Returns the addresses of all blobs, in the order of their text.
    #[must_use]
    pub fn addresses(&self) -> Items<'a, Cid> {
        let store = self.store;
        Items::new(move |after| Ok(Page::from(wit::blob::list(store, after, PAGE_ITEMS)?).map(Cid::of_store)))
    }

    fn raw(self) -> Raw<'a> {
        self.store.raw()
    }
}
