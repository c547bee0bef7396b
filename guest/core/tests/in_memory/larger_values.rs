//! Larger values: they are written once to a run, stay there while their keys are merged, and go when nothing points at them.

use crate::any_disk::Engine;
use crate::contents::{bytes, put, runs};
use crate::written::{Disk, bytes_in_runs, disk, settle};
use memchr::memmem;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, Expect, MapRange};

/// Runs come soon, and are merged soon.
const GEOMETRY: &str = "journal 32768 file 65536 block 256 fan 2";
const KEYS: usize = 150;

fn key(number: usize) -> Vec<u8> {
    format!("key {number:04}").into_bytes()
}

fn value(number: usize, round: usize) -> Vec<u8> {
    let mut state = u64::try_from(number * 10 + round + 1).unwrap();
    let byte = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[0]
    };
    (0..1_000 + number % 7).map(byte).collect()
}

/// Puts all keys, in an order in which neighbours do not come one behind the other.
fn put_all(engine: &mut Engine, round: usize) {
    for number in (0..KEYS).map(|number| number * 37 % KEYS) {
        engine.map_put("t", &key(number), &value(number, round)).unwrap();
    }
}

fn store() -> (Disk, Engine) {
    let disk = disk(GEOMETRY);
    let engine = disk.engine();
    (disk, engine)
}

fn assert_holds(engine: &mut Engine, round: usize) {
    for number in 0..KEYS {
        let entry = engine.map_get("t", &key(number)).unwrap().unwrap();
        assert!(entry.value == value(number, round), "{number}");
    }
    for direction in [Direction::Forward, Direction::Backward] {
        let page = engine.map_scan("t", &MapRange::default(), None, 1_000, direction).unwrap();
        let mut items = page.items;
        items.sort_by(|a, b| a.key.cmp(&b.key));
        assert_eq!(items.len(), KEYS);
        assert!(items.iter().enumerate().all(|(number, item)| item.value == value(number, round)));
    }
    assert_eq!(engine.map_count("t"), Ok(KEYS as u64));
    assert_eq!(engine.verify().unwrap().damaged, 0);
}

#[test]
fn a_larger_value_is_written_to_one_run_however_often_its_key_is_merged() {
    let payload: usize = (0..KEYS).map(|number| key(number).len() + value(number, 0).len()).sum();
    // In blocks of this size the values are none of the larger ones.
    let written = [GEOMETRY.replace("block 256", "block 4096"), GEOMETRY.to_owned()].map(|geometry| {
        let disk = disk(&geometry);
        let mut engine = disk.engine();
        disk.watch.take();
        put_all(&mut engine, 0);
        settle(&mut engine);
        assert!(bytes_in_runs(&disk) * 10 < payload * 12, "{} for {payload}", bytes_in_runs(&disk));
        assert_holds(&mut engine, 0);
        drop(engine);
        assert_holds(&mut disk.engine(), 0);
        usize::try_from(disk.watch.take()).unwrap()
    });
    assert!(written[0] > written[1] + payload, "{written:?} for {payload}");
}

#[test]
fn what_nothing_points_at_goes_and_what_lives_beside_it_is_moved() {
    let (disk, mut engine) = store();
    for round in 0..6 {
        put_all(&mut engine, round);
        settle(&mut engine);
        let live: usize = (0..KEYS).map(|number| key(number).len() + value(number, 0).len()).sum();
        assert!(
            bytes_in_runs(&disk) * 10 < live * 27,
            "{} for {live} in round {round}",
            bytes_in_runs(&disk)
        );
        assert_holds(&mut engine, round);
    }
    for number in (0..KEYS).filter(|number| number % 10 > 0) {
        assert_eq!(engine.map_delete("t", &key(number), Expect::Any), Ok(true));
    }
    settle(&mut engine);
    for number in 0..2 * KEYS {
        engine.map_put("u", &key(number), b"small").unwrap();
    }
    settle(&mut engine);
    let live: usize = (0..KEYS).step_by(10).map(|number| value(number, 0).len()).sum();
    assert!(bytes_in_runs(&disk) < 5 * live, "{} for {live}", bytes_in_runs(&disk));
    for number in (0..KEYS).step_by(10) {
        assert!(engine.map_get("t", &key(number)).unwrap().unwrap().value == value(number, 5));
    }
    assert_eq!(engine.verify().unwrap().damaged, 0);
}

/// A file and a place in it where the bytes of a value stand.
fn place_of(disk: &mut Memory, value: &[u8]) -> (String, usize) {
    let found = runs(disk).into_iter().filter_map(|path| {
        let at = memmem::find(&bytes(disk, &path), value)?;
        Some((path, at))
    });
    found.last().expect("it is in a file")
}

/// Damages a value where it stands. Answers the file.
fn damage(disk: &mut Memory, value: &[u8]) -> String {
    let (path, at) = place_of(disk, value);
    let mut bad = bytes(disk, &path);
    bad[at + 500] ^= 1;
    put(disk, &path, &bad);
    path
}

fn lose_manifest(disk: &mut Memory) {
    for entry in disk.list("journal").unwrap() {
        put(disk, &format!("journal/{}", entry.name), b"no journal");
    }
}

