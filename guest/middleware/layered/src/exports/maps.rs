//! Maps.

use crate::bounds::check_answer;
use crate::exports::Layered;
use crate::name::{Name, OWN, check_table};
use crate::plan::Plan;
use crate::stores::{lower, upper};
use crate::view::maps::{any_shines, below, each_key, has_keys_below};
use crate::view::names;
use crate::view::union::{self, Wanted};
use crate::view::value::merged;
use crate::view::versions::{shown, upper_entry};
use std::collections::BTreeSet;
use sx_persist_middleware::interfaces::Maps;
use sx_persist_middleware::types::{Direction, Error, KeyPage, MapEntry, MapPage, MapPair, MapRange};
use sx_persist_middleware::{Expect, Op, Outcome, Writers, expect_outcome, no_such_answer, perform};

impl Maps for Layered {
    fn get(table: String, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
        check_table(&table)?;
        let above = upper_entry(&table, &key);
        merged(above, &Name::Map(table.clone(), key.clone()), || lower::maps::get(&table, &key))
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
        Ok(upper::maps::has(&table, &key)? || Name::Map(table, key).falls_through()?)
    }

    sx_persist_middleware::map_writes!();

    fn put_many(table: String, pairs: Vec<MapPair>) -> Result<u64, Error> {
        check_table(&table)?;
        if !any_shines(&table, pairs.iter().map(|pair| &pair.key))? {
            return shown(upper::maps::put_many(&table, &pairs)?);
        }
        let put = |MapPair { key, value }| Op::MapPut { table: table.clone(), key, value };
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
        let delete = |key| Op::MapDelete { table: table.clone(), key, expected: Expect::Any };
        let outcomes = commit(keys.into_iter().map(delete).collect())?;
        Ok(outcomes.iter().filter(|outcome| **outcome == Outcome::Deleted(true)).count() as u64)
    }

    fn list(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage, Error> {
        check_table(&table)?;
        let list = |after: Option<&str>, limit| {
            Ok(upper::maps::list(&table, &range, after, limit, direction)?.into())
        };
        let list_below = |after: Option<&str>, limit| {
            Ok(lower::maps::list(&table, &range, after, limit, direction)?.into())
        };
        let is_tombstoned = |key: &Vec<u8>| Name::Map(table.clone(), key.clone()).is_tombstoned();
        Ok(union::page(Wanted { after, limit, direction }, list, list_below, is_tombstoned)?.into())
    }

    fn scan(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage, Error> {
        check_table(&table)?;
        let scan = |after: Option<&str>, limit| {
            let mut page = upper::maps::scan(&table, &range, after, limit, direction)?;
            for item in &mut page.items {
                item.version = shown(item.version)?;
            }
            Ok(page.into())
        };
        let scan_below = |after: Option<&str>, limit| {
            Ok(lower::maps::scan(&table, &range, after, limit, direction)?.into())
        };
        let is_tombstoned = |key: &Vec<u8>| Name::Map(table.clone(), key.clone()).is_tombstoned();
        Ok(union::page(Wanted { after, limit, direction }, scan, scan_below, is_tombstoned)?.into())
    }

    fn count(table: String) -> Result<u64, Error> {
        check_table(&table)?;
        let mut count = upper::maps::count(&table)?;
        each_key(lower::maps::list, &table, |key| {
            let is_seen =
                !upper::maps::has(&table, &key)? && !Name::Map(table.clone(), key).is_tombstoned()?;
            count += u64::from(is_seen);
            Ok(true)
        })?;
        Ok(count)
    }

    fn tables() -> Result<Vec<String>, Error> {
        let is_others = |table: &String| !table.starts_with(OWN);
        let mut tables: BTreeSet<_> = upper::maps::tables()?.into_iter().filter(is_others).collect();
        for table in lower::maps::tables()?.into_iter().filter(is_others) {
            if !tables.contains(&table) && has_keys_below(&table)? {
                tables.insert(table);
            }
        }
        names::all(tables)
    }

    fn drop_table(table: String) -> Result<u64, Error> {
        expect_outcome!(perform::<Self>(Op::MapDropTable { table })?, Outcome::Dropped(removed) => removed)
    }
}

fn commit(ops: Vec<Op>) -> Result<Vec<Outcome>, Error> {
    let committed = Plan::of(ops).commit(&mut Writers::default()).map_err(|refusal| refusal.reason)?;
    Ok(committed.outcomes)
}
