//! M7 to M9: keys in order, tables, and maps beside the rest of the store.

use crate::fixture::{Fixture, event, hex, refusal, unhex};
use crate::maps::{ALL, entry, pair, put_all, shown, stale};
use sim::disk::Disk;
use sim::simfs::{Import, Plan};
use support::machine::Machine;
use sx_persist::types::Direction::{Backward, Forward};
use sx_persist::types::{Error as Refusal, Expect, MapRange, Op, Outcome};

#[test]
fn m7_keys_are_listed_in_order_and_in_reverse_page_by_page() {
    let mut store = Fixture::new();
    put_all(&store, "t", &["b", "a", "ba", "bb", "c", "ü"]);
    put_all(&store, "tt", &["b"]);
    let range = |prefix: &str, start: Option<&str>, end: Option<&str>| MapRange {
        prefix: prefix.into(),
        start: start.map(Into::into),
        end: end.map(Into::into),
    };
    let keys = |all: &str| all.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for _ in 0..2 {
        let list = |range: &MapRange, after: Option<&str>, limit, direction| {
            shown(store.raw().map_list(
                "t",
                range,
                after.map(|key| hex(key.as_bytes())).as_deref(),
                limit,
                direction,
            ))
        };
        assert_eq!(list(&ALL, None, 6, Forward), (keys("a b ba bb c ü"), None));
        assert_eq!(list(&ALL, None, 2, Forward), (keys("a b"), Some("b".into())));
        assert_eq!(list(&ALL, Some("b"), 2, Forward), (keys("ba bb"), Some("bb".into())));
        assert_eq!(list(&ALL, None, 2, Backward), (keys("ü c"), Some("c".into())));
        assert_eq!(list(&ALL, Some("c"), 9, Backward), (keys("bb ba b a"), None));
        assert_eq!(list(&range("b", None, None), None, 9, Backward), (keys("bb ba b"), None));
        assert_eq!(list(&range("", Some("ba"), Some("c")), None, 9, Forward), (keys("ba bb"), None));
        assert_eq!(list(&range("b", Some("bb"), Some("z")), None, 9, Forward), (keys("bb"), None));
        assert_eq!(list(&range("b", Some("c"), None), None, 9, Forward), (vec![], None));
        // None of these need be a key.
        assert_eq!(list(&range("", Some(""), Some("b\0")), Some(""), 9, Forward), (keys("a b"), None));
        assert_eq!(shown(store.raw().map_list("none", &ALL, None, 9, Forward)), (vec![], None));
        store = store.reopen();
    }
    for limit in [0, 65_537] {
        let refused = refusal(store.raw().map_list("t", &ALL, None, limit, Forward));
        assert!(matches!(refused, Refusal::InvalidArgument(_)), "{refused:?}");
    }
    // A page ends at a mebibyte of keys.
    let long: Vec<_> = (0..1_100).map(|at| pair(format!("{at:01024}"), "")).collect();
    store.raw().map_put_many("long", &long).unwrap();
    let page = store.raw().map_list("long", &ALL, None, 65_536, Forward).unwrap();
    assert_eq!((page.keys.len(), page.next()), (1_024, Some(hex(&long[1_023].key).as_str())));
}

#[test]
fn m7_keys_of_any_length_stand_in_the_order_of_their_bytes() {
    // For each length a key that differs from the others in one place, by a byte that is low, high or of the other sign.
    let key = |length: usize, at: usize, byte: u8| {
        (0..length).map(|place| if place == at { byte } else { 0x7f }).collect::<Vec<_>>()
    };
    let places = (1..=40).flat_map(|length| (0..length).map(move |at| (length, at)));
    let mut keys: Vec<_> =
        places.flat_map(|(length, at)| [0, 0x7e, 0x80, 0xff].map(|byte| key(length, at, byte))).collect();
    let mut store = Fixture::new();
    for keys in keys.chunks(1_000) {
        store.raw().map_put_many("t", &keys.iter().map(|key| pair(key, key)).collect::<Vec<_>>()).unwrap();
    }
    keys.sort();
    for _ in 0..2 {
        let listed = store.raw().map_list("t", &ALL, None, 10_000, Forward).unwrap().keys;
        assert!(listed == keys, "{} keys of {}", listed.len(), keys.len());
        for key in &keys {
            assert_eq!(store.raw().map_get("t", key).unwrap().map(|entry| entry.value).as_ref(), Some(key));
        }
        store = store.reopen();
    }
}

