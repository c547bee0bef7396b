//! Compiled code that is kept between commands.

#![cfg(unix)]

use crate::support::Root;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Runs a command whose caches are below `folder`.
fn put(root: &Root, folder: &Path) {
    let done = root.command(&["kv", "put", "k", "1"]).env("XDG_CACHE_HOME", folder).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder.join("sx-persist")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn code_is_kept_for_its_owner_alone_and_used_again() {
    let root = Root::new();
    let caches = tempfile::tempdir().unwrap();
    put(&root, caches.path());
    let files = kept(caches.path());
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let first = fs::metadata(file).unwrap();
    assert_eq!(first.mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().mode() & 0o777, 0o700);
    put(&root, caches.path());
    assert_eq!(kept(caches.path()), files);
    assert_eq!(fs::metadata(file).unwrap().ino(), first.ino(), "written again");
}

#[test]
fn each_component_has_code_of_its_own() {
    let root = Root::new();
    let caches = tempfile::tempdir().unwrap();
    put(&root, caches.path());
    for _ in 0..2 {
        let mut bridge = root.command(&["stdio", "--in-memory"]);
        let done = bridge.env("XDG_CACHE_HOME", caches.path()).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        assert_eq!(kept(caches.path()).len(), 2);
    }
}

#[test]
fn code_that_is_cut_or_that_others_can_write_is_made_anew() {
    let root = Root::new();
    let caches = tempfile::tempdir().unwrap();
    put(&root, caches.path());
    let file = kept(caches.path()).remove(0);
    let whole = fs::metadata(&file).unwrap();
    fs::write(&file, b"").unwrap();
    put(&root, caches.path());
    assert_eq!(fs::metadata(&file).unwrap().len(), whole.len());
    fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
    put(&root, caches.path());
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
    // A file stands where the folder would be: the command works, and keeps nothing.
    let blocked = root.file("caches", "");
    put(&root, Path::new(&blocked));
}
