//! Maps.

use crate::name::{Name, OWN, check_table};
use crate::plan::{Answer, Plan};
use crate::union::{self, Wanted};
use crate::versions::{self, NEVER, own, shown, upper_entry};
use crate::{Layered, check_answer, kv, lower, seen, too_large, upper};
use std::collections::BTreeSet;
use sx_persist_forward::interfaces::Maps;
use sx_persist_forward::limits::{BATCH_OPS_MAX, PAGE_ITEMS_MAX};
use sx_persist_forward::types::{
    Error, KeyPage, MapDeleteOp, MapEntry, MapIncrementOp, MapPair, MapPutOp, MapRange, MapSwapOp, Op,
    Outcome,
};
use sx_persist_forward::{expect_outcome, no_such_answer};

/// What a map's write was asked, and what the lower store shows at its place.
pub(crate) struct MapAnswer {
    pub(crate) expected: u64,
    /// The version of the lower value, where a reader sees that one.
    pub(crate) below: Option<u64>,
}

impl Maps for Layered {
    fn get(table: String, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
        check_table(&table)?;
        let above = upper_entry(&table, &key);
        seen(above, &Name::Map(table.clone(), key.clone()), || lower::maps::get(&table, &key))
    }

    fn get_many(table: String, keys: Vec<Vec<u8>>) -> Result<Vec<Option<MapEntry>>, Error> {
        check_table(&table)?;
        let mut entries = upper::maps::get_many(&table, &keys)?;
        let mut bytes = 0;
        for (entry, key) in entries.iter_mut().zip(keys) {
            match entry {
                Some(entry) => entry.version = shown(entry.version)?,
                None => *entry = below(&table, key)?,
            }
            bytes += entry.as_ref().map_or(0, |entry| entry.value.len());
            check_answer(bytes)?;
        }
        Ok(entries)
    }

    fn has(table: String, key: Vec<u8>) -> Result<bool, Error> {
        check_table(&table)?;
        Ok(upper::maps::has(&table, &key)? || Name::Map(table, key).shines()?)
    }

    sx_persist_forward::map_writes!();

    fn put_many(table: String, pairs: Vec<MapPair>) -> Result<u64, Error> {
        check_table(&table)?;
        if !any_shines(&table, pairs.iter().map(|pair| &pair.key))? {
            return shown(upper::maps::put_many(&table, &pairs)?);
        }
        let put = |MapPair { key, value }| Op::MapPut(MapPutOp { table: table.clone(), key, value });
        let outcomes = commit(pairs.into_iter().map(put).collect())?;
        outcomes.into_iter().next_back().map_or_else(
            no_such_answer,
            |outcome| expect_outcome!(outcome, Outcome::Versioned(version) => version),
        )
    }

    fn delete_many(table: String, keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        check_table(&table)?;
        if !any_shines(&table, keys.iter())? {
            return upper::maps::delete_many(&table, &keys);
        }
        let delete = |key| Op::MapDelete(MapDeleteOp { table: table.clone(), key, expected: None });
        let outcomes = commit(keys.into_iter().map(delete).collect())?;
        Ok(outcomes.iter().filter(|outcome| **outcome == Outcome::Deleted(true)).count() as u64)
    }

    fn list(
        table: String,
        range: MapRange,
        after: Option<Vec<u8>>,
        limit: u32,
        reverse: bool,
    ) -> Result<KeyPage, Error> {
        check_table(&table)?;
        let list = |after: Option<&Vec<u8>>, limit| {
            Ok(upper::maps::list(&table, &range, after.map(Vec::as_slice), limit, reverse)?.into())
        };
        let list_below = |after: Option<&Vec<u8>>, limit| {
            Ok(lower::maps::list(&table, &range, after.map(Vec::as_slice), limit, reverse)?.into())
        };
        let is_dead = |key: &Vec<u8>| Name::Map(table.clone(), key.clone()).is_dead();
        Ok(union::page(Wanted { after, limit, reverse }, list, list_below, is_dead)?.into())
    }

    fn tables() -> Result<Vec<String>, Error> {
        let is_others = |table: &String| !table.starts_with(OWN);
        let mut tables: BTreeSet<_> = upper::maps::tables()?.into_iter().filter(is_others).collect();
        for table in lower::maps::tables()?.into_iter().filter(is_others) {
            if !tables.contains(&table) && has_keys_below(&table)? {
                tables.insert(table);
            }
        }
        kv::all(tables)
    }

