//! All runs as one: which says what, what is damaged, and what is read for it.

use super::TINY;
use super::store::{HELD_ALONE, NO_MEMORY, TestStore, numbered_key, put, removal};
use crate::base::layout::run as path;
use crate::error::{Damage, Error, Result};
use crate::run::RunGeometry;
use crate::run::entry::RunEntryKind;
use crate::run::reader::block_ref;
use crate::run::stack::{RunMemory, RunStack, Saying};
use std::collections::BTreeSet;
use std::sync::Arc;

const SMALL_CACHE: RunMemory = RunMemory { cache_bytes: 4_000, held_bytes: 200 };

fn damage<T: std::fmt::Debug>(answer: Result<T>) -> Damage {
    match answer {
        Err(Error::Corrupt(damage)) => damage,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_newest_entry_of_a_key_counts_and_a_removal_is_not_silence() {
    for memory in [NO_MEMORY, SMALL_CACHE, RunMemory::default()] {
        let mut store = TestStore::new(TINY, memory);
        store.flush(&[put(1, 1), put(2, 1), put(3, 1)]);
        store.flush(&[removal(1), put(2, 2)]);
        store.flush(&[put(1, 3), removal(3)]);
        store.check();
        assert!(matches!(store.get(&numbered_key(3)).unwrap(), Some(Saying::Removed)));
        assert!(store.get(&numbered_key(4)).unwrap().is_none());
        assert!(store.get(b"").unwrap().is_none());
        let Some(Saying::Value(hit)) = store.get(&numbered_key(1)).unwrap() else { panic!("a value") };
        assert_eq!((hit.block.value(hit.at), hit.block.version(hit.at)), (&b"vvv"[..], 6));
    }
}

#[test]
fn a_cursor_turns_wherever_it_stands() {
    let mut store = TestStore::new(TINY, SMALL_CACHE);
    store.flush(&(0..40).map(|key| put(key, 9)).collect::<Vec<_>>());
    store.flush(&(0..40).step_by(2).map(|key| put(key, 4)).collect::<Vec<_>>());
    store.flush(&(10..30).filter(|key| key % 5 != 0).map(removal).collect::<Vec<_>>());
    let steps = [true, true, false, false, false, true, false, true, true, true, false];
    for key in 0..=40 {
        store.check_walk(Some(&numbered_key(key)), &steps);
        store.check_walk(Some(&numbered_key(key)), &steps.map(|step| !step));
    }
    store.check_walk(None, &steps);
    store.check_walk(Some(b""), &steps);
    store.check_walk(Some(b"z"), &steps.map(|step| !step));
}

/// The trap of a block with keys that count and keys below them.
#[test]
fn what_is_below_the_lowest_key_of_a_file_is_passed_over_either_way() {
    let mut store = TestStore::new(RunGeometry { block_bytes: 256, file_bytes: u64::MAX }, NO_MEMORY);
    store.flush(&(0..40).map(|key| put(key, 9)).collect::<Vec<_>>());
    for lowest in 1..40 {
        let mut runs = store.runs().clone();
        for run in &mut runs.runs {
            Arc::make_mut(run).files.iter_mut().for_each(|file| file.from = Some(numbered_key(lowest)));
        }
        store.set_runs(&runs);
        let mut page = |is_forward: bool| {
            store.page(is_forward.then_some(b"".as_slice()), is_forward, usize::MAX).unwrap()
        };
        assert_eq!([true, false].map(&mut page).map(|page| page.len()), [40 - lowest; 2], "from {lowest} on");
    }
}

#[test]
fn without_runs_there_is_nothing() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    store.check_walk(None, &[true, false]);
    store.check_walk(Some(b"a"), &[false, true]);
    assert!(store.get(b"a").unwrap().is_none());
}

/// Bytes of a data block of a file, the one that has a key.
fn block_of(store: &TestStore, number: u64, key: &[u8]) -> std::ops::Range<usize> {
    let named = store.runs().files().find(|file| file.file.number == number).unwrap().file.clone();
    let file = super::TestFile { named, bytes: store.disk.files[&number].clone() };
    let (run, mut source) = (file.open().unwrap(), super::source(&file.bytes));
    let partition = run.partition(&mut source, run.top.lower_bound(key)).unwrap();
    let place = block_ref(&partition.index, partition.index.lower_bound(key));
    usize::try_from(place.offset).unwrap()..usize::try_from(place.end().unwrap()).unwrap()
}

#[test]
fn a_damaged_block_is_said_of_its_keys_and_of_no_others() {
    let mut store = TestStore::new(RunGeometry { block_bytes: 64, file_bytes: u64::MAX }, NO_MEMORY);
    store.flush(&(0..30).map(|key| put(key, 9)).collect::<Vec<_>>());
    store.flush(&(0..30).step_by(4).map(|key| put(key, 4)).collect::<Vec<_>>());
    let block = block_of(&store, 1, &numbered_key(15));
    let is_hit = |key: usize| block_of(&store, 1, &numbered_key(key)) == block;
    let hit: Vec<_> = (0..30).filter(|key| is_hit(*key)).collect();
    assert!((2..6).contains(&hit.len()), "{hit:?}");
    store.disk.files.get_mut(&1).unwrap()[block.start + 30] ^= 4;
    for key in 0..30 {
        let said = store.value(&numbered_key(key));
        if hit.contains(&key) && key % 4 != 0 {
            let damage = damage(said);
            assert_eq!((damage.file, damage.offset_bytes), (path(1), block.start as u64));
        } else {
            assert_eq!(
                said.unwrap().map(|(_, content)| content),
                store.model.get(&numbered_key(key)).cloned()
            );
        }
    }
    // A page comes to it and no further, and says so each time.
    let mut cursor = store.cursor(Some(&[]));
    for key in 0..hit[0] {
        assert_eq!(store.walk(&mut cursor, true).unwrap().unwrap().0, numbered_key(key));
    }
    for _ in 0..3 {
        assert_eq!(damage(store.walk(&mut cursor, true)).offset_bytes, block.start as u64);
    }
    assert_eq!(store.page(Some(&numbered_key(hit[0] - 1)), false, 99).unwrap().len(), hit[0] - 1);
    let behind = hit[hit.len() - 1] + 1;
    assert_eq!(store.page(Some(&numbered_key(behind)), true, 99).unwrap().len(), 30 - behind);
    let backward = store.page(None, false, 30 - behind).unwrap();
    assert_eq!(backward.last().unwrap().0, numbered_key(behind));
}

#[test]
fn a_file_that_is_not_the_one_that_is_listed_is_damage_of_its_keys() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    store.flush(&[put(1, 5), put(2, 5)]);
    store.flush(&[put(2, 6), put(3, 5)]);
    let newer = store.disk.files[&2].clone();
    store.disk.files.insert(1, newer);
    store.restart();
    assert_eq!(damage(store.value(&numbered_key(1))).file, path(1));
    assert!(
        store.value(&numbered_key(2)).unwrap().is_some() && store.value(&numbered_key(3)).unwrap().is_some()
    );
    assert_eq!(damage(store.page(Some(&[]), true, 9)).file, path(1));
}

