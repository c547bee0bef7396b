//! A tenant whose room is bounded by the host, on a disk that has room: its store meets the bound as it would a full disk.

use crate::harm::{all_is_well, harm};
use crate::host::{Host, Tenants};
use std::path::Path;
use support::{counted, files};
use sx_persist::types::Error as Refusal;
use sx_persist::{Builder, Error, Store};

const BYTES_MAX: u64 = 2 << 20;
const FILES_MAX: u64 = 40;

/// However slow the machine is, a call comes to its end.
fn unhurried() -> Builder {
    Store::builder().timeout(None)
}

/// Bytes of all files below.
fn bytes(root: &Path) -> u64 {
    files(root).values().map(|bytes| bytes.len() as u64).sum()
}

/// Files and folders below.
fn names(root: &Path) -> u64 {
    let entries = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| 1 + if path.is_dir() { names(&path) } else { 0 }).sum()
}

fn is_no_space<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Refused(Refusal::NoSpace(_))))
}

#[test]
fn a_guest_that_fills_its_room_is_refused_and_what_is_removed_gives_it_back() {
    let bounded = unhurried().disk_bytes_max(BYTES_MAX);
    let (host, tenants) = (Host::new(), Tenants::open(tempfile::tempdir().unwrap(), bounded));
    let north = tenants.root("north");
    let taken = harm(&host, &tenants, "a bound on bytes", |guest| {
        let mut taken = Vec::new();
        for more in 0.. {
            let put: Result<String, Refusal> = guest.ask("put-blob", (100_000_u64 + more,));
            assert!(bytes(&north) <= BYTES_MAX, "{}", bytes(&north));
            match put {
                Ok(cid) => taken.push(cid),
                Err(Refusal::NoSpace(_)) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
        taken
    });
    assert!((5..=20).contains(&taken.len()), "{}", taken.len());
    // What was taken is there, and nothing else.
    let mut listed = tenants.north.raw().blob_list(None, 100).unwrap().items;
    let mut expected = taken.clone();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
    for cid in &taken {
        assert!(tenants.north.raw().blob_delete(cid).unwrap());
    }
    tenants.north.admin().checkpoint().unwrap();
    let mut guest = host.guest(&tenants.north);
    let put: Result<String, Refusal> = guest.ask("put-blob", (500_000_u64,));
    put.unwrap();
    drop(guest);
    counted(&format!("embedding: {} blobs in a room of 2 MiB", taken.len()));
    all_is_well(&host, tenants);
}

/// Puts values until there is no room, on a store that is opened with bounds; then removes them all, and puts again.
fn fill_and_empty(
    what: &str,
    builder: &dyn Fn() -> Builder,
    value_bytes: usize,
    is_within: &dyn Fn(&Path) -> bool,
) {
    let root = tempfile::tempdir().unwrap();
    let taken = fill(root.path(), what, builder, value_bytes, is_within);
    let (store, value) = (builder().open(root.path()).unwrap(), "x".repeat(value_bytes));
    for key in 0..taken {
        let gone = store.kv().remove(&format!("k{key}"));
        assert!(matches!(gone, Ok(true)), "{what}: {key} of {taken}: {gone:?}");
        assert!(is_within(root.path()), "{what}: {key}");
    }
    store.admin().checkpoint().unwrap();
    store.kv().put("k", &value).unwrap();
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    store.close().unwrap();
}

/// Puts values until there is no room; answers how many. What was acknowledged is there, in this store and in the next one.
fn fill(
    root: &Path,
    what: &str,
    builder: &dyn Fn() -> Builder,
    value_bytes: usize,
    is_within: &dyn Fn(&Path) -> bool,
) -> usize {
    let store = builder().open(root).unwrap();
    let value = "x".repeat(value_bytes);
    let mut taken = 0;
    loop {
        // One that is refused behind a checkpoint without room may go into the journal that follows; when that is full it is refused
        // however often it is asked.
        let mut asked = (0..6).map(|_| store.kv().put(&format!("k{taken}"), &value));
        let put = asked.find(|put| !is_no_space(put));
        assert!(is_within(root), "{what}: {taken}");
        match put {
            Some(put) => put.unwrap(),
            None => break,
        }
        taken += 1;
    }
    assert!(taken > 2, "{what}: {taken}");
    counted(&format!("embedding: {what}: {taken} values of {value_bytes} bytes until there is no room"));
    assert_eq!(store.kv().keys().unwrap().len(), taken, "{what}");
    drop(store);
    let store = builder().open(root).unwrap();
    for key in 0..taken {
        assert_eq!(store.kv().get::<String>(&format!("k{key}")).unwrap().as_ref(), Some(&value), "{what}");
    }
    taken
}

#[test]
fn a_store_that_has_filled_its_room_removes_all_that_it_holds_and_goes_on() {
    for value_bytes in [5_000, 300_000] {
        let builder = || unhurried().disk_bytes_max(BYTES_MAX).checkpoint_when_idle(None);
        let is_within = |root: &Path| bytes(root) <= BYTES_MAX;
        fill_and_empty("a bound on bytes", &builder, value_bytes, &is_within);
    }
    let builder = || unhurried().files_max(FILES_MAX).checkpoint_when_idle(None);
    let is_within = |root: &Path| names(root) <= FILES_MAX;
    fill_and_empty("a bound on files", &builder, 300_000, &is_within);
}

#[test]
fn a_truncation_gives_room_back_and_the_least_room_is_enough_to_begin_in() {
    let root = tempfile::tempdir().unwrap();
    let open = |bytes_max| unhurried().disk_bytes_max(bytes_max).checkpoint_when_idle(None).open(root.path());
    let store = open(200 << 10).unwrap();
    store.raw().append("events", "{:seq 1}").unwrap();
    store.close().unwrap();
    let store = open(BYTES_MAX).unwrap();
    let event = |seq: u64| format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(100_000));
    let full = (2..1_000).find(|seq| is_no_space(&store.raw().append("events", &event(*seq)))).unwrap();
    assert!(bytes(root.path()) <= BYTES_MAX);
    assert_eq!(store.raw().count("events").unwrap(), full - 1);
    store.raw().truncate("events", full - 1).unwrap();
    store.admin().checkpoint().unwrap();
    for seq in full..full + 5 {
        store.raw().append("events", &event(seq)).unwrap();
    }
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    store.close().unwrap();
}

#[test]
fn what_is_there_when_a_store_is_opened_counts_and_may_be_over_the_bound() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    let value = "x".repeat(300_000);
    for key in 0..10 {
        store.kv().put(&format!("k{key}"), &value).unwrap();
    }
    store.close().unwrap();
    let bounded = || unhurried().disk_bytes_max(BYTES_MAX).checkpoint_when_idle(None);
    let store = bounded().open(root.path()).unwrap();
    assert!(is_no_space(&store.kv().put("k", &value)));
    assert_eq!(store.kv().get::<String>("k9").unwrap().as_ref(), Some(&value));
    drop(store);
    // A reader takes nothing, and is not counted.
    let reader = bounded().read_only(true).open(root.path()).unwrap();
    assert_eq!(reader.kv().keys().unwrap().len(), 10);
    drop(reader);
    // Without the bound it has all that it had.
    let store = Store::open(root.path()).unwrap();
    store.kv().put("k", &value).unwrap();
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    store.close().unwrap();
}
