//! Tables of bytes with versions over a storage in memory: what restarts, checkpoints and damage leave behind.

use crate::any_disk::{Engine, engine_on};
use crate::engine::frames;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage;
use sx_persist_core::{Direction, Error, Expect, MapPair, MapRange, Op, Outcome, Result};

type Store = Engine;

fn version(engine: &mut Store, table: &str, key: &[u8]) -> u64 {
    engine.map_get(table, key).unwrap().map_or(0, |entry| entry.version)
}

fn value(engine: &mut Store, table: &str, key: &[u8]) -> Option<Vec<u8>> {
    engine.map_get(table, key).unwrap().map(|entry| entry.value)
}

/// The same store, as a fresh instance finds it: killed, and checkpointed first or not.
fn restarted(disk: &Memory, mut engine: Store, checkpointed: bool) -> Store {
    if checkpointed {
        engine.checkpoint().unwrap();
    }
    engine_on(disk.clone())
}

fn pair(key: &[u8], value: &[u8]) -> MapPair {
    MapPair { key: key.to_vec(), value: value.to_vec() }
}

fn stale<T: std::fmt::Debug>(answer: Result<T>) -> (u64, u64) {
    match answer {
        Err(Error::Stale { expected, actual }) => (expected, actual),
        other => panic!("stale was due, not {other:?}"),
    }
}

/// All keys of a range, by pages of `limit`.
fn keys(engine: &mut Store, range: &MapRange, limit: u32, direction: Direction) -> Vec<Vec<u8>> {
    let (mut keys, mut after) = (Vec::new(), None);
    loop {
        let page = engine.map_list("t", range, after.as_deref(), limit, direction).unwrap();
        assert!(page.items.len() <= limit as usize);
        keys.extend(page.items);
        if page.done {
            return keys;
        }
        after = Some(page.through);
    }
}

#[test]
fn entries_come_back_with_their_versions_after_a_restart_and_a_checkpoint() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let first = engine.map_put("t", b"\0\xff", b"\xfe bytes").unwrap();
    let second = engine.map_put("\u{fc}", b"k", &vec![7; 300_000]).unwrap();
    let third = engine.map_put("t", b"k", b"").unwrap();
    assert!(first < second && second < third);
    for checkpointed in [false, true, false] {
        engine = restarted(&disk, engine, checkpointed);
        assert_eq!(value(&mut engine, "t", b"\0\xff").as_deref(), Some(&b"\xfe bytes"[..]));
        assert_eq!(version(&mut engine, "t", b"\0\xff"), first);
        assert_eq!(version(&mut engine, "\u{fc}", b"k"), second);
        assert_eq!(value(&mut engine, "t", b"k"), Some(Vec::new()));
        assert!(engine.map_has("t", b"k").unwrap() && !engine.map_has("t", b"other").unwrap());
        assert_eq!(engine.map_get("other", b"k"), Ok(None));
        assert_eq!(engine.map_tables().unwrap(), ["t", "\u{fc}"]);
    }
    let report = engine.verify().unwrap();
    assert_eq!((report.entries, report.damaged, report.foreign), (3, 0, 0));
    assert!(engine.stats().unwrap().contains(&("map-keys", 3)));
}

#[test]
fn a_version_is_that_of_the_commit_and_never_comes_back() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let mut highest = 0;
    // The same bytes each time: A-B-A is noticed over a restart, a checkpoint, and nothing at all.
    for checkpointed in [false, true, true, false] {
        let put = engine.map_put("t", b"k", b"same").unwrap();
        assert!(put > highest, "{put} after {highest}");
        assert!(engine.map_delete("t", b"k", Expect::Version(put)).unwrap());
        engine = restarted(&disk, engine, checkpointed);
        assert_eq!(version(&mut engine, "t", b"k"), 0);
        highest = engine.map_put_new("t", b"k", b"same").unwrap();
        assert!(highest > put);
        assert_eq!(stale(engine.map_swap("t", b"k", Expect::Version(put), b"mine")), (put, highest));
        assert_eq!(stale(engine.map_delete("t", b"k", Expect::Version(put))), (put, highest));
    }
    // Writes of one commit share their version.
    let put = |key: &[u8]| Op::MapPut { table: "t".into(), key: key.to_vec(), value: b"x".to_vec() };
    let committed = engine.commit(&[put(b"a"), put(b"b"), put(b"a")]).unwrap();
    let version = highest + 1;
    assert_eq!(committed.outcomes, vec![Outcome::Versioned(version); 3]);
    assert_eq!(
        engine.run(&[put(b"a"), put(b"b")]).into_iter().collect::<Result<Vec<_>>>().unwrap(),
        [Outcome::Versioned(version + 1), Outcome::Versioned(version + 2)]
    );
}

