//! One root, a hundred processes, each killed in the middle of its work.

use crate::ledger::{Ledger, difference, shown};
use crate::worker::{Worker, child, chosen, moment};
use sim::random::Random;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use support::library::observe;
use support::{counted, library};
use sx_persist::Store;
use trace::Op;

pub(crate) fn reader(root: &Path) -> Store {
    Store::builder().read_only(true).create(false).open(root).unwrap()
}

/// A store that checkpoints when it is told to, and when it is closed.
pub(crate) fn writer(root: &Path) -> Store {
    Store::builder().checkpoint_when_idle(None).open(root).unwrap()
}

/// Everything is there that must be, nothing else, and none of it damaged.
pub(crate) fn check(ledger: &mut Ledger, who: &str, store: &Store) {
    let held = observe(store).unwrap();
    let expected = ledger.guess();
    ledger.found(who, |state| *state == held, || difference(&held, &expected));
    let report = store.admin().verify().unwrap();
    assert_eq!(report.damaged, 0, "{:?}", report.findings);
}

/// Opens the root in one of the ways in which it may be opened, and looks.
pub(crate) fn reopen(ledger: &mut Ledger, root: &Path, way: u64) {
    match way {
        0 => check(ledger, "a reader", &reader(root)),
        1 => {
            let output = child(root, &["show"]).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            let text = String::from_utf8(output.stdout).unwrap();
            ledger.found("another process", |state| shown(state) == text, || text.clone());
            check(ledger, "a reader", &reader(root));
        }
        // A writer that writes nothing leaves the journal to the next process; one that closes leaves a base without one.
        2 => check(ledger, "a writer", &writer(root)),
        _ => {
            let store = writer(root);
            check(ledger, "a writer", &store);
            let answer = library::perform(&store, &ledger.next_op()).unwrap();
            ledger.answered(&answer);
            check(ledger, "a writer that has written", &store);
            store.close().unwrap();
        }
    }
}

#[test]
fn a_hundred_kills_lose_nothing_that_was_answered_and_add_nothing_that_was_not_asked_for() {
    let (seed, kills) = (chosen("SEED", 1), chosen("KILLS", 100));
    let began = Instant::now();
    let mut random = Random::new(seed);
    let mut ledger = Ledger::new(seed);
    let root = tempfile::tempdir().unwrap();
    let mut early = 0;
    for kill in 0..kills {
        let first = ledger.next.to_string();
        let mut worker = Worker::start(root.path(), &["work", &seed.to_string(), &first]);
        let after = if random.one_in(8) {
            // Before it has said anything: while it starts, opens, or takes the root over.
            early += 1;
            Duration::from_micros(random.below(60_000))
        } else {
            worker.lines(1 + random.below(80));
            moment(&mut random)
        };
        let said = worker.kill(after);
        ledger.heard(&said);
        reopen(&mut ledger, root.path(), kill % 4);
    }
    let [whole, absent] = ledger.in_flight;
    assert!(ledger.acknowledged > 10 * kills, "{} operations are no work", ledger.acknowledged);
    assert_eq!(ledger.refused, 0);
    counted(&format!(
        "processes: seed {seed}, {kills} kills, {early} of them at the start; {} operations acknowledged, none lost; of those in \
         flight {whole} were there whole and {absent} not at all; {:.0?}",
        ledger.acknowledged,
        began.elapsed()
    ));
}

#[test]
fn a_store_whose_first_act_is_killed_in_a_blob_is_one_all_the_same() {
    let root = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        let mut worker = Worker::start(root.path(), &["upload"]);
        worker.lines(1);
        worker.kill(Duration::ZERO);
        let left: Vec<_> =
            fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| name == "tmp" || name == "lock"), "{left:?}");
    }
    let store = writer(root.path());
    let cid = store.raw().blob_put(b"whole").unwrap();
    store.close().unwrap();
    assert_eq!(reader(root.path()).raw().blob_get(&cid).unwrap().as_deref(), Some(b"whole".as_slice()));
}

#[test]
fn a_journal_cut_short_or_an_operation_too_many_would_be_noticed() {
    let root = tempfile::tempdir().unwrap();
    let store = writer(root.path());
    let mut ledger = Ledger::new(6);
    while ledger.acknowledged < 30 {
        let answer = library::perform(&store, &ledger.next_op()).unwrap();
        ledger.answered(&answer);
    }
    // Whatever the seed's work did last, this changes something, and so does what nobody asks for below.
    let put = |key: &str| Op::KvPut { key: key.into(), value: "1".into() };
    ledger.also(&put("the last"), &library::perform(&store, &put("the last")).unwrap());
    // What a kill would leave.
    let left = tempfile::tempdir().unwrap();
    support::vectors::copy(root.path(), left.path());
    let held = || observe(&reader(left.path())).unwrap();
    assert!(ledger.allows(&held()));
    let files = fs::read_dir(left.path().join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let journal = files.filter(|path| !path.ends_with("reserve")).max().unwrap();
    // Half of its frames: behind them stand zeros that were written ahead, which nobody would miss.
    let mut bytes = fs::read(&journal).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes.truncate(end / 2);
    fs::write(&journal, bytes).unwrap();
    assert!(!ledger.allows(&held()), "half of the journal is gone, and nobody has noticed");
    assert!(ledger.allows(&observe(&store).unwrap()));
    library::perform(&store, &put("one too many")).unwrap();
    assert!(!ledger.allows(&observe(&store).unwrap()), "more is there than was asked for");
}
