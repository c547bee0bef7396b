//! `cached`: what is read again comes from memory, what is written goes to the store first, and what failed is not held.

use crate::places::{Place, both, on_disk, opener, plain, refusal};
use sx_persist::types::{Error as Refusal, Expect, MapPair, Op};
use sx_persist::{CORE_COMPONENT, Store, middleware};
use sx_persist_compose::Capacity;

fn caches() -> [Place; 2] {
    both(&[middleware::CACHED])
}

/// Few entries: on a disk the checkpoint that comes in between syncs each of the keys.
const SMALL_ENTRIES: u32 = 640;
const SMALL_BYTES: u64 = 256 << 10;

/// A cache of another capacity than the usual one, on a disk: what it counts is the same in both places, and each takes seconds to
/// compile.
fn small_cache() -> Place {
    let capacity = Capacity { entries: u64::from(SMALL_ENTRIES), bytes: SMALL_BYTES };
    on_disk(&[&sx_persist_compose::capacity(middleware::CACHED, capacity).unwrap()])
}

fn count(store: &Store, name: &str) -> u64 {
    store.admin().stats().unwrap()[name]
}

/// How many reads of `read` came from memory, and how many did not.
fn reads<R>(store: &Store, read: impl FnOnce() -> R) -> (R, u64, u64) {
    let before = (count(store, "cache-hits"), count(store, "cache-misses"));
    let answer = read();
    (answer, count(store, "cache-hits") - before.0, count(store, "cache-misses") - before.1)
}

#[test]
fn what_is_read_again_comes_from_memory() {
    for store in caches() {
        let hash = "1".repeat(40);
        store.raw().object_write(&hash, b"object").unwrap();
        assert_eq!(
            reads(&store, || store.raw().object_read(&hash).unwrap()),
            (Some(b"object".to_vec()), 0, 1)
        );
        assert_eq!(
            reads(&store, || store.raw().object_read(&hash).unwrap()),
            (Some(b"object".to_vec()), 1, 0)
        );
        // What is absent is asked for each time.
        for _ in 0..2 {
            assert_eq!(reads(&store, || store.raw().kv_get("absent").unwrap()), (None, 0, 1));
        }
        let stats = store.raw().object_stats().unwrap();
        assert_eq!((stats.reads, stats.hits, stats.misses), (2, 2, 0));
    }
}

#[test]
fn what_is_written_is_held_as_the_store_would_answer_it() {
    for store in caches() {
        store.raw().kv_put("k", " { :b 1.50 :a [2] } ").unwrap();
        let canonical = Some("{:a (list 2) :b 1.5}".to_owned());
        assert_eq!(reads(&store, || store.raw().kv_get("k").unwrap()), (canonical, 1, 0));
        let cid = store.raw().blob_put(b"hello").unwrap();
        assert_eq!(reads(&store, || store.raw().blob_get(&cid).unwrap()), (Some(b"hello".to_vec()), 1, 0));
        assert_eq!(
            reads(&store, || store.raw().blob_read_at(&cid, 1, 3).unwrap()),
            (Some(b"ell".to_vec()), 1, 0)
        );
        assert_eq!(store.raw().blob_read_at(&cid, 4, 3).unwrap(), Some(b"o".to_vec()));
        let version = store.raw().map_put("t", b"k", b"v").unwrap();
        let (entry, hits, _) = reads(&store, || store.raw().map_get("t", b"k").unwrap().unwrap());
        assert_eq!((entry.value, entry.version, hits), (b"v".to_vec(), version, 1));
        assert!(store.raw().kv_swap("k", Some("{:a [2] :b 1.5}"), Some("'s")).unwrap());
        let swapped = Some("(quote s)".to_owned());
        assert_eq!(reads(&store, || store.raw().kv_get("k").unwrap()), (swapped, 1, 0));
        // Through the other door, too.
        store.raw().handle_op("persist/kv-put", "(\"k\" 7)").unwrap();
        let given = reads(&store, || store.raw().handle_op("persist/kv-get", "(\"k\")").unwrap());
        assert_eq!(given, (Some("7".to_owned()), 1, 0));
    }
}

#[test]
fn it_is_in_the_store_before_it_is_answered() {
    let [store, _] = caches();
    store.raw().kv_put("k", "1").unwrap();
    store.raw().map_put_many("t", &[MapPair { key: b"a".into(), value: b"x".into() }]).unwrap();
    let reader = Store::builder().read_only(true).open(store.path()).unwrap();
    assert_eq!(reader.raw().kv_get("k").unwrap().as_deref(), Some("1"));
    assert_eq!(reader.raw().map_get("t", b"a").unwrap().unwrap().value, b"x");
}

