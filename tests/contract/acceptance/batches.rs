//! `batch`, and many threads on one store.

use crate::fixture::{Fixture, event};
use std::collections::BTreeSet;
use std::thread;
use sx_persist::types::{Error as Refusal, Expect, ExpectSeq, Op, Outcome, Stale};

fn append(seq: u64) -> Op {
    Op::Append { stream: "s".into(), event: event(seq) }
}

fn put(value: &str) -> Op {
    Op::KvPut { key: "k".into(), value: value.into() }
}

fn swap(expected: &str) -> Op {
    Op::KvSwap { key: "k".into(), expected: Some(expected.into()), replacement: None }
}

fn move_ref(test: &str, set: &str) -> Op {
    let (test, set) = (Some(test.repeat(40)), Some(set.repeat(40)));
    Op::RefTestAndSet { name: "main".into(), test, set }
}

/// One of each of a map's, on a key that is absent before and after.
fn maps() -> Vec<Op> {
    let (table, key, value) = ("t".to_owned(), b"k".to_vec(), b"1".to_vec());
    let other = b"l".to_vec();
    vec![
        Op::MapPutNew { table: table.clone(), key: key.clone(), value: value.clone() },
        Op::MapPut { table: table.clone(), key: key.clone(), value: value.clone() },
        Op::MapSwap { table: table.clone(), key: other, expected: Expect::Absent, value },
        Op::MapIncrement { table: table.clone(), key: key.clone(), delta: 4 },
        Op::MapDelete { table, key, expected: Expect::Any },
    ]
}

#[test]
fn writes_of_maps_share_the_version_of_a_commit_and_have_their_own_in_a_run() {
    let answers = |versions: [u64; 3]| {
        let mut outcomes: Vec<_> = versions.into_iter().map(Outcome::Versioned).collect();
        outcomes.extend([Outcome::Incremented(5), Outcome::Deleted(true)]);
        outcomes
    };
    assert_eq!(Fixture::new().raw().commit(&maps()).unwrap().outcomes, answers([1, 1, 1]));
    let ran = Fixture::new().raw().run(&maps()).unwrap();
    assert_eq!(ran.into_iter().map(Result::unwrap).collect::<Vec<_>>(), answers([1, 2, 3]));
}

/// One of each, and what each answers.
fn all() -> (Vec<Op>, Vec<Outcome>) {
    let ops = vec![
        append(1),
        Op::AppendExpecting { stream: "s".into(), expected: 1, events: vec![event(2)] },
        Op::RecordEvent {
            stream: "s".into(),
            kind: "x".into(),
            at: 0,
            data: "nil".into(),
            expected: ExpectSeq::At(2),
        },
        Op::Truncate { stream: "s".into(), upto: 1 },
        put("1"),
        swap("1"),
        Op::KvDelete { key: "k".into() },
        Op::BlobPut { bytes: b"hello world".to_vec() },
        Op::RefSet { name: "main".into(), hash: "1".repeat(40) },
        move_ref("1", "2"),
        Op::RefDelete { name: "main".into() },
        Op::SnapshotPersist { key: "n".into(), blob: vec![0, 255] },
        Op::SnapshotPersistMarker { key: "n".into() },
        Op::SnapshotDeleteMarker { key: "n".into() },
        Op::SnapshotDeleteMarker { key: "n".into() },
    ];
    let outcomes = vec![
        Outcome::Appended(1),
        Outcome::Appended(2),
        Outcome::Recorded("{:at 0 :data nil :seq 3 :stream \"s\" :type \"x\"}".into()),
        Outcome::Truncated(1),
        Outcome::Put,
        Outcome::Swapped(true),
        Outcome::Deleted(false),
        Outcome::Stored("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e".into()),
        Outcome::Put,
        Outcome::Swapped(true),
        Outcome::Deleted(true),
        Outcome::Put,
        Outcome::Put,
        Outcome::Deleted(true),
        Outcome::Deleted(false),
    ];
    (ops, outcomes)
}

