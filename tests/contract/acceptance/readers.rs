//! Read-only stores beside a live writer.

use crate::fixture::{event, files, refusal};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use sx_persist::Store;
use sx_persist::types::{Direction, Error as Refusal, ExpectSeq, MapPair, Op, Position};
use trace::sessions::id;

fn reader(root: &std::path::Path) -> Store {
    crate::builder().read_only(true).create(false).open(root).unwrap()
}

#[test]
fn a_reader_takes_no_lock_changes_no_byte_and_refuses_writes() {
    let root = tempfile::tempdir().unwrap();
    let writer = crate::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
    writer.raw().append("s", &event(1)).unwrap();
    let before = files(root.path());
    let store = reader(root.path());
    assert_eq!(store.raw().count("s").unwrap(), 1);
    assert_eq!(store.admin().verify().unwrap().events, 1);
    store.admin().stats().unwrap();
    let refusals = [
        refusal(store.raw().append("s", &event(2))),
        refusal(store.raw().truncate("s", 1)),
        refusal(store.raw().kv_put("k", "1")),
        refusal(store.kv().remove("k")),
        refusal(store.raw().ref_set("main", &"1".repeat(40))),
        refusal(store.raw().snapshot_persist("k", b"x")),
        refusal(store.raw().snapshot_persist_marker("k")),
        refusal(store.raw().object_write(&"1".repeat(40), b"x")),
        refusal(store.raw().object_delete(&"1".repeat(40))),
        store.raw().object_write_batch(&[]).unwrap_err().error.refusal().unwrap().clone(),
        refusal(store.raw().session_append(&id("a"), &id("1"), "1")),
        refusal(store.raw().session_create_segment(&id("a"), &id("1"), &[])),
        refusal(store.raw().map_put("t", b"k", b"v")),
        refusal(store.raw().map_increment("t", b"k", 1)),
        refusal(store.raw().map_put_many("t", &[])),
        refusal(store.raw().map_drop_table("t")),
        refusal(store.raw().blob_put(b"x")),
        refusal(store.raw().blob_put(&vec![0; 100_000])),
        refusal(store.raw().blob_writer().map(|_| ())),
        refusal(store.admin().checkpoint()),
        refusal(store.admin().repair()),
        refusal(store.raw().handle_op("persist/append", "(\"s\" {:seq 2})")),
        store.raw().commit(&[Op::KvDelete { key: "k".into() }]).unwrap_err().error.refusal().unwrap().clone(),
    ];
    assert!(refusals.iter().all(|refusal| *refusal == Refusal::ReadOnly), "{refusals:?}");
    // There is nothing that the end could write.
    store.close().unwrap();
    assert_eq!(files(root.path()), before);
}

