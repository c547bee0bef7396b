//! `sessions`: segments of entries, grouped by session.

use crate::error::Result;
use crate::handles::{Items, PAGE_ITEMS};
use crate::interface::{Page, Raw, from_texts};
use crate::store::Store;
use crate::types::{Direction, Error, ExpectSeq, NamePage, Position, SegmentDescription};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;
use uuid::Uuid;

/// Segments of entries, grouped by session. Returned by [`Store::sessions`].
///
/// Entries have the type `T`; one that does not fit is [`HostError::Value`](crate::HostError::Value).
pub struct Sessions<'a, T> {
    raw: Raw<'a>,
    entries: PhantomData<fn(T) -> T>,
}

impl Store {
    /// The store's sessions, with entries of one type.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use sx_persist::{Store, Uuid, types};
    ///
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// enum Turn { User(String), Tool { name: String, args: Vec<i64> } }
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// let sessions = store.sessions::<Turn>();
    /// let (session, segment) = (Uuid::from_u128(1), Uuid::from_u128(2));
    /// sessions.append(session, segment, &Turn::User("add 1 and 2".into()))?;
    /// sessions.append_expecting(session, segment, 1, &[Turn::Tool { name: "add".into(), args: vec![1, 2] }])?;
    ///
    /// // A second writer is noticed.
    /// let late = sessions.append_expecting(session, segment, 1, &[Turn::User("never mind".into())]);
    /// assert!(matches!(late.unwrap_err().refusal(), Some(types::Error::Stale(found)) if found.actual == 2));
    ///
    /// sessions.truncate(session, segment, 1, types::ExpectSeq::Any)?;
    /// assert_eq!(sessions.read(session, segment)?, [Turn::User("add 1 and 2".into())]);
    /// assert_eq!(sessions.session_of(segment)?, Some(session));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn sessions<T>(&self) -> Sessions<'_, T> {
        Sessions { raw: self.raw(), entries: PhantomData }
    }
}

// Derived, these would ask the same of the entries.
impl<T> Clone for Sessions<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Sessions<'_, T> {}

impl<T> fmt::Debug for Sessions<'_, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sessions").finish_non_exhaustive()
    }
}

impl<'a, T> Sessions<'a, T> {
    /// Makes a segment with these entries, in the place of the one that is there.
    ///
    /// # Errors
    /// `Conflict` when another session has the segment; `TooLarge` above 65,536 entries or 64 MiB; `NoSpace`.
    pub fn create(&self, session: Uuid, segment: Uuid, entries: &[T]) -> Result<()>
    where
        T: Serialize,
    {
        self.raw.session_create_segment(&session.to_string(), &segment.to_string(), &to_texts(entries)?)
    }

    /// Appends one entry, and makes the segment when it is missing. Returns how many it has now.
    ///
    /// # Errors
    /// `Conflict` when another session has the segment; `TooLarge` above 16 MiB; `NoSpace`.
    pub fn append(&self, session: Uuid, segment: Uuid, entry: &T) -> Result<u64>
    where
        T: Serialize,
    {
        self.raw.session_append(&session.to_string(), &segment.to_string(), &sx::to_string(entry)?)
    }

    /// Appends entries if the segment has as many as expected, 0 for a missing one: all of them or none. Returns how many it has now.
    ///
    /// # Errors
    /// `Stale` with the number that it has when it is another; `TooLarge` above 65,536 entries or 64 MiB; those of [`Sessions::append`].
    pub fn append_expecting(&self, session: Uuid, segment: Uuid, expected: u64, entries: &[T]) -> Result<u64>
    where
        T: Serialize,
    {
        let entries = to_texts(entries)?;
        self.raw.session_append_expecting(&session.to_string(), &segment.to_string(), expected, &entries)
    }

    /// Returns all entries of a segment at once.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; `TooLarge` above 64 MiB: [`Sessions::entries`] gives any number; `Corrupt`; [`HostError::Value`](crate::HostError::Value) when an entry is of another type.
    pub fn read(&self, session: Uuid, segment: Uuid) -> Result<Vec<T>>
    where
        T: DeserializeOwned,
    {
        let entries = self.raw.session_read(&session.to_string(), &segment.to_string())?;
        from_texts(entries.iter().map(String::as_str))
    }

    /// Returns the entries of a segment from the first to the last, a page at a time.
    #[must_use]
    pub fn entries(&self, session: Uuid, segment: Uuid) -> Items<'a, T>
    where
        T: DeserializeOwned + Send + 'a,
    {
        let (raw, session, segment) = (self.raw, session.to_string(), segment.to_string());
        Items::of_results(move |cursor| {
            let (at, direction) = (position(cursor), Direction::Forward);
            let page = raw.session_read_page(&session, &segment, &at, PAGE_ITEMS, direction)?;
            Ok(Page::from(page).map(entry))
        })
    }

    /// Returns how many entries a segment has.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; `Corrupt`.
    pub fn entry_count(&self, session: Uuid, segment: Uuid) -> Result<u64> {
        self.raw.session_entry_count(&session.to_string(), &segment.to_string())
    }

    /// Returns `true` if the segment is there, in this session.
    ///
    /// # Errors
    /// `Io`.
    pub fn contains(&self, session: Uuid, segment: Uuid) -> Result<bool> {
        self.raw.session_exists(&session.to_string(), &segment.to_string())
    }

