//! Threads, each with an adapter of its own, on one store.

use crate::both_drafts;
use crate::client::{Draft, Draft2, KeyValue, NotSwapped};
use std::collections::BTreeSet;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use support::counted;
use sx_persist::Store;

const THREADS: u32 = 4;

/// A store on a directory that goes with it.
fn store() -> (tempfile::TempDir, Store) {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    (root, store)
}

both_drafts! {
    fn no_increment_is_lost_and_no_sum_is_answered_twice<C: KeyValue>() {
        const EACH: u32 = 100;
        let (_root, store) = store();
        let sums = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(|| count_to::<C>(&store, EACH))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<BTreeSet<_>>()
        });
        assert_eq!(sums, (1..=i128::from(THREADS * EACH)).collect());
    }

    /// A writer keeps two keys the same, by batches; whoever reads both in one finds them so.
    fn nobody_sees_half_a_batch<C: KeyValue>() {
        let (_root, store) = store();
        let (keys, is_done) = (["a", "b"].map(String::from), AtomicBool::new(false));
        let (read, changed) = thread::scope(|scope| {
            let reader = scope.spawn(|| {
                let mut client = C::sharing(&store);
                let bucket = client.open("b").unwrap();
                let (mut read, mut seen) = (0, BTreeSet::new());
                while !is_done.load(Ordering::Relaxed) {
                    let found = client.get_many(bucket, &keys).unwrap();
                    assert_eq!(found[0], found[1]);
                    seen.insert(found[0].clone());
                    read += 1;
                }
                (read, seen.len())
            });
            let mut client = C::sharing(&store);
            let bucket = client.open("b").unwrap();
            for round in 0..150_u32 {
                let pairs = keys.clone().map(|key| (key, round.to_string().into_bytes()));
                client.set_many(bucket, &pairs).unwrap();
                if round % 3 == 0 {
                    client.delete_many(bucket, &keys).unwrap();
                }
            }
            is_done.store(true, Ordering::Relaxed);
            reader.join().unwrap()
        });
        assert!(changed > 1, "the reader saw one state in {read} reads");
    }
}

/// Increments one counter, and answers what it was told.
fn count_to<C: KeyValue>(store: &Store, times: u32) -> Vec<i128> {
    let mut client = C::sharing(store);
    let bucket = client.open("b").unwrap();
    (0..times).map(|_| client.increment(bucket, "n", 1.into()).unwrap().into()).collect()
}

#[test]
fn both_drafts_count_together() {
    const EACH: u32 = 60;
    let (_root, store) = store();
    thread::scope(|scope| {
        for _ in 0..THREADS / 2 {
            scope.spawn(|| count_to::<Draft>(&store, EACH));
            scope.spawn(|| count_to::<Draft2>(&store, EACH));
        }
    });
    let sum = store.raw().map_get("b", b"n").unwrap().unwrap().value;
    assert_eq!(sum, (THREADS * EACH).to_string().into_bytes());
}

/// Each thread reads, adds to what it read, and swaps: no addition may go under another.
#[test]
fn no_swap_overwrites_what_its_caller_has_not_seen() {
    const EACH: u32 = 25;
    let (_root, store) = store();
    let lost = AtomicU32::new(0);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (store, lost) = (&store, &lost);
            scope.spawn(move || {
                let mut client = Draft2::sharing(store);
                let bucket = client.open("b").unwrap();
                for turn in 0..EACH {
                    let mut cas = client.cas(bucket, "log").unwrap();
                    loop {
                        let mut log = client.current(cas).unwrap().unwrap_or_default();
                        log.extend_from_slice(format!("{number}/{turn} ").as_bytes());
                        match client.swap(cas, &log) {
                            Ok(()) => break,
                            Err(NotSwapped::Failed(again)) => cas = again,
                            Err(refused) => panic!("{refused:?}"),
                        }
                        lost.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let log = String::from_utf8(store.raw().map_get("b", b"log").unwrap().unwrap().value).unwrap();
    let entries: BTreeSet<_> = log.split_whitespace().map(String::from).collect();
    let all = (0..THREADS).flat_map(|number| (0..EACH).map(move |turn| format!("{number}/{turn}")));
    assert_eq!((log.split_whitespace().count(), entries), ((THREADS * EACH) as usize, all.collect()));
    counted(&format!("keyvalue: {} swaps, {} were tried again", THREADS * EACH, lost.into_inner()));
}

#[test]
fn of_several_that_found_nothing_one_swaps() {
    const ROUNDS: u32 = 40;
    let (_root, store) = store();
    let (barrier, won) = (Barrier::new(THREADS as usize), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let mut client = Draft2::sharing(&store);
                let bucket = client.open("b").unwrap();
                for round in 0..ROUNDS {
                    let cas = client.cas(bucket, &round.to_string()).unwrap();
                    barrier.wait();
                    won.fetch_add(client.swap(cas, b"mine").is_ok().into(), Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(won.into_inner(), ROUNDS);
}
