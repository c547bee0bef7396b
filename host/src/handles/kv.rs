//! `persist`: keys with values of the caller's own types.

use crate::error::{HostError, Result};
use crate::handles::{Items, PAGE_ITEMS};
use crate::interface::{Page, wit};
use crate::store::Store;
use crate::types::Entry;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Keys with values, each of a type of its own. Returned by [`Store::kv`].
///
/// A value is stored as SX text, in a file for each key that people can read. For many keys of one type there is [`Store::map`].
#[derive(Clone, Copy, Debug)]
pub struct Kv<'a> {
    pub(crate) store: &'a Store,
}

impl Store {
    /// Returns the keys of the store.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// store.kv().put("config/limit", &25)?;
    /// assert_eq!(store.kv().get::<u32>("config/limit")?, Some(25));
    /// for entry in store.kv().prefix::<u32>("config/") {
    ///     let (key, value) = entry?;
    ///     println!("{key} = {value}");
    /// }
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn kv(&self) -> Kv<'_> {
        Kv { store: self }
    }
}

impl<'a> Kv<'a> {
    /// Returns the value of a key, `None` when the key is not there.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`; [`HostError::Value`](crate::HostError::Value) when the value is not of this type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let text = wit::persist::kv_get(self.store, key)?;
        Ok(text.as_deref().map(sx::from_str).transpose()?)
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    /// `InvalidName`; `InvalidValue`; `TooLarge` above 16 MiB of text; `NoSpace`.
    pub fn put<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<()> {
        wit::persist::kv_put(self.store, key.to_owned(), sx::to_string(value)?)
    }

    /// Removes a key. Returns `true` if it was there.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn remove(&self, key: &str) -> Result<bool> {
        wit::persist::kv_delete(self.store, key.to_owned())
    }

    /// Returns `true` if a key is there.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn contains(&self, key: &str) -> Result<bool> {
        wit::persist::kv_has(self.store, key)
    }

    /// Replaces the value of a key if it equals `expected`, `None` standing for an absent key. `None` as the replacement removes it.
    /// Returns `true` if it did.
    ///
    /// # Errors
    /// `InvalidName`; `InvalidValue`; `TooLarge`; `Corrupt`; `NoSpace`.
    pub fn swap<T: Serialize>(
        &self,
        key: &str,
        expected: Option<&T>,
        replacement: Option<&T>,
    ) -> Result<bool> {
        let [expected, replacement] =
            [expected, replacement].map(|value| value.map(sx::to_string).transpose());
        wit::persist::kv_swap(self.store, key.to_owned(), expected?, replacement?)
    }

    /// Returns all keys with their values, in the order of the keys' bytes.
    #[must_use]
    pub fn iter<T: DeserializeOwned + Send + 'a>(&self) -> Items<'a, (String, T)> {
        self.prefix("")
    }

    /// Returns the keys that begin so, with their values, in the order of the keys' bytes.
    #[must_use]
    pub fn prefix<T: DeserializeOwned + Send + 'a>(&self, prefix: &str) -> Items<'a, (String, T)> {
        let (store, prefix) = (self.store, prefix.to_owned());
        Items::of_results(move |after| {
            let page = Page::from(wit::persist::kv_list(store, &prefix, after, PAGE_ITEMS)?);
            Ok(page.map(|Entry { key, value }| match sx::from_str(&value) {
                Ok(value) => Ok((key, value)),
                Err(source) => Err(HostError::ValueOf { name: key, source }.into()),
            }))
        })
    }

    /// Returns all keys, in the order of their bytes.
    ///
    /// # Errors
    /// `TooLarge` when their names are more than 64 MiB.
    pub fn keys(&self) -> Result<Vec<String>> {
        wit::persist::kv_keys(self.store)
    }
}
