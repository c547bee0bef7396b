//! M1 to M9.

use crate::fixture::{Fixture, event, files, refusal};
use std::collections::BTreeSet;
use std::fs;
use std::thread;
use support::disk::Disk;
use support::machine::Machine;
use support::simfs::{Import, Plan};
use sx_persist::Result;
use sx_persist::types::{
    AppendOp, Error as Refusal, KeyPage, MapDeleteOp, MapEntry, MapIncrementOp, MapPair, MapPutOp, MapRange,
    MapSwapOp, Op, Outcome, RefSetOp, Stale,
};

const ALL: MapRange = MapRange { prefix: Vec::new(), start: None, end: None };

fn entry(value: &[u8], version: u64) -> MapEntry {
    MapEntry { value: value.to_vec(), version }
}

fn pair(key: impl AsRef<[u8]>, value: impl AsRef<[u8]>) -> MapPair {
    MapPair { key: key.as_ref().to_vec(), value: value.as_ref().to_vec() }
}

fn stale(expected: u64, actual: u64) -> Refusal {
    Refusal::Stale(Stale { expected, actual })
}

/// Keys of a page as text, and its `next`.
fn shown(page: Result<KeyPage>) -> (Vec<String>, Option<String>) {
    let text = |key: Vec<u8>| String::from_utf8(key).unwrap();
    let page = page.unwrap();
    (page.keys.into_iter().map(text).collect(), page.next.map(text))
}

fn put_all(store: &Fixture, table: &str, keys: &[&str]) {
    store.map_put_many(table, &keys.iter().map(|key| pair(key, "")).collect::<Vec<_>>()).unwrap();
}

#[test]
fn m1_a_table_has_a_name_of_text_and_a_key_is_any_bytes() {
    let mut store = Fixture::new();
    let long = "ü".repeat(127) + "t";
    for table in ["t", "a/b", "..", " ", "\0", "61=", &long] {
        for key in [&b"k"[..], b"\0", b"\xff\xfe", b"/", b"+", &[0xff; 1_024]] {
            store.map_put(table, key, key).unwrap();
        }
    }
    for _ in 0..2 {
        for table in store.map_tables().unwrap() {
            let keys = store.map_list(&table, &ALL, None, 100, false).unwrap().keys;
            assert_eq!(keys.len(), 6, "{table:?}");
            for key in keys {
                assert_eq!(store.map_get(&table, &key).unwrap().unwrap().value, key);
            }
        }
        assert_eq!(store.map_tables().unwrap().len(), 7);
        assert_eq!(store.verify().unwrap().foreign, 0);
        store = store.reopen();
    }
    for (table, key) in [("", &b"k"[..]), (&"t".repeat(256), b"k"), ("t", b""), ("t", &[0; 1_025])] {
        for refused in [
            refusal(store.map_get(table, key)),
            refusal(store.map_has(table, key)),
            refusal(store.map_get_many(table, &[key.to_vec()])),
            refusal(store.map_put(table, key, b"")),
            refusal(store.map_put_new(table, key, b"")),
            refusal(store.map_swap(table, key, Some(1), b"")),
            refusal(store.map_delete(table, key, Some(1))),
            refusal(store.map_increment(table, key, 1)),
            refusal(store.map_put_many(table, &[pair(key, "")])),
            refusal(store.map_delete_many(table, &[key.to_vec()])),
        ] {
            assert!(matches!(refused, Refusal::InvalidName(_)), "{refused:?}");
        }
    }
    for table in ["", &"t".repeat(256)] {
        assert!(matches!(refusal(store.map_list(table, &ALL, None, 1, false)), Refusal::InvalidName(_)));
        assert!(matches!(refusal(store.map_drop_table(table)), Refusal::InvalidName(_)));
    }
}

