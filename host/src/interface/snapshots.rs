//! `snapshots`: durable state of replicated data.

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::raw::Raw;
use crate::interface::wit;

/// The functions of `snapshots`.
impl Raw<'_> {
    /// Keeps bytes under a key, whatever it held before.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// store.raw().snapshot_persist("counter/visits", &[1, 0, 255])?;
    /// // Noted, and kept as it is.
    /// store.raw().snapshot_persist_marker("counter/visits")?;
    /// assert_eq!(store.raw().snapshot_load("counter/visits")?, Some(vec![1, 0, 255]));
    /// assert_eq!(store.raw().snapshot_keys("counter/", None, 10)?.items, ["counter/visits"]);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid-name`; `too-large`.
    pub fn snapshot_persist(&self, key: &str, bytes: &[u8]) -> Result<()> {
        // Before the bytes are copied.
        self.store.check_arguments(key.len() + bytes.len())?;
        wit::snapshots::persist(self.store, key.to_owned(), bytes.to_owned())
    }

    /// Notes a key; what is there stays as it is.
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn snapshot_persist_marker(&self, key: &str) -> Result<()> {
        wit::snapshots::persist_marker(self.store, key.to_owned())
    }

    /// Removes a key and the bytes that it holds. Returns whether it was there.
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn snapshot_delete_marker(&self, key: &str) -> Result<bool> {
        wit::snapshots::delete_marker(self.store, key.to_owned())
    }

    /// The bytes of a key; some empty bytes when it is only noted.
    ///
    /// # Errors
    /// `invalid-name`; `corrupt` when they are not those that were persisted.
    pub fn snapshot_load(&self, key: &str) -> Result<Option<Vec<u8>>> {
        wit::snapshots::load(self.store, key)
    }

    /// Returns `true` if a key is there, be it only noted.
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn snapshot_contains(&self, key: &str) -> Result<bool> {
        wit::snapshots::contains(self.store, key)
    }

    /// Some keys with a prefix, in the order of their bytes.
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536.
    pub fn snapshot_keys(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        wit::snapshots::keys(self.store, prefix, after, limit).map(Page::from)
    }
}
