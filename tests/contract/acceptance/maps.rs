//! M1 to M6. The rest stands in `tables.rs`.

use crate::fixture::{Fixture, event, refusal, unhex};
use std::collections::BTreeSet;
use std::fs;
use std::thread;
use sx_persist::Result;
use sx_persist::types::{
    Direction, Error as Refusal, Expect, KeyPage, MapEntry, MapPair, MapRange, Op, Outcome, Stale,
};

pub(crate) const ALL: MapRange = MapRange { prefix: Vec::new(), start: None, end: None };

pub(crate) fn entry(value: &[u8], version: u64) -> MapEntry {
    MapEntry { value: value.to_vec(), version }
}

pub(crate) fn pair(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> MapPair {
    MapPair { key: key.as_ref().to_vec(), value: value.as_ref().to_vec() }
}

pub(crate) fn stale(expected: u64, actual: u64) -> Refusal {
    Refusal::Stale(Stale { expected, actual })
}

/// Keys of a page as text, and the key of the next one's cursor.
pub(crate) fn shown(page: Result<KeyPage>) -> (Vec<String>, Option<String>) {
    let text = |key: Vec<u8>| String::from_utf8(key).unwrap();
    let page = page.unwrap();
    let next = page.next().map(|cursor| text(unhex(cursor)));
    (page.keys.into_iter().map(text).collect(), next)
}

pub(crate) fn put_all(store: &Fixture, table: &str, keys: &[&str]) {
    store.raw().map_put_many(table, &keys.iter().map(|key| pair(key, "")).collect::<Vec<_>>()).unwrap();
}

#[test]
fn m1_a_table_has_a_name_of_text_and_a_key_is_any_bytes() {
    let mut store = Fixture::new();
    let long = "ü".repeat(127) + "t";
    for table in ["t", "a/b", "..", " ", "\0", "61=", &long] {
        for key in [&b"k"[..], b"\0", b"\xff\xfe", b"/", b"+", &[0xff; 1_024]] {
            store.raw().map_put(table, key, key).unwrap();
        }
    }
    for _ in 0..2 {
        for table in store.raw().map_tables().unwrap() {
            let keys = store.raw().map_list(&table, &ALL, None, 100, Direction::Forward).unwrap().keys;
            assert_eq!(keys.len(), 6, "{table:?}");
            for key in keys {
                assert_eq!(store.raw().map_get(&table, &key).unwrap().unwrap().value, key);
            }
        }
        assert_eq!(store.raw().map_tables().unwrap().len(), 7);
        assert_eq!(store.admin().verify().unwrap().foreign, 0);
        store = store.reopen();
    }
    for (table, key) in [("", &b"k"[..]), (&"t".repeat(256), b"k"), ("t", b""), ("t", &[0; 1_025])] {
        for refused in [
            refusal(store.raw().map_get(table, key)),
            refusal(store.raw().map_has(table, key)),
            refusal(store.raw().map_get_many(table, &[key.to_vec()])),
            refusal(store.raw().map_put(table, key, b"")),
            refusal(store.raw().map_put_new(table, key, b"")),
            refusal(store.raw().map_swap(table, key, Expect::Version(1), b"")),
            refusal(store.raw().map_delete(table, key, Expect::Version(1))),
            refusal(store.raw().map_increment(table, key, 1)),
            refusal(store.raw().map_put_many(table, &[pair(key, "")])),
            refusal(store.raw().map_delete_many(table, &[key.to_vec()])),
        ] {
            assert!(matches!(refused, Refusal::InvalidName(_)), "{refused:?}");
        }
    }
    for table in ["", &"t".repeat(256)] {
        assert!(matches!(
            refusal(store.raw().map_list(table, &ALL, None, 1, Direction::Forward)),
            Refusal::InvalidName(_)
        ));
        assert!(matches!(refusal(store.raw().map_drop_table(table)), Refusal::InvalidName(_)));
    }
}

#[test]
fn m1_the_longest_key_of_the_longest_name_goes_through_a_checkpoint_and_a_restart() {
    let (table, key) = ("t".repeat(255), [0xff; 1_024]);
    let mut store = Fixture::new();
    let version = store.raw().map_put(&table, &key, b"long").unwrap();
    store.admin().checkpoint().unwrap();
    for _ in 0..2 {
        assert_eq!(store.raw().map_get(&table, &key).unwrap(), Some(entry(b"long", version)));
        assert_eq!(store.raw().map_tables().unwrap(), [table.as_str()]);
        assert_eq!(
            store.raw().map_list(&table, &ALL, None, 9, Direction::Forward).unwrap().keys,
            [key.to_vec()]
        );
        store = store.reopen();
    }
    assert!(store.raw().map_delete(&table, &key, Expect::Version(version)).unwrap());
    let store = store.reopen();
    assert_eq!(store.raw().map_get(&table, &key).unwrap(), None);
    assert_eq!(store.raw().map_tables().unwrap(), Vec::<String>::new());
}

#[test]
fn m1_a_value_is_at_most_16_mebibytes() {
    let mut store = Fixture::new();
    let mut value = vec![0xff; 16 << 20];
    store.raw().map_put("t", b"k", &value).unwrap();
    store = store.reopen();
    assert_eq!(store.raw().map_get("t", b"k").unwrap().unwrap().value, value);
    value.push(0);
    for refused in [
        refusal(store.raw().map_put("t", b"k", &value)),
        refusal(store.raw().map_swap("t", b"k", Expect::Version(9), &value)),
        refusal(store.raw().map_put_many("t", &[pair("k", &value)])),
    ] {
        assert!(matches!(&refused, Refusal::TooLarge(excess) if excess.limit == 16 << 20), "{refused:?}");
    }
}

#[test]
fn m2_a_version_rises_with_every_write_and_is_that_of_its_commit() {
    let store = Fixture::new();
    let first = store.raw().map_put("t", b"k", b"same").unwrap();
    store.raw().append("s", &event(1)).unwrap();
    let second = store.raw().map_put("t", b"k", b"same").unwrap();
    assert!(second > first + 1, "the append had a commit of its own");
    let put = |key: &[u8]| Op::MapPut { table: "t".into(), key: key.to_vec(), value: b"same".to_vec() };
    // Two writes of one key in one commit share its version.
    let outcomes = store.raw().commit(&[put(b"k"), put(b"l"), put(b"k")]).unwrap().outcomes;
    assert_eq!(outcomes, vec![Outcome::Versioned(second + 1); 3]);
    let outcomes = store.raw().run(&[put(b"k"), put(b"k")]).unwrap();
    assert_eq!(outcomes, [Ok(Outcome::Versioned(second + 2)), Ok(Outcome::Versioned(second + 3))]);
    assert_eq!(store.admin().stats().unwrap()["lsn"], second + 3);
    store.raw().map_increment("t", b"n", 1).unwrap();
    assert_eq!(store.raw().map_get("t", b"n").unwrap(), Some(entry(b"1", second + 4)));
}

#[test]
fn m2_a_b_a_is_noticed_over_a_checkpoint_a_restart_and_a_repair() {
    let Some(mut store) = Fixture::with_files() else { return };
    let mut seen = store.raw().map_put("t", b"k", b"a").unwrap();
    store.raw().map_put("t", b"other", b"x").unwrap();
    for between in ["nothing", "a checkpoint", "a restart", "a repair", "a repair of frames"] {
        assert!(store.raw().map_delete("t", b"k", Expect::Version(seen)).unwrap(), "{between}");
        store = match between {
            "a checkpoint" => {
                store.admin().checkpoint().unwrap();
                store
            }
            "a restart" => store.reopen(),
            // The header of a journal without frames; then a frame, of which others stand behind.
            "a repair" => repaired(store.meanwhile(|root| damage_journal(root, |_| 9))),
            "a repair of frames" => {
                for _ in 0..3 {
                    store.raw().map_put("t", b"later", b"x").unwrap();
                }
                repaired(copied(&store, |journal| first_commit(journal) + 30))
            }
            _ => store,
        };
        let again = store.raw().map_put("t", b"k", b"a").unwrap();
        assert!(again > seen, "{between}: {again} after {seen}");
        assert_eq!(
            refusal(store.raw().map_swap("t", b"k", Expect::Version(seen), b"b")),
            stale(seen, again),
            "{between}"
        );
        assert_eq!(
            refusal(store.raw().map_delete("t", b"k", Expect::Version(seen))),
            stale(seen, again),
            "{between}"
        );
        seen = again;
    }
}

/// What a kill would leave of a store, with a byte of its journal changed.
fn copied(store: &Fixture, place: impl Fn(&[u8]) -> usize) -> Fixture {
    let root = tempfile::tempdir().unwrap();
    support::vectors::copy(store.path(), root.path());
    damage_journal(root.path(), place);
    Fixture::on(root)
}

/// Where the frame behind the manifest begins (docs/format.md, "The journal").
fn first_commit(journal: &[u8]) -> usize {
    let length = u32::from_le_bytes(journal[1_024..1_028].try_into().unwrap());
    1_024 + (24 + length as usize).next_multiple_of(8)
}

fn damage_journal(root: &std::path::Path, place: impl Fn(&[u8]) -> usize) {
    let files = fs::read_dir(root.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut journals: Vec<_> = files.filter(|path| !path.ends_with("reserve")).collect();
    assert_eq!(journals.len(), 1);
    let journal = journals.pop().unwrap();
    let mut bytes = fs::read(&journal).unwrap();
    let at = place(&bytes);
    bytes[at] ^= 1;
    fs::write(&journal, bytes).unwrap();
}

fn repaired(store: Fixture) -> Fixture {
    assert!(matches!(refusal(store.raw().map_get("t", b"k")), Refusal::Corrupt(_)));
    assert_eq!(store.admin().repair().unwrap().damaged, 1);
    store
}

#[test]
fn m3_a_write_replaces_and_one_that_expects_another_version_is_stale() {
    let mut store = Fixture::new();
    for absent in [Expect::Absent, Expect::Version(0)] {
        let first = store.raw().map_swap("t", b"k", absent, b"1").unwrap();
        let second = store.raw().map_put("t", b"k", b"").unwrap();
        for _ in 0..2 {
            assert_eq!(store.raw().map_get("t", b"k").unwrap(), Some(entry(b"", second)));
            assert_eq!(refusal(store.raw().map_put_new("t", b"k", b"3")), stale(0, second));
            assert_eq!(refusal(store.raw().map_swap("t", b"k", absent, b"3")), stale(0, second));
            for version in [first, second + 1, u64::MAX] {
                let refused = refusal(store.raw().map_swap("t", b"k", Expect::Version(version), b"3"));
                assert_eq!(refused, stale(version, second));
            }
            store = store.reopen();
        }
        let third = store.raw().map_swap("t", b"k", Expect::Version(second), b"3").unwrap();
        assert!(third > second);
        assert_eq!(store.raw().map_get("t", b"k").unwrap(), Some(entry(b"3", third)));
        assert!(store.raw().map_delete("t", b"k", Expect::Any).unwrap());
        assert_eq!(refusal(store.raw().map_swap("t", b"k", Expect::Version(third), b"4")), stale(third, 0));
        let any = store.raw().map_swap("t", b"k", Expect::Any, b"any").unwrap();
        assert!(any > third && store.raw().map_swap("t", b"k", Expect::Any, b"more").unwrap() > any);
        assert!(store.raw().map_delete("t", b"k", Expect::Any).unwrap());
        let fourth = store.raw().map_put_new("t", b"k", b"4").unwrap();
        assert!(fourth > third && store.raw().map_delete("t", b"k", Expect::Version(fourth)).unwrap());
    }
}

#[test]
fn m3_of_threads_that_swap_the_version_they_saw_none_loses_an_update() {
    const THREADS: usize = 8;
    const EACH: usize = 25;
    let store = Fixture::new();
    store.raw().map_put("t", b"k", b"").unwrap();
    // The value is one byte longer with each update.
    let update = || loop {
        let seen = store.raw().map_get("t", b"k").unwrap().unwrap();
        let longer = vec![b'x'; seen.value.len() + 1];
        match store.raw().map_swap("t", b"k", Expect::Version(seen.version), &longer) {
            Ok(version) => return version,
            Err(refused) => assert!(matches!(refused.refusal(), Some(Refusal::Stale(_))), "{refused}"),
        }
    };
    let versions: BTreeSet<u64> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..THREADS).map(|_| scope.spawn(|| (0..EACH).map(|_| update()).collect::<Vec<_>>())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(versions.len(), THREADS * EACH);
    assert_eq!(store.raw().map_get("t", b"k").unwrap().unwrap().value.len(), THREADS * EACH);
}

#[test]
fn m4_delete_removes_what_it_expects_and_says_whether_it_was_there() {
    let mut store = Fixture::new();
    assert!(!store.raw().map_delete("t", b"k", Expect::Any).unwrap());
    assert!(!store.raw().map_delete("t", b"k", Expect::Absent).unwrap());
    assert_eq!(refusal(store.raw().map_delete("t", b"k", Expect::Version(7))), stale(7, 0));
    for settled in [false, true] {
        let version = store.raw().map_put("t", b"k", b"v").unwrap();
        if settled {
            store = store.reopen();
        }
        assert_eq!(refusal(store.raw().map_delete("t", b"k", Expect::Absent)), stale(0, version));
        for wrong in [0, version - 1, version + 1] {
            assert_eq!(
                refusal(store.raw().map_delete("t", b"k", Expect::Version(wrong))),
                stale(wrong, version)
            );
        }
        assert!(
            store
                .raw()
                .map_delete("t", b"k", if settled { Expect::Version(version) } else { Expect::Any })
                .unwrap()
        );
        assert_eq!(store.raw().map_get("t", b"k").unwrap(), None);
        store = store.reopen();
        assert!(!store.raw().map_has("t", b"k").unwrap());
    }
}

#[test]
fn m5_increments_of_eight_threads_lose_nothing() {
    const THREADS: i64 = 8;
    const EACH: i64 = 50;
    let store = Fixture::new();
    let sums: BTreeSet<i64> = thread::scope(|scope| {
        let count =
            || (0..EACH).map(|_| store.raw().map_increment("t", b"n", 1).unwrap()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(count)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(sums, (1..=THREADS * EACH).collect());
    let store = store.reopen();
    assert_eq!(store.raw().map_get("t", b"n").unwrap().unwrap().value, b"400");
}

#[test]
fn m5_an_increment_takes_integers_of_64_bits_alone() {
    let store = Fixture::new();
    assert_eq!(store.raw().map_increment("t", b"n", i64::MIN).unwrap(), i64::MIN);
    assert_eq!(store.raw().map_increment("t", b"n", i64::MAX).unwrap(), -1);
    let before = store.raw().map_get("t", b"n").unwrap().unwrap();
    assert_eq!(store.raw().map_increment("t", b"n", 0).unwrap(), -1);
    assert!(store.raw().map_get("t", b"n").unwrap().unwrap().version > before.version);
    for (text, sum) in [("7", 8), ("-0", 1), ("007", 8), ("-1", 0)] {
        store.raw().map_put("t", b"n", text.as_bytes()).unwrap();
        assert_eq!(store.raw().map_increment("t", b"n", 1).unwrap(), sum);
    }
    for text in ["", "x", "+1", " 1", "1.0", "1e3", "9223372036854775807", "9223372036854775808"] {
        let version = store.raw().map_put("t", b"n", text.as_bytes()).unwrap();
        assert!(
            matches!(refusal(store.raw().map_increment("t", b"n", 1)), Refusal::InvalidArgument(_)),
            "{text:?}"
        );
        assert_eq!(store.raw().map_get("t", b"n").unwrap(), Some(entry(text.as_bytes(), version)));
    }
}

#[test]
fn m6_many_keys_are_one_commit_and_one_moment() {
    // That a crash leaves all or none: tests/durability/crash.
    let mut store = Fixture::new();
    let version = store.raw().map_put_many("t", &[pair("a", "1"), pair("b", "2"), pair("a", "3")]).unwrap();
    assert_eq!(store.admin().stats().unwrap()["lsn"], version);
    let refused = refusal(store.raw().map_put_many("t", &[pair("c", "1"), pair("", "2")]));
    assert!(matches!(refused, Refusal::InvalidName(_)), "{refused:?}");
    let keys = ["b", "x", "a", "b"].map(|key| key.as_bytes().to_vec());
    for _ in 0..2 {
        let (one, two) = (Some(entry(b"3", version)), Some(entry(b"2", version)));
        assert_eq!(store.raw().map_get_many("t", &keys).unwrap(), [two.clone(), None, one, two]);
        assert!(!store.raw().map_has("t", b"c").unwrap());
        store = store.reopen();
    }
    assert_eq!(store.raw().map_delete_many("t", &keys).unwrap(), 2);
    assert_eq!(store.raw().map_delete_many("t", &keys).unwrap(), 0);
    assert_eq!(
        (store.raw().map_put_many("t", &[]).unwrap(), store.raw().map_get_many("t", &[]).unwrap()),
        (0, vec![])
    );
}

#[test]
fn m6_many_are_at_most_65536_keys_and_64_mebibytes() {
    let store = Fixture::new();
    let keys = vec![b"k".to_vec(); 65_537];
    let pairs = vec![pair("k", ""); 65_537];
    let large = vec![0; 16 << 20];
    store.raw().map_put("t", b"k", &large).unwrap();
    let too_large = [
        refusal(store.raw().map_get_many("t", &keys)),
        refusal(store.raw().map_delete_many("t", &keys)),
        refusal(store.raw().map_put_many("t", &pairs)),
        refusal(store.raw().map_get_many("t", &keys[..5])),
        refusal(store.raw().map_put_many("t", &vec![pair("k", &large); 4])),
    ];
    let limits = too_large.map(|refused| match refused {
        Refusal::TooLarge(excess) => excess.limit,
        other => panic!("{other:?}"),
    });
    assert_eq!(limits, [65_536, 65_536, 65_536, 64 << 20, 64 << 20]);
    assert_eq!(store.raw().map_get_many("t", &keys[..4]).unwrap().len(), 4);
    store.raw().map_put_many("t", &pairs[1..]).unwrap();
    assert_eq!(store.raw().map_get_many("t", &keys[1..]).unwrap().len(), 65_536);
    assert_eq!(store.raw().map_delete_many("t", &keys[1..]).unwrap(), 1);
}
