//! A disk that is full to the last byte, with tables that stand in runs: removals are taken, and give their room back.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{make_root, put};
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Fault, Storage as _};
use sx_persist_core::{Direction, Error, Expect, MapPair, MapRange};

const FULL: Fault = Fault::NoSpace("insufficient-space");

/// A disk that holds so many bytes, and may have none for one step.
#[derive(Clone)]
struct Bounded {
    memory: Memory,
    bytes_max: Rc<Cell<u64>>,
    /// Steps that need room, so far, and the one that finds none.
    steps: Rc<Cell<u64>>,
    refused: Rc<Cell<Option<u64>>>,
}

impl Bounded {
    fn new(bytes_max: u64) -> Self {
        let bytes_max = Rc::new(Cell::new(bytes_max));
        Self { memory: Memory::new(), bytes_max, steps: Rc::default(), refused: Rc::default() }
    }

    fn used(&self) -> u64 {
        u64::MAX - self.memory.room()
    }

    fn takes(&self, bytes: u64) -> Result<(), Fault> {
        if self.used() + bytes > self.bytes_max.get() { Err(FULL) } else { Ok(()) }
    }
}

impl Watch for Bounded {
    fn before(&self, step: Step) -> Result<(), Fault> {
        if !matches!(step, Step::Create | Step::Write | Step::Sync) {
            return Ok(());
        }
        let number = self.steps.replace(self.steps.get() + 1);
        if self.refused.get() == Some(number) {
            return Err(FULL);
        }
        if step == Step::Create { self.takes(512) } else { Ok(()) }
    }

    fn writes(&self, bytes: u64) -> Result<(), Fault> {
        self.takes(bytes)
    }
}

/// What keys hold, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Table {
    Map,
    Objects,
    Kv,
}

use Table::{Kv, Map, Objects};

type Key = (Table, u32);

/// A store on such a disk, and what it is to hold.
struct Store {
    disk: Bounded,
    engine: Engine,
    model: BTreeMap<Key, Vec<u8>>,
    /// Of which a refused operation does not say whether it was done.
    unsure: Option<(Key, Option<Vec<u8>>)>,
}

fn hash(number: u32) -> String {
    format!("{number:040x}")
}

fn map_key(number: u32) -> Vec<u8> {
    format!("key {number:06}").into_bytes()
}

fn text(value: &[u8]) -> String {
    format!("\"{}\"", String::from_utf8_lossy(value))
}

impl Store {
    fn new(bytes_max: u64, geometry: &str) -> Self {
        let disk = Bounded::new(bytes_max);
        make_root(&mut disk.memory.clone(), geometry);
        let engine = Self::open(&disk);
        Self { disk, engine, model: BTreeMap::new(), unsure: None }
    }

    fn open(disk: &Bounded) -> Engine {
        Watched { memory: disk.memory.clone(), watch: disk.clone() }.engine()
    }

    /// As a host does behind a failure.
    fn reopen(&mut self) {
        self.engine = Self::open(&self.disk);
    }

    fn put(&mut self, (table, number): Key, value: &[u8]) -> Result<(), Error> {
        match table {
            Map => self.engine.map_put("t", &map_key(number), value).map(drop),
            Objects => self.engine.object_write(&hash(number), value).map(drop),
            Kv => self.engine.kv_put(&number.to_string(), &text(value)),
        }
    }

    fn remove(&mut self, (table, number): Key) -> Result<bool, Error> {
        match table {
            Map => self.engine.map_delete("t", &map_key(number), Expect::Any),
            Objects => self.engine.object_delete(&hash(number)),
            Kv => self.engine.kv_delete(&number.to_string()),
        }
    }

    fn get(&mut self, (table, number): Key) -> Option<Vec<u8>> {
        match table {
            Map => self.engine.map_get("t", &map_key(number)).unwrap().map(|entry| entry.value),
            Objects => self.engine.object_read(&hash(number)).unwrap(),
            Kv => {
                let value = self.engine.kv_get(&number.to_string()).unwrap()?;
                Some(value.trim_matches('"').as_bytes().to_vec())
            }
        }
    }

    /// Puts a key; false where there is no room. Behind that the store reads, and is open again.
    #[track_caller]
    fn puts(&mut self, key: Key, bytes: usize) -> bool {
        let value = vec![b'a' + u8::try_from(key.1 % 26).unwrap(); bytes];
        match self.put(key, &value) {
            Ok(()) => drop(self.model.insert(key, value)),
            Err(Error::NoSpace(_) | Error::Closed(_)) => {
                self.unsure = Some((key, Some(value)));
                self.settle(key);
                return false;
            }
            Err(error) => panic!("{key:?}: {error}"),
        }
        true
    }

