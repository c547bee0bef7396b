//! `verify`, `repair`, `checkpoint` and `stats`.

use crate::support::Root;
use std::fs;

fn number(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} is in {text}")).parse().unwrap()
}

#[test]
fn verify_counts_what_it_found_whole() {
    let root = Root::new();
    root.fill("s", 3);
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run_with_input(&["blob", "put", "-"], "x").code.unwrap();
    let verified = root.run(&["verify"]);
    assert_eq!((verified.code, verified.stderr.as_str()), (Some(0), ""));
    for (name, count) in
        [("streams-and-segments", 1), ("events", 3), ("values", 1), ("blobs", 1), ("damaged", 0)]
    {
        assert_eq!(number(&verified.stdout, name), count, "{verified:?}");
    }
}

#[test]
fn verify_with_damage_is_code_12_and_repair_sets_it_aside() {
    let root = Root::new();
    root.fill("s", 3);
    root.run(&["kv", "put", "k", "\"text\""]).gives("");
    root.damage("streams/73.log", 3);
    root.damage("kv/6b", 2);
    let verified = root.run(&["verify"]);
    assert_eq!((verified.code, verified.stderr.as_str()), (Some(12), ""));
    assert_eq!(number(&verified.stdout, "damaged"), 2);
    assert!(verified.stdout.contains("\nstreams/73.log line 1 at byte 0: "), "{verified:?}");
    assert!(verified.stdout.contains("\nkv/6b at byte "), "{verified:?}");

    let repaired = root.run(&["repair"]);
    assert_eq!((repaired.code, repaired.stderr.as_str()), (Some(0), ""));
    assert_eq!(repaired.stdout.matches("; copied to quarantine/").count(), 2, "{repaired:?}");
    let verified = root.run(&["verify"]);
    assert_eq!((verified.code, number(&verified.stdout, "damaged")), (Some(0), 0));
    root.run(&["stream", "read", "s"]).gives("{:seq 2}\n{:seq 3}\n");
    assert!(number(&root.run(&["stats"]).stdout, "quarantine") >= 2);
}

#[test]
fn what_mends_a_store_makes_none() {
    let root = Root::new();
    for command in ["verify", "repair", "checkpoint"] {
        root.run(&[command]).fails(10, &["cannot open"]);
    }
    fs::create_dir(root.path()).unwrap();
    for command in ["verify", "repair", "checkpoint", "stats", "du"] {
        root.run(&[command]).fails(10, &["there is no store in ", "it is empty"]);
    }
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn checkpoint_writes_what_a_killed_writer_left_into_plain_files() {
    let root = Root::new();
    let mut writer = root.start(&["stdio"]);
    assert_eq!(writer.ask("(\"persist/kv-put\" \"k\" 7)"), "nil");
    writer.child.kill().unwrap();
    assert!(!writer.end().success());
    let file = format!("{}/kv/6b", root.path());
    assert!(!fs::exists(&file).unwrap(), "it stands in the journal alone");
    root.run(&["kv", "get", "k"]).gives("7\n");
    root.run(&["checkpoint"]).gives("");
    assert!(fs::read_to_string(&file).unwrap().starts_with("7 "));
    root.run(&["kv", "get", "k"]).gives("7\n");
}

#[test]
fn stats_counts_streams_keys_and_blobs() {
    let root = Root::new();
    root.fill("s", 3);
    root.fill("t", 3);
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run_with_input(&["blob", "put", "-"], "12345").code.unwrap();
    let stats = root.run(&["stats"]);
    assert_eq!((stats.code, stats.stderr.as_str()), (Some(0), ""));
    for (name, count) in [("streams", 2), ("keys", 1), ("blobs", 1), ("blob-bytes", 5), ("quarantine", 0)] {
        assert_eq!(number(&stats.stdout, name), count, "{stats:?}");
    }
    assert!(number(&stats.stdout, "disk-bytes") > 0, "{stats:?}");
    // Counted by each process from its beginning.
    assert!(!stats.stdout.contains("syncs") && !stats.stdout.contains("writes"), "{stats:?}");
}
