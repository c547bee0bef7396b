//! `maps` in a trace.
//!
//! Nobody but the store knows its versions beforehand. So an operation names the version that it expects by what it is
//! ([`Expected`]), which is looked up before it is performed, before a whole batch. An answer shows a version as `#` and its
//! number; the suites that compare with a model whose numbers are its own do so in the `normal` form, where only `#0`, an
//! absent key's, keeps its number. That the versions of a store stand in the model's order is compared with its [`State`].

use crate::bindings::exports::sx::persist::types::{self, Error};
use crate::drive::{self, Called, all_pages};
use crate::generate::Taste;
use crate::machine::Machine;
use crate::model::State;
use crate::trace::{Answer, Words, address};
use sim::random::Random;
use sx_persist::types::{MapEntry, MapPair, MapRange};
use sx_persist::{Result, Store};

/// A version that an operation expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The one that is there.
    Last,
    /// One beside it, an older one if there is any.
    Older,
    /// One that no commit gets to.
    Never,
    /// This one.
    Exact(u64),
}

/// An operation on maps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of its name in wit/maps.wit")]
pub enum MapOp {
    Put {
        table: String,
        key: Vec<u8>,
        value: Vec<u8>,
    },
    PutNew {
        table: String,
        key: Vec<u8>,
        value: Vec<u8>,
    },
    Swap {
        table: String,
        key: Vec<u8>,
        expected: Option<Expected>,
        value: Vec<u8>,
    },
    Delete {
        table: String,
        key: Vec<u8>,
        expected: Option<Expected>,
    },
    Increment {
        table: String,
        key: Vec<u8>,
        delta: i64,
    },
    PutMany {
        table: String,
        pairs: Vec<(Vec<u8>, Vec<u8>)>,
    },
    DeleteMany {
        table: String,
        keys: Vec<Vec<u8>>,
    },
    DropTable {
        table: String,
    },
    Get {
        table: String,
        key: Vec<u8>,
    },
    Has {
        table: String,
        key: Vec<u8>,
    },
    GetMany {
        table: String,
        keys: Vec<Vec<u8>>,
    },
    /// All pages of a range, behind a key.
    List {
        table: String,
        range: Range,
        after: Option<Vec<u8>>,
        limit: u32,
        reverse: bool,
    },
    Tables,
}

/// Prefix, start and end.
pub type Range = (Vec<u8>, Option<Vec<u8>>, Option<Vec<u8>>);

impl Expected {
    /// The version that it stands for where this one is, 0 for none.
    pub(crate) fn version(self, held: u64) -> u64 {
        match self {
            Self::Last => held,
            Self::Older if held > 1 => held - 1,
            Self::Older => held + 1,
            Self::Never => u64::MAX,
            Self::Exact(version) => version,
        }
    }

    fn parse(word: &str) -> Result<Self, String> {
        Ok(match word {
            "last" => Self::Last,
            "older" => Self::Older,
            "never" => Self::Never,
            number => Self::Exact(number.parse().map_err(|_| format!("{number:?} is no version"))?),
        })
    }
}

impl MapOp {
    /// Does it ask the store to change something?
    pub(crate) fn is_write(&self) -> bool {
        !matches!(
            self,
            Self::Get { .. } | Self::Has { .. } | Self::GetMany { .. } | Self::List { .. } | Self::Tables
        )
    }

    /// Reads an operation from the words of a line; none when it is another interface's.
    pub(crate) fn parse(name: &str, words: &mut Words<'_>) -> Result<Option<Self>, String> {
        let expected = |word: Option<String>| word.as_deref().map(Expected::parse).transpose();
        Ok(Some(match name {
            "map-put" => Self::Put { table: words.text()?, key: bytes(words)?, value: bytes(words)? },
            "map-put-new" => Self::PutNew { table: words.text()?, key: bytes(words)?, value: bytes(words)? },
            "map-swap" => Self::Swap {
                table: words.text()?,
                key: bytes(words)?,
                expected: expected(words.optional()?)?,
                value: bytes(words)?,
            },
            "map-delete" => Self::Delete {
                table: words.text()?,
                key: bytes(words)?,
                expected: expected(words.optional()?)?,
            },
            "map-increment" => {
                Self::Increment { table: words.text()?, key: bytes(words)?, delta: words.number()? }
            }
            "map-put-many" => {
                let table = words.text()?;
                let words = words.texts()?;
                let pair = |pair: &[String]| (pair[0].clone().into_bytes(), pair[1].clone().into_bytes());
                Self::PutMany { table, pairs: words.chunks_exact(2).map(pair).collect() }
            }
            "map-delete-many" => Self::DeleteMany {
                table: words.text()?,
                keys: words.texts()?.into_iter().map(String::into_bytes).collect(),
            },
            "map-drop-table" => Self::DropTable { table: words.text()? },
            "map-get" => Self::Get { table: words.text()?, key: bytes(words)? },
            "map-tables" => Self::Tables,
            _ => return Ok(None),
        }))
    }

