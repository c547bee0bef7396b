//! Named tables of bytes with versions: the meaning of `maps` (M1 to M11) on the engine's tables.

use crate::base::value_file::Value;
use crate::check::{check_at_most, check_batch, check_limit, check_part, check_value, same, within_answer};
use crate::codec::hex::{hex, unhex};
use crate::engine::listing::{Direction, Page, behind};
use crate::engine::pull::{NamePull, PulledKey};
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::MAPS;
use crate::keyspace::composite;
use crate::keyspace::name_range::NameRange;
use crate::limits::{ANSWER_BYTES_MAX, BATCH_OPS_MAX, GROUP_BYTES_MAX, NAME_BYTES_MAX};
use crate::storage::Storage;
use sx_persist_wire::{Expect, MapEntry};

/// The version of a key that is not there.
const ABSENT: u64 = 0;

/// A key, its value and that one's version; `types.map-item`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapItem {
    /// The key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
    /// The lsn of the commit that wrote it.
    pub version: u64,
}

/// A key and the value that it gets; `types.map-pair`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapPair {
    /// The key.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

/// Which keys of a table; `types.map-range`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapRange {
    /// Those that begin so.
    pub prefix: Vec<u8>,
    /// Not those before this one.
    pub start: Option<Vec<u8>>,
    /// Not this one, nor those behind it.
    pub end: Option<Vec<u8>>,
}

impl MapRange {
    /// The names of its keys in a table: those behind a place, or before it where the direction is backward.
    fn names(&self, table: &str, place: Option<&[u8]>, direction: Direction) -> NameRange {
        let name = |key: &[u8]| composite::name(table.as_bytes(), key);
        let mut names = NameRange::with_prefix(&name(&self.prefix));
        self.start.iter().for_each(|start| names.start_at(&name(start)));
        self.end.iter().for_each(|end| names.end_before(&name(end)));
        match place {
            Some(place) if direction == Direction::Forward => names.start_behind(&name(place)),
            Some(place) => names.end_before(&name(place)),
            None => {}
        }
        names
    }
}

