//! What stands beside streams, keys and blobs: refs, maps, objects, sessions and snapshots, written, damaged and looked at.

use crate::plan::{Fate, Number, Text};
use arbitrary::Arbitrary;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Direction, Engine, Expect, ExpectSeq, MapRange, Position};

/// A write, on few names, so that several meet.
#[derive(Arbitrary, Clone, Debug)]
pub(super) enum Write {
    RefSet(u8),
    RefDelete,
    MapPut(Vec<u8>, Vec<u8>),
    MapIncrement(Number),
    MapDelete(Vec<u8>),
    MapDrop,
    Object(u8, Vec<u8>),
    ObjectDelete(u8),
    Create(u8, Vec<Text>),
    Append(u8, Text),
    Trace(u8, Text),
    Cut(u8, Number),
    Delete(u8),
    Snapshot(Vec<u8>),
    Marker,
    Forget,
    Checkpoint,
    Restart,
}

/// Bytes put in the place of a file of theirs, or what befalls it.
#[derive(Arbitrary, Clone, Debug)]
pub(super) struct Damage {
    pub(super) place: u8,
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) fate: Fate,
}

const SESSION: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";
const REF: &str = "refs/heads/main";
const TABLE: &str = "t";
const EVERYTHING: MapRange = MapRange { prefix: Vec::new(), start: None, end: None };

/// Files of theirs, there or not.
const PLACES: [&str; 6] = [
    "runs/00000000000000000001",
    "runs/00000000000000000002",
    "runs/00000000000000000003",
    "runs/00000000000000000004",
    "runs/00000000000000000005",
    "runs/00000000000000000006",
];

/// The file of a place.
pub(super) fn place_at(place: u8) -> &'static str {
    PLACES[usize::from(place) % PLACES.len()]
}

fn hash(which: u8) -> String {
    (which % 3).to_string().repeat(40)
}

fn segment(which: u8) -> String {
    let digit = (which % 3 + 1).to_string();
    [8, 4, 4, 4, 12].map(|length| digit.repeat(length)).join("-")
}

/// What is refused here is refused.
pub(super) fn live(disk: &Memory, writes: &[Write]) {
    let mut engine = Engine::new(disk.clone());
    writes.iter().for_each(|step| write(disk, &mut engine, step));
}

pub(super) fn write(disk: &Memory, engine: &mut Engine<Memory>, write: &Write) {
    match write {
        Write::RefSet(which) => drop(engine.ref_set(REF, &hash(*which))),
        Write::RefDelete => drop(engine.ref_delete(REF)),
        Write::MapPut(key, value) => drop(engine.map_put(TABLE, key, value)),
        Write::MapIncrement(delta) => drop(engine.map_increment(TABLE, b"k", delta.0.cast_signed())),
        Write::MapDelete(key) => drop(engine.map_delete(TABLE, key, Expect::Any)),
        Write::MapDrop => drop(engine.map_drop_table(TABLE)),
        Write::Object(which, bytes) => drop(engine.object_write(&hash(*which), bytes)),
        Write::ObjectDelete(which) => drop(engine.object_delete(&hash(*which))),
        Write::Create(which, entries) => {
            let entries: Vec<_> = entries.iter().map(Text::text).collect();
            drop(engine.session_create_segment(SESSION, &segment(*which), &entries));
        }
        Write::Append(which, entry) => {
            drop(engine.session_append(SESSION, &segment(*which), &entry.text()));
        }
        Write::Trace(which, entry) => {
            drop(engine.session_append_trace(SESSION, &segment(*which), &entry.text()));
        }
        Write::Cut(which, kept) => {
            drop(engine.session_truncate(SESSION, &segment(*which), kept.0, ExpectSeq::Any))
        }
        Write::Delete(which) => drop(engine.session_delete_segment(SESSION, &segment(*which))),
        Write::Snapshot(bytes) => drop(engine.snapshot_persist("n", bytes)),
        Write::Marker => drop(engine.snapshot_persist_marker("n")),
        Write::Forget => drop(engine.snapshot_delete_marker("n")),
        Write::Checkpoint => drop(engine.checkpoint()),
        Write::Restart => *engine = Engine::new(disk.clone()),
    }
}