    fn drop_table(table: String) -> Result<u64, Error> {
        check_table(&table)?;
        if !has_keys_below(&table)? {
            return upper::maps::drop_table(&table);
        }
        let above = upper_keys(&table)?;
        if above.len() >= BATCH_OPS_MAX {
            return Err(too_large(BATCH_OPS_MAX, above.len() + 1));
        }
        let mut count = above.len() as u64;
        each_key(lower::maps::list, &table, |key| {
            count += u64::from(!above.contains(&key) && !Name::Map(table.clone(), key).is_dead()?);
            Ok(true)
        })?;
        let delete = |key| Op::MapDelete(MapDeleteOp { table: table.clone(), key, expected: None });
        let mut ops: Vec<_> = above.into_iter().map(delete).collect();
        ops.push(Name::Table(table.clone()).tombstone());
        upper::batch::commit(&ops).map_err(|refusal| refusal.reason)?;
        Ok(count)
    }
}

fn commit(ops: Vec<Op>) -> Result<Vec<Outcome>, Error> {
    Plan::of(ops).and_then(Plan::commit).map_err(|refusal| refusal.reason)
}

/// The lower entry of a key, where a reader sees it.
fn below(table: &str, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
    match lower::maps::get(table, &key)? {
        Some(entry) if !Name::Map(table.to_owned(), key).is_dead()? => Ok(Some(entry)),
        _ => Ok(None),
    }
}

fn any_shines<'a>(table: &str, keys: impl Iterator<Item = &'a Vec<u8>>) -> Result<bool, Error> {
    for key in keys {
        if Name::Map(table.to_owned(), key.clone()).shines()? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `maps.list` of one of the stores.
type List = fn(&str, &MapRange, Option<&[u8]>, u32, bool) -> Result<KeyPage, Error>;

/// Shows every key of a table, as long as `visit` wants more.
fn each_key(
    list: List,
    table: &str,
    mut visit: impl FnMut(Vec<u8>) -> Result<bool, Error>,
) -> Result<(), Error> {
    let all = MapRange { prefix: Vec::new(), start: None, end: None };
    let mut after: Option<Vec<u8>> = None;
    loop {
        let page = list(table, &all, after.as_deref(), PAGE_ITEMS_MAX, false)?;
        for key in page.keys {
            if !visit(key)? {
                return Ok(());
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Has the lower store a key of a table that a reader may see?
fn has_keys_below(table: &str) -> Result<bool, Error> {
    if Name::Table(table.to_owned()).is_dead()? {
        return Ok(false);
    }
    let mut is_any_seen = false;
    each_key(lower::maps::list, table, |key| {
        is_any_seen = !Name::Map(table.to_owned(), key).is_dead()?;
        Ok(!is_any_seen)
    })?;
    Ok(is_any_seen)
}

/// The keys of the upper store's table, as many as one commit removes.
fn upper_keys(table: &str) -> Result<BTreeSet<Vec<u8>>, Error> {
    let mut keys = BTreeSet::new();
    each_key(upper::maps::list, table, |key| {
        keys.insert(key);
        Ok(keys.len() < BATCH_OPS_MAX)
    })?;
    Ok(keys)
}

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
            plan_swap(plan, MapSwapOp { table, key, expected: None, value })?
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
fn version_below(plan: &Plan, table: &str, key: &[u8]) -> Result<Option<u64>, Error> {
    if !plan.shines(&Name::Map(table.to_owned(), key.to_vec()))? || upper::maps::has(table, key)? {
        return Ok(None);
    }
    Ok(lower::maps::get(table, key)?.map(|entry| entry.version))
}

fn plan_swap(plan: &mut Plan, swap: MapSwapOp) -> Result<(Op, Answer), Error> {
    let MapSwapOp { table, key, expected, value } = swap;
    check_table(&table)?;
    let expected = expected.unwrap_or(0);
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
    let op = Op::MapSwap(MapSwapOp { table, key, expected: Some(above), value });
    Ok((op, Answer::Map(MapAnswer { expected, below })))
}

fn plan_delete(plan: &mut Plan, delete: MapDeleteOp) -> Result<(Op, Answer), Error> {
    let MapDeleteOp { table, key, expected } = delete;
    check_table(&table)?;
    let name = Name::Map(table.clone(), key.clone());
    let Some(expected) = expected else {
        let answer = if plan.settle(name)? { Answer::Removed } else { Answer::Same };
        return Ok((Op::MapDelete(MapDeleteOp { table, key, expected: None }), answer));
    };
    let (above, answer) = match version_below(plan, &table, &key)? {
        Some(version) if version == expected => {
            plan.settle(name)?;
            (None, Answer::Removed)
        }
        Some(version) => (Some(NEVER), Answer::Map(MapAnswer { expected, below: Some(version) })),
        None => (Some(own(expected)?), Answer::Map(MapAnswer { expected, below: None })),
    };
    Ok((Op::MapDelete(MapDeleteOp { table, key, expected: above }), answer))
}