    /// Finds out what has become of a key, once the store is opened again: what was refused may have been done.
    #[track_caller]
    fn settle(&mut self, key: Key) {
        self.reopen();
        let held = self.get(key);
        let (_, tried) = self.unsure.take().unwrap();
        assert!(held == tried || held == self.model.get(&key).cloned(), "{key:?}");
        match held {
            Some(value) => drop(self.model.insert(key, value)),
            None => drop(self.model.remove(&key)),
        }
    }

    #[track_caller]
    fn removes(&mut self, key: Key) {
        match self.remove(key) {
            Ok(was_there) => assert_eq!(was_there, self.model.remove(&key).is_some(), "{key:?}"),
            Err(error) => panic!("{key:?} of {}: {error}", self.model.len()),
        }
    }

    /// Puts keys until there is no room, and then that often again. Answers how many were taken.
    #[track_caller]
    fn fill(&mut self, tables: &[Table], bytes: usize) -> u32 {
        let first = self.model.keys().map(|key| key.1 + 1).max().unwrap_or(0);
        let mut number = first;
        let mut refused = 0;
        while refused < 5 {
            let table = tables[number as usize % tables.len()];
            if self.puts((table, number), bytes) { number += 1 } else { refused += 1 }
        }
        number - first
    }

    #[track_caller]
    fn compare(&mut self) {
        for _ in 0..2 {
            let count = |table| self.model.keys().filter(|key| key.0 == table).count();
            let page = self.engine.map_scan("t", &MapRange::default(), None, 9_999, Direction::Forward);
            let items: Vec<_> = page.unwrap().items.into_iter().map(|item| item.key).collect();
            let keys = self.model.keys().filter(|key| key.0 == Map).map(|key| map_key(key.1));
            let keys: Vec<_> = keys.collect();
            // Of large values a page is not all.
            assert_eq!(items[..], keys[..items.len()]);
            assert_eq!(self.engine.map_count("t").unwrap(), count(Map) as u64);
            assert_eq!(self.engine.object_stats().unwrap().objects, count(Objects) as u64);
            assert_eq!(self.engine.kv_keys().unwrap().len(), count(Kv));
            for key in self.model.keys().copied().collect::<Vec<_>>() {
                assert!(self.get(key) == self.model.get(&key).cloned(), "{key:?}");
            }
            let report = self.engine.verify().unwrap();
            assert_eq!((report.damaged, report.foreign), (0, 0), "{report:?}");
            self.reopen();
        }
    }
}

const USUAL: &str = "journal 8388608";
/// As the usual one, with disks of a quarter.
const QUARTER: &str = "journal 2097152 file 4194304";
const SMALL: &str = "journal 8192 file 8192 block 256 fan 2";

/// Tables, bytes of a value, bytes of the disk, and the geometry.
const FULL_DISKS: [(&[Table], usize, u64, &str); 8] = [
    (&[Map], 100, 600_000, SMALL),
    (&[Objects], 300, 700_000, SMALL),
    (&[Map], 20_000, 1_500_000, SMALL),
    (&[Map, Objects], 1_000, 900_000, SMALL),
    (&[Map, Kv, Objects], 700, 900_000, SMALL),
    (&[Map], 2_000, 3_000_000, USUAL),
    (&[Map], 100_000, 6_000_000, QUARTER),
    (&[Map, Kv, Objects], 10_000, 7_500_000, QUARTER),
];

#[test]
fn a_full_disk_is_emptied_by_removals_and_used_again() {
    for (tables, bytes, bytes_max, geometry) in FULL_DISKS {
        let case = format!("{tables:?} {bytes} {geometry}");
        let mut store = Store::new(bytes_max, geometry);
        let taken = store.fill(tables, bytes);
        let held = store.model.values().map(Vec::len).sum::<usize>() as u64;
        assert!(held > bytes_max / 4, "{case}: {held} of {bytes_max}");
        store.compare();
        // Half, one by one.
        let keys: Vec<_> = store.model.keys().copied().collect();
        keys.iter().step_by(2).for_each(|key| store.removes(*key));
        store.compare();
        let again = store.fill(tables, bytes);
        assert!(again > taken / 2 * 2 / 3, "{case}: {again} of {}", taken / 2);
        store.compare();
        // All, from the end.
        let keys: Vec<_> = store.model.keys().copied().collect();
        keys.iter().rev().for_each(|key| store.removes(*key));
        store.compare();
        let last = store.fill(tables, bytes);
        assert!(last > taken * 4 / 5, "{case}: {last} of {taken}");
        store.compare();
    }
}

