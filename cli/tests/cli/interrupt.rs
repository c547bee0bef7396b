//! Ctrl-C, sent to the real process: where it stands, and the command that goes on.

#![cfg(unix)]

use crate::support::{Ended, PATIENCE, Root, Running, program, text};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// More than two commits of lines.
const LINES: u64 = 10_000;

fn interrupt(child: &Child) {
    kill_process(Pid::from_child(child), Signal::INT).unwrap();
}

/// A command that can be interrupted also where this process was started in the background, which ignores that.
fn interruptible(root: &Root, args: &[&str]) -> Command {
    let command = root.command(args);
    let mut fresh = Command::new("env");
    if cfg!(target_os = "linux") {
        fresh.arg("--default-signal");
    }
    fresh.args(["-u", "SX_PERSIST_ROOT", "-u", "SX_PERSIST_DIR", "-u", "SX_PERSIST_LOG"]);
    fresh.arg(command.get_program()).args(command.get_args());
    fresh.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    fresh
}

fn fifo(root: &Root, name: &str) -> String {
    let path = root.beside(name);
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// Does what a command that was interrupted said, in a shell, as a user would.
fn go_on(root: &Root, command: &str) -> Ended {
    let folder = Path::new(env!("CARGO_BIN_EXE_sx-persist")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env("PATH", path).stdin(Stdio::null()).current_dir(root.beside(""));
    Ended::of(&shell.output().unwrap())
}

/// Imports a pipe that never ends, as a file of this name, until a commit is there; interrupts that, and puts the whole file in its
/// place. Answers what it said.
fn interrupted(root: &Root, name: &str, lines: &str, more: &[&str], is_there: impl Fn() -> bool) -> Ended {
    let file = fifo(root, name);
    let child = interruptible(root, &[&["import", &file], more].concat()).spawn().unwrap();
    let mut pipe = File::options().write(true).open(&file).unwrap();
    // A pipe may hold less than all.
    let (first, _) = lines.split_at(lines.match_indices('\n').nth(6_000).unwrap().0 + 1);
    pipe.write_all(first.as_bytes()).unwrap();
    let begun = Instant::now();
    while !is_there() {
        assert!(begun.elapsed() < PATIENCE, "it does not begin");
    }
    interrupt(&child);
    let ended = Ended::of(&child.wait_with_output().unwrap());
    drop(pipe);
    fs::remove_file(&file).unwrap();
    fs::write(&file, lines).unwrap();
    ended
}

/// The command behind these words.
fn told<'a>(ended: &'a Ended, words: &str) -> &'a str {
    ended.stderr.split_once(words).unwrap_or_else(|| panic!("{words} is not in {ended:?}")).1.trim_end()
}

#[test]
fn an_import_of_events_ends_between_commits_and_says_how_it_goes_on() {
    let root = Root::new();
    let lines = text((1..=LINES).map(|seq| format!("{{\"seq\":{seq}}}")));
    let is_there = || root.run(&["stream", "last-seq", "s"]).stdout == "4096\n";
    let ended = interrupted(&root, "my events.jsonl", &lines, &["--stream", "s"], is_there);
    ended.fails(
        130,
        &["interrupted: 4096 events are written", "my events.jsonl is in the stream up to line 4096"],
    );
    let command = told(&ended, "to go on: ").to_owned();
    assert!(command.ends_with("--stream s --resume"), "{command}");
    go_on(&root, &command).gives("events 5904\nlast-seq 10000\nskipped 4096\n");
    root.run(&["export", "--stream", "s"]).gives(&lines);
    // It is told again, and adds nothing.
    go_on(&root, &command).gives("events 0\nlast-seq 10000\nskipped 10000\n");
}

#[test]
fn an_import_of_lines_without_seqs_goes_on_behind_those_that_are_written() {
    let root = Root::new();
    let lines = text((1..=LINES).map(|nth| format!("{{\"nth\":{nth}}}")));
    let is_there = || root.run(&["stream", "last-seq", "s"]).stdout == "4096\n";
    let ended = interrupted(&root, "notes.jsonl", &lines, &["--stream", "s", "--number"], is_there);
    ended.fails(130, &["tail -n +4097"]);
    let went_on = go_on(&root, told(&ended, "to go on: "));
    went_on.gives("events 5904\nlast-seq 10000\n");
    let all = text((1..=LINES).map(|nth| format!("{{\"nth\":{nth},\"seq\":{nth}}}")));
    root.run(&["export", "--stream", "s"]).gives(&all);
}

#[test]
fn an_import_that_repeats_goes_on_behind_the_lines_that_are_written() {
    let root = Root::new();
    root.fill("s", 2);
    let lines = text((1..=LINES).map(|seq| format!("{{\"seq\":{seq}}}")));
    let is_there = || root.run(&["stream", "count", "s"]).stdout == "4098\n";
    let ended = interrupted(&root, "again.jsonl", &lines, &["--stream", "s", "--repeat"], is_there);
    ended.fails(130, &["tail -n +4097"]);
    go_on(&root, told(&ended, "to go on: ")).gives("events 5904\nlast-seq 10000\n");
    root.run(&["export", "--stream", "s"]).gives(&format!("{{\"seq\":1}}\n{{\"seq\":2}}\n{lines}"));
}

