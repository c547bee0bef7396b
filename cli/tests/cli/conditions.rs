//! The conditions of writes: one word a meaning, and exit code 13 where one does not hold.

use crate::support::Root;

const HASH: &str = "95d09f2b10159347eece71399a7e2e907ea3df4f";
const OTHER: &str = "3b18e512dba79e4c8300dd08aeb37f8e728b8dad";
const SESSION: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const SEGMENT: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

#[test]
fn if_absent_is_understood_wherever_something_can_be_absent() {
    let root = Root::new();
    for (put, words) in [
        (["stream", "append", "s", "{:seq 5}"].as_slice(), "stale: expected 0, the store has 5"),
        (&["stream", "record", "r", "x", "1", "--at", "0"], "stale: expected 0, the store has 1"),
        (&["kv", "put", "k", "1"], "k is there already"),
        (&["ref", "put", "main", HASH], "main points elsewhere"),
        (&["map", "put", "t", "k", "v"], "stale: expected 0"),
        (&["session", "append", SESSION, SEGMENT, "1"], "stale: expected 0, the store has 1"),
    ] {
        let put = [put, &["--if-absent"]].concat();
        let first = root.run(&put);
        assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""), "{put:?}");
        root.run(&put).fails(13, &[words]);
    }
}

#[test]
fn if_seq_is_the_last_seq_of_a_stream_and_the_count_of_a_segment() {
    let root = Root::new();
    root.run(&["stream", "append", "s", "{:seq 5}", "--if-seq", "0"]).gives("5\n");
    root.run(&["stream", "append", "s", "{:seq 6}", "--if-seq", "4"])
        .fails(13, &["stale: expected 4, the store has 5", "try again"]);
    root.run(&["stream", "put", "s", "{:seq 6}", "--if-seq", "5"]).gives("6\n");
    root.run(&["session", "append", SESSION, SEGMENT, "1", "--if-seq", "0"]).gives("1\n");
    root.run(&["session", "put", SESSION, SEGMENT, "2", "--if-seq", "0"]).fails(13, &["stale"]);
    root.run(&["session", "truncate", SESSION, SEGMENT, "0", "--if-seq", "2"]).fails(13, &["stale"]);
    root.run(&["session", "truncate", SESSION, SEGMENT, "0", "--if-seq", "1"]).gives("1\n");
}

#[test]
fn if_value_is_the_value_of_a_key_and_the_hash_of_a_ref() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1", "--if-value", "0"]).fails(13, &["the value of k is another", "kv get"]);
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run(&["kv", "put", "k", "{:a 2}", "--if-value", "1"]).gives("");
    root.run_with_input(&["kv", "put", "k", "3", "--if-value", "-"], "{ :a 2 } ; the same").gives("");
    root.run(&["kv", "put", "k", "-", "--if-value", "-"]).fails(2, &["only one of --if-value and VALUE"]);
    root.run(&["kv", "rm", "k", "--if-value", "1"]).fails(13, &["the value of k is another"]);
    root.run(&["kv", "rm", "k", "--if-value", "3"]).gives("true\n");
    root.run(&["ref", "put", "main", HASH]).gives("");
    root.run(&["ref", "put", "main", HASH, "--if-value", OTHER]).fails(13, &["main points elsewhere"]);
    root.run(&["ref", "put", "main", OTHER, "--if-value", HASH]).gives("");
    root.run(&["ref", "rm", "main", "--if-value", HASH]).fails(13, &["main points elsewhere"]);
    root.run(&["ref", "rm", "main", "--if-value", OTHER]).gives("true\n");
}

#[test]
fn if_version_is_the_version_of_a_key_in_a_table() {
    let root = Root::new();
    root.run(&["map", "put", "t", "k", "a"]).gives("1\n");
    root.run(&["map", "put", "t", "k", "b", "--if-version", "7"]).fails(13, &["stale: expected 7"]);
    root.run(&["map", "put", "t", "k", "b", "--if-version", "1"]).gives("2\n");
    root.run(&["map", "rm", "t", "k", "--if-version", "1"]).fails(13, &["stale: expected 1"]);
    root.run(&["map", "rm", "t", "k", "--if-version", "2"]).gives("true\n");
}

#[test]
fn a_condition_that_a_noun_does_not_have_is_wrong_usage() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1", "--if-version", "1"]).fails(2, &["--if-version"]);
    root.run(&["map", "put", "t", "k", "v", "--if-value", "x"]).fails(2, &["--if-value"]);
    root.run(&["stream", "append", "s", "{:seq 1}", "--if-value", "1"]).fails(2, &["--if-value"]);
}

