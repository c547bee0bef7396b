//! `refs`: names that point to hashes.

use crate::error::Result;
use crate::handles::{Hash, Items, PAGE_ITEMS};
use crate::interface::{Page, wit};
use crate::store::Store;
use crate::types::RefEntry;

/// Names that point to hashes. Returned by [`Store::refs`].
#[derive(Clone, Copy, Debug)]
pub struct Refs<'a> {
    store: &'a Store,
}

impl Store {
    /// Returns the refs of the store.
    ///
    /// ```
    /// use sx_persist::{Hash, Store};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// let (old, new): (Hash, Hash) = ("1".repeat(40).parse()?, "2".repeat(40).parse()?);
    /// store.refs().set("refs/heads/main", &old)?;
    /// assert!(store.refs().swap("refs/heads/main", Some(&old), Some(&new))?);
    /// assert!(!store.refs().swap("refs/heads/main", Some(&old), None)?);
    /// assert_eq!(store.refs().get("refs/heads/main")?, Some(new));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn refs(&self) -> Refs<'_> {
        Refs { store: self }
    }
}

impl<'a> Refs<'a> {
    /// Returns the hash that a ref points to, `None` when the ref is not there.
    ///
    /// # Errors
    /// `InvalidName` for a name that git would not take; `Corrupt`.
    pub fn get(&self, name: &str) -> Result<Option<Hash>> {
        Ok(wit::refs::get(self.store, name)?.map(Hash::of_store))
    }

    /// Points a ref to a hash.
    ///
    /// # Errors
    /// `InvalidName`; `NoSpace`.
    pub fn set(&self, name: &str, hash: &Hash) -> Result<()> {
        wit::refs::set(self.store, name.to_owned(), hash.as_str().to_owned())
    }

    /// Points a ref to `replacement` if it points to `expected`, `None` standing for an absent ref. Returns `true` if it did.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`; `NoSpace`.
    pub fn swap(&self, name: &str, expected: Option<&Hash>, replacement: Option<&Hash>) -> Result<bool> {
        let [expected, replacement] =
            [expected, replacement].map(|hash| hash.map(|hash| hash.as_str().to_owned()));
        wit::refs::test_and_set(self.store, name.to_owned(), expected, replacement)
    }

    /// Removes a ref. Returns `true` if it was there.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn remove(&self, name: &str) -> Result<bool> {
        wit::refs::delete(self.store, name.to_owned())
    }

    /// Returns all refs, in the order of their names' bytes.
    #[must_use]
    pub fn iter(&self) -> Items<'a, (String, Hash)> {
        self.prefix("")
    }

    /// Returns the refs whose names begin so, in the order of their bytes.
    #[must_use]
    pub fn prefix(&self, prefix: &str) -> Items<'a, (String, Hash)> {
        let (store, prefix) = (self.store, prefix.to_owned());
        Items::new(move |after| {
            let page = Page::from(wit::refs::list(store, &prefix, after, PAGE_ITEMS)?);
            Ok(page.map(|RefEntry { name, hash }| (name, Hash::of_store(hash))))
        })
    }
}

impl<'a> IntoIterator for &Refs<'a> {
    type Item = Result<(String, Hash)>;
    type IntoIter = Items<'a, (String, Hash)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
