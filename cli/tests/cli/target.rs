//! `-o FILE`: the old file or the whole new one.

#![cfg(unix)]

use crate::support::{Ended, PATIENCE, Root};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Instant;

/// The published address of `BYTES`.
const CID: &str = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";
const BYTES: &[u8] = b"hello world";
const HASH: &str = "95d09f2b10159347eece71399a7e2e907ea3df4f";

/// A store with the same bytes as a blob, a snapshot and an object; and the commands that give them.
fn filled() -> (Root, [[&'static str; 3]; 3]) {
    let root = Root::new();
    root.run_with_input(&["blob", "put", "-"], BYTES).gives(&format!("{CID}\n"));
    root.run_with_input(&["snapshot", "persist", "k", "-"], BYTES).gives("");
    root.run_with_input(&["object", "write", HASH, "-"], BYTES).gives("");
    (root, [["blob", "get", CID], ["snapshot", "load", "k"], ["object", "read", HASH]])
}

/// A folder for the file alone, so that whatever is left behind shows.
fn folder(root: &Root) -> PathBuf {
    let folder = PathBuf::from(root.beside("folder"));
    fs::create_dir(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o7777
}

#[test]
fn a_file_is_replaced_and_keeps_its_mode_and_a_new_one_has_that_of_the_umask() {
    let (root, commands) = filled();
    let folder = folder(&root);
    for command in commands {
        let (old, new) = (folder.join("old"), folder.join("new"));
        fs::write(&old, "what was here before").unwrap();
        fs::set_permissions(&old, Permissions::from_mode(0o604)).unwrap();
        let opened = fs::File::open(&old).unwrap();
        for file in [&old, &new] {
            // The umask is the shell's to set.
            let line = "umask 027; exec \"$@\"";
            let mut shell = Command::new("sh");
            shell.args(["-c", line, "sh"]).arg(env!("CARGO_BIN_EXE_sx-persist"));
            shell.args(["--root", root.path()]).args(command).arg("-o").arg(file);
            Ended::of(&shell.output().unwrap()).gives("");
            assert_eq!(fs::read(file).unwrap(), BYTES);
        }
        assert_eq!((mode(&old), mode(&new)), (0o604, 0o640));
        assert_eq!(std::io::read_to_string(opened).unwrap(), "what was here before", "another file by now");
        fs::remove_file(new).unwrap();
    }
    // A name without a folder is one here.
    let mut command = root.command(&["blob", "get", CID, "-o", "old"]);
    Ended::of(&command.current_dir(&folder).output().unwrap()).gives("");
    assert_eq!(names(&folder), ["old"]);
}

#[test]
fn a_write_that_fails_leaves_the_old_file_and_nothing_beside_it() {
    let root = Root::new();
    let folder = folder(&root);
    let file = folder.join("out");
    fs::write(&file, "old").unwrap();
    let large = vec![7; 100_000];
    let cid = root.run_with_input(&["blob", "put", "-"], &large).stdout;
    root.run_with_input(&["snapshot", "persist", "k", "-"], &large).gives("");
    root.run_with_input(&["object", "write", HASH, "-"], &large).gives("");
    let commands: [&[&str]; 4] = [
        &["blob", "get", cid.trim_end()],
        &["snapshot", "load", "k"],
        &["object", "read", HASH],
        &["compose"],
    ];
    for command in commands {
        let line = "ulimit -f 1; exec \"$@\"";
        let mut shell = Command::new("sh");
        shell.args(["-c", line, "sh"]).arg(env!("CARGO_BIN_EXE_sx-persist"));
        shell.args(["--root", root.path()]).args(command).arg("-o").arg(&file);
        Ended::of(&shell.output().unwrap()).fails(3, &["out", "File too large"]);
        assert_eq!(
            (fs::read(&file).unwrap().as_slice(), names(&folder)),
            (b"old".as_slice(), vec!["out".into()])
        );
    }
    root.damage(&format!("blobs/{}", cid.trim_end()), 90_000);
    root.run(&["blob", "get", cid.trim_end(), "-o", file.to_str().unwrap()]).fails(12, &["corrupt"]);
    assert_eq!(
        (fs::read(&file).unwrap().as_slice(), names(&folder)),
        (b"old".as_slice(), vec!["out".into()])
    );
}

#[test]
fn a_link_is_refused_and_what_it_leads_to_is_as_it_was() {
    let (root, commands) = filled();
    let folder = folder(&root);
    let (file, link, nowhere) = (folder.join("file"), folder.join("link"), folder.join("nowhere"));
    fs::write(&file, "of somebody else").unwrap();
    symlink(&file, &link).unwrap();
    symlink(folder.join("none"), &nowhere).unwrap();
    for command in commands.iter().map(<[_; 3]>::as_slice).chain([["compose"].as_slice()]) {
        for link in [&link, &nowhere] {
            let refused = root.run(&[command, &["-o", link.to_str().unwrap()]].concat());
            refused.fails(2, &["cannot write", link.to_str().unwrap(), "it is a link"]);
            assert!(link.is_symlink());
        }
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "of somebody else");
    assert!(!folder.join("none").exists());
}

#[test]
fn devices_pipes_and_standard_output_are_written_to_as_they_are() {
    let (root, commands) = filled();
    let folder = folder(&root);
    let pipe = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for command in commands {
        let to = |target: &str| root.command(&[command.as_slice(), &["-o", target]].concat());
        assert_eq!(to("/dev/stdout").output().unwrap().stdout, BYTES);
        Ended::of(&to("/dev/null").output().unwrap()).gives("");
        let mut writer = to(pipe.to_str().unwrap()).spawn().unwrap();
        assert_eq!(fs::read(&pipe).unwrap(), BYTES);
        assert!(writer.wait().unwrap().success());
        // A shell's `>>`.
        let file = folder.join("file");
        fs::write(&file, "before, ").unwrap();
        let opened = fs::File::options().append(true).open(&file).unwrap();
        assert!(to("/dev/stdout").stdout(opened).status().unwrap().success());
        assert_eq!(fs::read(&file).unwrap(), [b"before, ", BYTES].concat());
    }
}

/// Starts a command that writes a large file, and sends it a signal while it does. Whether it was still at work
/// when the signal came nobody knows.
fn interrupted(mut command: Command, folder: &Path, signal: Signal) -> ExitStatus {
    let mut child: Child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while names(folder).len() == 1 && child.try_wait().unwrap().is_none() {
        assert!(begun.elapsed() < PATIENCE, "it does not begin");
    }
    if child.try_wait().unwrap().is_none() {
        kill_process(Pid::from_child(&child), signal).unwrap();
    }
    child.wait().unwrap()
}

/// The same command, which does not ignore what this process was started to ignore, as one in the background is.
fn interruptible(command: &Command) -> Command {
    // Other systems have another `env`; there a test in the background is none of this one's.
    let mut fresh = if cfg!(target_os = "linux") {
        let mut fresh = Command::new("env");
        fresh.arg("--default-signal").arg(command.get_program());
        fresh
    } else {
        Command::new(command.get_program())
    };
    fresh.args(command.get_args());
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            fresh.env(name, value);
        }
    }
    fresh
}

#[test]
fn an_interrupt_leaves_the_old_file_and_nothing_beside_it() {
    let root = Root::new();
    let folder = folder(&root);
    let file = folder.join("out");
    let bytes = vec![7; 64 << 20];
    let cid = root.run_with_input(&["blob", "put", "-"], &bytes).stdout;
    let get = ["blob", "get", cid.trim_end(), "-o", file.to_str().unwrap()];
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        // The writer may be the faster one, more often than not on a machine that is busy: then the new file is whole.
        let was_interrupted = (0..1_000).any(|_| {
            fs::write(&file, "old").unwrap();
            let ended = interrupted(interruptible(&root.command(&get)), &folder, signal);
            assert_eq!(names(&folder), ["out"]);
            let found = fs::read(&file).unwrap();
            assert!(found == b"old" || found == bytes, "{} bytes", found.len());
            ended.signal() == Some(signal.as_raw()) && found == b"old"
        });
        assert!(was_interrupted, "{signal:?}");
    }
    // Who started it said that it is not to be interrupted.
    fs::write(&file, "old").unwrap();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' INT HUP; exec \"$@\"", "sh"]).arg(env!("CARGO_BIN_EXE_sx-persist"));
    command.args(["--root", root.path()]).args(get);
    assert!(interrupted(command, &folder, Signal::INT).success());
    assert!(fs::read(&file).unwrap() == bytes);
}
