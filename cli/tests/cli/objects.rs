//! `object`.

use crate::support::{Root, text};
use std::fs;

/// A hash of one digit.
fn hash(digit: &str) -> String {
    digit.repeat(40)
}

#[test]
fn an_object_is_the_bytes_that_were_first_written() {
    let root = Root::new();
    let file = root.file("bytes", "some bytes");
    let long = "0123456789abcdef".repeat(4);
    root.run(&["object", "write", &hash("1"), &file]).gives("");
    root.run_with_input(&["object", "write", &long, "-"], "\0\n").gives("");
    root.run_with_input(&["object", "write", &hash("1"), "-"], "others").gives("");
    root.run(&["object", "read", &hash("1")]).gives("some bytes");
    root.run(&["object", "read", &long]).gives("\0\n");
    root.run(&["object", "exists", &long]).gives("true\n");
    root.run(&["object", "stats"]).gives("objects 2\nbytes 12\n");
    let out = root.beside("out");
    root.run(&["object", "read", &hash("1"), "-o", &out]).gives("");
    assert_eq!(fs::read_to_string(&out).unwrap(), "some bytes");
    root.run(&["object", "read", &hash("1"), "-o", "/nowhere/out"]).fails(2, &["cannot write /nowhere/out"]);
}

#[test]
fn an_absent_object_is_code_1_without_a_word() {
    let root = Root::new();
    root.run_with_input(&["object", "write", &hash("1"), "-"], "").gives("");
    let out = root.beside("out");
    root.run(&["object", "read", &hash("2")]).gives_no("");
    root.run(&["object", "read", &hash("2"), "-o", &out]).gives_no("");
    assert!(!fs::exists(&out).unwrap());
    root.run(&["object", "exists", &hash("2")]).gives_no("false\n");
}

#[test]
fn several_objects_are_stored_or_none_is() {
    let root = Root::new();
    let (one, two) = (root.file("one", "1"), root.file("two", "22"));
    let large = root.file("large", vec![0; (16 << 20) + 1]);
    root.run(&["object", "write", &hash("1"), &one, &hash("A"), &two])
        .fails(1, &["operation 1", "invalid hash: AAA", "40 or 64"]);
    root.run(&["object", "write", &hash("1"), &one, &hash("2"), &large])
        .fails(1, &["operation 1", "16777216"]);
    root.run(&["object", "list"]).fails(10, &["there is no store"]);
    root.run(&["object", "write", &hash("1"), &one, &hash("2"), &two]).gives("");
    root.run(&["object", "list"]).gives(&text([hash("1"), hash("2")]));
    root.run(&["object", "read", &hash("2")]).gives("22");
}

#[test]
fn write_says_what_is_missing() {
    let root = Root::new();
    let file = root.file("one", "1");
    root.run(&["object", "write"]).fails(2, &["HASH"]);
    root.run(&["object", "write", &hash("1")]).fails(2, &["2 values"]);
    root.run(&["object", "write", &hash("1"), &file, &hash("2")]).fails(2, &[&hash("2"), "no FILE"]);
    root.run(&["object", "write", &hash("1"), "-", &hash("2"), "-"]).fails(2, &["standard input"]);
    root.run(&["object", "write", &hash("1"), &root.beside("none")]).fails(2, &["cannot read"]);
    root.run(&["object", "read", "main"]).fails(10, &["persist"]);
}

#[test]
fn delete_says_whether_the_object_was_there() {
    let root = Root::new();
    root.run_with_input(&["object", "write", &hash("1"), "-"], "x").gives("");
    root.run(&["object", "delete", &hash("1")]).gives("true\n");
    root.run(&["object", "delete", &hash("1")]).gives("false\n");
    root.run(&["object", "delete", "../x"]).fails(1, &["invalid hash: ../x"]);
    root.run(&["object", "list"]).gives("");
}

#[test]
fn a_damaged_object_is_named_and_its_bytes_are_not_given() {
    let root = Root::new();
    root.run_with_input(&["object", "write", &hash("1"), "-"], "bytes").gives("");
    let file = root.damage_run(b"bytes");
    root.run(&["object", "read", &hash("1")]).fails(12, &[&file, "repair"]);
    root.run(&["repair"]);
    root.run(&["object", "read", &hash("1")]).gives_no("");
}

#[test]
fn list_is_sorted_and_takes_a_beginning_and_a_limit() {
    let root = Root::new();
    let store = sx_persist::Store::open(root.path()).unwrap();
    let hash = |at: u32| format!("{at:064x}");
    store.raw().object_write_batch(&(0..300).rev().map(|at| (hash(at), vec![])).collect::<Vec<_>>()).unwrap();
    store.close().unwrap();
    root.run(&["object", "list"]).gives(&text((0..300).map(hash)));
    root.run(&["object", "list", "--after", &hash(99)]).gives(&text((100..300).map(hash)));
    root.run(&["object", "list", "--after", &hash(99), "--limit", "150"]).gives(&text((100..250).map(hash)));
    root.run(&["object", "list", "--limit", "0"]).gives("");
    root.run(&["object", "list", "--after", "x"]).fails(1, &["invalid hash: x"]);
}
