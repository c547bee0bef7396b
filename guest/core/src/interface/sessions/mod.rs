//! Segment logs grouped by session: the meaning of `sessions` (T1 to T13) on the engine's logs.
//!
//! An entry is the event `{:entry <value> :seq <lsn>}` of a log named by its session and its segment. The lsn is that of the commit
//! that wrote it, so that last-seq tells when a log was last written, and all that streams have (trailers, checks, paging by
//! number, repair) holds here. A table from the segment to its session says whose it is.

mod entry;
mod fork;
mod meta;
mod recent;

pub use fork::LastEntries;
pub use meta::SegmentDescription;

use crate::check::{check_limit, same};
use crate::codec::uuid::{Id, parse_id, print_id};
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, From, LogPage};
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::interface::streams::{LinePage, Position};
use crate::keyspace::composite;
use crate::keyspace::rules::event_of;
use crate::keyspace::{Keyspace, SEGMENTS, SESSIONS, TRACES};
use crate::storage::Storage;
use entry::{Entries, parse_entries};
use std::borrow::Cow;
use sx_persist_wire::ExpectSeq;

/// A segment of a session, and the name of its logs.
struct Segment {
    session: Id,
    id: Id,
    name: Vec<u8>,
}

impl Segment {
    fn parse(session: &str, segment: &str) -> Result<Self> {
        let (session, id) = (parse_id(session)?, parse_id(segment)?);
        Ok(Self { session, id, name: composite::name(&session, &id) })
    }
}

/// A place in a segment. A cursor is an index: nothing but a truncation changes which entry stands there.
fn place(at: &Position) -> Result<From> {
    Ok(match at {
        Position::Start => From::Start,
        Position::End => From::End,
        Position::After(index) => From::Behind(*index),
        Position::Cursor(text) if text.is_empty() => From::Start,
        Position::Cursor(text) => {
            let index = text.parse().ok().filter(|index: &u64| index.to_string() == *text);
            From::Behind(index.ok_or_else(Error::not_a_cursor)?)
        }
    })
}

