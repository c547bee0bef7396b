//! A directory that is no store yet: refused, told of, made one.

use crate::support::Root;
use std::fs;
use std::path::Path;

/// A directory of a project, with a `tmp` of its own.
fn project() -> Root {
    let root = Root::new();
    fs::create_dir_all(Path::new(root.path()).join("tmp")).unwrap();
    fs::write(Path::new(root.path()).join("tmp/draft"), "mine").unwrap();
    fs::write(Path::new(root.path()).join("README"), "a project").unwrap();
    root
}

/// The names in the directory.
fn names(root: &Root) -> Vec<String> {
    let entries = fs::read_dir(root.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_directory_of_somebody_elses_is_refused_by_what_writes_and_nothing_is_left_there() {
    let root = project();
    for args in [["kv", "put", "k", "1"].as_slice(), &["checkpoint"], &["repair"], &["stdio"], &["demo"]] {
        let refused = root.run(args);
        assert_eq!(refused.code, Some(10), "{refused:?}");
        refused.complains(&[root.path(), "holds README and is no store", "--init"]);
    }
    assert_eq!(names(&root), ["README", "tmp"]);
    assert_eq!(fs::read_to_string(Path::new(root.path()).join("tmp/draft")).unwrap(), "mine");
    root.run(&["kv", "list"]).fails(10, &["holds README and is no store"]);
}

#[test]
fn it_becomes_a_store_when_it_is_told_to_and_is_one_from_its_first_write_on() {
    let root = project();
    root.run(&["--init", "kv", "put", "k", "1"]).gives("");
    root.run(&["kv", "put", "k", "2"]).gives("");
    root.run(&["kv", "get", "k"]).gives("2\n");
    assert!(names(&root).contains(&"README".to_owned()));
}

#[test]
fn a_store_that_was_only_opened_is_opened_again_with_init_alone() {
    let root = project();
    let mut bridge = root.start(&["--init", "stdio"]);
    assert_eq!(bridge.ask("(\"persist/kv-get\" \"k\")"), "nil");
    assert!(bridge.end().success());
    assert_eq!(root.run(&["kv", "put", "k", "1"]).code, Some(10));
    root.run(&["--init", "kv", "put", "k", "1"]).gives("");
}

#[test]
fn a_command_that_makes_a_store_says_where_and_the_next_one_is_silent() {
    let root = Root::new();
    let made = |root: &Root| format!("sx-persist: made a new store in {}\n", root.path());
    assert!(root.run(&["kv", "put", "k", "1"]).notes.ends_with(&made(&root)));
    assert!(!root.run(&["kv", "put", "k", "1"]).notes.contains("made"));
    let bridged = Root::new();
    let ended = bridged.run_with_input(&["stdio"], "(\"persist/kv-put\" \"k\" 1)\n");
    assert!(ended.notes.ends_with(&made(&bridged)), "{ended:?}");
    // The original's directory holds its data already.
    let original = Root::new();
    fs::create_dir_all(Path::new(original.path()).join("streams")).unwrap();
    let ended = original.run(&["kv", "put", "k", "1"]);
    ended.gives("");
    assert!(!ended.notes.contains("made"), "{ended:?}");
}