#[test]
fn a_repaired_journal_never_gives_a_version_again() {
    // What becomes of the journal: nothing stands in it and its header is damaged; what it says of the base is; a frame is; it is
    // gone altogether.
    for damage in ["header", "manifest", "frame", "gone"] {
        let mut disk = Memory::new();
        let mut engine = engine_on(disk.clone());
        engine.map_put("t", b"other", b"x").unwrap();
        engine.checkpoint().unwrap();
        for _ in 0..5 {
            engine.map_put("t", b"k", b"same").unwrap();
        }
        let seen = version(&mut engine, "t", b"k");
        assert!(engine.map_delete("t", b"k", Expect::Any).unwrap());
        if damage == "header" {
            engine.checkpoint().unwrap();
        }
        drop(engine);
        let journal = format!("journal/{}", disk.list("journal").unwrap().pop().unwrap().name);
        match damage {
            "gone" => disk.remove(&journal).unwrap(),
            place => {
                let frames = frames(&disk, &journal);
                let offset = match place {
                    "header" => 9,
                    "manifest" => frames[0].start + 8,
                    _ => frames[1].start + 28,
                };
                let file = disk.open(&journal).unwrap();
                disk.write(&file, offset, b"\xee").unwrap();
            }
        }
        let mut engine = engine_on(disk.clone());
        assert!(matches!(engine.map_put("t", b"k", b"same"), Err(Error::Corrupt(_))), "{damage}");
        engine.repair().unwrap();
        let again = engine.map_put("t", b"k", b"same").unwrap();
        assert!(again > seen + 1, "{damage}: {again} after {seen}");
        assert_eq!(stale(engine.map_swap("t", b"k", Expect::Version(seen), b"mine")), (seen, again));
        assert_eq!(engine.verify().unwrap().damaged, 0);
    }
}

#[test]
fn expectations_are_met_by_the_version_that_is_there_and_0_is_none() {
    let mut engine = engine_on(Memory::new());
    for absent in [Expect::Absent, Expect::Version(0)] {
        let version = engine.map_swap("t", b"k", absent, b"1").unwrap();
        assert_eq!(stale(engine.map_swap("t", b"k", absent, b"2")), (0, version));
        for wrong in [version - 1, version + 1, u64::MAX] {
            assert_eq!(stale(engine.map_swap("t", b"k", Expect::Version(wrong), b"2")), (wrong, version));
        }
        let version = engine.map_swap("t", b"k", Expect::Any, b"1").unwrap();
        assert_eq!(stale(engine.map_put_new("t", b"k", b"2")), (0, version));
        assert_eq!(stale(engine.map_delete("t", b"k", Expect::Absent)), (0, version));
        let next = engine.map_swap("t", b"k", Expect::Version(version), b"2").unwrap();
        assert!(next > version);
        assert_eq!(stale(engine.map_delete("t", b"k", Expect::Version(version))), (version, next));
        assert!(engine.map_delete("t", b"k", Expect::Version(next)).unwrap());
        assert_eq!(stale(engine.map_delete("t", b"k", Expect::Version(next))), (next, 0));
        assert_eq!(stale(engine.map_swap("t", b"k", Expect::Version(next), b"3")), (next, 0));
        assert_eq!(engine.map_delete("t", b"k", Expect::Any), Ok(false));
        assert_eq!(engine.map_delete("t", b"k", Expect::Absent), Ok(false));
    }
}

#[test]
fn increments_count_in_decimal_text() {
    let mut engine = engine_on(Memory::new());
    assert_eq!(engine.map_increment("t", b"n", 5), Ok(5));
    assert_eq!(engine.map_increment("t", b"n", -7), Ok(-2));
    assert_eq!(value(&mut engine, "t", b"n").as_deref(), Some(&b"-2"[..]));
    let before = version(&mut engine, "t", b"n");
    assert_eq!(engine.map_increment("t", b"n", 0), Ok(-2));
    assert!(version(&mut engine, "t", b"n") > before);
    let refused =
        |answer: Result<i64>| assert!(matches!(answer, Err(Error::InvalidArgument(_))), "{answer:?}");
    for (text, delta) in
        [("", 0), ("1.0", 1), ("+1", 1), ("9223372036854775807", 1), ("-9223372036854775808", -1)]
    {
        engine.map_put("t", b"n", text.as_bytes()).unwrap();
        refused(engine.map_increment("t", b"n", delta));
        assert_eq!(value(&mut engine, "t", b"n").as_deref(), Some(text.as_bytes()));
    }
}