#[test]
fn m1_the_deepest_path_goes_through_a_checkpoint_and_a_restart_on_a_real_disk() {
    let (table, key) = ("t".repeat(255), [0xff; 1_024]);
    let mut store = Fixture::new();
    let version = store.map_put(&table, &key, b"deep").unwrap();
    store.checkpoint().unwrap();
    for _ in 0..2 {
        assert_eq!(store.map_get(&table, &key).unwrap(), Some(entry(b"deep", version)));
        assert_eq!(store.map_tables().unwrap(), [table.as_str()]);
        assert_eq!(store.map_list(&table, &ALL, None, 9, false).unwrap().keys, [key.to_vec()]);
        store = store.reopen();
    }
    let deepest = files(store.path()).into_keys().map(|path| path.len()).max().unwrap();
    assert!(deepest > 2_500, "{deepest}");
    assert!(store.map_delete(&table, &key, Some(version)).unwrap());
    let store = store.reopen();
    assert!(!files(store.path()).keys().any(|path| path.starts_with("maps/")));
    assert_eq!(store.map_tables().unwrap(), Vec::<String>::new());
}

#[test]
fn m1_a_value_is_at_most_16_mebibytes() {
    let mut store = Fixture::new();
    let mut value = vec![0xff; 16 << 20];
    store.map_put("t", b"k", &value).unwrap();
    store = store.reopen();
    assert_eq!(store.map_get("t", b"k").unwrap().unwrap().value, value);
    value.push(0);
    for refused in [
        refusal(store.map_put("t", b"k", &value)),
        refusal(store.map_swap("t", b"k", Some(9), &value)),
        refusal(store.map_put_many("t", &[pair("k", &value)])),
    ] {
        assert!(matches!(&refused, Refusal::TooLarge(excess) if excess.limit == 16 << 20), "{refused:?}");
    }
}

#[test]
fn m2_a_version_rises_with_every_write_and_is_that_of_its_commit() {
    let store = Fixture::new();
    let first = store.map_put("t", b"k", b"same").unwrap();
    store.text().append("s", &event(1)).unwrap();
    let second = store.map_put("t", b"k", b"same").unwrap();
    assert!(second > first + 1, "the append had a commit of its own");
    let put =
        |key: &[u8]| Op::MapPut(MapPutOp { table: "t".into(), key: key.to_vec(), value: b"same".to_vec() });
    // Two writes of one key in one commit share its version.
    let outcomes = store.commit(&[put(b"k"), put(b"l"), put(b"k")]).unwrap();
    assert_eq!(outcomes, vec![Outcome::Versioned(second + 1); 3]);
    let outcomes = store.run(&[put(b"k"), put(b"k")]).unwrap();
    assert_eq!(outcomes, [Ok(Outcome::Versioned(second + 2)), Ok(Outcome::Versioned(second + 3))]);
    assert_eq!(store.stats().unwrap()["lsn"], second + 3);
    store.map_increment("t", b"n", 1).unwrap();
    assert_eq!(store.map_get("t", b"n").unwrap(), Some(entry(b"1", second + 4)));
}

#[test]
fn m2_a_b_a_is_noticed_over_a_checkpoint_a_restart_and_a_repair() {
    let mut store = Fixture::new();
    let mut seen = store.map_put("t", b"k", b"a").unwrap();
    store.map_put("t", b"other", b"x").unwrap();
    for between in ["nothing", "a checkpoint", "a restart", "a repair", "a repair of frames"] {
        assert!(store.map_delete("t", b"k", Some(seen)).unwrap(), "{between}");
        store = match between {
            "a checkpoint" => {
                store.checkpoint().unwrap();
                store
            }
            "a restart" => store.reopen(),
            // The header of a journal without frames; then a frame, of which others stand behind.
            "a repair" => repaired(store.meanwhile(|root| damage_journal(root, 9))),
            "a repair of frames" => {
                for _ in 0..3 {
                    store.map_put("t", b"later", b"x").unwrap();
                }
                repaired(copied(&store, 60))
            }
            _ => store,
        };
        let again = store.map_put("t", b"k", b"a").unwrap();
        assert!(again > seen, "{between}: {again} after {seen}");
        assert_eq!(refusal(store.map_swap("t", b"k", Some(seen), b"b")), stale(seen, again), "{between}");
        assert_eq!(refusal(store.map_delete("t", b"k", Some(seen))), stale(seen, again), "{between}");
        seen = again;
    }
}

