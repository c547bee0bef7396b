//! A disk of a test's own: the test runs once more in a mount namespace, where a small file system may be mounted and
//! nobody else sees it.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// Set in the process that has the namespace.
const INSIDE: &str = "SX_PERSIST_TEST_NAMESPACE";

/// Is the effective user root?
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// True in a process that may mount. Elsewhere runs the test of this name in such a process, which must pass; where there
/// can be none, says so.
pub(crate) fn may_mount(test: &str) -> bool {
    if std::env::var_os(INSIDE).is_some() {
        return true;
    }
    // Users other than root may mount where they are root: in a namespace of users.
    let namespace: &[_] = if is_root() { &["--mount"] } else { &["--mount", "--map-root-user"] };
    let trial = tempfile::tempdir().unwrap();
    let tried = Command::new("unshare")
        .args(namespace)
        .args(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(trial.path())
        .output();
    match tried {
        Ok(output) if output.status.success() => {}
        other => {
            support::skipped(&format!("{test}: no file system can be mounted here: {other:?}"));
            return false;
        }
    }
    let output = Command::new("unshare")
        .args(namespace)
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.contains("1 passed"), "{out}\n{err}");
    err.lines().filter(|line| line.starts_with("processes: ")).for_each(support::counted);
    false
}

/// A file system in memory, mounted while this lives.
pub(crate) struct SmallDisk(TempDir);

impl SmallDisk {
    pub(crate) fn mount(size: &str) -> Self {
        let disk = Self(tempfile::tempdir().unwrap());
        disk.run("mount", &["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]);
        disk
    }

    pub(crate) fn make_read_only(&self) {
        self.run("mount", &["-o", "remount,ro"]);
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let output = Command::new(program).args(arguments).arg(self.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // The namespace ends with the process; this lets the folder go, too.
        let _ = Command::new("umount").arg(self.path()).status();
    }
}
