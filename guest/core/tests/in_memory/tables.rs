//! Tables that stand in runs: what their keys hold over checkpoints and restarts, and where a run is damaged.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, make_root, make_runs_of_which_one_is_damaged, make_tiny, put, runs};
use std::collections::BTreeMap;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, Expect, MapEntry, MapRange};

const SESSION: &str = "aaaaaaaa-0000-4000-8000-000000000000";

fn hash(number: usize) -> String {
    format!("{number:040x}")
}

/// Names and what they hold, of all tables.
#[derive(Default)]
struct Model {
    refs: BTreeMap<String, String>,
    snapshots: BTreeMap<String, Vec<u8>>,
    objects: BTreeMap<String, Vec<u8>>,
    maps: BTreeMap<Vec<u8>, MapEntry>,
}

impl Model {
    /// Does one write to the store and to the model.
    fn step(&mut self, engine: &mut Engine, step: usize) {
        let (name, value) = (format!("n{}", step * 7 % 13), step.to_string().repeat(step % 5 * 9));
        let (key, removes) = (name.as_bytes().to_vec(), step % 9 > 5);
        match (step % 4, removes) {
            (0, false) => {
                engine.ref_set(&name, &hash(step)).unwrap();
                self.refs.insert(name, hash(step));
            }
            (0, true) => assert_eq!(engine.ref_delete(&name).unwrap(), self.refs.remove(&name).is_some()),
            (1, false) => {
                engine.snapshot_persist(&name, value.as_bytes()).unwrap();
                self.snapshots.insert(name, value.into_bytes());
            }
            (1, true) => {
                let was_there = self.snapshots.remove(&name).is_some();
                assert_eq!(engine.snapshot_delete_marker(&name).unwrap(), was_there);
            }
            (2, false) => {
                engine.object_write(&hash(step % 11), value.as_bytes()).unwrap();
                self.objects.entry(hash(step % 11)).or_insert(value.into_bytes());
            }
            (2, true) => {
                let was_there = self.objects.remove(&hash(step % 11)).is_some();
                assert_eq!(engine.object_delete(&hash(step % 11)).unwrap(), was_there);
            }
            (_, false) => {
                let version = engine.map_put("t", &key, value.as_bytes()).unwrap();
                self.maps.insert(key, MapEntry { value: value.into_bytes(), version });
            }
            (_, true) => {
                let was_there = self.maps.remove(&key).is_some();
                assert_eq!(engine.map_delete("t", &key, Expect::Any), Ok(was_there));
            }
        }
    }

    /// The store holds what the model does.
    #[track_caller]
    fn compare(&self, engine: &mut Engine) {
        for number in 0..13 {
            let (name, hash) = (format!("n{number}"), hash(number));
            assert_eq!(engine.ref_get(&name).unwrap(), self.refs.get(&name).cloned());
            assert_eq!(engine.snapshot_load(&name).unwrap(), self.snapshots.get(&name).cloned());
            assert_eq!(engine.object_read(&hash).unwrap(), self.objects.get(&hash).cloned());
            assert_eq!(engine.object_exists(&hash), Ok(self.objects.contains_key(&hash)));
            assert_eq!(
                engine.map_get("t", name.as_bytes()).unwrap(),
                self.maps.get(name.as_bytes()).cloned()
            );
        }
        let refs: Vec<_> = self.refs.clone().into_iter().collect();
        assert_eq!(engine.ref_list("", None, 99).unwrap().items, refs);
        let snapshots: Vec<_> = self.snapshots.keys().cloned().collect();
        assert_eq!(engine.snapshot_keys("n", None, 99).unwrap().items, snapshots);
        let objects: Vec<_> = self.objects.keys().cloned().collect();
        assert_eq!(engine.object_list(None, 99).unwrap().items, objects);
        let stats = engine.object_stats().unwrap();
        let bytes: usize = self.objects.values().map(Vec::len).sum();
        assert_eq!((stats.objects, stats.bytes), (self.objects.len() as u64, bytes as u64));
        for direction in [Direction::Forward, Direction::Backward] {
            let page = engine.map_scan("t", &MapRange::default(), None, 99, direction).unwrap();
            let items = page.items.into_iter();
            let items: Vec<_> =
                items.map(|item| (item.key, MapEntry { value: item.value, version: item.version })).collect();
            let mut maps: Vec<_> = self.maps.clone().into_iter().collect();
            if direction == Direction::Backward {
                maps.reverse();
            }
            assert_eq!(items, maps);
        }
    }
}