/// What a kill would leave of a store, with a byte of its journal changed.
fn copied(store: &Fixture, at: usize) -> Fixture {
    let root = tempfile::tempdir().unwrap();
    support::vectors::copy(store.path(), root.path());
    damage_journal(root.path(), at);
    Fixture::on(root)
}

fn damage_journal(root: &std::path::Path, at: usize) {
    let mut journals: Vec<_> = fs::read_dir(root.join("journal")).unwrap().collect();
    assert_eq!(journals.len(), 1);
    let journal = journals.pop().unwrap().unwrap().path();
    let mut bytes = fs::read(&journal).unwrap();
    bytes[at] ^= 1;
    fs::write(&journal, bytes).unwrap();
}

fn repaired(store: Fixture) -> Fixture {
    assert!(matches!(refusal(store.map_get("t", b"k")), Refusal::Corrupt(_)));
    assert_eq!(store.repair().unwrap().damaged, 1);
    store
}

#[test]
fn m3_a_write_replaces_and_one_that_expects_another_version_is_stale() {
    let mut store = Fixture::new();
    for absent in [None, Some(0)] {
        let first = store.map_swap("t", b"k", absent, b"1").unwrap();
        let second = store.map_put("t", b"k", b"").unwrap();
        for _ in 0..2 {
            assert_eq!(store.map_get("t", b"k").unwrap(), Some(entry(b"", second)));
            assert_eq!(refusal(store.map_put_new("t", b"k", b"3")), stale(0, second));
            for expected in [None, Some(0), Some(first), Some(second + 1), Some(u64::MAX)] {
                let due = stale(expected.unwrap_or(0), second);
                assert_eq!(refusal(store.map_swap("t", b"k", expected, b"3")), due);
            }
            store = store.reopen();
        }
        let third = store.map_swap("t", b"k", Some(second), b"3").unwrap();
        assert!(third > second);
        assert_eq!(store.map_get("t", b"k").unwrap(), Some(entry(b"3", third)));
        assert!(store.map_delete("t", b"k", None).unwrap());
        assert_eq!(refusal(store.map_swap("t", b"k", Some(third), b"4")), stale(third, 0));
        let fourth = store.map_put_new("t", b"k", b"4").unwrap();
        assert!(fourth > third && store.map_delete("t", b"k", Some(fourth)).unwrap());
    }
}