impl<S: Storage> Engine<S> {
    /// `sessions.create-segment`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_create_segment(&mut self, session: &str, segment: &str, entries: &[String]) -> Result<()> {
        self.write(|engine| engine.decide_session_create_segment(session, segment, entries))
    }

    /// `sessions.append`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_append(&mut self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        self.write(|engine| engine.decide_session_append(session, segment, entry))
    }

    /// `sessions.append-expecting`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_append_expecting(
        &mut self,
        session: &str,
        segment: &str,
        expected: u64,
        entries: &[String],
    ) -> Result<u64> {
        self.write(|engine| engine.decide_session_append_expecting(session, segment, expected, entries))
    }

    /// `sessions.truncate`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_truncate(
        &mut self,
        session: &str,
        segment: &str,
        entries: u64,
        expected: ExpectSeq,
    ) -> Result<u64> {
        self.write(|engine| engine.decide_session_truncate(session, segment, entries, expected))
    }

    /// `sessions.delete-segment`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_delete_segment(&mut self, session: &str, segment: &str) -> Result<bool> {
        self.write(|engine| engine.decide_session_delete_segment(session, segment))
    }

    /// `sessions.append-trace`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_append_trace(&mut self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        self.write(|engine| engine.decide_session_append_trace(session, segment, entry))
    }

    /// `sessions.read`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_read(&mut self, session: &str, segment: &str) -> Result<Vec<String>> {
        let segment = Segment::parse(session, segment)?;
        let Entries(entries) = self.read(|engine| {
            engine.expect_segment(&segment)?;
            engine.log_read(&SESSIONS, &segment.name)
        })?;
        Ok(entries)
    }

    /// `sessions.read-page`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_read_page(
        &mut self,
        session: &str,
        segment: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        let segment = Segment::parse(session, segment)?;
        let items = check_limit(limit)?;
        let from = place(at)?;
        self.read(|engine| {
            engine.expect_segment(&segment)?;
            engine.entries(&SESSIONS, &segment, from, items, direction)
        })
    }

    /// `sessions.read-trace`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_read_trace(
        &mut self,
        session: &str,
        segment: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        let segment = Segment::parse(session, segment)?;
        let items = check_limit(limit)?;
        let from = place(at)?;
        self.read(|engine| engine.entries(&TRACES, &segment, from, items, direction))
    }

    /// `sessions.entry-count`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_entry_count(&mut self, session: &str, segment: &str) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        self.read(|engine| {
            engine.expect_segment(&segment)?;
            engine.log_length(&SESSIONS, &segment.name)
        })
    }

    /// `sessions.exists`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_exists(&mut self, session: &str, segment: &str) -> Result<bool> {
        let segment = Segment::parse(session, segment)?;
        self.read(|engine| engine.has_log(&SESSIONS, &segment.name))
    }

    /// `sessions.session-of`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_of(&mut self, segment: &str) -> Result<Option<String>> {
        let segment = parse_id(segment)?;
        let session = self.read(|engine| engine.owner(&segment))?;
        Ok(session.as_ref().map(print_id))
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn decide_session_create_segment(
        &mut self,
        session: &str,
        segment: &str,
        entries: &[String],
    ) -> Result<()> {
        let segment = Segment::parse(session, segment)?;
        let entries = parse_entries(entries)?;
        self.claim(&segment)?;
        self.empty_segment(&segment)?;
        self.add_entries(&SESSIONS, &segment, &entries).map(drop)
    }

    pub(crate) fn decide_session_append(&mut self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        let entry = sx::canonical(entry)?;
        self.claim(&segment)?;
        self.add_entries(&SESSIONS, &segment, &[entry])
    }

    pub(crate) fn decide_session_append_expecting(
        &mut self,
        session: &str,
        segment: &str,
        expected: u64,
        entries: &[String],
    ) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        let entries = parse_entries(entries)?;
        let was_there = self.claim(&segment)?;
        same(expected, self.log_length(&SESSIONS, &segment.name)?)?;
        if !was_there {
            self.empty_segment(&segment)?;
        }
        self.add_entries(&SESSIONS, &segment, &entries)
    }

    pub(crate) fn decide_session_truncate(
        &mut self,
        session: &str,
        segment: &str,
        entries: u64,
        expected: ExpectSeq,
    ) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        self.expect_segment(&segment)?;
        let count = self.log_length(&SESSIONS, &segment.name)?;
        if let ExpectSeq::At(expected) = expected {
            same(expected, count)?;
        }
        let dropped = count.checked_sub(entries).ok_or_else(|| Error::too_few_entries(entries, count))?;
        if dropped > 0 {
            let lsn = self.lsn();
            self.log_cut(&SESSIONS, &segment.name, entries, lsn)?;
        }
        Ok(dropped)
    }

    pub(crate) fn decide_session_delete_segment(&mut self, session: &str, segment: &str) -> Result<bool> {
        let segment = Segment::parse(session, segment)?;
        let was_there = self.has_log(&SESSIONS, &segment.name)?;
        if was_there {
            self.log_drop(&SESSIONS, &segment.name)?;
            if self.has_log(&TRACES, &segment.name)? {
                self.log_drop(&TRACES, &segment.name)?;
            }
            self.remove_value(&SEGMENTS, &segment.id)?;
        }
        Ok(was_there)
    }

    pub(crate) fn decide_session_append_trace(
        &mut self,
        session: &str,
        segment: &str,
        entry: &str,
    ) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        let entry = sx::canonical(entry)?;
        if !self.claim(&segment)? {
            self.empty_segment(&segment)?;
        }
        self.add_entries(&TRACES, &segment, &[entry])
    }

    /// Gives a segment to its session, as a part of the commit in work. Answers whether it was there.
    fn claim(&mut self, segment: &Segment) -> Result<bool> {
        if self.has_log(&SESSIONS, &segment.name)? {
            return Ok(true);
        }
        if self.owner(&segment.id)?.is_some() {
            return Err(Error::Conflict(print_id(&segment.id)));
        }
        self.put_row(segment, None)?;
        Ok(false)
    }

    /// The session of a segment.
    fn owner(&mut self, segment: &Id) -> Result<Option<Id>> {
        let Some(meta::Row { session, .. }) = self.row(segment)? else { return Ok(None) };
        // Whoever took the logs away by hand has left the row.
        let is_there = self.has_log(&SESSIONS, &composite::name(&session, segment))?;
        Ok(is_there.then_some(session))
    }

    fn expect_segment(&mut self, segment: &Segment) -> Result<()> {
        match self.has_log(&SESSIONS, &segment.name)? {
            true => Ok(()),
            false => Err(Error::NotFound(print_id(&segment.id))),
        }
    }

    /// A segment without entries, as a part of the commit in work.
    fn empty_segment(&mut self, segment: &Segment) -> Result<()> {
        let lsn = self.lsn();
        self.log_cut(&SESSIONS, &segment.name, 0, lsn)
    }

    /// Appends values in canonical text, as a part of the commit in work. Answers how many there are now.
    fn add_entries(
        &mut self,
        keyspace: &'static Keyspace,
        segment: &Segment,
        entries: &[Cow<'_, str>],
    ) -> Result<u64> {
        if !entries.is_empty() {
            let lsn = self.lsn();
            let events: Vec<_> = entries.iter().map(|entry| event_of(entry, lsn)).collect();
            let events = events.iter().map(|event| (lsn, event.as_str())).collect();
            self.log_append(keyspace, &segment.name, events)?;
        }
        self.log_length(keyspace, &segment.name)
    }

    fn entries(
        &mut self,
        keyspace: &Keyspace,
        segment: &Segment,
        from: From,
        items: usize,
        direction: Direction,
    ) -> Result<LinePage> {
        let bounds = Bounds::page(items);
        let page: LogPage<Entries<String>> =
            self.log_page(keyspace, &segment.name, from, bounds, direction)?;
        if page.events.0.is_empty() && direction == Direction::Forward {
            // A place behind the last entry is one only where it is known which that is.
            self.log_length(keyspace, &segment.name)?;
        }
        Ok(LinePage::new(page.events.0, page.next, page.end, |cursor| cursor.nth.to_string()))
    }

    /// Gives segments whose rows lead to no log to their sessions, as a part of the commit in work: `repair` may have set a row
    /// aside, and somebody moved a log by hand.
    pub(crate) fn decide_own_segments(&mut self) -> Result<()> {
        for name in self.keys(&SESSIONS)? {
            if let Some((session, segment)) = composite::split(&name)
                && let Ok(id) = Id::try_from(segment)
                && self.owner(&id)?.is_none()
            {
                self.put_value(&SEGMENTS, segment, session)?;
            }
        }
        Ok(())
    }
}
