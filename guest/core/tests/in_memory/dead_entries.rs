//! Entries that are nobody's any more: merges drop them, and nothing else.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, make_root, runs};
use crate::segments::{A, B, segment, texts};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, ExpectSeq, Position};

fn run_bytes(disk: &mut Memory) -> usize {
    runs(disk).iter().map(|path| bytes(disk, path).len()).sum()
}

/// Brings all that is pending into the base, and merges until nothing is left of that.
fn settle(engine: &mut Engine) {
    engine.checkpoint().unwrap();
    while engine.checkpoint_step().unwrap() {}
    engine.checkpoint().unwrap();
}

/// An instance of its own, since one that has written nothing merges nothing.
fn settled(disk: &Memory) {
    let mut engine = engine_on(disk.clone());
    engine.kv_put("k", "1").unwrap();
    settle(&mut engine);
}

/// A root whose runs are merged from two on.
fn root() -> Memory {
    let mut disk = Memory::new();
    make_root(&mut disk, "journal 65536 file 65536 block 512 fan 2");
    disk
}

fn entries(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("\"{number:0>200}\"")).collect()
}

#[test]
fn what_was_deleted_or_cut_gives_its_room_back() {
    let acts: [fn(&mut Engine); 4] = [
        |engine| assert_eq!(engine.session_delete_segment(A, &segment(1)), Ok(true)),
        |engine| assert_eq!(engine.session_truncate(A, &segment(1), 10, ExpectSeq::Any), Ok(990)),
        |engine| engine.session_create_segment(A, &segment(1), &texts(0..3)).unwrap(),
        |engine| {
            engine.session_delete_segment(A, &segment(1)).unwrap();
            engine.session_create_segment(B, &segment(1), &texts(0..3)).unwrap();
        },
    ];
    for (index, act) in acts.into_iter().enumerate() {
        let mut disk = root();
        let mut engine = engine_on(disk.clone());
        engine.session_create_segment(A, &segment(1), &entries(0..1_000)).unwrap();
        for number in 0..300 {
            engine.session_append_trace(A, &segment(1), &number.to_string()).unwrap();
        }
        engine.session_create_segment(A, &segment(2), &texts(0..100)).unwrap();
        settle(&mut engine);
        let full = run_bytes(&mut disk);
        assert!(full > 200_000, "{full}");
        act(&mut engine);
        drop(engine);
        settled(&disk);
        let left = run_bytes(&mut disk);
        assert!(left < full / 10, "{index}: {left} of {full}");
        let mut engine = engine_on(disk.clone());
        assert_eq!(engine.session_read(A, &segment(2)).unwrap(), texts(0..100));
        let (session, due) = match index {
            0 => (A, None),
            1 => (A, Some(entries(0..10))),
            2 => (A, Some(texts(0..3))),
            _ => (B, Some(texts(0..3))),
        };
        assert_eq!(engine.session_read(session, &segment(1)).ok(), due, "{index}");
        // The trace stays where the segment does.
        let trace =
            engine.session_read_trace(session, &segment(1), &Position::Start, 999, Direction::Forward);
        let traced = if index == 1 || index == 2 { 300 } else { 0 };
        assert_eq!(trace.unwrap().lines.lines().count(), traced, "{index}");
        assert_eq!(engine.verify().unwrap().damaged, 0);
    }
}

#[test]
fn no_entry_is_dropped_that_a_row_speaks_of() {
    // Segments grow, shrink, go and come back, with merges at each moment.
    for seed in 0..40_u64 {
        let mut disk = Memory::new();
        make_root(&mut disk, "journal 256 file 512 block 64 fan 2");
        let mut engine = engine_on(disk.clone());
        let mut model: [Vec<String>; 3] = Default::default();
        let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let mut draw = |below: u64| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            random % below
        };
        for step in 0..120 {
            let at = usize::try_from(draw(3)).unwrap();
            let id = segment(at);
            match draw(8) {
                0 => {
                    let _ = engine.session_delete_segment(A, &id).unwrap();
                    model[at].clear();
                }
                1 if !model[at].is_empty() => {
                    let kept = usize::try_from(draw(model[at].len() as u64 + 1)).unwrap();
                    engine.session_truncate(A, &id, kept as u64, ExpectSeq::Any).unwrap();
                    model[at].truncate(kept);
                }
                2 => {
                    model[at] = texts(step..step + 3);
                    engine.session_create_segment(A, &id, &model[at]).unwrap();
                }
                3 => engine.checkpoint().unwrap(),
                4 => drop(engine.checkpoint_step().unwrap()),
                5 => engine = engine_on(disk.clone()),
                _ => {
                    model[at].push(step.to_string());
                    let count = engine.session_append(A, &id, &step.to_string()).unwrap();
                    assert_eq!(count, model[at].len() as u64, "{seed} {step}");
                }
            }
            for (at, due) in model.iter().enumerate() {
                let found = engine.session_read(A, &segment(at)).unwrap_or_default();
                assert_eq!(found, *due, "{seed} {step} {at}");
            }
        }
        assert_eq!(engine.verify().unwrap().findings, [], "{seed}");
    }
}

#[test]
fn a_full_disk_gets_the_room_of_a_deleted_segment_back() {
    let disk = Memory::bounded(4 << 20);
    let mut engine = engine_on(disk.clone());
    let mut number = 0;
    let large: Vec<_> = (0..50).map(|number| format!("\"{number:0>1000}\"")).collect();
    while engine.session_create_segment(A, &segment(number), &large).is_ok() {
        number += 1;
    }
    assert!(number > 20, "{number}");
    for deleted in 0..number {
        assert_eq!(engine.session_delete_segment(A, &segment(deleted)), Ok(true), "{deleted} of {number}");
    }
    for number in 0..number / 2 {
        engine.session_create_segment(B, &segment(number), &large).unwrap();
    }
    assert_eq!(engine.verify().unwrap().damaged, 0);
    assert!(disk.room() < 4 << 20);
}