#[test]
fn m7_a_key_that_stays_is_seen_exactly_once_while_others_come_and_go() {
    for direction in [Forward, Backward] {
        let mut store = Fixture::new();
        let stays: Vec<_> = (0..14).map(|at| format!("k{at:02}")).collect();
        put_all(&store, "t", &stays.iter().map(String::as_str).collect::<Vec<_>>());
        let (mut seen, mut after) = (Vec::new(), None);
        for round in 0.. {
            let page = store.raw().map_list("t", &ALL, after.as_deref(), 4, direction).unwrap();
            seen.extend(page.keys.iter().filter(|key| !key.ends_with(b"+")).cloned());
            if page.done {
                break;
            }
            let last = unhex(&page.through);
            after = Some(page.through);
            // Others come on both sides of the cursor; its own key goes, and so does what came before.
            let come: Vec<_> = (0..14).map(|at| pair(format!("k{at:02}.{round}+"), "")).collect();
            store.raw().map_put_many("t", &come).unwrap();
            store.raw().map_delete("t", &last, Expect::Any).unwrap();
            if round % 3 == 1 {
                let gone: Vec<_> = come.into_iter().map(|pair| pair.key).collect();
                store.raw().map_delete_many("t", &gone).unwrap();
                store = store.reopen();
            }
        }
        if direction == Backward {
            seen.reverse();
        }
        assert_eq!(seen, stays.into_iter().map(String::into_bytes).collect::<Vec<_>>());
    }
}

/// What a call reads: how many folders, and how often of a file.
fn reads(machine: &mut Machine, call: impl FnOnce(&mut Machine)) -> (u64, u64) {
    let counts = |machine: &mut Machine| {
        let counts = &machine.simfs().counts;
        let count = |import| counts.get(&import).copied().unwrap_or(0);
        (count(Import::ReadDirectory), count(Import::Read))
    };
    let before = counts(machine);
    call(machine);
    let after = counts(machine);
    (after.0 - before.0, after.1 - before.1)
}

#[test]
fn m7_a_page_reads_what_it_shows_and_m11_a_count_one_row_however_large_the_table_is() {
    let boot = |disk| Machine::boot(disk, Plan::default());
    let mut machine = boot(Disk::default());
    let pairs: Vec<_> = (0..5_000).map(|at| pair(format!("k{at:04}"), [7; 100])).collect();
    for (table, pairs) in [("small", &pairs[..10]), ("large", &pairs[..]), ("other", &pairs[..])] {
        machine.call(|e, s| e.maps(s)?.call_put_many(s, table, pairs)).unwrap().unwrap();
    }
    machine.call(|e, s| e.admin(s)?.call_checkpoint(s)).unwrap().unwrap();
    let disk = machine.kill();
    for table in ["small", "large"] {
        let mut machine = boot(disk.clone());
        // The first call opens the store and its run.
        machine.call(|e, s| e.maps(s)?.call_has(s, "none", b"k")).unwrap().unwrap();
        let (folders, blocks) = reads(&mut machine, |machine| {
            let after = hex(b"k0004");
            let page = machine.call(|e, s| e.maps(s)?.call_list(s, table, &ALL, Some(&after), 4, Forward));
            assert_eq!(page.unwrap().unwrap().keys.len(), 4);
        });
        assert!(folders == 0 && (1..=4).contains(&blocks), "{table}: {folders} folders, {blocks} blocks");
        let (folders, blocks) = reads(&mut machine, |machine| {
            let count = machine.call(|e, s| e.maps(s)?.call_count(s, table)).unwrap().unwrap();
            assert!(count == 10 || count == 5_000);
        });
        assert!(folders == 0 && blocks <= 4, "{table}: {folders} folders, {blocks} blocks");
    }
    // And of all tables one key each is looked for.
    let mut machine = boot(disk);
    machine.call(|e, s| e.maps(s)?.call_has(s, "none", b"k")).unwrap().unwrap();
    let (folders, blocks) = reads(&mut machine, |machine| {
        let tables = machine.call(|e, s| e.maps(s)?.call_tables(s)).unwrap().unwrap();
        assert_eq!(tables, ["large", "other", "small"]);
    });
    assert!(folders == 0 && blocks <= 9, "{folders} folders, {blocks} blocks");
}

