//! `objects`: bytes under a hash that the caller computed.

use crate::error::Result;
use crate::interface::batch::CommitError;
use crate::interface::page::Page;
use crate::interface::wit;
use crate::store::Store;
use crate::types::ObjectStats;

/// `objects`: each method is the function of its name in `wit/objects.wit`.
impl Store {
    /// The bytes of an object, as they were written.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_read(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        wit::objects::read(self, hash)
    }

    /// Is an object there?
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_exists(&self, hash: &str) -> Result<bool> {
        wit::objects::exists(self, hash)
    }

    /// Stores bytes under a hash. Does nothing when it is there already.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// // What `printf hello | git hash-object --stdin` says.
    /// let hash = "b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0";
    /// store.object_write(hash, b"blob 5\0hello")?;
    /// store.object_write(hash, b"anything")?;
    /// assert_eq!(store.object_read(hash)?.as_deref(), Some(&b"blob 5\0hello"[..]));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_write(&self, hash: &str, bytes: &[u8]) -> Result<()> {
        wit::objects::write(self, hash.to_owned(), bytes.to_owned())
    }

    /// Stores several objects, each a hash and its bytes, all or nothing: one commit, one sync.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them, with the index of the object that was refused.
    pub fn object_write_batch(&self, objects: &[(String, Vec<u8>)]) -> Result<(), CommitError> {
        wit::objects::write_batch(self, objects)
    }

    /// Removes an object. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_delete(&self, hash: &str) -> Result<bool> {
        wit::objects::delete(self, hash.to_owned())
    }

    /// Some hashes, in the order of their text.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_list(&self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        wit::objects::list(self, after, limit).map(Page::from)
    }

    /// Numbers about the objects of the store and its instance.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_stats(&self) -> Result<ObjectStats> {
        wit::objects::stats(self)
    }
}
