//! `readonly`: what writes answers `read-only`, what reads passes.

use crate::places::{both, opener, plain, refusal};
use model::State;
use support::library::observe;
use sx_persist::types::{Error as Refusal, Expect, ExpectSeq, Op};
use sx_persist::{CORE_COMPONENT, Store, middleware};
use trace::address;
use trace::sessions::id;

/// One of each.
fn fill(store: &Store) {
    store.raw().append("s", "{:seq 1}").unwrap();
    store.raw().kv_put("k", "1").unwrap();
    store.raw().ref_set("main", &"1".repeat(40)).unwrap();
    store.raw().map_put("t", b"k", b"v").unwrap();
    store.raw().object_write(&"2".repeat(40), b"object").unwrap();
    store.raw().session_append(&id("a"), &id("1"), "1").unwrap();
    store.raw().snapshot_persist("n", b"snapshot").unwrap();
    store.raw().blob_put(b"blob").unwrap();
}

/// Every function that writes, on what is there and on what is not.
fn writes(store: &Store) -> Vec<Refusal> {
    let (segment, hash) = (id("1"), "3".repeat(40));
    let put = || Op::KvPut { key: "k".into(), value: "2".into() };
    vec![
        refusal(store.raw().append("s", "{:seq 2}")),
        refusal(store.raw().append_expecting("s", 1, &["{:seq 2}".into()])),
        refusal(store.raw().record_event("s", "x", 0, "nil", ExpectSeq::Any)),
        refusal(store.raw().truncate("s", 1)),
        refusal(store.raw().kv_put("k", "2")),
        refusal(store.raw().kv_swap("k", Some("1"), None)),
        refusal(store.kv().remove("k")),
        refusal(store.raw().blob_put(b"other")),
        refusal(store.raw().blob_put(&vec![0; 100_000])),
        refusal(store.raw().blob_writer().map(drop)),
        refusal(store.raw().blob_delete(&address(b"blob"))),
        refusal(store.raw().ref_set("main", &hash)),
        refusal(store.raw().ref_test_and_set("main", None, None)),
        refusal(store.raw().ref_delete("main")),
        refusal(store.raw().map_put("t", b"k", b"w")),
        refusal(store.raw().map_put_new("t", b"l", b"w")),
        refusal(store.raw().map_swap("t", b"k", Expect::Version(1), b"w")),
        refusal(store.raw().map_delete("t", b"k", Expect::Any)),
        refusal(store.raw().map_increment("t", b"n", 1)),
        refusal(store.raw().map_put_many("t", &[])),
        refusal(store.raw().map_delete_many("t", &[])),
        refusal(store.raw().map_drop_table("t")),
        refusal(store.raw().object_write(&hash, b"x")),
        store.raw().object_write_batch(&[]).unwrap_err().error.refusal().unwrap().clone(),
        refusal(store.raw().object_delete(&hash)),
        refusal(store.raw().session_create_segment(&id("a"), &segment, &[])),
        refusal(store.raw().session_append(&id("a"), &segment, "1")),
        refusal(store.raw().session_append_expecting(&id("a"), &segment, 1, &["1".into()])),
        refusal(store.raw().session_truncate(&id("a"), &segment, 0, ExpectSeq::Any)),
        refusal(store.raw().session_delete_segment(&id("a"), &segment)),
        refusal(store.raw().session_append_trace(&id("a"), &segment, "1")),
        refusal(store.raw().snapshot_persist("n", b"x")),
        refusal(store.raw().snapshot_persist_marker("n")),
        refusal(store.raw().snapshot_delete_marker("n")),
        store.raw().commit(&[put()]).unwrap_err().error.refusal().unwrap().clone(),
        store.raw().run(&[put()]).unwrap().remove(0).unwrap_err(),
        refusal(store.raw().handle_op("persist/append", "(\"s\" {:seq 2})")),
        refusal(store.raw().handle_op("persist/kv-put", "(\"k\" 2)")),
        refusal(store.raw().handle_op("blob/put", "(\"other\")")),
        refusal(store.raw().handle_op_bytes("blob/put", b"(\"\xff\")")),
        refusal(store.admin().checkpoint()),
        refusal(store.admin().checkpoint_step()),
        refusal(store.admin().compact_step()),
        refusal(store.admin().repair()),
    ]
}

#[test]
fn every_write_is_refused_and_every_read_passes() {
    let root = tempfile::tempdir().unwrap();
    let store = plain(root.path());
    fill(&store);
    let held = observe(&store).unwrap();
    let counts = (store.admin().verify().unwrap().entries, store.admin().stats().unwrap()["keys"]);
    store.close().unwrap();
    let files = support::files(root.path());
    for layers in [&[middleware::READONLY][..], &[middleware::READONLY, middleware::CACHED]] {
        let store = opener(&support::composed(layers, CORE_COMPONENT)).open(root.path()).unwrap();
        let refusals = writes(&store);
        assert!(refusals.iter().all(|refusal| *refusal == Refusal::ReadOnly), "{refusals:?}");
        assert_eq!(observe(&store).unwrap(), held);
        assert_eq!((store.admin().verify().unwrap().entries, store.admin().stats().unwrap()["keys"]), counts);
        assert_eq!(store.raw().handle_op("persist/kv-get", "(\"k\")").unwrap().as_deref(), Some("1"));
        assert_eq!(store.raw().handle_op("other/op", "nil").unwrap(), None);
        let cid = format!("(\"{}\")", address(b"blob"));
        let blob = store.raw().handle_op_bytes("blob/get", cid.as_bytes()).unwrap();
        assert_eq!(blob.as_deref(), Some(&b"\"blob\""[..]));
        store.admin().flush().unwrap();
        assert_eq!(refusal(store.admin().checkpoint()), Refusal::ReadOnly);
        store.close().unwrap();
        assert_eq!(support::files(root.path()), files);
    }
}

#[test]
fn an_empty_store_stays_empty() {
    for store in both(&[middleware::READONLY]) {
        assert_eq!(refusal(store.raw().kv_put("k", "1")), Refusal::ReadOnly);
        assert_eq!(refusal(store.raw().blob_writer().map(drop)), Refusal::ReadOnly);
        assert_eq!(observe(&store).unwrap(), State::default());
    }
}
