//! One store, several threads, and group commits of their writes.

use crate::checker::{Recorded, is_linearizable, overlaps, shown};
use crate::operations::{Names, any};
use crate::recorder::{Thread, record};
use sim::random::Random;
use std::time::Instant;
use support::counted;
use support::library::perform_exactly;
use sx_persist::Store;
use sx_persist::types::Durability;

/// Operations of one thread in one history: few, since the checker tries their orders.
pub(crate) const EACH: usize = 8;

pub(crate) fn chosen(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |text| text.parse().unwrap())
}

/// A thread that writes and reads.
pub(crate) fn thread<'a>(store: &'a Store, names: &Names, seed: u64, number: u64) -> Thread<'a> {
    let (names, mut random) = (names.clone(), Random::new(seed ^ (number << 32)));
    Thread {
        next: Box::new(move |answers| {
            let unique = number * 100 + answers.len() as u64 + 1;
            (answers.len() < EACH).then(|| any(&mut random, &names, unique, answers))
        }),
        perform: Box::new(move |op| perform_exactly(store, op).unwrap()),
    }
}

/// What the histories of a test had in them.
#[derive(Default)]
pub(crate) struct Met {
    pub(crate) histories: u64,
    pub(crate) operations: usize,
    pub(crate) overlaps: usize,
}

impl Met {
    pub(crate) fn check(&mut self, seed: u64, recorded: &Recorded) {
        self.histories += 1;
        self.operations += recorded.len() / 2;
        self.overlaps += overlaps(recorded);
        assert!(is_linearizable(recorded), "seed {seed}: no order explains\n{}", shown(recorded));
    }
}

fn histories(durability: Durability) {
    let (first, count) = (chosen("SEED", 1), chosen("HISTORIES", 150));
    let began = Instant::now();
    let root = tempfile::tempdir().unwrap();
    let store = Store::builder().durability(durability).open(root.path()).unwrap();
    let mut met = Met::default();
    for seed in first..first + count {
        let names = Names(format!("history {seed}"));
        let threads = 4 + seed % 5;
        met.check(seed, &record((0..threads).map(|number| thread(&store, &names, seed, number)).collect()));
    }
    assert!(met.overlaps * 4 > met.operations, "{} of {} overlapped", met.overlaps, met.operations);
    let stats = store.admin().stats().unwrap();
    counted(&format!(
        "linearizable: {durability:?}, seeds {first} to {}, {} histories of 4 to 8 threads, {} operations, {} of them begun \
         during another; {} writes and {} syncs of files; {:.0?}",
        first + count - 1,
        met.histories,
        met.operations,
        met.overlaps,
        stats["writes"],
        stats["syncs"],
        began.elapsed()
    ));
}

#[test]
fn threads_that_share_durable_commits_see_one_operation_at_a_time() {
    histories(Durability::Always);
}

#[test]
fn threads_that_share_relaxed_commits_see_one_operation_at_a_time() {
    histories(Durability::Relaxed);
}
