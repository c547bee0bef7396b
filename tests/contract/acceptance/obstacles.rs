//! What stands where a file or folder of the store is to be. It stops a checkpoint, never what was answered, and `repair` sets it
//! aside.

use crate::fixture::{directory, event, refusal};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use sx_persist::types::Error as Refusal;
use sx_persist::{Result, Store};

fn open(root: &Path) -> Store {
    crate::builder().init(true).checkpoint_when_idle(None).open(root).unwrap()
}

fn seqs(store: &Store) -> Vec<String> {
    store.raw().read("s").unwrap()
}

#[test]
fn a_step_that_is_not_permitted_closes_the_store_and_loses_no_answer() {
    let (Some(root), Some(elsewhere)) = (directory(), directory()) else { return };
    let store = open(root.path());
    for seq in 1..=4 {
        store.raw().append("s", &event(seq)).unwrap();
    }
    store.raw().kv_put("one", "1").unwrap();
    store.admin().checkpoint().unwrap();
    // To the sandbox an absolute link leads nowhere: each step behind it is not permitted.
    let moved = elsewhere.path().join("kv");
    fs::rename(root.path().join("kv"), &moved).unwrap();
    symlink(&moved, root.path().join("kv")).unwrap();
    let mut answered: Vec<_> = (3..=4).map(event).collect();
    store.raw().truncate("s", 2).unwrap();
    store.raw().kv_put("two", "2").unwrap();
    let Refusal::Io(failure) = refusal(store.admin().checkpoint()) else {
        panic!("a checkpoint through a link")
    };
    assert!(failure.file.starts_with("kv"), "{failure:?}");
    for seq in 5..=6 {
        // Refused or kept, never answered and lost.
        match store.raw().append("s", &event(seq)) {
            Ok(_) => answered.push(event(seq)),
            Err(error) => drop(refusal::<()>(Err(error))),
        }
    }
    assert_eq!(seqs(&store), answered);
    drop(store);
    assert_eq!(seqs(&open(root.path())), answered);
    let store = open(root.path());
    assert_eq!(store.admin().verify().unwrap().findings[0].damage.file, "kv");
    assert_eq!(store.admin().repair().unwrap().damaged, 1);
    store.raw().append("s", &event(5)).unwrap();
    store.close().unwrap();
    answered.push(event(5));
    assert_eq!(seqs(&open(root.path())), answered);
    // The link was moved, and what it leads to was not touched.
    assert_eq!(fs::read_dir(&moved).unwrap().count(), 1);
}

/// Puts something in the way.
type Block = fn(&Path) -> std::io::Result<()>;

const BLOCKS: [(&str, Block); 6] = [
    ("kv/6b", |path| fs::create_dir_all(path)),
    ("kv", |path| fs::write(path, "a file of somebody's")),
    ("kv", |path| symlink("/tmp", path)),
    ("streams/73.log", |path| fs::create_dir_all(path.join("more"))),
    ("tmp/kv.sx-persist", |path| fs::create_dir_all(path)),
    ("journal/00000000000000000002", |path| fs::create_dir_all(path)),
];

#[test]
fn an_obstacle_is_named_by_verify_and_set_aside_by_repair() {
    for (at, block) in BLOCKS {
        let Some(root) = directory() else { return };
        let write = |store: &Store| -> Result<()> {
            store.raw().kv_put("k", "1")?;
            let seq = store.raw().last_seq("s")? + 1;
            store.raw().append("s", &event(seq)).map(drop)
        };
        let path = root.path().join(at);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Behind the first checks: what a store finds when it opens is another question.
        let store = crate::builder().init(true).checkpoint_when_idle(None).open(root.path()).unwrap();
        block(&path).unwrap();
        let written = write(&store).and_then(|()| store.admin().checkpoint());
        assert!(written.is_err(), "{at}: nothing was in the way");
        drop(store);
        let store = open(root.path());
        let report = store.admin().verify().unwrap();
        assert!(report.findings.iter().any(|found| found.damage.file == at), "{at}: {report:?}");
        let report = store.admin().repair().unwrap();
        let found = report.findings.iter().find(|found| found.damage.file == at);
        let copy = found.and_then(|found| found.set_aside.clone()).expect("it was set aside");
        assert!(root.path().join(&copy).symlink_metadata().is_ok(), "{at}: {copy}");
        write(&store).unwrap();
        store.close().unwrap();
        let store = open(root.path());
        assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("1"), "{at}");
        assert_eq!(store.admin().verify().unwrap().damaged, 0, "{at}");
    }
}
