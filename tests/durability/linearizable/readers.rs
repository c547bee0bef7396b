//! Read-only stores beside the writer: each read sees all that was answered before it began.

use crate::checker::{Recorded, Step};
use crate::operations::{Names, read};
use crate::recorder::{Thread, record};
use crate::sharing::{EACH, Met, chosen, thread};
use sim::random::Random;
use std::path::Path;
use std::time::Instant;
use support::counted;
use support::library::perform_exactly;
use sx_persist::Store;
use sx_persist::types::Durability;
use todc_utils::Action;
use trace::Op;

fn reader(root: &Path) -> Store {
    Store::builder().read_only(true).create(false).open(root).unwrap()
}

/// A thread that reads through a store of its own.
fn beside<'a>(store: &'a Store, names: &Names, seed: u64, number: u64) -> Thread<'a> {
    let (names, mut random) = (names.clone(), Random::new(seed ^ (number << 40)));
    Thread {
        next: Box::new(move |answers| (answers.len() < EACH).then(|| read(&mut random, &names))),
        perform: Box::new(move |op| perform_exactly(store, op).unwrap()),
    }
}

/// last-seqs that were read by threads from this number on, with the highest that an append had been answered with before
/// the read began: the condition by itself, without a checker.
fn last_seqs_read(recorded: &Recorded, first_reader: usize) -> Vec<(u64, u64)> {
    let mut pairs = Vec::new();
    for (at, (thread, action)) in recorded.iter().enumerate() {
        let Action::Response(Step { op: Op::LastSeq { stream }, answer: Some(answer) }) = action else {
            continue;
        };
        if *thread < first_reader {
            continue;
        }
        let asked = recorded[..at].iter().rposition(|(other, _)| other == thread).unwrap();
        let before = recorded[..asked].iter().filter_map(|(_, action)| answered_append(action, stream));
        pairs.push((answer.parse().unwrap(), before.max().unwrap_or(0)));
    }
    pairs
}

/// The last-seq that an append to a stream was answered with.
fn answered_append(action: &Action<Step>, stream: &str) -> Option<u64> {
    let Action::Response(Step { op, answer: Some(answer) }) = action else { return None };
    match op {
        Op::Append { stream: to, .. } | Op::AppendExpecting { stream: to, .. } if to == stream => {
            answer.parse().ok()
        }
        _ => None,
    }
}

fn beside_a_writer(durability: Durability) {
    let (first, count) = (chosen("SEED", 1), chosen("HISTORIES", 60));
    let began = Instant::now();
    let root = tempfile::tempdir().unwrap();
    let store = Store::builder().durability(durability).open(root.path()).unwrap();
    let (one, other) = (reader(root.path()), reader(root.path()));
    let (mut met, mut seqs) = (Met::default(), 0);
    for seed in first..first + count {
        let names = Names(format!("history {seed}"));
        let mut threads: Vec<_> = (0..4).map(|number| thread(&store, &names, seed, number)).collect();
        threads.extend([beside(&one, &names, seed, 4), beside(&other, &names, seed, 5)]);
        let recorded = record(threads);
        for (seen, due) in last_seqs_read(&recorded, 4) {
            seqs += 1;
            assert!(seen >= due, "seed {seed}: a reader saw last-seq {seen} when {due} had been answered");
        }
        // And more than that: the readers' answers fit into the one order of all.
        met.check(seed, &recorded);
    }
    assert!(seqs * 2 > count, "{seqs} last-seqs were read");
    counted(&format!(
        "linearizable: {durability:?}, seeds {first} to {}, {} histories of 4 threads and 2 readers beside them, {} operations, {} \
         of them begun during another, {seqs} last-seqs read; {:.0?}",
        first + count - 1,
        met.histories,
        met.operations,
        met.overlaps,
        began.elapsed()
    ));
}

#[test]
fn readers_beside_durable_writes_see_all_that_was_answered_before_they_asked() {
    beside_a_writer(Durability::Always);
}

#[test]
fn readers_beside_relaxed_writes_see_all_that_was_answered_before_they_asked() {
    beside_a_writer(Durability::Relaxed);
}
