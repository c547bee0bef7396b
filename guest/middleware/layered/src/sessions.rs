//! Sessions. A segment is read where it is; the first write to one of the lower store's copies it up, with its trace.

use crate::name::Name;
use crate::plan::{Answer, Plan};
use crate::{Layered, lower, seen, upper};
use sx_persist_forward::interfaces::Sessions;
use sx_persist_forward::limits::PAGE_ITEMS_MAX;
use sx_persist_forward::types::{
    Error, IdPage, Op, Outcome, SegmentPage, SessionAppendExpectingOp, SessionAppendOp,
    SessionCreateSegmentOp, SessionDeleteSegmentOp, SessionTruncateOp,
};
use sx_persist_forward::{expect_outcome, perform};

/// What a cursor into the lower store's list begins with. Those of the upper one are as it gave them.
const BELOW: &str = "lower/";

/// Ids that are looked at once to see whether one follows.
const PEEKED: u32 = 64;

impl Sessions for Layered {
    fn create_segment(session: String, segment: String, entries: Vec<String>) -> Result<(), Error> {
        let op = Op::SessionCreateSegment(SessionCreateSegmentOp { session, segment, entries });
        expect_outcome!(perform::<Self>(op)?, Outcome::Put => ())
    }

    fn append(session: String, segment: String, entry: String) -> Result<u64, Error> {
        let op = Op::SessionAppend(SessionAppendOp { session, segment, entry });
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(count) => count)
    }

    fn append_expecting(
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u64, Error> {
        let op = Op::SessionAppendExpecting(SessionAppendExpectingOp { session, segment, expected, entries });
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(count) => count)
    }

    fn read(session: String, segment: String) -> Result<Vec<String>, Error> {
        found(upper::sessions::read(&session, &segment), &segment, || {
            lower::sessions::read(&session, &segment)
        })
    }

    fn read_after(session: String, segment: String, index: u64, limit: u32) -> Result<SegmentPage, Error> {
        let above = upper::sessions::read_after(&session, &segment, index, limit);
        found(above, &segment, || lower::sessions::read_after(&session, &segment, index, limit))
    }

    fn entry_count(session: String, segment: String) -> Result<u64, Error> {
        let above = upper::sessions::entry_count(&session, &segment);
        found(above, &segment, || lower::sessions::entry_count(&session, &segment))
    }

    fn exists(session: String, segment: String) -> Result<bool, Error> {
        Ok(upper::sessions::exists(&session, &segment)?
            || (Name::Segment(segment.clone()).shines()? && lower::sessions::exists(&session, &segment)?))
    }

    fn truncate(session: String, segment: String, entries: u64) -> Result<u64, Error> {
        let op = Op::SessionTruncate(SessionTruncateOp { session, segment, entries });
        expect_outcome!(perform::<Self>(op)?, Outcome::Truncated(dropped) => dropped)
    }

    fn delete_segment(session: String, segment: String) -> Result<bool, Error> {
        let op = Op::SessionDeleteSegment(SessionDeleteSegmentOp { session, segment });
        expect_outcome!(perform::<Self>(op)?, Outcome::Deleted(was_there) => was_there)
    }

    fn list_sessions(after: Option<String>, limit: u32) -> Result<IdPage, Error> {
        let is_seen = |session: &String| {
            let is_above = !upper::sessions::list_segments(session, None, 1)?.ids.is_empty();
            Ok(!is_above && has_segments_below(session)?)
        };
        list(after.as_deref(), limit, upper::sessions::list_sessions, lower::sessions::list_sessions, is_seen)
    }

    fn list_segments(session: String, after: Option<String>, limit: u32) -> Result<IdPage, Error> {
        let above = |after: Option<&str>, limit| upper::sessions::list_segments(&session, after, limit);
        let below = |after: Option<&str>, limit| lower::sessions::list_segments(&session, after, limit);
        list(after.as_deref(), limit, above, below, |segment| Ok(!Name::Segment(segment.clone()).is_dead()?))
    }

    fn session_of(segment: String) -> Result<Option<String>, Error> {
        let above = upper::sessions::session_of(&segment);
        seen(above, &Name::Segment(segment.clone()), || lower::sessions::session_of(&segment))
    }

    fn append_trace(session: String, segment: String, entry: String) -> Result<u64, Error> {
        let op = Op::SessionAppendTrace(SessionAppendOp { session, segment, entry });
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(count) => count)
    }

    fn read_trace(session: String, segment: String, index: u64, limit: u32) -> Result<SegmentPage, Error> {
        // First, since it says what is wrong with the question. A trace has no entries where its segment is missing.
        let above = upper::sessions::read_trace(&session, &segment, index, limit)?;
        if Name::Segment(segment.clone()).shines()? {
            return lower::sessions::read_trace(&session, &segment, index, limit);
        }
        Ok(above)
    }
}

/// What the upper store has of a segment, or the lower one where the upper does not know it.
fn found<T>(
    above: Result<T, Error>,
    segment: &str,
    below: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    match above {
        Err(Error::NotFound(_)) if Name::Segment(segment.to_owned()).shines()? => below(),
        answer => answer,
    }
}

