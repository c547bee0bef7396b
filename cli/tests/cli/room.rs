//! Files that may not grow: `ulimit -f`.

#![cfg(unix)]

use crate::support::{Ended, Root, text};
use std::fs::File;
use std::process::Command;

/// Runs a command none of whose files may pass 512 KiB, with this input.
fn within_limit(root: &Root, args: &[&str], input: &str) -> Ended {
    let input = File::open(root.file("input", input)).unwrap();
    let mut shell = Command::new("sh");
    // In blocks of 512 bytes.
    shell.args(["-c", "ulimit -f 1024; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sx-persist")]);
    shell.args(["--root", root.path()]).args(args).env_remove("SX_PERSIST_LOG").stdin(input);
    Ended::of(&shell.output().unwrap())
}

#[test]
fn a_file_that_may_not_grow_is_no_space_and_code_3_and_what_was_acknowledged_is_there() {
    let root = Root::new();
    // The code is kept from here on: it is larger than the limit.
    root.run(&["kv", "put", "before", "1"]).gives("");
    within_limit(&root, &["kv", "put", "small", "2"], "").gives("");
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    within_limit(&root, &["kv", "put", "large", "-"], &large).fails(3, &["no space left", "free some space"]);
    root.run(&["kv", "list"]).gives("before\t1\nsmall\t2\n");
    assert_eq!(root.run(&["verify"]).code, Some(0));
    root.run_with_input(&["kv", "put", "large", "-"], large).gives("");
}

/// On the command line and in both languages of the bridge.
#[test]
fn no_space_is_said_in_the_same_words_everywhere() {
    let root = Root::new();
    root.run(&["kv", "put", "before", "1"]).gives("");
    let large = format!("\"{}\"", "x".repeat(1 << 20));
    let said = within_limit(&root, &["kv", "put", "large", "-"], &large).stderr;
    let said = said.trim_start_matches("sx-persist: ").trim_end();
    // Each writer has a journal of its own, with a number of twenty digits.
    let (first, number) = said.split_once("journal/").unwrap();
    let (number, last) = number.split_at(20);
    let shown = |answer: &str| {
        let (_, behind) = answer.split_once("journal/").unwrap();
        let others = behind.split_at(20).0;
        assert!(others.parse::<u64>().unwrap() > number.parse().unwrap(), "{answer}");
        answer.replace(others, number)
    };
    assert!(
        first.ends_with("no space left: write of ") && last.ends_with("; free some space and run it again")
    );
    let line = format!("(\"persist/kv-put\" \"large\" {large})\n");
    let answer = within_limit(&root, &["stdio"], &line).stdout;
    assert_eq!(shown(&answer), format!("(error \"no-space\" \"{said}\")\n"));
    let params = serde_json::json!(["large", "x".repeat(1 << 20)]);
    let line = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "persist/kv-put", "params": params });
    let answer = within_limit(&root, &["stdio", "--jsonrpc"], &line.to_string()).stdout;
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(shown(answer["error"]["message"].as_str().unwrap()), said);
}

#[test]
fn a_bridge_goes_on_behind_a_file_that_may_not_grow() {
    let root = Root::new();
    root.run(&["kv", "put", "before", "1"]).gives("");
    let value = "x".repeat(100 << 10);
    let puts = text((0..20).map(|at| format!("(\"persist/kv-put\" \"k{at:02}\" \"{value}\")")));
    let ended = within_limit(&root, &["stdio"], &puts);
    let answers: Vec<_> = ended.stdout.lines().collect();
    assert_eq!((ended.code, answers.len()), (Some(0), 20), "{ended:?}");
    // They are more than a journal of that length holds: a checkpoint comes before those that it has no room for.
    assert!(answers.iter().all(|answer| *answer == "nil"), "{answers:?}");
    for at in 0..20 {
        root.run(&["kv", "get", &format!("k{at:02}")]).gives(&format!("\"{value}\"\n"));
    }
    assert_eq!(root.run(&["verify"]).code, Some(0));
}