    /// A random write that may be a part of a batch.
    pub(crate) fn write(random: &mut Random, taste: Taste) -> Self {
        let (table, key) = (table(random, taste), key(random, taste));
        match random.below(8) {
            0..=1 => Self::Put { table, key, value: value(random, taste) },
            2 => Self::PutNew { table, key, value: value(random, taste) },
            3..=4 => Self::Swap { table, key, expected: expected(random), value: value(random, taste) },
            5 => Self::Delete { table, key, expected: expected(random) },
            _ => Self::Increment { table, key, delta: *random.pick(&[1, 1, -3, 0, i64::MAX]) },
        }
    }

    /// A random write of several keys.
    pub(crate) fn several(random: &mut Random, taste: Taste) -> Self {
        let table = table(random, taste);
        match random.below(3) {
            0 => Self::PutMany {
                table,
                pairs: (0..random.below(4)).map(|_| (key(random, taste), value(random, taste))).collect(),
            },
            1 => Self::DeleteMany { table, keys: keys(random, taste) },
            _ => Self::DropTable { table },
        }
    }

    /// A random read.
    pub(crate) fn read(random: &mut Random, taste: Taste) -> Self {
        let (table, key) = (table(random, taste), key(random, taste));
        let mut place = |often| {
            random.one_in(often).then(|| random.pick(&[&b"k"[..], b"k2", b"\xff", b"", b"\0\xff"]).to_vec())
        };
        let (prefix, start, end, after) = (place(2).unwrap_or_default(), place(4), place(4), place(4));
        match random.below(6) {
            0 => Self::Get { table, key },
            1 => Self::Has { table, key },
            2 => Self::GetMany { table, keys: keys(random, taste) },
            3 => Self::Tables,
            _ => Self::List {
                table,
                range: (prefix, start, end),
                after,
                limit: *random.pick(&[1, 2, 100]),
                reverse: random.one_in(2),
            },
        }
    }

    /// The operation with the number of the version that it expects. `held` answers for a key, 0 when it is absent.
    pub(crate) fn resolved<E>(&self, held: impl FnOnce(&str, &[u8]) -> Result<u64, E>) -> Result<Self, E> {
        let mut op = self.clone();
        if let Self::Swap { table, key, expected: Some(expected), .. }
        | Self::Delete { table, key, expected: Some(expected) } = &mut op
        {
            let is_relative = matches!(expected, Expected::Last | Expected::Older);
            let held = if is_relative { held(table, key)? } else { 0 };
            *expected = Expected::Exact(expected.version(held));
        }
        Ok(op)
    }

    /// The operation as a part of a batch. It has been resolved.
    pub(crate) fn batched(&self) -> types::Op {
        match self.clone() {
            Self::Put { table, key, value } => types::Op::MapPut(types::MapPutOp { table, key, value }),
            Self::PutNew { table, key, value } => types::Op::MapPutNew(types::MapPutOp { table, key, value }),
            Self::Swap { table, key, expected, value } => {
                types::Op::MapSwap(types::MapSwapOp { table, key, expected: exact(expected), value })
            }
            Self::Delete { table, key, expected } => {
                types::Op::MapDelete(types::MapDeleteOp { table, key, expected: exact(expected) })
            }
            Self::Increment { table, key, delta } => {
                types::Op::MapIncrement(types::MapIncrementOp { table, key, delta })
            }
            other => unreachable!("{other:?} goes into no batch"),
        }
    }

    /// Performs it on the component; none when the process ended in it.
    pub(crate) fn perform(&self, machine: &mut Machine) -> Option<Answer> {
        match self.resolved_on(machine)? {
            Ok(op) => op.perform_resolved(machine),
            Err(error) => Some(format!("error {}", name(&error))),
        }
    }

    /// The operation with the number of the version that it expects.
    pub(crate) fn resolved_on(&self, machine: &mut Machine) -> Called<Self> {
        let mut ended = false;
        let op = self.resolved(|table, key| {
            version_on(machine, table, key).unwrap_or_else(|| {
                ended = true;
                Ok(0)
            })
        });
        (!ended).then_some(op)
    }