#[test]
fn what_is_removed_or_changed_below_is_not_answered_any_more() {
    for store in caches() {
        let pairs = ["a", "b", "c", "d"].map(|key| MapPair { key: key.into(), value: b"1".into() });
        store.raw().map_put_many("t", &pairs).unwrap();
        store.raw().map_put("u", b"a", b"1").unwrap();
        let seen = |key: &str| store.raw().map_get("t", key.as_bytes()).unwrap().map(|entry| entry.value);
        assert_eq!(reads(&store, || seen("a")), (Some(b"1".to_vec()), 1, 0));
        store.raw().map_increment("t", b"a", 4).unwrap();
        assert_eq!(seen("a"), Some(b"5".to_vec()));
        store.raw().map_delete("t", b"a", Expect::Any).unwrap();
        store.raw().map_delete_many("t", &[b"b".to_vec()]).unwrap();
        assert_eq!((seen("a"), seen("b"), seen("c")), (None, None, Some(b"1".to_vec())));
        store.raw().map_drop_table("t").unwrap();
        assert_eq!((seen("c"), seen("d")), (None, None));
        assert_eq!(reads(&store, || store.raw().map_get("u", b"a").unwrap().is_some()), (true, 1, 0));
        let (cid, hash) = (store.raw().blob_put(b"x").unwrap(), "1".repeat(40));
        store.raw().object_write(&hash, b"x").unwrap();
        store.raw().object_read(&hash).unwrap();
        store.raw().blob_delete(&cid).unwrap();
        store.raw().object_delete(&hash).unwrap();
        assert_eq!(
            (store.raw().blob_get(&cid).unwrap(), store.raw().object_read(&hash).unwrap()),
            (None, None)
        );
        store.raw().kv_put("k", "1").unwrap();
        store.kv().remove("k").unwrap();
        assert_eq!(store.raw().kv_get("k").unwrap(), None);
    }
}

#[test]
fn several_keys_are_answered_from_memory_when_all_are_there() {
    for store in caches() {
        let keys = [b"a".to_vec(), b"b".to_vec()];
        let pairs = keys.clone().map(|key| MapPair { value: key.clone(), key });
        store.raw().map_put_many("t", &pairs).unwrap();
        let (entries, hits, _) = reads(&store, || store.raw().map_get_many("t", &keys).unwrap());
        assert_eq!(hits, 2);
        assert!(entries.into_iter().zip(&keys).all(|(entry, key)| entry.unwrap().value == *key));
        let absent = [b"a".to_vec(), b"z".to_vec()];
        let (entries, hits, _) = reads(&store, || store.raw().map_get_many("t", &absent).unwrap());
        assert_eq!((entries[0].is_some(), entries[1].is_some(), hits), (true, false, 0));
    }
}

#[test]
fn a_write_that_failed_is_not_held() {
    for store in caches() {
        store.raw().kv_put("k", "1").unwrap();
        let version = store.raw().map_put("t", b"k", b"1").unwrap();
        refusal(store.raw().kv_put("k", "(open"));
        refusal(store.raw().map_swap("t", b"k", Expect::Version(version + 7), b"2"));
        refusal(store.raw().map_put("t", b"k", &vec![0; (16 << 20) + 1]));
        let put = Op::KvPut { key: "k".into(), value: "2".into() };
        let wrong = Op::MapPutNew { table: "t".into(), key: b"k".into(), value: b"2".into() };
        assert_eq!(store.raw().commit(&[put.clone(), wrong.clone()]).unwrap_err().index, Some(1));
        assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("1"));
        assert_eq!(store.raw().map_get("t", b"k").unwrap().unwrap().value, b"1");
        // In a run each stands for itself.
        let ran = store.raw().run(&[put, wrong]).unwrap();
        assert!(ran[0].is_ok() && ran[1].is_err());
        assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("2"));
        assert_eq!(store.raw().map_get("t", b"k").unwrap().unwrap().value, b"1");
    }
}

