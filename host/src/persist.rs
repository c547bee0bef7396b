//! Streams and kv with values of the caller's own types.

use crate::error::Result;
use crate::store::Store;
use crate::text::expect_outcome;
use crate::types::{Op, Outcome, Position, TruncateOp};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Some items, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, N = String> {
    /// The items.
    pub items: Vec<T>,
    /// The place behind them; none at the end.
    pub next: Option<N>,
}

/// What [`Store::record_event`] makes an event of.
#[derive(Debug)]
pub struct NewEvent<'a, T: ?Sized> {
    /// Becomes `:type`.
    pub kind: &'a str,
    /// Becomes `:at`: milliseconds by custom, not looked at.
    pub at: i64,
    /// Becomes `:data`.
    pub data: &'a T,
}

// Derived, they would ask the same of the data, which is borrowed.
impl<T: ?Sized> Clone for NewEvent<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized> Copy for NewEvent<'_, T> {}

/// `persist`: each method is the function of its name in `wit/persist.wit`. Values go through serde; a type that does not fit
/// is [`HostError::Value`](crate::HostError::Value).
impl Store {
    /// Appends one event; its type has a field `seq`. Answers the stream's last-seq.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn append<T: Serialize + ?Sized>(&self, stream: &str, event: &T) -> Result<u64> {
        self.text().append(stream, &sx::to_string(event)?)
    }

    /// Appends events when the stream's last-seq is `expected`; all or none.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn append_expecting<T: Serialize>(&self, stream: &str, expected: u64, events: &[T]) -> Result<u64> {
        let events = events.iter().map(sx::to_string).collect::<Result<Vec<_>, _>>()?;
        self.text().append_expecting(stream, expected, &events)
    }

    /// Builds the event `{:at :data :seq :stream :type}` and appends it. Answers its seq.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn record_event<T: Serialize + ?Sized>(
        &self,
        stream: &str,
        event: NewEvent<'_, T>,
        expected: Option<u64>,
    ) -> Result<u64> {
        let data = sx::to_string(event.data)?;
        let text = self.text().record_event(stream, event.kind, event.at, &data, expected)?;
        let seq = sx::field(&text, "seq").map(sx::from_str).transpose()?;
        Ok(seq.unwrap_or_default())
    }

    /// All events of a stream.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn read<T: DeserializeOwned>(&self, stream: &str) -> Result<Vec<T>> {
        from_texts(self.text().read(stream)?.iter().map(String::as_str))
    }

    /// Some events of a stream.
    ///
    /// ```
    /// # use sx_persist::{Store, types::Position};
    /// # let root = tempfile::tempdir().unwrap();
    /// # let store = Store::open(root.path())?;
    /// # for seq in 1..=5 { store.text().append("s", &format!("{{:seq {seq}}}"))?; }
    /// let mut at = Position::Start;
    /// loop {
    ///     let page = store.read_page::<sx::Value>("s", &at, 2, false)?;
    ///     for event in page.items { /* ... */ }
    ///     let Some(next) = page.next else { break };
    ///     at = Position::Cursor(next);
    /// }
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn read_page<T: DeserializeOwned>(
        &self,
        stream: &str,
        at: &Position,
        limit: u32,
        backward: bool,
    ) -> Result<Page<T>> {
        let page = self.text().read_page(stream, at, limit, backward)?;
        Ok(Page { items: from_texts(page.events.lines())?, next: page.next })
    }

    /// The highest seq ever appended to a stream.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn last_seq(&self, stream: &str) -> Result<u64> {
        self.call("persist.last-seq", stream.len(), |exports, store| {
            exports.sx_persist_persist().call_last_seq(store, stream)
        })
    }

    /// How many events a stream holds.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn count(&self, stream: &str) -> Result<u64> {
        self.call("persist.count", stream.len(), |exports, store| {
            exports.sx_persist_persist().call_count(store, stream)
        })
    }

    /// The names of all streams that ever had an append, sorted by bytes.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn streams(&self) -> Result<Vec<String>> {
        self.call("persist.streams", 0, |exports, store| exports.sx_persist_persist().call_streams(store))
    }

    /// Drops the events with a seq up to and including `upto`. Answers how many.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn truncate(&self, stream: &str, upto: u64) -> Result<u64> {
        let op = TruncateOp { stream: stream.to_owned(), upto };
        expect_outcome!(self.submit(Op::Truncate(op))?, Outcome::Truncated(dropped) => dropped)
    }

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
        expect_outcome!(self.submit(Op::KvDelete(key.to_owned()))?, Outcome::Deleted(was_there) => was_there)
    }

    /// Is a key there?
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_has(&self, key: &str) -> Result<bool> {
        self.call("persist.kv-has", key.len(), |exports, store| {
            exports.sx_persist_persist().call_kv_has(store, key)
        })
    }

    /// All keys, sorted by bytes.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn kv_keys(&self) -> Result<Vec<String>> {
        self.call("persist.kv-keys", 0, |exports, store| exports.sx_persist_persist().call_kv_keys(store))
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
        let item = |entry: crate::types::Entry| Ok((entry.key, sx::from_str(&entry.value)?));
        Ok(Page { items: page.entries.into_iter().map(item).collect::<Result<_>>()?, next: page.next })
    }
}

pub(crate) fn from_texts<'a, T: DeserializeOwned>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<T>> {
    texts.map(|text| Ok(sx::from_str(text)?)).collect()
}
