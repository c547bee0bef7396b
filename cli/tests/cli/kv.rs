//! `kv`.

use crate::support::{Root, text};

#[test]
fn a_value_comes_back_as_canonical_text() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "{:b [1 2.50] :a nil}"]).gives("");
    root.run(&["kv", "get", "k"]).gives("{:a nil :b (list 1 2.5)}\n");
    root.run(&["kv", "put", "k", "-7"]).gives("");
    root.run(&["kv", "get", "k"]).gives("-7\n");
}

#[test]
fn an_absent_key_is_code_1_without_a_word() {
    let root = Root::new();
    root.run(&["kv", "put", "other", "nil"]).gives("");
    root.run(&["kv", "get", "k"]).gives_no("");
    root.run(&["kv", "has", "k"]).gives_no("false\n");
}

#[test]
fn a_stored_nil_is_there() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "nil"]).gives("");
    root.run(&["kv", "get", "k"]).gives("nil\n");
    root.run(&["kv", "has", "k"]).gives("true\n");
}

#[test]
fn put_takes_a_string_and_standard_input() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "--string", "{:not sx"]).gives("");
    root.run(&["kv", "get", "k"]).gives("\"{:not sx\"\n");
    root.run_with_input(&["kv", "put", "k", "-"], "[1 2]\n").gives("");
    root.run(&["kv", "get", "k"]).gives("(list 1 2)\n");
    root.run_with_input(&["kv", "put", "k", "-", "--string"], "line\n").gives("");
    root.run(&["kv", "get", "k"]).gives("\"line\\n\"\n");
}

#[test]
fn put_refuses_what_is_no_value_and_keeps_the_old_one() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run(&["kv", "put", "k", "hello world"]).fails(1, &["invalid value at byte 6", "--string"]);
    root.run(&["kv", "put", "k", "1/3"]).fails(1, &["rational"]);
    root.run_with_input(&["kv", "put", "k", "-"], b"\"a\xff\"").fails(1, &["not UTF-8 at byte 2"]);
    root.run_with_input(&["kv", "put", "k", "-"], vec![b' '; (64 << 20) + 1]).fails(1, &["64 MiB"]);
    root.run_with_input(&["kv", "put", "k", "-"], vec![b'1'; (16 << 20) + 1]).fails(1, &["too large"]);
    root.run(&["kv", "get", "k"]).gives("1\n");
}

#[test]
fn delete_says_whether_the_key_was_there() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run(&["kv", "rm", "k"]).gives("true\n");
    root.run(&["kv", "rm", "k"]).gives("false\n");
    root.run(&["kv", "ls"]).gives("");
}

#[test]
fn keys_and_list_are_sorted_and_quote_what_would_not_stand_on_a_line() {
    let root = Root::new();
    for (key, value) in [("b/2", "2"), ("a", "\"x\""), ("b/1", "1"), ("tab\there", "0")] {
        root.run(&["kv", "put", key, value]).gives("");
    }
    root.run(&["kv", "ls"]).gives("a\nb/1\nb/2\n\"tab\\there\"\n");
    root.run(&["kv", "list"]).gives("a\t\"x\"\nb/1\t1\nb/2\t2\n\"tab\\there\"\t0\n");
    root.run(&["kv", "list", "--prefix", "b/"]).gives("b/1\t1\nb/2\t2\n");
    root.run(&["kv", "list", "--after", "a", "--limit", "1"]).gives("b/1\t1\n");
    root.run(&["kv", "list", "--limit", "0"]).gives("");
}

#[test]
fn list_goes_through_all_pages() {
    let root = Root::new();
    let puts = text((0..2_500).map(|at| format!("(\"persist/kv-put\" \"{at:04}\" {at})")));
    assert_eq!(root.run_with_input(&["--relaxed", "stdio"], puts).code, Some(0));
    let all = text((0..2_500).map(|at| format!("{at:04}\t{at}")));
    root.run(&["kv", "list"]).gives(&all);
    root.run(&["kv", "list", "--limit", "2000"]).gives(&all[..all.find("2000").unwrap()]);
}

#[test]
fn swap_replaces_the_expected_value_only() {
    let root = Root::new();
    let swap = |options: &[&str]| root.run(&[&["kv", "swap", "k"], options].concat());
    swap(&["--if-value", "1", "--to", "2"]).gives_no("false\n");
    swap(&["--if-absent", "--to", "-1"]).gives("true\n");
    swap(&["--if-absent", "--to", "2"]).gives_no("false\n");
    swap(&["--if-value", "-1", "--to", "a", "--string"]).gives_no("false\n");
    swap(&["--if-value", "-1", "--to", "[1]"]).gives("true\n");
    root.run(&["kv", "get", "k"]).gives("(list 1)\n");
    swap(&["--if-value", "(list 1) ; the same value", "--delete"]).gives("true\n");
    root.run(&["kv", "get", "k"]).gives_no("");
}

#[test]
fn swap_says_which_of_its_options_are_missing_or_too_many() {
    let root = Root::new();
    let swap = |options: &[&str]| root.run(&[&["kv", "swap", "k"], options].concat());
    swap(&["--to", "1"]).fails(2, &["--if-value"]);
    swap(&["--if-absent"]).fails(2, &["--to"]);
    swap(&["--if-absent", "--if-value", "1", "--to", "1"]).fails(2, &["--if-absent", "--if-value"]);
    swap(&["--if-absent", "--to", "1", "--delete"]).fails(2, &["--to", "--delete"]);
    swap(&["--if-value", "-", "--to", "-"]).fails(2, &["only one of --if-value and --to"]);
}

#[test]
fn swap_takes_one_value_from_standard_input() {
    let root = Root::new();
    root.run_with_input(&["kv", "swap", "k", "--if-absent", "--to", "-"], "{:n 1}").gives("true\n");
    root.run_with_input(&["kv", "swap", "k", "--if-value", "-", "--to", "2"], "{:n 1}").gives("true\n");
    root.run(&["kv", "get", "k"]).gives("2\n");
}

#[test]
fn raw_gives_a_string_as_it_is() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "--string", "two\nlines \"x\""]).gives("");
    root.run(&["kv", "get", "k", "--raw"]).gives("two\nlines \"x\"");
    let file = root.beside("value");
    root.run(&["kv", "get", "k", "--raw", "--output", &file]).gives("");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "two\nlines \"x\"");
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run(&["kv", "get", "k", "--raw"]).fails(1, &["no string", "without --raw"]);
    root.run(&["kv", "get", "none", "--raw"]).gives_no("");
}

#[test]
fn a_symbol_that_was_meant_as_a_string_is_told_of() {
    let root = Root::new();
    let put = root.run(&["kv", "put", "a", "hello"]);
    put.gives("");
    assert!(put.notes.contains("a is the symbol hello; with --string it is the string \"hello\""), "{put:?}");
    for value in ["\"hello\"", "true", "nil", ":word", "1"] {
        let put = root.run(&["kv", "put", "a", value]);
        put.gives("");
        assert!(!put.notes.contains("symbol"), "{put:?}");
    }
}

#[test]
fn ls_takes_a_part() {
    let root = Root::new();
    for key in ["a/1", "a/2", "b"] {
        root.run(&["kv", "put", key, "0"]).gives("");
    }
    root.run(&["kv", "ls", "--prefix", "a/"]).gives("a/1\na/2\n");
    root.run(&["kv", "ls", "--after", "a/1", "--limit", "1"]).gives("a/2\n");
    root.run(&["kv", "ls", "--limit", "0"]).gives("");
}
