//! Snapshots over a storage in memory: bytes of any kind, through journal, checkpoint, restart and damage.

use crate::any_disk::engine_on;
use crate::contents::{bytes, put, runs};
use sx_persist_core::limits::{NAME_BYTES_MAX, VALUE_BYTES_MAX};
use sx_persist_core::memory::Memory;
use sx_persist_core::{Error, Op, Outcome};

#[test]
fn a_marker_keeps_the_snapshot_that_is_there() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.snapshot_persist_marker("marked").unwrap();
    engine.snapshot_persist("a/b", b"\0\xff bytes").unwrap();
    engine.snapshot_persist_marker("a/b").unwrap();
    engine.snapshot_persist("a.b", b"").unwrap();
    engine.snapshot_persist("\u{fc}ber", &vec![7; 300_000]).unwrap();
    for settled in [false, true] {
        if settled {
            engine.checkpoint().unwrap();
        }
        engine = engine_on(disk.clone());
        assert_eq!(engine.snapshot_load("a/b").unwrap().as_deref(), Some(&b"\0\xff bytes"[..]));
        assert_eq!(engine.snapshot_load("marked").unwrap(), Some(Vec::new()));
        assert_eq!(engine.snapshot_load("absent").unwrap(), None);
        assert!(engine.snapshot_contains("a.b").unwrap());
        let page = engine.snapshot_keys("", None, 2).unwrap();
        assert_eq!((page.items, page.through.as_str()), (vec!["a.b".to_owned(), "a/b".to_owned()], "a/b"));
        assert!(!page.done);
        let page = engine.snapshot_keys("", Some("a/b"), 2).unwrap();
        assert_eq!((page.items, page.done), (vec!["marked".to_owned(), "\u{fc}ber".to_owned()], true));
    }
    let report = engine.verify().unwrap();
    assert_eq!((report.entries, report.damaged, report.foreign), (4, 0, 0));
    assert!(engine.snapshot_delete_marker("a/b").unwrap());
    assert!(!engine.snapshot_delete_marker("a/b").unwrap());
    assert!(!engine.snapshot_contains("a/b").unwrap());
}

#[test]
fn damage_is_hidden_by_a_snapshot_and_refuses_a_marker() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.snapshot_persist("k", b"bytes").unwrap();
    engine.checkpoint().unwrap();
    let path = runs(&mut disk).remove(0);
    let mut bad = bytes(&mut disk, &path);
    bad[0] ^= 1;
    put(&mut disk, &path, &bad);
    let mut engine = engine_on(disk.clone());
    let is_named = |damage: &Error| matches!(damage, Error::Corrupt(found) if found.file == path);
    // Nobody but `repair` may say that what is damaged is gone, or that it is there.
    assert!(engine.snapshot_persist_marker("k").is_err_and(|error| is_named(&error)));
    assert!(engine.snapshot_delete_marker("k").is_err_and(|error| is_named(&error)));
    assert!(engine.snapshot_contains("k").is_err_and(|error| is_named(&error)));
    assert!(engine.snapshot_load("k").is_err_and(|error| is_named(&error)));
    engine.snapshot_persist("k", b"new").unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(engine_on(disk.clone()).snapshot_load("k"), Ok(Some(b"new".to_vec())));
}

#[test]
fn keys_and_sizes_have_limits_on_both_sides() {
    let mut engine = engine_on(Memory::new());
    let (longest, over) = ("n".repeat(NAME_BYTES_MAX), "n".repeat(NAME_BYTES_MAX + 1));
    let mut largest = vec![0xff; VALUE_BYTES_MAX];
    engine.snapshot_persist(&longest, &largest).unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(engine.snapshot_load(&longest).unwrap().as_ref(), Some(&largest));
    largest.push(0xff);
    let refused = engine.snapshot_persist(&longest, &largest);
    let (limit, actual) = (VALUE_BYTES_MAX as u64, largest.len() as u64);
    assert_eq!(refused, Err(Error::TooLarge { limit, actual }));
    for bad in ["", &over] {
        let refusals = [
            engine.snapshot_persist(bad, b"").map(drop),
            engine.snapshot_persist_marker(bad).map(drop),
            engine.snapshot_delete_marker(bad).map(drop),
            engine.snapshot_load(bad).map(drop),
            engine.snapshot_contains(bad).map(drop),
        ];
        assert!(refusals.iter().all(|refused| matches!(refused, Err(Error::InvalidName(_)))), "{refusals:?}");
    }
    assert_eq!(engine.snapshot_keys("", None, 9).unwrap().items, [longest]);
}

#[test]
fn in_a_commit_a_marker_sees_what_stands_before_it_and_a_refusal_takes_all_back() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let persist = |key: &str, bytes: &[u8]| Op::SnapshotPersist { key: key.into(), blob: bytes.to_vec() };
    let marker = |key: &str| Op::SnapshotPersistMarker { key: key.into() };
    let delete = |key: &str| Op::SnapshotDeleteMarker { key: key.into() };
    let ops = [persist("a", b"1"), marker("a"), marker("b"), delete("b"), delete("b"), marker("c")];
    let deleted = Outcome::Deleted;
    let due = [Outcome::Put, Outcome::Put, Outcome::Put, deleted(true), deleted(false), Outcome::Put];
    assert_eq!(engine.commit(&ops).unwrap().outcomes, due);
    let swap = Op::KvSwap { key: "k".into(), expected: Some("1".into()), replacement: None };
    let refused = engine.commit(&[persist("a", b"2"), delete("c"), swap]).unwrap_err();
    assert_eq!((refused.index, refused.reason), (Some(2), Error::Conflict("k".into())));
    let mut engine = engine_on(disk);
    assert_eq!(engine.snapshot_keys("", None, 9).unwrap().items, ["a", "c"]);
    assert_eq!(engine.snapshot_load("a"), Ok(Some(b"1".to_vec())));
    assert!(engine.stats().unwrap().contains(&("snapshots", 2)));
}
