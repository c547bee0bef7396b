//! Checks: what is seen of the lower store stays as it is, so that it is compared at once. The upper store compares the rest.

use crate::name::{Name, check_table};
use crate::plan::maps::{expected_version, version_below};
use crate::plan::{Answer, MapAnswer, Plan};
use crate::stores::{lower, upper};
use crate::view::streams::count_below;
use crate::view::versions::{self, own};
use sx_persist_middleware::canonical;
use sx_persist_middleware::types::{
    CheckCountOp, CheckKeyOp, CheckLastSeqOp, CheckMapOp, CheckRefOp, CheckSegmentOp, Error, Expect, Op,
    Outcome, Stale,
};

/// A check as the upper store is to do it, and what its outcome means.
pub(crate) fn plan(plan: &Plan, op: Op) -> Result<(Op, Answer), Error> {
    let answer = match &op {
        Op::CheckLastSeq(check) => last_seq(plan, check)?,
        Op::CheckKey(check) => key(plan, check)?,
        Op::CheckRef(check) => reference(plan, check)?,
        Op::CheckSegment(check) => segment(plan, check)?,
        Op::CheckCount(check) => return count(plan, check),
        Op::CheckMap(check) => return map(plan, check),
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

fn last_seq(plan: &Plan, CheckLastSeqOp { stream, last_seq }: &CheckLastSeqOp) -> Result<Answer, Error> {
    if plan.is_shadowed(&Name::Stream(stream.clone())) {
        return Ok(Answer::Same);
    }
    let below = lower::persist::last_seq(stream)?;
    // The upper store's counter has been brought behind the lower one's by what was first appended there; what is performed together
    // with this may have raised it further.
    if upper::persist::last_seq(stream)? >= below { Ok(Answer::Same) } else { same(*last_seq, below) }
}

fn count(plan: &Plan, CheckCountOp { stream, count }: &CheckCountOp) -> Result<(Op, Answer), Error> {
    let below = count_below(stream, plan.cut(stream)?)?;
    // Of fewer than stand below the upper store finds too many in any case.
    let above = count.checked_sub(below).unwrap_or(u64::MAX);
    let op = Op::CheckCount(CheckCountOp { stream: stream.clone(), count: above });
    Ok((op, Answer::Counted { expected: *count, below }))
}

fn key(plan: &Plan, CheckKeyOp { key, value }: &CheckKeyOp) -> Result<Answer, Error> {
    if !plan.falls_through(&Name::Kv(key.clone()))? || upper::persist::kv_has(key)? {
        return Ok(Answer::Same);
    }
    // The upper store says what is wrong with a value.
    let Ok(value) = value.as_deref().map(canonical).transpose() else { return Ok(Answer::Same) };
    holds(lower::persist::kv_get(key)?.as_deref() == value.as_deref(), key)
}

fn reference(plan: &Plan, CheckRefOp { name, hash }: &CheckRefOp) -> Result<Answer, Error> {
    if !plan.falls_through(&Name::Ref(name.clone()))? || upper::refs::get(name)?.is_some() {
        return Ok(Answer::Same);
    }
    // A store says what is wrong with a hash.
    hash.as_deref().map(lower::objects::exists).transpose()?;
    holds(lower::refs::get(name)? == *hash, name)
}

fn map(plan: &Plan, CheckMapOp { table, key, expected }: &CheckMapOp) -> Result<(Op, Answer), Error> {
    versions::load()?;
    check_table(table)?;
    let check = |expected| Op::CheckMap(CheckMapOp { table: table.clone(), key: key.clone(), expected });
    let Some(version) = expected_version(*expected) else { return Ok((check(*expected), Answer::Same)) };
    if let Some(below) = version_below(plan, table, key)? {
        return Ok((check(*expected), same(version, below)?));
    }
    let answer = Answer::Map(MapAnswer { expected: version, below: None });
    Ok((check(Expect::Version(own(version)?)), answer))
}

fn segment(plan: &Plan, check: &CheckSegmentOp) -> Result<Answer, Error> {
    let CheckSegmentOp { session, segment, entries } = check;
    // The upper store says what is wrong with a name.
    upper::sessions::exists(session, segment)?;
    if !plan.falls_through(&Name::Segment(segment.clone()))?
        || upper::sessions::session_of(segment)?.is_some()
    {
        return Ok(Answer::Same);
    }
    let is_there = lower::sessions::exists(session, segment)?;
    same(*entries, if is_there { lower::sessions::entry_count(session, segment)? } else { 0 })
}
