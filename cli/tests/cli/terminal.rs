//! What a terminal is given, and what a pipe is: `script` makes the terminal.

#![cfg(target_os = "linux")]

use crate::support::Root;
use std::process::{Command, Output, Stdio};

/// Would clear the screen, set a title, turn red by a C1 character, and turn the direction of what follows.
const NAME: &str = "a\x1b[2J\u{202e}b";
const VALUE: &str = "v\x1b]0;t\x07\u{9b}31m\u{2066}é\x7f";
const NAME_SHOWN: &str = r"a\u001b[2J\u202eb";
const VALUE_SHOWN: &str = r"v\u001b]0;t\u0007\u009b31m\u2066é\u007f";

/// Runs a line of a shell with standard output and standard error on a terminal; answers what that is given.
fn on_terminal(root: &Root, line: &str) -> String {
    let mut script = Command::new("script");
    script.args(["--quiet", "--command", line, "/dev/null"]).env("SHELL", "/bin/sh").env("NO_COLOR", "1");
    script.env("SX", env!("CARGO_BIN_EXE_sx-persist")).env("SX_PERSIST_ROOT", root.path());
    script.env("NAME", NAME).env_remove("SX_PERSIST_LOG").stdin(Stdio::null());
    let output = script.output().expect("`script`, of util-linux");
    String::from_utf8(output.stdout).unwrap().replace("\r\n", "\n")
}

/// The bytes that the same command gives a pipe.
fn in_pipe(root: &Root, args: &[&str]) -> String {
    let Output { stdout, stderr, .. } = root.command(args).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&stderr), "");
    String::from_utf8(stdout).unwrap()
}

#[test]
fn names_and_values_are_escaped_on_a_terminal_and_never_in_a_pipe() {
    let root = Root::new();
    root.run(&["kv", "put", NAME, "--string", VALUE]).gives("");
    root.run(&["stream", "append", NAME, "{:seq 1}"]).gives("1\n");
    root.run(&["map", "put", NAME, NAME, VALUE]).gives("3\n");
    let event = format!("{{:data \"{VALUE}\" :seq 2}}");
    root.run(&["stream", "append", "s", &event]).gives("2\n");

    let lists = on_terminal(
        &root,
        "$SX kv list; $SX stream list; $SX map get-many \"$NAME\" \"$NAME\"; $SX stream read s",
    );
    let shown = format!(
        "\"{NAME_SHOWN}\"\t\"{VALUE_SHOWN}\"\n\"{NAME_SHOWN}\"\ns\n\"{NAME_SHOWN}\"\t\"{VALUE_SHOWN}\"\n\
         {{:data \"{VALUE_SHOWN}\" :seq 2}}\n"
    );
    assert_eq!(lists, shown);
    assert_eq!(in_pipe(&root, &["kv", "list"]), format!("\"{NAME}\"\t\"{VALUE}\"\n"));
    assert_eq!(in_pipe(&root, &["stream", "list"]), format!("\"{NAME}\"\ns\n"));
    assert_eq!(in_pipe(&root, &["map", "get-many", NAME, NAME]), format!("\"{NAME}\"\t\"{VALUE}\"\n"));
    assert_eq!(in_pipe(&root, &["stream", "read", "s"]), format!("{event}\n"));
    // JSON escapes some of them itself, and what is on the terminal is the same JSON.
    let json = on_terminal(&root, "$SX --json kv list; $SX export --stream s");
    let shown = format!(
        "[{{\"key\":\"{NAME_SHOWN}\",\"value\":\"{VALUE_SHOWN}\"}}]\n{{\"data\":\"{VALUE_SHOWN}\",\"seq\":2}}\n"
    );
    assert_eq!(json, shown);
    let piped = in_pipe(&root, &["--json", "kv", "list"]);
    assert!(piped.contains('\u{202e}') && piped.contains('\u{9b}'), "{piped:?}");
}

#[test]
fn bytes_are_escaped_on_a_terminal_unless_it_is_named() {
    let root = Root::new();
    let picture = b"\x89PNG\r\n\x1a\n\tend\x1b[31m";
    for put in [["blob", "put", "-"].as_slice(), &["snapshot", "persist", "k", "-"]] {
        assert_eq!(root.run_with_input(put, picture).code, Some(0));
    }
    let shown = "\\x89PNG\\u000d\n\\u001a\n\tend\\u001b[31m";
    assert_eq!(on_terminal(&root, "$SX blob get $($SX blob list)"), shown);
    assert_eq!(on_terminal(&root, "$SX snapshot load k"), shown);
    let raw =
        on_terminal(&root, "$SX snapshot load k -o /dev/stdout | tail -c 8; $SX snapshot load k | tail -c 8");
    assert_eq!(raw, "end\x1b[31mend\x1b[31m");
}

#[test]
fn what_is_said_on_a_terminal_is_one_line_with_escapes() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    let said = on_terminal(&root, "$SX blob get \"$NAME\n\u{85}\"");
    let expected = format!("sx-persist: invalid CID: {NAME_SHOWN} \\u0085; `blob ls` shows the addresses\n");
    assert_eq!(said, expected);
    let said = on_terminal(&root, "$SX --root \"$NAME\" kv get k");
    assert!(said.contains(NAME_SHOWN) && !said.contains(['\x1b', '\u{202e}']), "{said:?}");
}