impl<S: Storage> Engine<S> {
    /// `maps.get`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_get(&mut self, table: &str, key: &[u8]) -> Result<Option<MapEntry>> {
        let name = name(table, key)?;
        self.read(|engine| engine.map_entry(&name))
    }

    /// `maps.get-many`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_get_many(&mut self, table: &str, keys: &[Vec<u8>]) -> Result<Vec<Option<MapEntry>>> {
        check_keys(table, keys)?;
        self.read(|engine| {
            let mut bytes = 0;
            let mut entries = Vec::with_capacity(keys.len());
            for key in keys {
                let entry = engine.map_entry(&name(table, key)?)?;
                bytes += entry.as_ref().map_or(0, |entry| entry.value.len());
                check_at_most(ANSWER_BYTES_MAX, bytes)?;
                entries.push(entry);
            }
            Ok(entries)
        })
    }

    /// `maps.has`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_has(&mut self, table: &str, key: &[u8]) -> Result<bool> {
        let name = name(table, key)?;
        self.read(|engine| engine.has_value(&MAPS, &name))
    }

    /// `maps.put`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_put(&mut self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        self.write(|engine| engine.decide_map_put(table, key, value))
    }

    /// `maps.put-new`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_put_new(&mut self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        self.write(|engine| engine.decide_map_swap(table, key, Expect::Absent, value))
    }

    /// `maps.swap`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_swap(&mut self, table: &str, key: &[u8], expected: Expect, value: &[u8]) -> Result<u64> {
        self.write(|engine| engine.decide_map_swap(table, key, expected, value))
    }

    /// `maps.delete`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_delete(&mut self, table: &str, key: &[u8], expected: Expect) -> Result<bool> {
        self.write(|engine| engine.decide_map_delete(table, key, expected))
    }

    /// `maps.increment`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_increment(&mut self, table: &str, key: &[u8], delta: i64) -> Result<i64> {
        self.write(|engine| engine.decide_map_increment(table, key, delta))
    }

    /// `maps.put-many`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_put_many(&mut self, table: &str, pairs: &[MapPair]) -> Result<u64> {
        check_batch(pairs.iter().map(|pair| pair.key.len() + pair.value.len()))?;
        check_table(table)?;
        self.write(|engine| {
            let mut version = ABSENT;
            for pair in pairs {
                version = engine.decide_map_put(table, &pair.key, &pair.value)?;
            }
            Ok(version)
        })
    }

    /// `maps.delete-many`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_delete_many(&mut self, table: &str, keys: &[Vec<u8>]) -> Result<u64> {
        check_keys(table, keys)?;
        self.write(|engine| {
            let mut removed = 0;
            for key in keys {
                removed += u64::from(engine.take_value(&MAPS, &name(table, key)?)?);
            }
            Ok(removed)
        })
    }

    /// `maps.drop-table`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_drop_table(&mut self, table: &str) -> Result<u64> {
        self.write(|engine| engine.decide_map_drop_table(table))
    }

    /// `maps.list`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_list(
        &mut self,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<Page<Vec<u8>>> {
        self.map_page(table, range, (after, direction), limit, |_, key, _| {
            let bytes = key.len();
            Ok(Some((key, bytes)))
        })
    }

    /// `maps.scan`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_scan(
        &mut self,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<Page<MapItem>> {
        self.map_page(table, range, (after, direction), limit, |engine, key, pulled| {
            let held = engine.pulled_value(&MAPS, pulled)?;
            Ok(held.map(|Value { bytes: value, version }| {
                let bytes = key.len() + value.len();
                (MapItem { key, value, version }, bytes)
            }))
        })
    }

    /// `maps.count`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_count(&mut self, table: &str) -> Result<u64> {
        check_table(table)?;
        self.read(|engine| Ok(engine.count(&MAPS, table.as_bytes())?.keys))
    }

    /// A page of a table: what `show` makes of each key, and so many bytes.
    fn map_page<T>(
        &mut self,
        table: &str,
        range: &MapRange,
        (after, direction): (Option<&str>, Direction),
        limit: u32,
        show: impl Fn(&mut Opened<'_, S>, Vec<u8>, &PulledKey) -> Result<Option<(T, usize)>>,
    ) -> Result<Page<T>> {
        check_table(table)?;
        let items = check_limit(limit)?;
        let place = behind(after).map(|after| unhex(after).ok_or_else(Error::not_a_cursor)).transpose()?;
        let names = range.names(table, place.as_deref(), direction);
        // All of the names begin so.
        let table_bytes = composite::name(table.as_bytes(), &[]).len();
        self.read(|engine| {
            let names = NamePull::new(&MAPS, names.clone(), direction);
            let page = engine.fill_page(names, items, |engine, pulled| {
                show(engine, pulled.name_from(table_bytes), pulled)
            })?;
            Ok(page.page(after, |pulled| hex(&pulled.name_from(table_bytes))))
        })
    }

    /// `maps.tables`.
    ///
    /// # Errors
    /// As in `wit/maps.wit`.
    pub fn map_tables(&mut self) -> Result<Vec<String>> {
        self.read(|engine| within_answer(engine.map_table_names()?))
    }
}