#[test]
fn the_words_of_0_1_are_understood() {
    let root = Root::new();
    root.run(&["stream", "append", "s", "{:seq 1}", "--expecting", "0"]).gives("1\n");
    root.run(&["stream", "list"]).gives("s\n");
    root.run(&["kv", "swap", "k", "--absent", "--to", "1"]).gives("true\n");
    root.run(&["kv", "swap", "k", "--expected", "2", "--to", "1"]).gives_no("false\n");
    root.run(&["kv", "keys"]).gives("k\n");
    root.run(&["kv", "list"]).gives("k\t1\n");
    root.run(&["kv", "delete", "k"]).gives("true\n");
    root.run(&["ref", "set", "main", HASH]).gives("");
    root.run(&["ref", "swap", "main", "--expected", HASH, "--to", OTHER]).gives("true\n");
    root.run(&["ref", "swap", "next", "--absent", "--to", HASH]).gives("true\n");
    root.run(&["ref", "list"]).gives(&format!("main\t{OTHER}\nnext\t{HASH}\n"));
    root.run(&["ref", "delete", "main"]).gives("true\n");
    let version = root.run(&["map", "put", "t", "k", "a", "--new"]).stdout;
    root.run(&["map", "put", "t", "k", "a", "--new"]).fails(13, &["stale"]);
    root.run(&["map", "list", "t"]).gives("k\n");
    root.run(&["map", "tables"]).gives("t\n");
    root.run(&["map", "delete", "t", "k", "--expected", version.trim()]).gives("true\n");
    root.run(&["session", "append", SESSION, SEGMENT, "1", "--expecting", "0"]).gives("1\n");
    root.run(&["session", "list"]).gives(&format!("{SESSION}\n"));
    root.run(&["session", "segments", SESSION]).gives(&format!("{SEGMENT}\n"));
    root.run(&["session", "delete", SESSION, SEGMENT]).gives("true\n");
    root.run_with_input(&["snapshot", "persist", "k", "-"], "x").gives("");
    root.run(&["snapshot", "keys"]).gives("k\n");
    root.run(&["snapshot", "delete-marker", "k"]).gives("true\n");
    root.run_with_input(&["object", "write", HASH, "-"], "x").gives("");
    root.run(&["object", "list"]).gives(&format!("{HASH}\n"));
    root.run(&["object", "delete", HASH]).gives("true\n");
    let cid = root.run_with_input(&["blob", "put", "-"], "x").stdout;
    root.run(&["blob", "list"]).gives(&cid);
    root.run(&["blob", "delete", cid.trim()]).gives("true\n");
}

#[test]
fn get_put_rm_and_ls_are_understood_by_every_noun() {
    let root = Root::new();
    root.run(&["stream", "put", "s", "{:seq 1}"]).gives("1\n");
    root.run(&["stream", "get", "s"]).gives("{:seq 1}\n");
    root.run(&["stream", "ls"]).gives("s\n");
    root.run(&["stream", "ls", "--prefix", "t"]).gives("");
    root.run(&["stream", "rm", "s"]).gives("1\n");
    root.run(&["stream", "last-seq", "s"]).gives("1\n");
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run(&["kv", "ls"]).gives("k\n");
    root.run(&["kv", "ls", "--values"]).gives("k\t1\n");
    root.run(&["kv", "rm", "k"]).gives("true\n");
    root.run(&["ref", "put", "main", HASH]).gives("");
    root.run(&["ref", "ls"]).gives("main\n");
    root.run(&["ref", "ls", "--values"]).gives(&format!("main\t{HASH}\n"));
    root.run(&["ref", "rm", "main"]).gives("true\n");
    root.run(&["map", "put", "t", "k", "v"]).code.unwrap();
    root.run(&["map", "ls"]).gives("t\n");
    root.run(&["map", "ls", "t"]).gives("k\n");
    root.run(&["map", "ls", "t", "--values"]).gives("k\tv\n");
    root.run(&["map", "ls", "--values"]).fails(2, &["TABLE"]);
    root.run(&["map", "rm", "t", "k"]).gives("true\n");
    root.run(&["session", "put", SESSION, SEGMENT, "1"]).gives("1\n");
    root.run(&["session", "get", SESSION, SEGMENT]).gives("1\n");
    root.run(&["session", "ls"]).gives(&format!("{SESSION}\n"));
    root.run(&["session", "ls", SESSION]).gives(&format!("{SEGMENT}\n"));
    root.run(&["session", "rm", SESSION, SEGMENT]).gives("true\n");
    root.run_with_input(&["snapshot", "put", "k", "-"], "x").gives("");
    root.run(&["snapshot", "get", "k"]).gives("x");
    root.run(&["snapshot", "ls"]).gives("k\n");
    root.run(&["snapshot", "rm", "k"]).gives("true\n");
    root.run_with_input(&["object", "put", HASH, "-"], "x").gives("");
    root.run(&["object", "get", HASH]).gives("x");
    root.run(&["object", "ls"]).gives(&format!("{HASH}\n"));
    root.run(&["object", "rm", HASH]).gives("true\n");
    let cid = root.run_with_input(&["blob", "put", "-"], "x").stdout;
    root.run(&["blob", "get", cid.trim()]).gives("x");
    root.run(&["blob", "ls"]).gives(&cid);
    root.run(&["blob", "rm", cid.trim()]).gives("true\n");
}