    fn perform_resolved(&self, machine: &mut Machine) -> Option<Answer> {
        match self {
            Self::Put { table, key, value } => {
                answer(machine.call(|e, s| e.sx_persist_maps().call_put(s, table, key, value)), shown)
            }
            Self::PutNew { table, key, value } => {
                answer(machine.call(|e, s| e.sx_persist_maps().call_put_new(s, table, key, value)), shown)
            }
            Self::Swap { table, key, expected, value } => {
                let expected = exact(*expected);
                let called =
                    machine.call(|e, s| e.sx_persist_maps().call_swap(s, table, key, expected, value));
                answer(called, shown)
            }
            Self::Delete { table, key, expected } => {
                let expected = exact(*expected);
                let called = machine.call(|e, s| e.sx_persist_maps().call_delete(s, table, key, expected));
                answer(called, |was_there| was_there.to_string())
            }
            Self::Increment { table, key, delta } => {
                let called = machine.call(|e, s| e.sx_persist_maps().call_increment(s, table, key, *delta));
                answer(called, |sum| sum.to_string())
            }
            Self::PutMany { table, pairs } => {
                let pairs = given(pairs);
                answer(machine.call(|e, s| e.sx_persist_maps().call_put_many(s, table, &pairs)), shown)
            }
            Self::DeleteMany { table, keys } => {
                let called = machine.call(|e, s| e.sx_persist_maps().call_delete_many(s, table, keys));
                answer(called, |count| count.to_string())
            }
            Self::DropTable { table } => {
                let called = machine.call(|e, s| e.sx_persist_maps().call_drop_table(s, table));
                answer(called, |count| count.to_string())
            }
            Self::Get { table, key } => {
                answer(machine.call(|e, s| e.sx_persist_maps().call_get(s, table, key)), found)
            }
            Self::Has { table, key } => {
                let called = machine.call(|e, s| e.sx_persist_maps().call_has(s, table, key));
                answer(called, |has| has.to_string())
            }
            Self::GetMany { table, keys } => {
                answer(machine.call(|e, s| e.sx_persist_maps().call_get_many(s, table, keys)), all_found)
            }
            Self::List { table, range, after, limit, reverse } => {
                let keys = all_keys(machine, table, range, after.clone(), (*limit, *reverse));
                answer(keys, |keys| listed(&keys))
            }
            Self::Tables => {
                answer(machine.call(|e, s| e.sx_persist_maps().call_tables(s)), |all| drive::names(&all))
            }
        }
    }

    /// Performs it through the host library.
    pub(crate) fn perform_on(&self, store: &Store) -> Result<Answer> {
        Ok(match &self.resolved(|table, key| version_of(store, table, key))? {
            Self::Put { table, key, value } => shown(store.map_put(table, key, value)?),
            Self::PutNew { table, key, value } => shown(store.map_put_new(table, key, value)?),
            Self::Swap { table, key, expected, value } => {
                shown(store.map_swap(table, key, exact(*expected), value)?)
            }
            Self::Delete { table, key, expected } => {
                store.map_delete(table, key, exact(*expected))?.to_string()
            }
            Self::Increment { table, key, delta } => store.map_increment(table, key, *delta)?.to_string(),
            Self::PutMany { table, pairs } => shown(store.map_put_many(table, &given(pairs))?),
            Self::DeleteMany { table, keys } => store.map_delete_many(table, keys)?.to_string(),
            Self::DropTable { table } => store.map_drop_table(table)?.to_string(),
            Self::Get { table, key } => found(store.map_get(table, key)?),
            Self::Has { table, key } => store.map_has(table, key)?.to_string(),
            Self::GetMany { table, keys } => all_found(store.map_get_many(table, keys)?),
            Self::List { table, range, after, limit, reverse } => {
                let range = map_range(range);
                listed(&store.map_list(table, &range, after.as_deref(), *limit, *reverse)?.keys)
            }
            Self::Tables => drive::names(&store.map_tables()?),
        })
    }
}

/// An answer without the numbers of versions, but for that of an absent key.
pub(crate) fn normal(answer: Answer) -> Answer {
    if !answer.contains('#') {
        return answer;
    }
    let mut parts = answer.split('#');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let is_absent = part.len() == rest.len() + 1 && part.starts_with('0');
        out.push_str(if is_absent { "#0" } else { "#" });
        out.push_str(rest);
    }
    out
}

/// An error's name: what was expected and what is there are versions.
pub(crate) fn name(error: &Error) -> String {
    match error {
        Error::Stale(stale) => format!("stale #{} #{}", stale.expected, stale.actual),
        other => drive::name(other),
    }
}

fn answer<T>(called: Called<T>, show: impl FnOnce(T) -> String) -> Option<Answer> {
    Some(match called? {
        Ok(value) => show(value),
        Err(error) => format!("error {}", name(&error)),
    })
}

/// How an answer shows a version.
pub(crate) fn shown(version: u64) -> String {
    format!("#{version}")
}

fn found(entry: Option<MapEntry>) -> String {
    entry.map_or_else(|| "none".into(), |entry| entry_shown(&entry.value, entry.version))
}

fn all_found(entries: Vec<Option<MapEntry>>) -> String {
    entries.into_iter().map(found).collect::<Vec<_>>().join(", ")
}

