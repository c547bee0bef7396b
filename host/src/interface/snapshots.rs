//! `snapshots`: durable state of replicated data.

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::wit;
use crate::store::Store;

/// `snapshots`: each method is the function of its name in `wit/snapshots.wit`.
impl Store {
    /// Keeps bytes under a key, whatever it held before.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// store.snapshot_persist("counter/visits", &[1, 0, 255])?;
    /// // Noted, and kept as it is.
    /// store.snapshot_persist_marker("counter/visits")?;
    /// assert_eq!(store.snapshot_load("counter/visits")?, Some(vec![1, 0, 255]));
    /// assert_eq!(store.snapshot_keys("counter/", None, 10)?.items, ["counter/visits"]);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/snapshots.wit` has them.
    pub fn snapshot_persist(&self, key: &str, bytes: &[u8]) -> Result<()> {
        // Before the bytes are copied.
        self.core().check_arguments(key.len() + bytes.len())?;
        wit::snapshots::persist(self, key.to_owned(), bytes.to_owned())
    }

    /// Notes a key; what is there stays as it is.
    ///
    /// # Errors
    /// As `wit/snapshots.wit` has them.
    pub fn snapshot_persist_marker(&self, key: &str) -> Result<()> {
        wit::snapshots::persist_marker(self, key.to_owned())
    }

    /// Removes a key and the bytes that it holds. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/snapshots.wit` has them.
    pub fn snapshot_delete_marker(&self, key: &str) -> Result<bool> {
        wit::snapshots::delete_marker(self, key.to_owned())
    }

    /// The bytes of a key; some empty bytes when it is only noted.
    ///
    /// # Errors
    /// As `wit/snapshots.wit` has them.
    pub fn snapshot_load(&self, key: &str) -> Result<Option<Vec<u8>>> {
        wit::snapshots::load(self, key)
    }

    /// Is a key there, be it only noted?
    ///
    /// # Errors
    /// As `wit/snapshots.wit` has them.
    pub fn snapshot_contains(&self, key: &str) -> Result<bool> {
        wit::snapshots::contains(self, key)
    }

    /// Some keys with a prefix, in the order of their bytes.
    ///
    /// # Errors
    /// As `wit/snapshots.wit` has them.
    pub fn snapshot_keys(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        wit::snapshots::keys(self, prefix, after, limit).map(Page::from)
    }
}
