//! Damage in the runs that sessions stand in: refused, named, and repaired.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, make_root, put, runs};
use crate::segments::{A, B, segment, texts};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, ExpectSeq, Position, Report};

/// A root in which each entry of a run has a block of its own.
fn root() -> Memory {
    let mut disk = Memory::new();
    make_root(&mut disk, "journal 8388608 file 65536 block 16 fan 8");
    disk
}

/// A segment of three entries, a trace and a meta, in the base.
fn settled() -> Memory {
    let disk = root();
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &texts(1..4)).unwrap();
    engine.session_append_trace(A, &segment(1), ":trace").unwrap();
    engine.session_set_meta(A, &segment(1), Some(":meta")).unwrap();
    engine.checkpoint().unwrap();
    disk
}

/// Changes a bit of the only run, at the place where these bytes stand, and so far behind it.
fn rot(disk: &mut Memory, wanted: &[u8], behind: usize) {
    let path = runs(disk).pop().unwrap();
    let mut bad = bytes(disk, &path);
    let at = bad.windows(wanted.len()).position(|bytes| bytes == wanted);
    bad[at.unwrap_or_else(|| panic!("{wanted:?} is nowhere")) + behind] ^= 1;
    put(disk, &path, &bad);
}

/// What stands in a run of a key: its table, and its name.
fn key(table: u8, ids: &[&str]) -> Vec<u8> {
    let digits: String = ids.concat().replace('-', "");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).unwrap();
    [table].into_iter().chain((0..digits.len()).step_by(2).map(byte)).collect()
}

/// A damaged place is taken out; `verify` finds nothing then, and a second `repair` nothing to do.
#[track_caller]
fn repaired(disk: &Memory) -> (Engine, Report) {
    let report = engine_on(disk.clone()).repair().unwrap();
    let mut engine = engine_on(disk.clone());
    assert_eq!(engine.verify().unwrap().findings, []);
    assert_eq!(engine.repair().unwrap().damaged, 0);
    (engine_on(disk.clone()), report)
}

#[test]
fn a_flipped_bit_of_a_segment_is_noticed() {
    let path = runs(&mut settled()).pop().unwrap();
    let good = bytes(&mut settled(), &path);
    for at in (0..good.len() * 8).step_by(5) {
        let mut disk = settled();
        let mut bad = good.clone();
        bad[at / 8] ^= 1 << (at % 8);
        put(&mut disk, &path, &bad);
        let mut engine = engine_on(disk.clone());
        let page = |engine: &mut Engine, index| {
            let at = Position::After(index);
            engine.session_read_page(A, &segment(1), &at, 9, Direction::Forward).map(|page| page.lines)
        };
        let answers = [
            engine.session_read(A, &segment(1)).map(|entries| entries == texts(1..4)),
            page(&mut engine, 2).map(|lines| lines == "3\n"),
            page(&mut engine, 3).map(|lines| lines.is_empty()),
            engine.session_entry_count(A, &segment(1)).map(|count| count == 3),
            engine
                .session_read_trace(A, &segment(1), &Position::Start, 9, Direction::Forward)
                .map(|page| page.lines == ":trace\n"),
            engine.session_of(&segment(1)).map(|session| session.as_deref() == Some(A)),
            engine.session_describe(A, &segment(1)).map(|segment| segment.meta.as_deref() == Some(":meta")),
            engine.session_list(None, 9).map(|page| page.items == [A]),
            engine.session_list_segments(A, None, 9).map(|page| page.items == [segment(1)]),
        ];
        for answer in answers {
            assert!(matches!(answer, Ok(true) | Err(Error::Corrupt(_))), "{at}: {answer:?}");
        }
        assert!(engine.verify().unwrap().damaged > 0, "{at}");
        // What is appended behind damage has the number that is due, or is refused.
        let appended = engine.session_append(A, &segment(1), "4");
        assert!(matches!(appended, Ok(4) | Err(Error::Corrupt(_))), "{at}: {appended:?}");
    }
    assert_eq!(engine_on(settled()).verify().unwrap().damaged, 0);
}