#[test]
fn many_are_put_and_deleted_in_one_commit() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let version = engine.map_put_many("t", &[pair(b"a", b"1"), pair(b"b", b"2"), pair(b"a", b"3")]).unwrap();
    assert_eq!(version, 1);
    // One that is refused refuses all.
    let refused = engine.map_put_many("t", &[pair(b"c", b"1"), pair(b"", b"2")]);
    assert!(matches!(refused, Err(Error::InvalidName(_))), "{refused:?}");
    assert!(!engine.map_has("t", b"c").unwrap());
    let mut engine = engine_on(disk.clone());
    let keys = [b"b".to_vec(), b"x".to_vec(), b"a".to_vec(), b"b".to_vec()];
    let entries = engine.map_get_many("t", &keys).unwrap();
    let shown: Vec<_> =
        entries.into_iter().map(|entry| entry.map(|entry| (entry.value, entry.version))).collect();
    let two = Some((b"2".to_vec(), 1));
    assert_eq!(shown, [two.clone(), None, Some((b"3".to_vec(), 1)), two]);
    assert_eq!(engine.map_delete_many("t", &keys), Ok(2));
    assert_eq!(engine.map_delete_many("t", &keys), Ok(0));
    assert_eq!((engine.map_put_many("t", &[]), engine.map_get_many("t", &[])), (Ok(0), Ok(Vec::new())));
    assert_eq!(engine.map_tables().unwrap(), Vec::<String>::new());
}

#[test]
fn pages_list_a_range_in_both_directions_and_outlive_changes() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    for key in ["a", "b", "ba", "bb", "bbb", "c"] {
        engine.map_put("t", key.as_bytes(), b"").unwrap();
    }
    engine.map_put("tt", b"bz", b"").unwrap();
    let range = |prefix: &str, start: Option<&str>, end: Option<&str>| MapRange {
        prefix: prefix.into(),
        start: start.map(Into::into),
        end: end.map(Into::into),
    };
    for checkpointed in [false, true, false] {
        engine = restarted(&disk, engine, checkpointed);
        for (range, due) in [
            (range("", None, None), vec!["a", "b", "ba", "bb", "bbb", "c"]),
            (range("b", None, None), vec!["b", "ba", "bb", "bbb"]),
            (range("", Some("ba"), Some("bbb")), vec!["ba", "bb"]),
            (range("b", Some("bb"), Some("z")), vec!["bb", "bbb"]),
            (range("x", None, None), vec![]),
        ] {
            let mut due: Vec<_> = due.into_iter().map(|key| key.as_bytes().to_vec()).collect();
            for limit in [1, 2, 100] {
                assert_eq!(keys(&mut engine, &range, limit, Direction::Forward), due);
                due.reverse();
                assert_eq!(keys(&mut engine, &range, limit, Direction::Backward), due);
                due.reverse();
            }
        }
    }
    // The key that a page ended on may go: the next one begins behind where it was.
    let all = MapRange::default();
    let page = engine.map_list("t", &all, None, 2, Direction::Forward).unwrap();
    assert_eq!(page.next(), Some("62"));
    engine.map_delete_many("t", &[b"b".to_vec(), b"ba".to_vec()]).unwrap();
    engine.map_put("t", b"aa", b"").unwrap();
    let rest = engine.map_list("t", &all, page.next(), 9, Direction::Forward).unwrap();
    assert_eq!(rest.items, [&b"bb"[..], b"bbb", b"c"]);
    let back = engine.map_list("t", &all, page.next(), 9, Direction::Backward).unwrap();
    assert_eq!(back.items, [&b"aa"[..], b"a"]);
}