#[test]
fn a_damaged_value_is_corrupt_and_no_other_and_no_older_one_takes_its_place() {
    let (disk, mut engine) = store();
    for round in 0..2 {
        put_all(&mut engine, round);
        settle(&mut engine);
    }
    drop(engine);
    let path = damage(&mut disk.memory.clone(), &value(7, 1));
    let mut engine = disk.engine();
    let Err(Error::Corrupt(damage)) = engine.map_get("t", &key(7)) else { panic!("it was read") };
    assert_eq!(damage.file, path);
    assert!(engine.map_scan("t", &MapRange::default(), None, 1_000, Direction::Forward).is_err());
    let read = (0..KEYS).filter(|number| engine.map_get("t", &key(*number)).is_ok()).count();
    assert_eq!(read, KEYS - 1);
    let report = engine.verify().unwrap();
    assert_eq!(report.damaged, 1, "{report:?}");
    // What is merged meanwhile leaves the damaged value where it is.
    engine.map_put("t", b"another", &value(1, 9)).unwrap();
    settle(&mut engine);
    assert!(matches!(engine.map_get("t", &key(7)), Err(Error::Corrupt(_))));
    let repaired = engine.repair().unwrap();
    assert!(repaired.findings[0].damage.reason.contains("entries lost"), "{repaired:?}");
    assert_eq!(engine.verify().unwrap().damaged, 0);
    assert_eq!(engine.map_get("t", &key(7)), Ok(None));
    assert_eq!(engine.map_count("t"), Ok(KEYS as u64));
    for number in (0..KEYS).filter(|number| *number != 7) {
        assert!(engine.map_get("t", &key(number)).unwrap().unwrap().value == value(number, 1), "{number}");
    }
}

#[test]
fn a_file_that_is_kept_and_gone_takes_its_values_and_nothing_else() {
    let (disk, mut engine) = store();
    put_all(&mut engine, 0);
    settle(&mut engine);
    drop(engine);
    let mut memory = disk.memory.clone();
    let (path, _) = place_of(&mut memory, &value(0, 0));
    let all = bytes(&mut memory, &path);
    let is_in = |number: &usize| memmem::find(&all, &value(*number, 0)).is_some();
    let lost: Vec<usize> = (0..KEYS).filter(is_in).collect();
    put(&mut memory, &path, b"");
    let mut engine = disk.engine();
    let corrupt = (0..KEYS).filter(|number| engine.map_get("t", &key(*number)).is_err());
    assert_eq!(corrupt.collect::<Vec<_>>(), lost);
    assert_eq!(engine.verify().unwrap().damaged, lost.len() as u64);
    engine.repair().unwrap();
    assert_eq!(engine.verify().unwrap().damaged, 0);
    let gone = (0..KEYS).filter(|number| engine.map_get("t", &key(*number)).unwrap().is_none());
    assert_eq!(gone.collect::<Vec<_>>(), lost);
}

#[test]
fn values_are_found_where_the_manifest_is_lost() {
    let (disk, mut engine) = store();
    put_all(&mut engine, 0);
    settle(&mut engine);
    drop(engine);
    lose_manifest(&mut disk.memory.clone());
    let mut engine = disk.engine();
    engine.repair().unwrap();
    // Each round merges what was found, and no file goes that has a value.
    for round in 0..3 {
        assert_holds(&mut engine, 0);
        for number in 0..200 {
            engine.map_put("u", &key(number), &[round; 300]).unwrap();
        }
        settle(&mut engine);
    }
}

#[test]
fn a_file_that_is_kept_is_no_run_and_its_values_outlive_the_manifest() {
    let (disk, mut engine) = store();
    put_all(&mut engine, 0);
    settle(&mut engine);
    drop(engine);
    let mut memory = disk.memory.clone();
    let mut spoiled = 0;
    for path in runs(&mut memory) {
        let whole = bytes(&mut memory, &path);
        let mut bad = whole.clone();
        *bad.last_mut().unwrap() ^= 1;
        put(&mut memory, &path, &bad);
        // Of a kept file nobody reads the footer.
        if disk.engine().verify().unwrap().damaged == 0 {
            spoiled += 1;
        } else {
            put(&mut memory, &path, &whole);
        }
    }
    assert!(spoiled > 1, "{spoiled}");
    assert_holds(&mut disk.engine(), 0);
    lose_manifest(&mut memory);
    let mut engine = disk.engine();
    let report = engine.repair().unwrap();
    assert!(report.findings.iter().all(|found| !found.damage.reason.contains("entries lost")), "{report:?}");
    assert_holds(&mut engine, 0);
}

#[test]
fn a_value_at_a_time_does_not_come_to_a_file_for_each() {
    let disk = Disk::default();
    for number in 0..40 {
        let mut engine = disk.engine();
        engine.map_put("t", &key(number), &[7; 3_000]).unwrap();
        settle(&mut engine);
    }
    let files = runs(&mut disk.memory.clone()).len();
    assert!(files < 16, "{files}");
}

#[test]
fn a_damaged_value_does_not_stop_merges_and_writes() {
    let (disk, mut engine) = store();
    put_all(&mut engine, 0);
    settle(&mut engine);
    for number in (0..KEYS).step_by(2) {
        engine.map_delete("t", &key(number), Expect::Any).unwrap();
    }
    drop(engine);
    damage(&mut disk.memory.clone(), &value(7, 0));
    let mut engine = disk.engine();
    for number in 0..20 {
        engine.map_put("u", &key(number), &value(number, 1)).unwrap();
        settle(&mut engine);
    }
    assert!(matches!(engine.map_get("t", &key(7)), Err(Error::Corrupt(_))));
    assert_eq!(engine.map_get("u", &key(3)).unwrap().unwrap().value, value(3, 1));
}
