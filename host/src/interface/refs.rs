//! `refs`: names that point to hashes.

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::wit;
use crate::store::Store;
use crate::types::RefEntry;

/// `refs`: each method is the function of its name in `wit/refs.wit`.
impl Store {
    /// The hash that a ref points to.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_get(&self, name: &str) -> Result<Option<String>> {
        wit::refs::get(self, name)
    }

    /// Points a ref to a hash, whatever it pointed to before.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_set(&self, name: &str, hash: &str) -> Result<()> {
        wit::refs::set(self, name.to_owned(), hash.to_owned())
    }

    /// Points a ref to a hash when it points to where the caller thinks that it does; `None` stands for an absent ref. Answers
    /// whether it did.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let (old, new) = ("1".repeat(40), "2".repeat(40));
    /// assert!(store.ref_test_and_set("refs/heads/main", None, Some(&old))?);
    /// assert!(store.ref_test_and_set("refs/heads/main", Some(&old), Some(&new))?);
    /// assert!(!store.ref_test_and_set("refs/heads/main", Some(&old), None)?);
    /// assert_eq!(store.ref_get("refs/heads/main")?, Some(new));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_test_and_set(&self, name: &str, test: Option<&str>, set: Option<&str>) -> Result<bool> {
        wit::refs::test_and_set(self, name.to_owned(), test.map(str::to_owned), set.map(str::to_owned))
    }

    /// Removes a ref. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_delete(&self, name: &str) -> Result<bool> {
        wit::refs::delete(self, name.to_owned())
    }

    /// Some refs with a prefix, in the order of the names' bytes.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_list(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<RefEntry>> {
        wit::refs::list(self, prefix, after, limit).map(Page::from)
    }
}