#[test]
fn a_table_is_there_as_long_as_it_has_keys() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.map_put("a", b"k", b"").unwrap();
    engine.map_put("b", b"k", b"").unwrap();
    engine.map_put("b", b"l", b"").unwrap();
    engine.checkpoint().unwrap();
    engine.map_put("b", b"m", b"").unwrap();
    assert_eq!(engine.map_drop_table("b"), Ok(3));
    assert_eq!(engine.map_drop_table("b"), Ok(0));
    for checkpointed in [false, true, false] {
        assert_eq!(engine.map_tables().unwrap(), ["a"]);
        assert_eq!(engine.map_get("b", b"k"), Ok(None));
        engine = restarted(&disk, engine, checkpointed);
    }
    engine.map_delete("a", b"k", Expect::Any).unwrap();
    for checkpointed in [true, false] {
        assert_eq!(engine.map_tables().unwrap(), Vec::<String>::new());
        engine = restarted(&disk, engine, checkpointed);
    }
    engine.map_put("b", b"k", b"").unwrap();
    assert_eq!(engine.map_tables().unwrap(), ["b"]);
}

#[test]
fn names_and_values_have_limits() {
    let mut engine = engine_on(Memory::new());
    let (table, key) = ("t".repeat(255), vec![0xff; 1_024]);
    engine.map_put(&table, &key, b"").unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(engine.map_tables().unwrap(), [table.as_str()]);
    assert!(engine.map_has(&table, &key).unwrap());
    for (table, key) in [("", &b"k"[..]), ("t", b""), (&"t".repeat(256), b"k"), ("t", &[0; 1_025])] {
        let refused = [
            engine.map_put(table, key, b"").map(drop),
            engine.map_swap(table, key, Expect::Version(9), b"").map(drop),
            engine.map_delete(table, key, Expect::Any).map(drop),
            engine.map_increment(table, key, 1).map(drop),
            engine.map_get(table, key).map(drop),
            engine.map_has(table, key).map(drop),
            engine.map_get_many(table, &[key.to_vec()]).map(drop),
            engine.map_put_many(table, &[pair(key, b"")]).map(drop),
            engine.map_delete_many(table, &[key.to_vec()]).map(drop),
        ];
        assert!(refused.iter().all(|answer| matches!(answer, Err(Error::InvalidName(_)))), "{refused:?}");
    }
    let large = vec![0; 16 << 20];
    engine.map_put("t", b"k", &large).unwrap();
    let too_large = [
        engine.map_put("t", b"k", &[&large[..], b"x"].concat()).map(drop),
        engine.map_get_many("t", &vec![b"k".to_vec(); 5]).map(drop),
        engine.map_put_many("t", &vec![pair(b"k", &large); 4]).map(drop),
        engine.map_delete_many("t", &vec![b"k".to_vec(); 65_537]).map(drop),
    ];
    assert!(too_large.iter().all(|answer| matches!(answer, Err(Error::TooLarge { .. }))));
    assert_eq!(engine.map_get_many("t", &vec![b"k".to_vec(); 4]).unwrap().len(), 4);
    let many: Vec<_> = (0..65_537_u32).map(|at| at.to_be_bytes().to_vec()).collect();
    for part in many.chunks(40_000) {
        let pairs: Vec<_> = part.iter().map(|key| pair(key, b"")).collect();
        engine.map_put_many("many", &pairs).unwrap();
    }
    assert_eq!(engine.map_drop_table("many"), Err(Error::TooLarge { limit: 65_536, actual: 65_537 }));
    assert_eq!(engine.map_delete_many("many", &many[..2]), Ok(2));
    assert_eq!(engine.map_drop_table("many"), Ok(65_535));
}

/// Files that wait are carried a part a call, whatever it is that comes meanwhile.
#[test]
fn no_batch_of_a_map_waits_for_all_keys_that_have_files() {
    let mut engine = engine_on(Memory::new());
    // As many as wait before a checkpoint begins.
    for number in 0..768 {
        engine.kv_put(&format!("key-{number}"), "1").unwrap();
    }
    let syncs = |engine: &mut Store| {
        let stats = engine.stats().unwrap();
        stats.iter().filter(|(name, _)| name.ends_with("syncs")).map(|(_, count)| count).sum::<u64>()
    };
    let before = syncs(&mut engine);
    let mut most = 0;
    for batch in 0..18_u8 {
        let pairs: Vec<_> = (0..20).map(|number| pair(&[batch, number], &[0; 3 << 10])).collect();
        let before = syncs(&mut engine);
        engine.map_put_many("t", &pairs).unwrap();
        most = most.max(syncs(&mut engine) - before);
    }
    let all = syncs(&mut engine) - before;
    assert!(all > 500 && most < 400, "{all} syncs, {most} of them in one call");
}
