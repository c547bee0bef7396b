//! `session`.

use crate::support::{Root, text};

const A: &str = "aaaaaaaa-0000-4000-8000-000000000000";
const B: &str = "bbbbbbbb-0000-4000-8000-000000000000";
const ONE: &str = "11111111-0000-4000-8000-000000000000";
const TWO: &str = "22222222-0000-4000-8000-000000000000";

#[test]
fn entries_are_appended_counted_and_read() {
    let root = Root::new();
    root.run(&["session", "append", A, ONE, "{:from :user}"]).gives("1\n");
    root.run(&["session", "append", A, ONE, "--string", "hello"]).gives("2\n");
    root.run_with_input(&["session", "append", A, ONE, "-"], "[1]").gives("3\n");
    root.run(&["session", "append", A, ONE, "-7"]).gives("4\n");
    root.run(&["session", "count", A, ONE]).gives("4\n");
    root.run(&["session", "read", A, ONE]).gives("{:from :user}\n\"hello\"\n(list 1)\n-7\n");
    root.run(&["session", "read", A, ONE, "--after", "1", "--limit", "2"]).gives("\"hello\"\n(list 1)\n");
    root.run(&["session", "read", A, ONE, "--after", "9"]).gives("");
    root.run(&["session", "read", A, ONE, "--limit", "0"]).gives("");
}

#[test]
fn what_is_missing_is_code_1() {
    let root = Root::new();
    root.run(&["session", "append", A, ONE, "1"]).gives("1\n");
    root.run(&["session", "exists", A, ONE]).gives("true\n");
    root.run(&["session", "exists", B, ONE]).gives_no("false\n");
    root.run(&["session", "of", ONE]).gives(&format!("{A}\n"));
    // As other systems write them.
    root.run(&["session", "of", &ONE.to_uppercase()]).gives(&format!("{A}\n"));
    root.run(&["session", "read", &A.to_uppercase(), &ONE.to_uppercase()]).gives("1\n");
    root.run(&["session", "of", TWO]).gives_no("");
    root.run(&["session", "segments", B]).gives("");
    for verb in ["read", "count"] {
        root.run(&["session", verb, A, TWO]).fails(1, &["not found", TWO, "session ls"]);
    }
    root.run(&["session", "truncate", A, TWO, "0"]).fails(1, &["not found", TWO]);
    root.run(&["session", "read-trace", A, TWO]).gives("");
    root.run(&["session", "append", B, ONE, "1"]).fails(1, &["conflict", ONE, "another session's segment"]);
    root.run(&["session", "append", A, "1", "1"]).fails(1, &["invalid name", "UUID"]);
}

#[test]
fn a_second_writer_is_told_how_many_entries_there_are() {
    let root = Root::new();
    root.run(&["session", "append", A, ONE, "1", "--expecting", "0"]).gives("1\n");
    root.run(&["session", "append", A, ONE, "1", "--expecting", "0"])
        .fails(13, &["stale", "expected 0", "has 1"]);
    root.run(&["session", "append", A, ONE, "2", "--expecting", "1"]).gives("2\n");
}

#[test]
fn create_replaces_truncate_keeps_the_first_and_delete_removes() {
    let root = Root::new();
    root.run(&["session", "create", A, ONE, "1", "2", "3"]).gives("");
    root.run(&["session", "truncate", A, ONE, "4"]).fails(1, &["invalid argument", "4", "3"]);
    root.run(&["session", "truncate", A, ONE, "1"]).gives("2\n");
    root.run(&["session", "read", A, ONE]).gives("1\n");
    root.run(&["session", "create", A, ONE, "--string", "anew"]).gives("");
    root.run(&["session", "read", A, ONE]).gives("\"anew\"\n");
    root.run(&["session", "create", A, ONE]).gives("");
    root.run(&["session", "count", A, ONE]).gives("0\n");
    root.run(&["session", "delete", A, ONE]).gives("true\n");
    root.run(&["session", "delete", A, ONE]).gives("false\n");
    root.run(&["session", "list"]).gives("");
}

#[test]
fn the_one_that_was_last_written_to_is_listed_first() {
    let root = Root::new();
    for (session, segment) in [(A, ONE), (B, "33333333-0000-4000-8000-000000000000"), (A, TWO)] {
        root.run(&["session", "append", session, segment, "1"]).gives("1\n");
    }
    root.run(&["session", "list"]).gives(&format!("{A}\n{B}\n"));
    root.run(&["session", "segments", A]).gives(&format!("{TWO}\n{ONE}\n"));
    root.run(&["session", "append", A, ONE, "2"]).gives("2\n");
    root.run(&["session", "segments", A, "--limit", "1"]).gives(&format!("{ONE}\n"));
    root.run(&["session", "list", "--limit", "1"]).gives(&format!("{A}\n"));
}

#[test]
fn a_trace_is_shown_by_itself_alone() {
    let root = Root::new();
    root.run(&["session", "append-trace", A, ONE, "{:took 3}"]).gives("1\n");
    root.run(&["session", "append-trace", A, ONE, "--string", "slow"]).gives("2\n");
    root.run(&["session", "read", A, ONE]).gives("");
    root.run(&["session", "read-trace", A, ONE]).gives("{:took 3}\n\"slow\"\n");
    root.run(&["session", "read-trace", A, ONE, "--after", "1"]).gives("\"slow\"\n");
}

#[test]
fn read_goes_through_all_pages() {
    let root = Root::new();
    let store = sx_persist::Store::open(root.path()).unwrap();
    let entries: Vec<_> = (0..2_500).map(|number| format!("\"{number} {}\"", "x".repeat(600))).collect();
    store.raw().session_create_segment(A, ONE, &entries).unwrap();
    store.close().unwrap();
    let all = text(entries.iter().cloned());
    root.run(&["session", "read", A, ONE]).gives(&all);
    root.run(&["session", "read", A, ONE, "--limit", "2000"]).gives(&text(entries[..2_000].iter().cloned()));
}