fn entry(kind: RunEntryKind, value: &[u8]) -> (u64, RunEntryKind, Vec<u8>) {
    (50, kind, value.to_vec())
}

#[test]
fn a_kind_that_this_version_does_not_write_is_refused_unless_it_is_hidden() {
    let kind = RunEntryKind::Expiring;
    let mut store = TestStore::new(TINY, NO_MEMORY);
    store.add(&[(b"a".to_vec(), entry(kind, &[1; 24])), (b"b".to_vec(), entry(kind, &[1; 24]))].into());
    store.flush(&[(b"a".to_vec(), Some(Vec::new()))]);
    assert!(store.value(b"a").unwrap().is_some());
    assert_eq!(damage(store.value(b"b")).reason, "a kind that this version does not write");
    assert_eq!(store.page(Some(b""), true, 1).unwrap().len(), 1);
    assert_eq!(damage(store.page(Some(b""), true, 2)).file, path(1));
    assert_eq!(damage(store.page(None, false, 1)).file, path(1));
}

/// Runs of which the oldest is the largest.
fn layered(memory: RunMemory, newer: usize) -> TestStore {
    let mut store = TestStore::new(RunGeometry { block_bytes: 64, file_bytes: u64::MAX }, memory);
    store.flush(&(0..400).map(|key| put(key, 9)).collect::<Vec<_>>());
    for run in 0..newer {
        let ends = [put(0, 5), put(399, 5)];
        store.flush(&(run..380).step_by(40).map(|key| put(key, 5)).chain(ends).collect::<Vec<_>>());
    }
    store
}

