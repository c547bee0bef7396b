//! `persist`: streams of events.

use crate::error::{HostError, Result};
use crate::handles::{Event, Follow, Items, PAGE_ITEMS, Seq, Tail, event};
use crate::interface::{Page, wit};
use crate::store::Store;
use crate::types::{Direction, ExpectSeq, Position};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};

/// A named log of events, in the order in which they were recorded. Returned by [`Store::stream`].
pub struct Stream<'a, E> {
    store: &'a Store,
    name: String,
    events: PhantomData<fn(E) -> E>,
}

impl Store {
    /// Returns the stream of this name. It is there as soon as it has had an event.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use sx_persist::{Event, Store};
    ///
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// struct Order { sku: String }
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// let orders = store.stream::<Event<Order>>("orders");
    /// let seq = orders.record("placed", &Order { sku: "A-1".into() })?;
    /// for event in orders.iter() {
    ///     let event = event?;
    ///     assert_eq!((event.seq, event.kind.as_str(), event.data.sku.as_str()), (seq, "placed", "A-1"));
    /// }
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// A type with a field `seq` of its own is appended as it is:
    ///
    /// ```
    /// # use serde::{Deserialize, Serialize};
    /// # use sx_persist::Store;
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// struct Line { seq: u64, text: String }
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// # let store = Store::open(root.path())?;
    /// let lines = store.stream::<Line>("lines");
    /// lines.append(&Line { seq: 7, text: "hello".into() })?;
    /// assert!(lines.append_expecting(3.into(), &[Line { seq: 8, text: "late".into() }]).unwrap_err().is_stale());
    /// assert_eq!(lines.last_seq()?.get(), 7);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn stream<E>(&self, name: &str) -> Stream<'_, E> {
        Stream { store: self, name: name.to_owned(), events: PhantomData }
    }

    /// Returns the names of all streams that ever had an event, in the order of their bytes.
    ///
    /// # Errors
    /// `TooLarge` when the names are more than 64 MiB: [`Store::list_streams`] gives any number of them.
    pub fn streams(&self) -> Result<Vec<String>> {
        wit::persist::streams(self)
    }

    /// Returns the names of the streams that begin so and ever had an event, in the order of their bytes.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// # let store = sx_persist::Store::open(root.path())?;
    /// for name in ["orders/eu", "orders/us", "visits"] {
    ///     store.raw().append(name, "{:seq 1}")?;
    /// }
    /// let orders = store.list_streams("orders/").collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!(orders, ["orders/eu", "orders/us"]);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn list_streams(&self, prefix: &str) -> Items<'_, String> {
        let prefix = prefix.to_owned();
        Items::new(move |after| Ok(wit::persist::list_streams(self, &prefix, after, PAGE_ITEMS)?.into()))
    }
}

// Derived, it would ask the same of the events.
impl<E> Clone for Stream<'_, E> {
    fn clone(&self) -> Self {
        Self { store: self.store, name: self.name.clone(), events: PhantomData }
    }
}

impl<E> fmt::Debug for Stream<'_, E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Stream").field("name", &self.name).finish_non_exhaustive()
    }
}

impl<D> Stream<'_, Event<D>> {
    /// Records that something happened now. Returns its number, which is the one behind the last.
    ///
    /// # Errors
    /// `InvalidName`; [`HostError::Value`] when the data have no form in SX; `TooLarge` above 16 MiB; `NoSpace`.
    pub fn record(&self, kind: &str, data: &D) -> Result<Seq>
    where
        D: Serialize,
    {
        self.record_at(kind, event::now(), data, ExpectSeq::Any)
    }

    /// Records that something happened at a time, if the stream's last number is as expected.
    ///
    /// # Errors
    /// `Stale` with the last number when it is another; those of [`Stream::record`].
    pub fn record_at(&self, kind: &str, at: i64, data: &D, expected: ExpectSeq) -> Result<Seq>
    where
        D: Serialize,
    {
        let (stream, kind, data) = (self.name.clone(), kind.to_owned(), sx::to_string(data)?);
        let event = wit::persist::record_event(self.store, stream, kind, at, data, expected)?;
        Ok(Seq::new(event::seq_of(&event)))
    }
}

impl<'a, E> Stream<'a, E> {
    /// Returns the name of the stream.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Appends an event that has its number in a field `seq`. Returns the highest number of the stream.
    ///
    /// # Errors
    /// `InvalidName`; `InvalidEvent` when the event has no such field; [`HostError::Value`] when it has no form in SX; `TooLarge`
    /// above 16 MiB; `NoSpace`.
    pub fn append(&self, event: &E) -> Result<Seq>
    where
        E: Serialize,
    {
        wit::persist::append(self.store, self.name.clone(), sx::to_string(event)?).map(Seq::new)
    }

    /// Appends events that have their numbers in a field `seq`, if the stream's last number is `expected`: all of them or none.
    /// Returns the new last number.
    ///
    /// # Errors
    /// `Stale` with the last number when it is another; `InvalidEvent` when the numbers do not rise from there; `TooLarge` above
    /// 65,536 events or 64 MiB; those of [`Stream::append`].
    pub fn append_expecting(&self, expected: Seq, events: &[E]) -> Result<Seq>
    where
        E: Serialize,
    {
        let events = events.iter().map(sx::to_string).collect::<Result<Vec<_>, _>>()?;
        wit::persist::append_expecting(self.store, self.name.clone(), expected.get(), events).map(Seq::new)
    }

