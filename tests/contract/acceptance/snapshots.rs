//! N1 to N5.

use crate::fixture::{Fixture, event, refusal};
use std::thread;
use sx_persist::types::{Error as Refusal, Op, Outcome};
use sx_persist::{Page, Result};

const KEY: &str = "counter/visits";

/// Keys of a page, and the cursor of the next one.
fn shown(page: Result<Page<String>>) -> (Vec<String>, Option<String>) {
    let page = page.unwrap();
    let next = page.next().map(str::to_owned);
    (page.items, next)
}

#[test]
fn n1_keys_and_bytes_come_back_as_they_were_given() {
    let mut store = Fixture::new();
    let long = "n".repeat(1_024);
    let keys = ["..", "/", "A", "\0", "a", "a b?*\n", "a.b", "a/b", "a_b", "über", "ü☃\u{10ffff}", &long];
    let bytes = |key: &str| [key.as_bytes(), &[0, 0xff, b'\n', 0x80]].concat();
    for key in keys {
        store.raw().snapshot_persist(key, &bytes(key)).unwrap();
    }
    store.raw().snapshot_persist("largest", &vec![0xff; 16 << 20]).unwrap();
    store.raw().snapshot_persist("none", b"").unwrap();
    let mut sorted: Vec<String> = keys.iter().chain(&["largest", "none"]).map(|key| (*key).into()).collect();
    sorted.sort();
    for _ in 0..2 {
        assert_eq!(shown(store.raw().snapshot_keys("", None, 100)), (sorted.clone(), None));
        for key in keys {
            assert_eq!(store.raw().snapshot_load(key).unwrap(), Some(bytes(key)), "{key:?}");
        }
        assert_eq!(store.raw().snapshot_load("largest").unwrap(), Some(vec![0xff; 16 << 20]));
        assert_eq!(store.raw().snapshot_load("none").unwrap(), Some(vec![]));
        store = store.reopen();
    }
    let over = "n".repeat(1_025);
    for key in ["", &over] {
        for refused in [
            refusal(store.raw().snapshot_persist(key, b"")),
            refusal(store.raw().snapshot_persist_marker(key)),
            refusal(store.raw().snapshot_delete_marker(key)),
            refusal(store.raw().snapshot_load(key)),
            refusal(store.raw().snapshot_contains(key)),
        ] {
            assert!(matches!(refused, Refusal::InvalidName(_)), "{refused:?}");
        }
    }
    let Refusal::TooLarge(excess) = refusal(store.raw().snapshot_persist("none", &vec![0; (16 << 20) + 1]))
    else {
        panic!("taken")
    };
    assert_eq!((excess.limit, excess.actual), (16 << 20, (16 << 20) + 1));
    assert_eq!(store.raw().snapshot_load("none").unwrap(), Some(vec![]));
}

#[test]
fn n2_persist_replaces_what_was_there() {
    // At every step of a crash: tests/durability/crash. Here: what a checkpoint leaves is one snapshot, never two.
    let mut store = Fixture::new();
    assert_eq!(store.raw().snapshot_load(KEY).unwrap(), None);
    for bytes in [vec![1; 100], vec![2; 3], vec![], vec![3; 70_000]] {
        store.raw().snapshot_persist(KEY, &bytes).unwrap();
        assert_eq!(store.raw().snapshot_load(KEY).unwrap().as_ref(), Some(&bytes));
        store = store.reopen();
        assert_eq!(store.raw().snapshot_load(KEY).unwrap(), Some(bytes));
        assert_eq!(shown(store.raw().snapshot_keys("", None, 10)), (vec![KEY.into()], None));
    }
}

#[test]
fn n2_of_several_that_persist_one_is_found_whole() {
    let store = Fixture::new();
    let states: Vec<Vec<u8>> = (0..8).map(|number| vec![number; 20_000]).collect();
    thread::scope(|scope| {
        for state in &states {
            let store = &store;
            scope.spawn(move || {
                for _ in 0..10 {
                    store.raw().snapshot_persist(KEY, state).unwrap();
                    store.raw().snapshot_persist_marker(KEY).unwrap();
                    assert!(
                        store.raw().snapshot_load(KEY).unwrap().is_some_and(|found| found.len() == 20_000)
                    );
                }
            });
        }
    });
    let found = store.reopen().raw().snapshot_load(KEY).unwrap().unwrap();
    assert!(states.contains(&found));
}

#[test]
fn n3_a_marker_notes_a_key_and_keeps_what_it_holds() {
    let mut store = Fixture::new();
    store.raw().snapshot_persist_marker("noted").unwrap();
    store.raw().snapshot_persist(KEY, b"state").unwrap();
    for _ in 0..3 {
        assert_eq!(store.raw().snapshot_load("noted").unwrap(), Some(vec![]));
        store.raw().snapshot_persist_marker(KEY).unwrap();
        assert_eq!(store.raw().snapshot_load(KEY).unwrap(), Some(b"state".to_vec()));
        store = store.reopen();
    }
    store.raw().snapshot_persist("noted", b"now it holds some").unwrap();
    store.raw().snapshot_persist_marker("noted").unwrap();
    assert_eq!(store.raw().snapshot_load("noted").unwrap(), Some(b"now it holds some".to_vec()));
    // What was removed is noted anew, and holds nothing.
    store.raw().snapshot_delete_marker(KEY).unwrap();
    store.raw().snapshot_persist_marker(KEY).unwrap();
    assert_eq!(store.reopen().raw().snapshot_load(KEY).unwrap(), Some(vec![]));
}

