//! Damage in runs: what is answered until `repair`, what that keeps, and that no older value of a key ever comes back.

mod crashes;
mod lost_manifest;
mod sample;

use crate::any_disk::engine_on;
use crate::contents::{bytes, files, make_root, make_runs_of_which_one_is_damaged, make_tiny, put, runs};
use sample::{Key, SESSION, Sample, history, repair, sample, segment, told};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Error, Expect};

#[test]
fn a_flipped_byte_costs_what_its_block_held_and_nothing_else() {
    let whole = sample(600);
    assert!(whole.runs().len() > 3, "{:?}", whole.runs());
    assert_eq!(whole.answered(&mut engine_on(whole.disk())).len(), whole.last.len());
    let (mut flips, mut gone) = (0, 0);
    for path in whole.runs() {
        // Every third: what a run makes of each flipped bit its own tests ask.
        for at in (0..whole.files[&path].len()).step_by(3) {
            let mut disk = whole.disk();
            let mut bad = whole.files[&path].clone();
            bad[at] ^= 1 << (at % 8);
            put(&mut disk, &path, &bad);
            let mut engine = engine_on(disk.clone());
            let answered = whole.answered(&mut engine);
            assert!(engine.verify().unwrap().findings.iter().all(|found| found.damage.file == path));
            drop(engine);
            // What follows from that is the same for many of them.
            let report = if at % 16 == 0 { whole.repair(&disk) } else { repair(&disk) };
            assert!(report.damaged > 0, "{path} {at}");
            for found in &report.findings {
                assert_eq!(found.damage.file, path, "{found:?}");
                assert_eq!(bytes(&mut disk, found.set_aside.as_deref().unwrap()), bad);
            }
            let lost = whole.gone(&mut engine_on(disk), &answered);
            assert!(lost <= told(&report, &path), "{path} {at}: {lost}, {report:?}");
            flips += 1;
            gone += lost;
        }
    }
    // What leads to other blocks is a part of a small file.
    assert!(gone > 0 && gone < 4 * flips, "{gone} of {flips}");
}

#[test]
fn a_file_that_is_gone_or_short_or_another_one_costs_its_keys() {
    let whole = sample(250);
    for path in whole.runs() {
        for fate in 0..4 {
            let mut disk = whole.disk();
            let good = &whole.files[&path];
            match fate {
                0 => disk.remove(&path).unwrap(),
                1 => put(&mut disk, &path, &good[..good.len() - 1]),
                2 => put(&mut disk, &path, b""),
                _ => put(&mut disk, &path, &vec![0; good.len()]),
            }
            let answered = whole.answered(&mut engine_on(disk.clone()));
            let report = whole.repair(&disk);
            assert_eq!((report.damaged, report.findings[0].set_aside.is_some()), (1, fate != 0));
            let lost = whole.gone(&mut engine_on(disk), &answered);
            assert!(lost <= told(&report, &path), "{path} {fate}: {lost}, {report:?}");
        }
    }
}

#[test]
fn two_damaged_runs_are_mended_at_once() {
    let whole = sample(250);
    let paths = whole.runs();
    for (nth, first) in paths.iter().enumerate() {
        for second in &paths[nth + 1..] {
            for (at, is_lost) in [(0, false), (0, true), (120, false), (300, true)] {
                let mut disk = whole.disk();
                for path in [first, second] {
                    let mut bad = whole.files[path].clone();
                    let at = at % bad.len();
                    bad[at] ^= 1;
                    put(&mut disk, path, &bad);
                }
                if is_lost {
                    disk.remove(second).unwrap();
                }
                let answered = whole.answered(&mut engine_on(disk.clone()));
                let report = whole.repair(&disk);
                let lost = whole.gone(&mut engine_on(disk), &answered);
                assert!(lost <= told(&report, first) + told(&report, second), "{first} {second}: {report:?}");
            }
        }
    }
}

/// Stores whose merges were cut off: outputs, and inputs of which a part counts.
fn merging() -> Vec<Sample> {
    let mut samples = Vec::new();
    for steps in [60, 67, 74, 81, 90] {
        let mut disk = Memory::new();
        make_tiny(&mut disk);
        let last = history(&disk, steps, |engine, step| {
            if step % 3 != 0 {
                engine.checkpoint_step().unwrap();
            }
        });
        samples.push(Sample { files: files(&disk), last });
    }
    samples
}

