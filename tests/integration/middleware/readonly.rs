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
    store.text().append("s", "{:seq 1}").unwrap();
    store.text().kv_put("k", "1").unwrap();
    store.ref_set("main", &"1".repeat(40)).unwrap();
    store.map_put("t", b"k", b"v").unwrap();
    store.object_write(&"2".repeat(40), b"object").unwrap();
    store.text().session_append(&id("a"), &id("1"), "1").unwrap();
    store.snapshot_persist("n", b"snapshot").unwrap();
    store.blob_put(b"blob").unwrap();
}

/// Every function that writes, on what is there and on what is not.
fn writes(store: &Store) -> Vec<Refusal> {
    let (segment, hash) = (id("1"), "3".repeat(40));
    let put = || Op::KvPut { key: "k".into(), value: "2".into() };
    vec![
        refusal(store.text().append("s", "{:seq 2}")),
        refusal(store.text().append_expecting("s", 1, &["{:seq 2}".into()])),
        refusal(store.text().record_event("s", "x", 0, "nil", ExpectSeq::Any)),
        refusal(store.truncate("s", 1)),
        refusal(store.text().kv_put("k", "2")),
        refusal(store.text().kv_swap("k", Some("1"), None)),
        refusal(store.kv_delete("k")),
        refusal(store.blob_put(b"other")),
        refusal(store.blob_put(&vec![0; 100_000])),
        refusal(store.blob_writer().map(drop)),
        refusal(store.blob_delete(&address(b"blob"))),
        refusal(store.ref_set("main", &hash)),
        refusal(store.ref_test_and_set("main", None, None)),
        refusal(store.ref_delete("main")),
        refusal(store.map_put("t", b"k", b"w")),
        refusal(store.map_put_new("t", b"l", b"w")),
        refusal(store.map_swap("t", b"k", Expect::Version(1), b"w")),
        refusal(store.map_delete("t", b"k", Expect::Any)),
        refusal(store.map_increment("t", b"n", 1)),
        refusal(store.map_put_many("t", &[])),
        refusal(store.map_delete_many("t", &[])),
        refusal(store.map_drop_table("t")),
        refusal(store.object_write(&hash, b"x")),
        store.object_write_batch(&[]).unwrap_err().error.refusal().unwrap().clone(),
        refusal(store.object_delete(&hash)),
        refusal(store.text().session_create_segment(&id("a"), &segment, &[])),
        refusal(store.text().session_append(&id("a"), &segment, "1")),
        refusal(store.text().session_append_expecting(&id("a"), &segment, 1, &["1".into()])),
        refusal(store.text().session_truncate(&id("a"), &segment, 0, ExpectSeq::Any)),
        refusal(store.text().session_delete_segment(&id("a"), &segment)),
        refusal(store.text().session_append_trace(&id("a"), &segment, "1")),
        refusal(store.snapshot_persist("n", b"x")),
        refusal(store.snapshot_persist_marker("n")),
        refusal(store.snapshot_delete_marker("n")),
        store.commit(&[put()]).unwrap_err().error.refusal().unwrap().clone(),
        store.run(&[put()]).unwrap().remove(0).unwrap_err(),
        refusal(store.handle_op("persist/append", "(\"s\" {:seq 2})")),
        refusal(store.handle_op("persist/kv-put", "(\"k\" 2)")),
        refusal(store.handle_op("blob/put", "(\"other\")")),
        refusal(store.handle_op_bytes("blob/put", b"(\"\xff\")")),
        refusal(store.checkpoint()),
        refusal(store.checkpoint_step()),
        refusal(store.repair()),
    ]
}

#[test]
fn every_write_is_refused_and_every_read_passes() {
    let root = tempfile::tempdir().unwrap();
    let store = plain(root.path());
    fill(&store);
    let held = observe(&store).unwrap();
    let counts = (store.verify().unwrap().entries, store.stats().unwrap()["keys"]);
    store.close().unwrap();
    let files = support::files(root.path());
    for layers in [&[middleware::READONLY][..], &[middleware::READONLY, middleware::CACHED]] {
        let store = opener(&support::composed(layers, CORE_COMPONENT)).open(root.path()).unwrap();
        let refusals = writes(&store);
        assert!(refusals.iter().all(|refusal| *refusal == Refusal::ReadOnly), "{refusals:?}");
        assert_eq!(observe(&store).unwrap(), held);
        assert_eq!((store.verify().unwrap().entries, store.stats().unwrap()["keys"]), counts);
        assert_eq!(store.handle_op("persist/kv-get", "(\"k\")").unwrap().as_deref(), Some("1"));
        assert_eq!(store.handle_op("other/op", "nil").unwrap(), None);
        let cid = format!("(\"{}\")", address(b"blob"));
        let blob = store.handle_op_bytes("blob/get", cid.as_bytes()).unwrap();
        assert_eq!(blob.as_deref(), Some(&b"\"blob\""[..]));
        store.flush().unwrap();
        assert_eq!(refusal(store.checkpoint()), Refusal::ReadOnly);
        store.close().unwrap();
        assert_eq!(support::files(root.path()), files);
    }
}

#[test]
fn an_empty_store_stays_empty() {
    for store in both(&[middleware::READONLY]) {
        assert_eq!(refusal(store.text().kv_put("k", "1")), Refusal::ReadOnly);
        assert_eq!(refusal(store.blob_writer().map(drop)), Refusal::ReadOnly);
        assert_eq!(observe(&store).unwrap(), State::default());
    }
}