    /// Returns all events, from the first to the last.
    #[must_use]
    pub fn iter(&self) -> Events<'a, E>
    where
        E: DeserializeOwned,
    {
        self.from(Position::Start, Direction::Forward)
    }

    /// Returns the events of a range of numbers, from the first to the last.
    ///
    /// For events that were appended with numbers that do not rise: those above the range's start, wherever they stand, up to the first
    /// one beyond its end.
    #[must_use]
    pub fn range(&self, range: impl RangeBounds<Seq>) -> Events<'a, E> {
        let after = match range.start_bound() {
            Bound::Included(seq) => seq.get().checked_sub(1),
            Bound::Excluded(seq) => Some(seq.get()),
            Bound::Unbounded => None,
        };
        let mut events = self.from(after.map_or(Position::Start, Position::After), Direction::Forward);
        events.last = match range.end_bound() {
            Bound::Included(seq) => Some(seq.get()),
            Bound::Excluded(seq) => Some(seq.get().saturating_sub(1)),
            Bound::Unbounded => None,
        };
        events
    }

    /// Returns all events, from the last to the first: `rev().take(10)` are the last ten.
    #[must_use]
    pub fn rev(&self) -> Events<'a, E> {
        self.from(Position::End, Direction::Backward)
    }

    /// Returns the events with a number above this one, and those that come, each once, whatever is removed meanwhile: it waits for the
    /// next one, written by this process or by another.
    ///
    /// ```
    /// # use sx_persist::{Event, Seq, Store};
    /// # let store = Store::in_memory()?;
    /// let orders = store.stream::<Event<String>>("orders");
    /// orders.record("placed", &"A-1".to_owned())?;
    /// std::thread::scope(|scope| {
    ///     let reader = scope.spawn(|| orders.follow(Seq::new(0)).take(2).collect::<Result<Vec<_>, _>>());
    ///     orders.record("placed", &"B-9".to_owned())?;
    ///     assert_eq!(reader.join().unwrap()?.len(), 2);
    ///     Ok::<_, sx_persist::Error>(())
    /// })?;
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn follow(&self, after: Seq) -> Follow<'a, E> {
        let at = if after.get() == 0 { Position::Start } else { Position::After(after.get()) };
        Follow::new(Tail::new(self.store, &self.name, at, PAGE_ITEMS))
    }

    /// Returns the highest number that an event of the stream ever had, 0 for a stream that has had none.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`.
    pub fn last_seq(&self) -> Result<Seq> {
        wit::persist::last_seq(self.store, &self.name).map(Seq::new)
    }

    /// Returns how many events the stream has.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`.
    pub fn len(&self) -> Result<u64> {
        wit::persist::count(self.store, &self.name)
    }

    /// Returns `true` if the stream has no events.
    ///
    /// # Errors
    /// Those of [`Stream::len`].
    pub fn is_empty(&self) -> Result<bool> {
        self.len().map(|count| count == 0)
    }

    /// Removes the events up to and including a number. Returns how many. The numbers go on as before.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`; `NoSpace`.
    pub fn truncate(&self, upto: Seq) -> Result<u64> {
        wit::persist::truncate(self.store, self.name.clone(), upto.get())
    }

    fn from(&self, at: Position, direction: Direction) -> Events<'a, E> {
        let (store, name) = (self.store, self.name.clone());
        let lines = Items::new(move |cursor| {
            let at = cursor.map_or_else(|| at.clone(), |cursor| Position::Cursor(cursor.to_owned()));
            Ok(Page::from(wit::persist::read_page(store, &name, &at, PAGE_ITEMS, direction)?))
        });
        Events { lines, last: None, is_over: false, types: PhantomData }
    }
}

impl<'a, E: DeserializeOwned> IntoIterator for &Stream<'a, E> {
    type Item = Result<E>;
    type IntoIter = Events<'a, E>;

    fn into_iter(self) -> Events<'a, E> {
        self.iter()
    }
}

/// Events of a stream, each of them a result. One that is of another type is an error in its place, and the others come all the same; an
/// error of the store ends them. As for [`Items`], each page is of its own moment.
#[derive(Debug)]
pub struct Events<'a, E> {
    lines: Items<'a, String>,
    /// The last number that is wanted.
    last: Option<u64>,
    is_over: bool,
    types: PhantomData<fn() -> E>,
}

impl<E: DeserializeOwned> Iterator for Events<'_, E> {
    type Item = Result<E>;

    fn next(&mut self) -> Option<Result<E>> {
        if self.is_over {
            return None;
        }
        let event = match self.lines.next()? {
            Ok(line) if self.is_beyond(&line) => {
                self.is_over = true;
                return None;
            }
            Ok(line) => sx::from_str(&line).map_err(|error| HostError::Value(error).into()),
            Err(error) => Err(error),
        };
        Some(event)
    }
}

impl<E> Events<'_, E> {
    fn is_beyond(&self, line: &str) -> bool {
        self.last.is_some_and(|last| event::seq_of(line) > last)
    }
}
