//! `--json`: arguments and answers as JSON.

use crate::support::Root;

fn json(root: &Root, args: &[&str]) -> crate::support::Ended {
    root.run(&[&["--json"], args].concat())
}

#[test]
fn every_command_on_streams_takes_and_gives_json() {
    let root = Root::new();
    json(&root, &["stream", "append", "s", r#"{"seq": 1, "tags": ["a", null, 2.0]}"#]).gives("1\n");
    json(&root, &["stream", "append", "s", r#"{"seq": 2}"#, "--expecting", "1"]).gives("2\n");
    json(&root, &["stream", "record", "s", "x", r#"{"qty": 2}"#, "--at", "5"])
        .gives("{\"at\":5,\"data\":{\"qty\":2},\"seq\":3,\"stream\":\"s\",\"type\":\"x\"}\n");
    json(&root, &["stream", "read", "s", "--limit", "2"])
        .gives("[{\"seq\":1,\"tags\":[\"a\",null,2.0]},{\"seq\":2}]\n");
    json(&root, &["stream", "read", "s", "--reverse", "--after", "1"]).fails(2, &["--after"]);
    json(&root, &["stream", "read", "never"]).gives("[]\n");
    json(&root, &["stream", "last-seq", "s"]).gives("3\n");
    json(&root, &["stream", "count", "s"]).gives("3\n");
    json(&root, &["stream", "list"]).gives("[\"s\"]\n");
    json(&root, &["stream", "truncate", "s", "2"]).gives("2\n");
    json(&root, &["stream", "read", "s", "--follow", "--limit", "1"])
        .gives("{\"at\":5,\"data\":{\"qty\":2},\"seq\":3,\"stream\":\"s\",\"type\":\"x\"}\n");
    root.run(&["stream", "read", "s"]).gives("{:at 5 :data {:qty 2} :seq 3 :stream \"s\" :type \"x\"}\n");
}

#[test]
fn every_command_on_keys_takes_and_gives_json() {
    let root = Root::new();
    json(&root, &["kv", "put", "k", r#"{"a": [true, {"$keyword": "eu"}]}"#]).gives("null\n");
    root.run(&["kv", "get", "k"]).gives("{:a (list true :eu)}\n");
    json(&root, &["kv", "get", "k"]).gives("{\"a\":[true,{\"$keyword\":\"eu\"}]}\n");
    json(&root, &["kv", "get", "none"]).gives_no("");
    json(&root, &["kv", "has", "k"]).gives("true\n");
    json(&root, &["kv", "put", "k\n2", "--string", "not {json"]).gives("null\n");
    json(&root, &["kv", "keys"]).gives("[\"k\",\"k\\n2\"]\n");
    json(&root, &["kv", "list", "--after", "k"]).gives("[{\"key\":\"k\\n2\",\"value\":\"not {json\"}]\n");
    json(&root, &["kv", "list", "--prefix", "z"]).gives("[]\n");
    json(&root, &["kv", "swap", "n", "--absent", "--to", "1"]).gives("true\n");
    json(&root, &["kv", "swap", "n", "--expected", "1.0", "--delete"]).gives_no("false\n");
    json(&root, &["kv", "delete", "n"]).gives("true\n");
}

#[test]
fn keys_that_begin_with_a_dollar_come_back_as_they_were() {
    let root = Root::new();
    for value in [
        r##"{"$ref":"#/a"}"##,
        r##"{"$defs":{"a":{"$ref":"#"}},"$schema":"s","_id":{"$oid":"x"}}"##,
        r#"{"$symbol":"no name"}"#,
        r#"{"$symbol":"s","seq":1}"#,
        r#"{"$symbol":"s"}"#,
        r#"{"$$keyword":"s"}"#,
    ] {
        json(&root, &["kv", "put", "k", value]).gives("null\n");
        json(&root, &["kv", "get", "k"]).gives(&format!("{value}\n"));
    }
    json(&root, &["kv", "put", "k", r##"{"$ref":"#/a"}"##]).gives("null\n");
    root.run(&["kv", "get", "k"]).gives("{\"$ref\" \"#/a\"}\n");
}

#[test]
fn every_command_on_objects_answers_in_json() {
    let root = Root::new();
    let file = root.file("bytes", "bytes");
    let (one, two) = ("1".repeat(40), "2".repeat(64));
    json(&root, &["object", "write", &one, &file, &two, &file]).gives("null\n");
    // Its bytes, as those of a blob, are what they are.
    json(&root, &["object", "read", &one]).gives("bytes");
    json(&root, &["object", "exists", &two]).gives("true\n");
    json(&root, &["object", "list"]).gives(&format!("[\"{one}\",\"{two}\"]\n"));
    json(&root, &["object", "stats"]).gives("{\"objects\":2,\"bytes\":10}\n");
    json(&root, &["object", "delete", &one]).gives("true\n");
    json(&root, &["object", "exists", &one]).gives_no("false\n");
    json(&root, &["object", "list", "--after", &two]).gives("[]\n");
}

#[test]
fn every_command_on_refs_answers_in_json() {
    let root = Root::new();
    let (one, two) = ("1".repeat(40), "2".repeat(64));
    json(&root, &["ref", "set", "main", &one]).gives("null\n");
    json(&root, &["ref", "get", "main"]).gives(&format!("\"{one}\"\n"));
    json(&root, &["ref", "get", "none"]).gives_no("");
    json(&root, &["ref", "swap", "main", "--expected", &one, "--to", &two]).gives("true\n");
    json(&root, &["ref", "swap", "main", "--absent", "--to", &one]).gives_no("false\n");
    json(&root, &["ref", "set", "main/next", &one]).gives("null\n");
    json(&root, &["ref", "list"]).gives(&format!(
        "[{{\"name\":\"main\",\"hash\":\"{two}\"}},{{\"name\":\"main/next\",\"hash\":\"{one}\"}}]\n"
    ));
    json(&root, &["ref", "list", "--prefix", "z"]).gives("[]\n");
    json(&root, &["ref", "delete", "main"]).gives("true\n");
}

#[test]
fn every_command_on_snapshots_answers_in_json_and_a_snapshot_is_its_bytes() {
    let root = Root::new();
    let file = root.file("state", "{\"n\": 1}");
    json(&root, &["snapshot", "persist", "a/b", &file]).gives("null\n");
    json(&root, &["snapshot", "persist-marker", "a.b"]).gives("null\n");
    json(&root, &["snapshot", "load", "a/b"]).gives("{\"n\": 1}");
    json(&root, &["snapshot", "load", "none"]).gives_no("");
    json(&root, &["snapshot", "contains", "a.b"]).gives("true\n");
    json(&root, &["snapshot", "contains", "none"]).gives_no("false\n");
    json(&root, &["snapshot", "keys"]).gives("[\"a.b\",\"a/b\"]\n");
    json(&root, &["snapshot", "keys", "--prefix", "z"]).gives("[]\n");
    json(&root, &["snapshot", "delete-marker", "a/b"]).gives("true\n");
}

#[test]
fn every_command_on_sessions_answers_in_json() {
    let root = Root::new();
    let (a, one) = ("aaaaaaaa-0000-4000-8000-000000000000", "11111111-0000-4000-8000-000000000000");
    json(&root, &["session", "create", a, one, "{\"n\": 1}", "[2]"]).gives("null\n");
    json(&root, &["session", "append", a, one, "null"]).gives("3\n");
    json(&root, &["session", "append", a, one, "--string", "x", "--expecting", "3"]).gives("4\n");
    json(&root, &["session", "read", a, one]).gives("[{\"n\":1},[2],null,\"x\"]\n");
    json(&root, &["session", "read", a, one, "--after", "4"]).gives("[]\n");
    json(&root, &["session", "count", a, one]).gives("4\n");
    json(&root, &["session", "exists", a, one]).gives("true\n");
    json(&root, &["session", "truncate", a, one, "1"]).gives("3\n");
    json(&root, &["session", "append-trace", a, one, "1.5"]).gives("1\n");
    json(&root, &["session", "read-trace", a, one]).gives("[1.5]\n");
    json(&root, &["session", "list"]).gives(&format!("[\"{a}\"]\n"));
    json(&root, &["session", "segments", a]).gives(&format!("[\"{one}\"]\n"));
    json(&root, &["session", "of", one]).gives(&format!("\"{a}\"\n"));
    json(&root, &["session", "delete", a, one]).gives("true\n");
    json(&root, &["session", "of", one]).gives_no("");
}

#[test]
fn every_command_on_maps_answers_in_json() {
    let root = Root::new();
    json(&root, &["map", "put", "t", "k", "{\"open\""]).gives("1\n");
    json(&root, &["map", "get", "t", "k"]).gives("{\"value\":\"{\\\"open\\\"\",\"version\":1}\n");
    json(&root, &["map", "get", "t", "none"]).gives_no("");
    json(&root, &["map", "put", "t", "--hex", "0aff", "ff00"]).gives("2\n");
    json(&root, &["map", "get", "t", "--hex", "0aff"]).gives("{\"value\":\"ff00\",\"version\":2}\n");
    json(&root, &["map", "version", "t", "k"]).gives("1\n");
    json(&root, &["map", "list", "t", "--hex"]).gives("[\"0aff\",\"6b\"]\n");
    json(&root, &["map", "list", "t", "--prefix", "z"]).gives("[]\n");
    json(&root, &["map", "has", "t", "k"]).gives("true\n");
    json(&root, &["map", "get-many", "t", "k", "none"])
        .gives_no("[{\"key\":\"k\",\"value\":\"{\\\"open\\\"\",\"version\":1}]\n");
    json(&root, &["map", "get-many", "t", "none"]).gives_no("[]\n");
    json(&root, &["map", "put-many", "u", "k", "1", "l", "2"]).gives("3\n");
    json(&root, &["map", "delete-many", "u", "k", "l", "m"]).gives("2\n");
    json(&root, &["map", "increment", "n", "k", "-5"]).gives("-5\n");
    json(&root, &["map", "tables"]).gives("[\"n\",\"t\"]\n");
    json(&root, &["map", "delete", "t", "k"]).gives("true\n");
    json(&root, &["map", "drop", "t"]).gives("1\n");
}

#[test]
fn blobs_and_operations_answer_in_json_and_a_blob_is_its_bytes() {
    let root = Root::new();
    let cid = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    root.run_with_input(&["--json", "blob", "put", "-"], "hello world").gives(&format!("\"{cid}\"\n"));
    json(&root, &["blob", "list"]).gives(&format!("[\"{cid}\"]\n"));
    json(&root, &["blob", "size", cid]).gives("11\n");
    json(&root, &["blob", "get", cid]).gives("hello world");
    json(&root, &["op", "persist/append", r#"["s", {"seq": 1}]"#]).gives("null\n");
    json(&root, &["op", "persist/read", r#"["s"]"#]).gives("[{\"seq\":1}]\n");
    json(&root, &["op", "persist/streams"]).gives("[\"s\"]\n");
}

#[test]
fn reports_and_numbers_are_objects() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "\"text\""]).gives("");
    let numbers =
        |args: &[&str]| -> serde_json::Value { serde_json::from_str(&json(&root, args).stdout).unwrap() };
    assert_eq!(numbers(&["stats"])["keys"], 1);
    assert_eq!(numbers(&["verify"])["damaged"], 0);
    json(&root, &["checkpoint"]).gives("null\n");
    root.damage("kv/6b", 2);
    let damaged = json(&root, &["verify"]);
    assert_eq!(damaged.code, Some(12));
    let report: serde_json::Value = serde_json::from_str(&damaged.stdout).unwrap();
    assert_eq!((&report["damaged"], &report["findings"][0]["damage"]["file"]), (&1.into(), &"kv/6b".into()));
}

#[test]
fn standard_input_is_json_too() {
    let root = Root::new();
    root.run_with_input(&["--json", "kv", "put", "k", "-"], " {\"a\" : 1}\n").gives("null\n");
    root.run(&["kv", "get", "k"]).gives("{:a 1}\n");
}

#[test]
fn what_is_no_json_or_has_no_sx_is_refused_with_its_place() {
    let root = Root::new();
    let put = |value: &str| json(&root, &["kv", "put", "k", value]);
    put("{:a 1}").fails(1, &["invalid JSON", "line 1 column 2"]);
    put("1 2").fails(1, &["invalid JSON", "trailing"]);
    put("").fails(1, &["invalid JSON", "EOF"]);
    put("{\"a\":1,\"a\":2}").fails(1, &["dict key given twice"]);
    put("9223372036854775808").fails(1, &["integer outside 64 bits"]);
    put(&"[".repeat(100_000)).fails(1, &["nested too deep"]);
    root.run(&["stream", "list"]).fails(10, &["cannot open"]);
}

#[test]
fn the_deepest_value_goes_there_and_back() {
    let root = Root::new();
    // 127 lists around a symbol, which is an object in JSON.
    let deepest = format!("{}{{\"$symbol\":\"x\"}}{}", "[".repeat(127), "]".repeat(127));
    json(&root, &["kv", "put", "k", &deepest]).gives("null\n");
    json(&root, &["kv", "get", "k"]).gives(&format!("{deepest}\n"));
    json(&root, &["kv", "put", "k", &format!("[{deepest}]")]).fails(1, &["nested too deep"]);
}

#[test]
fn every_float_keeps_its_bits() {
    let root = Root::new();
    // One that a reader in a hurry misses by its last bit.
    let float = "51.24817837550540";
    json(&root, &["kv", "put", "k", float]).gives("null\n");
    let back: f64 = root.run(&["kv", "get", "k"]).stdout.trim().parse().unwrap();
    assert_eq!(back.to_bits(), float.parse::<f64>().unwrap().to_bits());
}

#[test]
fn an_error_leaves_no_document() {
    let root = Root::new();
    root.fill("s", 3_000);
    root.run(&["stream", "append", "s", "{:seq 3001 :text \"damaged\"}"]).gives("3001\n");
    let log = std::fs::read(format!("{}/streams/73.log", root.path())).unwrap();
    root.damage("streams/73.log", log.len() - 40);
    let read = json(&root, &["stream", "read", "s"]);
    read.complains(&["corrupt", "streams/73.log"]);
    assert_eq!(read.code, Some(12));
    assert!(
        serde_json::from_str::<serde_json::Value>(&read.stdout).is_err(),
        "a part is not taken for the whole"
    );
}
