//! Merges, a scenario each: what goes, what stays, and where one goes on.

use super::store::{HELD_ALONE, NO_MEMORY, TestStore, numbered_key, put, removal};
use super::{TINY, TestEntries};
use crate::error::Error;
use crate::run::RunGeometry;
use crate::run::choose::{LeftAlone, MergePolicy, joined};
use crate::run::entry::RunEntryKind;
use crate::run::list::{ListedRun, Runs};
use crate::run::merge::Merge;
use crate::run::stack::Saying;

/// Blocks as in the other tests, and all in one file.
const LONG_FILES: RunGeometry = RunGeometry { block_bytes: 64, file_bytes: u64::MAX };

/// Two runs with the same keys, of which the newer one has removed every third.
fn two_runs(store: &mut TestStore, keys: usize) {
    two_runs_of(store, keys, LONG_FILES);
}

/// The same, with files of the newer one of their own size.
fn two_runs_of(store: &mut TestStore, keys: usize, newer: RunGeometry) {
    store.geometry = LONG_FILES;
    store.flush(&(0..keys).map(|key| put(key, 10)).collect::<Vec<_>>());
    store.geometry = newer;
    store.flush(
        &(0..keys).map(|key| if key % 3 == 0 { removal(key) } else { put(key, 8) }).collect::<Vec<_>>(),
    );
    store.geometry = TINY;
}

fn shape(runs: &Runs) -> Vec<(usize, usize)> {
    runs.runs.iter().map(|run| (run.files.len(), run.inputs)).collect()
}

/// The trap of an input that straddles: one that is not cut brings removed keys back.
#[test]
fn a_key_that_was_removed_does_not_come_back_in_the_middle_of_a_merge() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    // The files of the newer run, which have the removals, go one by one; the one of the older run stays.
    two_runs_of(&mut store, 60, TINY);
    store.begin(0..2);
    let mut installed = 0;
    while !store.merges.is_empty() {
        store.step(0, 100).unwrap();
        store.install(0);
        store.check();
        installed += usize::from(store.runs().runs.first().is_some_and(|run| run.inputs == 2));
    }
    assert!(installed > 5, "it was met in the middle: {installed}");
    assert_eq!(store.get(&numbered_key(0)).unwrap().map(|_| ()), None, "no run knows the key");
}

/// The trap of a cursor that walks from the first key of a file to the lowest one that counts.
#[test]
fn gets_and_pages_at_every_step_of_a_merge_read_as_few_blocks_as_before_it() {
    let keys = 300;
    let mut store = TestStore::new(TINY, HELD_ALONE);
    two_runs(&mut store, keys);
    store.begin(0..2);
    let mut straddling = 0;
    while !store.merges.is_empty() {
        store.step(0, 400).unwrap();
        store.install(0);
        straddling = straddling.max(store.runs().files().filter(|file| file.from.is_some()).count());
        for key in (0..keys).step_by(7) {
            // Files are opened and held by the first one.
            for is_counted in [false, true] {
                store.disk.reads = 0;
                store.value(&numbered_key(key)).unwrap();
                // A block, and where it is in the largest run a partition; and one for a filter that is mistaken.
                assert!(!is_counted || store.disk.reads <= 4, "{} reads for key {key}", store.disk.reads);
            }
            for is_forward in [true, false] {
                for is_counted in [false, true] {
                    store.disk.reads = 0;
                    store.page(Some(&numbered_key(key)), is_forward, 2).unwrap();
                    // Of each of three runs a block and a partition, and the ones behind that: two entries and the
                    // removal between them are in two blocks or three, and may be in two files.
                    assert!(!is_counted || store.disk.reads <= 24, "{} reads at key {key}", store.disk.reads);
                }
            }
        }
    }
    assert_eq!(straddling, 2, "both inputs were cut");
}

#[test]
fn what_is_read_and_not_taken_is_not_installed() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    two_runs(&mut store, 60);
    store.begin(0..2);
    store.step(0, usize::MAX).unwrap();
    assert!(store.merges[0].is_read() && store.merges[0].pending_bytes() > 512);
    let before = store.runs().clone();
    store.install(0);
    assert_eq!(store.runs(), &before);
    assert!(store.step(0, usize::MAX).unwrap());
    store.install(0);
    assert_eq!(shape(store.runs()).len(), 1);
    store.check();
}

#[test]
fn removals_go_with_the_oldest_run_alone() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    store.flush(&[put(1, 5), put(2, 5)]);
    store.flush(&[removal(1), put(3, 5)]);
    store.flush(&[put(4, 5)]);
    store.merge_all(0..2);
    store.check();
    assert!(matches!(store.get(&numbered_key(1)).unwrap(), Some(Saying::Removed)), "it hides an older value");
    store.merge_all(0..2);
    store.check();
    assert!(store.get(&numbered_key(1)).unwrap().is_none(), "there is nothing left to hide");
    assert_eq!(store.runs().files().map(|file| file.file.entries).sum::<u64>(), 3);
}

#[test]
fn where_all_was_removed_nothing_is_left() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    store.flush(&(0..50).map(|key| put(key, 5)).collect::<Vec<_>>());
    store.flush(&(0..50).map(removal).collect::<Vec<_>>());
    store.merge_all(0..2);
    assert_eq!(store.runs(), &Runs::default());
    assert!(store.disk.files.is_empty());
    store.check();
}

