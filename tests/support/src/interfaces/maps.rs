//! `maps`: an expected version is looked up before the operation that names it, before a whole batch. That the versions of a store
//! stand in the model's order is compared with its [`State`].

use super::Interface;
use crate::called::{Called, all_pages, direction, name_in_maps, names};
use crate::machine::Machine;
use crate::taste::Taste;
use data_encoding::HEXLOWER;
use model::State;
use sim::random::Random;
use sx_persist::bindings::exports::sx::persist::types as wit;
use sx_persist::types::{self, Direction, Error, Expect, MapEntry, MapItem, MapPair, MapRange};
use sx_persist::{Result, Store};
use trace::Answer;
use trace::maps::{Expected, MapOp, Range, entry_shown, item_shown, listed, shown};

impl Interface for MapOp {
    fn write(random: &mut Random, taste: Taste) -> Self {
        let (table, key) = (table(random, taste), key(random, taste));
        match random.below(8) {
            0..=1 => Self::Put { table, key, value: value(random, taste) },
            2 => Self::PutNew { table, key, value: value(random, taste) },
            3..=4 => Self::Swap { table, key, expected: expected(random), value: value(random, taste) },
            5 => Self::Delete { table, key, expected: expected(random) },
            _ => Self::Increment { table, key, delta: *random.pick(&[1, 1, -3, 0, i64::MAX]) },
        }
    }

    fn read(random: &mut Random, taste: Taste) -> Self {
        let (table, key) = (table(random, taste), key(random, taste));
        let mut place = |often| {
            random.one_in(often).then(|| random.pick(&[&b"k"[..], b"k2", b"\xff", b"", b"\0\xff"]).to_vec())
        };
        let (prefix, start, end, after) = (place(2).unwrap_or_default(), place(4), place(4), place(4));
        match random.below(6) {
            0 => Self::Get { table, key },
            1 => Self::Has { table, key },
            2 => Self::GetMany { table, keys: keys(random, taste) },
            3 if random.one_in(2) => Self::Count { table },
            3 => Self::Tables,
            _ => Self::List {
                table,
                range: (prefix, start, end),
                after,
                limit: *random.pick(&[1, 2, 100]),
                backward: random.one_in(2),
                values: random.one_in(2),
            },
        }
    }

    fn batched(&self) -> types::Op {
        match self.clone() {
            Self::Put { table, key, value } => types::Op::MapPut { table, key, value },
            Self::PutNew { table, key, value } => types::Op::MapPutNew { table, key, value },
            Self::Swap { table, key, expected, value } => {
                types::Op::MapSwap { table, key, expected: expect(expected), value }
            }
            Self::Delete { table, key, expected } => {
                types::Op::MapDelete { table, key, expected: expect(expected) }
            }
            Self::Check { table, key, expected } => {
                types::Op::CheckMap { table, key, expected: expect(expected) }
            }
            Self::Increment { table, key, delta } => types::Op::MapIncrement { table, key, delta },
            Self::DropTable { table } => types::Op::MapDropTable { table },
            other => unreachable!("{other:?} goes into no batch"),
        }
    }

    fn perform(&self, machine: &mut Machine) -> Option<Answer> {
        match resolved(self, machine)? {
            Ok(op) => perform_resolved(&op, machine),
            Err(error) => Some(format!("error {}", name_in_maps(&error))),
        }
    }

    fn perform_on(&self, store: &Store) -> Result<Answer> {
        Ok(match &self.resolved(|table, key| version_of(store, table, key))? {
            Self::Put { table, key, value } => shown(store.raw().map_put(table, key, value)?),
            Self::PutNew { table, key, value } => shown(store.raw().map_put_new(table, key, value)?),
            Self::Swap { table, key, expected, value } => {
                shown(store.raw().map_swap(table, key, expect(*expected), value)?)
            }
            Self::Delete { table, key, expected } => {
                store.raw().map_delete(table, key, expect(*expected))?.to_string()
            }
            Self::Increment { table, key, delta } => {
                store.raw().map_increment(table, key, *delta)?.to_string()
            }
            Self::PutMany { table, pairs } => shown(store.raw().map_put_many(table, &given(pairs))?),
            Self::DeleteMany { table, keys } => store.raw().map_delete_many(table, keys)?.to_string(),
            Self::DropTable { table } => store.raw().map_drop_table(table)?.to_string(),
            Self::Get { table, key } => found(store.raw().map_get(table, key)?),
            Self::Has { table, key } => store.raw().map_has(table, key)?.to_string(),
            Self::GetMany { table, keys } => all_found(store.raw().map_get_many(table, keys)?),
            Self::List { table, range, after, limit, backward, values } => {
                let range = map_range(range);
                let after = after.as_ref().map(|key| HEXLOWER.encode(key));
                let (after, direction) = (after.as_deref(), direction(*backward));
                match values {
                    true => all_shown(&store.raw().map_scan(table, &range, after, *limit, direction)?.items),
                    false => listed(&store.raw().map_list(table, &range, after, *limit, direction)?.keys),
                }
            }
            Self::Count { table } => store.raw().map_count(table)?.to_string(),
            Self::Tables => names(&store.raw().map_tables()?),
            Self::Check { .. } => unreachable!("a check stands in a batch alone"),
        })
    }
}