#[test]
fn an_import_of_an_archive_goes_on_where_it_stood() {
    let (root, other) = (Root::new(), Root::new());
    root.fill("s", LINES);
    root.run(&["kv", "put", "k", "1"]).gives("");
    let archive = root.run(&["export", "--all"]).stdout;
    let is_there = || other.run(&["stream", "last-seq", "s"]).stdout == "4096\n";
    let ended = interrupted(&other, "all.jsonl", &archive, &[], is_there);
    // The head and the stream have a line each.
    ended.fails(130, &["all.jsonl is in the store up to line 4098"]);
    let went_on = go_on(&other, told(&ended, "to go on: "));
    assert_eq!((went_on.code, went_on.stderr.as_str()), (Some(0), ""));
    assert!(other.run(&["export", "--all"]).stdout == archive);
}

#[test]
fn an_export_says_what_its_output_is() {
    let root = Root::new();
    root.fill("s", 100_000);
    for (args, words) in [
        (["export", "--all"].as_slice(), "no whole archive: run it again"),
        (&["export", "--stream", "s"], "--after SEQ goes on behind the last whole one"),
    ] {
        // More than a pipe holds: it waits for whoever reads.
        let mut child = interruptible(&root, args).spawn().unwrap();
        let mut first = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut first).unwrap();
        interrupt(&child);
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(130));
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        let said = Ended::new(status.code(), String::new(), &stderr);
        said.complains(&["interrupted; ", words]);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert!(!rest.contains("{\"end\":"), "it is not whole");
    }
    // Asked to end by another signal, it says so, and ends by it.
    let mut child = interruptible(&root, &["export", "--all"]).spawn().unwrap();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut String::new()).unwrap();
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(Signal::TERM.as_raw()));
}

/// A command that is interrupted as soon as it says how far it is. By then it may be at its end.
fn interrupted_at_work(root: &Root, command: &str) -> Ended {
    let mut command = interruptible(root, &[command]);
    let mut child = command.env("SX_PERSIST_PROGRESS_SECONDS", "0").spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("so far: ") {
        assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
    }
    interrupt(&child);
    let code = child.wait().unwrap().code();
    stderr.read_to_string(&mut said).unwrap();
    Ended::new(code, String::new(), &said)
}

#[test]
fn verify_and_repair_say_that_they_can_be_run_again() {
    let root = Root::new();
    root.fill("s", 100_000);
    for (command, words) in [("verify", "it changes nothing"), ("repair", "what it has set aside stays")] {
        // Whether it is still at work when the signal comes nobody knows.
        let tries = (0..1_000).map(|_| interrupted_at_work(&root, command));
        let interrupted = tries.into_iter().find(|ended| ended.code == Some(130));
        interrupted.expect(command).complains(&["was interrupted", words, "run it again"]);
    }
    assert!(root.run(&["verify"]).stdout.contains("events 100000\n"));
}

#[test]
fn a_conversion_says_that_it_can_be_run_again_or_the_other_way() {
    let root = Root::new();
    root.fill("s", 100_000);
    let tries = ["pack", "unpack"].into_iter().cycle().take(1_000);
    let interrupted =
        tries.map(|command| interrupted_at_work(&root, command)).find(|ended| ended.code == Some(130));
    interrupted.unwrap().complains(&["was interrupted", "the store is what it was", "or the other way"]);
    root.run(&["unpack"]).gives("");
    assert!(root.run(&["verify"]).stdout.contains("events 100000\n"));
}

/// A writer beside an export that waits for its reader.
fn export_beside(root: &Root, more: &[&str], work: impl FnOnce()) -> Ended {
    let mut command = program();
    command.args(["--root", root.path(), "export", "--all"]).args(more);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut read = String::new();
    stdout.read_line(&mut read).unwrap();
    work();
    stdout.read_to_string(&mut read).unwrap();
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    Ended::new(child.wait().unwrap().code(), read, &said)
}

#[test]
fn an_archive_is_of_one_moment_or_has_no_end() {
    let root = Root::new();
    root.fill("s", 100_000);
    let mut writer: Running = root.start(&["stdio"]);
    assert_eq!(writer.ask("(\"persist/kv-put\" \"k\" 1)"), "nil");
    let undisturbed = export_beside(&root, &[], || {});
    assert_eq!((undisturbed.code, undisturbed.stderr.as_str()), (Some(0), ""));
    assert!(undisturbed.stdout.contains("\n{\"end\":"));
    // What is written at the end of what it reads, and what is gone from it, which by itself is another error.
    for write in ["(\"persist/kv-put\" \"z\" 1)", "(\"persist/truncate\" \"s\" 99999)"] {
        let disturbed = export_beside(&root, &[], || assert!(!writer.ask(write).contains("error")));
        assert_eq!(disturbed.code, Some(13), "{write}");
        assert!(!disturbed.stdout.contains("{\"end\":"), "{write}");
        disturbed.complains(&["was written to while it was read", "--lock"]);
        Root::new().run_with_input(&["import", "-"], &disturbed.stdout).fails(1, &["no end"]);
        root.run(&["export", "--stream", "s"]).code.unwrap();
    }
}

#[test]
fn with_the_lock_nobody_writes_meanwhile() {
    let root = Root::new();
    root.fill("s", 100_000);
    let locked = export_beside(&root, &["--lock"], || {
        let refused = root.run(&["--wait", "0", "kv", "put", "k", "1"]);
        assert!(refused.stderr.contains("locked"), "{refused:?}");
    });
    assert_eq!((locked.code, locked.stderr.as_str()), (Some(0), ""));
    let other = Root::new();
    assert_eq!(other.run_with_input(&["import", "-"], &locked.stdout).code, Some(0));
    let none = Root::new();
    assert_ne!(none.run(&["export", "--all", "--lock"]).code, Some(0));
    assert!(!fs::exists(none.path()).unwrap(), "nothing is made");
}