#[test]
fn entries_behind_one_that_is_lost_close_up() {
    let entries: Vec<_> = (0..5).map(|number| format!("\"entry {number}\"")).collect();
    for kept in 0..=5 {
        for (damaged, entry) in entries.iter().enumerate() {
            let mut disk = root();
            let mut engine = engine_on(disk.clone());
            engine.session_create_segment(A, &segment(1), &entries).unwrap();
            engine.session_create_segment(A, &segment(2), &texts(0..5)).unwrap();
            engine.checkpoint().unwrap();
            match kept {
                5 => drop(engine.session_delete_segment(A, &segment(1)).unwrap()),
                _ => drop(engine.session_truncate(A, &segment(1), kept, ExpectSeq::Any).unwrap()),
            }
            engine.session_append(A, &segment(2), ":more").unwrap();
            drop(engine);
            // An entry of the run, be it one that stays or one that is nobody's any more.
            rot(&mut disk, entry.as_bytes(), 3);
            assert!(engine_on(disk.clone()).verify().unwrap().damaged > 0, "{kept} {damaged}");
            let (mut engine, report) = repaired(&disk);
            assert!(report.findings[0].damage.reason.contains("entries of segments"), "{report:?}");
            let mut due = entries[..usize::try_from(kept % 5).unwrap()].to_vec();
            if damaged < due.len() {
                due.remove(damaged);
            }
            if kept == 5 {
                assert_eq!(engine.session_exists(A, &segment(1)), Ok(false));
            } else {
                assert_eq!(engine.session_read(A, &segment(1)).unwrap(), due, "{kept} {damaged}");
                assert_eq!(engine.session_entry_count(A, &segment(1)), Ok(due.len() as u64));
                assert_eq!(engine.session_append(A, &segment(1), "1"), Ok(due.len() as u64 + 1));
            }
            assert_eq!(engine.session_entry_count(A, &segment(2)), Ok(6));
        }
    }
}

/// The tables that say what others say, too, by their numbers and what their keys begin with.
fn said_twice() -> [(u8, Vec<u8>); 4] {
    let id = |text: &str| text.to_owned();
    let recent = [vec![13], (!3_u64).to_be_bytes().to_vec()].concat();
    [
        (8, key(8, &[&id(A)])),
        (10, key(10, &[&segment(1)])),
        (13, recent),
        (14, key(14, &[&id(A), &segment(1)])),
    ]
}

#[test]
fn what_is_said_twice_comes_back_when_it_is_lost_once() {
    for (table, key) in said_twice() {
        let mut disk = settled();
        rot(&mut disk, &key, key.len() - 1);
        assert!(engine_on(disk.clone()).verify().unwrap().damaged > 0, "{table}");
        let (mut engine, _) = repaired(&disk);
        assert_eq!(engine.session_read(A, &segment(1)).unwrap(), texts(1..4), "{table}");
        let described = engine.session_describe(A, &segment(1)).unwrap();
        assert_eq!((described.entries, described.trace_entries), (3, 1), "{table}");
        assert_eq!(described.meta.as_deref(), Some(":meta"), "{table}");
        assert_eq!(engine.session_list(None, 9).unwrap().items, [A], "{table}");
        assert_eq!(engine.session_list_segments(A, None, 9).unwrap().items, [segment(1)], "{table}");
        // Merges take nobody's entries for those of the row that came back.
        while engine.checkpoint_step().unwrap() {}
        assert_eq!(engine.session_read(A, &segment(1)).unwrap(), texts(1..4), "{table}");
    }
}

#[test]
fn a_row_that_comes_back_speaks_of_nothing_older_than_it_can_help() {
    let mut disk = root();
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &texts(1..6)).unwrap();
    engine.session_truncate(A, &segment(1), 2, ExpectSeq::Any).unwrap();
    engine.session_append(A, &segment(1), ":new").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    rot(&mut disk, &key(10, &[&segment(1)]), 16);
    let (mut engine, _) = repaired(&disk);
    // The fourth entry was written before the third.
    assert_eq!(engine.session_read(A, &segment(1)).unwrap(), ["1", "2", ":new"]);
}

#[test]
fn a_segment_with_damage_is_replaced_and_deleted() {
    let mut disk = root();
    let mut engine = engine_on(disk.clone());
    engine.session_create_segment(A, &segment(1), &["\"the entry\"".to_owned()]).unwrap();
    engine.session_append_trace(A, &segment(1), ":trace").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    rot(&mut disk, b":trace", 2);
    rot(&mut disk, b"the entry", 2);
    let mut engine = engine_on(disk.clone());
    assert!(matches!(engine.session_read(A, &segment(1)), Err(Error::Corrupt(_))));
    engine.session_create_segment(A, &segment(1), &texts(5..6)).unwrap();
    assert_eq!(engine.session_read(A, &segment(1)).unwrap(), texts(5..6));
    assert_eq!(engine.session_delete_segment(A, &segment(1)), Ok(true));
    assert_eq!(engine.session_append(B, &segment(1), "1"), Ok(1));
    let (mut engine, _) = repaired(&disk);
    assert_eq!(engine.session_read(B, &segment(1)).unwrap(), ["1"]);
    assert_eq!(engine.session_list(None, 9).unwrap().items, [B]);
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
