//! `refs`: names that point to hashes.

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::raw::Raw;
use crate::interface::wit;
use crate::types::RefEntry;

/// The functions of `refs`.
impl Raw<'_> {
    /// The hash that a ref points to.
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn ref_get(&self, name: &str) -> Result<Option<String>> {
        wit::refs::get(self.store, name)
    }

    /// Points a ref to a hash, whatever it pointed to before.
    ///
    /// # Errors
    /// `invalid-name`; `invalid-hash`.
    pub fn ref_set(&self, name: &str, hash: &str) -> Result<()> {
        wit::refs::set(self.store, name.to_owned(), hash.to_owned())
    }

    /// Points a ref to a hash if it points to the expected one; `None` stands for an absent ref. Returns `true` if it did.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let (old, new) = ("1".repeat(40), "2".repeat(40));
    /// assert!(store.raw().ref_test_and_set("refs/heads/main", None, Some(&old))?);
    /// assert!(store.raw().ref_test_and_set("refs/heads/main", Some(&old), Some(&new))?);
    /// assert!(!store.raw().ref_test_and_set("refs/heads/main", Some(&old), None)?);
    /// assert_eq!(store.raw().ref_get("refs/heads/main")?, Some(new));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// `invalid-name`; `invalid-hash`, whether or not the test would fail.
    pub fn ref_test_and_set(&self, name: &str, test: Option<&str>, set: Option<&str>) -> Result<bool> {
        wit::refs::test_and_set(self.store, name.to_owned(), test.map(str::to_owned), set.map(str::to_owned))
    }

    /// Removes a ref. Returns whether it was there.
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn ref_delete(&self, name: &str) -> Result<bool> {
        wit::refs::delete(self.store, name.to_owned())
    }

    /// Some refs with a prefix, in the order of the names' bytes.
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536.
    pub fn ref_list(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<RefEntry>> {
        wit::refs::list(self.store, prefix, after, limit).map(Page::from)
    }
}
