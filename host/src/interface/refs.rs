//! `refs`: names that point to hashes.

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::text::expect_outcome;
use crate::store::Store;
use crate::types::{Op, Outcome, RefEntry, RefSetOp, RefTestAndSetOp};

/// `refs`: each method is the function of its name in `wit/refs.wit`.
impl Store {
    /// The hash that a ref points to.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_get(&self, name: &str) -> Result<Option<String>> {
        self.call("refs.get", name.len(), |exports, store| exports.sx_persist_refs().call_get(store, name))
    }

    /// Points a ref to a hash, whatever it pointed to before.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_set(&self, name: &str, hash: &str) -> Result<()> {
        let op = RefSetOp { name: name.to_owned(), hash: hash.to_owned() };
        expect_outcome!(self.submit(Op::RefSet(op))?, Outcome::Put => ())
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
        let (test, set) = (test.map(str::to_owned), set.map(str::to_owned));
        let op = RefTestAndSetOp { name: name.to_owned(), test, set };
        expect_outcome!(self.submit(Op::RefTestAndSet(op))?, Outcome::Swapped(swapped) => swapped)
    }

    /// Removes a ref. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_delete(&self, name: &str) -> Result<bool> {
        let op = Op::RefDelete(name.to_owned());
        expect_outcome!(self.submit(op)?, Outcome::Deleted(was_there) => was_there)
    }

    /// Some refs with a prefix, in the order of the names' bytes.
    ///
    /// # Errors
    /// As `wit/refs.wit` has them.
    pub fn ref_list(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<RefEntry>> {
        let bytes = prefix.len() + after.map_or(0, str::len);
        let page = self.call("refs.list", bytes, |exports, store| {
            exports.sx_persist_refs().call_list(store, prefix, after, limit)
        })?;
        Ok(Page { items: page.refs, next: page.next })
    }
}
