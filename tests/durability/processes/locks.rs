//! What becomes of a lock that somebody takes away.

use crate::worker::child;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use support::files;
use support::library::{interrupt, observe};
use sx_persist::types::{Durability, Error as Refusal, Layout, MapPair, Op};
use sx_persist::{Error, Store, clock};

fn writer(root: &Path) -> Store {
    Store::builder().checkpoint_when_idle(None).open(root).unwrap()
}

/// Why a call was refused, which is that the lock is gone.
fn closed<T>(answer: Result<T, Error>) -> String {
    let error = answer.err().expect("a write without a lock went through");
    assert!(error.to_string().contains("open the store again"), "{error}");
    match error {
        Error::Refused(Refusal::Closed(at)) if at.step == "lock" && at.file == "lock" => at.code,
        other => panic!("{other:?}"),
    }
}

/// A call, without its answer.
type Write = fn(&Store) -> Result<(), Error>;

/// What writes, syncs or does a part of a checkpoint: each way into the component that there is.
const WRITES: [(&str, Write); 20] = [
    ("append", |store| store.raw().append("s", "{:seq 9}").map(drop)),
    ("kv-put", |store| store.raw().kv_put("k", "2")),
    ("truncate", |store| store.raw().truncate("s", 1).map(drop)),
    ("blob.put", |store| store.raw().blob_put(b"small").map(drop)),
    ("blob.put, large", |store| store.raw().blob_put(&vec![7; 100_000]).map(drop)),
    ("blob.writer", |store| store.raw().blob_writer().map(drop)),
    ("blob.delete", |store| {
        store.raw().blob_delete("bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq").map(drop)
    }),
    ("maps.put-many", |store| {
        store.raw().map_put_many("t", &[MapPair { key: b"k".into(), value: b"v".into() }]).map(drop)
    }),
    ("maps.delete-many", |store| store.raw().map_delete_many("t", &[b"k".into()]).map(drop)),
    ("maps.drop-table", |store| store.raw().map_drop_table("t").map(drop)),
    ("objects.write-batch", |store| {
        store.raw().object_write_batch(&[("1".repeat(40), b"x".into())]).map_err(|refused| refused.error)
    }),
    ("batch.commit", |store| store.raw().commit(&[put("k")]).map(drop).map_err(|refused| refused.error)),
    ("batch.run", |store| store.raw().run(&[put("k")]).map(drop)),
    ("dispatch.handle-op", |store| {
        store.raw().handle_op("persist/kv-put", "(list \"k\" 2)").map(drop).map_err(|refused| refused.error)
    }),
    ("admin.flush", |store| store.admin().flush()),
    ("admin.checkpoint", |store| store.admin().checkpoint()),
    ("admin.checkpoint-step", |store| store.admin().checkpoint_step().map(drop)),
    ("admin.convert-step", |store| store.admin().convert_step(Layout::Packed).map(drop)),
    ("admin.set-durability", |store| store.admin().set_durability(Durability::Relaxed)),
    ("admin.repair", |store| store.admin().repair().map(drop)),
];

fn put(key: &str) -> Op {
    Op::KvPut { key: key.into(), value: "2".into() }
}

#[test]
fn who_removes_the_lock_lets_nobody_in_and_closes_the_store_that_held_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let lock = root.join("lock");
    for (name, write) in WRITES {
        let store = writer(root);
        store.raw().kv_put("k", "1").unwrap();
        let mut blob = store.raw().blob_writer().unwrap();
        blob.write_all(b"begun").unwrap();
        let held = observe(&store).unwrap();
        fs::remove_file(&lock).unwrap();
        assert!(Store::open(root).unwrap_err().to_string().contains("is locked by"), "{name}");
        let before = files(root);
        assert_eq!(closed(write(&store)), "removed", "{name}");
        assert_eq!(observe(&store).unwrap(), held, "{name}: reads go on");
        // It is not the lock that was held, and what was done in between nobody knows.
        fs::write(&lock, "").unwrap();
        assert_eq!(closed(write(&store)), "removed", "{name}");
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
        drop(blob);
        assert_eq!(closed(store.clone().close()), "removed", "{name}");
        drop(store);
        fs::remove_file(&lock).unwrap();
        assert_eq!(files(root), before, "{name}: something was written without a lock");
        assert_eq!(observe(&writer(root)).unwrap(), held, "{name}");
    }
}

#[test]
fn a_blob_that_is_being_written_when_the_lock_goes_is_closed_too() {
    let root = tempfile::tempdir().unwrap();
    let store = writer(root.path());
    let [mut adds, finishes] = [(); 2].map(|()| store.raw().blob_writer().unwrap());
    fs::remove_file(root.path().join("lock")).unwrap();
    assert_eq!(closed(adds.add(b"more")), "removed");
    let lost = finishes.finish().unwrap_err();
    assert!(matches!(lost, Error::Refused(Refusal::Closed(_))), "{lost:?}");
}

#[test]
fn a_lock_that_is_replaced_closes_the_store_and_another_process_is_refused_meanwhile() {
    let root = tempfile::tempdir().unwrap();
    let store = writer(root.path());
    store.raw().append("s", "{:seq 1}").unwrap();
    let (lock, new) = (root.path().join("lock"), root.path().join("new"));
    fs::write(&new, "").unwrap();
    fs::rename(&new, &lock).unwrap();
    let second = child(root.path(), &["append"]).output().unwrap();
    assert!(!second.status.success() && second.stdout.is_empty(), "{second:?}");
    assert!(String::from_utf8(second.stderr).unwrap().contains("is locked by another process"));
    assert_eq!(closed(store.raw().append("s", "{:seq 2}")), "replaced");
    drop(store);
    assert_eq!(writer(root.path()).raw().last_seq("s").unwrap(), 1);
}

#[test]
fn a_store_that_must_be_opened_afresh_without_its_lock_is_opened_for_reading() {
    let root = tempfile::tempdir().unwrap();
    let builder = Store::builder().timeout(Some(Duration::ZERO)).durability(Durability::Relaxed);
    let store = builder.checkpoint_when_idle(None).open(root.path()).unwrap();
    let stopped = clock::stop();
    store.kv().put("k", &1).unwrap();
    drop(stopped);
    interrupt(&store);
    let _stopped = clock::stop();
    fs::remove_file(root.path().join("lock")).unwrap();
    let before = files(root.path());
    assert_eq!(store.kv().get::<u64>("k").unwrap(), Some(1));
    assert_eq!(closed(store.kv().put("k", &2)), "removed");
    drop(store);
    assert_eq!(files(root.path()), before, "what was interrupted was recovered without a lock");
}