#[test]
fn m8_a_table_is_there_as_long_as_it_has_keys() {
    let mut store = Fixture::new();
    put_all(&store, "b", &["k"]);
    put_all(&store, "a", &["k", "l"]);
    put_all(&store, "ü", &["k"]);
    for settled in [false, true] {
        assert_eq!(store.raw().map_tables().unwrap(), ["a", "b", "ü"]);
        store.raw().map_delete("b", b"k", Expect::Any).unwrap();
        store.raw().map_delete("a", b"k", Expect::Any).unwrap();
        for _ in 0..2 {
            assert_eq!(store.raw().map_tables().unwrap(), ["a", "ü"]);
            if settled {
                store = store.reopen();
            }
        }
        put_all(&store, "b", &["k"]);
        put_all(&store, "a", &["k"]);
        store = store.reopen();
    }
    assert_eq!(store.admin().stats().unwrap()["map-keys"], 4);
}

#[test]
fn m9_drop_table_removes_every_key_in_one_commit() {
    let mut store = Fixture::new();
    put_all(&store, "t", &["a", "b"]);
    put_all(&store, "u", &["a"]);
    store = store.reopen();
    let before = store.raw().map_put("t", b"c", b"").unwrap();
    assert_eq!(store.raw().map_drop_table("t").unwrap(), 3);
    assert_eq!(store.admin().stats().unwrap()["lsn"], before + 1);
    assert_eq!(store.raw().map_drop_table("t").unwrap(), 0);
    for _ in 0..2 {
        assert_eq!(store.raw().map_tables().unwrap(), ["u"]);
        assert_eq!(store.raw().map_get("t", b"a").unwrap(), None);
        store = store.reopen();
    }
    // What is too large for one commit is so in memory (guest/core/tests/in_memory/maps.rs): here its files would be written first.
    put_all(&store, "t", &["a", "b", "c"]);
    let part = store.raw().map_list("t", &ALL, None, 2, Forward).unwrap().keys;
    assert_eq!(store.raw().map_delete_many("t", &part).unwrap(), 2);
    assert_eq!(store.raw().map_drop_table("t").unwrap(), 1);
}

#[test]
fn an_order_is_paid_with_its_event_and_its_branch_or_none_of_them_is() {
    let store = Fixture::new();
    let open = store.raw().map_put("carts", b"7", b"open").unwrap();
    let (table, key) = ("carts".to_owned(), b"7".to_vec());
    let commit = |seq: u64, expected: u64| {
        let (table, key) = (table.clone(), key.clone());
        let count = Op::MapIncrement { table: table.clone(), key: b"count".to_vec(), delta: 1 };
        store.raw().commit(&[
            Op::Append { stream: "orders".into(), event: event(seq) },
            Op::RefSet { name: "main".into(), hash: "1".repeat(40) },
            Op::MapSwap { table, key, expected: Expect::Version(expected), value: b"paid".to_vec() },
            count,
        ])
    };
    let refused = commit(1, open + 1).unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(2), Some(&stale(open + 1, open))));
    assert_eq!((store.raw().last_seq("orders").unwrap(), store.raw().ref_get("main").unwrap()), (0, None));
    let outcomes = commit(1, open).unwrap().outcomes;
    let paid = open + 1;
    let due = [Outcome::Appended(1), Outcome::Put, Outcome::Versioned(paid), Outcome::Incremented(1)];
    assert_eq!(outcomes, due);
    assert_eq!(store.raw().map_get("carts", b"7").unwrap(), Some(entry(b"paid", paid)));
    // A deletion that expects refuses as a swap does, and one that does not refuses nothing.
    let delete = |expected| Op::MapDelete { table: table.clone(), key: key.clone(), expected };
    let refused = store.raw().commit(&[delete(Expect::Any), delete(Expect::Version(paid))]).unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(1), Some(&stale(paid, 0))));
    let outcomes = store
        .raw()
        .commit(&[delete(Expect::Version(paid)), delete(Expect::Any), delete(Expect::Absent)])
        .unwrap()
        .outcomes;
    assert_eq!(outcomes, [Outcome::Deleted(true), Outcome::Deleted(false), Outcome::Deleted(false)]);
}

