//! `objects`: bytes under a hash that their writer computed.

use crate::error::{Error, Result};
use crate::handles::{Hash, Items, PAGE_ITEMS};
use crate::interface::{Page, wit};
use crate::store::Store;
use crate::types::ObjectStats;

/// Bytes under a hash that their writer computed. Returned by [`Store::objects`].
#[derive(Clone, Copy, Debug)]
pub struct Objects<'a> {
    store: &'a Store,
}

impl Store {
    /// Returns the objects of the store.
    ///
    /// ```
    /// use sx_persist::{Hash, Store};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// let hash: Hash = "1f7a7a472abf3dd9643fd615f6da379c4acb3e3a".parse()?;
    /// store.objects().put(&hash, b"tree")?;
    /// assert_eq!(store.objects().get(&hash)?.as_deref(), Some(&b"tree"[..]));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn objects(&self) -> Objects<'_> {
        Objects { store: self }
    }
}

impl<'a> Objects<'a> {
    /// Returns the bytes of an object, `None` when it is not there.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn get(&self, hash: &Hash) -> Result<Option<Vec<u8>>> {
        wit::objects::read(self.store, hash.as_str())
    }

    /// Returns `true` if an object is there.
    ///
    /// # Errors
    /// `Io`.
    pub fn contains(&self, hash: &Hash) -> Result<bool> {
        wit::objects::exists(self.store, hash.as_str())
    }

    /// Stores an object. One that is there stays as it is: the store does not compute the hash.
    ///
    /// # Errors
    /// `TooLarge` above 16 MiB; `NoSpace`.
    pub fn put(&self, hash: &Hash, bytes: &[u8]) -> Result<()> {
        wit::objects::write(self.store, hash.as_str().to_owned(), bytes.to_vec())
    }

    /// Stores several objects in one commit.
    ///
    /// # Errors
    /// Those of [`Objects::put`], with the index of the object; `TooLarge` above 65,536 objects or 64 MiB. Then none is stored.
    pub fn put_many(&self, objects: impl IntoIterator<Item = (Hash, Vec<u8>)>) -> Result<()> {
        let objects: Vec<_> = objects.into_iter().map(|(hash, bytes)| (hash.into(), bytes)).collect();
        wit::objects::write_batch(self.store, &objects).map_err(Error::from)
    }

    /// Removes an object. Returns `true` if it was there.
    ///
    /// # Errors
    /// `Io`.
    pub fn remove(&self, hash: &Hash) -> Result<bool> {
        wit::objects::delete(self.store, hash.as_str().to_owned())
    }

    /// Returns the hashes of all objects, in the order of their text.
    #[must_use]
    pub fn hashes(&self) -> Items<'a, Hash> {
        let store = self.store;
        Items::new(move |after| {
            Ok(Page::from(wit::objects::list(store, after, PAGE_ITEMS)?).map(Hash::of_store))
        })
    }

    /// Returns how many objects there are, and how many bytes they have.
    ///
    /// # Errors
    /// `Io`.
    pub fn stats(&self) -> Result<ObjectStats> {
        wit::objects::stats(self.store)
    }
}