#[test]
fn n4_delete_marker_removes_a_key_and_contains_knows_it() {
    let mut store = Fixture::new();
    assert!(!store.raw().snapshot_delete_marker(KEY).unwrap());
    store.raw().snapshot_persist(KEY, b"state").unwrap();
    store.raw().snapshot_persist_marker("noted").unwrap();
    for _ in 0..2 {
        for key in [KEY, "noted"] {
            assert!(store.raw().snapshot_contains(key).unwrap());
        }
        assert!(!store.raw().snapshot_contains("absent").unwrap());
        store = store.reopen();
    }
    for key in [KEY, "noted"] {
        assert!(store.raw().snapshot_delete_marker(key).unwrap());
        assert!(!store.raw().snapshot_delete_marker(key).unwrap());
    }
    for _ in 0..2 {
        assert!(!store.raw().snapshot_contains(KEY).unwrap());
        assert_eq!(store.raw().snapshot_load(KEY).unwrap(), None);
        assert_eq!(shown(store.raw().snapshot_keys("", None, 10)), (vec![], None));
        store = store.reopen();
    }
}

#[test]
fn n5_keys_are_listed_in_order_page_by_page() {
    let mut store = Fixture::new();
    for key in ["b/2", "A", "b", "b/1", "ü", "b.1"] {
        store.raw().snapshot_persist(key, key.as_bytes()).unwrap();
    }
    let all = ["A", "b", "b.1", "b/1", "b/2", "ü"].map(str::to_owned);
    for _ in 0..2 {
        assert_eq!(shown(store.raw().snapshot_keys("", None, 6)), (all.to_vec(), None));
        assert_eq!(shown(store.raw().snapshot_keys("", None, 2)), (all[..2].to_vec(), Some("b".into())));
        assert_eq!(
            shown(store.raw().snapshot_keys("", Some("b"), 3)),
            (all[2..5].to_vec(), Some("b/2".into()))
        );
        assert_eq!(shown(store.raw().snapshot_keys("", Some("b/2"), 3)), (all[5..].to_vec(), None));
        assert_eq!(shown(store.raw().snapshot_keys("b/", None, 9)), (all[3..5].to_vec(), None));
        assert_eq!(shown(store.raw().snapshot_keys("b/", Some("b/1 "), 9)), (all[4..5].to_vec(), None));
        assert_eq!(shown(store.raw().snapshot_keys("z", Some(""), 9)), (vec![], None));
        assert_eq!(store.admin().stats().unwrap()["snapshots"], 6);
        store.raw().snapshot_persist_marker("c").unwrap();
        store.raw().snapshot_delete_marker("c").unwrap();
        store = store.reopen();
    }
    for limit in [0, 65_537] {
        assert!(matches!(refusal(store.raw().snapshot_keys("", None, limit)), Refusal::InvalidArgument(_)));
    }
}

#[test]
fn a_snapshot_goes_down_with_its_event_and_its_ref_or_none_of_them_does() {
    let store = Fixture::new();
    let hash = |digit: u64| digit.to_string().repeat(40);
    let commit = |seq: u64, test: Option<String>| {
        store.raw().commit(&[
            Op::Append { stream: "merges".into(), event: event(seq) },
            Op::SnapshotPersist { key: KEY.into(), blob: vec![0xff; 3] },
            Op::RefTestAndSet { name: "HEAD".into(), test, set: Some(hash(seq)) },
            Op::SnapshotDeleteMarker { key: "absent".into() },
        ])
    };
    let held = || {
        let (seq, head) = (store.raw().last_seq("merges").unwrap(), store.raw().ref_get("HEAD").unwrap());
        (seq, head, store.raw().snapshot_load(KEY).unwrap())
    };
    let refused = commit(1, Some(hash(9))).unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(2), Some(&Refusal::Conflict("HEAD".into()))));
    assert_eq!(held(), (0, None, None));
    let due = [Outcome::Appended(1), Outcome::Put, Outcome::Swapped(true), Outcome::Deleted(false)];
    assert_eq!(commit(1, None).unwrap().outcomes, due);
    assert_eq!(held(), (1, Some(hash(1)), Some(vec![0xff; 3])));
    let refused =
        store.raw().commit(&[event_of(2), Op::SnapshotPersistMarker { key: String::new() }]).unwrap_err();
    assert_eq!(refused.index, Some(1));
    assert!(matches!(refused.error.refusal(), Some(Refusal::InvalidName(_))), "{refused:?}");
    assert_eq!(held().0, 1);
}

fn event_of(seq: u64) -> Op {
    Op::Append { stream: "merges".into(), event: event(seq) }
}

#[test]
fn a_damaged_snapshot_is_corrupt_and_repair_takes_it_out() {
    let Some(store) = Fixture::with_small_blocks() else { return };
    store.raw().snapshot_persist("good", b"state").unwrap();
    store.raw().snapshot_persist("bad", b"an older state").unwrap();
    let store = store.reopen();
    store.raw().snapshot_persist("bad", b"a newer state").unwrap();
    let (store, file) = store.with_damaged_run(b"a newer state");
    for refused in [refusal(store.raw().snapshot_load("bad")), refusal(store.raw().snapshot_contains("bad"))]
    {
        assert!(matches!(&refused, Refusal::Corrupt(damage) if damage.file == file), "{refused:?}");
    }
    assert_eq!(store.raw().snapshot_load("good").unwrap(), Some(b"state".to_vec()));
    assert_eq!((store.admin().verify().unwrap().damaged, store.admin().repair().unwrap().damaged), (1, 1));
    assert_eq!(store.raw().snapshot_load("bad").unwrap(), None, "nor what it held before");
    assert_eq!(shown(store.raw().snapshot_keys("", None, 10)), (vec!["good".into()], None));
    let report = store.admin().verify().unwrap();
    assert_eq!((report.damaged, report.entries), (0, 1));
}
