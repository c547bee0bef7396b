//! Transactions of the library: all or nothing, and serializable.

use super::{End, hash, over_each_end};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use sx_persist::types::{self, Expect, ExpectSeq};
use sx_persist::{Error, Event, Lsn, Store, Transaction, Uuid};

over_each_end! {
    all_of_a_transaction_is_one_commit_and_its_answers_are_there_afterwards
    what_is_refused_is_named_and_nothing_is_written
    a_transaction_sees_what_it_has_put_and_not_what_only_its_commit_tells
    a_transaction_is_refused_when_anything_that_it_read_has_changed
    transact_goes_again_until_nothing_has_changed
    an_error_of_the_caller_ends_it_without_a_write_and_only_when_what_was_read_is_still_so
    there_is_no_write_skew_between_threads
    no_addition_of_many_threads_is_lost
}

const SESSION: Uuid = Uuid::from_u128(1);
const SEGMENT: Uuid = Uuid::from_u128(2);

fn all_of_a_transaction_is_one_commit_and_its_answers_are_there_afterwards(end: End) {
    let store = end.in_memory();
    let mut writer = store.blobs().writer().unwrap();
    writer.add(b"large").unwrap();
    let mut tx = store.transaction();
    let seq = tx.stream::<Event<u8>>("s").record("counted", &7).unwrap();
    let sum = tx.map::<String, i64>("m").increment("n", 5);
    let was_there = tx.kv().remove("k");
    let (small, large) = (tx.blobs().put(b"small"), tx.blobs().finish(writer));
    let entries = tx.sessions::<u8>().append(SESSION, SEGMENT, &1).unwrap();
    tx.refs().set("r", &hash('1'));
    tx.objects().put(&hash('2'), b"object");
    tx.snapshots().put("x", b"state");
    assert_eq!((seq.get(), sum.get()), (None, None));
    assert_eq!(tx.commit().unwrap(), Lsn::new(1));
    assert_eq!((seq.get().unwrap().get(), sum.get(), was_there.get()), (1, Some(5), Some(false)));
    assert_eq!(entries.get(), Some(1));
    for (cid, bytes) in [(small, &b"small"[..]), (large, b"large")] {
        assert_eq!(store.blobs().get(&cid.get().unwrap()).unwrap().as_deref(), Some(bytes));
    }
    assert_eq!(store.refs().get("r").unwrap(), Some(hash('1')));
    assert_eq!(store.objects().get(&hash('2')).unwrap().as_deref(), Some(&b"object"[..]));
    assert_eq!(store.snapshots().get("x").unwrap().as_deref(), Some(&b"state"[..]));
    assert_eq!(store.transaction().commit().unwrap(), Lsn::new(0));
}

fn what_is_refused_is_named_and_nothing_is_written(end: End) {
    let store = end.in_memory();
    store.kv().put("seen", &1).unwrap();
    let mut tx = store.transaction();
    // A read does not count.
    tx.kv().get::<u8>("seen").unwrap();
    tx.kv().put("k", &1).unwrap();
    tx.map::<String, i64>("m").swap("n", Expect::Version(9), &1).unwrap();
    let error = tx.commit().unwrap_err();
    assert!(matches!(error, Error::Operation { index: 1, refusal: types::Error::Stale(_) }), "{error:?}");
    assert!(error.is_stale() && !error.is_retryable() && !error.may_have_taken_effect());
    assert_eq!(store.kv().get::<u8>("k").unwrap(), None);
}

fn a_transaction_sees_what_it_has_put_and_not_what_only_its_commit_tells(end: End) {
    let store = end.in_memory();
    let mut tx = store.transaction();
    tx.kv().put("k", &1).unwrap();
    assert_eq!(tx.kv().get::<u8>("k").unwrap(), Some(1));
    let _ = tx.kv().remove("k");
    assert_eq!(tx.kv().get::<u8>("k").unwrap(), None);
    tx.map::<String, i64>("m").put("n", &3).unwrap();
    assert_eq!(tx.map::<String, i64>("m").get("n").unwrap(), Some(3));
    let _ = tx.map::<String, i64>("m").remove("n");
    assert_eq!(tx.map::<String, i64>("m").get("n").unwrap(), None);
    tx.refs().set("r", &hash('1'));
    assert_eq!(tx.refs().get("r").unwrap(), Some(hash('1')));
    let _ = tx.map::<String, i64>("m").increment("n", 1);
    tx.stream::<Event<u8>>("s").record("said", &1).unwrap();
    tx.sessions::<u8>().append(SESSION, SEGMENT, &1).unwrap();
    for error in [
        tx.map::<String, i64>("m").get("n").unwrap_err(),
        tx.stream::<Event<u8>>("s").last_seq().unwrap_err(),
        tx.stream::<Event<u8>>("s").len().unwrap_err(),
        tx.sessions::<u8>().entry_count(SESSION, SEGMENT).unwrap_err(),
    ] {
        assert!(matches!(error.refusal(), Some(types::Error::InvalidArgument(_))), "{error:?}");
    }
    tx.commit().unwrap();
    assert_eq!(store.map::<String, i64>("m").get("n").unwrap(), Some(1));
}

/// A read of a transaction, and a write of somebody else that changes it.
type Case = (&'static str, fn(&mut Transaction<'_>), fn(&Store));