#[test]
fn a_get_reads_one_block_where_partitions_are_held_and_a_missing_key_hardly_any() {
    let mut store = layered(HELD_ALONE, 8);
    store.check();
    let (mut found, mut missing) = (0, 0);
    for key in 0..400 {
        store.disk.reads = 0;
        store.value(&numbered_key(key)).unwrap().unwrap();
        found += store.disk.reads;
        assert!(store.disk.reads <= 4, "{} reads", store.disk.reads);
        store.disk.reads = 0;
        let next_to = [&numbered_key(key)[..], b"x"].concat();
        assert!(store.value(&next_to).unwrap().is_none());
        missing += store.disk.reads;
    }
    // The partition of the largest run and a block of it, or a block of a newer run.
    assert!((400..850).contains(&found), "{found} reads for 400 keys");
    assert!(missing < 450, "{missing} reads for 400 keys that are not there, which are partitions");
}

#[test]
fn what_is_kept_is_not_read_again() {
    let mut store = layered(RunMemory::default(), 8);
    store.check();
    store.disk.reads = 0;
    store.check();
    assert_eq!(store.disk.reads, 0);
    // A merge reads all and drives nothing out.
    store.memory = RunMemory { cache_bytes: 20_000, held_bytes: u64::MAX };
    store.restart();
    for _ in 0..2 {
        store.disk.reads = 0;
        store.page(Some(&numbered_key(100)), true, 20).unwrap();
    }
    assert_eq!(store.disk.reads, 0);
    store.begin(0..9);
    while !store.step(0, 100).unwrap() {}
    store.disk.reads = 0;
    store.page(Some(&numbered_key(100)), true, 20).unwrap();
    assert_eq!(store.disk.reads, 0);
}

#[test]
fn no_more_is_held_than_may_be_and_less_costs_reads_alone() {
    let reads = |held_bytes| {
        let mut store = layered(RunMemory { cache_bytes: 0, held_bytes }, 8);
        store.check();
        store.disk.reads = 0;
        store.check();
        store.disk.reads
    };
    let reads = [0, 700, 2_000, u64::MAX].map(reads);
    assert!(reads.is_sorted_by(|a, b| a > b), "{reads:?}");
}

#[test]
fn what_is_listed_no_longer_is_closed_and_the_largest_run_is_held_no_longer() {
    let mut store = layered(HELD_ALONE, 2);
    store.check();
    let whole = store.runs().clone();
    let mut less = whole.clone();
    less.runs.pop();
    let reads = |store: &mut TestStore, key: usize| {
        store.disk.reads = 0;
        let is_found = store.value(&numbered_key(key)).unwrap().is_some();
        (is_found, store.disk.reads)
    };
    assert_eq!(reads(&mut store, 1), (true, 1), "a block");
    assert_eq!(reads(&mut store, 2), (true, 2), "a partition of the largest run, and a block");
    store.stack.set_runs(less);
    assert_eq!(reads(&mut store, 1), (true, 4), "footer and top index again: it is the largest one now");
    assert_eq!(reads(&mut store, 1), (true, 2), "a partition and a block");
    assert!(!reads(&mut store, 2).0);
    store.stack.set_runs(whole);
    assert!(reads(&mut store, 2).1 > 2, "it was closed");
    assert_eq!(reads(&mut store, 2), (true, 2));
    assert!(reads(&mut store, 1).0);
    assert_eq!(reads(&mut store, 1), (true, 1), "it is held again");
    store.check();
}

