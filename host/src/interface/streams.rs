//! `persist`: streams, with events of the caller's own types.

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::text::from_texts;
use crate::interface::wit;
use crate::store::Store;
use crate::types::{Direction, ExpectSeq, Position};
use serde::Serialize;
use serde::de::DeserializeOwned;

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
        expected: ExpectSeq,
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
    /// # use sx_persist::{Store, types::{Direction, Position}};
    /// # let root = tempfile::tempdir().unwrap();
    /// # let store = Store::open(root.path())?;
    /// # for seq in 1..=5 { store.text().append("s", &format!("{{:seq {seq}}}"))?; }
    /// let mut at = Position::Start;
    /// loop {
    ///     let page = store.read_page::<sx::Value>("s", &at, 2, Direction::Forward)?;
    ///     for event in &page.items { /* ... */ }
    ///     let Some(next) = page.next() else { break };
    ///     at = Position::Cursor(next.to_owned());
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
        direction: Direction,
    ) -> Result<Page<T>> {
        let page = self.text().read_page(stream, at, limit, direction)?;
        Ok(Page { items: from_texts(page.lines.lines())?, through: page.through, done: page.done })
    }

    /// The highest seq ever appended to a stream.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn last_seq(&self, stream: &str) -> Result<u64> {
        wit::persist::last_seq(self, stream)
    }

    /// How many events a stream holds.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn count(&self, stream: &str) -> Result<u64> {
        wit::persist::count(self, stream)
    }

    /// The names of all streams that ever had an append, sorted by bytes.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn streams(&self) -> Result<Vec<String>> {
        wit::persist::streams(self)
    }

    /// Drops the events with a seq up to and including `upto`. Answers how many.
    ///
    /// # Errors
    /// As `wit/persist.wit` has them.
    pub fn truncate(&self, stream: &str, upto: u64) -> Result<u64> {
        wit::persist::truncate(self, stream.to_owned(), upto)
    }
}
