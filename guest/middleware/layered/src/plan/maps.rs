//! Writes of maps: what they expect is compared with the version that the caller was shown.

use crate::name::{Name, check_table};
use crate::plan::{Answer, MapAnswer, Plan};
use crate::stores::{lower, upper};
use crate::view::versions::{self, NEVER, own};
use sx_persist_middleware::types::{
    Error, Expect, MapDeleteOp, MapEntry, MapIncrementOp, MapPutOp, MapSwapOp, Op,
};

/// What a map's write is above, and what its outcome means.
pub(crate) fn plan(plan: &mut Plan, op: Op) -> Result<(Op, Answer), Error> {
    versions::load()?;
    Ok(match op {
        Op::MapPut(put) => {
            check_table(&put.table)?;
            plan.settle(Name::Map(put.table.clone(), put.key.clone()))?;
            (Op::MapPut(put), Answer::Map(MapAnswer { expected: 0, below: None }))
        }
        Op::MapPutNew(MapPutOp { table, key, value }) => {
            plan_swap(plan, MapSwapOp { table, key, expected: Expect::Absent, value })?
        }
        Op::MapSwap(swap) => plan_swap(plan, swap)?,
        Op::MapDelete(delete) => plan_delete(plan, delete)?,
        Op::MapIncrement(increment) => {
            let MapIncrementOp { table, key, .. } = &increment;
            check_table(table)?;
            if plan.settle(Name::Map(table.clone(), key.clone()))?
                && !upper::maps::has(table, key)?
                && let Some(MapEntry { value, .. }) = lower::maps::get(table, key)?
            {
                plan.before(Op::MapPut(MapPutOp { table: table.clone(), key: key.clone(), value }));
            }
            (Op::MapIncrement(increment), Answer::Same)
        }
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

/// The version that is expected, if any is: 0 is that of an absent key.
pub(crate) fn expected_version(expected: Expect) -> Option<u64> {
    match expected {
        Expect::Any => None,
        Expect::Absent => Some(0),
        Expect::Version(version) => Some(version),
    }
}

fn plan_swap(plan: &mut Plan, swap: MapSwapOp) -> Result<(Op, Answer), Error> {
    let MapSwapOp { table, key, expected, value } = swap;
    check_table(&table)?;
    let Some(expected) = expected_version(expected) else {
        plan.settle(Name::Map(table.clone(), key.clone()))?;
        let op = Op::MapSwap(MapSwapOp { table, key, expected, value });
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
    let op = Op::MapSwap(MapSwapOp { table, key, expected: Expect::Version(above), value });
    Ok((op, Answer::Map(MapAnswer { expected, below })))
}

fn plan_delete(plan: &mut Plan, delete: MapDeleteOp) -> Result<(Op, Answer), Error> {
    let MapDeleteOp { table, key, expected } = delete;
    check_table(&table)?;
    let name = Name::Map(table.clone(), key.clone());
    let Some(version) = expected_version(expected) else {
        let answer = if plan.settle(name)? { Answer::Removed } else { Answer::Same };
        return Ok((Op::MapDelete(MapDeleteOp { table, key, expected }), answer));
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
    Ok((Op::MapDelete(MapDeleteOp { table, key, expected }), answer))
}
