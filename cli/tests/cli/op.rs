//! `op`.

use crate::support::Root;
use std::fs;
use std::path::Path;

#[test]
fn operations_answer_what_an_sx_program_gets() {
    let root = Root::new();
    root.run(&["op", "persist/append", "(\"s\" {:seq 1 :v [1]})"]).gives("nil\n");
    root.run(&["op", "persist/read", "(\"s\")"]).gives("(list {:seq 1 :v (list 1)})\n");
    root.run(&["op", "persist/last-seq", "[\"s\"]"]).gives("1\n");
    root.run(&["op", "persist/streams"]).gives("(list \"s\")\n");
    root.run(&["op", "persist/kv-has?", "(\"k\")"]).gives("false\n");
    root.run_with_input(&["op", "persist/kv-put", "-"], "(\"k\" 7)").gives("nil\n");
    root.run(&["op", "persist/kv-get", "(\"k\")"]).gives("7\n");
    root.run(&["op", "persist/kv-delete", "(\"k\")"]).gives("nil\n");
    root.run(&["op", "persist/truncate", "(\"s\" 1)"]).gives("nil\n");
    root.run(&["op", "blob/put", "(\"hello world\" \"text/plain\")"])
        .gives("\"bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e\"\n");
}

#[test]
fn operations_that_are_refused_or_not_owned_are_code_1() {
    let root = Root::new();
    root.run(&["init"]).gives("");
    root.run(&["op", "persist/append", "(\"s\" {:v 1})"]).fails(1, &["invalid event"]);
    root.run(&["op", "persist/append", "(\"s\")"]).fails(1, &["invalid argument"]);
    root.run(&["op", "persist/apend", "(\"s\" {:seq 1})"]).fails(1, &["no operation persist/apend"]);
    root.run(&["op", "ui/render", "(1)"]).fails(1, &["ui/render", "persist/", "blob/"]);
}

#[test]
fn bytes_are_an_object_in_json_where_an_operation_takes_or_gives_them() {
    let root = Root::new();
    let put = root.run(&["--json", "op", "blob/put", r#"[{"$bytes": "/wBh"}, "image/png"]"#]);
    let cid = "\"bafkreihzpclhlis2q5qfwdlahb2wrys43j5vnbst5toef2jeqweny4fm2u\"";
    put.gives(&format!("{cid}\n"));
    root.run(&["--json", "op", "blob/get", &format!("[{cid}]")]).gives("{\"$bytes\":\"/wBh\"}\n");
    assert_eq!(root.output(&["op", "blob/get", &format!("({cid})")], "").stdout, b"\"\xff\0a\"\n");
    assert_eq!(root.output(&["op", "blob/put", "-"], b"(\"\xff\0a\")").stdout, format!("{cid}\n").as_bytes());
    root.run(&["--json", "op", "blob/put", r#"[{"$bytes": "/w"}]"#]).fails(1, &["$bytes", "base64"]);
    root.run(&["--json", "op", "blob/put", r#"[{"$bytes": 5}]"#]).fails(1, &["$bytes", "base64"]);
    root.run(&["--json", "op", "blob/put", r#"[{"$bytes": "", "a": 1}]"#])
        .fails(1, &["bytes: {\"$bytes\"", "not an object"]);
    // Elsewhere it is an object like any other.
    root.run(&["--json", "op", "persist/kv-put", r#"["k", {"$bytes": "/wBh"}]"#]).gives("null\n");
    root.run(&["op", "persist/kv-get", "(\"k\")"]).gives("{\"$bytes\" \"/wBh\"}\n");
    // Given, a string stands for its UTF-8; an answer has one form, whatever the bytes are.
    let text = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
    root.run(&["--json", "op", "blob/put", "[\"hello world\"]"]).gives(&format!("\"{text}\"\n"));
    root.run(&["--json", "op", "blob/get", &format!("[\"{text}\"]")])
        .gives("{\"$bytes\":\"aGVsbG8gd29ybGQ=\"}\n");
}

#[test]
fn what_the_original_stored_as_bytes_comes_as_bytes_and_is_named() {
    let root = Root::new();
    let log = b"{:seq 1}\n{:seq 2 :b \"\xff\"}\n";
    fs::create_dir_all(Path::new(root.path()).join("streams")).unwrap();
    fs::write(Path::new(root.path()).join("streams/73.log"), log).unwrap();
    for _ in 0..2 {
        let read = root.output(&["op", "persist/read", "(\"s\")"], "").stdout;
        assert_eq!(read, b"(list {:seq 1} {:seq 2 :b \"\xff\"})\n");
        let read = root.output(&["stdio"], "(\"persist/read\" \"s\")\n").stdout;
        assert_eq!(read, b"(list {:seq 1} {:seq 2 :b \"\xff\"})\n");
        let verified = root.run(&["verify"]);
        assert_eq!(verified.code, Some(0));
        assert!(
            verified.stdout.contains("damaged 0\nstreams/73.log line 2 at byte 9: bytes of the original"),
            "{verified:?}"
        );
        assert_eq!(root.run(&["repair"]).stdout.lines().last(), Some("damaged 0"));
    }
    root.run(&["--json", "op", "persist/read", "[\"s\"]"]).fails(1, &["ask without --json"]);
    let exported = root.run(&["export", "--stream", "s"]);
    assert_eq!((exported.code, exported.stdout.as_str()), (Some(12), "{\"seq\":1}\n"));
    assert!(exported.stderr.contains("bytes of the original"), "{exported:?}");
}

#[test]
fn operations_that_read_work_beside_a_writer() {
    let root = Root::new();
    let mut writer = root.start(&["stdio"]);
    assert_eq!(writer.ask("(\"persist/kv-put\" \"k\" 1)"), "nil");
    for (op, answer) in [
        ("persist/read", "(list)"),
        ("persist/last-seq", "0"),
        ("persist/streams", "(list)"),
        ("persist/kv-get", "1"),
        ("persist/kv-has?", "true"),
        ("persist/kv-keys", "(list \"k\")"),
    ] {
        root.run(&["op", op, "(\"k\")"]).gives(&format!("{answer}\n"));
    }
    root.run(&["op", "persist/kv-put", "(\"k\" 2)", "--wait", "0"]).fails(11, &["locked"]);
}
