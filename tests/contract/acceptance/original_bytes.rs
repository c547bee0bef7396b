//! What the original stored as bytes that are no UTF-8 (docs/semantics.md O3). No layer carries it: tests/integration/middleware/bytes.rs.

use crate::fixture::{Fixture, files, refusal};
use crate::original::original_log;
use std::fs;
use sx_persist::types::{Error as Refusal, Report};

#[test]
fn strings_that_are_no_utf_8_are_left_as_the_original_stored_them() {
    let log = b"{:seq 1 :b \"\xff\"}\n{:seq 2}\n";
    let store = Fixture::new().meanwhile(|root| {
        original_log(root, "", "2");
        fs::write(root.join("streams/73.log"), log).unwrap();
        fs::create_dir_all(root.join("kv")).unwrap();
        fs::write(root.join("kv/6b"), b"\"\xfe\"").unwrap();
    });
    let answer = |op: &str, args: &[u8]| store.raw().handle_op_bytes(op, args).unwrap().unwrap();
    assert_eq!(answer("persist/read", b"(\"s\")"), b"(list {:seq 1 :b \"\xff\"} {:seq 2})");
    assert_eq!(answer("persist/kv-get", b"(\"k\")"), b"\"\xfe\"");
    for refused in [
        refusal(store.raw().read("s")),
        refusal(store.raw().kv_get("k")),
        refusal(store.raw().handle_op("persist/read", "(\"s\")")),
    ] {
        assert!(
            matches!(&refused, Refusal::Corrupt(damage) if damage.reason.contains("original")),
            "{refused:?}"
        );
    }
    let named =
        |report: Report| report.findings.into_iter().map(|found| found.damage.file).collect::<Vec<_>>();
    let report = store.admin().verify().unwrap();
    assert_eq!((report.damaged, named(report)), (0, vec!["streams/73.log".to_owned(), "kv/6b".to_owned()]));
    assert_eq!(named(store.admin().repair().unwrap()), [""; 0]);
    let left = files(store.path());
    assert_eq!((&left["streams/73.log"][..], &left["kv/6b"][..]), (&log[..], &b"\"\xfe\""[..]));
    // What is new is refused.
    let refused = refusal(store.raw().handle_op_bytes("persist/kv-put", b"(\"k\" \"\xfe\")"));
    assert!(matches!(refused, Refusal::InvalidValue(_)), "{refused:?}");
}

#[test]
fn names_that_are_no_utf_8_are_left_as_the_original_stored_them() {
    let store = Fixture::new().meanwhile(|root| {
        original_log(root, "", "0");
        fs::write(root.join("streams/ff73.log"), "{:seq 1}\n").unwrap();
    });
    let report = store.admin().verify().unwrap();
    assert_eq!((report.damaged, report.foreign, report.findings.len()), (0, 0, 1));
    assert_eq!(report.findings[0].damage.file, "streams/ff73.log");
    assert_eq!(store.admin().repair().unwrap().findings.len(), 0);
    let events = store.raw().handle_op_bytes("persist/read", b"(\"\xffs\")").unwrap();
    assert_eq!(events.as_deref(), Some(&b"(list {:seq 1})"[..]));
    assert_eq!(store.streams().unwrap(), ["s"]);
    let refused = refusal(store.raw().handle_op_bytes("persist/append", b"(\"\xffs\" {:seq 2})"));
    assert!(matches!(refused, Refusal::InvalidValue(_)), "{refused:?}");
}
