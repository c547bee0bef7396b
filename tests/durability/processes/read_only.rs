//! Roots that may be read and not be written: by their file system, and by their permissions.

use crate::kills::{check, reader};
use crate::ledger::{Ledger, shown};
use crate::namespace::{SmallDisk, is_root, may_mount};
use crate::worker::Worker;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use sx_persist::{Error, HostError, Store};

/// Somebody without any rights, on most systems.
const NOBODY: u32 = 65_534;

/// A root that a killed process has left with commits in its journal.
fn left_behind(root: &Path) -> Ledger {
    let mut ledger = Ledger::new(5);
    let mut worker = Worker::start(root, &["work", "5", "1"]);
    worker.lines(60);
    ledger.heard(&worker.kill(Duration::ZERO));
    ledger
}

#[test]
fn a_file_system_mounted_for_reading_is_read_and_a_writer_is_told() {
    if !may_mount("read_only::a_file_system_mounted_for_reading_is_read_and_a_writer_is_told") {
        return;
    }
    let disk = SmallDisk::mount("8m");
    let root = disk.path().join("root");
    let mut ledger = left_behind(&root);
    disk.make_read_only();
    check(&mut ledger, "a reader", &reader(&root));
    let error = Store::open(&root).unwrap_err();
    let Error::Host(host) = &error else { panic!("{error:?}") };
    assert!(matches!(host.as_ref(), HostError::Root { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains(root.to_str().unwrap()) && text.contains("ead-only"), "{text}");
}

/// Every file and folder below a root, itself included.
fn tree(root: &Path) -> Vec<PathBuf> {
    let mut paths = vec![root.to_owned()];
    let mut at = 0;
    while let Some(path) = paths.get(at).cloned() {
        if path.is_dir() {
            paths.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        at += 1;
    }
    paths
}

/// The child as a user whom permissions bind, with nothing of ours but the root; none where it cannot be run so.
struct Bound {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Bound {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let bound = Self { program: folder.path().join("child"), folder };
        if !is_root() {
            fs::copy(env!("CARGO_BIN_EXE_child"), &bound.program).unwrap();
            return Some(bound);
        }
        // Compiled code is cached in the home, once for all runs.
        let home = bound.folder.path().join("home");
        fs::create_dir(&home).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_child"), &bound.program).unwrap();
        let tried = chown(&home, Some(NOBODY), Some(NOBODY))
            .and_then(|()| Command::new("true").uid(NOBODY).gid(NOBODY).stderr(Stdio::null()).status());
        match tried {
            Ok(status) if status.success() => Some(bound),
            other => {
                support::skipped(&format!("permissions do not bind root, and nobody cannot be: {other:?}"));
                None
            }
        }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn run(&self, job: &str) -> Output {
        let mut command = Command::new(&self.program);
        command.arg(self.root()).arg(job);
        if is_root() {
            let home = self.folder.path().join("home");
            command.env_clear().env("HOME", home).current_dir("/").uid(NOBODY).gid(NOBODY);
        }
        command.output().unwrap()
    }
}

#[test]
fn a_root_without_permission_to_write_is_read_and_a_writer_is_told() {
    let Some(bound) = Bound::new() else { return };
    let root = bound.root();
    let mut ledger = left_behind(&root);
    let paths = tree(&root);
    for path in &paths {
        let mode = if path.is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let bytes =
        || paths.iter().filter(|path| path.is_file()).map(|path| fs::read(path).unwrap()).collect::<Vec<_>>();
    let before = bytes();
    let output = bound.run("show");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    ledger.found("a reader", |state| shown(state) == text, || text.clone());
    let output = bound.run("append");
    assert!(!output.status.success() && output.stdout.is_empty(), "{output:?}");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(root.to_str().unwrap()) && told.contains("ermission denied"), "{told}");
    assert_eq!((tree(&root), bytes()), (paths.clone(), before));
    for path in paths.iter().filter(|path| path.is_dir()) {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
}
