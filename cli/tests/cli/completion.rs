//! Completions, with the keys pressed in real shells.

#![cfg(target_os = "linux")]

use crate::support::{Ended, PATIENCE, program};
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

/// A shell: how it is started and told the completions, which stand in `$COMPLETIONS`; and how `sx-persist` becomes a command that
/// says what it was given.
struct Shell {
    name: &'static str,
    start: &'static str,
    setup: &'static str,
}

const SHELLS: [Shell; 3] = [
    Shell {
        name: "bash",
        start: "bash --noprofile --norc -i",
        setup: "sx-persist() { echo \"got:$*:\"; }; source $COMPLETIONS",
    },
    Shell {
        name: "zsh",
        start: "zsh -f -i",
        setup: "autoload -U compinit; compinit -u -D; sx-persist() { echo \"got:$*:\" }; source $COMPLETIONS",
    },
    Shell {
        name: "fish",
        start: "fish --no-config -i",
        setup: "function sx-persist; echo \"got:$argv:\"; end; source $COMPLETIONS",
    },
];

/// Is the shell there? Where tests must have all they need, it has to be.
fn is_there(shell: &str) -> bool {
    let is_there = Command::new(shell).arg("--version").stdout(Stdio::null()).status().is_ok();
    assert!(is_there || std::env::var_os("SX_PERSIST_REQUIRE_HOSTS").is_none(), "{shell} is missing");
    if !is_there {
        let _ = writeln!(std::io::stderr(), "SKIPPED: {shell} is not installed");
    }
    is_there
}

/// Types lines into a shell on a terminal, tabs and all; each ends when what it prints is there.
fn type_into(shell: &Shell, lines: &[(&str, &str)]) {
    let script = Ended::of(&program().args(["completions", shell.name]).output().unwrap());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script.stdout).unwrap();
    let mut command = Command::new("script");
    command.args(["--quiet", "--command", shell.start, "/dev/null"]);
    command.env("COMPLETIONS", file.path()).env("TERM", "dumb").env("PS1", "> ").env("SHELL", "/bin/sh");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("`script`, of util-linux");
    let (mut keys, mut screen) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (sender, shown) = channel();
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = screen.read(&mut bytes) {
            let _ = sender.send(bytes[..count].to_vec());
        }
    });
    let setup = format!("{}; echo rea''dy", shell.setup);
    let mut seen = String::new();
    for (line, awaited) in [(setup.as_str(), "ready")].iter().chain(lines) {
        seen.clear();
        writeln!(keys, "{line}").unwrap();
        let since = Instant::now();
        while !seen.contains(awaited) {
            let left = PATIENCE.saturating_sub(since.elapsed());
            let bytes = shown.recv_timeout(left);
            let bytes = bytes.unwrap_or_else(|_| panic!("{}: {line:?} shows {seen:?}", shell.name));
            seen += &String::from_utf8_lossy(&bytes);
        }
    }
    writeln!(keys, "exit").unwrap();
    drop(keys);
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn words_are_completed_at_every_depth_in_real_shells() {
    for shell in SHELLS.iter().filter(|shell| is_there(shell.name)) {
        type_into(
            shell,
            &[
                ("sx-persist snap\t 1", "got:snapshot 1:"),
                ("sx-persist kv pu\t k", "got:kv put k:"),
                ("sx-persist stream read --fol\t", "got:stream read --follow:"),
                ("sx-persist kv put k --if-ab\t", "got:kv put k --if-absent:"),
                ("sx-persist map put t k v --if-v\t", "got:map put t k v --if-version:"),
                // An option of every command, behind the words of one, and its values.
                ("sx-persist stream count s --rel\t", "got:stream count s --relaxed:"),
                ("sx-persist kv ls --format tab\t", "got:kv ls --format table:"),
            ],
        );
    }
}
