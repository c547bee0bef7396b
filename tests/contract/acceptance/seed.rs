//! The seed's own acceptance, in eight checks, and the original's vectors.

use crate::fixture::{Fixture, directory, event};
use std::collections::BTreeMap;
use std::fs;
use support::vectors;

#[test]
fn seed_1_events_are_appended_and_read_back() {
    let store = Fixture::new();
    for seq in 1..=3 {
        assert_eq!(store.raw().append("s", &event(seq)).unwrap(), seq);
    }
    assert_eq!(store.raw().read("s").unwrap(), [event(1), event(2), event(3)]);
}

#[test]
fn seed_2_last_seq_survives_truncation() {
    let store = Fixture::new();
    for seq in 1..=3 {
        store.raw().append("s", &event(seq)).unwrap();
    }
    store.raw().truncate("s", 3).unwrap();
    assert_eq!(store.raw().last_seq("s").unwrap(), 3);
    assert_eq!(store.raw().append("s", &event(4)).unwrap(), 4);
}

/// What the seed shows of itself: `(3 1)`, last-seq and the events that a truncation left; `(3 3 3)`, the events, last-seq and the
/// events again behind a restart.
#[test]
fn the_seeds_very_numbers() {
    let store = Fixture::new();
    let op = |store: &Fixture, name: &str, args: &str| store.raw().handle_op(name, args).unwrap().unwrap();
    let events = |store: &Fixture, stream: &str| {
        let read = op(store, "persist/read", &format!("(\"{stream}\")"));
        sx::items(&read).unwrap().count().to_string()
    };
    for stream in ["cut", "whole"] {
        for seq in 1..=3 {
            op(&store, "persist/append", &format!("(\"{stream}\" {{:seq {seq}}})"));
        }
    }
    op(&store, "persist/truncate", "(\"cut\" 2)");
    let numbers = [op(&store, "persist/last-seq", "(\"cut\")"), events(&store, "cut")];
    assert_eq!(format!("({})", numbers.join(" ")), "(3 1)");
    let before = events(&store, "whole");
    let store = store.reopen();
    let numbers = [before, op(&store, "persist/last-seq", "(\"whole\")"), events(&store, "whole")];
    assert_eq!(format!("({})", numbers.join(" ")), "(3 3 3)");
    let numbers = [op(&store, "persist/last-seq", "(\"cut\")"), events(&store, "cut")];
    assert_eq!(format!("({})", numbers.join(" ")), "(3 1)");
}

#[test]
fn seed_3_streams_survive_compaction() {
    let store = Fixture::new();
    for stream in ["a", "b"] {
        store.raw().append(stream, &event(1)).unwrap();
    }
    store.raw().truncate("a", 1).unwrap();
    store.admin().checkpoint().unwrap();
    assert_eq!(store.streams().unwrap(), ["a", "b"]);
}

#[test]
fn seed_4_keys_are_put_read_and_deleted() {
    let store = Fixture::new();
    store.raw().kv_put("k", "{:a 1}").unwrap();
    assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("{:a 1}"));
    assert!(store.kv().remove("k").unwrap());
    assert_eq!(store.raw().kv_get("k").unwrap(), None);
}

#[test]
fn seed_5_a_real_restart_loses_nothing() {
    // In another process: `restarts::another_process_finds_what_this_one_left`.
    let store = Fixture::new();
    store.raw().append("s", &event(1)).unwrap();
    store.raw().kv_put("k", "1").unwrap();
    let store = store.reopen();
    assert_eq!(store.raw().read("s").unwrap(), [event(1)]);
    assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("1"));
}

#[test]
fn seed_6_blobs_make_the_round_trip() {
    let store = Fixture::new();
    let bytes: Vec<u8> = (0..=255).collect();
    let cid = store.raw().blob_put(&bytes).unwrap();
    assert_eq!(store.raw().blob_get(&cid).unwrap(), Some(bytes));
}

#[test]
fn seed_7_the_same_bytes_have_the_same_address() {
    let store = Fixture::new();
    assert_eq!(store.raw().blob_put(b"x").unwrap(), store.raw().blob_put(b"x").unwrap());
    assert_ne!(store.raw().blob_put(b"x").unwrap(), store.raw().blob_put(b"y").unwrap());
}

