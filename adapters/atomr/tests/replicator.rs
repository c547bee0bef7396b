//! The real actor on a real directory.

use atomr_distributed_data::{
    DurableStore as _, GCounter, LwwRegister, ORMap, OrSet, PNCounter, ReadConsistency, Replicator,
    ReplicatorAck, ReplicatorActor, SignedSum, WriteConsistency,
};
use std::future::Future;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use sx_persist::Store;
use sx_persist_atomr::{Codec, Snapshots};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const LOCAL: WriteConsistency = WriteConsistency::Local;

fn open(root: &Path) -> Arc<Snapshots> {
    Arc::new(Snapshots::new(Store::open(root).unwrap()))
}

/// Runs in a runtime of its own, which takes all of its tasks with it: a process, as far as an actor can tell.
fn process<R>(life: impl Future<Output = R>) -> R {
    Runtime::new().unwrap().block_on(life)
}

fn counter(node: &str, count: u64) -> GCounter {
    let mut counter = GCounter::new();
    counter.increment(node, count);
    counter
}

fn visits(replicator: &Replicator) -> Option<u64> {
    replicator.get::<GCounter>("visits").map(|counter| counter.value())
}

#[test]
fn what_an_actor_acknowledged_is_found_after_it_is_dropped_and_the_store_opened_anew() {
    let root = TempDir::new().unwrap();
    process(async {
        let snapshots = open(root.path());
        let actor = ReplicatorActor::spawn_with(snapshots.clone());
        assert!(!snapshots.attach::<GCounter>(actor.inner(), "visits").unwrap());
        snapshots.attach::<OrSet<String>>(actor.inner(), "tags/ü").unwrap();
        for count in [3, 5] {
            assert_eq!(actor.update("visits", counter("n1", count), LOCAL).await, ReplicatorAck::Ok);
        }
        actor.update("visits", counter("n2", 4), LOCAL).await;
        let mut tags = OrSet::new();
        tags.add("kept".to_owned());
        tags.add("gone".to_owned());
        tags.remove(&"gone".to_owned());
        actor.update("tags/ü", tags, LOCAL).await;
        // Of a type that nobody gave: it is noted.
        actor.update("noted", counter("n1", 1), LOCAL).await;
        assert!(snapshots.take_error().is_none());
        drop(actor);
    });
    process(async {
        let snapshots = open(root.path());
        assert_eq!(snapshots.keys().unwrap(), ["noted", "tags/ü", "visits"]);
        let actor = ReplicatorActor::spawn_with(snapshots.clone());
        assert!(actor.inner().keys().is_empty(), "the crate itself loads nothing");
        assert!(snapshots.attach::<GCounter>(actor.inner(), "visits").unwrap());
        assert!(snapshots.attach::<OrSet<String>>(actor.inner(), "tags/ü").unwrap());
        assert!(!snapshots.attach::<GCounter>(actor.inner(), "noted").unwrap());
        let found: GCounter = actor.get("visits", ReadConsistency::Local).await.unwrap();
        assert_eq!(found.value(), 9);
        let tags: OrSet<String> = actor.get("tags/ü", ReadConsistency::Local).await.unwrap();
        assert!(tags.contains(&"kept".to_owned()) && !tags.contains(&"gone".to_owned()));
        // It goes on from there, and a removal is found as well.
        actor.update("visits", counter("n2", 6), LOCAL).await;
        assert_eq!(actor.delete("tags/ü").await, ReplicatorAck::Ok);
        actor.shutdown().await;
    });
    let snapshots = open(root.path());
    assert_eq!(snapshots.keys().unwrap(), ["noted", "visits"]);
    let replicator = Replicator::new();
    snapshots.attach::<GCounter>(&replicator, "visits").unwrap();
    assert_eq!(visits(&replicator), Some(11));
}

#[test]
fn an_acknowledged_update_is_on_disk_while_the_store_is_still_open() {
    let root = TempDir::new().unwrap();
    process(async {
        let snapshots = open(root.path());
        let actor = ReplicatorActor::spawn_with(snapshots.clone());
        snapshots.attach::<GCounter>(actor.inner(), "visits").unwrap();
        for count in 1..=5 {
            actor.update("visits", counter("n1", count), LOCAL).await;
            // Another process, which reads beside the writer.
            let reader = Store::builder().read_only(true).open(root.path()).unwrap();
            let replicator = Replicator::new();
            let loaded = Codec::<GCounter>::sx().decode;
            replicator
                .update("visits", loaded(&reader.raw().snapshot_load("visits").unwrap().unwrap()).unwrap());
            assert_eq!(visits(&replicator), Some(count));
        }
    });
}

#[test]
fn attaching_merges_what_is_stored_with_what_is_there() {
    let root = TempDir::new().unwrap();
    let snapshots = open(root.path());
    let first = Replicator::new();
    first.update("visits", counter("n1", 3));
    assert!(!snapshots.attach::<GCounter>(&first, "visits").unwrap());
    let second = Replicator::new();
    second.update("visits", counter("n2", 4));
    assert!(snapshots.attach::<GCounter>(&second, "visits").unwrap());
    assert_eq!(visits(&second), Some(7));
    // Both are stored by now.
    let third = Replicator::new();
    snapshots.attach::<GCounter>(&third, "visits").unwrap();
    assert_eq!(visits(&third), Some(7));
    // Past the actor: kept when asked for, from the replicator that was attached last.
    third.update("visits", counter("n3", 1));
    second.update("visits", counter("n2", 100));
    snapshots.keep("visits").unwrap();
    let fourth = Replicator::new();
    snapshots.attach::<GCounter>(&fourth, "visits").unwrap();
    assert_eq!(visits(&fourth), Some(8));
}

