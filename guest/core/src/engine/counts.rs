//! How many keys a table has, and how many bytes they hold: rows of a table of their own, which a commit keeps exact.

use crate::base::layout::RUNS;
use crate::codec::varint;
use crate::engine::Opened;
use crate::engine::listing::Direction;
use crate::engine::pull::NamePull;
use crate::error::{Error, Result};
use crate::journal::record::{Place, Record};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{self, COUNTS, Keyspace, MAPS, OBJECTS, composite};
use crate::state::layer::Undo;
use crate::storage::Storage;
use std::collections::BTreeMap;

/// What a row says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) keys: u64,
    pub(crate) bytes: u64,
}

impl Count {
    fn encode(self) -> Vec<u8> {
        let mut row = Vec::new();
        varint::encode(self.keys, &mut row);
        varint::encode(self.bytes, &mut row);
        row
    }

    fn decode(mut row: &[u8]) -> Option<Self> {
        let count = Self { keys: varint::decode(&mut row)?, bytes: varint::decode(&mut row)? };
        row.is_empty().then_some(count)
    }

    /// Counts a value of so many bytes, or one less.
    fn change(&mut self, before: Option<u64>, after: Option<u64>) -> Option<()> {
        let keys = self.keys.checked_add(u64::from(after.is_some()))?;
        let bytes = self.bytes.checked_add(after.unwrap_or(0))?;
        self.keys = keys.checked_sub(u64::from(before.is_some()))?;
        self.bytes = bytes.checked_sub(before.unwrap_or(0))?;
        Some(())
    }
}

/// Makes `row` the name of the row that counts a key.
fn row_of(keyspace: &Keyspace, name: &[u8], row: &mut Vec<u8>) {
    let group = if *keyspace == MAPS { composite::split(name).map(|(table, _)| table) } else { None };
    set_row(keyspace, group.unwrap_or_default(), row);
}

/// The name of the row of a table: its keyspace, and of a map its own name.
fn row_name(keyspace: &Keyspace, table: &[u8]) -> Vec<u8> {
    let mut row = Vec::new();
    set_row(keyspace, table, &mut row);
    row
}

fn set_row(keyspace: &Keyspace, table: &[u8], row: &mut Vec<u8>) {
    row.clear();
    row.push(keyspace.id);
    row.extend_from_slice(table);
}

impl<S: Storage> Opened<'_, S> {
    /// What is in a table.
    pub(crate) fn count(&mut self, keyspace: &Keyspace, table: &[u8]) -> Result<Count> {
        self.count_of_row(&row_name(keyspace, table))
    }

    fn count_of_row(&mut self, row: &[u8]) -> Result<Count> {
        match self.value(&COUNTS, row)? {
            // INVARIANT: a row was written by this file.
            Some(bytes) => Count::decode(&bytes).ok_or_else(|| wrong_count("a count that is none")),
            None => Ok(Count::default()),
        }
    }

    /// What the commit in work has made of the counts, as a part of it.
    pub(crate) fn record_counts(&mut self) -> Result<()> {
        // It is here for as long as the tables are asked.
        let undo = std::mem::take(&mut self.state.transaction.undo);
        let rows = self.changed_rows(undo.get(self.state.transaction.counted..).unwrap_or_default());
        self.state.transaction.undo = undo;
        rows?
            .into_iter()
            .filter(|(_, (held, count))| held != count)
            .try_for_each(|(row, (_, count))| self.record_count(&row, count))
    }

    /// The rows of the keys that were changed: what each says, and what it is to say.
    fn changed_rows(&mut self, undo: &[Undo]) -> Result<BTreeMap<Vec<u8>, (Count, Count)>> {
        let mut rows = BTreeMap::new();
        let mut row = Vec::new();
        for change in undo.iter().filter_map(Undo::value_change).filter(|change| is_counted(change.keyspace))
        {
            let Some(keyspace) = keyspace::by_id(change.keyspace) else { continue };
            let before = match change.before {
                Some(before) => before.size(),
                None => self.size_below(keyspace, change.name)?,
            };
            row_of(keyspace, change.name, &mut row);
            if !rows.contains_key(&row) {
                let held = self.count_of_row(&row)?;
                rows.insert(row.clone(), (held, held));
            }
            let count = rows.get_mut(&row).and_then(|(_, count)| count.change(before, change.size));
            count.ok_or_else(|| wrong_count("other keys are counted than there were"))?;
        }
        Ok(rows)
    }

    /// The size of the value of a key below the new part of the overlay.
    fn size_below(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<u64>> {
        match self.state.overlay.frozen().and_then(|frozen| frozen.value(keyspace, name)) {
            Some(value) => Ok(value.size()),
            None => self.run_value_size(keyspace, name),
        }
    }

    /// How many keys all maps have.
    pub(crate) fn count_map_keys(&mut self) -> Result<u64> {
        let mut names = NamePull::new(&COUNTS, NameRange::with_prefix(&[MAPS.id]), Direction::Forward);
        let mut keys = 0;
        while let Some(row) = names.next(self)? {
            keys = self.count_of_row(&row)?.keys.saturating_add(keys);
        }
        Ok(keys)
    }
}