#[test]
fn a_table_is_what_was_put_over_parts_of_checkpoints_and_restarts() {
    let mut disk = Memory::new();
    make_tiny(&mut disk);
    let mut engine = engine_on(disk.clone());
    let mut model = Model::default();
    for step in 0..300 {
        model.step(&mut engine, step);
        match step % 31 {
            3 | 4 | 6 => drop(engine.checkpoint_step().unwrap()),
            12 => engine.checkpoint().unwrap(),
            19 | 25 => engine = engine_on(disk.clone()),
            _ => {}
        }
        model.compare(&mut engine);
        model.compare(&mut engine_on(disk.reader()));
    }
    let report = engine.verify().unwrap();
    let entries = model.refs.len() + model.snapshots.len() + model.objects.len() + model.maps.len();
    assert_eq!((report.entries, report.damaged, report.foreign), (entries as u64, 0, 0));
    assert!(runs(&mut disk).len() > 2, "one run shows little");
    for folder in ["refs", "snapshots", "objects", "maps", "segments"] {
        assert!(disk.list(folder).is_err(), "{folder}");
    }
}

/// A map of 40 keys in one run of several blocks, and its only file.
fn settled() -> (Memory, String) {
    let mut disk = Memory::new();
    make_root(&mut disk, "journal 8388608 file 65536 block 64");
    let mut engine = engine_on(disk.clone());
    for number in 0..40 {
        engine
            .map_put("t", format!("key {number:02}").as_bytes(), format!("{number:020}").as_bytes())
            .unwrap();
    }
    engine.checkpoint().unwrap();
    let found = runs(&mut disk);
    assert_eq!(found.len(), 1);
    (disk, found[0].clone())
}

#[test]
fn a_flipped_bit_of_a_run_is_named_and_never_another_value() {
    let (mut disk, path) = settled();
    let good = bytes(&mut disk, &path);
    let mut answered = 0;
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        put(&mut disk, &path, &bad);
        let mut engine = engine_on(disk.clone());
        let report = engine.verify().unwrap();
        assert!(report.damaged > 0, "byte {at}");
        assert!(report.findings.iter().all(|found| found.damage.file == path), "byte {at}: {report:?}");
        for number in 0..40 {
            match engine.map_get("t", format!("key {number:02}").as_bytes()) {
                Ok(Some(found)) => assert_eq!(found.value, format!("{number:020}").as_bytes(), "byte {at}"),
                Err(Error::Corrupt(found)) => assert_eq!(found.file, path, "byte {at}"),
                other => panic!("byte {at}: {other:?}"),
            }
        }
        answered += usize::from(engine.map_get("t", b"key 39").is_ok());
    }
    // Damage is that of the keys in its block alone.
    assert!(answered > good.len() / 2, "{answered} of {}", good.len());
}

#[test]
fn a_run_that_is_gone_or_another_ones_is_corrupt() {
    let (mut disk, path) = settled();
    let (other, other_path) = settled();
    let (good, mut other) = (bytes(&mut disk, &path), other);
    disk.remove(&path).unwrap();
    for _ in 0..2 {
        let mut engine = engine_on(disk.clone());
        assert!(matches!(engine.map_get("t", b"key 00"), Err(Error::Corrupt(found)) if found.file == path));
        assert!(matches!(engine.map_count("t"), Err(Error::Corrupt(found)) if found.file == path));
        assert_eq!(engine.ref_get("a"), Ok(None), "no run has such keys");
        assert_eq!(engine.verify().unwrap().damaged, 1);
        put(&mut disk, &path, &good[1..]);
    }
    assert_eq!(bytes(&mut other, &other_path), good, "the same operations make the same bytes");
}

#[test]
fn a_file_that_no_manifest_names_is_removed_and_the_others_stay() {
    let (mut disk, path) = settled();
    let orphan = format!("runs/{:020}", 7);
    put(&mut disk, &orphan, b"of a checkpoint that was cut off");
    let mut engine = engine_on(disk.clone());
    assert_eq!(engine.map_count("t"), Ok(40));
    engine.map_put("t", b"key 40", b"").unwrap();
    assert_eq!(runs(&mut disk), std::slice::from_ref(&path));
    engine.checkpoint().unwrap();
    // Its number is not given again.
    assert_eq!(runs(&mut disk), [path, format!("runs/{:020}", 8)]);
    assert_eq!(engine_on(disk).map_count("t"), Ok(41));
}

#[test]
fn what_has_nothing_to_say_makes_no_run() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.kv_put("k", "1").unwrap();
    engine.map_put("t", b"k", b"").unwrap();
    engine.map_delete("t", b"k", Expect::Any).unwrap();
    engine.checkpoint().unwrap();
    assert!(disk.list("runs").is_err(), "no table has a key");
    engine.map_put("t", b"k", b"").unwrap();
    engine.checkpoint().unwrap();
    engine.map_delete("t", b"k", Expect::Any).unwrap();
    engine.checkpoint().unwrap();
    // What hides an older entry is one.
    assert_eq!(runs(&mut disk).len(), 2);
    let mut engine = engine_on(disk);
    assert_eq!((engine.map_get("t", b"k"), engine.map_tables()), (Ok(None), Ok(vec![])));
}

