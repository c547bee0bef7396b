//! `op`.

use crate::support::Root;

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
    root.run(&["op", "persist/append", "(\"s\" {:v 1})"]).fails(1, &["invalid event"]);
    root.run(&["op", "persist/append", "(\"s\")"]).fails(1, &["invalid argument"]);
    root.run(&["op", "persist/apend", "(\"s\" {:seq 1})"]).fails(1, &["no operation persist/apend"]);
    root.run(&["op", "ui/render", "(1)"]).fails(1, &["ui/render", "persist/", "blob/"]);
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
    root.run(&["op", "persist/kv-put", "(\"k\" 2)", "--wait", "0"]).fails(3, &["locked"]);
}
