//! Snapshots over a storage in memory: bytes of any kind, through journal, checkpoint, restart and damage.

use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Engine, Error};

#[test]
fn a_marker_keeps_the_snapshot_that_is_there() {
    let disk = Memory::new();
    let mut engine = Engine::new(disk.clone());
    engine.snapshot_persist_marker("marked").unwrap();
    engine.snapshot_persist("a/b", b"\0\xff bytes").unwrap();
    engine.snapshot_persist_marker("a/b").unwrap();
    engine.snapshot_persist("a.b", b"").unwrap();
    engine.snapshot_persist("\u{fc}ber", &[7; 300_000]).unwrap();
    for settled in [false, true] {
        if settled {
            engine.checkpoint().unwrap();
        }
        engine = Engine::new(disk.clone());
        assert_eq!(engine.snapshot_load("a/b").unwrap().as_deref(), Some(&b"\0\xff bytes"[..]));
        assert_eq!(engine.snapshot_load("marked").unwrap(), Some(Vec::new()));
        assert_eq!(engine.snapshot_load("absent").unwrap(), None);
        assert!(engine.snapshot_contains("a.b").unwrap());
        let page = engine.snapshot_keys("", None, 2).unwrap();
        assert_eq!(
            (page.items, page.next),
            (vec!["a.b".to_owned(), "a/b".to_owned()], Some("a/b".to_owned()))
        );
        let page = engine.snapshot_keys("", Some("a/b"), 2).unwrap();
        assert_eq!((page.items, page.next), (vec!["marked".to_owned(), "\u{fc}ber".to_owned()], None));
    }
    let report = engine.verify().unwrap();
    assert_eq!((report.entries, report.damaged, report.foreign), (4, 0, 0));
    assert!(engine.snapshot_delete_marker("a/b").unwrap());
    assert!(!engine.snapshot_delete_marker("a/b").unwrap());
    assert!(!engine.snapshot_contains("a/b").unwrap());
}

#[test]
fn a_flipped_bit_and_a_file_under_another_name_are_corrupt() {
    let mut disk = Memory::new();
    let mut engine = Engine::new(disk.clone());
    engine.snapshot_persist("k", b"bytes").unwrap();
    engine.checkpoint().unwrap();
    let file = disk.open("snapshots/6b").unwrap();
    let mut good = Vec::new();
    disk.read(&file, 0, 100, &mut good).unwrap();
    for at in 0..good.len() {
        disk.write(&file, at as u64, &[good[at] ^ 1]).unwrap();
        let read = Engine::new(disk.clone()).snapshot_load("k");
        assert!(matches!(read, Err(Error::Corrupt(_))), "byte {at}: {read:?}");
        disk.write(&file, at as u64, &[good[at]]).unwrap();
    }
    let other = disk.create("snapshots/6c").unwrap();
    disk.write(&other, 0, &good).unwrap();
    let mut engine = Engine::new(disk.clone());
    assert!(matches!(engine.snapshot_load("l"), Err(Error::Corrupt(found)) if found.file == "snapshots/6c"));
    assert_eq!(engine.repair().unwrap().damaged, 1);
    assert_eq!(engine.snapshot_load("l"), Ok(None));
    assert_eq!(engine.snapshot_load("k"), Ok(Some(b"bytes".to_vec())));
}