/// Walks through all of them; the answers may be errors. Pages come to an end.
pub(super) fn read_everything(engine: &mut Engine<Memory>) {
    let _ = (engine.ref_list("", None, 10), engine.snapshot_keys("", None, 10), engine.snapshot_load("n"));
    for table in engine.map_tables().unwrap_or_default() {
        let (mut after, mut is_done) = (None::<String>, false);
        for _ in 0..1_000 {
            let Ok(page) = engine.map_list(&table, &EVERYTHING, after.as_deref(), 2, Direction::Forward)
            else {
                break;
            };
            for key in &page.items {
                let _ = engine.map_get(&table, key);
            }
            after = Some(page.through);
            is_done = page.done;
            if is_done {
                break;
            }
        }
        assert!(
            is_done || engine.map_list(&table, &EVERYTHING, after.as_deref(), 2, Direction::Forward).is_err()
        );
    }
    for hash in engine.object_list(None, 100).map(|page| page.items).unwrap_or_default() {
        let _ = engine.object_read(&hash);
    }
    let _ = engine.object_stats();
    for which in 0..3 {
        let segment = segment(which);
        let _ = (engine.session_of(&segment), engine.session_exists(SESSION, &segment));
        let _ = (engine.session_read(SESSION, &segment), engine.session_entry_count(SESSION, &segment));
        let _ = engine.session_read_page(SESSION, &segment, &Position::After(1), 2, Direction::Forward);
        let _ = engine.session_read_trace(SESSION, &segment, &Position::Start, 2, Direction::Forward);
    }
}

/// All that they hold, in words.
pub(super) fn answers(engine: &mut Engine<Memory>) -> Vec<String> {
    let mut answers = vec![
        format!("{:?}", engine.ref_list("", None, 10)),
        format!("{:?}", engine.snapshot_load("n")),
        format!("{:?}", engine.map_list(TABLE, &EVERYTHING, None, 1_000, Direction::Forward)),
        format!("{:?}", engine.object_list(None, 100)),
    ];
    for which in 0..3 {
        let segment = segment(which);
        let entries = engine.session_read(SESSION, &segment);
        let trace = engine.session_read_trace(SESSION, &segment, &Position::Start, 100, Direction::Forward);
        answers.push(format!("{entries:?} {:?} {trace:?}", engine.session_entry_count(SESSION, &segment)));
    }
    answers
}

/// After a repair everything of theirs can be read, and counts are those of what is read.
pub(super) fn check_repaired(engine: &mut Engine<Memory>) {
    let _ = engine.ref_list("", None, 10).unwrap();
    let _ = (engine.snapshot_load("n").unwrap(), engine.snapshot_keys("", None, 10).unwrap());
    for table in engine.map_tables().unwrap() {
        let page = engine.map_list(&table, &EVERYTHING, None, 1_000, Direction::Forward).unwrap();
        assert!(!page.items.is_empty(), "a table without keys is none");
        for key in &page.items {
            assert!(engine.map_get(&table, key).unwrap().is_some());
        }
    }
    for hash in engine.object_list(None, 1_000).unwrap().items {
        assert!(engine.object_read(&hash).unwrap().is_some());
    }
    for which in 0..3 {
        let segment = segment(which);
        if engine.session_exists(SESSION, &segment).unwrap() {
            let entries = engine.session_read(SESSION, &segment).unwrap();
            assert_eq!(engine.session_entry_count(SESSION, &segment), Ok(entries.len() as u64));
            assert_eq!(engine.session_of(&segment).unwrap().as_deref(), Some(SESSION));
        }
    }
}

/// A version above every one before it is given to what is written now.
pub(super) fn check_usable(engine: &mut Engine<Memory>) {
    let before = engine.map_put(TABLE, b"k", b"before").unwrap();
    assert!(engine.map_put(TABLE, b"k", b"after").unwrap() > before);
    // A bit of a name in a journal makes a segment another session's.
    if engine.session_of(&segment(0)).unwrap().is_some_and(|session| session != SESSION) {
        return;
    }
    engine.session_create_segment(SESSION, &segment(0), &["1".to_owned()]).unwrap();
    assert_eq!(engine.session_append(SESSION, &segment(0), "2"), Ok(2));
    assert_eq!(engine.session_read(SESSION, &segment(0)).unwrap(), ["1", "2"]);
}
