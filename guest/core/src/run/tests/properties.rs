//! A run is a sorted map: compared with the one of the standard library, from each place, both ways.

use super::{TINY, TestEntries, TestEntry, TestFile, write_in};
use crate::run::RunGeometry;
use crate::run::entry::RunEntryKind;
use crate::run::value::ValuePlace;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use std::ops::Bound;

/// Keys of few letters, so that they begin alike, and some long ones.
fn key() -> impl Strategy<Value = Vec<u8>> {
    let letter = proptest::sample::select(vec![0, 1, b'a', b'b', 0xff]);
    prop_oneof![
        6 => vec(letter, 0..6),
        3 => (0..2_000_u64).prop_map(|number| [b"common/", &number.to_be_bytes()[..]].concat()),
        1 => vec(any::<u8>(), 0..300),
    ]
}

fn content() -> impl Strategy<Value = (u64, RunEntryKind, Vec<u8>)> {
    let version = prop_oneof![4 => 0..1_000_u64, 1 => 0..1_u64 << 62];
    let value = prop_oneof![
        1 => Just((RunEntryKind::Removed, Vec::new())),
        4 => vec(any::<u8>(), 0..40).prop_map(|value| (RunEntryKind::Value, value)),
        1 => vec(any::<u8>(), 200..700).prop_map(|value| (RunEntryKind::Value, value)),
        1 => (1..9_u64, any::<[u8; 7]>()).prop_map(|(number, other)| {
            let [a, b, c, d, ..] = other;
            let place = ValuePlace { number, offset: u64::from(a) << 40, length: u32::from(b) + 1, crc: u32::from_le_bytes([a, b, c, d]) };
            (RunEntryKind::Pointer, place.encode().to_vec())
        }),
        1 => vec(any::<u8>(), 8..30).prop_map(|value| (RunEntryKind::Expiring, value)),
    ];
    (version, value).prop_map(|(version, (kind, value))| (version, kind, value))
}

fn geometry() -> impl Strategy<Value = RunGeometry> {
    let odd = (1..600_usize, 1..5_000_u64)
        .prop_map(|(block_bytes, file_bytes)| RunGeometry { block_bytes, file_bytes });
    prop_oneof![2 => Just(TINY), 1 => Just(RunGeometry::default()), 2 => odd]
}

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

fn owned((key, content): (&Vec<u8>, &(u64, RunEntryKind, Vec<u8>))) -> TestEntry {
    (key.clone(), content.clone())
}

/// What all files together say from a key on, or before it.
fn page(files: &[TestFile], from: &[u8], is_forward: bool) -> Vec<TestEntry> {
    let pages = files.iter().map(|file| file.page(Some(from), is_forward).unwrap());
    if is_forward { pages.flatten().collect() } else { pages.rev().flatten().collect() }
}

fn check(entries: &TestEntries, probes: &[Vec<u8>], geometry: RunGeometry, budget: usize) {
    let files = write_in(entries, geometry, budget).unwrap();
    for file in &files {
        assert_eq!(file.damages(), []);
    }
    for key in entries.keys().chain(probes) {
        let said: Vec<_> = files.iter().filter_map(|file| file.get(key).unwrap()).collect();
        let due: Vec<_> = entries.get_key_value(key).map(owned).into_iter().collect();
        assert_eq!(said, due, "{key:?}");
    }
    for from in probes {
        let above = entries.range::<[u8], _>((Bound::Included(from.as_slice()), Bound::Unbounded));
        assert_eq!(page(&files, from, true), above.map(owned).collect::<Vec<_>>());
        let below = entries.range::<[u8], _>((Bound::Unbounded, Bound::Excluded(from.as_slice())));
        assert_eq!(page(&files, from, false), below.rev().map(owned).collect::<Vec<_>>());
    }
    let whole: Vec<_> = files.iter().rev().flat_map(|file| file.page(None, false).unwrap()).collect();
    assert_eq!(whole, entries.iter().rev().map(owned).collect::<Vec<_>>());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_run_says_what_a_map_says(
        entries in btree_map(key(), content(), 0..120),
        others in vec(key(), 4),
        geometry in geometry(),
        budget in 1..2_000_usize,
    ) {
        let mut probes: Vec<_> = entries.keys().step_by(7).cloned().collect();
        probes.extend(others);
        probes.push(Vec::new());
        check(&entries, &probes, geometry, budget);
    }
}

#[test]
fn a_cursor_turns_wherever_it_stands() {
    let entries = super::numbered(60, 11);
    let file = super::write_one(&entries, 64);
    let (run, mut source) = (file.open().unwrap(), super::source(&file.bytes));
    let keys: Vec<_> = entries.keys().collect();
    for at in 0..=keys.len() {
        let key = keys.get(at).map_or(b"z".as_slice(), |key| key.as_slice());
        let mut cursor = super::RunCursor::at(&run, &mut source, key).unwrap();
        let mut place = at;
        for step in [true, true, false, false, false, true, false, true, true, true, false] {
            let hit = if step {
                cursor.next(&run, &mut source).unwrap()
            } else {
                cursor.previous(&run, &mut source).unwrap()
            };
            let due = if step { Some(place) } else { place.checked_sub(1) }.and_then(|at| keys.get(at));
            assert_eq!(hit.map(|hit| super::shown(&hit).0).as_ref(), due.copied());
            place = if due.is_none() {
                place
            } else if step {
                place + 1
            } else {
                place - 1
            };
        }
    }
}
