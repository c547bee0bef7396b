//! The checker bites: histories of stores that are broken in some way are refused.

use crate::checker::{Recorded, Step, is_linearizable};
use crate::operations::Names;
use crate::recorder::record;
use crate::sharing::{chosen, thread};
use std::collections::BTreeMap;
use std::sync::Mutex;
use support::counted;
use support::library::perform_exactly;
use sx_persist::Store;
use todc_utils::Action;
use trace::maps::MapOp;
use trace::refs::RefOp;
use trace::snapshots::SnapshotOp;
use trace::{Answer, Op};

/// A history from lines `THREAD OPERATION`, for a question, and `THREAD = ANSWER`.
fn history(text: &str) -> Recorded {
    let mut asked = BTreeMap::new();
    let mut recorded = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (thread, rest) = line.split_once(' ').unwrap();
        let thread = thread.parse().unwrap();
        let action = if let Some(answer) = rest.strip_prefix("= ") {
            let op = asked.remove(&thread).unwrap();
            Action::Response(Step { op, answer: Some(answer.to_owned()) })
        } else {
            let op = Op::parse(rest).unwrap();
            asked.insert(thread, op.clone());
            Action::Call(Step { op, answer: None })
        };
        recorded.push((thread, action));
    }
    recorded
}

/// Each history as it is, and with one answer that would be right, was the store not broken.
fn refuses(broken: &str, wrong: &str, right: &str) {
    assert!(!is_linearizable(&history(broken)), "{broken}");
    assert!(broken.contains(wrong));
    assert!(is_linearizable(&history(&broken.replace(wrong, right))), "{broken}");
}

#[test]
fn a_stale_read_is_refused() {
    refuses("0 kv-put k `1`\n 0 = ok\n 0 kv-put k `2`\n 0 = ok\n 1 kv-get k\n 1 = 1", "1 = 1", "1 = 2");
}

#[test]
fn a_lost_update_is_refused() {
    refuses(
        "0 kv-put k `1`\n 0 = ok\n 1 kv-swap k `1` `2`\n 2 kv-swap k `1` `3`\n 1 = true\n 2 = true",
        "2 = true",
        "2 = false",
    );
}

#[test]
fn a_commit_that_is_seen_by_halves_is_refused() {
    refuses(
        "0 commit `kv-put a 1` `kv-put b 1`\n 1 kv-get a\n 1 = 1\n 1 kv-get b\n 1 = none\n 0 = ok; ok",
        "1 = none",
        "1 = 1",
    );
}

#[test]
fn reads_of_one_moment_that_see_a_commit_by_halves_are_refused() {
    refuses(
        "0 commit `kv-put a 1` `kv-put b 1`\n 1 reads `kv-get a` `kv-get b`\n 1 = 1; none\n 0 = ok; ok",
        "1 = 1; none",
        "1 = 1; 1",
    );
}

/// Each checks what the other writes: in no order do both find what they check.
#[test]
fn write_skew_is_refused() {
    refuses(
        "0 commit `check-key b -` `kv-put a 1`\n 1 commit `check-key a -` `kv-put b 1`\n 0 = checked; ok\n 1 = checked; ok",
        "1 = checked; ok",
        "1 = error at 0 conflict",
    );
}

#[test]
fn a_last_seq_given_twice_and_an_expectation_met_twice_are_refused() {
    refuses(
        "0 record-event s x 0 `1` -\n 1 record-event s x 0 `2` -\n 0 = {:at 0 :data 1 :seq 1 :stream \"s\" :type \"x\"}\n \
         1 = {:at 0 :data 2 :seq 1 :stream \"s\" :type \"x\"}",
        "2 :seq 1",
        "2 :seq 2",
    );
    refuses(
        "0 append-expecting s 0 `{:seq 1}`\n 1 append-expecting s 0 `{:seq 1}`\n 0 = 1\n 1 = 1",
        "1 = 1",
        "1 = error stale 0 1",
    );
}

#[test]
fn reads_that_disagree_about_an_order_are_refused() {
    // Two appends at once may come in either order, but in one.
    refuses(
        "0 append s `{:by 0 :seq 1}`\n 1 append s `{:by 1 :seq 1}`\n 2 read s\n 3 read s\n 2 = {:by 0 :seq 1}\n \
         3 = {:by 1 :seq 1}\n 0 = 1\n 1 = 1",
        "3 = {:by 1 :seq 1}",
        "3 = {:by 0 :seq 1} {:by 1 :seq 1}",
    );
}

#[test]
fn a_version_given_twice_a_lost_increment_and_a_swap_over_what_was_not_seen_are_refused() {
    refuses("0 map-put t k a\n 0 = #5\n 0 map-put t k b\n 0 = #5", "b\n 0 = #5", "b\n 0 = #6");
    refuses("0 map-increment t n 1\n 1 map-increment t n 1\n 0 = 1\n 1 = 1", "1 = 1", "1 = 2");
    // A, then B, then A again.
    refuses(
        "0 map-put t k a\n 0 = #5\n 1 map-put t k b\n 1 = #6\n 1 map-put t k a\n 1 = #7\n 0 map-swap t k 5 c\n 0 = #8",
        "c\n 0 = #8",
        "c\n 0 = error stale #5 #7",
    );
    refuses("0 map-put t k a\n 0 = #5\n 1 map-get t k\n 1 = #4 a", "1 = #4 a", "1 = #5 a");
}

#[test]
fn a_store_that_remembers_its_first_answers_is_found_out() {
    let first = chosen("SEED", 1);
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    // Threads decide how many of the histories read an answer from the cache that has gone stale (from one in eight to one in
    // two), so that a number of them to expect would fail on some machine: one is enough, and 400 are far more than it takes.
    let found = (first..first + 400).find(|&seed| {
        let names = Names(format!("history {seed}"));
        let cache: Mutex<BTreeMap<String, Answer>> = Mutex::default();
        let threads = (0..4).map(|number| {
            let mut thread = thread(&store, &names, seed, number);
            thread.perform = Box::new(|op| {
                let answer = || perform_exactly(&store, op).unwrap();
                match op {
                    Op::KvGet { .. }
                    | Op::Ref(RefOp::Get { .. })
                    | Op::Snapshot(SnapshotOp::Load { .. })
                    | Op::Map(MapOp::Get { .. })
                    | Op::LastSeq { .. }
                    | Op::Read { .. } => {
                        cache.lock().unwrap().entry(op.to_string()).or_insert_with(answer).clone()
                    }
                    Op::Session(_) if !op.is_write() => {
                        cache.lock().unwrap().entry(op.to_string()).or_insert_with(answer).clone()
                    }
                    _ => answer(),
                }
            });
            thread
        });
        !is_linearizable(&record(threads.collect()))
    });
    let seed = found.expect("of 400 histories of a store that caches one is refused");
    counted(&format!(
        "linearizable: a store with a stale cache is refused at history {} of 400",
        seed - first + 1
    ));
}