#[test]
fn m3_of_threads_that_swap_the_version_they_saw_none_loses_an_update() {
    const THREADS: usize = 8;
    const EACH: usize = 25;
    let store = Fixture::new();
    store.map_put("t", b"k", b"").unwrap();
    // The value is one byte longer with each update.
    let update = || loop {
        let seen = store.map_get("t", b"k").unwrap().unwrap();
        let longer = vec![b'x'; seen.value.len() + 1];
        match store.map_swap("t", b"k", Some(seen.version), &longer) {
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
    assert_eq!(store.map_get("t", b"k").unwrap().unwrap().value.len(), THREADS * EACH);
}

#[test]
fn m4_delete_removes_what_it_expects_and_says_whether_it_was_there() {
    let mut store = Fixture::new();
    assert!(!store.map_delete("t", b"k", None).unwrap());
    assert!(!store.map_delete("t", b"k", Some(0)).unwrap());
    assert_eq!(refusal(store.map_delete("t", b"k", Some(7))), stale(7, 0));
    for settled in [false, true] {
        let version = store.map_put("t", b"k", b"v").unwrap();
        if settled {
            store = store.reopen();
        }
        for wrong in [0, version - 1, version + 1] {
            assert_eq!(refusal(store.map_delete("t", b"k", Some(wrong))), stale(wrong, version));
        }
        assert!(store.map_delete("t", b"k", Some(version).filter(|_| settled)).unwrap());
        assert_eq!(store.map_get("t", b"k").unwrap(), None);
        store = store.reopen();
        assert!(!store.map_has("t", b"k").unwrap());
    }
}

#[test]
fn m5_increments_of_eight_threads_lose_nothing() {
    const THREADS: i64 = 8;
    const EACH: i64 = 50;
    let store = Fixture::new();
    let sums: BTreeSet<i64> = thread::scope(|scope| {
        let count = || (0..EACH).map(|_| store.map_increment("t", b"n", 1).unwrap()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(count)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(sums, (1..=THREADS * EACH).collect());
    let store = store.reopen();
    assert_eq!(store.map_get("t", b"n").unwrap().unwrap().value, b"400");
}

#[test]
fn m5_an_increment_takes_integers_of_64_bits_alone() {
    let store = Fixture::new();
    assert_eq!(store.map_increment("t", b"n", i64::MIN).unwrap(), i64::MIN);
    assert_eq!(store.map_increment("t", b"n", i64::MAX).unwrap(), -1);
    let before = store.map_get("t", b"n").unwrap().unwrap();
    assert_eq!(store.map_increment("t", b"n", 0).unwrap(), -1);
    assert!(store.map_get("t", b"n").unwrap().unwrap().version > before.version);
    for (text, sum) in [("7", 8), ("-0", 1), ("007", 8), ("-1", 0)] {
        store.map_put("t", b"n", text.as_bytes()).unwrap();
        assert_eq!(store.map_increment("t", b"n", 1).unwrap(), sum);
    }
    for text in ["", "x", "+1", " 1", "1.0", "1e3", "9223372036854775807", "9223372036854775808"] {
        let version = store.map_put("t", b"n", text.as_bytes()).unwrap();
        assert!(
            matches!(refusal(store.map_increment("t", b"n", 1)), Refusal::InvalidArgument(_)),
            "{text:?}"
        );
        assert_eq!(store.map_get("t", b"n").unwrap(), Some(entry(text.as_bytes(), version)));
    }
}

#[test]
fn m6_many_keys_are_one_commit_and_one_moment() {
    // That a crash leaves all or none: tests/crash.
    let mut store = Fixture::new();
    let version = store.map_put_many("t", &[pair("a", "1"), pair("b", "2"), pair("a", "3")]).unwrap();
    assert_eq!(store.stats().unwrap()["lsn"], version);
    let refused = refusal(store.map_put_many("t", &[pair("c", "1"), pair("", "2")]));
    assert!(matches!(refused, Refusal::InvalidName(_)), "{refused:?}");
    let keys = ["b", "x", "a", "b"].map(|key| key.as_bytes().to_vec());
    for _ in 0..2 {
        let (one, two) = (Some(entry(b"3", version)), Some(entry(b"2", version)));
        assert_eq!(store.map_get_many("t", &keys).unwrap(), [two.clone(), None, one, two]);
        assert!(!store.map_has("t", b"c").unwrap());
        store = store.reopen();
    }
    assert_eq!(store.map_delete_many("t", &keys).unwrap(), 2);
    assert_eq!(store.map_delete_many("t", &keys).unwrap(), 0);
    assert_eq!((store.map_put_many("t", &[]).unwrap(), store.map_get_many("t", &[]).unwrap()), (0, vec![]));
}

#[test]
fn m6_many_are_at_most_65536_keys_and_64_mebibytes() {
    let store = Fixture::new();
    let keys = vec![b"k".to_vec(); 65_537];
    let pairs = vec![pair("k", ""); 65_537];
    let large = vec![0; 16 << 20];
    store.map_put("t", b"k", &large).unwrap();
    let too_large = [
        refusal(store.map_get_many("t", &keys)),
        refusal(store.map_delete_many("t", &keys)),
        refusal(store.map_put_many("t", &pairs)),
        refusal(store.map_get_many("t", &keys[..5])),
        refusal(store.map_put_many("t", &vec![pair("k", &large); 4])),
    ];
    let limits = too_large.map(|refused| match refused {
        Refusal::TooLarge(excess) => excess.limit,
        other => panic!("{other:?}"),
    });
    assert_eq!(limits, [65_536, 65_536, 65_536, 64 << 20, 64 << 20]);
    assert_eq!(store.map_get_many("t", &keys[..4]).unwrap().len(), 4);
    store.map_put_many("t", &pairs[1..]).unwrap();
    assert_eq!(store.map_get_many("t", &keys[1..]).unwrap().len(), 65_536);
    assert_eq!(store.map_delete_many("t", &keys[1..]).unwrap(), 1);
}

#[test]
fn m7_keys_are_listed_in_order_and_in_reverse_page_by_page() {
    let store = Fixture::new();
    put_all(&store, "t", &["b", "a", "ba", "bb", "c", "ü"]);
    put_all(&store, "tt", &["b"]);
    let mut store = store.meanwhile(|root| {
        for foreign in ["maps/74=/6B", "maps/74=/zz", "maps/README", "maps/zz=", "maps/74=/62+"] {
            fs::write(root.join(foreign), "left here").unwrap();
        }
    });
    let range = |prefix: &str, start: Option<&str>, end: Option<&str>| MapRange {
        prefix: prefix.into(),
        start: start.map(Into::into),
        end: end.map(Into::into),
    };
    let keys = |all: &str| all.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for _ in 0..2 {
        let list = |range: &MapRange, after: Option<&str>, limit, reverse| {
            shown(store.map_list("t", range, after.map(str::as_bytes), limit, reverse))
        };
        assert_eq!(list(&ALL, None, 6, false), (keys("a b ba bb c ü"), None));
        assert_eq!(list(&ALL, None, 2, false), (keys("a b"), Some("b".into())));
        assert_eq!(list(&ALL, Some("b"), 2, false), (keys("ba bb"), Some("bb".into())));
        assert_eq!(list(&ALL, None, 2, true), (keys("ü c"), Some("c".into())));
        assert_eq!(list(&ALL, Some("c"), 9, true), (keys("bb ba b a"), None));
        assert_eq!(list(&range("b", None, None), None, 9, true), (keys("bb ba b"), None));
        assert_eq!(list(&range("", Some("ba"), Some("c")), None, 9, false), (keys("ba bb"), None));
        assert_eq!(list(&range("b", Some("bb"), Some("z")), None, 9, false), (keys("bb"), None));
        assert_eq!(list(&range("b", Some("c"), None), None, 9, false), (vec![], None));
        // None of these need be a key.
        assert_eq!(list(&range("", Some(""), Some("b\0")), Some(""), 9, false), (keys("a b"), None));
        assert_eq!(shown(store.map_list("none", &ALL, None, 9, false)), (vec![], None));
        assert_eq!(store.verify().unwrap().foreign, 5);
        store = store.reopen();
    }
    for limit in [0, 65_537] {
        let refused = refusal(store.map_list("t", &ALL, None, limit, false));
        assert!(matches!(refused, Refusal::InvalidArgument(_)), "{refused:?}");
    }
    // A page ends at a mebibyte of keys.
    let long: Vec<_> = (0..1_100).map(|at| pair(format!("{at:01024}"), "")).collect();
    store.map_put_many("long", &long).unwrap();
    let page = store.map_list("long", &ALL, None, 65_536, false).unwrap();
    assert_eq!((page.keys.len(), page.next), (1_024, Some(long[1_023].key.clone())));
}

#[test]
fn m7_a_key_that_stays_is_seen_exactly_once_while_others_come_and_go() {
    for reverse in [false, true] {
        let mut store = Fixture::new();
        let stays: Vec<_> = (0..30).map(|at| format!("k{at:02}")).collect();
        put_all(&store, "t", &stays.iter().map(String::as_str).collect::<Vec<_>>());
        let (mut seen, mut after) = (Vec::new(), None);
        for round in 0.. {
            let page = store.map_list("t", &ALL, after.as_deref(), 4, reverse).unwrap();
            seen.extend(page.keys.into_iter().filter(|key| !key.ends_with(b"+")));
            after = page.next;
            let Some(last) = &after else { break };
            // Others come on both sides of the cursor; its own key goes, and so does what came before.
            let come: Vec<_> = (0..30).map(|at| pair(format!("k{at:02}.{round}+"), "")).collect();
            store.map_put_many("t", &come).unwrap();
            store.map_delete("t", last, None).unwrap();
            if round % 3 == 1 {
                let gone: Vec<_> = come.into_iter().map(|pair| pair.key).collect();
                store.map_delete_many("t", &gone).unwrap();
                store = store.reopen();
            }
        }
        if reverse {
            seen.reverse();
        }
        assert_eq!(seen, stays.into_iter().map(String::into_bytes).collect::<Vec<_>>());
    }
}

#[test]
fn m7_listing_a_table_reads_its_folder_and_no_other() {
    let boot = |disk| Machine::boot(disk, Plan::default());
    let mut machine = boot(Disk::default());
    for table in ["a", "b", "c", "d"] {
        for key in [&b"k"[..], b"l"] {
            let put = machine.call(|e, s| e.sx_persist_maps().call_put(s, table, key, b"v"));
            put.unwrap().unwrap();
        }
    }
    machine.call(|e, s| e.sx_persist_admin().call_checkpoint(s)).unwrap().unwrap();
    let mut machine = boot(machine.kill());
    machine.call(|e, s| e.sx_persist_maps().call_has(s, "a", b"k")).unwrap().unwrap();
    let mut counted = |call: &mut dyn FnMut(&mut Machine)| {
        let count = |machine: &mut Machine, import| machine.simfs().counts.get(&import).copied().unwrap_or(0);
        let before = [Import::ReadDirectory, Import::Read].map(|import| count(&mut machine, import));
        call(&mut machine);
        let after = [Import::ReadDirectory, Import::Read].map(|import| count(&mut machine, import));
        (after[0] - before[0], after[1] - before[1])
    };
    let (folders, reads) = counted(&mut |machine| {
        let page = machine.call(|e, s| e.sx_persist_maps().call_list(s, "b", &ALL, None, 9, false));
        assert_eq!(page.unwrap().unwrap().keys.len(), 2);
    });
    assert_eq!((folders, reads), (1, 0));
    // And the names of all tables are one listing of each.
    let (folders, reads) = counted(&mut |machine| {
        let tables = machine.call(|e, s| e.sx_persist_maps().call_tables(s));
        assert_eq!(tables.unwrap().unwrap().len(), 4);
    });
    assert_eq!((folders, reads), (5, 0));
}

#[test]
fn m8_a_table_is_there_as_long_as_it_has_keys() {
    let mut store = Fixture::new();
    put_all(&store, "b", &["k"]);
    put_all(&store, "a", &["k", "l"]);
    put_all(&store, "ü", &["k"]);
    for settled in [false, true] {
        assert_eq!(store.map_tables().unwrap(), ["a", "b", "ü"]);
        store.map_delete("b", b"k", None).unwrap();
        store.map_delete("a", b"k", None).unwrap();
        for _ in 0..2 {
            assert_eq!(store.map_tables().unwrap(), ["a", "ü"]);
            if settled {
                store = store.reopen();
            }
        }
        put_all(&store, "b", &["k"]);
        put_all(&store, "a", &["k"]);
        store = store.reopen();
    }
    assert_eq!(store.stats().unwrap()["map-keys"], 4);
}

#[test]
fn m9_drop_table_removes_every_key_in_one_commit() {
    let mut store = Fixture::new();
    put_all(&store, "t", &["a", "b"]);
    put_all(&store, "u", &["a"]);
    store = store.reopen();
    let before = store.map_put("t", b"c", b"").unwrap();
    assert_eq!(store.map_drop_table("t").unwrap(), 3);
    assert_eq!(store.stats().unwrap()["lsn"], before + 1);
    assert_eq!(store.map_drop_table("t").unwrap(), 0);
    for _ in 0..2 {
        assert_eq!(store.map_tables().unwrap(), ["u"]);
        assert_eq!(store.map_get("t", b"a").unwrap(), None);
        store = store.reopen();
    }
    // What is too large for one commit is so in memory (guest/core/tests/maps.rs): here its files would be written first.
    put_all(&store, "t", &["a", "b", "c"]);
    let part = store.map_list("t", &ALL, None, 2, false).unwrap().keys;
    assert_eq!(store.map_delete_many("t", &part).unwrap(), 2);
    assert_eq!(store.map_drop_table("t").unwrap(), 1);
}

#[test]
fn an_order_is_paid_with_its_event_and_its_branch_or_none_of_them_is() {
    let store = Fixture::new();
    let open = store.map_put("carts", b"7", b"open").unwrap();
    let (table, key) = ("carts".to_owned(), b"7".to_vec());
    let commit = |seq: u64, expected: u64| {
        let (table, key) = (table.clone(), key.clone());
        let count = MapIncrementOp { table: table.clone(), key: b"count".to_vec(), delta: 1 };
        store.commit(&[
            Op::Append(AppendOp { stream: "orders".into(), event: event(seq) }),
            Op::RefSet(RefSetOp { name: "main".into(), hash: "1".repeat(40) }),
            Op::MapSwap(MapSwapOp { table, key, expected: Some(expected), value: b"paid".to_vec() }),
            Op::MapIncrement(count),
        ])
    };
    let refused = commit(1, open + 1).unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(2), Some(&stale(open + 1, open))));
    assert_eq!((store.last_seq("orders").unwrap(), store.ref_get("main").unwrap()), (0, None));
    let outcomes = commit(1, open).unwrap();
    let paid = open + 1;
    let due = [Outcome::Appended(1), Outcome::Put, Outcome::Versioned(paid), Outcome::Incremented(1)];
    assert_eq!(outcomes, due);
    assert_eq!(store.map_get("carts", b"7").unwrap(), Some(entry(b"paid", paid)));
    // A deletion that expects refuses as a swap does, and one that does not refuses nothing.
    let delete = |expected| Op::MapDelete(MapDeleteOp { table: table.clone(), key: key.clone(), expected });
    let refused = store.commit(&[delete(None), delete(Some(paid))]).unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(1), Some(&stale(paid, 0))));
    let outcomes = store.commit(&[delete(Some(paid)), delete(None), delete(Some(0))]).unwrap();
    assert_eq!(outcomes, [Outcome::Deleted(true), Outcome::Deleted(false), Outcome::Deleted(false)]);
}

#[test]
fn a_damaged_value_is_corrupt_and_repair_sets_it_aside() {
    let store = Fixture::new();
    store.map_put("t", b"good", b"value").unwrap();
    store.map_put("t", b"bad", b"value").unwrap();
    let file = "maps/74=/626164";
    let store = store.meanwhile(|root| {
        let mut bytes = fs::read(root.join(file)).unwrap();
        bytes[14] ^= 1;
        fs::write(root.join(file), bytes).unwrap();
    });
    for refused in [
        refusal(store.map_get("t", b"bad")),
        refusal(store.map_get_many("t", &[b"good".to_vec(), b"bad".to_vec()])),
        refusal(store.map_swap("t", b"bad", Some(2), b"")),
        refusal(store.map_put_new("t", b"bad", b"")),
        refusal(store.map_increment("t", b"bad", 1)),
    ] {
        assert!(matches!(&refused, Refusal::Corrupt(damage) if damage.file == file), "{refused:?}");
    }
    assert_eq!(store.map_get("t", b"good").unwrap(), Some(entry(b"value", 1)));
    assert_eq!((store.verify().unwrap().damaged, store.repair().unwrap().damaged), (1, 1));
    assert_eq!(shown(store.map_list("t", &ALL, None, 9, false)), (vec!["good".into()], None));
    assert_eq!(store.verify().unwrap().damaged, 0);
    // A write that does not look at it replaces it.
    assert!(store.map_put("t", b"bad", b"new").is_ok());
}
