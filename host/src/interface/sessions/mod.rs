//! `sessions`: segments of entries, grouped by session.

mod text;

use crate::error::Result;
use crate::interface::page::Page;
use crate::interface::text::{Text, from_texts};
use crate::store::Store;
use crate::types::{Direction, Error, ExpectSeq, NamePage, Position, SegmentDescription};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;
use uuid::Uuid;

/// A view of a store's sessions whose entries are of a type of the caller's.
///
/// Each method is the function of its name in `wit/sessions.wit`, which says what it answers and when it refuses. A type that
/// does not fit is [`HostError::Value`](crate::HostError::Value). [`Store::text`] has the same with entries as SX text.
pub struct Sessions<'a, T> {
    text: Text<'a>,
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
        Sessions { text: self.text(), entries: PhantomData }
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

impl<T> Sessions<'_, T> {
    /// Makes a segment with these entries, in the place of the one that is there.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn create_segment(&self, session: Uuid, segment: Uuid, entries: &[T]) -> Result<()>
    where
        T: Serialize,
    {
        self.text.session_create_segment(&session.to_string(), &segment.to_string(), &to_texts(entries)?)
    }

    /// Appends one entry, and makes the segment when it is missing. Answers how many it has now.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn append(&self, session: Uuid, segment: Uuid, entry: &T) -> Result<u64>
    where
        T: Serialize,
    {
        self.text.session_append(&session.to_string(), &segment.to_string(), &sx::to_string(entry)?)
    }

    /// Appends entries when the segment has as many as expected, 0 for a missing one; all or none. Answers how many it has now.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn append_expecting(&self, session: Uuid, segment: Uuid, expected: u64, entries: &[T]) -> Result<u64>
    where
        T: Serialize,
    {
        let entries = to_texts(entries)?;
        self.text.session_append_expecting(&session.to_string(), &segment.to_string(), expected, &entries)
    }

    /// All entries of a segment.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn read(&self, session: Uuid, segment: Uuid) -> Result<Vec<T>>
    where
        T: DeserializeOwned,
    {
        let entries = self.text.session_read(&session.to_string(), &segment.to_string())?;
        from_texts(entries.iter().map(String::as_str))
    }

    /// Some entries of a segment.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn read_page(
        &self,
        session: Uuid,
        segment: Uuid,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<Page<T>>
    where
        T: DeserializeOwned,
    {
        let (session, segment) = (session.to_string(), segment.to_string());
        let page = self.text.session_read_page(&session, &segment, at, limit, direction)?;
        Ok(Page { items: from_texts(page.lines.lines())?, through: page.through, done: page.done })
    }

    /// How many entries a segment has.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn entry_count(&self, session: Uuid, segment: Uuid) -> Result<u64> {
        self.text.session_entry_count(&session.to_string(), &segment.to_string())
    }

    /// Is the segment there, in this session?
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn exists(&self, session: Uuid, segment: Uuid) -> Result<bool> {
        self.text.session_exists(&session.to_string(), &segment.to_string())
    }

    /// Keeps the first entries of a segment. Answers how many were dropped.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn truncate(&self, session: Uuid, segment: Uuid, entries: u64, expected: ExpectSeq) -> Result<u64> {
        self.text.session_truncate(&session.to_string(), &segment.to_string(), entries, expected)
    }

    /// Makes a segment of the first entries of another, of all where none is said. `into` is the session and the segment to make.
    /// Answers how many entries that has.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn fork(
        &self,
        session: Uuid,
        segment: Uuid,
        entries: Option<u64>,
        into: (Uuid, Uuid),
    ) -> Result<u64> {
        let (session, segment) = (session.to_string(), segment.to_string());
        self.text.session_fork(&session, &segment, entries, (&into.0.to_string(), &into.1.to_string()))
    }

    /// The last entries of a segment in their order, and how many stand before them.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn read_last(&self, session: Uuid, segment: Uuid, limit: u32) -> Result<(u64, Vec<T>)>
    where
        T: DeserializeOwned,
    {
        let last = self.text.session_read_last(&session.to_string(), &segment.to_string(), limit)?;
        Ok((last.index, from_texts(last.lines.lines())?))
    }

    /// Sets the meta of a segment, one value of any type; none takes it away.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn set_meta<M: Serialize>(&self, session: Uuid, segment: Uuid, meta: Option<&M>) -> Result<()> {
        let meta = meta.map(sx::to_string).transpose()?;
        self.text.session_set_meta(&session.to_string(), &segment.to_string(), meta.as_deref())
    }

    /// What is known of a segment without reading its entries; its meta is SX text.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn describe(&self, session: Uuid, segment: Uuid) -> Result<SegmentDescription> {
        self.text.session_describe(&session.to_string(), &segment.to_string())
    }

    /// Removes a segment and its trace. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn delete_segment(&self, session: Uuid, segment: Uuid) -> Result<bool> {
        self.text.session_delete_segment(&session.to_string(), &segment.to_string())
    }

    /// Some sessions, the one that was last written to first.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn list_sessions(&self, after: Option<&str>, limit: u32) -> Result<Page<Uuid>> {
        ids(self.text.session_list(after, limit)?)
    }

    /// Some segments of a session, the one that was last written to first.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn list_segments(&self, session: Uuid, after: Option<&str>, limit: u32) -> Result<Page<Uuid>> {
        ids(self.text.session_list_segments(&session.to_string(), after, limit)?)
    }

    /// The session that a segment belongs to.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_of(&self, segment: Uuid) -> Result<Option<Uuid>> {
        self.text.session_of(&segment.to_string())?.as_deref().map(id).transpose()
    }

    /// Appends one entry, of any type, to the trace of a segment. Answers how many the trace has now.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn append_trace<E: Serialize + ?Sized>(
        &self,
        session: Uuid,
        segment: Uuid,
        entry: &E,
    ) -> Result<u64> {
        self.text.session_append_trace(&session.to_string(), &segment.to_string(), &sx::to_string(entry)?)
    }

    /// Some entries of a segment's trace.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn read_trace<E: DeserializeOwned>(
        &self,
        session: Uuid,
        segment: Uuid,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<Page<E>> {
        let (session, segment) = (session.to_string(), segment.to_string());
        let page = self.text.session_read_trace(&session, &segment, at, limit, direction)?;
        Ok(Page { items: from_texts(page.lines.lines())?, through: page.through, done: page.done })
    }
}

fn to_texts<T: Serialize>(entries: &[T]) -> Result<Vec<String>> {
    Ok(entries.iter().map(sx::to_string).collect::<Result<_, _>>()?)
}

fn id(text: &str) -> Result<Uuid> {
    // The component answers nothing else.
    Uuid::try_parse(text).map_err(|error| Error::InvalidName(error.to_string()).into())
}

fn ids(page: NamePage) -> Result<Page<Uuid>> {
    Page::from(page).try_map(|text| id(&text))
}