/// Has a session of the lower store a segment that is seen?
fn has_segments_below(session: &str) -> Result<bool, Error> {
    let mut after: Option<String> = None;
    loop {
        let page = lower::sessions::list_segments(session, after.as_deref(), PAGE_ITEMS_MAX)?;
        for segment in page.ids {
            if !Name::Segment(segment).is_dead()? {
                return Ok(true);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(false);
        }
    }
}

/// A page of what was last written to: all of the upper store's, which was written to later, and then the lower one's.
fn list(
    after: Option<&str>,
    limit: u32,
    above: impl Fn(Option<&str>, u32) -> Result<IdPage, Error>,
    below: impl Fn(Option<&str>, u32) -> Result<IdPage, Error>,
    is_seen: impl Fn(&String) -> Result<bool, Error>,
) -> Result<IdPage, Error> {
    let mut page = IdPage { ids: Vec::new(), next: None };
    let mut cursor = match after.and_then(|after| after.strip_prefix(BELOW)) {
        None => {
            page = above(after, limit)?;
            if page.next.is_some() {
                return Ok(page);
            }
            None
        }
        // Behind the last one of the upper store's page.
        Some("") => None,
        Some(cursor) => Some(cursor.to_owned()),
    };
    loop {
        let rest = limit.saturating_sub(u32::try_from(page.ids.len()).unwrap_or(u32::MAX));
        // A page that is full has a next one only where something follows.
        let is_full = rest == 0 && limit > 0;
        let listed = below(cursor.as_deref(), if is_full { PEEKED } else { rest })?;
        for id in listed.ids {
            if !is_seen(&id)? {
                continue;
            }
            if is_full {
                page.next = Some(format!("{BELOW}{}", cursor.unwrap_or_default()));
                return Ok(page);
            }
            page.ids.push(id);
        }
        cursor = listed.next;
        if cursor.is_none() {
            return Ok(page);
        }
    }
}

/// What comes before a write of a segment, and what its outcome means.
pub(crate) fn plan(plan: &mut Plan, op: &Op) -> Result<Answer, Error> {
    match op {
        Op::SessionCreateSegment(create) => copy(plan, &create.segment, false)?,
        Op::SessionAppend(append) | Op::SessionAppendTrace(append) => copy(plan, &append.segment, true)?,
        Op::SessionAppendExpecting(SessionAppendExpectingOp { session, segment, expected, entries }) => {
            if entries.is_empty() && has_below(plan, session, segment, *expected)? {
                return Ok(Answer::Known(Outcome::Appended(*expected)));
            }
            copy(plan, segment, true)?;
        }
        Op::SessionTruncate(SessionTruncateOp { session, segment, entries }) => {
            if has_below(plan, session, segment, *entries)? {
                return Ok(Answer::Known(Outcome::Truncated(0)));
            }
            copy(plan, segment, true)?;
        }
        Op::SessionDeleteSegment(delete) => return remove(plan, delete),
        _ => {}
    }
    Ok(Answer::Same)
}

/// Has the segment that a reader sees below just so many entries? What changes nothing is no write, and copies nothing.
fn has_below(plan: &Plan, session: &str, segment: &str, entries: u64) -> Result<bool, Error> {
    Ok(plan.shines(&Name::Segment(segment.to_owned()))?
        && matches!(lower::sessions::entry_count(session, segment), Ok(count) if count == entries))
}

/// A segment of another session is not there in this one, and stays.
fn remove(plan: &mut Plan, delete: &SessionDeleteSegmentOp) -> Result<Answer, Error> {
    let name = Name::Segment(delete.segment.clone());
    let is_seen = plan.shines(&name)?
        && lower::sessions::session_of(&delete.segment)?.as_ref() == Some(&delete.session);
    Ok(if is_seen && plan.settle(name)? { Answer::Removed } else { Answer::Same })
}

/// Copies a segment of the lower store and its trace, once. One that is replaced is copied without its entries.
fn copy(plan: &mut Plan, segment: &str, with_entries: bool) -> Result<(), Error> {
    if !plan.settle(Name::Segment(segment.to_owned()))? || upper::sessions::session_of(segment)?.is_some() {
        return Ok(());
    }
    let Some(session) = lower::sessions::session_of(segment)? else { return Ok(()) };
    let entries = if with_entries { lower::sessions::read(&session, segment)? } else { Vec::new() };
    let segment = segment.to_owned();
    plan.before(Op::SessionCreateSegment(SessionCreateSegmentOp {
        session: session.clone(),
        segment: segment.clone(),
        entries,
    }));
    let mut index = 0;
    loop {
        let page = lower::sessions::read_trace(&session, &segment, index, PAGE_ITEMS_MAX)?;
        for entry in page.entries.lines() {
            let (session, segment, entry) = (session.clone(), segment.clone(), entry.to_owned());
            plan.before(Op::SessionAppendTrace(SessionAppendOp { session, segment, entry }));
        }
        let Some(next) = page.next else { return Ok(()) };
        index = next;
    }
}
