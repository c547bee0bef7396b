//! Damage in the files of sessions: refused, named, and repaired.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, put};
use crate::segments::{A, B, log_path, segment, stat, texts};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, ExpectSeq, Position};

/// A segment of three entries and a trace, in the base.
fn settled() -> Memory {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &texts(1..4)).unwrap();
    engine.session_append_trace(A, &segment(1), ":trace").unwrap();
    engine.checkpoint().unwrap();
    disk
}

#[test]
fn every_flipped_bit_of_a_segment_is_noticed() {
    let paths = [log_path("sessions", A, &segment(1), ".log"), log_path("traces", A, &segment(1), ".log")];
    for path in paths {
        let good = bytes(&mut settled(), &path);
        for at in 0..good.len() * 8 {
            let mut disk = settled();
            let mut bad = good.clone();
            bad[at / 8] ^= 1 << (at % 8);
            put(&mut disk, &path, &bad);
            let mut engine = engine_on(disk);
            let answers = [
                engine.session_read(A, &segment(1)).map(|entries| entries == texts(1..4)),
                engine
                    .session_read_page(A, &segment(1), &Position::After(2), 9, Direction::Forward)
                    .map(|page| page.lines == "3\n"),
                engine
                    .session_read_page(A, &segment(1), &Position::After(3), 9, Direction::Forward)
                    .map(|page| page.lines.is_empty()),
                engine.session_entry_count(A, &segment(1)).map(|count| count == 3),
                engine
                    .session_read_trace(A, &segment(1), &Position::Start, 9, Direction::Forward)
                    .map(|page| page.lines == ":trace\n"),
                engine
                    .session_read_trace(A, &segment(1), &Position::After(1), 9, Direction::Forward)
                    .map(|page| page.lines.is_empty()),
                engine.session_of(&segment(1)).map(|session| session.as_deref() == Some(A)),
            ];
            assert!(answers.iter().any(Result::is_err), "{path} {at}");
            for answer in answers {
                assert!(matches!(answer, Ok(true) | Err(Error::Corrupt(_))), "{path} {at}: {answer:?}");
            }
            assert!(engine.verify().unwrap().damaged > 0, "{path} {at}");
            // What is appended behind damage has the number that is due, or is refused.
            let appended = engine.session_append(A, &segment(1), "4");
            assert!(matches!(appended, Ok(4) | Err(Error::Corrupt(_))), "{path} {at}: {appended:?}");
        }
    }
    assert_eq!(engine_on(settled()).verify().unwrap().damaged, 0);
}

#[test]
fn damage_is_repaired_around_a_cut_and_a_drop() {
    for kept in 0..6 {
        for damaged in 0..5 {
            let mut disk = Memory::new();
            let mut engine = engine_on(disk.clone());
            engine.session_create_segment(A, &segment(1), &texts(0..5)).unwrap();
            engine.session_create_segment(A, &segment(2), &texts(0..5)).unwrap();
            engine.checkpoint().unwrap();
            match kept {
                5 => drop(engine.session_delete_segment(A, &segment(1)).unwrap()),
                _ => drop(engine.session_truncate(A, &segment(1), kept, ExpectSeq::Any).unwrap()),
            }
            engine.session_append(A, &segment(2), ":more").unwrap();
            drop(engine);
            // A line of the file, be it one that stays or one that goes.
            let path = log_path("sessions", A, &segment(1), ".log");
            let mut bad = bytes(&mut disk, &path);
            let line =
                bad.split(|byte| *byte == b'\n').take(damaged).map(|line| line.len() + 1).sum::<usize>();
            bad[line + 2] = b'!';
            put(&mut disk, &path, &bad);
            let is_met = kept < 5 && (damaged as u64) < kept;
            let mut engine = engine_on(disk.clone());
            assert_eq!(engine.verify().unwrap().damaged, u64::from(is_met), "{kept} {damaged}");
            let report = engine.repair().unwrap();
            assert_eq!(report.damaged, u64::from(is_met), "{kept} {damaged}");
            let mut due = texts(0..usize::try_from(kept % 5).unwrap());
            if is_met {
                due.remove(damaged);
            }
            for mut engine in [engine, engine_on(disk.clone())] {
                if kept == 5 {
                    assert_eq!(engine.session_exists(A, &segment(1)), Ok(false));
                } else {
                    assert_eq!(engine.session_read(A, &segment(1)).unwrap(), due);
                    assert_eq!(engine.session_entry_count(A, &segment(1)), Ok(due.len() as u64));
                }
                assert_eq!(engine.session_entry_count(A, &segment(2)), Ok(6));
                assert_eq!(engine.verify().unwrap().damaged, 0);
            }
        }
    }
}

