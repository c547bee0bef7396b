//! What merges of runs cost, and what is left behind them.

use crate::any_disk::Engine;
use crate::contents::runs;
use crate::written::{Disk, bytes_in_runs, disk, settle};
use std::collections::BTreeMap;
use sx_persist_core::{Durability, MapPair};

fn key(number: usize) -> Vec<u8> {
    format!("key {number:06}").into_bytes()
}

/// Numbers below a count, each once, in no order.
fn mixed(count: usize) -> impl Iterator<Item = usize> + Clone {
    (0..count).map(move |number| number * 7_919 % count)
}

const USUAL: &str = "journal 8388608";
const SMALL: &str = "journal 4096 file 8192 block 256 fan 3";

#[test]
fn what_was_overwritten_twice_leaves_little_garbage_and_what_was_removed_leaves_nothing() {
    for (geometry, keys, value_bytes) in [(USUAL, 3_000, 700), (SMALL, 1_009, 40)] {
        let disk = disk(geometry);
        let mut engine = disk.engine();
        let live: usize = (0..keys).map(|number| key(number).len() + value_bytes + 16).sum();
        for round in 0..3 {
            for number in mixed(keys) {
                engine.map_put("t", &key(number), &vec![round; value_bytes]).unwrap();
            }
            engine.checkpoint().unwrap();
        }
        settle(&mut engine);
        let left = bytes_in_runs(&disk);
        assert!(left * 10 <= live * 17, "{geometry}: {left} of {live} live");
        for number in 0..keys {
            assert_eq!(engine.map_get("t", &key(number)).unwrap().unwrap().value, vec![2; value_bytes]);
        }
        engine.map_drop_table("t").unwrap();
        settle(&mut engine);
        assert_eq!(runs(&mut disk.memory.clone()), [""; 0], "{geometry}");
        assert_eq!(engine.map_count("t"), Ok(0));
    }
}

#[test]
fn keys_that_rise_are_written_once() {
    let disk = disk("journal 65536 file 65536 block 1024");
    let mut engine = disk.engine();
    // Without the zeros that a durable commit writes ahead.
    engine.set_durability(Durability::Relaxed).unwrap();
    let count = 10_000;
    disk.watch.take();
    for number in 0..count {
        engine.map_put("t", &key(number), &[b'v'; 200]).unwrap();
    }
    settle(&mut engine);
    // In the journal, and in a run.
    let (written, held) = (disk.watch.take(), bytes_in_runs(&disk) as u64);
    assert!(held > count as u64 * 210 && held < count as u64 * 240, "{held}");
    assert!(written < held * 26 / 10, "{written} written for {held}");
    assert_eq!(engine.map_count("t"), Ok(count as u64));
    assert_eq!(engine.verify().unwrap().damaged, 0);
}

#[test]
fn a_merge_that_is_cut_off_again_and_again_goes_on_and_ends() {
    for removes in [false, true] {
        for steps in [1, 2, 5] {
            let disk = disk("journal 65536 file 8192 block 256 fan 3");
            let mut engine = disk.engine();
            let mut model = BTreeMap::new();
            for round in 0..4_u8 {
                // Each instance pays for little of what it brings.
                engine = disk.engine();
                let pair = |number| MapPair { key: key(number), value: vec![round; 60] };
                engine.map_put_many("t", &mixed(401).map(pair).collect::<Vec<_>>()).unwrap();
                engine.checkpoint().unwrap();
                model.extend((0..401).map(|number| (number, [round; 60])));
            }
            if removes {
                let keys: Vec<_> = (0..400).map(key).collect();
                engine.map_delete_many("t", &keys).unwrap();
                model.retain(|number, _| *number == 400);
                engine.checkpoint().unwrap();
            }
            let (full, live) = (bytes_in_runs(&disk), model.len() * 90);
            let is_merged = |disk: &Disk| bytes_in_runs(disk) * 10 <= live * 17 + 10_000;
            assert!(!is_merged(&disk), "{full}");
            // Each instance writes one key, does a few steps, and is gone.
            let mut instances = 0_u32;
            while !is_merged(&disk) {
                assert!(instances < 2_000, "{removes} {steps}: {full} became {}", bytes_in_runs(&disk));
                engine = disk.engine();
                engine.kv_put("k", &instances.to_string()).unwrap();
                for _ in 0..steps {
                    engine.checkpoint_step().unwrap();
                }
                instances += 1;
            }
            for number in 0..401 {
                let held = engine.map_get("t", &key(number)).unwrap().map(|entry| entry.value);
                assert_eq!(held, model.get(&number).map(|value| value.to_vec()), "{number}");
            }
            assert_eq!(engine.verify().unwrap().damaged, 0);
        }
    }
}

#[test]
fn one_large_batch_is_not_merged_at_once() {
    // No value is a larger one, which merges would leave where it is.
    let disk = disk("journal 65536 file 65536 block 4096 fan 2");
    let mut engine = disk.engine();
    let mut numbers = mixed(100_003).cycle();
    let mut put = |engine: &mut Engine, count: usize| {
        let pairs =
            numbers.by_ref().take(count).map(|number| MapPair { key: key(number), value: vec![b'v'; 1_000] });
        disk.watch.take();
        engine.map_put_many("t", &pairs.collect::<Vec<_>>()).unwrap();
        disk.watch.take()
    };
    for _ in 0..60 {
        put(&mut engine, 100);
    }
    let (mut most, mut total) = (0, 0);
    put(&mut engine, 2_000);
    for _ in 0..60 {
        let written = put(&mut engine, 1);
        most = most.max(written);
        total += written;
    }
    // What the batch itself brings into a run, and an eighth of twelve million bytes that it owes, or of somewhat more.
    assert!(most < 2_100_000 + 3_000_000, "{most}");
    assert!(total > 6_000_000, "{total}: it is paid by those that follow");
}

#[test]
fn the_steps_of_a_checkpoint_do_not_wait_for_merges() {
    let disk = disk(SMALL);
    let mut engine = disk.engine();
    for number in 0..40 {
        engine.map_put("t", &key(number), &[7; 40]).unwrap();
        while engine.checkpoint_step().unwrap() {}
    }
    let merged = runs(&mut disk.memory.clone()).len();
    // An instance that has written nothing merges nothing.
    assert_eq!(disk.engine().checkpoint_step(), Ok(false));
    assert_eq!(runs(&mut disk.memory.clone()).len(), merged);
    // A call behind the end of a checkpoint merges.
    while engine.checkpoint_step().unwrap() {}
    assert!(runs(&mut disk.memory.clone()).len() < merged);
}
