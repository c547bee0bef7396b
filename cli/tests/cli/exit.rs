//! Exit codes, and the one line of an error.

use crate::support::{Ended, Root, program};
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

#[test]
fn wrong_usage_is_code_2_and_one_line_that_points_to_the_help() {
    let root = Root::new();
    for (args, words) in [
        (["strem", "read"].as_slice(), ["unrecognized subcommand 'strem'", "'stream'"]),
        (&["stream", "append"], ["<STREAM>", "<EVENT>"]),
        (&["stream", "truncate", "s", "x"], ["'x'", "<UPTO>"]),
        (&["kv", "put", "k", "1", "--flag"], ["--flag", "tip:"]),
        (&["kv", "get", "k", "more"], ["more", "unexpected argument"]),
    ] {
        root.run(args).fails(2, &[words[0], words[1], "--help"]);
    }
    assert!(!fs::exists(root.path()).unwrap(), "nothing was opened for it");
}

#[test]
fn no_command_at_all_shows_the_help_and_is_code_2() {
    let ended = Ended::of(&program().output().unwrap());
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""));
    assert!(ended.stderr.contains("Usage: sx-persist"), "{ended:?}");
}

#[test]
fn a_missing_root_is_code_10_for_commands_that_read_and_made_by_those_that_write() {
    let root = Root::new();
    for args in [
        ["stream", "read", "s"].as_slice(),
        &["stream", "read", "s", "--follow"],
        &["stream", "list"],
        &["kv", "get", "k"],
        &["kv", "list"],
        &["ref", "get", "main"],
        &["ref", "list"],
        &["snapshot", "load", "k"],
        &["snapshot", "keys"],
        &["session", "list"],
        &["map", "get", "t", "k"],
        &["map", "list", "t"],
        &["map", "tables"],
        &["blob", "list"],
        &["op", "persist/streams"],
        &["export", "--stream", "s"],
        &["verify"],
        &["stats"],
    ] {
        root.run(args).fails(10, &["cannot open", root.path(), "No such file", "--root or SX_PERSIST_ROOT"]);
    }
    assert!(!fs::exists(root.path()).unwrap());
    root.run(&["kv", "put", "k", "1"]).gives("");
    root.run(&["kv", "get", "k"]).gives("1\n");
}

#[test]
fn a_root_that_is_no_directory_is_code_3() {
    let root = Root::new();
    root.file("store", "");
    root.run(&["kv", "get", "k"]).fails(3, &["cannot open", root.path()]);
    root.run(&["kv", "put", "k", "1"]).fails(3, &["cannot open", root.path()]);
}

#[test]
fn a_locked_root_is_code_11_and_names_the_root_and_who_holds_it() {
    let root = Root::new();
    let mut writer = root.start(&["stdio"]);
    assert_eq!(writer.ask("(\"persist/kv-put\" \"k\" 1)"), "nil");
    let holder = format!("process {}", writer.child.id());
    for args in [["kv", "put", "k", "2"].as_slice(), &["checkpoint"], &["repair"], &["stdio"]] {
        let ended = root.run(&[args, &["--wait", "0"]].concat());
        ended.fails(11, &["locked", root.path(), &format!("{holder}; close it"), "--wait"]);
    }
    let waited = root.run(&["kv", "put", "k", "2", "--wait", "0.2"]);
    waited.fails(11, &[&format!("{holder}, after a wait of "), "s; close it", "--wait"]);
    root.run(&["kv", "get", "k"]).gives("1\n");
    assert!(writer.end().success());
    root.run(&["kv", "put", "k", "2"]).gives("");
}

#[test]
fn damage_that_a_read_meets_is_code_12() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "\"some text\""]).gives("");
    root.damage("kv/6b", 3);
    root.run(&["kv", "get", "k"]).fails(12, &["corrupt", "kv/6b", "verify", "repair"]);
    root.run(&["op", "persist/kv-get", "(\"k\")"]).fails(12, &["corrupt", "kv/6b"]);
}

