//! `init --layout`, `pack` and `unpack`.

use crate::support::{Root, text};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

#[track_caller]
fn runs(root: &Root, args: &[&str]) -> String {
    let ended = root.run(args);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{args:?}: {ended:?}");
    ended.stdout
}

/// What the store says of all that it holds.
fn exported(root: &Root) -> String {
    runs(root, &["export", "--all"])
}

fn fill(root: &Root) {
    for seq in 1..=5 {
        runs(root, &["stream", "append", "orders", &format!("{{:seq {seq}}}")]);
    }
    runs(root, &["stream", "truncate", "orders", "2"]);
    runs(root, &["kv", "put", "config", "{:lights true}"]);
    let small = root.file("small", b"a small blob");
    let large = root.file("large", vec![7; 70_000]);
    runs(root, &["blob", "put", &small]);
    runs(root, &["blob", "put", &large]);
}

fn below(root: &Root, name: &str) -> PathBuf {
    Path::new(root.path()).join(name)
}

#[test]
fn a_store_is_packed_and_unpacked_in_place() {
    let root = Root::new();
    fill(&root);
    let before = exported(&root);
    assert!(below(&root, "kv").is_dir() && below(&root, "streams").is_dir());
    runs(&root, &["pack"]);
    assert_eq!(exported(&root), before);
    assert!(below(&root, "kv").is_file() && below(&root, "streams").is_file());
    assert_eq!(fs::read_dir(below(&root, "blobs")).unwrap().count(), 1, "the large one");
    assert!(runs(&root, &["stats"]).lines().any(|line| line.starts_with("packed") && line.ends_with('1')));
    assert_eq!(runs(&root, &["kv", "get", "config"]), "{:lights true}\n");
    // Again there is nothing to do.
    runs(&root, &["pack"]);
    let path = root.run(&["path", "kv", "config"]);
    assert_eq!(path.code, Some(1), "{path:?}");
    assert!(path.notes.contains("packed"), "{path:?}");
    runs(&root, &["unpack"]);
    assert_eq!(exported(&root), before);
    assert!(Path::new(runs(&root, &["path", "stream", "orders"]).trim_end()).is_file());
    assert_eq!(runs(&root, &["verify"]).lines().last(), Some("damaged 0"));
}

#[test]
fn a_store_is_made_packed_and_one_that_is_there_stays_as_it_is() {
    let root = Root::new();
    runs(&root, &["init", "--layout", "packed"]);
    assert!(fs::read_to_string(below(&root, "format")).unwrap().starts_with("sx-persist 5 packed\n"));
    fill(&root);
    assert!(below(&root, "kv").is_file());
    let plain = Root::new();
    fill(&plain);
    assert_eq!(exported(&root), exported(&plain));
    runs(&plain, &["init", "--layout", "packed"]);
    assert!(fs::read_to_string(below(&plain, "format")).unwrap().starts_with("sx-persist 5 plain\n"));
    let unknown = root.run(&["init", "--layout", "columns"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(unknown.stderr.contains("plain, packed"), "{unknown:?}");
}

#[test]
fn a_killed_conversion_changes_no_answer_and_is_gone_on_with() {
    let root = Root::new();
    fill(&root);
    let ops = text((0..3_000).map(|key| format!("(\"persist/kv-put\" \"k{key}\" \"{key}\")")));
    let loaded = root.run_with_input(&["--relaxed", "stdio"], ops);
    assert_eq!(loaded.code, Some(0), "{loaded:?}");
    let before = exported(&root);
    for (command, lines) in [("pack", 2), ("pack", 9), ("unpack", 5), ("pack", 20), ("unpack", 17)] {
        let mut child = root.command(&[command]);
        // A line at each step.
        let child =
            child.env("SX_PERSIST_PROGRESS_SECONDS", "0").stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = child.spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        said.take(lines).for_each(drop);
        // It may have ended by then: one that ended half-way leaves less to do.
        let _ = child.kill();
        child.wait().unwrap();
        assert_eq!(exported(&root), before, "{command} {lines}");
    }
    runs(&root, &["pack"]);
    runs(&root, &["unpack"]);
    assert_eq!(exported(&root), before);
    assert!(below(&root, "kv").is_dir());
}

#[test]
fn progress_is_said_in_streams_keys_and_blobs() {
    let root = Root::new();
    fill(&root);
    let packed = root.command(&["pack"]).env("SX_PERSIST_PROGRESS_SECONDS", "0").output().unwrap();
    let said = String::from_utf8(packed.stderr).unwrap();
    assert!(said.contains("so far: ") && said.contains(" streams, keys and blobs"), "{said}");
}