impl<S: Storage> Opened<'_, S> {
    /// The tables that have keys, sorted by bytes.
    pub(crate) fn map_table_names(&mut self) -> Result<Vec<String>> {
        let mut names = NamePull::all(&MAPS);
        let mut tables = Vec::new();
        while let Some(name) = names.next(self)? {
            let Some((table, _)) = composite::split(&name) else { continue };
            // Its other keys tell nothing more.
            names.pass_prefix(&composite::name(table, &[]));
            // INVARIANT: a table's name was text when it was written, and a folder whose name gives none has no keys.
            tables.extend(String::from_utf8(table.to_vec()).ok());
        }
        // Names stand by the length of their table first.
        tables.sort_unstable();
        Ok(tables)
    }

    pub(crate) fn map_entry(&mut self, name: &[u8]) -> Result<Option<MapEntry>> {
        let held = self.versioned(&MAPS, name)?;
        Ok(held.map(|Value { bytes, version }| MapEntry { value: bytes, version }))
    }

    /// M2: 0 stands for absent.
    fn map_version(&mut self, name: &[u8]) -> Result<u64> {
        Ok(self.versioned(&MAPS, name)?.map_or(ABSENT, |held| held.version))
    }

    pub(crate) fn decide_map_put(&mut self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        let name = name(table, key)?;
        check_value(value)?;
        self.put_map_value(&name, value)
    }

    /// Answers the version: that of the commit in work.
    fn put_map_value(&mut self, name: &[u8], value: &[u8]) -> Result<u64> {
        self.put_value(&MAPS, name, value)?;
        Ok(self.lsn())
    }

    pub(crate) fn decide_map_swap(
        &mut self,
        table: &str,
        key: &[u8],
        expected: Expect,
        value: &[u8],
    ) -> Result<u64> {
        let name = name(table, key)?;
        check_value(value)?;
        self.expect_map_version(&name, expected)?;
        self.put_map_value(&name, value)
    }

    fn expect_map_version(&mut self, name: &[u8], expected: Expect) -> Result<()> {
        match expected.version() {
            Some(version) => same(version, self.map_version(name)?),
            None => Ok(()),
        }
    }

    /// C2.
    pub(crate) fn decide_check_map(&mut self, table: &str, key: &[u8], expected: Expect) -> Result<()> {
        self.expect_map_version(&name(table, key)?, expected)
    }

    pub(crate) fn decide_map_delete(&mut self, table: &str, key: &[u8], expected: Expect) -> Result<bool> {
        let name = name(table, key)?;
        self.expect_map_version(&name, expected)?;
        self.take_value(&MAPS, &name)
    }

    pub(crate) fn decide_map_drop_table(&mut self, table: &str) -> Result<u64> {
        check_table(table)?;
        let names = MapRange::default().names(table, None, Direction::Forward);
        let count = self.count(&MAPS, table.as_bytes())?.keys;
        check_at_most(BATCH_OPS_MAX, usize::try_from(count).unwrap_or(usize::MAX))?;
        let mut names = NamePull::new(&MAPS, names, Direction::Forward);
        let mut removed = 0;
        while let Some(name) = names.next(self)? {
            removed += u64::from(self.take_value(&MAPS, &name)?);
        }
        Ok(removed)
    }

    pub(crate) fn decide_map_increment(&mut self, table: &str, key: &[u8], delta: i64) -> Result<i64> {
        let name = name(table, key)?;
        let held = match self.value(&MAPS, &name)? {
            Some(text) => parse_integer(&text)
                .ok_or_else(|| Error::InvalidArgument("the value is no decimal integer of 64 bits".into()))?,
            None => 0,
        };
        let sum = held
            .checked_add(delta)
            .ok_or_else(|| Error::InvalidArgument("the sum needs more than 64 bits".into()))?;
        self.put_map_value(&name, sum.to_string().as_bytes())?;
        Ok(sum)
    }
}

/// M1: the name of a key in a table, as the engine has it.
pub(crate) fn name(table: &str, key: &[u8]) -> Result<Vec<u8>> {
    check_table(table)?;
    check_part(key.len(), NAME_BYTES_MAX)?;
    Ok(composite::name(table.as_bytes(), key))
}

/// M1 and M6, for keys that are given at once. Their names are made one by one: all of them might not fit into memory.
fn check_keys(table: &str, keys: &[Vec<u8>]) -> Result<()> {
    check_count(keys.len())?;
    check_table(table)?;
    keys.iter().try_for_each(|key| check_part(key.len(), NAME_BYTES_MAX))
}

/// M1.
fn check_table(table: &str) -> Result<()> {
    check_part(table.len(), GROUP_BYTES_MAX)
}

/// M6: what goes into one commit is what a batch may hold.
fn check_count(count: usize) -> Result<()> {
    check_at_most(BATCH_OPS_MAX, count)
}

/// M5: digits, with a minus before them or not. Rust alone would take a plus, too.
fn parse_integer(text: &[u8]) -> Option<i64> {
    std::str::from_utf8(text).ok().filter(|text| !text.starts_with('+'))?.parse().ok()
}

#[cfg(test)]
mod tests;
