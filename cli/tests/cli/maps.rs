//! `map`.

use crate::support::{Root, text};

#[test]
fn a_key_has_the_value_that_it_was_given_and_a_version() {
    let root = Root::new();
    root.run(&["map", "put", "t", "k", "some\ttext"]).gives("1\n");
    root.run(&["map", "get", "t", "k"]).gives("some\ttext");
    root.run(&["map", "put", "t", "k", "-1"]).gives("2\n");
    root.run(&["map", "get", "t", "k"]).gives("-1");
    root.run(&["map", "version", "t", "k"]).gives("2\n");
    root.run_with_input(&["map", "put", "t", "k", "-"], "from a\npipe\n").gives("3\n");
    root.run(&["map", "get", "t", "k"]).gives("from a\npipe\n");
    root.run(&["map", "put", "t", "k", ""]).gives("4\n");
    root.run(&["map", "get", "t", "k"]).gives("");
}

#[test]
fn an_absent_key_is_code_1_without_a_word() {
    let root = Root::new();
    root.run(&["map", "put", "t", "k", "1"]).gives("1\n");
    for key in [["t", "other"], ["other", "k"]] {
        root.run(&[&["map", "get"][..], &key].concat()).gives_no("");
        root.run(&[&["map", "version"][..], &key].concat()).gives_no("");
        root.run(&[&["map", "has"][..], &key].concat()).gives_no("false\n");
    }
    root.run(&["map", "has", "t", "k"]).gives("true\n");
    root.run(&["map", "list", "other"]).gives("");
}

#[test]
fn several_keys_are_put_read_and_removed_at_once() {
    let root = Root::new();
    root.run(&["map", "put-many", "t", "a", "1", "b", "some\ttext", "c", "-1", "d", ""]).gives("1\n");
    root.run(&["map", "version", "t", "a"]).gives("1\n");
    root.run(&["map", "version", "t", "d"]).gives("1\n");
    root.run(&["map", "get-many", "t", "c", "a", "b", "d", "a"])
        .gives("c\t-1\na\t1\nb\t\"some\\ttext\"\nd\t\na\t1\n");
    root.run(&["map", "get-many", "t", "a", "none", "c"]).gives_no("a\t1\nc\t-1\n");
    root.run(&["map", "get-many", "none", "a"]).gives_no("");
    root.run_with_input(&["map", "put-many", "t", "a", "2", "e", "-"], "a pipe").gives("2\n");
    root.run(&["map", "get", "t", "e"]).gives("a pipe");
    root.run(&["map", "delete-many", "t", "a", "none", "b", "a"]).gives("2\n");
    root.run(&["map", "delete-many", "t", "a", "b"]).gives("0\n");
    root.run(&["map", "list", "t"]).gives("c\nd\ne\n");
    root.run(&["map", "put-many", "t", "--hex", "00ff", "c3", "61", ""]).gives("4\n");
    root.run(&["map", "get-many", "t", "--hex", "00ff", "61"]).gives("00ff\tc3\n61\t\n");
    root.run(&["map", "get-many", "t", "a", "--hex"]).fails(2, &["\"a\" is not in hex"]);
    root.run(&["map", "delete-many", "t", "--hex", "00ff"]).gives("1\n");
}

#[test]
fn several_keys_of_which_one_is_wrong_are_left_as_they_are() {
    let root = Root::new();
    root.run(&["map", "put-many", "t", "a", "1"]).gives("1\n");
    let long = "k".repeat(1_025);
    root.run(&["map", "put-many", "t", "a", "2", &long, "3"]).fails(1, &["invalid name"]);
    root.run(&["map", "put-many", "t", "a", "2", "--hex", "b", "3"]).fails(2, &["is not in hex"]);
    root.run(&["map", "put-many", "t", "a", "2", "b"]).fails(2, &["b has no VALUE: each KEY takes one"]);
    root.run(&["map", "put-many", "t", "a", "-", "b", "-"]).fails(2, &["only one VALUE can be `-`"]);
    root.run(&["map", "delete-many", "t", "a", &long]).fails(1, &["invalid name"]);
    root.run(&["map", "get-many", "t", "a", ""]).fails(1, &["invalid name"]);
    for verb in ["put-many", "get-many", "delete-many"] {
        root.run(&["map", verb, "t"]).fails(2, &["KEY"]);
    }
    root.run(&["map", "get-many", "t", "a"]).gives("a\t1\n");
    root.run(&["map", "version", "t", "a"]).gives("1\n");
}