#[test]
fn seed_8_a_reference_in_kv_leads_to_its_blob_after_a_restart() {
    let store = Fixture::new();
    let cid = store.raw().blob_put(b"picture").unwrap();
    store.raw().kv_put("file", &format!("{{:cid \"{cid}\" :mime \"image/png\" :size 7}}")).unwrap();
    let store = store.reopen();
    let reference = store.raw().kv_get("file").unwrap().unwrap();
    let cid: String = sx::from_str(sx::field(&reference, "cid").unwrap()).unwrap();
    assert_eq!(store.raw().blob_get(&cid).unwrap().unwrap(), b"picture");
}

/// The operations of the vectors, each with the original's answer: name, arguments, answer.
fn operations() -> Option<Vec<(String, String, String)>> {
    let folder = vectors::folder()?;
    let operations = fs::read_to_string(folder.join("seed-ops.sx")).unwrap();
    let answers = fs::read_to_string(folder.join("seed-answers.sx")).unwrap();
    let operations = operations.lines().filter(|line| !line.is_empty() && !line.starts_with(';'));
    let all: Vec<_> = operations
        .zip(answers.lines())
        .map(|(line, answer)| {
            let line = sx::canonical(line).unwrap();
            let items: Vec<_> = sx::items(&line).unwrap().collect();
            let name: String = sx::from_str(items[0]).unwrap();
            let arguments = items[1..].iter().fold("(list".to_owned(), |list, item| format!("{list} {item}"));
            (name, format!("{arguments})"), answer.to_owned())
        })
        .collect();
    assert!(all.len() > 45, "only {} operations", all.len());
    Some(all)
}

fn answer(store: &Fixture, name: &str, arguments: &str) -> String {
    store.raw().handle_op(name, arguments).unwrap().unwrap_or_else(|| "(unhandled)".to_owned())
}

#[test]
fn the_originals_operations_are_answered_line_by_line_as_the_original_does() {
    let Some(operations) = operations() else { return };
    let store = Fixture::new();
    for (name, arguments, due) in operations {
        assert_eq!(answer(&store, &name, &arguments), due, "{name} {arguments}");
    }
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}

#[test]
fn a_directory_of_the_originals_is_read_written_and_read_again() {
    let (Some(operations), Some(folder)) = (operations(), vectors::folder()) else { return };
    let Some(root) = directory() else { return };
    vectors::copy(&folder.join("seed-store"), root.path());

    // The last read of each name, unless the name was written to afterwards.
    let mut reads = BTreeMap::new();
    for (name, arguments, due) in &operations {
        let of = sx::items(arguments).unwrap().next().unwrap_or_default().to_owned();
        let (part, verb) = name.split_once('/').unwrap();
        match verb {
            "read" | "last-seq" | "kv-get" | "kv-has?" | "get" | "has?" if part != "cache" => {
                reads.insert((of, name.clone()), (arguments.clone(), due.clone()));
            }
            "append" | "truncate" => {
                reads.retain(|(written, read), _| *written != of || read.contains("/kv-"));
            }
            "kv-put" | "kv-delete" => {
                reads.retain(|(written, read), _| *written != of || !read.contains("/kv-"));
            }
            _ => {}
        }
    }
    assert!(reads.len() > 12, "{reads:?}");

    let mut store = Fixture::on(root);
    for _ in 0..3 {
        for ((_, name), (arguments, due)) in &reads {
            assert_eq!(answer(&store, name, arguments), *due, "{name} {arguments}");
        }
        assert_eq!(
            answer(&store, "persist/kv-keys", "nil"),
            "(list \"k\" \"k2\" \"nothing\" \"path/like key?*\")"
        );
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
        // Written to, beside what is compared, and opened again.
        store.raw().append("new", &event(1)).unwrap();
        store.raw().kv_put("zz-new", "1").unwrap();
        store.raw().blob_put(b"new").unwrap();
        store.kv().remove("zz-new").unwrap();
        store = store.reopen();
    }
    assert_eq!(store.raw().append("orders", "{:seq 6}").unwrap(), 6);
    assert_eq!(store.raw().truncate("orders", 4).unwrap(), 2);
    let store = store.reopen();
    let orders = store.raw().read("orders").unwrap();
    assert_eq!(orders.len(), 2);
    assert!(orders[0].contains("(quote shipped)"), "{orders:?}");
    assert_eq!(store.raw().last_seq("gone").unwrap(), 2);
    assert_eq!(store.raw().append("gone", &event(3)).unwrap(), 3);
}
