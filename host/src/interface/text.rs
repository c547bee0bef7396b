//! The store's functions with values as SX text, as `wit/` has them.

use crate::error::Result;
use crate::interface::wit;
use crate::store::Store;
use crate::types::{Direction, EntryPage, ExpectSeq, LinePage, Position};
use serde::de::DeserializeOwned;

/// A view of a store that takes and gives values as SX text: any that the reader takes, and canonical text.
///
/// Each method is the function of its name in `wit/persist.wit` or `wit/sessions.wit`, which says what it answers and when it refuses.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    pub(crate) store: &'a Store,
}

impl Store {
    /// The store with values as SX text.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// store.text().append("orders", "{:seq 1 :tags [:new]}")?;
    /// assert_eq!(store.text().read("orders")?, ["{:seq 1 :tags (list :new)}"]);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn text(&self) -> Text<'_> {
        Text { store: self }
    }
}

impl Text<'_> {
    /// `persist.append`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn append(&self, stream: &str, event: &str) -> Result<u64> {
        wit::persist::append(self.store, stream.to_owned(), event.to_owned())
    }

    /// `persist.append-expecting`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn append_expecting(&self, stream: &str, expected: u64, events: &[String]) -> Result<u64> {
        wit::persist::append_expecting(self.store, stream.to_owned(), expected, events.to_vec())
    }

    /// `persist.record-event`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn record_event(
        &self,
        stream: &str,
        kind: &str,
        at: i64,
        data: &str,
        expected: ExpectSeq,
    ) -> Result<String> {
        let (stream, kind, data) = (stream.to_owned(), kind.to_owned(), data.to_owned());
        wit::persist::record_event(self.store, stream, kind, at, data, expected)
    }

    /// `persist.read`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn read(&self, stream: &str) -> Result<Vec<String>> {
        wit::persist::read(self.store, stream)
    }

    /// `persist.read-page`: [`str::lines`] takes the events of a page apart.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn read_page(
        &self,
        stream: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        wit::persist::read_page(self.store, stream, at, limit, direction)
    }

    /// `persist.kv-get`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_get(&self, key: &str) -> Result<Option<String>> {
        wit::persist::kv_get(self.store, key)
    }

    /// `persist.kv-put`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_put(&self, key: &str, value: &str) -> Result<()> {
        wit::persist::kv_put(self.store, key.to_owned(), value.to_owned())
    }

    /// `persist.kv-swap`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_swap(&self, key: &str, expected: Option<&str>, replacement: Option<&str>) -> Result<bool> {
        let (expected, replacement) = (expected.map(str::to_owned), replacement.map(str::to_owned));
        wit::persist::kv_swap(self.store, key.to_owned(), expected, replacement)
    }

    /// `persist.kv-list`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_list(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<EntryPage> {
        wit::persist::kv_list(self.store, prefix, after, limit)
    }
}

/// Values of texts.
pub(crate) fn from_texts<'a, T: DeserializeOwned>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<T>> {
    texts.map(|text| Ok(sx::from_str(text)?)).collect()
}
