//! Sixteen threads on one store, and the process killed while they share commits.

use crate::kills::reader;
use crate::worker::{Worker, chosen, moment};
use sim::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;
use support::counted;

/// An append of a thread: which stream (`own` or `all`), which thread, its number.
type Append = (String, u64, u64);

fn append(line: &str, word: &str) -> Option<Append> {
    let mut words = line.strip_prefix(word)?.split(' ').skip(1);
    let stream = words.next()?.to_owned();
    Some((stream, words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

/// Every append that a root holds. The seqs of each stream must rise by one: a hole would be a commit that was lost before
/// one that was kept (I3), a repetition one that came twice.
fn held(root: &Path) -> BTreeSet<Append> {
    let store = reader(root);
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    let mut found = BTreeSet::new();
    for stream in store.streams().unwrap() {
        let events = store.raw().read(&stream).unwrap();
        assert_eq!(events.len() as u64, store.raw().last_seq(&stream).unwrap(), "{stream}");
        for (event, due) in events.iter().zip(1..) {
            let seq: u64 = sx::field(event, "seq").unwrap().parse().unwrap();
            assert_eq!(seq, due, "{stream}: {event}");
            let is_new = found.insert(match stream.strip_prefix("own ") {
                Some(thread) => ("own".to_owned(), thread.parse().unwrap(), seq),
                None => of_all(event),
            });
            assert!(is_new, "{stream} has {event} twice");
        }
    }
    found
}

/// `(list THREAD NUMBER)` in the stream of all.
fn of_all(event: &str) -> Append {
    let data = sx::field(event, "data").unwrap();
    let mut words = data.trim_matches(['(', ')']).split(' ').skip(1).map(|word| word.parse().unwrap());
    ("all".to_owned(), words.next().unwrap(), words.next().unwrap())
}

#[test]
fn a_kill_during_group_commits_loses_no_thread_anything_that_it_was_answered() {
    let (seed, kills) = (chosen("SEED", 1), 20);
    let began = Instant::now();
    let mut random = Random::new(seed);
    let root = tempfile::tempdir().unwrap();
    let mut due = BTreeSet::new();
    let (mut answered, mut whole, mut absent) = (0, 0, 0);
    for _ in 0..kills {
        let mut worker = Worker::start(root.path(), &["threads"]);
        worker.lines(32 + random.below(1_500));
        let said = worker.kill(moment(&mut random));
        let mut in_flight = BTreeMap::new();
        for line in &said {
            if let Some(append) = append(line, "begin") {
                let before = in_flight.insert(append.1, append);
                assert_eq!(before, None, "a thread is at one append at a time");
            } else {
                let append = append(line, "done").unwrap();
                assert_eq!(in_flight.remove(&append.1).as_ref(), Some(&append));
                due.insert(append);
                answered += 1;
            }
        }
        let found = held(root.path());
        let lost: Vec<_> = due.difference(&found).collect();
        assert!(lost.is_empty(), "answered and lost: {lost:?}");
        for extra in found.difference(&due) {
            assert_eq!(in_flight.get(&extra.1), Some(extra), "nobody was about to append this");
        }
        whole += found.len() - due.len();
        absent += in_flight.len() + due.len() - found.len();
        due = found;
    }
    assert!(answered > 100 * kills, "{answered} appends are no work");
    counted(&format!(
        "processes: seed {seed}, {kills} kills of 16 threads; {answered} appends acknowledged, none lost; of those in flight {whole} \
         were there whole and {absent} not at all; {:.0?}",
        began.elapsed()
    ));
}