impl<S: Storage> Opened<'_, S> {
    /// The rows that are not what the tables hold, and what they are to be.
    pub(crate) fn wrong_counts(&mut self) -> Result<Vec<(Vec<u8>, Count)>> {
        let mut due: BTreeMap<Vec<u8>, Count> = BTreeMap::new();
        let mut row = Vec::new();
        for keyspace in [&MAPS, &OBJECTS] {
            let mut names = NamePull::all(keyspace);
            while let Some(key) = names.next_key(self)? {
                let size = self.pulled_size(keyspace, &key)?;
                row_of(keyspace, &key.name(), &mut row);
                // Nothing is taken away.
                let _ = due.entry(row.clone()).or_default().change(None, size);
            }
        }
        let mut rows = NamePull::all(&COUNTS);
        while let Some(row) = rows.next(self)? {
            due.entry(row).or_default();
        }
        let mut wrong = Vec::new();
        for (row, count) in due {
            let held = self.value(&COUNTS, &row)?.map(|bytes| Count::decode(&bytes));
            if held != (count.keys > 0).then_some(Some(count)) {
                wrong.push((row, count));
            }
        }
        Ok(wrong)
    }

    /// Sets the counts right, as a part of the commit in work.
    pub(crate) fn decide_recount(&mut self) -> Result<()> {
        match self.wrong_counts() {
            // Where runs are damaged nobody knows what there is to count.
            Err(Error::Corrupt(_)) => Ok(()),
            wrong => wrong?.into_iter().try_for_each(|(row, count)| self.record_count(&row, count)),
        }
    }

    fn record_count(&mut self, row: &[u8], count: Count) -> Result<()> {
        let place = Place { keyspace: &COUNTS, name: row };
        if count.keys == 0 {
            self.record(&Record::Remove { place })
        } else {
            self.record(&Record::Put { place, value: &count.encode() })
        }
    }
}

fn is_counted(id: u8) -> bool {
    [MAPS.id, OBJECTS.id].contains(&id)
}

fn wrong_count(reason: &'static str) -> Error {
    Error::corrupt(RUNS, 0, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::memory::Memory;
    use crate::engine::Engine;

    #[test]
    fn a_count_that_is_wrong_is_found_and_set_right() {
        let counts = [Some(Count { keys: 2, bytes: 5 }), Some(Count { keys: 1, bytes: 3 }), None];
        for (wrong, settled) in counts.into_iter().flat_map(|wrong| [(wrong, false), (wrong, true)]) {
            let mut engine = Engine::new(Memory::new());
            engine.map_put("t", b"k", b"value").unwrap();
            engine.object_write(&"0".repeat(40), b"bytes").unwrap();
            engine
                .write(|engine| match wrong {
                    Some(count) => engine.record_count(&row_name(&MAPS, b"t"), count),
                    None => engine.record_count(&row_name(&MAPS, b"t"), Count::default()),
                })
                .unwrap();
            if settled {
                engine.checkpoint().unwrap();
            }
            assert_eq!(engine.verify().unwrap().damaged, 1, "{wrong:?} {settled}");
            engine.repair().unwrap();
            assert_eq!(engine.verify().unwrap().damaged, 0, "{wrong:?} {settled}");
            assert_eq!(engine.map_count("t"), Ok(1));
            assert_eq!(engine.opened().unwrap().count(&MAPS, b"t"), Ok(Count { keys: 1, bytes: 5 }));
        }
    }

    #[test]
    fn a_commit_that_was_refused_counts_for_nothing() {
        let mut engine = Engine::new(Memory::new());
        engine.map_put("t", b"k", b"1").unwrap();
        let refused = engine.write(|engine| {
            engine.decide_map_put("t", b"l", b"2")?;
            engine.decide_map_put("u", b"l", b"2")?;
            engine.seal()?;
            engine.decide_map_swap("t", b"k", sx_persist_wire::Expect::Absent, b"3").map(drop)
        });
        assert!(matches!(refused, Err(Error::Stale { .. })));
        assert_eq!((engine.map_count("t"), engine.map_count("u")), (Ok(1), Ok(0)));
        engine.map_put("t", b"l", b"22").unwrap();
        assert_eq!(engine.opened().unwrap().count(&MAPS, b"t"), Ok(Count { keys: 2, bytes: 3 }));
    }
}
