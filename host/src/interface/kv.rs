//! `persist`: keys, with values of the caller's own types.

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::wit;
use crate::store::Store;
use crate::types::Entry;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// `persist`: each method is the function of its name in `wit/persist.wit`. Values go through serde; a type that does not fit
/// is [`HostError::Value`](crate::HostError::Value).
impl Store {
    /// The value of a key.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let text = self.text().kv_get(key)?;
        Ok(text.as_deref().map(sx::from_str).transpose()?)
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_put<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<()> {
        self.text().kv_put(key, &sx::to_string(value)?)
    }

    /// Removes a key. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_delete(&self, key: &str) -> Result<bool> {
        wit::persist::kv_delete(self, key.to_owned())
    }

    /// Is a key there?
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_has(&self, key: &str) -> Result<bool> {
        wit::persist::kv_has(self, key)
    }

    /// All keys, sorted by bytes.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_keys(&self) -> Result<Vec<String>> {
        wit::persist::kv_keys(self)
    }

    /// Replaces the value of a key when it is the expected one; `None` stands for an absent key. Answers whether it was.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_swap<T: Serialize + ?Sized>(
        &self,
        key: &str,
        expected: Option<&T>,
        replacement: Option<&T>,
    ) -> Result<bool> {
        let expected = expected.map(sx::to_string).transpose()?;
        let replacement = replacement.map(sx::to_string).transpose()?;
        self.text().kv_swap(key, expected.as_deref(), replacement.as_deref())
    }

    /// Some keys with a prefix, and their values, in the order of the keys' bytes.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_list<T: DeserializeOwned>(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<(String, T)>> {
        let page = self.text().kv_list(prefix, after, limit)?;
        let item = |entry: Entry| Ok((entry.key, sx::from_str(&entry.value)?));
        Page::from(page).try_map(item)
    }
}
