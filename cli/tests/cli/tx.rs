//! `tx`.

use crate::support::Root;
use serde_json::{Value, json};

#[test]
fn all_lines_are_one_commit() {
    let root = Root::new();
    let lines = "; two of one order\n(\"append\" \"orders\" {:seq 1})\n\n(\"kv-put\" \"last\" 1)\n";
    root.run_with_input(&["tx"], lines).gives("{:answers (list 1 nil) :lsn 1}\n");
    root.run(&["stream", "read", "orders"]).gives("{:seq 1}\n");
    let file = root.file("move.sx", "(\"check-last-seq\" \"orders\" 1)\n(\"kv-put\" \"last\" 2)");
    root.run(&["tx", &file]).gives("{:answers (list nil nil) :lsn 2}\n");
    root.run(&["kv", "get", "last"]).gives("2\n");
}

#[test]
fn lines_of_json_are_arrays() {
    let root = Root::new();
    let lines =
        "[\"map-put\", \"carts\", {\"$bytes\": \"AP8=\"}, \"open\"]\n[\"append\", \"s\", {\"seq\": 4}]\n";
    let answer = root.run_with_input(&["--json", "tx"], lines);
    let answer: Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(answer, json!({ "answers": [1, 4], "lsn": 1 }));
    root.run(&["map", "get", "carts", "00ff", "--hex"]).gives("6f70656e\n");
}

#[test]
fn a_line_that_is_refused_is_named_and_nothing_is_written() {
    let root = Root::new();
    let refused = |lines: &str, code, words: &[&str]| root.run_with_input(&["tx"], lines).fails(code, words);
    let first = "(\"kv-put\" \"k\" 1)\n";
    refused(&format!("{first}\n(\"append\" \"s\" {{:x 1}})"), 1, &["line 3: invalid event"]);
    refused(&format!("{first}(\"check-last-seq\" \"s\" 7)"), 13, &["line 2: stale: expected 7"]);
    refused(&format!("{first}(\"kv-putt\" \"k\" 1)"), 1, &["line 2", "kv-putt"]);
    refused(&format!("{first}{{:a 1}}"), 1, &["line 2: an operation is a list"]);
    refused(&format!("{first}(\"kv-put\""), 1, &["line 2"]);
    refused("; nothing\n", 2, &["no operations"]);
    root.run(&["kv", "has", "k"]).fails(10, &["there is no store"]);
    root.run(&["kv", "put", "k", "5"]).gives("");
    refused("(\"check-key\" \"k\" (6))", 13, &["line 1: conflict"]);
    refused("[\"kv-put\", \"k\", 1]", 1, &["standard input line 1", "JSON is taken with --json"]);
    let json = root.run_with_input(&["--json", "tx"], "[\"kv-put\", \"k\", 1]\n[\"append\", \"s\", {}]\n");
    let json: Value = serde_json::from_str(&json.stderr).unwrap();
    assert_eq!((&json["error"]["index"], &json["error"]["code"]), (&json!(1), &json!("invalid-event")));
    let wrong = root.run_with_input(&["--json", "tx"], "[\"kv-put\", \"k\"]");
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
}
