//! Writes of maps: what they expect is compared with the version that the caller was shown.

use crate::name::{Name, check_table};
use crate::plan::{Answer, MapAnswer, Plan};
use crate::stores::{lower, upper};
use crate::view::maps::each_key;
use crate::view::versions::{self, NEVER, own};
use sx_persist_middleware::types::{Error, MapEntry};
use sx_persist_middleware::{Expect, Op};

/// What a map's write is above, and what its outcome means.
pub(crate) fn plan(plan: &mut Plan, op: Op) -> Result<(Op, Answer), Error> {
    versions::load()?;
    Ok(match op {
        Op::MapPut { table, key, value } => {
            check_table(&table)?;
            plan.settle(Name::Map(table.clone(), key.clone()))?;
            let answer = Answer::Map(MapAnswer { expected: 0, below: None });
            (Op::MapPut { table, key, value }, answer)
        }
        Op::MapPutNew { table, key, value } => plan_swap(plan, table, key, Expect::Absent, value)?,
        Op::MapSwap { table, key, expected, value } => plan_swap(plan, table, key, expected, value)?,
        Op::MapDelete { table, key, expected } => plan_delete(plan, table, key, expected)?,
        Op::MapIncrement { table, key, delta } => {
            check_table(&table)?;
            if plan.settle(Name::Map(table.clone(), key.clone()))?
                && !upper::maps::has(&table, &key)?
                && let Some(MapEntry { value, .. }) = lower::maps::get(&table, &key)?
            {
                plan.before(Op::MapPut { table: table.clone(), key: key.clone(), value });
            }
            (Op::MapIncrement { table, key, delta }, Answer::Same)
        }
        Op::MapDropTable { table } => plan_drop(plan, table)?,
        other => (other, Answer::Same),
    })
}

/// The version of the lower value of a key, where a reader sees that one.
pub(crate) fn version_below(plan: &Plan, table: &str, key: &[u8]) -> Result<Option<u64>, Error> {
    if !plan.falls_through(&Name::Map(table.to_owned(), key.to_vec()))? || upper::maps::has(table, key)? {
        return Ok(None);
    }
    Ok(lower::maps::get(table, key)?.map(|entry| entry.version))
}

fn plan_swap(
    plan: &mut Plan,
    table: String,
    key: Vec<u8>,
    expected: Expect,
    value: Vec<u8>,
) -> Result<(Op, Answer), Error> {
    check_table(&table)?;
    let Some(expected) = expected.version() else {
        plan.settle(Name::Map(table.clone(), key.clone()))?;
        let op = Op::MapSwap { table, key, expected, value };
        return Ok((op, Answer::Map(MapAnswer { expected: 0, below: None })));
    };
    let below = version_below(plan, &table, &key)?;
    let (above, below) = match below {
        // It is what the caller has seen: above there is nothing yet.
        Some(version) if version == expected => {
            plan.settle(Name::Map(table.clone(), key.clone()))?;
            (0, None)
        }
        Some(_) => (NEVER, below),
        None => (own(expected)?, None),
    };
    let op = Op::MapSwap { table, key, expected: Expect::Version(above), value };
    Ok((op, Answer::Map(MapAnswer { expected, below })))
}

fn plan_delete(
    plan: &mut Plan,
    table: String,
    key: Vec<u8>,
    expected: Expect,
) -> Result<(Op, Answer), Error> {
    check_table(&table)?;
    let name = Name::Map(table.clone(), key.clone());
    let Some(version) = expected.version() else {
        let answer = if plan.settle(name)? { Answer::Removed } else { Answer::Same };
        return Ok((Op::MapDelete { table, key, expected }, answer));
    };
    let (expected, answer) = match version_below(plan, &table, &key)? {
        Some(below) if below == version => {
            plan.settle(name)?;
            (Expect::Any, Answer::Removed)
        }
        below => {
            let above = if below.is_some() { NEVER } else { own(version)? };
            (Expect::Version(above), Answer::Map(MapAnswer { expected: version, below }))
        }
    };
    Ok((Op::MapDelete { table, key, expected }, answer))
}

/// All keys of the lower table at once: a tombstone of the table, where a reader sees any.
fn plan_drop(plan: &mut Plan, table: String) -> Result<(Op, Answer), Error> {
    check_table(&table)?;
    let mut below = 0;
    if !Name::Table(table.clone()).is_tombstoned()? {
        each_key(lower::maps::list, &table, |key| {
            let is_seen =
                !upper::maps::has(&table, &key)? && plan.falls_through(&Name::Map(table.clone(), key))?;
            below += u64::from(is_seen);
            Ok(true)
        })?;
    }
    if below > 0 {
        let name = Name::Table(table.clone());
        plan.before(name.tombstone());
        plan.note_settled(name);
    }
    Ok((Op::MapDropTable { table }, Answer::Dropped(below)))
}