#[test]
fn a_damaged_value_is_corrupt_and_repair_takes_it_out() {
    let Some(store) = Fixture::with_small_blocks() else { return };
    let version = store.raw().map_put("t", b"good", b"value").unwrap();
    store.raw().map_put("t", b"bad", b"an older value").unwrap();
    let store = store.reopen();
    let seen = store.raw().map_put("t", b"bad", b"a newer value").unwrap();
    let (store, file) = store.with_damaged_run(b"a newer value");
    for refused in [
        refusal(store.raw().map_get("t", b"bad")),
        refusal(store.raw().map_has("t", b"bad")),
        refusal(store.raw().map_get_many("t", &[b"good".to_vec(), b"bad".to_vec()])),
        refusal(store.raw().map_swap("t", b"bad", Expect::Version(seen), b"")),
        refusal(store.raw().map_put_new("t", b"bad", b"")),
        // Nobody knows whether it counts already.
        refusal(store.raw().map_put("t", b"bad", b"")),
        refusal(store.raw().map_increment("t", b"bad", 1)),
        refusal(store.raw().map_delete("t", b"bad", Expect::Any)),
        refusal(store.raw().map_list("t", &ALL, None, 9, Forward)),
    ] {
        assert!(matches!(&refused, Refusal::Corrupt(damage) if damage.file == file), "{refused:?}");
    }
    assert_eq!(store.raw().map_get("t", b"good").unwrap(), Some(entry(b"value", version)));
    assert_eq!((store.admin().verify().unwrap().damaged, store.admin().repair().unwrap().damaged), (1, 1));
    assert_eq!(store.raw().map_get("t", b"bad").unwrap(), None, "nor what it held before");
    assert_eq!(shown(store.raw().map_list("t", &ALL, None, 9, Forward)), (vec!["good".into()], None));
    assert_eq!(store.raw().map_count("t").unwrap(), 1);
    let store = store.reopen();
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    assert!(store.raw().map_put_new("t", b"bad", b"new").unwrap() > seen);
}

#[test]
fn m10_a_scan_gives_the_keys_of_a_list_with_values_and_versions() {
    let store = Fixture::new();
    put_all(&store, "t", &["a", "b", "ba", "c"]);
    store.admin().checkpoint().unwrap();
    store.raw().map_put("t", b"b", b"new").unwrap();
    store.raw().map_put("t", b"d", b"\0\xff").unwrap();
    let ranges =
        [ALL, MapRange { prefix: b"b".to_vec(), ..ALL }, MapRange { end: Some(b"c".to_vec()), ..ALL }];
    for (range, direction) in ranges.iter().flat_map(|range| [(range, Forward), (range, Backward)]) {
        for limit in 1..=6 {
            let (mut after, mut found) = (None::<String>, Vec::new());
            loop {
                let page = store.raw().map_scan("t", range, after.as_deref(), limit, direction).unwrap();
                let keys = store.raw().map_list("t", range, after.as_deref(), limit, direction).unwrap();
                assert_eq!((&page.through, page.done), (&keys.through, keys.done));
                assert!(page.items.iter().map(|item| &item.key).eq(&keys.keys));
                found.extend(page.items);
                if page.done {
                    break;
                }
                after = Some(page.through);
            }
            for item in found {
                let entry = store.raw().map_get("t", &item.key).unwrap().unwrap();
                assert_eq!((entry.value, entry.version), (item.value, item.version));
            }
        }
    }
    // Values count as keys do.
    let large = vec![7; 700_000];
    store.raw().map_put_many("large", &[pair("a", "1"), pair("b", "2")]).unwrap();
    store.raw().map_put("large", b"a", &large).unwrap();
    store.raw().map_put("large", b"b", &large).unwrap();
    let page = store.raw().map_scan("large", &ALL, None, 9, Forward).unwrap();
    assert_eq!((page.items.len(), page.done), (1, false));
    assert_eq!(store.raw().map_scan("none", &ALL, None, 9, Forward).unwrap().items.len(), 0);
    for limit in [0, 65_537] {
        let refused = refusal(store.raw().map_scan("t", &ALL, None, limit, Forward));
        assert!(matches!(refused, Refusal::InvalidArgument(_)));
    }
}

#[test]
fn m11_the_keys_of_a_table_are_counted() {
    let mut store = Fixture::new();
    assert_eq!(store.raw().map_count("t").unwrap(), 0);
    put_all(&store, "t", &["a", "b", "c"]);
    put_all(&store, "tt", &["a"]);
    store.admin().checkpoint().unwrap();
    store.raw().map_delete("t", b"a", Expect::Any).unwrap();
    store.raw().map_put("t", b"b", b"again").unwrap();
    store.raw().map_put("t", b"d", b"").unwrap();
    for _ in 0..2 {
        assert_eq!((store.raw().map_count("t").unwrap(), store.raw().map_count("tt").unwrap()), (3, 1));
        store = store.reopen();
    }
    store.raw().map_drop_table("t").unwrap();
    assert_eq!(store.raw().map_count("t").unwrap(), 0);
    assert!(matches!(refusal(store.raw().map_count("")), Refusal::InvalidName(_)));
}
