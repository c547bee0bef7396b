//! Checks: what is seen of the lower store stays as it is, so that it is compared at once. The upper store compares the rest.

use crate::name::{Name, check_table};
use crate::plan::maps::version_below;
use crate::plan::{Answer, MapAnswer, Plan};
use crate::stores::{lower, upper};
use crate::view::streams::count_below;
use crate::view::versions::{self, own};
use sx_persist_middleware::types::{Error, Stale};
use sx_persist_middleware::{Expect, Op, Outcome, canonical};

/// A check as the upper store is to do it, and what its outcome means.
pub(crate) fn plan(plan: &Plan, op: Op) -> Result<(Op, Answer), Error> {
    let answer = match &op {
        Op::CheckLastSeq { stream, last_seq } => check_last_seq(plan, stream, *last_seq)?,
        Op::CheckKey { key, value } => check_key(plan, key, value.as_deref())?,
        Op::CheckRef { name, hash } => check_ref(plan, name, hash.as_deref())?,
        Op::CheckSegment { session, segment, entries } => check_segment(plan, session, segment, *entries)?,
        Op::CheckCount { stream, count } => return check_count(plan, stream, *count),
        Op::CheckMap { table, key, expected } => return check_map(plan, table, key, *expected),
        _ => Answer::Same,
    };
    Ok((op, answer))
}

fn same(expected: u64, actual: u64) -> Result<Answer, Error> {
    if expected != actual {
        return Err(Error::Stale(Stale { expected, actual }));
    }
    Ok(Answer::Known(Outcome::Checked))
}

fn holds(is_so: bool, name: &str) -> Result<Answer, Error> {
    if is_so { Ok(Answer::Known(Outcome::Checked)) } else { Err(Error::Conflict(name.to_owned())) }
}

fn check_last_seq(plan: &Plan, stream: &str, last_seq: u64) -> Result<Answer, Error> {
    if plan.is_shadowed(&Name::Stream(stream.to_owned())) {
        return Ok(Answer::Same);
    }
    let below = lower::persist::last_seq(stream)?;
    // The upper store's counter has been brought behind the lower one's by what was first appended there; what is performed together
    // with this may have raised it further.
    if upper::persist::last_seq(stream)? >= below { Ok(Answer::Same) } else { same(last_seq, below) }
}

fn check_count(plan: &Plan, stream: &str, count: u64) -> Result<(Op, Answer), Error> {
    let below = count_below(stream, plan.cut(stream)?)?;
    // Of fewer than stand below the upper store finds too many in any case.
    let above = count.checked_sub(below).unwrap_or(u64::MAX);
    let op = Op::CheckCount { stream: stream.to_owned(), count: above };
    Ok((op, Answer::Counted { expected: count, below }))
}

fn check_key(plan: &Plan, key: &str, value: Option<&str>) -> Result<Answer, Error> {
    if !plan.falls_through(&Name::Kv(key.to_owned()))? || upper::persist::kv_has(key)? {
        return Ok(Answer::Same);
    }
    // The upper store says what is wrong with a value.
    let Ok(value) = value.map(canonical).transpose() else { return Ok(Answer::Same) };
    holds(lower::persist::kv_get(key)?.as_deref() == value.as_deref(), key)
}

fn check_ref(plan: &Plan, name: &str, hash: Option<&str>) -> Result<Answer, Error> {
    if !plan.falls_through(&Name::Ref(name.to_owned()))? || upper::refs::get(name)?.is_some() {
        return Ok(Answer::Same);
    }
    // A store says what is wrong with a hash.
    hash.map(lower::objects::exists).transpose()?;
    holds(lower::refs::get(name)?.as_deref() == hash, name)
}

fn check_map(plan: &Plan, table: &str, key: &[u8], expected: Expect) -> Result<(Op, Answer), Error> {
    versions::load()?;
    check_table(table)?;
    let check = |expected| Op::CheckMap { table: table.to_owned(), key: key.to_vec(), expected };
    let Some(version) = expected.version() else { return Ok((check(expected), Answer::Same)) };
    if let Some(below) = version_below(plan, table, key)? {
        return Ok((check(expected), same(version, below)?));
    }
    let answer = Answer::Map(MapAnswer { expected: version, below: None });
    Ok((check(Expect::Version(own(version)?)), answer))
}

fn check_segment(plan: &Plan, session: &str, segment: &str, entries: u64) -> Result<Answer, Error> {
    // The upper store says what is wrong with a name.
    upper::sessions::exists(session, segment)?;
    if !plan.falls_through(&Name::Segment(segment.to_owned()))?
        || upper::sessions::session_of(segment)?.is_some()
    {
        return Ok(Answer::Same);
    }
    let is_there = lower::sessions::exists(session, segment)?;
    same(entries, if is_there { lower::sessions::entry_count(session, segment)? } else { 0 })
}