#[test]
fn readers_see_all_that_was_acknowledged_while_the_writer_checkpoints_all_the_time() {
    const EVENTS: u64 = 400;
    let root = tempfile::tempdir().unwrap();
    let writer = crate::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
    writer.raw().kv_put("pair", "0").unwrap();
    let acknowledged = AtomicU64::new(0);
    let truncated = AtomicU64::new(0);
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let store = reader(root.path());
                let (mut rounds, mut seen) = (0, 0);
                while !ended.load(Ordering::Acquire) || rounds < 3 {
                    rounds += 1;
                    let due = acknowledged.load(Ordering::Acquire);
                    assert!(store.raw().last_seq("s").unwrap() >= due);
                    let events = store.raw().read("s").unwrap();
                    let seqs: Vec<u64> = events
                        .iter()
                        .map(|event| sx::field(event, "seq").unwrap().parse().unwrap())
                        .collect();
                    // A hole, or something twice, would show as a step of other than one.
                    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "{seqs:?}");
                    assert!(seqs.last().copied().unwrap_or(due) >= due);
                    let gone = truncated.load(Ordering::Acquire);
                    assert!(seqs.first().is_none_or(|first| *first <= gone.max(EVENTS) + 1));
                    let page = store.raw().read_page("s", &Position::End, 5, Direction::Backward).unwrap();
                    assert!(page.lines.lines().count() <= 5);
                    // Two keys of one commit are never seen apart.
                    let entries = store.raw().kv_list("pair", None, 10).unwrap().entries;
                    let values: BTreeMap<_, _> =
                        entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
                    assert_eq!(values.get("pair-a"), values.get("pair-b"));
                    let keys = [b"a".to_vec(), b"b".to_vec()];
                    let entries = store.raw().map_get_many("pair", &keys).unwrap();
                    assert_eq!(entries[0], entries[1]);
                    let version = entries[0].as_ref().map_or(0, |entry| entry.version);
                    assert!(version >= seen, "version {version} after {seen}");
                    seen = version;
                }
            });
        }
        let put = |key: &str, seq: u64| Op::KvPut { key: key.into(), value: seq.to_string() };
        let entry = |key: &str, seq: u64| MapPair { key: key.into(), value: seq.to_string().into_bytes() };
        for seq in 1..=EVENTS {
            writer.raw().append("s", &event(seq)).unwrap();
            acknowledged.store(seq, Ordering::Release);
            writer.raw().commit(&[put("pair-a", seq), put("pair-b", seq)]).unwrap();
            writer.raw().map_put_many("pair", &[entry("a", seq), entry("b", seq)]).unwrap();
            if seq % 50 == 0 {
                writer.raw().truncate("s", seq - 25).unwrap();
                truncated.store(seq - 25, Ordering::Release);
            }
            writer.admin().checkpoint().unwrap();
        }
        ended.store(true, Ordering::Release);
    });
}

#[test]
fn a_reader_finds_what_a_killed_writer_left_in_its_journal() {
    let root = tempfile::tempdir().unwrap();
    let writer = crate::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
    for seq in 1..=5 {
        writer.raw().append("s", &event(seq)).unwrap();
    }
    writer.raw().truncate("s", 2).unwrap();
    writer.raw().session_create_segment(&id("a"), &id("1"), &["1".into(), "2".into()]).unwrap();
    writer.admin().checkpoint().unwrap();
    writer.raw().session_truncate(&id("a"), &id("1"), 1, ExpectSeq::Any).unwrap();
    let copy = tempfile::tempdir().unwrap();
    support::vectors::copy(root.path(), copy.path());
    let before = files(copy.path());
    let store = reader(copy.path());
    assert_eq!(store.raw().count("s").unwrap(), 3);
    assert_eq!(store.raw().session_read(&id("a"), &id("1")).unwrap(), ["1"]);
    assert_eq!(files(copy.path()), before);
}

#[test]
fn a_reader_of_an_empty_or_foreign_directory_finds_nothing() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("note.txt"), "hello").unwrap();
    let store = reader(root.path());
    assert_eq!(store.streams().unwrap(), Vec::<String>::new());
    assert_eq!(store.raw().kv_get("k").unwrap(), None);
    assert_eq!(store.admin().verify().unwrap().foreign, 1);
}

#[test]
fn a_reader_knows_the_objects_that_a_writer_has_checkpointed_since() {
    let root = tempfile::tempdir().unwrap();
    let writer = crate::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
    let store = reader(root.path());
    let hash = |number: u32| format!("{number:040x}");
    for number in 0..30 {
        assert!(!store.raw().object_exists(&hash(number)).unwrap());
        writer.raw().object_write(&hash(number), b"bytes").unwrap();
        assert!(store.raw().object_exists(&hash(number)).unwrap());
        if number % 3 == 0 {
            writer.admin().checkpoint().unwrap();
        }
        if number % 5 == 4 {
            assert!(writer.raw().object_delete(&hash(number - 2)).unwrap());
        }
        for before in 0..=number {
            let is_due = before % 5 != 2 || number < before + 2;
            let read = store.raw().object_read(&hash(before)).unwrap();
            assert_eq!(read.is_some(), is_due, "object {before} after {number}");
        }
    }
}
