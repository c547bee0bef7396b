//! Segments grouped by session: the meaning of `sessions` (T1 to T13) on the engine's segments.
//!
//! The row of a segment says whose it is, how many entries it has and when they were last written; the entries stand under their numbers.
//! Lists of the segments of a session and of the sessions by their last write are kept by the same commits.

mod fork;
mod meta;
mod recent;

pub use fork::LastEntries;
pub use meta::SegmentDescription;

use crate::check::{check_batch, check_limit, same};
use crate::codec::uuid::{Id, parse_id, print_id};
use crate::engine::entries::Entries;
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, Cursor, LogPage};
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::interface::streams::{LinePage, Position};
use crate::keyspace::segment::{SegmentRow, SegmentSize};
use crate::keyspace::{ENTRIES, Keyspace, TRACES};
use crate::storage::Storage;
use std::borrow::Cow;
use sx_persist_wire::ExpectSeq;

/// A segment of a session.
struct Segment {
    session: Id,
    id: Id,
}

impl Segment {
    fn parse(session: &str, segment: &str) -> Result<Self> {
        Ok(Self { session: parse_id(session)?, id: parse_id(segment)? })
    }

    /// One that was not there.
    fn new_row(&self) -> SegmentRow {
        SegmentRow { session: self.session, ..SegmentRow::default() }
    }
}

/// How many entries stand before a place in a segment; none for the end of it. A cursor is an index: nothing but a truncation changes
/// which entry stands there.
fn place(at: &Position) -> Result<Option<u64>> {
    Ok(match at {
        Position::Start => Some(0),
        Position::End => None,
        Position::After(index) => Some(*index),
        Position::Cursor(text) if text.is_empty() => Some(0),
        Position::Cursor(text) => {
            let index = text.parse().ok().filter(|index: &u64| index.to_string() == *text);
            Some(index.ok_or_else(Error::not_a_cursor)?)
        }
    })
}

