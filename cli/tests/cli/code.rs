//! Compiled code that is kept between commands.

#![cfg(unix)]

use crate::bounds::exiting;
use crate::support::{Ended, Root};
use std::fs::{self, DirBuilder, Permissions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// Runs a command whose caches are below `folder`.
fn put(root: &Root, folder: &Path) {
    let done = root.command(&["kv", "put", "k", "1"]).env("XDG_CACHE_HOME", folder).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

/// Runs a program whose code is as small as itself, where what becomes of kept code is all that is asked.
fn run(root: &Root, folder: &Path) -> Ended {
    let mut run = root.command(&["-v", "run", &exiting(root, 0)]);
    let ended = Ended::of(&run.env("XDG_CACHE_HOME", folder).output().unwrap());
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
    ended
}

fn compiles(ended: &Ended) -> bool {
    ended.stderr.contains("sx_persist_compile")
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("sx-persist")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap() != "lock").collect()
}

/// Caches that hold the code of that program, and its file.
fn filled(root: &Root) -> (TempDir, PathBuf) {
    let caches = tempfile::tempdir().unwrap();
    run(root, caches.path());
    let file = kept(caches.path()).remove(0);
    (caches, file)
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
    let (caches, file) = filled(&root);
    assert!(!compiles(&run(&root, caches.path())));
    let whole = fs::metadata(&file).unwrap();
    fs::write(&file, b"").unwrap();
    run(&root, caches.path());
    assert_eq!(fs::metadata(&file).unwrap().len(), whole.len());
    fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
    run(&root, caches.path());
    assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
}

/// Of 1,500 flipped bits three gave wrong answers or lost writes, at every start.
#[test]
fn code_with_one_flipped_bit_is_made_anew() {
    let root = Root::new();
    let (caches, file) = filled(&root);
    let whole = fs::read(&file).unwrap();
    // In the instructions, in what wasmtime knows of them, and in the checksum itself.
    for at in (0..whole.len()).step_by(999).chain([whole.len() - 1]) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        fs::write(&file, &flipped).unwrap();
        assert!(compiles(&run(&root, caches.path())), "byte {at}");
        assert!(fs::read(&file).unwrap() == whole, "byte {at}");
    }
}

#[test]
fn code_that_lies_where_others_decide_is_not_used_and_none_is_kept() {
    let root = Root::new();
    let (caches, file) = filled(&root);
    let is_kept = |caches: &Path| !compiles(&run(&root, caches));
    assert!(is_kept(caches.path()));
    let open = caches.path().join("open");
    fs::create_dir_all(open.join("below")).unwrap();
    fs::rename(file.parent().unwrap(), open.join("below/sx-persist")).unwrap();
    assert!(is_kept(&open.join("below")));
    fs::set_permissions(&open, Permissions::from_mode(0o777)).unwrap();
    assert!(!is_kept(&open.join("below")));
    fs::set_permissions(&open, Permissions::from_mode(0o1777)).unwrap();
    assert!(is_kept(&open.join("below")));
    // A file under two names is whoever's the other is.
    let file = open.join("below/sx-persist").join(file.file_name().unwrap());
    fs::hard_link(&file, open.join("other")).unwrap();
    assert!(!is_kept(&open.join("below")));
    assert_eq!(fs::metadata(&file).unwrap().nlink(), 1, "made anew");
}

#[test]
fn a_link_in_the_place_of_the_folder_is_not_followed_and_files_of_the_user_stay() {
    let root = Root::new();
    let above = tempfile::tempdir().unwrap();
    let (letters, caches) = (above.path().join("letters"), above.path().join("caches"));
    fs::create_dir(&letters).unwrap();
    fs::create_dir(&caches).unwrap();
    let old = SystemTime::now() - Duration::from_hours(24 * 365);
    fs::File::create(letters.join("letter.txt")).unwrap().set_modified(old).unwrap();
    symlink(&letters, caches.join("sx-persist")).unwrap();
    run(&root, &caches);
    assert_eq!(fs::read_dir(&letters).unwrap().count(), 1);
    assert!(letters.join("letter.txt").exists());
    // Nor do they go where the folder is the store's own.
    fs::remove_file(caches.join("sx-persist")).unwrap();
    fs::rename(&letters, caches.join("sx-persist")).unwrap();
    run(&root, &caches);
    assert_eq!(kept(&caches).len(), 2);
    assert!(caches.join("sx-persist/letter.txt").exists());
}

#[test]
fn of_first_starts_that_come_together_one_compiles() {
    const TOGETHER: usize = 8;
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    let caches = tempfile::tempdir().unwrap();
    let children: Vec<_> = (0..TOGETHER)
        .map(|_| {
            let mut get = root.command(&["-v", "kv", "get", "k"]);
            get.env("XDG_CACHE_HOME", caches.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
            get.spawn().unwrap()
        })
        .collect();
    let mut compiled = 0;
    for child in children {
        let ended = Ended::of(&child.wait_with_output().unwrap());
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "1\n"), "{ended:?}");
        compiled += usize::from(compiles(&ended));
    }
    assert_eq!(compiled, 1);
}

#[test]
fn a_start_that_takes_long_says_what_it_does() {
    let root = Root::new();
    let caches = tempfile::tempdir().unwrap();
    let folder = caches.path().join("sx-persist");
    DirBuilder::new().mode(0o700).create(&folder).unwrap();
    // Another process compiles, for as long as this test likes.
    let lock = fs::File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let mut put = root.command(&["kv", "put", "k", "1"]);
    put.env("XDG_CACHE_HOME", caches.path()).stderr(Stdio::piped());
    let mut put = put.spawn().unwrap();
    let mut said = String::new();
    BufReader::new(put.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(said, "sx-persist: preparing the component, once on this machine\n");
    assert!(kept(caches.path()).is_empty(), "it waits");
    lock.unlock().unwrap();
    assert!(put.wait().unwrap().success());
    assert_eq!(kept(caches.path()).len(), 1);
    root.run(&["kv", "get", "k"]).gives("1\n");
}

#[test]
fn where_code_cannot_be_kept_a_start_that_takes_long_says_why() {
    let root = Root::new();
    root.run(&["kv", "put", "k", "1"]).gives("");
    let file = root.file("caches", "");
    let expected = [
        (Some(&file), format!("{file}/sx-persist: Not a directory (os error 20)")),
        (None, "there is no HOME".to_owned()),
    ];
    for (caches, reason) in expected {
        let mut get = root.command(&["kv", "get", "k"]);
        get.env_remove("HOME").env_remove("XDG_CACHE_HOME").envs(caches.map(|file| ("XDG_CACHE_HOME", file)));
        let ended = Ended::of(&get.output().unwrap());
        ended.gives("1\n");
        let note = format!(
            "sx-persist: preparing the component; it cannot be kept: {reason}, so every start does this; \
             set XDG_CACHE_HOME\n"
        );
        // A fast machine has nothing to say.
        assert!(ended.notes == note || ended.notes.is_empty(), "{ended:?}");
    }
}