#[test]
fn a_replicator_that_is_gone_leaves_what_it_stored() {
    let root = TempDir::new().unwrap();
    let snapshots = open(root.path());
    let replicator = Replicator::new();
    replicator.update("visits", counter("n1", 3));
    snapshots.attach::<GCounter>(&replicator, "visits").unwrap();
    drop(replicator);
    snapshots.persist_marker("visits").unwrap();
    let replicator = Replicator::new();
    snapshots.attach::<GCounter>(&replicator, "visits").unwrap();
    assert_eq!(visits(&replicator), Some(3));
}

#[test]
fn the_error_that_the_actor_drops_is_kept_and_the_next_update_writes_all_of_the_value() {
    let root = TempDir::new().unwrap();
    process(async {
        let snapshots = open(root.path());
        let actor = ReplicatorActor::spawn_with(snapshots.clone());
        snapshots.attach::<LwwRegister<String>>(actor.inner(), "text").unwrap();
        let large = LwwRegister::new("n1", "x".repeat(17 << 20), 1);
        // It says that all is well.
        assert_eq!(actor.update("text", large, LOCAL).await, ReplicatorAck::Ok);
        assert_eq!(snapshots.take_error().unwrap().kind(), ErrorKind::FileTooLarge);
        assert_eq!(snapshots.load("text").unwrap(), None);
        actor.update("text", LwwRegister::new("n1", "short".to_owned(), 2), LOCAL).await;
        assert!(snapshots.take_error().is_none());
        assert_eq!(actor.update("", counter("n1", 1), LOCAL).await, ReplicatorAck::Ok);
        assert_eq!(snapshots.take_error().unwrap().kind(), ErrorKind::InvalidInput);
        assert_eq!(actor.delete("").await, ReplicatorAck::Ok);
        assert_eq!(snapshots.take_error().unwrap().kind(), ErrorKind::InvalidInput);
    });
    let snapshots = open(root.path());
    let replicator = Replicator::new();
    snapshots.attach::<LwwRegister<String>>(&replicator, "text").unwrap();
    assert_eq!(replicator.get::<LwwRegister<String>>("text").unwrap().value(), "short");
}

#[test]
fn another_type_is_an_error_and_what_is_stored_stays() {
    let root = TempDir::new().unwrap();
    process(async {
        let snapshots = open(root.path());
        let actor = ReplicatorActor::spawn_with(snapshots.clone());
        snapshots.attach::<GCounter>(actor.inner(), "visits").unwrap();
        actor.update("visits", counter("n1", 3), LOCAL).await;
        let stored = snapshots.load("visits").unwrap().unwrap();
        // The crate puts it in the counter's place, and says that all is well.
        assert_eq!(actor.update("visits", PNCounter::new(), LOCAL).await, ReplicatorAck::Ok);
        assert_eq!(snapshots.take_error().unwrap().kind(), ErrorKind::InvalidData);
        assert_eq!(snapshots.load("visits").unwrap().unwrap(), stored);
        assert_eq!(
            snapshots.attach::<GCounter>(actor.inner(), "visits").unwrap_err().kind(),
            ErrorKind::InvalidData
        );
        // What is stored is no register, and is not taken for one.
        let fresh = Replicator::new();
        let refused = snapshots.attach::<LwwRegister<String>>(&fresh, "visits").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidData);
        assert!(fresh.keys().is_empty());
        assert_eq!(snapshots.load("visits").unwrap().unwrap(), stored);
    });
}

#[test]
fn every_kind_of_key_comes_back_and_what_sx_cannot_say_takes_another_codec() {
    let root = TempDir::new().unwrap();
    let snapshots = open(root.path());
    let first = Replicator::new();
    let mut map = ORMap::<u32, PNCounter>::new();
    let mut counter = PNCounter::new();
    counter.increment("n1", 5);
    counter.decrement("n1", 7);
    map.put(7, counter);
    first.update("map", map);
    let mut sum = SignedSum::new();
    sum.add("n1", -3);
    first.update("sum", sum);
    first.update("register", LwwRegister::new("n1", u64::MAX, 1));
    let refused = snapshots.attach::<LwwRegister<u64>>(&first, "register").unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::InvalidData);
    // The timestamp and the value, and nothing else of a register that only one node writes.
    let codec = Codec::<LwwRegister<u64>> {
        encode: |register| Ok([register.timestamp().to_le_bytes(), register.value().to_le_bytes()].concat()),
        decode: |bytes| {
            let (timestamp, value) =
                bytes.split_first_chunk().zip(bytes.last_chunk()).ok_or(ErrorKind::InvalidData).map(
                    |((timestamp, _), value)| (u64::from_le_bytes(*timestamp), u64::from_le_bytes(*value)),
                )?;
            Ok(LwwRegister::new("n1", value, timestamp))
        },
    };
    snapshots.attach_with(&first, "register", codec).unwrap();
    snapshots.attach::<ORMap<u32, PNCounter>>(&first, "map").unwrap();
    snapshots.attach::<SignedSum>(&first, "sum").unwrap();

    let second = Replicator::new();
    assert!(snapshots.attach_with(&second, "register", codec).unwrap());
    assert!(snapshots.attach::<ORMap<u32, PNCounter>>(&second, "map").unwrap());
    assert!(snapshots.attach::<SignedSum>(&second, "sum").unwrap());
    assert_eq!(*second.get::<LwwRegister<u64>>("register").unwrap().value(), u64::MAX);
    assert_eq!(second.get::<ORMap<u32, PNCounter>>("map").unwrap().get(&7).unwrap().value(), -2);
    assert_eq!(second.get::<SignedSum>("sum").unwrap().value(), -3);
}