#[test]
fn a_merge_goes_on_after_a_restart_and_loses_one_file_at_most() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    two_runs(&mut store, 400);
    let (mut restarts, mut before) = (0, 0);
    loop {
        let of = MergePolicy { fan: 2, base_bytes: 1 << 30 }.choose(store.runs(), 0, &LeftAlone::new());
        let Some(of) = of else { break };
        store.begin(of);
        // As many steps as a file of 512 bytes needs, and some more.
        for _ in 0..60 {
            store.step(0, 20).unwrap();
        }
        while store.merges[0].is_read() && !store.step(0, 20).unwrap() {}
        store.install(0);
        let files = store.runs().runs[0].files.len();
        assert!(files > before || store.merges.is_empty(), "no step forward: {files} files");
        (restarts, before) = (restarts + 1, files);
        store.restart();
        store.check();
    }
    assert!(restarts > 5 && shape(store.runs()).len() == 1);
    assert_eq!(store.disk.files.len(), store.runs().files().count(), "nothing else is left");
}

#[test]
fn runs_that_come_meanwhile_stand_in_front_and_merges_of_them_go_before() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    two_runs(&mut store, 100);
    store.begin(0..2);
    while store.runs().runs[0].inputs == 0 {
        store.step(0, 100).unwrap();
        store.install(0);
    }
    let group = shape(store.runs());
    store.flush(&[put(1, 20), removal(2), put(99, 20)]);
    store.flush(&[put(0, 20), removal(98)]);
    store.merge_all(0..2);
    assert_eq!(shape(store.runs())[1..], group);
    store.check();
    assert!(
        matches!(store.get(&numbered_key(2)).unwrap(), Some(Saying::Removed)),
        "older runs were not in it"
    );
    while !store.step(0, 100).unwrap() {}
    store.install(0);
    assert_eq!(store.runs().runs.len(), 2);
    store.check();
}

#[test]
fn versions_stay_as_they_are() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    two_runs(&mut store, 40);
    let before = store.model.clone();
    store.merge_all(0..2);
    let after: TestEntries = store.page(Some(&[]), true, usize::MAX).unwrap().into_iter().collect();
    assert_eq!(before, after);
}

#[test]
fn rising_keys_are_never_copied() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    for flush in 0..40 {
        store.flush(&(0..10).map(|key| put(10 * flush + key, 5)).collect::<Vec<_>>());
        let runs = joined(store.runs(), &LeftAlone::new(), 0);
        store.set_runs(&runs);
        assert_eq!(MergePolicy { fan: 2, base_bytes: 1 }.choose(store.runs(), 0, &LeftAlone::new()), None);
    }
    assert_eq!(store.runs().runs.len(), 1);
    store.check();
}

#[test]
fn damage_ends_a_merge_and_what_was_whole_before_it_is_installed() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    two_runs(&mut store, 100);
    let due = store.model.clone();
    // In the middle of the data of the older run, which is file 1.
    store.disk.files.get_mut(&1).unwrap()[3_000] ^= 1;
    store.begin(0..2);
    let error = loop {
        match store.step(0, 100) {
            Ok(is_all) => assert!(!is_all),
            Err(error) => break error,
        }
    };
    let Error::Corrupt(damage) = &error else { panic!("{error}") };
    assert_eq!(damage.file, crate::base::layout::run(1));
    store.install(0);
    store.restart();
    let [output, newer, older] = &store.runs().runs[..] else { panic!("{:?}", shape(store.runs())) };
    let lengths = [output, newer, older].map(|run| run.files.len());
    assert!(output.inputs == 2 && lengths[0] > 1 && lengths[1..] == [1, 1], "{lengths:?}");
    let left = [1].into();
    assert_eq!(
        MergePolicy { fan: 2, base_bytes: 1 << 30 }.choose(store.runs(), 0, &left),
        None,
        "left alone"
    );
    // All of the newer run is there, and what is hidden by it is not missed.
    for (key, content) in &due {
        assert_eq!(store.value(key).unwrap().map(|(_, content)| content).as_ref(), Some(content));
    }
}

#[test]
fn a_merge_of_runs_that_are_not_listed_is_none() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    store.flush(&[put(1, 5)]);
    store.flush(&[put(1, 6)]);
    for of in [0..3, 2..4, 3..4] {
        assert!(Merge::new(store.runs(), of, TINY).is_none());
    }
    let mut merge = Merge::new(store.runs(), 0..2, TINY).unwrap();
    let mut others = store.runs().clone();
    others.runs.reverse();
    assert!(merge.install(&others).is_none());
    assert_eq!(merge.install(store.runs()).as_ref(), Some(store.runs()), "nothing is whole yet");
}

#[test]
fn what_this_version_does_not_write_is_not_merged() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    store.flush(&[put(1, 5)]);
    store.add(&[(b"k".to_vec(), (9, RunEntryKind::Expiring, vec![b'l'; 24]))].into());
    store.begin(0..2);
    assert!(matches!(store.step(0, 100), Err(Error::Corrupt(_))));
}

#[test]
fn what_is_left_behind_a_key_begins_right_behind_it() {
    let mut store = TestStore::new(TINY, NO_MEMORY);
    two_runs(&mut store, 10);
    let run: &ListedRun = &store.runs().runs[0];
    let left = run.behind(&numbered_key(4)).unwrap();
    assert_eq!(left.files[0].from.as_deref(), Some(&b"key 000004\0"[..]));
    assert_eq!(left.behind(&numbered_key(2)).as_ref(), Some(&left), "it is not less than it was");
    assert_eq!(run.behind(b"a").as_ref(), Some(run));
    assert_eq!(run.behind(&numbered_key(9)), None);
    assert_eq!(left.file_of(&numbered_key(4)), None);
    assert!(left.file_of(&numbered_key(5)).is_some() && left.file_of(&numbered_key(10)).is_none());
}
