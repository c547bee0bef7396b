//! Files that no store made: pipes, sockets and links in the place of its own (docs/format.md, "The directory").

use crate::fixture::{Fixture, refusal};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use sx_persist::types::Error as Refusal;

/// Puts something else in the place of a file.
fn replace(path: &Path, with: impl Fn(&Path)) {
    let _ = fs::remove_file(path);
    with(path);
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn socket(path: &Path) {
    drop(UnixListener::bind(path).unwrap());
}

fn link(path: &Path) {
    symlink("format", path).unwrap();
}

#[test]
fn a_sparse_file_of_a_terabyte_is_refused_at_once() {
    let Some(store) = Fixture::with_files() else { return };
    for stream in ["s", "t"] {
        store.raw().append(stream, "{:seq 1}").unwrap();
    }
    for key in ["k", "l"] {
        store.raw().kv_put(key, "1").unwrap();
    }
    let files = ["streams/73.log", "streams/74.seq", "kv/6b"];
    let store = store.meanwhile(|root| {
        for file in files {
            fs::File::options().write(true).open(root.join(file)).unwrap().set_len(1 << 40).unwrap();
        }
    });
    let refused = [
        refusal(store.raw().read("s")),
        refusal(store.raw().append("s", "{:seq 2}")),
        refusal(store.raw().truncate("s", 1)),
        refusal(store.raw().kv_get("k")),
    ];
    for refused in refused {
        assert!(
            matches!(&refused, Refusal::Corrupt(damage) if damage.reason.starts_with("longer than")),
            "{refused:?}"
        );
    }
    assert_eq!(store.raw().read("t").unwrap(), ["{:seq 1}"], "a counter that is none");
    assert_eq!(store.admin().verify().unwrap().damaged, 3);
    assert_eq!(store.admin().repair().unwrap().damaged, 3);
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}"], "what precedes the hole stays");
    assert_eq!(store.raw().kv_get("l").unwrap().as_deref(), Some("1"));
    let store = store.meanwhile(|root| {
        fs::File::options().write(true).open(root.join("format")).unwrap().set_len(1 << 40).unwrap();
    });
    assert!(matches!(refusal(store.raw().kv_get("l")), Refusal::Corrupt(_)));
    store.admin().repair().unwrap();
    assert_eq!(store.raw().kv_get("l").unwrap().as_deref(), Some("1"));
}

#[test]
fn a_journal_of_a_terabyte_is_refused_and_repaired() {
    let Some(store) = Fixture::with_files() else { return };
    store.raw().append("s", "{:seq 1}").unwrap();
    store.raw().kv_put("k", "1").unwrap();
    // As a crash leaves it: the journal holds all.
    let root = tempfile::tempdir().unwrap();
    assert!(
        Command::new("cp").arg("-a").arg(store.path().join(".")).arg(root.path()).status().unwrap().success()
    );
    let journal = fs::read_dir(root.path().join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let journal = journal.filter(|path| path.file_name() != Some(OsStr::new("reserve"))).max().unwrap();
    fs::File::options().write(true).open(journal).unwrap().set_len(1 << 40).unwrap();
    let store = Fixture::on(root);
    for refused in [refusal(store.raw().read("s")), refusal(store.raw().kv_put("k", "2"))] {
        assert!(
            matches!(&refused, Refusal::Corrupt(damage) if damage.reason == "longer than a journal can be"),
            "{refused:?}"
        );
    }
    assert_eq!(store.admin().repair().unwrap().damaged, 1);
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    let store = store.reopen();
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}"]);
    assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("1"));
    store.raw().kv_put("k", "2").unwrap();
}

#[test]
fn k3_a_name_that_is_no_utf8_is_passed_by() {
    let Some(store) = Fixture::with_files() else { return };
    store.raw().append("s", "{:seq 1}").unwrap();
    store.raw().kv_put("k", "1").unwrap();
    store.raw().map_put("m", b"k", b"v").unwrap();
    let folders = [".", "streams", "kv", "journal", "tmp", "quarantine", "runs"];
    let mut store = store.meanwhile(|root| {
        for folder in folders {
            fs::create_dir_all(root.join(folder)).unwrap();
            fs::write(root.join(folder).join(OsStr::from_bytes(b"6b\xff")), "left here").unwrap();
        }
    });
    for seq in 2..4 {
        assert_eq!(store.raw().append("s", &format!("{{:seq {seq}}}")).unwrap(), seq);
        assert_eq!(store.kv().keys().unwrap(), ["k"]);
        assert_eq!(store.raw().map_tables().unwrap(), ["m"]);
        store.admin().checkpoint().unwrap();
        let report = store.admin().verify().unwrap();
        assert_eq!((report.foreign, report.damaged), (5, 0), "as the others of their folders");
        assert_eq!(store.admin().repair().unwrap().damaged, 0);
        store = store.reopen();
    }
    for folder in folders {
        assert!(
            store.path().join(folder).join(OsStr::from_bytes(b"6b\xff")).is_file(),
            "{folder}: never touched"
        );
    }
}

#[test]
fn what_is_no_file_makes_nobody_wait() {
    for with in [pipe, socket, link] {
        let Some(store) = Fixture::with_files() else { return };
        store.raw().append("s", "{:seq 1}").unwrap();
        store.raw().kv_put("k", "1").unwrap();
        store.raw().kv_put("l", "2").unwrap();
        let store = store.meanwhile(|root| {
            replace(&root.join("streams/73.log"), with);
            replace(&root.join("kv/6b"), with);
            pipe(&root.join("runs"));
        });
        for refused in [refusal(store.raw().read("s")), refusal(store.raw().kv_get("k"))] {
            assert!(
                matches!(&refused, Refusal::Corrupt(damage) if damage.reason.starts_with("not a")),
                "{refused:?}"
            );
        }
        assert_eq!(store.raw().kv_get("l").unwrap().as_deref(), Some("2"));
        assert_eq!(store.admin().verify().unwrap().damaged, 3);
        // Those, and the log of which nothing but its counter is left.
        assert_eq!(store.admin().repair().unwrap().findings.len(), 4);
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
        let store = store.reopen();
        store.raw().append("s", "{:seq 2}").unwrap();
        assert_eq!(store.raw().read("s").unwrap(), ["{:seq 2}"]);
    }
}