#[test]
fn a_write_that_expects_another_version_is_refused_and_names_both() {
    let root = Root::new();
    let put = |options: &[&str]| root.run(&[&["map", "put", "t", "k", "v"], options].concat());
    put(&["--expected", "7"]).fails(13, &["stale: expected 7, the store has 0", "try again"]);
    put(&["--new"]).gives("1\n");
    put(&["--new"]).fails(13, &["stale: expected 0, the store has 1"]);
    put(&["--expected", "0"]).fails(13, &["stale: expected 0, the store has 1"]);
    put(&["--expected", "1"]).gives("2\n");
    put(&["--new", "--expected", "2"]).fails(2, &["--if-absent", "--if-version"]);
    root.run(&["map", "delete", "t", "k", "--expected", "1"])
        .fails(13, &["stale: expected 1, the store has 2"]);
    root.run(&["map", "delete", "t", "k", "--expected", "2"]).gives("true\n");
    root.run(&["map", "delete", "t", "k"]).gives("false\n");
    root.run(&["map", "delete", "t", "k", "--expected", "0"]).gives("false\n");
}

#[test]
fn increment_counts_and_refuses_what_is_no_integer() {
    let root = Root::new();
    root.run(&["map", "increment", "t", "n"]).gives("1\n");
    root.run(&["map", "increment", "t", "n", "-3"]).gives("-2\n");
    root.run(&["map", "get", "t", "n"]).gives("-2");
    root.run(&["map", "put", "t", "n", "two"]).gives("3\n");
    root.run(&["map", "increment", "t", "n"]).fails(1, &["invalid argument", "no decimal integer"]);
    root.run(&["map", "get", "t", "n"]).gives("two");
    root.run(&["map", "increment", "t", "n", "x"]).fails(2, &["'x'"]);
}

#[test]
fn keys_and_values_of_any_bytes_are_written_in_hex() {
    let root = Root::new();
    root.run(&["map", "put", "t", "--hex", "00fF", "c3"]).gives("1\n");
    root.run(&["map", "get", "t", "--hex", "00ff"]).gives("c3\n");
    root.run(&["map", "list", "t", "--hex"]).gives("00ff\n");
    root.run(&["map", "list", "t"]).fails(1, &["00ff in hex is no text", "--hex"]);
    root.run(&["map", "put", "t", "tab\there", ""]).gives("2\n");
    root.run(&["map", "list", "t", "--prefix", "tab"]).gives("\"tab\\there\"\n");
    for bad in ["0", "0g", "+1", "\u{fc}"] {
        root.run(&["map", "has", "t", "--hex", bad]).fails(2, &["is not in hex"]);
    }
}

#[test]
fn list_takes_a_range_a_direction_a_beginning_and_a_limit() {
    let root = Root::new();
    for key in ["b", "a", "ba", "c"] {
        root.run(&["map", "put", "t", key, "1"]);
    }
    root.run(&["map", "put", "u", "k", "1"]).gives("5\n");
    let list = |options: &[&str]| root.run(&[&["map", "list", "t"], options].concat());
    list(&[]).gives("a\nb\nba\nc\n");
    list(&["--prefix", "b"]).gives("b\nba\n");
    list(&["--start", "b", "--end", "c"]).gives("b\nba\n");
    list(&["--after", "b"]).gives("ba\nc\n");
    list(&["--reverse"]).gives("c\nba\nb\na\n");
    list(&["--reverse", "--after", "ba", "--limit", "1"]).gives("b\n");
    list(&["--limit", "0"]).gives("");
    root.run(&["map", "tables"]).gives("t\nu\n");
    root.run(&["map", "drop", "t"]).gives("4\n");
    root.run(&["map", "drop", "t"]).gives("0\n");
    root.run(&["map", "tables"]).gives("u\n");
}

#[test]
fn names_that_are_none_are_refused() {
    let root = Root::new();
    for (table, key) in [("", "k"), ("t", ""), (&"t".repeat(256), "k"), ("t", &"k".repeat(1_025))] {
        root.run(&["map", "put", table, key, "1"]).fails(1, &["invalid name"]);
    }
}

#[test]
fn list_goes_through_all_pages() {
    let root = Root::new();
    let store = sx_persist::Store::open(root.path()).unwrap();
    // More text than a page holds.
    let key = |at: u64| format!("{at:0900}");
    let pair = |at| sx_persist::types::MapPair { key: key(at).into_bytes(), value: Vec::new() };
    store.raw().map_put_many("t", &(0..2_500).map(pair).collect::<Vec<_>>()).unwrap();
    store.close().unwrap();
    root.run(&["map", "list", "t"]).gives(&text((0..2_500).map(key)));
    root.run(&["map", "list", "t", "--reverse", "--limit", "2000"]).gives(&text((500..2_500).rev().map(key)));
}