const CASES: [Case; 6] = [
    (
        "key",
        |tx| {
            let _ = tx.kv().get::<u8>("k").unwrap();
        },
        |store| store.kv().put("k", &2).unwrap(),
    ),
    (
        "map",
        |tx| {
            let _ = tx.map::<String, i64>("m").get("n").unwrap();
        },
        |store| {
            let _ = store.map::<String, i64>("m").put("n", &0).unwrap();
        },
    ),
    (
        "ref",
        |tx| {
            let _ = tx.refs().get("r").unwrap();
        },
        |store| store.refs().set("r", &hash('2')).unwrap(),
    ),
    (
        "last seq",
        |tx| {
            let _ = tx.stream::<Event<u8>>("s").last_seq().unwrap();
        },
        |store| {
            let _ = store.stream::<Event<u8>>("s").record("said", &1).unwrap();
        },
    ),
    (
        "count",
        |tx| {
            let _ = tx.stream::<Event<u8>>("s").len().unwrap();
        },
        |store| {
            let _ = store.stream::<Event<u8>>("s").record("said", &1).unwrap();
        },
    ),
    (
        "segment",
        |tx| {
            let _ = tx.sessions::<u8>().entry_count(SESSION, SEGMENT).unwrap();
        },
        |store| {
            let _ = store.sessions::<u8>().append(SESSION, SEGMENT, &1).unwrap();
        },
    ),
];

fn a_transaction_is_refused_when_anything_that_it_read_has_changed(end: End) {
    for (name, read, change) in CASES {
        let store = end.in_memory();
        let mut tx = store.transaction();
        read(&mut tx);
        tx.kv().put("done", &true).unwrap();
        change(&store);
        let error = tx.commit().unwrap_err();
        assert!(matches!(error, Error::Changed(_)) && error.is_stale(), "{name}: {error:?}");
        assert_eq!(store.kv().get::<bool>("done").unwrap(), None, "{name}");
        // And it is not when nothing has.
        let mut tx = store.transaction();
        read(&mut tx);
        read(&mut tx);
        tx.kv().put("done", &true).unwrap();
        tx.commit().unwrap();
    }
}

fn transact_goes_again_until_nothing_has_changed(end: End) {
    let store = end.in_memory();
    let rounds = AtomicU32::new(0);
    let seq = store.transact(|tx| {
        let seen = tx.kv().get::<u32>("k")?.unwrap_or(0);
        // Somebody else, twice.
        if rounds.fetch_add(1, Ordering::Relaxed) < 2 {
            store.kv().put("k", &(seen + 10))?;
        }
        tx.kv().put("k", &(seen + 1))?;
        tx.stream::<Event<u32>>("s").record_at("counted", 0, &seen, ExpectSeq::Any)
    });
    assert_eq!(seq.unwrap().get().unwrap().get(), 1);
    assert_eq!((rounds.into_inner(), store.kv().get::<u32>("k").unwrap()), (3, Some(21)));
}

fn an_error_of_the_caller_ends_it_without_a_write_and_only_when_what_was_read_is_still_so(end: End) {
    #[derive(Debug)]
    enum Failure {
        Enough(u32),
        Store(Error),
    }

    impl From<Error> for Failure {
        fn from(error: Error) -> Self {
            Self::Store(error)
        }
    }

    let store = end.in_memory();
    let mut rounds = 0;
    let ended = store.transact(|tx| {
        tx.kv().put("k", &true)?;
        let seen = tx.kv().get::<u32>("n")?.unwrap_or(0);
        rounds += 1;
        if rounds == 1 {
            store.kv().put("n", &5)?;
        }
        Err::<(), _>(Failure::Enough(seen))
    });
    assert!(matches!(ended, Err(Failure::Enough(5))), "{ended:?}");
    assert_eq!(store.kv().keys().unwrap(), ["n"]);
    let failed = store.transact(|tx| Ok::<_, Failure>(tx.kv().get::<u32>("")?));
    assert!(matches!(&failed, Err(Failure::Store(error)) if error.refusal().is_some()), "{failed:?}");
}

/// Two keys may be given up as long as the other one is held: two that look at once and each give up one would leave none.
fn there_is_no_write_skew_between_threads(end: End) {
    let store = end.in_memory();
    let held = store.map::<String, i64>("held");
    for _ in 0..30 {
        held.put("a", &1).unwrap();
        held.put("b", &1).unwrap();
        thread::scope(|scope| {
            for mine in ["a", "b"] {
                let store = &store;
                scope.spawn(move || {
                    store.transact(|tx| {
                        let mut held = tx.map::<String, i64>("held");
                        if held.get("a")? == Some(1) && held.get("b")? == Some(1) {
                            held.put(mine, &0)?;
                        }
                        Ok::<_, Error>(())
                    })
                });
            }
        });
        let sum: i64 = held.iter().map(|item| item.unwrap().value).sum();
        assert_eq!(sum, 1);
    }
}

fn no_addition_of_many_threads_is_lost(end: End) {
    const THREADS: u32 = 4;
    const ADDITIONS: u32 = 60;
    let store = end.in_memory();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ADDITIONS {
                    store
                        .transact(|tx| {
                            let sum = tx.kv().get::<u32>("sum")?.unwrap_or(0);
                            tx.kv().put("sum", &(sum + 1))
                        })
                        .unwrap();
                }
            });
        }
    });
    assert_eq!(store.kv().get::<u32>("sum").unwrap(), Some(THREADS * ADDITIONS));
}
