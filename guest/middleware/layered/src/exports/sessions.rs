//! Sessions.

use crate::exports::Layered;
use crate::name::Name;
use crate::stores::{lower, upper};
use crate::view::sessions::{found, has_segments_below, list};
use crate::view::value::merged;
use sx_persist_middleware::Op;
use sx_persist_middleware::interfaces::Sessions;
use sx_persist_middleware::types::{
    Direction, Error, ExpectSeq, LastEntries, LinePage, NamePage, Position, SegmentDescription,
};
use sx_persist_middleware::{expect_outcome, perform};

impl Sessions for Layered {
    fn create_segment(session: String, segment: String, entries: Vec<String>) -> Result<(), Error> {
        let op = Op::SessionCreateSegment { session, segment, entries };
        expect_outcome!(perform::<Self>(op)?, Outcome::Put => ())
    }

    fn append(session: String, segment: String, entry: String) -> Result<u64, Error> {
        let op = Op::SessionAppend { session, segment, entry };
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(count) => count)
    }

    fn append_expecting(
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u64, Error> {
        let op = Op::SessionAppendExpecting { session, segment, expected, entries };
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(count) => count)
    }

    fn read(session: String, segment: String) -> Result<Vec<String>, Error> {
        found(upper::sessions::read(&session, &segment), &segment, || {
            lower::sessions::read(&session, &segment)
        })
    }

    fn read_page(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        let above = upper::sessions::read_page(&session, &segment, &at, limit, direction);
        found(above, &segment, || lower::sessions::read_page(&session, &segment, &at, limit, direction))
    }

    fn entry_count(session: String, segment: String) -> Result<u64, Error> {
        let above = upper::sessions::entry_count(&session, &segment);
        found(above, &segment, || lower::sessions::entry_count(&session, &segment))
    }

    fn exists(session: String, segment: String) -> Result<bool, Error> {
        Ok(upper::sessions::exists(&session, &segment)?
            || (Name::Segment(segment.clone()).falls_through()?
                && lower::sessions::exists(&session, &segment)?))
    }

    fn truncate(session: String, segment: String, entries: u64, expected: ExpectSeq) -> Result<u64, Error> {
        let op = Op::SessionTruncate { session, segment, entries, expected: expected.into() };
        expect_outcome!(perform::<Self>(op)?, Outcome::Truncated(dropped) => dropped)
    }

    fn delete_segment(session: String, segment: String) -> Result<bool, Error> {
        let op = Op::SessionDeleteSegment { session, segment };
        expect_outcome!(perform::<Self>(op)?, Outcome::Deleted(was_there) => was_there)
    }

    fn list_sessions(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        let is_seen = |session: &String| {
            let is_above = !upper::sessions::list_segments(session, None, 1)?.names.is_empty();
            Ok(!is_above && has_segments_below(session)?)
        };
        list(after.as_deref(), limit, upper::sessions::list_sessions, lower::sessions::list_sessions, is_seen)
    }

    fn list_segments(session: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        let above = |after: Option<&str>, limit| upper::sessions::list_segments(&session, after, limit);
        let below = |after: Option<&str>, limit| lower::sessions::list_segments(&session, after, limit);
        list(after.as_deref(), limit, above, below, |segment| {
            Ok(!Name::Segment(segment.clone()).is_tombstoned()?)
        })
    }

    fn session_of(segment: String) -> Result<Option<String>, Error> {
        let above = upper::sessions::session_of(&segment);
        merged(above, &Name::Segment(segment.clone()), || lower::sessions::session_of(&segment))
    }

    fn append_trace(session: String, segment: String, entry: String) -> Result<u64, Error> {
        let op = Op::SessionAppendTrace { session, segment, entry };
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(count) => count)
    }

    fn read_trace(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        // First, since it says what is wrong with the question. A trace has no entries where its segment is missing.
        let above = upper::sessions::read_trace(&session, &segment, &at, limit, direction)?;
        if Name::Segment(segment.clone()).falls_through()? {
            return lower::sessions::read_trace(&session, &segment, &at, limit, direction);
        }
        Ok(above)
    }

    fn fork(
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    ) -> Result<u64, Error> {
        let op = Op::SessionFork { session, segment, entries, into_session, into_segment };
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(count) => count)
    }

    fn read_last(session: String, segment: String, limit: u32) -> Result<LastEntries, Error> {
        let above = upper::sessions::read_last(&session, &segment, limit);
        found(above, &segment, || lower::sessions::read_last(&session, &segment, limit))
    }

    fn set_meta(session: String, segment: String, meta: Option<String>) -> Result<(), Error> {
        let op = Op::SessionSetMeta { session, segment, meta };
        expect_outcome!(perform::<Self>(op)?, Outcome::Put => ())
    }

    fn describe(session: String, segment: String) -> Result<SegmentDescription, Error> {
        let above = upper::sessions::describe(&session, &segment);
        found(above, &segment, || lower::sessions::describe(&session, &segment))
    }
}
