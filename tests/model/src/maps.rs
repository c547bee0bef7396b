//! M1 to M11.

use crate::{Outcome, State, names};
use std::collections::{BTreeMap, BTreeSet};
use trace::maps::{Expected, MapOp, entry_shown, item_shown, listed, shown};
use trace::{Answer, Op};

/// By key: the value and its version.
pub type Table = BTreeMap<Vec<u8>, (Vec<u8>, u64)>;

/// By table and key: the value, and the place of its version among all versions.
type Ranked<'a> = BTreeMap<(&'a str, &'a [u8]), (&'a [u8], usize)>;

/// All tables.
///
/// Versions are the store's own, and the model hands out numbers of its own. So two are equal when they hold the same values and
/// the versions of these stand in the same order.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    /// By name; none of them is empty.
    pub tables: BTreeMap<String, Table>,
    /// The version of the commit in work, or of the last one.
    pub commit: u64,
}

impl PartialEq for Maps {
    fn eq(&self, other: &Self) -> bool {
        (self.tables.is_empty() && other.tables.is_empty()) || self.ranked() == other.ranked()
    }
}

impl Eq for Maps {}

impl Maps {
    /// Takes what was found in a store.
    pub fn found(
        &mut self,
        table: &str,
        keys: Vec<Vec<u8>>,
        entries: impl Iterator<Item = Option<(Vec<u8>, u64)>>,
    ) {
        let held: BTreeMap<_, _> =
            keys.into_iter().zip(entries).filter_map(|(key, entry)| Some((key, entry?))).collect();
        self.commit = held.values().map(|(_, version)| *version).max().unwrap_or(0).max(self.commit);
        self.tables.insert(table.to_owned(), held);
    }

    fn ranked(&self) -> Ranked<'_> {
        let entries = || {
            let tables = self.tables.iter();
            tables.flat_map(|(table, keys)| keys.iter().map(move |(key, entry)| (table, key, entry)))
        };
        let versions: BTreeSet<_> = entries().map(|(_, _, (_, version))| *version).collect();
        let ranks: BTreeMap<_, _> = versions.into_iter().zip(0..).collect();
        entries()
            .map(|(table, key, (value, version))| {
                ((table.as_str(), key.as_slice()), (value.as_slice(), ranks[version]))
            })
            .collect()
    }

    fn entry(&self, table: &str, key: &[u8]) -> Option<&(Vec<u8>, u64)> {
        self.tables.get(table)?.get(key)
    }

    /// M2: 0 for an absent key.
    fn version(&self, table: &str, key: &[u8]) -> u64 {
        self.entry(table, key).map_or(0, |(_, version)| *version)
    }

    fn put(&mut self, table: &str, key: &[u8], value: Vec<u8>) -> Answer {
        let keys = self.tables.entry(table.to_owned()).or_default();
        keys.insert(key.to_vec(), (value, self.commit));
        shown(self.commit)
    }

    fn remove(&mut self, table: &str, key: &[u8]) -> bool {
        let Some(keys) = self.tables.get_mut(table) else { return false };
        let was_there = keys.remove(key).is_some();
        if keys.is_empty() {
            self.tables.remove(table);
        }
        was_there
    }

    fn expect(&self, table: &str, key: &[u8], expected: Expected) -> Outcome<()> {
        // What is relative has been resolved.
        let Some(expected) = expected.version(0) else { return Ok(()) };
        let actual = self.version(table, key);
        if actual == expected { Ok(()) } else { Err(format!("stale {} {}", shown(expected), shown(actual))) }
    }
}

/// M1.
fn check(part: &[u8], limit: usize) -> Outcome<()> {
    if part.is_empty() || part.len() > limit { Err("invalid-name".into()) } else { Ok(()) }
}

fn check_key(table: &str, key: &[u8]) -> Outcome<()> {
    check(table.as_bytes(), 255)?;
    check(key, 1_024)
}

/// M5.
fn integer(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_integer = !digits.is_empty() && digits.chars().all(|digit| digit.is_ascii_digit());
    text.parse().ok().filter(|_| is_integer)
}

impl State {
    /// The operations of a batch with the numbers of the versions that they expect: those of before it.
    #[must_use]
    pub fn resolve(&self, ops: &[Op]) -> Vec<Op> {
        let resolve = |op: &Op| match op {
            Op::Map(op) => Op::Map(self.resolve_map(op)),
            other => other.clone(),
        };
        ops.iter().map(resolve).collect()
    }

    fn resolve_map(&self, op: &MapOp) -> MapOp {
        let held = |table: &str, key: &[u8]| Ok::<_, String>(self.maps.version(table, key));
        op.resolved(held).expect("the model knows its versions")
    }

    pub(super) fn perform_map(&mut self, op: &MapOp) -> Outcome<Answer> {
        let op = self.resolve_map(op);
        if op.is_write() { self.write_map(op) } else { self.read_map(op) }
    }

