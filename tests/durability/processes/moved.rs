//! A root whose path leads elsewhere while a store is open: what is written goes to the directory that is locked.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;
use support::library::interrupt;
use sx_persist::{Store, clock};

/// A store that a test interrupts, on a path.
fn open(path: &Path) -> Store {
    Store::builder().timeout(Some(Duration::ZERO)).checkpoint_when_idle(None).open(path).unwrap()
}

fn put(store: &Store, key: &str) {
    let _stopped = clock::stop();
    store.kv().put(key, &key).unwrap();
}

/// What a root has under a key, read by a store of its own.
fn found(root: &Path, key: &str) -> Option<String> {
    Store::builder().read_only(true).open(root).unwrap().kv().get(key).unwrap()
}

/// Opens a store at `path`, has `elsewhere` lead the path to another directory, and looks at what is in both then: writes of
/// an instance from before, and of one that is opened afresh.
fn goes_on(path: &Path, elsewhere: impl FnOnce() -> PathBuf) {
    let store = open(path);
    put(&store, "before");
    let held = elsewhere();
    put(&store, "meanwhile");
    interrupt(&store);
    put(&store, "behind");
    assert_eq!(fs::read_dir(path).unwrap().count(), 0, "a root that nobody has locked was written to");
    // The name that it has now is the root's, lock and all.
    assert!(Store::open(&held).unwrap_err().to_string().contains("is locked by process"));
    drop(store);
    assert_eq!(fs::read_dir(path).unwrap().count(), 0);
    for key in ["before", "meanwhile", "behind"] {
        assert_eq!(found(&held, key).as_deref(), Some(key));
    }
    assert_eq!(Store::open(&held).unwrap().admin().verify().unwrap().damaged, 0);
}

#[test]
fn a_root_that_is_renamed_and_made_anew_is_written_to_under_its_new_name() {
    let above = tempfile::tempdir().unwrap();
    let (root, aside) = (above.path().join("root"), above.path().join("aside"));
    goes_on(&root, || {
        fs::rename(&root, &aside).unwrap();
        fs::create_dir(&root).unwrap();
        aside.clone()
    });
}

#[test]
fn a_link_that_is_moved_leaves_the_store_where_it_was_opened() {
    let above = tempfile::tempdir().unwrap();
    let [current, old, new] = ["current", "old", "new"].map(|name| above.path().join(name));
    fs::create_dir(&old).unwrap();
    fs::create_dir(&new).unwrap();
    symlink(&old, &current).unwrap();
    goes_on(&current, || {
        fs::remove_file(&current).unwrap();
        symlink(&new, &current).unwrap();
        old.clone()
    });
}

#[test]
fn a_store_whose_first_call_comes_late_is_the_one_that_was_opened() {
    let above = tempfile::tempdir().unwrap();
    let (root, aside) = (above.path().join("root"), above.path().join("aside"));
    let stores = [false, true].map(|read_only| {
        let store = Store::builder().read_only(read_only).open(&root).unwrap();
        assert_eq!(store.root(), Some(root.as_path()));
        store
    });
    fs::rename(&root, &aside).unwrap();
    fs::create_dir(&root).unwrap();
    let [writer, reader] = stores;
    writer.kv().put("k", &1).unwrap();
    assert_eq!(reader.kv().get("k").unwrap(), Some(1));
    drop(writer);
    assert_eq!(fs::read_dir(&root).unwrap().count(), 0);
}

#[test]
fn a_relative_path_is_the_directory_that_it_led_to_also_for_a_process_that_goes_elsewhere() {
    let above = tempfile::tempdir().unwrap();
    let elsewhere = above.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let root = above.path().join("root");
    let output = crate::worker::child(Path::new("root"), &["wander", "elsewhere"])
        .current_dir(above.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{}\n", root.display()));
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    assert_eq!(found(&root, "before").as_deref(), Some("before"));
    assert_eq!(found(&root, "behind").as_deref(), Some("behind"));
}
