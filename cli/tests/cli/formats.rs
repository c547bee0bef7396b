//! `--format`, and errors as JSON.

use crate::support::{Ended, Root, program};
use serde_json::{Value, json};

/// A store with two events of several fields, and two keys.
fn filled() -> Root {
    let root = Root::new();
    root.run(&["stream", "record", "orders", "placed", "{:sku \"A-1\"}", "--at", "5"]).code.unwrap();
    root.run(&["stream", "append", "orders", "{:seq 2 :note \"a, \\\"b\\\"\\nc\"}"]).code.unwrap();
    root.run(&["kv", "put", "a", "1"]).gives("");
    root.run(&["kv", "put", "long name", "[1 2]"]).gives("");
    root
}

#[test]
fn lists_in_each_format() {
    let root = filled();
    let list = |format: &str| root.run(&["kv", "ls", "--values", "--format", format]);
    list("sx").gives("a\t1\nlong name\t(list 1 2)\n");
    list("json").gives("[{\"key\":\"a\",\"value\":1},{\"key\":\"long name\",\"value\":[1,2]}]\n");
    list("jsonl").gives("{\"key\":\"a\",\"value\":1}\n{\"key\":\"long name\",\"value\":[1,2]}\n");
    list("table").gives("KEY        VALUE\na          1\nlong name  (list 1 2)\n");
    list("csv").gives("key,value\na,1\nlong name,(list 1 2)\n");
    root.run(&["kv", "ls", "--values", "--json"]).gives(&list("json").stdout);
    root.run(&["kv", "ls", "--json", "--format", "csv"]).fails(2, &["--json", "--format"]);
    root.run(&["kv", "ls", "--format", "yaml"]).fails(2, &["yaml", "jsonl"]);
}

#[test]
fn fields_of_events_are_columns() {
    let root = filled();
    let csv = "at,data,seq,stream,type,note\n5,\"{:sku \"\"A-1\"\"}\",1,orders,placed,\n,,2,,,\"a, \"\"b\"\"\nc\"\n";
    root.run(&["stream", "read", "orders", "--format", "csv"]).gives(csv);
    let table = "AT  DATA          SEQ  STREAM  TYPE    NOTE\n5   {:sku \"A-1\"}  1    orders  placed\n                  \
                 2                    \"a, \\\"b\\\"\\nc\"\n";
    root.run(&["stream", "read", "orders", "--format", "table"]).gives(table);
    root.run(&["stream", "read", "none", "--format", "csv"]).gives("");
    root.run(&["stream", "read", "orders", "--follow", "--format", "table"]).fails(2, &["--follow", "jsonl"]);
}

#[test]
fn single_answers_in_each_format() {
    let root = filled();
    for (format, answer) in
        [("sx", "2\n"), ("json", "2\n"), ("jsonl", "2\n"), ("table", "VALUE\n2\n"), ("csv", "value\n2\n")]
    {
        root.run(&["stream", "count", "orders", "--format", format]).gives(answer);
    }
    root.run(&["kv", "put", "b", "{\"x\": 1}", "--format", "jsonl"]).gives("null\n");
    root.run(&["kv", "get", "b"]).gives("{:x 1}\n");
    for format in ["table", "csv"] {
        root.run(&["kv", "put", "b", "1", "--format", format]).gives("");
    }
    root.run(&["map", "put", "t", "k", "v"]).code.unwrap();
    assert!(
        root.run(&["map", "get", "t", "k", "--format", "csv"]).stdout.starts_with("key,value,version\nk,v,")
    );
}

#[test]
fn keys_of_json_are_in_snake_case() {
    let root = filled();
    let stats = root.run(&["--json", "stats"]);
    let stats: Value = serde_json::from_str(&stats.stdout).unwrap();
    assert!(stats["blob_bytes"].is_u64() && stats["disk_bytes"].as_u64() > Some(0), "{stats}");
    let import = root.run_with_input(&["--json", "import", "-", "--stream", "s"], "{\"seq\":1}\n");
    let import: Value = serde_json::from_str(&import.stdout).unwrap();
    assert_eq!(import["last_seq"], 1);
}

/// The error that a command gives with --json.
fn error(ended: &Ended) -> Value {
    let json: Value = serde_json::from_str(&ended.stderr).unwrap_or_else(|_| panic!("{ended:?}"));
    let error = json["error"].clone();
    assert_eq!(error["exit"], ended.code.unwrap(), "{ended:?}");
    assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{ended:?}");
    error
}

#[test]
fn errors_are_objects_with_a_code_in_json() {
    let root = filled();
    let run = |args: &[&str]| error(&root.run(&[&["--json"], args].concat()));
    let stale = run(&["stream", "append", "orders", "{\"seq\": 3}", "--if-seq", "7"]);
    assert_eq!((&stale["code"], &stale["exit"]), (&json!("stale"), &json!(13)));
    assert_eq!(stale["details"], json!({ "expected": 7, "actual": 2 }));
    assert_eq!(stale["advice"], "read what is new and try again");
    assert_eq!(run(&["kv", "put", "a", "2", "--if-value", "5"])["code"], "stale");
    assert_eq!(run(&["stream", "append", "orders", "{\"x\": 3}"])["code"], "invalid-event");
    assert_eq!(run(&["kv", "put", "a", "{"])["code"], "invalid");
    assert_eq!(run(&["blob", "get", "x"])["details"], json!({ "given": "x" }));
    assert_eq!(run(&["kv", "put", "a"])["code"], "usage");
    let usage = error(&root.run(&["kv", "put", "--format", "jsonl"]));
    assert_eq!((&usage["code"], &usage["exit"]), (&json!("usage"), &json!(2)));

    let none = Root::new();
    assert_eq!(error(&none.run(&["--json", "kv", "get", "k"]))["code"], "no-store");
    let mut writer = root.start(&["stdio"]);
    assert_eq!(writer.ask("(\"persist/kv-put\" \"a\" 1)"), "nil");
    assert_eq!(run(&["kv", "put", "a", "2", "--wait", "0"])["code"], "locked");
    assert!(writer.end().success());
    root.damage("kv/61", 1);
    let damage = run(&["kv", "get", "a"]);
    assert_eq!((&damage["code"], &damage["exit"]), (&json!("corrupt"), &json!(12)));
    assert_eq!(damage["details"]["file"], "kv/61");
}

#[test]
fn colours_are_as_they_are_asked_for() {
    let run = |colour: &str| {
        let mut command = program();
        command.args(["blob", "get", "x", "--root", "/nowhere", "--color", colour]).env_remove("NO_COLOR");
        String::from_utf8(command.output().unwrap().stderr).unwrap()
    };
    assert!(run("always").starts_with("\x1b[1;31msx-persist:\x1b[0m "));
    for colour in ["never", "auto"] {
        assert!(run(colour).starts_with("sx-persist: "), "{colour}");
    }
}