#[test]
fn the_root_is_the_option_else_the_variable_else_a_directory_here() {
    let (root, other) = (Root::new(), Root::new());
    root.run(&["kv", "put", "k", "1"]).gives("");
    other.run(&["kv", "put", "k", "2"]).gives("");
    let ended = |command: &mut std::process::Command| Ended::of(&command.output().unwrap());
    // The second name is that of 0.1.
    for variable in ["SX_PERSIST_ROOT", "SX_PERSIST_DIR"] {
        ended(root.command(&["kv", "get", "k"]).env(variable, other.path())).gives("1\n");
        ended(program().args(["kv", "get", "k"]).env(variable, other.path())).gives("2\n");
    }
    ended(root.command(&["kv", "get", "k"]).env("SX_PERSIST_ROOT", "")).gives("1\n");
    let both = &mut program();
    both.args(["kv", "get", "k"]).env("SX_PERSIST_ROOT", other.path()).env("SX_PERSIST_DIR", root.path());
    ended(both).gives("2\n");
    fs::rename(other.path(), other.beside("persist-data")).unwrap();
    ended(program().args(["kv", "get", "k"]).current_dir(other.beside(""))).gives("2\n");
}

#[test]
fn an_error_stays_one_line_whatever_stands_in_it() {
    let root = Root::new();
    root.run_with_input(&["blob", "put", "-"], "").code.unwrap();
    root.run(&["blob", "has", "a\nb\x1b[31m"]).fails(1, &["invalid CID: a b [31m"]);
}

#[test]
fn a_pipe_that_closes_ends_a_command_silently_with_code_0() {
    let root = Root::new();
    root.fill("s", 20_000);
    for args in
        [["stream", "read", "s"].as_slice(), &["--json", "stream", "read", "s"], &["export", "--stream", "s"]]
    {
        let mut child = root.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        // The pipe holds 64 KiB and the reader a little more: most of the stream finds it closed.
        let mut reader = BufReader::with_capacity(64, child.stdout.take().unwrap());
        if args[0] == "--json" {
            reader.by_ref().take(10).read_to_string(&mut first).unwrap();
        } else {
            reader.read_line(&mut first).unwrap();
        }
        assert!(!first.is_empty());
        drop(reader);
        Ended::of(&child.wait_with_output().unwrap()).gives("");
    }
}

#[test]
fn a_component_that_cannot_start_is_code_3() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    let mut shell = std::process::Command::new("sh");
    // Less address space, in KiB, than the memory of an instance takes.
    shell.args(["-c", "ulimit -v 1000000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sx-persist")]);
    shell.args(["--root", root.path(), "kv", "get", "k"]);
    Ended::of(&shell.output().unwrap()).fails(3, &["the component cannot be started", "ulimit -v"]);
}

#[test]
fn a_full_disk_behind_the_output_is_code_3() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let ended = Ended::of(&root.command(&["kv", "get", "k"]).stdout(full).output().unwrap());
    ended.fails(3, &["No space left"]);
}

#[test]
fn what_stands_in_the_way_is_named_with_what_to_do_and_repair_does_it() {
    let root = Root::new();
    root.run(&["kv", "put", "a", "1"]).gives("");
    let folder = std::path::Path::new(root.path()).join("kv/6b");
    fs::create_dir(&folder).unwrap();
    // Done again it would be done twice: what is durable is no failure, though it has no file of its own yet.
    let put = root.run(&["kv", "put", "k", "2"]);
    assert_eq!((put.code, put.stdout.as_str()), (Some(0), ""));
    put.complains(&["it is done", "kv/6b", "something else stands there", "`sx-persist repair`"]);
    assert_eq!(root.run(&["checkpoint"]).code, Some(3));
    let verified = root.run(&["verify"]);
    assert!(verified.code == Some(12) && verified.stdout.contains("kv/6b"), "{verified:?}");
    let repaired = root.run(&["repair"]);
    assert!(repaired.stdout.contains("quarantine/000001"), "{repaired:?}");
    root.run(&["kv", "get", "k"]).gives("2\n");
    assert!(!folder.is_dir());
}
