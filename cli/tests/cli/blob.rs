//! `blob`.

use crate::support::{Ended, Root};
use std::fs;

/// Published addresses of these bytes.
const HELLO: &str = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
const EMPTY: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";

/// Bytes that are no text and never the same twice in a row.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

fn get(root: &Root, cid: &str) -> Vec<u8> {
    let output = root.command(&["blob", "get", cid]).output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    output.stdout
}

#[test]
fn a_file_is_stored_under_its_published_address() {
    let root = Root::new();
    let file = root.file("hello", "hello world");
    root.run(&["blob", "put", &file]).gives(&format!("{HELLO}\n"));
    assert_eq!(get(&root, HELLO), b"hello world");
    root.run(&["blob", "has", HELLO]).gives("true\n");
    root.run(&["blob", "size", HELLO]).gives("11\n");
    root.run_with_input(&["blob", "put", "-"], "").gives(&format!("{EMPTY}\n"));
    assert_eq!(get(&root, EMPTY), b"");
    root.run(&["blob", "list"]).gives(&format!("{HELLO}\n{EMPTY}\n"));
    root.run(&["blob", "list", "--after", HELLO]).gives(&format!("{EMPTY}\n"));
    root.run(&["blob", "list", "--limit", "1"]).gives(&format!("{HELLO}\n"));
    root.run(&["blob", "delete", HELLO]).gives("true\n");
    root.run(&["blob", "delete", HELLO]).gives("false\n");
    root.run(&["blob", "list"]).gives(&format!("{EMPTY}\n"));
}

#[test]
fn an_absent_blob_is_code_1_without_a_word() {
    let root = Root::new();
    root.run_with_input(&["blob", "put", "-"], "").gives(&format!("{EMPTY}\n"));
    let file = root.beside("out");
    root.run(&["blob", "get", HELLO]).gives_no("");
    root.run(&["blob", "get", HELLO, "-o", &file]).gives_no("");
    assert!(!fs::exists(&file).unwrap());
    root.run(&["blob", "size", HELLO]).gives_no("");
    root.run(&["blob", "has", HELLO]).gives_no("false\n");
}

#[test]
fn a_blob_larger_than_one_call_takes_goes_there_and_back() {
    let root = Root::new();
    let bytes = noise((64 << 20) + 12_345);
    let file = root.file("large", &bytes);
    let cid = root.run(&["blob", "put", &file]).stdout;
    let cid = cid.trim_end();
    root.run(&["blob", "size", cid]).gives(&format!("{}\n", bytes.len()));
    assert!(get(&root, cid) == bytes);
    let back = root.beside("back");
    root.run(&["blob", "get", cid, "-o", &back]).gives("");
    assert!(fs::read(back).unwrap() == bytes);
}

#[test]
fn bytes_of_standard_input_are_stored_as_they_are() {
    let root = Root::new();
    let bytes = noise(3_000_000);
    let put = root.run_with_input(&["blob", "put", "-"], &bytes);
    assert_eq!((put.code, put.stderr.as_str()), (Some(0), ""));
    assert!(get(&root, put.stdout.trim_end()) == bytes);
}

#[test]
fn a_damaged_blob_is_code_12_and_leaves_no_file() {
    let root = Root::new();
    let bytes = noise(2_000_000);
    let put = root.run_with_input(&["blob", "put", "-"], &bytes).stdout;
    let cid = put.trim_end();
    root.damage(&format!("blobs/{cid}"), 1_500_000);
    let file = root.beside("out");
    root.run(&["blob", "get", cid, "-o", &file]).fails(12, &["corrupt", cid, "repair"]);
    assert!(!fs::exists(&file).unwrap());
    let output = root.command(&["blob", "get", cid]).output().unwrap();
    assert_eq!(output.status.code(), Some(12));
    Ended::new(Some(12), String::new(), &String::from_utf8(output.stderr).unwrap())
        .complains(&["corrupt", cid]);
}

#[test]
fn what_is_no_address_is_refused() {
    let root = Root::new();
    root.run_with_input(&["blob", "put", "-"], "").gives(&format!("{EMPTY}\n"));
    for command in ["get", "has", "size", "delete"] {
        root.run(&["blob", command, "../x"]).fails(1, &["invalid CID: ../x", "blob ls"]);
    }
    root.run(&["blob", "list", "--after", "x"]).fails(1, &["invalid CID: x"]);
}

#[test]
fn a_file_that_cannot_be_read_or_written_is_wrong_usage() {
    let root = Root::new();
    root.run(&["blob", "put", &root.beside("none")]).fails(2, &["cannot read", "none", "No such file"]);
    root.run(&["blob", "put", &root.beside("")]).fails(2, &["cannot read", "is a directory"]);
    assert!(!fs::exists(root.path()).unwrap(), "nothing was opened for it");
    root.run_with_input(&["blob", "put", "-"], "").gives(&format!("{EMPTY}\n"));
    root.run(&["blob", "get", EMPTY, "-o", &root.beside("none/out")]).fails(2, &["cannot write", "none/out"]);
}
