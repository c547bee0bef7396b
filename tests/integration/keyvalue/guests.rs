//! `examples/keyvalue`: a guest that knows `wasi:keyvalue` alone, on an adapter on the store.

use crate::client::{Draft, Draft2, KeyValue, on_store};
use crate::host::{Below, compile, link};
use sim::disk::Disk;
use sim::simfs::Plan;
use std::collections::BTreeMap;
use std::path::Path;
use sx_persist::Store;
use sx_persist::types::{Direction, Expect, MapRange};
use sx_persist_test_guests::{VISITS_DRAFT, VISITS_DRAFT2};
use wasmtime::component::Component;
use wasmtime_wasi::filesystem::FsPerms;

/// Runs a program in an instance of its own, and answers whether it did what it was to do.
fn run(program: &Component, root: &Path) -> bool {
    let (mut store, pre) = link(program, Below::Directory(root, FsPerms::ReadWrite));
    let instance = pre.instantiate(&mut store).unwrap();
    let run = instance.get_export_index(&mut store, None, "wasi:cli/run@0.2.0").unwrap();
    let run = instance.get_export_index(&mut store, Some(&run), "run").unwrap();
    let run = instance.get_typed_func::<(), (Result<(), ()>,)>(&mut store, run).unwrap();
    let (done,) = run.call(&mut store, ()).unwrap();
    done.is_ok()
}

/// The bucket `visits`, read through the host library.
fn visits(root: &Path) -> BTreeMap<String, String> {
    let store = Store::open(root).unwrap();
    let all = MapRange { prefix: Vec::new(), start: None, end: None };
    let keys = store.raw().map_list("visits", &all, None, 100, Direction::Forward).unwrap().keys;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert!(store.admin().verify().unwrap().findings.is_empty());
    keys.into_iter()
        .map(|key| (text(key.clone()), text(store.raw().map_get("visits", &key).unwrap().unwrap().value)))
        .collect()
}

fn runs_and_what_it_wrote_is_there_after_a_restart(guest: &[u8], adapter: &[u8]) {
    let asked = sx_persist_compose::imports(guest).unwrap();
    assert!(asked.len() == 3 && asked.iter().all(|name| name.starts_with("wasi:keyvalue/")), "{asked:?}");
    let program = sx_persist_compose::plug(guest, &on_store(adapter)).unwrap();
    assert_eq!(
        sx_persist_compose::imports(&program).unwrap(),
        include_str!("../../contract/acceptance/imports.txt").lines().collect::<Vec<_>>()
    );
    let program = compile(&program);
    let root = tempfile::tempdir().unwrap();
    for visit in 1..=3_u32 {
        assert!(run(&program, root.path()), "visit {visit}");
        let mut expected: BTreeMap<_, _> =
            (1..=visit).map(|n| (format!("visit/{n}"), "hello".into())).collect();
        let numbers = [("count", visit), ("last", visit), ("first", 1)];
        expected.extend(numbers.map(|(key, number)| (key.to_owned(), number.to_string())));
        assert_eq!(visits(root.path()), expected);
    }
    // That it looks is seen when something is missing.
    let store = Store::open(root.path()).unwrap();
    store.raw().map_delete("visits", b"visit/2", Expect::Any).unwrap();
    store.close().unwrap();
    assert!(!run(&program, root.path()));
}

#[test]
fn a_guest_of_the_draft_runs_and_what_it_wrote_is_there_after_a_restart() {
    runs_and_what_it_wrote_is_there_after_a_restart(VISITS_DRAFT, sx_persist::keyvalue::DRAFT);
}

#[test]
fn a_guest_of_the_later_draft_runs_and_what_it_wrote_is_there_after_a_restart() {
    runs_and_what_it_wrote_is_there_after_a_restart(VISITS_DRAFT2, sx_persist::keyvalue::DRAFT2);
}

/// The drafts' types differ: nobody is to find out at a call.
#[test]
fn a_guest_is_refused_on_the_adapter_of_the_other_draft() {
    let drafts = [(VISITS_DRAFT, sx_persist::keyvalue::DRAFT2), (VISITS_DRAFT2, sx_persist::keyvalue::DRAFT)];
    for (guest, other) in drafts {
        let refused = sx_persist_compose::plug(guest, &on_store(other));
        assert!(matches!(refused, Err(sx_persist_compose::Error::NothingMatches { .. })), "{refused:?}");
    }
}

/// Both buckets are tables of one store: a guest of one draft reads what one of the other wrote.
#[test]
fn guests_of_both_drafts_share_their_buckets() {
    let root = tempfile::tempdir().unwrap();
    let mut one = Draft::on(root.path());
    let bucket = one.open("shared").unwrap();
    one.set(bucket, "k", b"v").unwrap();
    assert_eq!(one.increment(bucket, "n", 5), Ok(5));
    drop(one);
    let mut other = Draft2::on(root.path());
    let bucket = other.open("shared").unwrap();
    assert_eq!(other.get(bucket, "k").unwrap().unwrap(), b"v");
    assert_eq!(other.increment(bucket, "n", 2), Ok(7));
}

/// The store below may be another: the one without a disk, here.
#[test]
fn an_adapter_on_the_store_in_memory_imports_nothing_and_works() {
    for adapter in [sx_persist::keyvalue::DRAFT, sx_persist::keyvalue::DRAFT2] {
        let composed = sx_persist_compose::plug(adapter, sx_persist::MEMORY_COMPONENT).unwrap();
        assert_eq!(sx_persist_compose::imports(&composed).unwrap(), [""; 0]);
    }
    let composed =
        sx_persist_compose::plug(sx_persist::keyvalue::DRAFT2, sx_persist::MEMORY_COMPONENT).unwrap();
    let mut client = Draft2::start(&compile(&composed), Below::Disk(Disk::default(), Plan::default()));
    let bucket = client.open("b").unwrap();
    assert_eq!(client.increment(bucket, "n", 2), Ok(2));
    assert_eq!(client.get(bucket, "n").unwrap().unwrap(), b"2");
}
