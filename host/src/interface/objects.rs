//! `objects`: bytes under a hash that the caller computed.

use crate::error::Result;
use crate::interface::batch::CommitError;
use crate::interface::page::Page;
use crate::interface::raw::Raw;
use crate::interface::wit;
use crate::types::ObjectStats;

/// The functions of `objects`.
impl Raw<'_> {
    /// The bytes of an object, as they were written.
    ///
    /// # Errors
    /// `invalid-hash`; `corrupt` when the checksum is another.
    pub fn object_read(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        wit::objects::read(self.store, hash)
    }

    /// Returns `true` if an object is there.
    ///
    /// # Errors
    /// `invalid-hash`.
    pub fn object_exists(&self, hash: &str) -> Result<bool> {
        wit::objects::exists(self.store, hash)
    }

    /// Stores bytes under a hash. Does nothing when it is there already.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// // What `printf hello | git hash-object --stdin` says.
    /// let hash = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";
    /// store.raw().object_write(hash, b"blob 5\0hello")?;
    /// store.raw().object_write(hash, b"anything")?;
    /// assert_eq!(store.raw().object_read(hash)?.as_deref(), Some(&b"blob 5\0hello"[..]));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid-hash`; `too-large`.
    pub fn object_write(&self, hash: &str, bytes: &[u8]) -> Result<()> {
        wit::objects::write(self.store, hash.to_owned(), bytes.to_owned())
    }

    /// Stores several objects, each a hash and its bytes, all or nothing: one commit, one sync.
    ///
    /// # Errors
    /// Those of `write`, with the index of the object that is refused; `too-large` for all of them, with none.
    pub fn object_write_batch(&self, objects: &[(String, Vec<u8>)]) -> Result<(), CommitError> {
        wit::objects::write_batch(self.store, objects)
    }

    /// Removes an object. Returns whether it was there.
    ///
    /// # Errors
    /// `invalid-hash`.
    pub fn object_delete(&self, hash: &str) -> Result<bool> {
        wit::objects::delete(self.store, hash.to_owned())
    }

    /// Some hashes, in the order of their text.
    ///
    /// # Errors
    /// `invalid-hash` for `after`; `invalid-argument` for a limit of 0 or above 65,536.
    pub fn object_list(&self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        wit::objects::list(self.store, after, limit).map(Page::from)
    }

    /// Numbers about the objects of the store and its instance.
    ///
    /// # Errors
    /// `io`.
    pub fn object_stats(&self) -> Result<ObjectStats> {
        wit::objects::stats(self.store)
    }
}