    /// Keeps the first entries of a segment. Returns how many were removed.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; `Stale` with the number that it has when it is another than expected; `NoSpace`.
    pub fn truncate(&self, session: Uuid, segment: Uuid, entries: u64, expected: ExpectSeq) -> Result<u64> {
        self.raw.session_truncate(&session.to_string(), &segment.to_string(), entries, expected)
    }

    /// Makes a segment of the first entries of another, of all for `None`. `into` is the session and the segment to make.
    /// Returns how many entries that has.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; `Conflict` when the new one is there already; `TooLarge` above 65,536 entries or 64 MiB; `NoSpace`.
    pub fn fork(
        &self,
        session: Uuid,
        segment: Uuid,
        entries: Option<u64>,
        into: (Uuid, Uuid),
    ) -> Result<u64> {
        let (session, segment) = (session.to_string(), segment.to_string());
        self.raw.session_fork(&session, &segment, entries, (&into.0.to_string(), &into.1.to_string()))
    }

    /// Returns the last entries of a segment in their order, and how many stand before them.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; `TooLarge` above 64 MiB; `Corrupt`.
    pub fn read_last(&self, session: Uuid, segment: Uuid, limit: u32) -> Result<(u64, Vec<T>)>
    where
        T: DeserializeOwned,
    {
        let last = self.raw.session_read_last(&session.to_string(), &segment.to_string(), limit)?;
        Ok((last.index, from_texts(last.lines.lines())?))
    }

    /// Sets the meta of a segment, one value of any type; `None` takes it away.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; `TooLarge`; `NoSpace`.
    pub fn set_meta<M: Serialize>(&self, session: Uuid, segment: Uuid, meta: Option<&M>) -> Result<()> {
        let meta = meta.map(sx::to_string).transpose()?;
        self.raw.session_set_meta(&session.to_string(), &segment.to_string(), meta.as_deref())
    }

    /// Returns what is known of a segment without reading its entries; its meta is SX text.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; `Corrupt`.
    pub fn describe(&self, session: Uuid, segment: Uuid) -> Result<SegmentDescription> {
        self.raw.session_describe(&session.to_string(), &segment.to_string())
    }

    /// Removes a segment and its trace. Returns `true` if it was there.
    ///
    /// # Errors
    /// `NoSpace`.
    pub fn remove(&self, session: Uuid, segment: Uuid) -> Result<bool> {
        self.raw.session_delete_segment(&session.to_string(), &segment.to_string())
    }

    /// Returns the sessions, the one that was last written to first.
    #[must_use]
    pub fn ids(&self) -> Items<'a, Uuid> {
        let raw = self.raw;
        Items::of_results(move |after| Ok(ids(raw.session_list(after, PAGE_ITEMS)?)))
    }

    /// Returns the segments of a session, the one that was last written to first.
    #[must_use]
    pub fn segments(&self, session: Uuid) -> Items<'a, Uuid> {
        let (raw, session) = (self.raw, session.to_string());
        Items::of_results(move |after| Ok(ids(raw.session_list_segments(&session, after, PAGE_ITEMS)?)))
    }

    /// Returns the session that a segment belongs to, `None` for a segment that is not there.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn session_of(&self, segment: Uuid) -> Result<Option<Uuid>> {
        self.raw.session_of(&segment.to_string())?.as_deref().map(id).transpose()
    }

    /// Appends one entry, of any type, to the trace of a segment. Returns how many the trace has now.
    ///
    /// # Errors
    /// Those of [`Sessions::append`].
    pub fn append_trace<E: Serialize + ?Sized>(
        &self,
        session: Uuid,
        segment: Uuid,
        entry: &E,
    ) -> Result<u64> {
        self.raw.session_append_trace(&session.to_string(), &segment.to_string(), &sx::to_string(entry)?)
    }

    /// Returns the entries of a segment's trace from the first to the last, each of this type.
    #[must_use]
    pub fn trace<E: DeserializeOwned + Send + 'a>(&self, session: Uuid, segment: Uuid) -> Items<'a, E> {
        let (raw, session, segment) = (self.raw, session.to_string(), segment.to_string());
        Items::of_results(move |cursor| {
            let (at, direction) = (position(cursor), Direction::Forward);
            let page = raw.session_read_trace(&session, &segment, &at, PAGE_ITEMS, direction)?;
            Ok(Page::from(page).map(entry))
        })
    }
}

fn position(cursor: Option<&str>) -> Position {
    cursor.map_or(Position::Start, |cursor| Position::Cursor(cursor.to_owned()))
}

fn entry<T: DeserializeOwned>(line: impl AsRef<str>) -> Result<T> {
    Ok(sx::from_str(line.as_ref())?)
}

fn to_texts<T: Serialize>(entries: &[T]) -> Result<Vec<String>> {
    Ok(entries.iter().map(sx::to_string).collect::<Result<_, _>>()?)
}

fn id(text: &str) -> Result<Uuid> {
    // The component answers nothing else.
    Uuid::try_parse(text).map_err(|error| Error::InvalidName(error.to_string()).into())
}

fn ids(page: NamePage) -> Page<Result<Uuid>> {
    Page::from(page).map(|text| id(&text))
}