#[test]
fn a_full_disk_is_emptied_at_once() {
    for (bytes, bytes_max, geometry) in [(200, 700_000, SMALL), (7_500, 6_000_000, QUARTER)] {
        for drops in [false, true] {
            let mut store = Store::new(bytes_max, geometry);
            let taken = store.fill(&[Map], bytes);
            for _ in 0..3 {
                let keys: Vec<_> = store.model.keys().map(|key| map_key(key.1)).collect();
                let removed = if drops {
                    store.engine.map_drop_table("t")
                } else {
                    let parts = keys.chunks(keys.len().div_ceil(7));
                    parts.map(|keys| store.engine.map_delete_many("t", keys)).sum()
                };
                assert_eq!(removed, Ok(keys.len() as u64));
                store.model.clear();
                store.compare();
                let again = store.fill(&[Map], bytes);
                assert!(again > taken * 4 / 5, "{again} of {taken}");
                store.compare();
            }
        }
    }
}

/// The largest values are overwritten: each time the one before is hidden, and nothing is removed.
#[test]
fn a_disk_that_is_half_full_takes_every_value_again() {
    for (bytes, bytes_max, geometry) in [(100, 700_000, SMALL), (30_000, 40_000_000, USUAL)] {
        let mut store = Store::new(bytes_max, geometry);
        let taken = store.fill(&[Map], bytes);
        for key in 0..taken {
            if key % 5 > 1 {
                store.removes((Map, key));
            }
        }
        for round in 0..4 {
            for key in (0..taken).filter(|key| key % 5 <= 1) {
                assert!(store.puts((Map, key), bytes), "{key} of {taken} in round {round}");
            }
        }
        store.compare();
    }
}

/// Files of a run that was being written when the process was killed hold the last room that there was.
#[test]
fn what_no_manifest_can_name_makes_room_for_the_next_instance() {
    let mut store = Store::new(700_000, SMALL);
    store.fill(&[Map], 300);
    let mut memory = store.disk.memory.clone();
    memory.remove("journal/reserve").unwrap();
    let orphan = format!("runs/{:020}", 999_999);
    put(&mut memory, &orphan, b"");
    let file = memory.open(&orphan).unwrap();
    memory.set_size(&file, 700_000 - store.disk.used()).unwrap();
    drop(file);
    store.reopen();
    for key in store.model.keys().copied().collect::<Vec<_>>() {
        store.removes(key);
    }
    store.compare();
    assert!(memory.open(&orphan).is_err());
}

/// Whatever step finds no room, once: nothing that was acknowledged is lost, and the store goes on.
#[test]
fn a_step_without_room_loses_nothing() {
    let play = |refused: Option<u64>| {
        let mut store = Store::new(500_000, SMALL);
        store.disk.steps.set(0);
        store.disk.refused.set(refused);
        for number in 0..60 {
            store.puts((Map, number), 700);
            store.puts((Objects, number), 300);
        }
        for number in 0..50 {
            for table in [Map, Objects] {
                let key = (table, number);
                match store.remove(key) {
                    Ok(_) => drop(store.model.remove(&key)),
                    Err(Error::NoSpace(_) | Error::Closed(_)) => {
                        store.unsure = Some((key, None));
                        store.settle(key);
                    }
                    Err(error) => panic!("{key:?}: {error}"),
                }
            }
            if number % 10 == 0 {
                let _ = store.engine.checkpoint_step();
            }
        }
        if store.engine.checkpoint_step().is_err() {
            store.reopen();
        }
        store.compare();
        store.disk.steps.get()
    };
    let steps = play(None);
    assert!(steps > 300, "{steps}");
    for refused in (0..steps).step_by(3) {
        play(Some(refused));
    }
}

#[test]
fn a_store_in_memory_that_is_half_full_takes_every_value_again() {
    let limit = 48_usize << 20;
    for (bytes, part) in [(3_000, 50), (100_000, 50), (100_000, 70)] {
        let mut engine = engine_on(Memory::bounded(limit as u64));
        let keys = limit / 100 * part / bytes;
        for round in 0..4_u8 {
            let numbers: Vec<_> = (0..keys).collect();
            for numbers in numbers.chunks(100_000 / bytes) {
                let pair = |number: &usize| MapPair {
                    key: number.to_be_bytes().to_vec(),
                    value: vec![round; bytes],
                };
                let pairs: Vec<_> = numbers.iter().map(pair).collect();
                let put = engine.map_put_many("t", &pairs);
                assert!(put.is_ok(), "{bytes}, {part}%, round {round}, {numbers:?}: {put:?}");
            }
        }
        for number in 0..keys {
            let held = engine.map_get("t", &number.to_be_bytes()).unwrap().unwrap();
            assert!(held.value == vec![3; bytes]);
        }
        // What is removed makes room for as much.
        assert_eq!(engine.map_drop_table("t"), Ok(keys as u64));
        for number in 0..keys {
            engine.object_write(&hash(u32::try_from(number).unwrap()), &vec![1; bytes]).unwrap();
        }
        assert_eq!(engine.verify().unwrap().damaged, 0);
    }
}