/// A random check of a key.
pub(crate) fn check(random: &mut Random, taste: Taste) -> MapOp {
    MapOp::Check { table: table(random, taste), key: key(random, taste), expected: expected(random) }
}

/// A random write of several keys.
pub(crate) fn several(random: &mut Random, taste: Taste) -> MapOp {
    let table = table(random, taste);
    match random.below(3) {
        0 => MapOp::PutMany {
            table,
            pairs: (0..random.below(4)).map(|_| (key(random, taste), value(random, taste))).collect(),
        },
        1 => MapOp::DeleteMany { table, keys: keys(random, taste) },
        _ => MapOp::DropTable { table },
    }
}

/// The operation with the number of the version that it expects.
pub(crate) fn resolved(op: &MapOp, machine: &mut Machine) -> Called<MapOp> {
    let mut ended = false;
    let op = op.resolved(|table, key| {
        version_on(machine, table, key).unwrap_or_else(|| {
            ended = true;
            Ok(0)
        })
    });
    (!ended).then_some(op)
}

fn perform_resolved(op: &MapOp, machine: &mut Machine) -> Option<Answer> {
    match op {
        MapOp::Put { table, key, value } => {
            answer(machine.call(|e, s| e.maps(s)?.call_put(s, table, key, value)), shown)
        }
        MapOp::PutNew { table, key, value } => {
            answer(machine.call(|e, s| e.maps(s)?.call_put_new(s, table, key, value)), shown)
        }
        MapOp::Swap { table, key, expected, value } => {
            let expected = expect_in_call(*expected);
            let called = machine.call(|e, s| e.maps(s)?.call_swap(s, table, key, expected, value));
            answer(called, shown)
        }
        MapOp::Delete { table, key, expected } => {
            let expected = expect_in_call(*expected);
            let called = machine.call(|e, s| e.maps(s)?.call_delete(s, table, key, expected));
            answer(called, |was_there| was_there.to_string())
        }
        MapOp::Increment { table, key, delta } => {
            let called = machine.call(|e, s| e.maps(s)?.call_increment(s, table, key, *delta));
            answer(called, |sum| sum.to_string())
        }
        MapOp::PutMany { table, pairs } => {
            let pairs = given(pairs);
            answer(machine.call(|e, s| e.maps(s)?.call_put_many(s, table, &pairs)), shown)
        }
        MapOp::DeleteMany { table, keys } => {
            let called = machine.call(|e, s| e.maps(s)?.call_delete_many(s, table, keys));
            answer(called, |count| count.to_string())
        }
        MapOp::DropTable { table } => {
            let called = machine.call(|e, s| e.maps(s)?.call_drop_table(s, table));
            answer(called, |count| count.to_string())
        }
        MapOp::Get { table, key } => answer(machine.call(|e, s| e.maps(s)?.call_get(s, table, key)), found),
        MapOp::Has { table, key } => {
            let called = machine.call(|e, s| e.maps(s)?.call_has(s, table, key));
            answer(called, |has| has.to_string())
        }
        MapOp::GetMany { table, keys } => {
            answer(machine.call(|e, s| e.maps(s)?.call_get_many(s, table, keys)), all_found)
        }
        MapOp::List { table, range, after, limit, backward, values: false } => {
            let keys = all_keys(machine, table, range, after.clone(), (*limit, *backward));
            answer(keys, |keys| listed(&keys))
        }
        MapOp::List { table, range, after, limit, backward, values: true } => {
            let (range, direction) = (map_range(range), direction(*backward));
            let after = after.as_ref().map(|key| HEXLOWER.encode(key));
            let items = all_pages(after, |after| {
                let page =
                    machine.call(|e, s| e.maps(s)?.call_scan(s, table, &range, after, *limit, direction))?;
                Some(page.map(|page| (page.items, page.through, page.done)))
            });
            answer(items, |items| all_shown(&items))
        }
        MapOp::Count { table } => {
            answer(machine.call(|e, s| e.maps(s)?.call_count(s, table)), |count| count.to_string())
        }
        MapOp::Check { .. } => unreachable!("a check stands in a batch alone"),
        MapOp::Tables => answer(machine.call(|e, s| e.maps(s)?.call_tables(s)), |all| names(&all)),
    }
}

fn answer<T>(called: Called<T>, show: impl FnOnce(T) -> String) -> Option<Answer> {
    Some(match called? {
        Ok(value) => show(value),
        Err(error) => format!("error {}", name_in_maps(&error)),
    })
}

pub(crate) fn found(entry: Option<MapEntry>) -> String {
    entry.map_or_else(|| "none".into(), |entry| entry_shown(&entry.value, entry.version))
}