#[test]
fn a_value_that_found_no_room_is_not_held() {
    let [_, store] = caches();
    store.raw().map_put("t", b"k", b"before").unwrap();
    let large = vec![7; 8 << 20];
    let full =
        (0u32..).find_map(|number| store.raw().map_put("t", &number.to_be_bytes(), &large).err()).unwrap();
    assert!(matches!(full, sx_persist::Error::Refused(Refusal::NoSpace(_))), "{full:?}");
    refusal(store.raw().map_put("t", b"k", &large));
    assert_eq!(store.raw().map_get("t", b"k").unwrap().unwrap().value, b"before");
}

#[test]
fn it_holds_so_many_values_and_those_that_were_used_last() {
    let is_held = |store: &Store, key: &str| reads(store, || store.raw().kv_get(key).unwrap()).1 == 1;
    let entries = SMALL_ENTRIES;
    let store = small_cache();
    store.raw().commit(&(0..entries).map(put).collect::<Vec<_>>()).unwrap();
    assert_eq!(count(&store, "cache-entries"), u64::from(entries));
    assert!(is_held(&store, "0"), "the oldest is there, and is now the one that was used last");
    let last = 2 * entries - 2;
    store.raw().commit(&(entries..=last).map(put).collect::<Vec<_>>()).unwrap();
    assert_eq!(count(&store, "cache-entries"), u64::from(entries));
    assert!(is_held(&store, "0") && is_held(&store, &last.to_string()));
    assert!(!is_held(&store, "1") && !is_held(&store, &(entries - 1).to_string()));
}

fn put(number: u32) -> Op {
    Op::KvPut { key: number.to_string(), value: number.to_string() }
}

#[test]
fn it_holds_as_many_values_as_the_seed_if_nothing_is_said() {
    // In memory: on a disk a checkpoint of so many keys is as many syncs.
    let [_, store] = caches();
    for numbers in [0..50_000, 50_000..100_001] {
        store.raw().commit(&numbers.map(put).collect::<Vec<_>>()).unwrap();
    }
    assert_eq!(count(&store, "cache-entries"), 100_000);
}

#[test]
fn its_bytes_are_whoevers_who_composes_it() {
    let store = small_cache();
    let blobs: Vec<_> = (0..9).map(|byte| store.raw().blob_put(&vec![byte; 60 << 10]).unwrap()).collect();
    assert!((120 << 10..=SMALL_BYTES).contains(&count(&store, "cache-bytes")));
    assert_eq!(reads(&store, || store.raw().blob_get(&blobs[8]).unwrap().is_some()), (true, 1, 0));
    assert_eq!(reads(&store, || store.raw().blob_get(&blobs[0]).unwrap().is_some()), (true, 0, 1));
    let large = store.raw().blob_put(&vec![9; 68 << 10]).unwrap();
    assert_eq!(reads(&store, || store.raw().blob_get(&large).unwrap().is_some()), (true, 0, 1));
}

#[test]
fn it_holds_so_many_bytes() {
    const LIMIT: u64 = 32 << 20;
    for store in caches() {
        let blobs: Vec<_> = (0..12).map(|byte| store.raw().blob_put(&vec![byte; 5 << 20]).unwrap()).collect();
        let bytes = count(&store, "cache-bytes");
        assert!((5 * (5 << 20)..=LIMIT).contains(&bytes), "{bytes}");
        assert_eq!(reads(&store, || store.raw().blob_get(&blobs[11]).unwrap().is_some()), (true, 1, 0));
        assert_eq!(reads(&store, || store.raw().blob_get(&blobs[0]).unwrap().is_some()), (true, 0, 1));
        // One that would push out too much is not held, and what is removed gives its room back.
        let large = store.raw().blob_put(&vec![99; 9 << 20]).unwrap();
        assert_eq!(reads(&store, || store.raw().blob_get(&large).unwrap().is_some()), (true, 0, 1));
        let before = count(&store, "cache-bytes");
        store.raw().blob_delete(&blobs[11]).unwrap();
        assert!(before - count(&store, "cache-bytes") >= 5 << 20);
    }
}

#[test]
fn beside_a_writer_nothing_is_held() {
    let root = tempfile::tempdir().unwrap();
    let writer = plain(root.path());
    writer.raw().kv_put("k", "1").unwrap();
    let cached = support::composed(&[middleware::CACHED], CORE_COMPONENT);
    let reader = opener(&cached).read_only(true).open(root.path()).unwrap();
    for number in 1..5 {
        writer.raw().kv_put("k", &number.to_string()).unwrap();
        assert_eq!(reader.raw().kv_get("k").unwrap(), Some(number.to_string()));
    }
    assert_eq!(count(&reader, "cache-entries"), 0);
}
