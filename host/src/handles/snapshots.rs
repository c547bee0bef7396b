//! `snapshots`: the last state of replicated data.

use crate::error::Result;
use crate::handles::{Items, PAGE_ITEMS};
use crate::interface::wit;
use crate::store::Store;

/// The last states of replicated data, each under a key. Returned by [`Store::snapshots`].
#[derive(Clone, Copy, Debug)]
pub struct Snapshots<'a> {
    store: &'a Store,
}

impl Store {
    /// Returns the snapshots of the store.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// store.snapshots().put("carts/7", b"state")?;
    /// assert_eq!(store.snapshots().get("carts/7")?.as_deref(), Some(&b"state"[..]));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn snapshots(&self) -> Snapshots<'_> {
        Snapshots { store: self }
    }
}

impl<'a> Snapshots<'a> {
    /// Returns the state of a key, empty for one that is only marked, `None` when it is not there.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`.
    pub fn get(&self, key: &str) -> Result<Option<Vec<u8>>> {
        wit::snapshots::load(self.store, key)
    }

    /// Returns `true` if a key has a state, or is marked.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn contains(&self, key: &str) -> Result<bool> {
        wit::snapshots::contains(self.store, key)
    }

    /// Sets the state of a key.
    ///
    /// # Errors
    /// `InvalidName`; `TooLarge` above 16 MiB; `NoSpace`.
    pub fn put(&self, key: &str, state: &[u8]) -> Result<()> {
        self.store.raw().snapshot_persist(key, state)
    }

    /// Marks a key: one that is not there has an empty state then, and any other stays as it is.
    ///
    /// # Errors
    /// `InvalidName`; `NoSpace`.
    pub fn mark(&self, key: &str) -> Result<()> {
        wit::snapshots::persist_marker(self.store, key.to_owned())
    }

    /// Removes a key, be it a state or a mark. Returns `true` if it was there.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn remove(&self, key: &str) -> Result<bool> {
        wit::snapshots::delete_marker(self.store, key.to_owned())
    }

    /// Returns the keys that begin so, in the order of their bytes.
    #[must_use]
    pub fn keys(&self, prefix: &str) -> Items<'a, String> {
        let (store, prefix) = (self.store, prefix.to_owned());
        Items::new(move |after| Ok(wit::snapshots::keys(store, &prefix, after, PAGE_ITEMS)?.into()))
    }
}
