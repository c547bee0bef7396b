//! `ref`.

use crate::support::{Root, text};

const MAIN: &str = "refs/heads/main";

/// A hash of one digit.
fn hash(digit: &str) -> String {
    digit.repeat(40)
}

#[test]
fn a_ref_points_to_the_hash_that_it_was_set_to() {
    let root = Root::new();
    for hash in [hash("1"), "0123456789abcdef".repeat(4)] {
        root.run(&["ref", "set", MAIN, &hash]).gives("");
        root.run(&["ref", "get", MAIN]).gives(&format!("{hash}\n"));
    }
}

#[test]
fn an_absent_ref_is_code_1_without_a_word() {
    let root = Root::new();
    root.run(&["ref", "set", "HEAD", &hash("1")]).gives("");
    root.run(&["ref", "get", MAIN]).gives_no("");
}

#[test]
fn what_git_would_not_take_is_refused_and_the_old_hash_stays() {
    let root = Root::new();
    root.run(&["ref", "set", MAIN, &hash("1")]).gives("");
    root.run(&["ref", "set", "refs/heads/", &hash("1")]).fails(1, &["invalid name", "slashes"]);
    root.run(&["ref", "get", "a b"]).fails(1, &["invalid name"]);
    root.run(&["ref", "set", MAIN, "main"]).fails(1, &["invalid hash: main", "40 or 64"]);
    root.run(&["ref", "swap", MAIN, "--absent", "--to", &hash("A")]).fails(1, &["invalid hash: AAA"]);
    root.run(&["ref", "get", MAIN]).gives(&format!("{}\n", hash("1")));
}

#[test]
fn delete_says_whether_the_ref_was_there() {
    let root = Root::new();
    root.run(&["ref", "set", MAIN, &hash("1")]).gives("");
    root.run(&["ref", "delete", MAIN]).gives("true\n");
    root.run(&["ref", "delete", MAIN]).gives("false\n");
    root.run(&["ref", "list"]).gives("");
}

#[test]
fn list_is_sorted_and_takes_a_prefix_a_beginning_and_a_limit() {
    let root = Root::new();
    for (name, digit) in [("refs/heads/b", "3"), ("HEAD", "1"), ("refs/heads/a", "2"), ("refs/tags/v1", "4")]
    {
        root.run(&["ref", "set", name, &hash(digit)]).gives("");
    }
    let line = |name: &str, digit: &str| format!("{name}\t{}\n", hash(digit));
    let heads = line("refs/heads/a", "2") + &line("refs/heads/b", "3");
    root.run(&["ref", "list"]).gives(&(line("HEAD", "1") + &heads + &line("refs/tags/v1", "4")));
    root.run(&["ref", "list", "--prefix", "refs/heads/"]).gives(&heads);
    root.run(&["ref", "list", "--after", "HEAD", "--limit", "2"]).gives(&heads);
    root.run(&["ref", "list", "--limit", "0"]).gives("");
}

#[test]
fn swap_moves_a_ref_from_the_expected_hash_only() {
    let root = Root::new();
    let (one, two) = (hash("1"), hash("2"));
    let swap = |options: &[&str]| root.run(&[&["ref", "swap", MAIN], options].concat());
    swap(&["--expected", &one, "--to", &two]).gives_no("false\n");
    swap(&["--absent", "--to", &one]).gives("true\n");
    swap(&["--absent", "--to", &two]).gives_no("false\n");
    swap(&["--expected", &two, "--delete"]).gives_no("false\n");
    swap(&["--expected", &one, "--to", &two]).gives("true\n");
    root.run(&["ref", "get", MAIN]).gives(&format!("{two}\n"));
    swap(&["--expected", &two, "--delete"]).gives("true\n");
    root.run(&["ref", "get", MAIN]).gives_no("");
}

#[test]
fn swap_says_which_of_its_options_are_missing_or_too_many() {
    let root = Root::new();
    let one = hash("1");
    let swap = |options: &[&str]| root.run(&[&["ref", "swap", MAIN], options].concat());
    swap(&["--to", &one]).fails(2, &["--if-value"]);
    swap(&["--absent"]).fails(2, &["--to"]);
    swap(&["--absent", "--expected", &one, "--to", &one]).fails(2, &["--if-absent", "--if-value"]);
    swap(&["--absent", "--to", &one, "--delete"]).fails(2, &["--to", "--delete"]);
}

#[test]
fn list_goes_through_all_pages() {
    let root = Root::new();
    let store = sx_persist::Store::open(root.path()).unwrap();
    let set = |at: u64| {
        let (name, hash) = (format!("tags/{at:04}"), format!("{at:040x}"));
        sx_persist::types::Op::RefSet { name, hash }
    };
    store.raw().commit(&(0..2_500).map(set).collect::<Vec<_>>()).unwrap();
    store.close().unwrap();
    let all = text((0..2_500).map(|at| format!("tags/{at:04}\t{at:040x}")));
    root.run(&["ref", "list"]).gives(&all);
    root.run(&["ref", "list", "--limit", "2000"]).gives(&all[..all.find("tags/2000").unwrap()]);
}
