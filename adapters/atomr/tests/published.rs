//! What the crate publishes of its durable stores: its own tests, and its own store beside this one.

use atomr_distributed_data::{DurableStore, FileDurableStore};
use std::io::ErrorKind;
use sx_persist::Store;
use sx_persist_atomr::{NoopDurableStore, Snapshots};
use tempfile::TempDir;

fn open(root: &TempDir) -> Snapshots {
    Snapshots::new(Store::open(root.path()).unwrap())
}

#[test]
fn it_answers_as_the_store_of_the_crate_does_on_keys_that_both_can_hold() {
    let (root, dir) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut ours = open(&root);
    let mut theirs = FileDurableStore::open(dir.path()).unwrap();
    let keys = ["a", "b", "k-1", "K_2", "0"];
    let mut state = 1_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::from(state.to_be_bytes()[0]) % below
    };
    for step in 0..300_u32 {
        let key = keys[random(keys.len())];
        match random(6) {
            0 | 1 => {
                let blob = vec![0xff; random(100)];
                assert_eq!(ours.persist(key, &blob).is_ok(), theirs.persist(key, &blob).is_ok());
            }
            2 => assert_eq!(ours.delete_marker(key).is_ok(), theirs.delete_marker(key).is_ok()),
            // Over bytes that are there the two differ on purpose.
            3 if theirs.load(key).unwrap().is_none() => {
                ours.persist_marker(key).unwrap();
                theirs.persist_marker(key).unwrap();
            }
            4 if step % 20 == 0 => {
                drop(ours);
                ours = open(&root);
                theirs = FileDurableStore::open(dir.path()).unwrap();
            }
            _ => {}
        }
        assert_eq!(ours.load(key).unwrap(), theirs.load(key).unwrap(), "{key} in step {step}");
        assert_eq!(ours.keys().unwrap(), theirs.keys().unwrap(), "step {step}");
    }
}

#[test]
fn a_temporary_store_is_like_any_and_gone_with_it_and_the_no_op_keeps_nothing() {
    let temporary = Snapshots::temporary().unwrap();
    assert!(!temporary.contains("a").unwrap());
    temporary.persist("a", b"bytes").unwrap();
    temporary.persist_marker("noted").unwrap();
    assert!(temporary.contains("a").unwrap() && temporary.contains("noted").unwrap());
    assert_eq!(temporary.load("a").unwrap().as_deref(), Some(&b"bytes"[..]));
    temporary.delete_marker("a").unwrap();
    assert!(!temporary.contains("a").unwrap());
    assert_eq!(temporary.contains("").unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(!Snapshots::temporary().unwrap().contains("noted").unwrap());

    NoopDurableStore.persist("a", b"bytes").unwrap();
    assert_eq!(NoopDurableStore.load("a").unwrap(), None);
}

#[test]
fn persist_then_load_and_delete_then_none() {
    let root = TempDir::new().unwrap();
    let store = open(&root);
    assert_eq!(store.load("k").unwrap(), None);
    store.delete_marker("k").unwrap();
    store.persist("k", b"hello").unwrap();
    assert_eq!(store.load("k").unwrap().unwrap(), b"hello");
    store.delete_marker("k").unwrap();
    assert_eq!(store.load("k").unwrap(), None);
    assert_eq!(store.keys().unwrap(), Vec::<String>::new());
    assert!(store.take_error().is_none());
}

#[test]
fn keys_hold_any_characters_and_come_back_after_a_restart() {
    let root = TempDir::new().unwrap();
    let mut sorted = ["a/b", "a.b", "a_b", "über", "..", "\0", "a b\n", "ü☃\u{10ffff}"].map(str::to_owned);
    sorted.sort();
    let store = open(&root);
    for key in &sorted {
        store.persist(key, key.as_bytes()).unwrap();
    }
    drop(store);
    let store = open(&root);
    assert_eq!(store.keys().unwrap(), sorted);
    for key in &sorted {
        assert_eq!(store.load(key).unwrap().unwrap(), key.as_bytes());
    }
}

#[test]
fn a_marker_keeps_the_bytes_that_are_there() {
    let root = TempDir::new().unwrap();
    let store = open(&root);
    store.persist("k", b"state").unwrap();
    store.persist_marker("k").unwrap();
    assert_eq!(store.load("k").unwrap().unwrap(), b"state");
    store.persist_marker("noted").unwrap();
    assert_eq!(store.load("noted").unwrap(), Some(vec![]));
    // The crate's own store empties it, which is why this test is here.
    let dir = TempDir::new().unwrap();
    let theirs = FileDurableStore::open(dir.path()).unwrap();
    theirs.persist("k", b"state").unwrap();
    theirs.persist_marker("k").unwrap();
    assert_eq!(theirs.load("k").unwrap(), Some(vec![]));
}

#[test]
fn an_error_says_what_it_is_and_the_first_of_a_write_is_kept() {
    let root = TempDir::new().unwrap();
    let store = open(&root);
    store.persist("k", b"state").unwrap();
    assert_eq!(store.load("").unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(store.take_error().is_none(), "a read has an answer of its own");
    let too_large = store.persist("k", &vec![0; (16 << 20) + 1]).unwrap_err();
    assert_eq!(too_large.kind(), ErrorKind::FileTooLarge);
    let source = too_large.get_ref().and_then(|source| source.downcast_ref::<sx_persist::Error>());
    assert!(source.is_some_and(|error| error.refusal().is_some()), "{too_large:?}");
    assert_eq!(store.persist_marker(&"n".repeat(1_025)).unwrap_err().kind(), ErrorKind::InvalidInput);
    let first = store.take_error().unwrap();
    assert_eq!((first.kind(), first.to_string()), (too_large.kind(), too_large.to_string()));
    assert!(store.take_error().is_none());
    drop(store);

    let reader = Store::builder().read_only(true).open(root.path()).unwrap();
    let reader = Snapshots::new(reader);
    assert_eq!(reader.load("k").unwrap().unwrap(), b"state");
    assert_eq!(reader.delete_marker("k").unwrap_err().kind(), ErrorKind::ReadOnlyFilesystem);
    drop(reader);

    let run = std::fs::read_dir(root.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&run).unwrap();
    let at = bytes.windows(5).position(|window| window == b"state").unwrap();
    bytes[at] ^= 1;
    std::fs::write(&run, bytes).unwrap();
    assert_eq!(open(&root).load("k").unwrap_err().kind(), ErrorKind::InvalidData);
}
