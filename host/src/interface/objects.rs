//! `objects`: bytes under a hash that the caller computed.

use crate::error::Result;
use crate::interface::batch::CommitError;
use crate::interface::page::Page;
use crate::interface::text::expect_outcome;
use crate::store::Store;
use crate::store::shared::is_failure;
use crate::types::{ObjectStats, ObjectWriteOp, Op, Outcome, Refusal};

/// `objects`: each method is the function of its name in `wit/objects.wit`.
impl Store {
    /// The bytes of an object, as they were written.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_read(&self, hash: &str) -> Result<Option<Vec<u8>>> {
        self.call("objects.read", hash.len(), |exports, store| {
            exports.sx_persist_objects().call_read(store, hash)
        })
    }

    /// Is an object there?
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_exists(&self, hash: &str) -> Result<bool> {
        self.call("objects.exists", hash.len(), |exports, store| {
            exports.sx_persist_objects().call_exists(store, hash)
        })
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
        let op = ObjectWriteOp { hash: hash.to_owned(), bytes: bytes.to_vec() };
        expect_outcome!(self.submit(Op::ObjectWrite(op))?, Outcome::Put => ())
    }

    /// Stores several objects, each a hash and its bytes, all or nothing: one commit, one sync.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them, with the index of the object that was refused.
    pub fn object_write_batch(&self, objects: &[(String, Vec<u8>)]) -> Result<(), CommitError> {
        let bytes = objects.iter().map(|(hash, bytes)| hash.len() + bytes.len()).sum();
        self.core().check_arguments(bytes)?;
        self.wrote();
        let written = self.core().with_writer(|_, instance| {
            let written = instance.call("objects.write-batch", |exports, store| {
                exports.sx_persist_objects().call_write_batch(store, objects)
            })?;
            instance.has_failed = written.as_ref().is_err_and(|refusal| is_failure(&refusal.reason));
            Ok(written)
        })?;
        written.map_err(|Refusal { index, reason }| CommitError { index, error: reason.into() })
    }

    /// Removes an object. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_delete(&self, hash: &str) -> Result<bool> {
        let op = Op::ObjectDelete(hash.to_owned());
        expect_outcome!(self.submit(op)?, Outcome::Deleted(was_there) => was_there)
    }

    /// Some hashes, in the order of their text.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_list(&self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        let page = self.call("objects.list", after.map_or(0, str::len), |exports, store| {
            exports.sx_persist_objects().call_list(store, after, limit)
        })?;
        Ok(Page { items: page.hashes, next: page.next })
    }

    /// Numbers about the objects of the store and its instance.
    ///
    /// # Errors
    /// As `wit/objects.wit` has them.
    pub fn object_stats(&self) -> Result<ObjectStats> {
        self.call("objects.stats", 0, |exports, store| exports.sx_persist_objects().call_stats(store))
    }
}
