//! `verify --part`, `compact`, `du --by`, `stats --by`, and pages of `stream ls`.

use crate::support::Root;
use serde_json::Value as Json;

fn json(root: &Root, args: &[&str]) -> Json {
    let ended = root.run(&[&["--json"], args].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{args:?}: {ended:?}");
    serde_json::from_str(&ended.stdout).unwrap()
}

/// Events, of which most are truncated, and a map that is overwritten, in a packed store.
fn filled() -> Root {
    let root = Root::new();
    assert_eq!(root.run(&["init", "--layout", "packed"]).code, Some(0));
    for round in 0..3 {
        root.fill(&format!("s{round}"), 100);
        for key in ["a", "b"] {
            assert_eq!(root.run(&["map", "put", "t", key, &format!("{round}")]).code, Some(0));
        }
        assert_eq!(root.run(&["checkpoint"]).code, Some(0));
    }
    root.run(&["stream", "truncate", "s0", "90"]).gives("90\n");
    assert_eq!(root.run(&["checkpoint"]).code, Some(0));
    root
}

#[test]
fn what_each_has_is_told_by_keyspace_stream_and_table() {
    let root = filled();
    let keyspaces = json(&root, &["du", "--by", "keyspace"]);
    let names: Vec<_> =
        keyspaces.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["streams", "kv", "blobs", "refs", "maps", "objects", "sessions", "snapshots"]);
    assert_eq!((&keyspaces[0]["items"], &keyspaces[4]["items"]), (&210.into(), &2.into()));
    assert!(keyspaces[0]["garbage_bytes"].as_u64().unwrap() > 500, "{keyspaces}");
    let streams = json(&root, &["du", "--by", "stream"]);
    assert_eq!((&streams[0]["name"], &streams[0]["items"]), (&"s0".into(), &10.into()));
    assert_eq!(json(&root, &["stats", "--by", "stream"]), streams);
    let table = root.run(&["du", "--by", "table"]);
    let lines: Vec<Vec<_>> = table.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["NAME", "ITEMS", "VALUE_BYTES", "DISK_BYTES", "GARBAGE_BYTES"], "{table:?}");
    assert_eq!(&lines[1][..3], ["t", "2", "2"], "{table:?}");
    assert_eq!(json(&root, &["du", "--by", "session"]), Json::Array(Vec::new()));
}

#[test]
fn a_compaction_gives_back_what_is_garbage() {
    let root = filled();
    let exported = root.run(&["export", "--all"]).stdout;
    let bytes = json(&root, &["compact"]);
    let [before, after] = ["run_bytes_before", "run_bytes"].map(|name| bytes[name].as_u64().unwrap());
    assert!(after < before && after > 0, "{bytes}");
    assert_eq!(root.run(&["export", "--all"]).stdout, exported);
    let keyspaces = json(&root, &["du", "--by", "keyspace"]);
    assert!(keyspaces.as_array().unwrap().iter().all(|row| row["garbage_bytes"] == 0), "{keyspaces}");
    let again = json(&root, &["compact"]);
    assert_eq!((&again["run_bytes_before"], &again["run_bytes"]), (&after.into(), &after.into()));
}

#[test]
fn a_store_is_verified_in_parts() {
    let root = filled();
    let whole = json(&root, &["verify"]);
    let parts: Vec<_> =
        (1..=3).map(|part| json(&root, &["verify", "--part", &format!("{part}/3")])).collect();
    for name in ["streams_and_segments", "events", "values", "bytes", "damaged"] {
        let sum: u64 = parts.iter().map(|part| part[name].as_u64().unwrap()).sum();
        assert_eq!(Some(sum), whole[name].as_u64(), "{name}");
    }
    for part in ["4/3", "0/3", "3", "a/b", "1/99999"] {
        root.run(&["verify", "--part", part]).fails(2, &["a part is N/M"]);
    }
}

#[test]
fn streams_are_listed_a_page_at_a_time() {
    let root = filled();
    root.run(&["stream", "ls", "--limit", "2"]).gives("s0\ns1\n");
    root.run(&["stream", "ls", "--after", "s0", "--prefix", "s"]).gives("s1\ns2\n");
    root.run(&["stream", "ls", "--prefix", "t"]).gives("");
}
