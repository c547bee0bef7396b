//! Upkeep (U1 to U3): checks in parts, compaction, and what is whose.

use crate::builder;
use std::collections::BTreeMap;
use sx_persist::types::{Direction, Error as Refusal, ExpectSeq, MapRange, Report, Usage, UsageBy};
use sx_persist::{Error, Store};
use tempfile::TempDir;

/// A little of everything; of maps and streams most is overwritten or truncated.
fn fill(store: &Store) {
    let raw = store.raw();
    for round in 0..3 {
        for number in 0..40 {
            raw.map_put("t", format!("{number}").as_bytes(), format!("{round}").as_bytes()).unwrap();
        }
        let event = |seq: u64| raw.record_event("s", "x", 0, &seq.to_string(), ExpectSeq::Any).unwrap();
        (0..10).map(event).for_each(drop);
        raw.truncate("s", 10 * round + 5).unwrap();
        raw.kv_put("k", &round.to_string()).unwrap();
        raw.object_write(&format!("{round:040}"), b"object").unwrap();
        raw.ref_set("main", &"a".repeat(40)).unwrap();
        raw.snapshot_persist("n", b"state").unwrap();
        raw.blob_put(b"small").unwrap();
        store.admin().checkpoint().unwrap();
    }
    raw.map_put("other", b"k", b"v").unwrap();
}

fn usages(store: &Store, by: UsageBy) -> BTreeMap<String, Usage> {
    let usages = store.admin().usage(by).collect::<Result<Vec<_>, _>>().unwrap();
    usages.into_iter().map(|usage| (usage.name.clone(), usage)).collect()
}

#[test]
fn u1_all_parts_together_are_a_whole_verify() {
    let folder = TempDir::new().unwrap();
    let store = builder().open(folder.path()).unwrap();
    fill(&store);
    let numbers = |report: Report| {
        (
            report.logs,
            report.events,
            report.entries,
            report.blobs,
            report.bytes,
            report.foreign,
            report.damaged,
        )
    };
    let whole = numbers(store.admin().verify().unwrap());
    for parts in [1, 2, 5] {
        let mut told = Vec::new();
        let together = store.admin().verify_in_parts(parts, |done| told.push(done)).unwrap();
        assert_eq!(numbers(together), whole, "{parts}");
        assert_eq!(told, (1..=parts).collect::<Vec<_>>());
    }
    for (part, parts) in [(0, 1), (2, 1), (1, 0)] {
        let refused = store.admin().verify_part(part, parts);
        assert!(matches!(&refused, Err(Error::Refused(Refusal::InvalidArgument(_)))), "{refused:?}");
    }
}

#[test]
fn u2_a_compaction_leaves_no_garbage_and_changes_no_answer() {
    let folder = TempDir::new().unwrap();
    let store = builder().open(folder.path()).unwrap();
    fill(&store);
    let held = |store: &Store| {
        let range = MapRange { prefix: Vec::new(), start: None, end: None };
        let page = store.raw().map_scan("t", &range, None, 99, Direction::Forward).unwrap();
        (page.items, store.raw().read("s").unwrap(), store.raw().last_seq("s").unwrap())
    };
    let before = held(&store);
    assert!(usages(&store, UsageBy::Tables)["t"].garbage_bytes > 0);
    let mut left = Vec::new();
    store.admin().compact(|bytes| left.push(bytes)).unwrap();
    assert_eq!(left.last(), Some(&0));
    assert_eq!(held(&store), before);
    let garbage_bytes: u64 =
        usages(&store, UsageBy::Keyspaces).values().map(|usage| usage.garbage_bytes).sum();
    assert_eq!(garbage_bytes, 0);
    assert_eq!(store.admin().compact_step().unwrap(), 0, "there is nothing to do");
    if crate::IN_MEMORY {
        return;
    }
    store.close().unwrap();
    assert_eq!(held(&builder().open(folder.path()).unwrap()), before);
}

#[test]
fn u3_usage_tells_what_each_has() {
    let folder = TempDir::new().unwrap();
    let store = builder().open(folder.path()).unwrap();
    fill(&store);
    let keyspaces = usages(&store, UsageBy::Keyspaces);
    let items = |name: &str| keyspaces[name].items;
    for (name, count) in [
        ("streams", 5),
        ("kv", 1),
        ("blobs", 1),
        ("refs", 1),
        ("maps", 41),
        ("objects", 3),
        ("sessions", 0),
        ("snapshots", 1),
    ] {
        assert_eq!(items(name), count, "{name}");
    }
    let tables = usages(&store, UsageBy::Tables);
    assert_eq!((tables["t"].items, tables["t"].value_bytes, tables["other"].value_bytes), (40, 40, 1));
    assert_eq!(tables["other"].disk_bytes, 0, "it is in the journal");
    assert_eq!(usages(&store, UsageBy::Streams)["s"].items, 5);
    let refused = store.raw().handle_op("persist/admin/usage", "(\"keyspaces\" \"nothing\" 3)");
    let refused = refused.unwrap_err().error;
    assert!(matches!(refused.refusal(), Some(Refusal::InvalidArgument(_))), "{refused:?}");
}
