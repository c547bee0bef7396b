//! K1 to K4.

use crate::fixture::{Fixture, files, refusal};
use std::fs;
use sx_persist::types::Error as Refusal;

#[test]
fn k1_a_stored_nil_is_present() {
    let mut store = Fixture::new();
    store.raw().kv_put("k", "nil").unwrap();
    for _ in 0..2 {
        assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("nil"));
        assert!(store.kv().contains("k").unwrap());
        assert_eq!(store.raw().kv_get("absent").unwrap(), None);
        assert!(!store.kv().contains("absent").unwrap());
        store = store.reopen();
    }
    assert!(store.kv().remove("k").unwrap());
    assert!(!store.kv().remove("k").unwrap());
    for bad in [String::new(), "k".repeat(1_025)] {
        assert!(matches!(refusal(store.raw().kv_put(&bad, "1")), Refusal::InvalidName(_)));
        assert!(matches!(refusal(store.raw().kv_get(&bad)), Refusal::InvalidName(_)));
        assert!(matches!(refusal(store.kv().remove(&bad)), Refusal::InvalidName(_)));
    }
}

#[test]
fn k2_a_value_is_replaced_whole() {
    // At every step of a crash: tests/durability/crash. Here: the file that a checkpoint leaves is one value, never two.
    let Some(mut store) = Fixture::with_files() else { return };
    for value in ["\"a long first value\"", "1"] {
        store.raw().kv_put("k", value).unwrap();
        store.admin().checkpoint().unwrap();
        let file = String::from_utf8(files(store.path()).remove("kv/6b").unwrap()).unwrap();
        assert!(file.starts_with(&format!("{value} :lsn ")), "{file}");
        store = store.reopen();
        assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some(value));
    }
}

#[test]
fn k3_keys_are_sorted_and_no_foreign_file_shows_up() {
    let Some(store) = Fixture::with_files() else { return };
    let long = "k".repeat(1_024);
    for key in ["b", "a", "ü", &long, "path/like key?*"] {
        store.raw().kv_put(key, "1").unwrap();
    }
    let mut store = store.meanwhile(|root| {
        for foreign in
            ["kv/6b.tmp", "kv/zz", "kv/6", "kv/README", "streams/6b", "streams/x.log", "blobs/x", "note.txt"]
        {
            fs::create_dir_all(root.join(foreign).parent().unwrap()).unwrap();
            fs::write(root.join(foreign), "left here").unwrap();
        }
        fs::create_dir(root.join("kv/6c")).unwrap();
    });
    for _ in 0..2 {
        assert_eq!(store.kv().keys().unwrap(), ["a", "b", &long, "path/like key?*", "ü"]);
        assert_eq!(store.streams().unwrap(), Vec::<String>::new());
        let page = store.raw().kv_list("", Some("b"), 2).unwrap();
        assert_eq!(
            page.entries.iter().map(|entry| entry.key.as_str()).collect::<Vec<_>>(),
            [&long, "path/like key?*"]
        );
        assert_eq!(page.next(), Some("path/like key?*"));
        let page = store.raw().kv_list("pa", None, 2).unwrap();
        assert_eq!((page.entries.len(), page.next()), (1, None));
        let report = store.admin().verify().unwrap();
        assert_eq!((report.foreign, report.damaged), (8, 1), "the folder stands where a key's file would");
        store.raw().kv_put("c", "1").unwrap();
        store.kv().remove("c").unwrap();
        store = store.reopen();
    }
    assert!(store.path().join("kv/6b.tmp").is_file(), "foreign files are never touched");
}

#[test]
fn k4_swap_compares_by_value() {
    let store = Fixture::new();
    let swap = |expected, replacement| store.raw().kv_swap("k", expected, replacement).unwrap();
    assert!(!swap(Some("1"), Some("2")));
    assert!(swap(None, Some("{:a 1 :b [2]}")));
    assert!(!swap(None, Some("3")));
    assert!(swap(Some("{\"b\" (list 2) :a 1}"), Some("nil")));
    assert!(!swap(None, Some("4")), "a stored nil is not absent");
    assert!(swap(Some("nil"), None));
    assert!(swap(None, None));
    assert!(!store.kv().contains("k").unwrap());
    assert!(matches!(refusal(store.raw().kv_swap("k", Some("("), None)), Refusal::InvalidValue(_)));
}

#[test]
fn s8_lists_are_bounded_by_items_and_bytes() {
    let store = Fixture::new();
    let large = format!("\"{}\"", "x".repeat(700_000));
    for key in ["a", "b", "c"] {
        store.raw().kv_put(key, &large).unwrap();
    }
    let page = store.raw().kv_list("", None, 10).unwrap();
    assert_eq!((page.entries.len(), page.next()), (1, Some("a")));
    for limit in [0, 65_537] {
        assert!(matches!(refusal(store.raw().kv_list("", None, limit)), Refusal::InvalidArgument(_)));
    }
}
