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

/// A check as the upper store is to do it, and what its outcome means. What is wrong with a name or a value that store says.
pub(crate) fn plan(plan: &Plan, op: Op) -> Result<(Op, Answer), Error> {
    let compared = match &op {
        Op::CheckLastSeq(check) => last_seq(plan, check)?,
        Op::CheckKey(check) => key(plan, check)?,
        Op::CheckRef(check) => reference(plan, check)?,
        Op::CheckSegment(check) => segment(plan, check)?,
        Op::CheckCount(check) => return count(plan, check),
        Op::CheckMap(check) => return map(plan, check),
        _ => None,
    };
    Ok(match compared {
        None => (op, Answer::Same),
        Some(Ok(())) => (op, Answer::Known(Outcome::Checked)),
        Some(Err(error)) => Answer::refused(error),
    })
}

/// What was found, where it was compared here.
type Compared = Option<Result<(), Error>>;

fn same(expected: u64, actual: u64) -> Result<(), Error> {
    if expected == actual { Ok(()) } else { Err(Error::Stale(Stale { expected, actual })) }
}

fn last_seq(plan: &Plan, check: &CheckLastSeqOp) -> Result<Compared, Error> {
    if plan.is_shadowed(&Name::Stream(check.stream.clone())) {
        return Ok(None);
    }
    let below = match lower::persist::last_seq(&check.stream) {
        Err(Error::InvalidName(_)) | Ok(0) => return Ok(None),
        below => below?,
    };
    // The upper store's counter has been brought behind the lower one's by what was first appended there; what is performed together
    // with this may have raised it further.
    let above = upper::persist::last_seq(&check.stream)?;
    Ok((above < below).then(|| same(check.last_seq, below)))
}

fn count(plan: &Plan, check: &CheckCountOp) -> Result<(Op, Answer), Error> {
    let CheckCountOp { stream, count } = check;
    let below = match plan.cut(stream).and_then(|cut| count_below(stream, cut)) {
        Err(Error::InvalidName(_)) => 0,
        below => below?,
    };
    // Of fewer than stand below the upper store finds too many in any case.
    let above = count.checked_sub(below).unwrap_or(u64::MAX);
    let op = Op::CheckCount(CheckCountOp { stream: stream.clone(), count: above });
    Ok((op, Answer::Counted { expected: *count, below }))
}

fn key(plan: &Plan, CheckKeyOp { key, value }: &CheckKeyOp) -> Result<Compared, Error> {
    let name = Name::Kv(key.clone());
    let Ok(value) = value.as_deref().map(canonical).transpose() else { return Ok(None) };
    if !plan.falls_through(&name)? || upper::persist::kv_has(key)? {
        return Ok(None);
    }
    let is_so = lower::persist::kv_get(key)?.as_deref() == value.as_deref();
    Ok(Some(if is_so { Ok(()) } else { Err(Error::Conflict(key.clone())) }))
}

fn reference(plan: &Plan, CheckRefOp { name, hash }: &CheckRefOp) -> Result<Compared, Error> {
    let is_hash = |hash: &str| !matches!(lower::objects::exists(hash), Err(Error::InvalidHash(_)));
    if !hash.as_deref().is_none_or(is_hash)
        || !plan.falls_through(&Name::Ref(name.clone()))?
        || upper::refs::get(name)?.is_some()
    {
        return Ok(None);
    }
    let is_so = lower::refs::get(name)? == *hash;
    Ok(Some(if is_so { Ok(()) } else { Err(Error::Conflict(name.clone())) }))
}

fn map(plan: &Plan, CheckMapOp { table, key, expected }: &CheckMapOp) -> Result<(Op, Answer), Error> {
    versions::load()?;
    check_table(table)?;
    let check = |expected| Op::CheckMap(CheckMapOp { table: table.clone(), key: key.clone(), expected });
    let Some(version) = expected_version(*expected) else { return Ok((check(*expected), Answer::Same)) };
    let Some(below) = version_below(plan, table, key)? else {
        let answer = Answer::Map(MapAnswer { expected: version, below: None });
        return Ok((check(Expect::Version(own(version)?)), answer));
    };
    Ok(match same(version, below) {
        Ok(()) => (check(*expected), Answer::Known(Outcome::Checked)),
        Err(error) => Answer::refused(error),
    })
}

fn segment(plan: &Plan, check: &CheckSegmentOp) -> Result<Compared, Error> {
    let CheckSegmentOp { session, segment, entries } = check;
    let is_name = !matches!(upper::sessions::exists(session, segment), Err(Error::InvalidName(_)));
    if !is_name
        || !plan.falls_through(&Name::Segment(segment.clone()))?
        || upper::sessions::session_of(segment)?.is_some()
    {
        return Ok(None);
    }
    let is_there = lower::sessions::exists(session, segment)?;
    let count = if is_there { lower::sessions::entry_count(session, segment)? } else { 0 };
    Ok(Some(same(*entries, count)))
}
