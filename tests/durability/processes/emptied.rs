//! A disk that is filled to the last byte is emptied from within: all that takes away succeeds, and the checkpoint behind it gives
//! the room back.

use crate::namespace::{SmallDisk, may_mount};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use sx_persist::types::Expect;
use sx_persist::types::{Error as Refusal, ExpectSeq};
use sx_persist::{Error, Result, Store};

const DISK: &str = "16m";
const SESSION: &str = "11111111-1111-4111-8111-111111111111";
const SEGMENT: &str = "22222222-2222-4222-8222-222222222222";
const HASH: &str = "0123456789abcdef0123456789abcdef01234567";

/// Fills what is left, to the last byte.
fn fill(disk: &SmallDisk) {
    let mut rest = fs::File::create(disk.path().join("rest")).unwrap();
    for part in [64 << 10, 4 << 10, 1] {
        while rest.write_all(&vec![1; part]).is_ok() {}
    }
}

/// Bytes that can be written now, up to a mebibyte.
fn free_bytes(disk: &SmallDisk) -> usize {
    let path = disk.path().join("trial");
    let mut file = fs::File::create(&path).unwrap();
    let free = (0..256).take_while(|_| file.write_all(&[1; 4 << 10]).is_ok()).count() * (4 << 10);
    fs::remove_file(path).unwrap();
    free
}

fn open(root: &Path) -> Store {
    Store::builder().checkpoint_when_idle(None).open(root).unwrap()
}

/// A store with something large of everything, closed.
fn filled(root: &Path) -> String {
    let store = open(root);
    let large = "x".repeat(200_000);
    for seq in 1..=500 {
        store.raw().append("s", &format!("{{:data \"{}\" :seq {seq}}}", &large[..2_000])).unwrap();
    }
    for key in ["a", "b"] {
        store.raw().kv_put(key, &format!("\"{large}\"")).unwrap();
        store.raw().map_put("t", key.as_bytes(), large.as_bytes()).unwrap();
    }
    store.raw().snapshot_persist("c", large.as_bytes()).unwrap();
    store.raw().object_write(HASH, large.as_bytes()).unwrap();
    store.raw().session_append(SESSION, SEGMENT, &format!("\"{large}\"")).unwrap();
    let cid = store.raw().blob_put(large.as_bytes()).unwrap();
    store.close().unwrap();
    cid
}

/// What takes away, by name; each gives back 100,000 bytes and more.
type Removal = fn(&Store, &str) -> Result<()>;

const REMOVALS: [(&str, Removal); 11] = [
    ("truncate", |store, _| store.raw().truncate("s", 490).map(drop)),
    ("truncate to nothing", |store, _| store.raw().truncate("s", 500).map(drop)),
    ("kv-delete", |store, _| store.kv().remove("a").map(drop)),
    ("map-delete", |store, _| store.raw().map_delete("t", b"a", Expect::Any).map(drop)),
    ("map-drop-table", |store, _| store.raw().map_drop_table("t").map(drop)),
    ("snapshot-delete-marker", |store, _| store.raw().snapshot_delete_marker("c").map(drop)),
    ("object-delete", |store, _| store.raw().object_delete(HASH).map(drop)),
    ("session-truncate", |store, _| {
        store.raw().session_truncate(SESSION, SEGMENT, 0, ExpectSeq::Any).map(drop)
    }),
    ("session-delete-segment", |store, _| store.raw().session_delete_segment(SESSION, SEGMENT).map(drop)),
    ("blob-delete", |store, cid| store.raw().blob_delete(cid).map(drop)),
    ("handle-op", |store, _| {
        store.raw().handle_op("persist/kv-delete", "(\"a\")").map(drop).map_err(|refused| refused.error)
    }),
];

#[test]
fn a_disk_that_is_full_to_the_last_byte_is_emptied_by_each_removal_of_a_fresh_store() {
    if !may_mount("emptied::a_disk_that_is_full_to_the_last_byte_is_emptied_by_each_removal_of_a_fresh_store")
    {
        return;
    }
    for (name, remove) in REMOVALS {
        let disk = SmallDisk::mount(DISK);
        let root = disk.path().join("root");
        let cid = filled(&root);
        fill(&disk);
        assert_eq!(free_bytes(&disk), 0);
        let store = open(&root);
        remove(&store, &cid).unwrap_or_else(|error| panic!("{name}: {error}"));
        store.close().unwrap_or_else(|error| panic!("{name}: the checkpoint: {error}"));
        assert!(free_bytes(&disk) >= 100_000, "{name} gave {} bytes back", free_bytes(&disk));
        let store = open(&root);
        assert_eq!(store.admin().verify().unwrap().damaged, 0, "{name}");
        store.raw().kv_put("new", "1").unwrap();
        store.close().unwrap();
    }
}

/// Puts values of a size until there is no room; answers how many were taken.
fn put_until_full(store: &Store, bytes: usize) -> u64 {
    let value = format!("\"{}\"", "x".repeat(bytes));
    let mut taken = 0;
    loop {
        match store.raw().kv_put(&format!("k{taken}"), &value) {
            Ok(()) => taken += 1,
            Err(Error::Refused(Refusal::NoSpace(_))) => return taken,
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_store_that_filled_its_disk_itself_removes_all_that_it_holds() {
    if !may_mount("emptied::a_store_that_filled_its_disk_itself_removes_all_that_it_holds") {
        return;
    }
    for bytes in [100, 5_000, 300_000] {
        let disk = SmallDisk::mount(DISK);
        let root: PathBuf = disk.path().join("root");
        let store = open(&root);
        let taken = put_until_full(&store, bytes);
        drop(store);
        fill(&disk);
        let store = open(&root);
        for key in 0..taken {
            let gone = store.kv().remove(&format!("k{key}"));
            assert!(matches!(gone, Ok(true)), "{bytes}: {key} of {taken}: {gone:?}");
        }
        store.close().unwrap();
        assert_eq!(open(&root).kv().keys().unwrap(), Vec::<String>::new());
        assert_eq!(free_bytes(&disk), 1 << 20, "{bytes}");
    }
}