/// Several entries in canonical text.
fn parse_entries(entries: &[String]) -> Result<Vec<Cow<'_, str>>> {
    check_batch(entries.iter().map(String::len))?;
    entries.iter().map(|entry| Ok(sx::canonical(entry)?)).collect()
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
        self.read(|engine| {
            let row = engine.expect_segment(&segment)?;
            engine.all_entries(&segment.id, row.entries.count)
        })
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
        let place = place(at)?;
        self.read(|engine| {
            let row = engine.expect_segment(&segment)?;
            engine.entries(&ENTRIES, &segment, row, (place, items, direction))
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
        let place = place(at)?;
        self.read(|engine| {
            let row = engine.row_of(&segment)?.unwrap_or_default();
            engine.entries(&TRACES, &segment, row, (place, items, direction))
        })
    }

    /// `sessions.entry-count`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_entry_count(&mut self, session: &str, segment: &str) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        self.read(|engine| Ok(engine.expect_segment(&segment)?.entries.count))
    }

    /// `sessions.exists`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_exists(&mut self, session: &str, segment: &str) -> Result<bool> {
        let segment = Segment::parse(session, segment)?;
        self.read(|engine| Ok(engine.row_of(&segment)?.is_some()))
    }

    /// `sessions.session-of`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_of(&mut self, segment: &str) -> Result<Option<String>> {
        let segment = parse_id(segment)?;
        let row = self.read(|engine| engine.segment_row(&segment))?;
        Ok(row.map(|row| print_id(&row.session)))
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
        let before = self.claim(&segment)?;
        let row = SegmentRow { entries: SegmentSize::default(), ..before.unwrap_or(segment.new_row()) };
        self.write_entries(&segment, before, row, &entries).map(drop)
    }

    pub(crate) fn decide_session_append(&mut self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        let entry = sx::canonical(entry)?;
        let before = self.claim(&segment)?;
        self.write_entries(&segment, before, before.unwrap_or(segment.new_row()), &[entry])
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
        let before = self.claim(&segment)?;
        let row = before.unwrap_or(segment.new_row());
        same(expected, row.entries.count)?;
        match before {
            Some(_) if entries.is_empty() => Ok(expected),
            _ => self.write_entries(&segment, before, row, &entries),
        }
    }

    pub(crate) fn decide_session_truncate(
        &mut self,
        session: &str,
        segment: &str,
        entries: u64,
        expected: ExpectSeq,
    ) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        let before = self.expect_segment(&segment)?;
        let count = before.entries.count;
        if let ExpectSeq::At(expected) = expected {
            same(expected, count)?;
        }
        let dropped = count.checked_sub(entries).ok_or_else(|| Error::too_few_entries(entries, count))?;
        if dropped > 0 {
            let left = self.shortened(&segment.id, before.entries, entries)?;
            let row = SegmentRow { entries: left, lsn: self.lsn(), ..before };
            self.put_segment(&segment.id, Some(before), row)?;
        }
        Ok(dropped)
    }

    pub(crate) fn decide_session_delete_segment(&mut self, session: &str, segment: &str) -> Result<bool> {
        let segment = Segment::parse(session, segment)?;
        let Some(row) = self.row_of(&segment)? else { return Ok(false) };
        self.remove_segment(&segment.id, &row)?;
        Ok(true)
    }

    pub(crate) fn decide_session_append_trace(
        &mut self,
        session: &str,
        segment: &str,
        entry: &str,
    ) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        let entry = sx::canonical(entry)?;
        let before = self.claim(&segment)?;
        // A trace is no write, but that it makes the segment is.
        let mut row = before.unwrap_or(SegmentRow { lsn: self.lsn(), ..segment.new_row() });
        self.add_entries(&TRACES, &segment.id, &mut row, &[entry])?;
        self.put_segment(&segment.id, before, row)?;
        Ok(row.traces.count)
    }

    /// The row of a segment in its session; none where it is not there.
    fn row_of(&mut self, segment: &Segment) -> Result<Option<SegmentRow>> {
        let row = self.segment_row(&segment.id)?;
        Ok(row.filter(|row| row.session == segment.session))
    }

    fn expect_segment(&mut self, segment: &Segment) -> Result<SegmentRow> {
        self.row_of(segment)?.ok_or_else(|| Error::NotFound(print_id(&segment.id)))
    }

    /// As [`Opened::row_of`], where the segment may be made: it is not one of another session.
    fn claim(&mut self, segment: &Segment) -> Result<Option<SegmentRow>> {
        match self.segment_row(&segment.id)? {
            Some(row) if row.session != segment.session => Err(Error::Conflict(print_id(&segment.id))),
            row => Ok(row),
        }
    }

    /// Adds entries to those of `row`, as a part of the commit in work. Answers how many there are now.
    fn write_entries(
        &mut self,
        segment: &Segment,
        before: Option<SegmentRow>,
        mut row: SegmentRow,
        entries: &[Cow<'_, str>],
    ) -> Result<u64> {
        row.lsn = self.lsn();
        self.add_entries(&ENTRIES, &segment.id, &mut row, entries)?;
        self.put_segment(&segment.id, before, row)?;
        Ok(row.entries.count)
    }

    fn entries(
        &mut self,
        keyspace: &'static Keyspace,
        segment: &Segment,
        row: SegmentRow,
        (place, items, direction): (Option<u64>, usize, Direction),
    ) -> Result<LinePage> {
        let count = row.extent(keyspace).count;
        let entries = Entries::of_segment(keyspace, &segment.id, count);
        let start = Cursor { nth: place.unwrap_or(count), ..Cursor::default() };
        let page: LogPage<String> =
            self.entry_page(&entries, (start, None), Bounds::page(items), direction)?;
        Ok(LinePage::new(page.events, page.next, page.end, |cursor| cursor.nth.to_string()))
    }
}