#[test]
fn every_operation_answers_in_a_batch_as_it_does_alone() {
    let (ops, outcomes) = all();
    let store = Fixture::new();
    assert_eq!(store.raw().commit(&ops).unwrap().outcomes, outcomes);
    let store = store.reopen();
    assert_eq!(store.raw().count("s").unwrap(), 2);
    let store = Fixture::new();
    let ran = store.raw().run(&ops).unwrap();
    assert_eq!(ran.into_iter().map(Result::unwrap).collect::<Vec<_>>(), outcomes);
}

#[test]
fn a_commit_is_all_or_nothing_and_names_what_was_refused() {
    let store = Fixture::new();
    store.raw().kv_put("k", "1").unwrap();
    for (refused, due) in [
        (append(0), Refusal::InvalidEvent(":seq is no integer from 1 to 9007199254740991".into())),
        (swap("9"), Refusal::Conflict("k".into())),
        (move_ref("1", "2"), Refusal::Conflict("main".into())),
        (
            Op::AppendExpecting { stream: "s".into(), expected: 7, events: vec![] },
            Refusal::Stale(Stale { expected: 7, actual: 1 }),
        ),
        (
            Op::MapDelete { table: "t".into(), key: b"k".to_vec(), expected: Expect::Version(7) },
            Refusal::Stale(Stale { expected: 7, actual: 0 }),
        ),
    ] {
        let error = store.raw().commit(&[append(1), put("2"), refused, append(2)]).unwrap_err();
        assert_eq!((error.index, error.error.refusal()), (Some(2), Some(&due)));
        assert_eq!(store.raw().last_seq("s").unwrap(), 0);
        assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("1"));
    }
    // Later operations see what earlier ones did, and an absent key to delete refuses nothing.
    let outcomes =
        store.raw().commit(&[put("2"), swap("2"), Op::KvDelete { key: "k".into() }]).unwrap().outcomes;
    assert_eq!(outcomes[1..], [Outcome::Swapped(true), Outcome::Deleted(false)]);
}

#[test]
fn a_run_does_each_operation_on_its_own() {
    let store = Fixture::new();
    let outcomes = store.raw().run(&[append(1), append(0), swap("9"), append(2)]).unwrap();
    assert_eq!(outcomes[0], Ok(Outcome::Appended(1)));
    assert!(matches!(outcomes[1], Err(Refusal::InvalidEvent(_))));
    assert_eq!(outcomes[2], Ok(Outcome::Swapped(false)));
    assert_eq!(outcomes[3], Ok(Outcome::Appended(2)));
}

#[test]
fn a_batch_has_limits() {
    let store = Fixture::new();
    let many = vec![Op::KvDelete { key: "k".into() }; 65_537];
    let refused = store.raw().commit(&many).unwrap_err();
    assert!(matches!(refused.error.refusal(), Some(Refusal::TooLarge(_))), "{refused:?}");
    assert_eq!(store.raw().commit(&many[..65_536]).unwrap().outcomes.len(), 65_536);
    let large = Op::BlobPut { bytes: vec![0; 22 << 20] };
    let refused = store.raw().commit(&[large.clone(), large.clone(), large]).unwrap_err();
    assert!(matches!(refused.error.refusal(), Some(Refusal::TooLarge(_))), "{refused:?}");
}

#[test]
fn many_threads_share_syncs_and_each_gets_its_own_answer() {
    const THREADS: u64 = 16;
    const EACH: u64 = 50;
    let store = Fixture::new();
    let answers: BTreeSet<u64> = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let store = store.store.clone();
                scope.spawn(move || {
                    (0..EACH)
                        .map(|number| {
                            let data = format!("(list {thread} {number})");
                            let event = store.raw().record_event("s", "x", 0, &data, ExpectSeq::Any).unwrap();
                            assert!(event.contains(&data));
                            sx::field(&event, "seq").unwrap().parse().unwrap()
                        })
                        .collect::<Vec<u64>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(answers.into_iter().collect::<Vec<_>>(), (1..=THREADS * EACH).collect::<Vec<_>>());
    let syncs = store.admin().stats().unwrap()["syncs"];
    // In memory a sync takes no time in which others could gather.
    let is_shared = crate::IN_MEMORY || syncs < THREADS * EACH;
    assert!(is_shared, "{syncs} syncs for {} writes: none was shared", THREADS * EACH);
    let store = store.reopen();
    assert_eq!(store.raw().count("s").unwrap(), THREADS * EACH);
}