fn all_found(entries: Vec<Option<MapEntry>>) -> String {
    entries.into_iter().map(found).collect::<Vec<_>>().join(", ")
}

fn all_shown(items: &[MapItem]) -> String {
    let shown = items.iter().map(|item| item_shown(&item.key, &item.value, item.version));
    shown.collect::<Vec<_>>().join(", ")
}

fn expect(expected: Expected) -> Expect {
    match expected {
        Expected::Absent => Expect::Absent,
        // What is relative has been resolved.
        other => other.version(0).map_or(Expect::Any, Expect::Version),
    }
}

/// The same for a call of the component.
fn expect_in_call(expected: Expected) -> wit::Expect {
    match expect(expected) {
        Expect::Any => wit::Expect::Any,
        Expect::Absent => wit::Expect::Absent,
        Expect::Version(version) => wit::Expect::Version(version),
    }
}

fn given(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<MapPair> {
    pairs.iter().map(|(key, value)| MapPair { key: key.clone(), value: value.clone() }).collect()
}

fn map_range((prefix, start, end): &Range) -> MapRange {
    MapRange { prefix: prefix.clone(), start: start.clone(), end: end.clone() }
}

/// The version of a key, 0 when it is absent or none that a key may have; what is wrong with it its write says.
fn version_on(machine: &mut Machine, table: &str, key: &[u8]) -> Called<u64> {
    let got = machine.call(|e, s| e.maps(s)?.call_get(s, table, key))?;
    Some(match got {
        Err(Error::InvalidName(_)) => Ok(0),
        got => got.map(|entry| entry.map_or(0, |entry| entry.version)),
    })
}

/// The same of a store.
pub(crate) fn version_of(store: &Store, table: &str, key: &[u8]) -> Result<u64> {
    Ok(store.raw().map_get(table, key)?.map_or(0, |entry| entry.version))
}

/// All keys of a range, page by page.
fn all_keys(
    machine: &mut Machine,
    table: &str,
    range: &Range,
    after: Option<Vec<u8>>,
    (limit, backward): (u32, bool),
) -> Called<Vec<Vec<u8>>> {
    let (range, direction) = (map_range(range), direction(backward));
    let after = after.map(|key| HEXLOWER.encode(&key));
    all_pages(after, |after| {
        let page = machine.call(|e, s| e.maps(s)?.call_list(s, table, &range, after, limit, direction))?;
        Some(page.map(|page| (page.keys, page.through, page.done)))
    })
}

pub(crate) fn table(random: &mut Random, taste: Taste) -> String {
    if taste == Taste::Hostile && random.one_in(8) {
        let long = |length| "t".repeat(length);
        return random.pick(&[String::new(), long(255), long(256), "é/..\0".into(), "t2".into()]).clone();
    }
    (*random.pick(&["t", "t", "u"])).to_owned()
}

pub(crate) fn key(random: &mut Random, taste: Taste) -> Vec<u8> {
    if taste == Taste::Hostile && random.one_in(6) {
        let long = |length| vec![b'k'; length];
        let keys = [Vec::new(), long(120), long(121), long(1_024), long(1_025), vec![0], vec![0xff, 0xfe]];
        return random.pick(&keys).clone();
    }
    random.pick(&[&b"k"[..], b"k", b"k2", b"\0\xff"]).to_vec()
}

fn keys(random: &mut Random, taste: Taste) -> Vec<Vec<u8>> {
    (0..random.below(4)).map(|_| key(random, taste)).collect()
}

/// Integers mostly, so that increments find some.
fn value(random: &mut Random, taste: Taste) -> Vec<u8> {
    if random.one_in(8) {
        return vec![b'x'; usize::try_from(random.below(900)).unwrap_or(0)];
    }
    if taste == Taste::Hostile && random.one_in(4) {
        let odd = ["", "+1", "-", "-0", "007", "1.0", " 1", "9223372036854775808", "-9223372036854775808"];
        return random.pick(&odd).as_bytes().to_vec();
    }
    random.pick(&[&b"0"[..], b"1", b"-7", b"same", b"\xff\0#1"]).to_vec()
}

fn expected(random: &mut Random) -> Expected {
    *random.pick(&[
        Expected::Any,
        Expected::Absent,
        Expected::Last,
        Expected::Last,
        Expected::Older,
        Expected::Never,
        Expected::Exact(0),
    ])
}

/// All maps of a store.
pub(crate) fn observe_on(store: &Store, state: &mut State) -> Result<()> {
    for table in store.raw().map_tables()? {
        let keys = store
            .raw()
            .map_list(&table, &map_range(&Range::default()), None, 65_536, Direction::Forward)?
            .keys;
        let entries = store.raw().map_get_many(&table, &keys)?;
        state.maps.found(&table, keys, entries.into_iter().map(parts));
    }
    Ok(())
}

fn parts(entry: Option<MapEntry>) -> Option<(Vec<u8>, u64)> {
    entry.map(|entry| (entry.value, entry.version))
}