#[test]
fn damage_in_runs_that_are_being_merged_is_mended_as_any() {
    for whole in merging() {
        for path in whole.runs() {
            for at in (0..whole.files[&path].len()).step_by(37).map(Some).chain([None]) {
                let mut disk = whole.disk();
                match at {
                    Some(at) => {
                        let mut bad = whole.files[&path].clone();
                        bad[at] ^= 1;
                        put(&mut disk, &path, &bad);
                    }
                    None => disk.remove(&path).unwrap(),
                }
                let mut engine = engine_on(disk.clone());
                if engine.verify().unwrap().damaged == 0 {
                    continue;
                }
                let answered = whole.answered(&mut engine);
                drop(engine);
                whole.repair(&disk);
                let gone = whole.gone(&mut engine_on(disk.clone()), &answered);
                // Merges go on over what was mended.
                let mut engine = engine_on(disk.clone());
                engine.kv_put("k", "1").unwrap();
                engine.checkpoint().unwrap();
                while engine.checkpoint_step().unwrap() {}
                assert_eq!(whole.gone(&mut engine, &answered), gone);
                assert_eq!(engine_on(disk).verify().unwrap().damaged, 0);
            }
        }
    }
}

#[test]
fn a_merge_that_stopped_at_damage_goes_on_when_it_is_mended() {
    let mut disk = Memory::new();
    make_root(&mut disk, "journal 8388608 file 65536 block 64 fan 2");
    let [path, other] = make_runs_of_which_one_is_damaged(&mut disk);
    let mut engine = engine_on(disk.clone());
    engine.kv_put("k", "1").unwrap();
    engine.checkpoint().unwrap();
    while engine.checkpoint_step().unwrap() {}
    assert!(runs(&mut disk).contains(&path) && runs(&mut disk).contains(&other));
    engine.repair().unwrap();
    engine.checkpoint().unwrap();
    while engine.checkpoint_step().unwrap() {}
    assert!(!runs(&mut disk).contains(&other), "it is merged with what was mended");
    assert_eq!(engine.map_get("t", b"both").unwrap().unwrap().value, b"b");
}

#[test]
fn a_report_says_how_many_keys_of_which_table_are_lost() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    for key in [b"a", b"b", b"c"] {
        engine.map_put("cities", key, b"1").unwrap();
    }
    engine.checkpoint().unwrap();
    engine.map_put("cities", b"b", b"2").unwrap();
    engine.checkpoint().unwrap();
    let path = runs(&mut disk).pop().unwrap();
    disk.remove(&path).unwrap();
    let report = engine.repair().unwrap();
    assert_eq!(report.findings.len(), 1);
    assert_eq!(
        report.findings[0].damage.reason,
        "the file is gone; entries lost: up to 1 of 1 (the map cities); older values removed with them: 1"
    );
    assert_eq!(engine.map_count("cities"), Ok(2));
    assert_eq!(engine.map_get("cities", b"b"), Ok(None));
    assert_eq!(engine.map_get("cities", b"a").unwrap().unwrap().value, b"1");
}

#[test]
fn a_write_of_a_damaged_key_is_refused_where_keys_are_counted() {
    let whole = sample(250);
    let mut disk = whole.disk();
    for path in whole.runs() {
        put(&mut disk, &path, b"");
    }
    let mut engine = engine_on(disk.clone());
    let is_corrupt = |answer: Result<(), Error>| matches!(answer, Err(Error::Corrupt(_)));
    let object = format!("{:040x}", 1);
    assert!(is_corrupt(engine.map_put("t", b"n01", b"new").map(drop)));
    assert!(is_corrupt(engine.map_delete("t", b"n01", Expect::Any).map(drop)));
    assert!(is_corrupt(engine.object_write(&object, b"new")));
    assert!(is_corrupt(engine.object_delete(&object).map(drop)));
    // Others are where they ask what was there.
    assert!(is_corrupt(engine.ref_delete("n01").map(drop)));
    assert!(is_corrupt(engine.ref_test_and_set("n01", None, Some(&object)).map(drop)));
    assert!(is_corrupt(engine.snapshot_persist_marker("n01")));
    assert!(is_corrupt(engine.snapshot_delete_marker("n01").map(drop)));
    assert!(is_corrupt(engine.session_of(&segment(0)).map(drop)));
    assert!(is_corrupt(engine.session_describe(SESSION, &segment(0)).map(drop)));
    assert!(is_corrupt(engine.session_set_meta(SESSION, &segment(0), Some("1"))));
    assert!(is_corrupt(engine.session_append(SESSION, &segment(0), "2").map(drop)));
    engine.ref_set("n01", &object).unwrap();
    engine.snapshot_persist("n01", b"new").unwrap();
    for is_opened_again in [false, true] {
        if is_opened_again {
            engine.checkpoint().unwrap();
            engine = engine_on(disk.clone());
        }
        assert_eq!(engine.ref_get("n01"), Ok(Some(object.clone())));
        assert_eq!(engine.snapshot_load("n01"), Ok(Some(b"new".to_vec())));
    }
    engine.repair().unwrap();
    engine.map_put("t", b"n01", b"new").unwrap();
    engine.object_write(&object, b"new").unwrap();
    assert_eq!(engine.ref_get("n01"), Ok(Some(object.clone())));
    assert_eq!((engine.map_count("t"), engine.object_read(&object)), (Ok(1), Ok(Some(b"new".to_vec()))));
    assert_eq!(engine.verify().unwrap().damaged, 0);
    assert!(whole.last.contains_key(&Key::Map(1)));
}