#[test]
fn a_page_reads_as_many_blocks_as_its_entries_are_in() {
    let mut store = layered(HELD_ALONE, 8);
    store.check();
    for start in (0..380).step_by(11) {
        for is_forward in [true, false] {
            store.disk.reads = 0;
            let page = store.page(Some(&numbered_key(start)), is_forward, 10).unwrap();
            // A block of each of nine runs to begin with; for each of the entries one of the largest run and a partition,
            // and one of a newer run that has the key.
            assert!(store.disk.reads <= 9 + 3 * page.len(), "{} reads", store.disk.reads);
        }
    }
}

#[test]
fn what_nothing_stands_between_is_given_at_once_up_to_what_has_no_value() {
    let mut store = TestStore::new(RunGeometry { block_bytes: 1 << 10, file_bytes: u64::MAX }, NO_MEMORY);
    let mut writes: Vec<_> = (0..30).map(|key| put(key, 9)).collect();
    writes[20] = removal(20);
    store.flush(&writes);
    let stretch = |store: &mut TestStore, from: usize, is_forward: bool| {
        let mut cursor = store.cursor(Some(&numbered_key(from)));
        store.walk(&mut cursor, is_forward).unwrap();
        cursor.undisputed().map(|stretch| stretch.entries)
    };
    assert_eq!(block_of(&store, 1, &numbered_key(0)), block_of(&store, 1, &numbered_key(29)), "one block");
    assert_eq!(stretch(&mut store, 5, true), Some(6..20));
    assert_eq!(stretch(&mut store, 5, false), Some(0..4));
    assert_eq!(stretch(&mut store, 25, false), Some(21..24));
    assert_eq!(stretch(&mut store, 29, true), None);
    for key in [0, 5, 20, 21, 29] {
        store.check_walk(Some(&numbered_key(key)), &[true, true, false, false, true, true]);
    }
    // Another run has a key among them.
    store.flush(&[put(17, 4)]);
    assert_eq!(stretch(&mut store, 5, true), None);
    assert_eq!(stretch(&mut store, 18, true), Some(19..20));
    store.check_walk(Some(&numbered_key(5)), &[true; 20]);
}

#[test]
fn what_is_read_in_order_is_read_in_ever_larger_steps() {
    let mut store = TestStore::new(RunGeometry { block_bytes: 1 << 10, file_bytes: u64::MAX }, NO_MEMORY);
    store.flush(&(0..400).map(|key| put(key, 200)).collect::<Vec<_>>());
    let file = store.runs().files().next().unwrap().file.clone();
    let blocks = (0..400).map(|key| block_of(&store, file.number, &numbered_key(key)).start);
    let blocks = blocks.collect::<BTreeSet<_>>().len();
    assert!(blocks > 64, "{blocks}");
    store.disk.reads = 0;
    assert_eq!(store.page(Some(&[]), true, usize::MAX).unwrap().len(), 400);
    // Footer, top index, each index block and the first one behind it, and blocks by 1, 1, 2, 4, 8, 16.
    assert!(store.disk.reads < 3 + blocks / 4, "{} reads of {blocks} blocks", store.disk.reads);
    // What is kept is not read again.
    store.stack = RunStack::new(store.runs().clone(), RunMemory::default());
    store.value(&numbered_key(200)).unwrap();
    store.check();
    store.disk.reads = 0;
    store.check();
    assert_eq!(store.disk.reads, 0);
}