#[test]
fn what_segments_are_comes_back_from_runs() {
    let mut disk = Memory::new();
    make_tiny(&mut disk);
    let segment = |number: usize| format!("00000000-0000-1000-8000-{number:012x}");
    let mut engine = engine_on(disk.clone());
    for number in 0..20 {
        engine.session_append(SESSION, &segment(number), "1").unwrap();
    }
    engine.session_delete_segment(SESSION, &segment(3)).unwrap();
    engine.checkpoint().unwrap();
    let mut engine = engine_on(disk);
    for number in 0..20 {
        let owner = (number != 3).then(|| SESSION.to_owned());
        assert_eq!(engine.session_of(&segment(number)), Ok(owner), "{number}");
    }
}

/// Does what is left to do: the checkpoint, merges, and what those need.
fn settle(engine: &mut Engine) {
    for _ in 0..10_000 {
        if !engine.checkpoint_step().unwrap() {
            return;
        }
    }
    panic!("there is always more to do");
}

#[test]
fn many_runs_become_few_and_what_was_removed_stays_away() {
    let mut disk = Memory::new();
    make_tiny(&mut disk);
    let mut engine = engine_on(disk.clone());
    let mut model = Model::default();
    let mut most = 0;
    for step in 0..120 {
        model.step(&mut engine, step);
        engine.checkpoint().unwrap();
        most = most.max(runs(&mut disk).len());
    }
    settle(&mut engine);
    model.compare(&mut engine);
    let left = runs(&mut disk);
    assert!(left.len() <= 24 && most < 60, "{left:?}, {most}");
    // Nothing is there that the manifest does not name.
    let mut engine = engine_on(disk.clone());
    engine.kv_put("k", "1").unwrap();
    assert_eq!(runs(&mut disk), left);
    model.compare(&mut engine);
    assert_eq!(engine.verify().unwrap().damaged, 0);
}

#[test]
fn merges_that_are_cut_off_lose_nothing() {
    let mut disk = Memory::new();
    make_tiny(&mut disk);
    let mut engine = engine_on(disk.clone());
    let mut model = Model::default();
    for step in 0..400 {
        model.step(&mut engine, step);
        if step % 3 == 0 {
            engine.checkpoint_step().unwrap();
        }
        if step % 8 == 7 {
            engine = engine_on(disk.clone());
        }
        if step % 10 == 0 {
            model.compare(&mut engine);
        }
    }
    model.compare(&mut engine_on(disk.reader()));
    settle(&mut engine);
    model.compare(&mut engine_on(disk));
}

#[test]
fn a_damaged_run_is_not_merged_and_stops_nothing() {
    let mut disk = Memory::new();
    make_tiny(&mut disk);
    let [path, _] = make_runs_of_which_one_is_damaged(&mut disk);
    let bad = bytes(&mut disk, &path);
    let mut engine = engine_on(disk.clone());
    engine.kv_put("k", "1").unwrap();
    settle(&mut engine);
    assert!(runs(&mut disk).contains(&path), "what is damaged is not for a merge to drop");
    assert_eq!(bytes(&mut disk, &path), bad);
    assert!(matches!(engine.map_get("t", b"a"), Err(Error::Corrupt(found)) if found.file == path));
    assert_eq!(engine.map_get("t", b"both").unwrap().unwrap().value, b"b");
}

#[test]
fn what_was_removed_or_replaced_gives_its_space_back_when_merges_are_done() {
    for removes in [false, true] {
        let mut disk = Memory::new();
        let mut engine = engine_on(disk.clone());
        let key = |number: usize| format!("key {number:03}").into_bytes();
        for number in 0..200 {
            engine.map_put("t", &key(number), &[b'v'; 1_000]).unwrap();
        }
        engine.checkpoint().unwrap();
        let bytes_in_runs =
            |disk: &mut Memory| -> usize { runs(disk).iter().map(|path| bytes(disk, path).len()).sum() };
        let full = bytes_in_runs(&mut disk);
        assert!(full > 200_000, "{full}");
        for number in 0..180 {
            if removes {
                assert_eq!(engine.map_delete("t", &key(number), Expect::Any), Ok(true));
            } else {
                engine.map_put("t", &key(number), b"").unwrap();
            }
        }
        engine.checkpoint().unwrap();
        assert!(bytes_in_runs(&mut disk) > full, "nothing is merged by a checkpoint");
        settle(&mut engine);
        let left = bytes_in_runs(&mut disk);
        assert!(left < full / 4, "{left} of {full}");
        assert_eq!(engine.map_count("t"), Ok(if removes { 20 } else { 200 }));
        assert_eq!(engine_on(disk).map_get("t", &key(199)).unwrap().unwrap().value, [b'v'; 1_000]);
    }
}
