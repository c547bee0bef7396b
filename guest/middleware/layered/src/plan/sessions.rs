//! Writes of sessions: the first one to a segment of the lower store copies it up, with its trace.

use crate::bounds::too_large;
use crate::name::Name;
use crate::plan::{Answer, Plan};
use crate::stores::{lower, upper};
use sx_persist_middleware::limits::{BATCH_OPS_MAX, PAGE_ITEMS_MAX};
use sx_persist_middleware::types::{Direction, Error, Position};
use sx_persist_middleware::{ExpectSeq, Op, Outcome};

/// What comes before a write of a segment, and what its outcome means.
pub(crate) fn plan(plan: &mut Plan, op: &Op) -> Result<Answer, Error> {
    match op {
        Op::SessionCreateSegment { segment, .. } => copy(plan, segment, false)?,
        Op::SessionAppend { segment, .. } | Op::SessionAppendTrace { segment, .. } => {
            copy(plan, segment, true)?;
        }
        Op::SessionSetMeta { session, segment, meta } => {
            if has_meta_below(plan, session, segment, meta.as_deref())? {
                return Ok(Answer::Known(Outcome::Put));
            }
            copy(plan, segment, true)?;
        }
        Op::SessionAppendExpecting { session, segment, expected, entries } => {
            if entries.is_empty() && has_below(plan, session, segment, *expected)? {
                return Ok(Answer::Known(Outcome::Appended(*expected)));
            }
            copy(plan, segment, true)?;
        }
        Op::SessionTruncate { session, segment, entries, expected } => {
            let is_expected = matches!(expected, ExpectSeq::Any) || *expected == ExpectSeq::At(*entries);
            if is_expected && has_below(plan, session, segment, *entries)? {
                return Ok(Answer::Known(Outcome::Truncated(0)));
            }
            copy(plan, segment, true)?;
        }
        Op::SessionDeleteSegment { session, segment } => return remove(plan, session, segment),
        _ => {}
    }
    Ok(Answer::Same)
}

/// Has the segment that a reader sees below just so many entries? What changes nothing is no write, and copies nothing.
fn has_below(plan: &Plan, session: &str, segment: &str, entries: u64) -> Result<bool, Error> {
    Ok(plan.falls_through(&Name::Segment(segment.to_owned()))?
        && matches!(lower::sessions::entry_count(session, segment), Ok(count) if count == entries))
}

/// Has the segment that a reader sees below just this meta?
fn has_meta_below(plan: &Plan, session: &str, segment: &str, meta: Option<&str>) -> Result<bool, Error> {
    if !plan.falls_through(&Name::Segment(segment.to_owned()))? {
        return Ok(false);
    }
    let Ok(known) = lower::sessions::describe(session, segment) else { return Ok(false) };
    Ok(known.meta.as_deref() == meta)
}

/// A fork of a segment that a reader sees below makes one of the upper store, and copies nothing else; none where the upper store
/// does it all.
pub(crate) fn forked(plan: &mut Plan, fork: &Op) -> Result<Option<(Op, Answer)>, Error> {
    let Op::SessionFork { session, segment, entries, into_session, into_segment } = fork else {
        return Ok(None);
    };
    // The upper store says what is wrong with a name.
    upper::sessions::exists(session, segment)?;
    upper::sessions::exists(into_session, into_segment)?;
    if plan.falls_through(&Name::Segment(into_segment.clone()))? {
        return Err(Error::Conflict(into_segment.clone()));
    }
    let is_below = plan.falls_through(&Name::Segment(segment.clone()))?
        && lower::sessions::session_of(segment)?.as_ref() == Some(session);
    if !is_below {
        return Ok(None);
    }
    let known = lower::sessions::describe(session, segment)?;
    let count = entries.unwrap_or(known.entries);
    if count > known.entries {
        let reason = format!("the first {count} entries of a segment that has {}", known.entries);
        return Err(Error::InvalidArgument(reason));
    }
    let items = usize::try_from(count).unwrap_or(usize::MAX);
    if items > BATCH_OPS_MAX {
        return Err(too_large(BATCH_OPS_MAX, items));
    }
    let entries = first_below(session, segment, items)?;
    let (session, segment) = (into_session.clone(), into_segment.clone());
    // One that is there already has entries.
    plan.before(Op::SessionAppendExpecting {
        session: session.clone(),
        segment: segment.clone(),
        expected: 0,
        entries,
    });
    let answer = Answer::Forked { count, into: segment.clone() };
    // It sets what the other one has, and nothing where that has none.
    Ok(Some((Op::SessionSetMeta { session, segment, meta: known.meta }, answer)))
}

/// The first entries of a segment of the lower store.
fn first_below(session: &str, segment: &str, count: usize) -> Result<Vec<String>, Error> {
    let mut entries = Vec::new();
    let mut at = Position::Start;
    while entries.len() < count {
        let limit = u32::try_from(count - entries.len()).unwrap_or(PAGE_ITEMS_MAX).min(PAGE_ITEMS_MAX);
        let page = lower::sessions::read_page(session, segment, &at, limit, Direction::Forward)?;
        entries.extend(page.lines.lines().map(str::to_owned));
        if page.done {
            break;
        }
        at = Position::Cursor(page.through);
    }
    Ok(entries)
}

/// A segment of another session is not there in this one, and stays.
fn remove(plan: &mut Plan, session: &str, segment: &str) -> Result<Answer, Error> {
    let name = Name::Segment(segment.to_owned());
    let is_seen =
        plan.falls_through(&name)? && lower::sessions::session_of(segment)?.as_deref() == Some(session);
    Ok(if is_seen && plan.settle(name)? { Answer::Removed } else { Answer::Same })
}

/// Copies a segment of the lower store and its trace, once. One that is replaced is copied without its entries.
fn copy(plan: &mut Plan, segment: &str, with_entries: bool) -> Result<(), Error> {
    if !plan.settle(Name::Segment(segment.to_owned()))? || upper::sessions::session_of(segment)?.is_some() {
        return Ok(());
    }
    let Some(session) = lower::sessions::session_of(segment)? else { return Ok(()) };
    let entries = if with_entries { lower::sessions::read(&session, segment)? } else { Vec::new() };
    let meta = lower::sessions::describe(&session, segment)?.meta;
    let segment = segment.to_owned();
    plan.before(Op::SessionCreateSegment { session: session.clone(), segment: segment.clone(), entries });
    if meta.is_some() {
        let (session, segment) = (session.clone(), segment.clone());
        plan.before(Op::SessionSetMeta { session, segment, meta });
    }
    let mut at = Position::Start;
    loop {
        let page = lower::sessions::read_trace(&session, &segment, &at, PAGE_ITEMS_MAX, Direction::Forward)?;
        for entry in page.lines.lines() {
            let (session, segment, entry) = (session.clone(), segment.clone(), entry.to_owned());
            plan.before(Op::SessionAppendTrace { session, segment, entry });
        }
        if page.done {
            return Ok(());
        }
        at = Position::Cursor(page.through);
    }
}
