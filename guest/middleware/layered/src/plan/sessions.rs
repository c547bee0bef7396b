//! Writes of sessions: the first one to a segment of the lower store copies it up, with its trace.

use crate::name::Name;
use crate::plan::{Answer, Plan};
use crate::stores::{lower, upper};
use sx_persist_middleware::limits::PAGE_ITEMS_MAX;
use sx_persist_middleware::types::{
    Direction, Error, Op, Outcome, Position, SessionAppendExpectingOp, SessionAppendOp,
    SessionCreateSegmentOp, SessionDeleteSegmentOp, SessionTruncateOp,
};

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
    Ok(plan.falls_through(&Name::Segment(segment.to_owned()))?
        && matches!(lower::sessions::entry_count(session, segment), Ok(count) if count == entries))
}

/// A segment of another session is not there in this one, and stays.
fn remove(plan: &mut Plan, delete: &SessionDeleteSegmentOp) -> Result<Answer, Error> {
    let name = Name::Segment(delete.segment.clone());
    let is_seen = plan.falls_through(&name)?
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
    let mut at = Position::Start;
    loop {
        let page = lower::sessions::read_trace(&session, &segment, &at, PAGE_ITEMS_MAX, Direction::Forward)?;
        for entry in page.lines.lines() {
            let (session, segment, entry) = (session.clone(), segment.clone(), entry.to_owned());
            plan.before(Op::SessionAppendTrace(SessionAppendOp { session, segment, entry }));
        }
        if page.done {
            return Ok(());
        }
        at = Position::Cursor(page.through);
    }
}
