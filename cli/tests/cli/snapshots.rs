//! `snapshot`.

use crate::support::{Root, text};
use std::fs;

const KEY: &str = "counter/visits";

/// Bytes that are no text.
const STATE: [u8; 6] = [0, 255, b'\n', 128, b'"', 0];

/// The bytes that `load` gives.
fn load(root: &Root, key: &str) -> Vec<u8> {
    let output = root.command(&["snapshot", "load", key]).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    output.stdout
}

#[test]
fn a_snapshot_comes_back_as_the_bytes_that_were_persisted() {
    let root = Root::new();
    let file = root.file("state", STATE);
    root.run(&["snapshot", "persist", KEY, &file]).gives("");
    assert_eq!(load(&root, KEY), STATE);
    let out = root.beside("out");
    root.run(&["snapshot", "load", KEY, "-o", &out]).gives("");
    assert_eq!(fs::read(out).unwrap(), STATE);
    let larger = vec![7; 100_000];
    root.run_with_input(&["snapshot", "persist", KEY, "-"], &larger).gives("");
    assert_eq!(load(&root, KEY), larger);
}

#[test]
fn an_absent_key_is_code_1_without_a_word_and_a_noted_one_holds_nothing() {
    let root = Root::new();
    root.run(&["snapshot", "persist-marker", "noted"]).gives("");
    root.run(&["snapshot", "load", KEY]).gives_no("");
    root.run(&["snapshot", "load", "noted"]).gives("");
    root.run(&["snapshot", "contains", KEY]).gives_no("false\n");
    root.run(&["snapshot", "contains", "noted"]).gives("true\n");
}

#[test]
fn persist_marker_keeps_what_is_there_and_delete_marker_says_whether_it_was() {
    let root = Root::new();
    root.run_with_input(&["snapshot", "persist", KEY, "-"], STATE).gives("");
    root.run(&["snapshot", "persist-marker", KEY]).gives("");
    assert_eq!(load(&root, KEY), STATE);
    root.run(&["snapshot", "delete-marker", KEY]).gives("true\n");
    root.run(&["snapshot", "delete-marker", KEY]).gives("false\n");
    root.run(&["snapshot", "load", KEY]).gives_no("");
}

#[test]
fn keys_are_sorted_and_take_a_prefix_a_beginning_and_a_limit() {
    let root = Root::new();
    for key in ["über", "b/2", "b", "a\nb", "b/1"] {
        root.run(&["snapshot", "persist-marker", key]).gives("");
    }
    root.run(&["snapshot", "keys"]).gives("\"a\\nb\"\nb\nb/1\nb/2\nüber\n");
    root.run(&["snapshot", "keys", "--prefix", "b/"]).gives("b/1\nb/2\n");
    root.run(&["snapshot", "keys", "--after", "b", "--limit", "2"]).gives("b/1\nb/2\n");
    root.run(&["snapshot", "keys", "--limit", "0"]).gives("");
}

#[test]
fn keys_go_through_all_pages() {
    let root = Root::new();
    let store = sx_persist::Store::open(root.path()).unwrap();
    // A page holds 1 MiB of text: these need two.
    let name = |at: u64| format!("{at:04}{}", "x".repeat(996));
    let note = |at: u64| sx_persist::types::Op::SnapshotPersistMarker { key: name(at) };
    store.raw().commit(&(0..1_200).map(note).collect::<Vec<_>>()).unwrap();
    store.close().unwrap();
    let all = text((0..1_200).map(name));
    root.run(&["snapshot", "keys"]).gives(&all);
    root.run(&["snapshot", "keys", "--limit", "1100"]).gives(&all[..all.find("1100x").unwrap()]);
}

#[test]
fn what_no_key_can_be_and_what_is_too_large_is_refused() {
    let root = Root::new();
    let file = root.file("state", STATE);
    root.run(&["snapshot", "persist", KEY, &file]).gives("");
    for command in ["persist-marker", "delete-marker", "load", "contains"] {
        root.run(&["snapshot", command, ""]).fails(1, &["invalid name"]);
    }
    let large = root.file("large", vec![1; (16 << 20) + 1]);
    root.run(&["snapshot", "persist", KEY, &large]).fails(1, &["too large", "16777216"]);
    let larger = root.file("larger", vec![1; (64 << 20) + 1]);
    root.run(&["snapshot", "persist", KEY, &larger]).fails(1, &["larger holds more than 64 MiB"]);
    assert_eq!(load(&root, KEY), STATE);
}

#[test]
fn a_file_that_cannot_be_read_or_written_is_wrong_usage() {
    let root = Root::new();
    root.run(&["snapshot", "persist", KEY, &root.beside("none")]).fails(2, &["cannot read", "No such file"]);
    assert!(!fs::exists(root.path()).unwrap(), "nothing was opened for it");
    root.run(&["snapshot", "persist-marker", KEY]).gives("");
    root.run(&["snapshot", "load", KEY, "-o", &root.beside("none/out")])
        .fails(2, &["cannot write", "none/out"]);
}

#[test]
fn a_damaged_snapshot_is_code_3_and_names_the_file() {
    let root = Root::new();
    root.run_with_input(&["snapshot", "persist", "k", "-"], STATE).gives("");
    let file = root.damage_run(&STATE);
    root.run(&["snapshot", "load", "k"]).fails(12, &["corrupt", &file]);
    root.run(&["snapshot", "contains", "k"]).fails(12, &["corrupt", &file]);
}