    fn write_map(&mut self, op: MapOp) -> Outcome<Answer> {
        let maps = &mut self.maps;
        Ok(match op {
            MapOp::Put { table, key, value } => {
                check_key(&table, &key)?;
                maps.put(&table, &key, value)
            }
            MapOp::PutNew { table, key, value } => {
                check_key(&table, &key)?;
                maps.expect(&table, &key, Expected::Absent)?;
                maps.put(&table, &key, value)
            }
            MapOp::Swap { table, key, expected, value } => {
                check_key(&table, &key)?;
                maps.expect(&table, &key, expected)?;
                maps.put(&table, &key, value)
            }
            MapOp::Delete { table, key, expected } => {
                check_key(&table, &key)?;
                maps.expect(&table, &key, expected)?;
                maps.remove(&table, &key).to_string()
            }
            MapOp::Check { table, key, expected } => {
                check_key(&table, &key)?;
                maps.expect(&table, &key, expected)?;
                "checked".into()
            }
            MapOp::Increment { table, key, delta } => {
                check_key(&table, &key)?;
                let held = maps.entry(&table, &key).map_or(Some(0), |(value, _)| integer(value));
                let sum = held.and_then(|held| held.checked_add(delta)).ok_or("invalid-argument")?;
                maps.put(&table, &key, sum.to_string().into_bytes());
                sum.to_string()
            }
            MapOp::PutMany { table, pairs } => {
                check(table.as_bytes(), 255)?;
                pairs.iter().try_for_each(|(key, _)| check_key(&table, key))?;
                let version = if pairs.is_empty() { 0 } else { maps.commit };
                for (key, value) in pairs {
                    maps.put(&table, &key, value);
                }
                shown(version)
            }
            MapOp::DeleteMany { table, keys } => {
                check(table.as_bytes(), 255)?;
                keys.iter().try_for_each(|key| check_key(&table, key))?;
                keys.iter().filter(|key| maps.remove(&table, key)).count().to_string()
            }
            MapOp::DropTable { table } => {
                check(table.as_bytes(), 255)?;
                maps.tables.remove(&table).map_or(0, |keys| keys.len()).to_string()
            }
            other => unreachable!("{other:?} is no write"),
        })
    }

    fn read_map(&self, op: MapOp) -> Outcome<Answer> {
        let maps = &self.maps;
        let found = |table: &str, key: &[u8]| match maps.entry(table, key) {
            Some((value, version)) => entry_shown(value, *version),
            None => "none".to_owned(),
        };
        Ok(match op {
            MapOp::Get { table, key } => {
                check_key(&table, &key)?;
                found(&table, &key)
            }
            MapOp::Has { table, key } => {
                check_key(&table, &key)?;
                maps.entry(&table, &key).is_some().to_string()
            }
            MapOp::GetMany { table, keys } => {
                check(table.as_bytes(), 255)?;
                keys.iter().try_for_each(|key| check_key(&table, key))?;
                keys.iter().map(|key| found(&table, key)).collect::<Vec<_>>().join(", ")
            }
            MapOp::List { table, range: (prefix, start, end), after, backward, values, .. } => {
                check(table.as_bytes(), 255)?;
                let after = after.filter(|after| !after.is_empty());
                let is_behind =
                    |key: &Vec<u8>, after: &Vec<u8>| if backward { key < after } else { key > after };
                let keys = maps.tables.get(&table).into_iter().flat_map(BTreeMap::keys).filter(|key| {
                    key.starts_with(&prefix)
                        && start.as_ref().is_none_or(|start| *key >= start)
                        && end.as_ref().is_none_or(|end| *key < end)
                        && after.as_ref().is_none_or(|after| is_behind(key, after))
                });
                let mut keys: Vec<_> = keys.cloned().collect();
                if backward {
                    keys.reverse();
                }
                let item = |key: &Vec<u8>| {
                    let (value, version) = maps.entry(&table, key).expect("it is listed");
                    item_shown(key, value, *version)
                };
                if values { keys.iter().map(item).collect::<Vec<_>>().join(", ") } else { listed(&keys) }
            }
            MapOp::Count { table } => {
                check(table.as_bytes(), 255)?;
                maps.tables.get(&table).map_or(0, BTreeMap::len).to_string()
            }
            MapOp::Tables => names(maps.tables.keys()),
            other => unreachable!("{other:?} is no read"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maps(entries: &[(&str, u64)]) -> Maps {
        let keys = entries.iter().map(|(key, version)| (key.as_bytes().to_vec(), (b"v".to_vec(), *version)));
        Maps { tables: [("t".to_owned(), keys.collect())].into(), commit: 0 }
    }

    #[test]
    fn maps_are_equal_when_their_versions_stand_in_one_order() {
        assert_eq!(maps(&[("a", 1), ("b", 2)]), maps(&[("a", 7), ("b", 90)]));
        assert_ne!(maps(&[("a", 1), ("b", 2)]), maps(&[("a", 90), ("b", 7)]));
        assert_ne!(maps(&[("a", 1), ("b", 2)]), maps(&[("a", 7), ("b", 7)]));
        assert_ne!(maps(&[("a", 1)]), Maps::default());
    }
}
