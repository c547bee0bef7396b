//! The store's functions with values as SX text, as `wit/` has them.

use crate::error::Result;
use crate::store::Store;
use crate::types::{
    AppendExpectingOp, AppendOp, EntryPage, EventPage, KvPutOp, KvSwapOp, Op, Outcome, Position,
    RecordEventOp,
};
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

/// An operation of a batch was answered with the outcome of another: a defect of the component.
macro_rules! expect_outcome {
    ($outcome:expr, $pattern:pat => $answer:expr) => {
        match $outcome {
            $pattern => Ok($answer),
            other => Err(crate::interface::batch::unexpected(&other)),
        }
    };
}
pub(crate) use expect_outcome;

impl Text<'_> {
    /// `persist.append`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn append(&self, stream: &str, event: &str) -> Result<u64> {
        let op = AppendOp { stream: stream.to_owned(), event: event.to_owned() };
        expect_outcome!(self.store.submit(Op::Append(op))?, Outcome::Appended(seq) => seq)
    }

    /// `persist.append-expecting`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn append_expecting(&self, stream: &str, expected: u64, events: &[String]) -> Result<u64> {
        let op = AppendExpectingOp { stream: stream.to_owned(), expected, events: events.to_vec() };
        expect_outcome!(self.store.submit(Op::AppendExpecting(op))?, Outcome::Appended(seq) => seq)
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
        expected: Option<u64>,
    ) -> Result<String> {
        let (stream, kind, data) = (stream.to_owned(), kind.to_owned(), data.to_owned());
        let op = RecordEventOp { stream, kind, at, data, expected };
        expect_outcome!(self.store.submit(Op::RecordEvent(op))?, Outcome::Recorded(event) => event)
    }

    /// `persist.read`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn read(&self, stream: &str) -> Result<Vec<String>> {
        self.store.call("persist.read", stream.len(), |exports, store| {
            exports.sx_persist_persist().call_read(store, stream)
        })
    }

    /// `persist.read-page`: [`str::lines`] takes the events of a page apart.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn read_page(&self, stream: &str, at: &Position, limit: u32, backward: bool) -> Result<EventPage> {
        self.store.call("persist.read-page", stream.len(), |exports, store| {
            exports.sx_persist_persist().call_read_page(store, stream, at, limit, backward)
        })
    }

    /// `persist.kv-get`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_get(&self, key: &str) -> Result<Option<String>> {
        self.store.call("persist.kv-get", key.len(), |exports, store| {
            exports.sx_persist_persist().call_kv_get(store, key)
        })
    }

    /// `persist.kv-put`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_put(&self, key: &str, value: &str) -> Result<()> {
        let op = KvPutOp { key: key.to_owned(), value: value.to_owned() };
        expect_outcome!(self.store.submit(Op::KvPut(op))?, Outcome::Put => ())
    }

    /// `persist.kv-swap`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_swap(&self, key: &str, expected: Option<&str>, replacement: Option<&str>) -> Result<bool> {
        let (expected, replacement) = (expected.map(str::to_owned), replacement.map(str::to_owned));
        let op = KvSwapOp { key: key.to_owned(), expected, replacement };
        expect_outcome!(self.store.submit(Op::KvSwap(op))?, Outcome::Swapped(swapped) => swapped)
    }

    /// `persist.kv-list`
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_list(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<EntryPage> {
        let bytes = prefix.len() + after.map_or(0, str::len);
        self.store.call("persist.kv-list", bytes, |exports, store| {
            exports.sx_persist_persist().call_kv_list(store, prefix, after, limit)
        })
    }
}

/// Values of texts.
pub(crate) fn from_texts<'a, T: DeserializeOwned>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<T>> {
    texts.map(|text| Ok(sx::from_str(text)?)).collect()
}
