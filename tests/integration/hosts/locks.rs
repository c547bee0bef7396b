//! A lock that somebody takes away, and one that somebody has planted.

use crate::host::{Host as _, Library, Locked, Spoken};
use crate::{KINDS, Kind};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// The hosts that have a root for as long as they like.
fn staying() -> impl Iterator<Item = Kind> {
    KINDS.into_iter().filter(|kind| *kind != Kind::CommandLine && kind.is_here())
}

#[test]
fn who_removes_the_lock_of_one_host_lets_no_other_in_and_closes_the_one_that_held_it() {
    for kind in staying() {
        let root = tempfile::tempdir().unwrap();
        let mut host = kind.open(root.path()).unwrap();
        host.append("s", "{:seq 1}");
        fs::remove_file(root.path().join("lock")).unwrap();
        for other in staying() {
            assert_eq!(other.open(root.path()).err(), Some(Locked(None)), "{other:?} beside {kind:?}");
        }
        let before = support::files(root.path());
        assert_eq!(host.ask("append", &["s".into(), "{:seq 2}".into()]), Err("closed".into()), "{kind:?}");
        assert_eq!(host.ask("checkpoint", &[]), Err("closed".into()), "{kind:?}");
        assert_eq!(host.read("s"), ["{:seq 1}"]);
        assert_eq!(support::files(root.path()), before, "{kind:?}");
        if kind == Kind::Library {
            // Dropped: it would say once more that it is closed.
            drop(host);
        } else {
            host.kill();
        }
        let mut library = Library::open(root.path(), false).unwrap();
        assert_eq!((library.read("s").len(), library.damaged()), (1, 0), "{kind:?}");
    }
}

#[test]
fn what_is_in_the_place_of_the_lock_and_not_its_own_file_is_opened_by_no_host() {
    let plants: [fn(&Path, &Path); 3] = [
        |target, lock| symlink(target, lock).unwrap(),
        |target, lock| fs::hard_link(target, lock).unwrap(),
        |_, lock| assert!(std::process::Command::new("mkfifo").arg(lock).status().unwrap().success()),
    ];
    for kind in staying().filter(|kind| *kind != Kind::Library) {
        for plant in plants {
            let above = tempfile::tempdir().unwrap();
            let (root, target) = (above.path().join("root"), above.path().join("target"));
            fs::create_dir(&root).unwrap();
            fs::write(&target, "of somebody else").unwrap();
            plant(&target, &root.join("lock"));
            let output = kind.command(&root).output().unwrap();
            assert!(!output.status.success() && output.stdout.is_empty(), "{kind:?}: {output:?}");
            assert_eq!(fs::read_to_string(&target).unwrap(), "of somebody else", "{kind:?}");
            fs::remove_file(root.join("lock")).unwrap();
            Spoken::open(kind.command(&root)).unwrap().close();
        }
    }
}