/// How an answer shows a value and its version.
pub(crate) fn entry_shown(value: &[u8], version: u64) -> String {
    let value = if value.len() > 100 { address(value) } else { value.escape_ascii().to_string() };
    format!("{} {value}", shown(version))
}

/// How an answer shows keys.
pub(crate) fn listed(keys: &[Vec<u8>]) -> String {
    keys.iter().map(|key| format!("\"{}\"", key.escape_ascii())).collect::<Vec<_>>().join(" ")
}

fn exact(expected: Option<Expected>) -> Option<u64> {
    // What is relative has been resolved.
    expected.map(|expected| expected.version(0))
}

fn given(pairs: &[(Vec<u8>, Vec<u8>)]) -> Vec<MapPair> {
    pairs.iter().map(|(key, value)| MapPair { key: key.clone(), value: value.clone() }).collect()
}

fn map_range((prefix, start, end): &Range) -> MapRange {
    MapRange { prefix: prefix.clone(), start: start.clone(), end: end.clone() }
}

/// The version of a key, 0 when it is absent or none that a key may have; what is wrong with it its write says.
fn version_on(machine: &mut Machine, table: &str, key: &[u8]) -> Called<u64> {
    let got = machine.call(|e, s| e.sx_persist_maps().call_get(s, table, key))?;
    Some(match got {
        Err(Error::InvalidName(_)) => Ok(0),
        got => got.map(|entry| entry.map_or(0, |entry| entry.version)),
    })
}

/// The same of a store.
pub(crate) fn version_of(store: &Store, table: &str, key: &[u8]) -> Result<u64> {
    Ok(store.map_get(table, key)?.map_or(0, |entry| entry.version))
}

/// All keys of a range, page by page.
fn all_keys(
    machine: &mut Machine,
    table: &str,
    range: &Range,
    after: Option<Vec<u8>>,
    (limit, reverse): (u32, bool),
) -> Called<Vec<Vec<u8>>> {
    let range = map_range(range);
    all_pages(after, |after| {
        let after = after.map(Vec::as_slice);
        let page =
            machine.call(|e, s| e.sx_persist_maps().call_list(s, table, &range, after, limit, reverse))?;
        Some(page.map(|page| (page.keys, page.next)))
    })
}

fn bytes(words: &mut Words<'_>) -> Result<Vec<u8>, String> {
    Ok(words.text()?.into_bytes())
}

fn table(random: &mut Random, taste: Taste) -> String {
    if taste == Taste::Hostile && random.one_in(8) {
        let long = |length| "t".repeat(length);
        return random.pick(&[String::new(), long(255), long(256), "é/..\0".into(), "t2".into()]).clone();
    }
    (*random.pick(&["t", "t", "u"])).to_owned()
}

fn key(random: &mut Random, taste: Taste) -> Vec<u8> {
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

fn expected(random: &mut Random) -> Option<Expected> {
    *random.pick(&[
        None,
        Some(Expected::Last),
        Some(Expected::Last),
        Some(Expected::Older),
        Some(Expected::Never),
        Some(Expected::Exact(0)),
    ])
}

/// All maps of the component.
pub(crate) fn observe(machine: &mut Machine, state: &mut State) -> Called<()> {
    let tables = match machine.call(|e, s| e.sx_persist_maps().call_tables(s))? {
        Ok(tables) => tables,
        Err(error) => return Some(Err(error)),
    };
    for table in tables {
        let keys = match all_keys(machine, &table, &Range::default(), None, (65_536, false))? {
            Ok(keys) => keys,
            Err(error) => return Some(Err(error)),
        };
        match machine.call(|e, s| e.sx_persist_maps().call_get_many(s, &table, &keys))? {
            Ok(entries) => state.maps.found(&table, keys, entries.into_iter().map(parts)),
            Err(error) => return Some(Err(error)),
        }
    }
    Some(Ok(()))
}

/// All maps of a store.
pub(crate) fn observe_on(store: &Store, state: &mut State) -> Result<()> {
    for table in store.map_tables()? {
        let keys = store.map_list(&table, &map_range(&Range::default()), None, 65_536, false)?.keys;
        let entries = store.map_get_many(&table, &keys)?;
        state.maps.found(&table, keys, entries.into_iter().map(parts));
    }
    Ok(())
}

fn parts(entry: Option<MapEntry>) -> Option<(Vec<u8>, u64)> {
    entry.map(|entry| (entry.value, entry.version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_version_of_an_absent_key_keeps_its_number() {
        for (answer, due) in [
            ("#17", "#"),
            ("error stale #0 #10", "error stale #0 #"),
            ("#3 a#b; none; #0", "# a#b; none; #0"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(normal(answer.into()), due);
        }
    }
}