#[test]
fn what_a_crash_tore_is_ignored_and_what_rotted_is_not() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &texts(0..2)).unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    let path = log_path("sessions", A, &segment(1), ".log");
    let good = bytes(&mut disk, &path);
    // Somebody's torn line behind the last newline (F5).
    put(&mut disk, &path, &[&good[..], b"{:entry 3 :s"].concat());
    let mut engine = engine_on(disk.clone());
    assert_eq!(engine.session_read(A, &segment(1)).unwrap(), texts(0..2));
    assert_eq!(engine.session_append(A, &segment(1), "2"), Ok(3));
    engine.checkpoint().unwrap();
    assert_eq!(engine.session_read(A, &segment(1)).unwrap(), texts(0..3));
    assert_eq!(stat(&mut engine, "quarantine"), 1);
    // A line that was whole once, and one that is no entry.
    for bad in [&good[..good.len() - 1], &[&good[..], b"{:seq 9}\n"].concat()] {
        put(&mut disk, &path, bad);
        let mut engine = engine_on(disk.clone());
        let refused = engine.session_read(A, &segment(1));
        assert!(matches!(&refused, Err(Error::Corrupt(found)) if found.file == path), "{refused:?}");
        assert_eq!(engine.repair().unwrap().damaged, 1);
        assert!(!engine.session_read(A, &segment(1)).unwrap().is_empty());
        is_repaired(&mut engine);
    }
    // Replacing needs nothing of what is damaged.
    put(&mut disk, &path, b"rot\n");
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &texts(5..6)).unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(engine_on(disk).session_read(A, &segment(1)).unwrap(), texts(5..6));
}

fn is_repaired(engine: &mut Engine) {
    assert_eq!(engine.verify().unwrap().damaged, 0);
}

#[test]
fn a_row_whose_logs_were_taken_away_by_hand_is_nobodys() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.session_append(A, &segment(1), "1").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    disk.remove(&log_path("sessions", A, &segment(1), ".log")).unwrap();
    disk.remove(&log_path("sessions", A, &segment(1), ".seq")).unwrap();
    let mut engine = engine_on(disk);
    assert_eq!(engine.session_of(&segment(1)), Ok(None));
    assert_eq!(engine.session_append(B, &segment(1), "1"), Ok(1));
}

#[test]
fn a_segment_that_was_moved_by_hand_is_given_to_its_session() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.session_append(A, &segment(1), "1").unwrap();
    engine.session_append(B, &segment(2), "2").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    for suffix in [".log", ".seq"] {
        let (from, to) = [A, B].map(|session| log_path("sessions", session, &segment(1), suffix)).into();
        disk.rename(&from, &to).unwrap();
    }
    let mut engine = engine_on(disk.clone());
    assert_eq!(engine.session_of(&segment(1)), Ok(None));
    assert_eq!(engine.repair().unwrap().damaged, 0);
    for _ in 0..2 {
        assert_eq!(engine.session_of(&segment(1)).unwrap().as_deref(), Some(B));
        assert_eq!(engine.session_read(B, &segment(1)).unwrap(), ["1"]);
        assert_eq!(engine.session_append(A, &segment(1), "3"), Err(Error::Conflict(segment(1))));
        engine = engine_on(disk.clone());
    }
}

#[test]
fn recency_goes_on_above_what_a_lost_journal_gave() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    for number in 0..50 {
        engine.session_append(A, &segment(number), "1").unwrap();
    }
    engine.session_truncate(A, &segment(3), 0, ExpectSeq::Any).unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    for entry in disk.list("journal").unwrap() {
        disk.remove(&format!("journal/{}", entry.name)).unwrap();
    }
    let mut engine = engine_on(disk.clone());
    assert!(matches!(engine.session_list(None, 9), Err(Error::Corrupt(_))));
    engine.repair().unwrap();
    engine.session_append(B, &segment(99), "1").unwrap();
    assert_eq!(engine.session_list(None, 9).unwrap().items, [B, A]);
    assert_eq!(engine.session_list_segments(A, None, 2).unwrap().items, [segment(3), segment(49)]);
}

#[test]
fn a_counter_that_rotted_neither_hides_a_segment_nor_ends_the_store() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.session_append(A, &segment(1), "1").unwrap();
    engine.session_append(A, &segment(2), "1").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    put(&mut disk, &log_path("sessions", A, &segment(2), ".seq"), b"x");
    let mut engine = engine_on(disk.clone());
    assert_eq!(engine.session_list_segments(A, None, 9).unwrap().items, [segment(2), segment(1)]);
    assert_eq!(engine.session_list(None, 9).unwrap().items, [A]);
    put(&mut disk, &log_path("sessions", A, &segment(2), ".seq"), b"9999999999999999999");
    for entry in disk.list("journal").unwrap() {
        disk.remove(&format!("journal/{}", entry.name)).unwrap();
    }
    let mut engine = engine_on(disk.clone());
    engine.repair().unwrap();
    assert_eq!(engine.session_append(A, &segment(1), "2"), Ok(2));
    engine.checkpoint().unwrap();
    is_repaired(&mut engine_on(disk));
}
