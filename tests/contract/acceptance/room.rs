//! L, of the store without a disk: how much it holds, what it does when it is full, and how it ends.

use crate::fixture::{Fixture, event, refusal};
use std::io::Read as _;
use std::time::Duration;
use support::library::until_interrupted;
use sx_persist::types::{Error as Refusal, Op};
use sx_persist::{Error, HostError};

const MEBIBYTE: usize = 1 << 20;

/// A blob of this many bytes, unlike the others.
fn blob(number: u8, bytes: usize) -> Vec<u8> {
    vec![number; bytes]
}

fn is_no_space(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NoSpace(failure) if failure.code == "quota" && !failure.file.is_empty())
}

#[test]
fn a_full_store_answers_no_space_and_reads_and_is_emptied_and_filled_again() {
    let store = Fixture::new();
    store.raw().append("s", &event(1)).unwrap();
    let mut cids = Vec::new();
    let refused = loop {
        assert!(cids.len() < 16, "no limit was met");
        match store.raw().blob_put(&blob(u8::try_from(cids.len()).unwrap(), 32 * MEBIBYTE)) {
            Ok(cid) => cids.push(cid),
            Err(Error::Refused(refusal)) => break refusal,
            Err(error) => panic!("{error:?}"),
        }
    };
    assert!(is_no_space(&refused), "{refused:?}");
    assert_eq!(cids.len(), 7, "256 MiB, paths and all");
    // In every way to bring something, again and again.
    let value = format!("\"{}\"", "x".repeat(12 * MEBIBYTE));
    let large = Op::KvPut { key: "large".into(), value: value.clone() };
    for key in ["a", "b"] {
        store.raw().kv_put(key, &value).unwrap();
    }
    for _ in 0..2 {
        assert!(is_no_space(&refusal(store.raw().kv_put("k", &value))));
        assert!(is_no_space(&refusal(store.raw().append("t", &format!("{{:data {value} :seq 1}}")))));
        assert!(is_no_space(&refusal(store.raw().blob_put_from(std::io::repeat(9).take(32 << 20)))));
        let error = store.raw().commit(&[Op::KvDelete { key: "a".into() }, large.clone()]).unwrap_err();
        assert!(matches!(error.error, Error::Refused(refusal) if is_no_space(&refusal)));
        let run = store.raw().run(std::slice::from_ref(&large)).unwrap();
        assert!(matches!(&run[0], Err(refusal) if is_no_space(refusal)), "{run:?}");
        store.admin().checkpoint().unwrap();
    }
    // Nothing of it was taken, and what is there is there.
    assert_eq!(store.kv().keys().unwrap(), ["a", "b"]);
    assert_eq!(store.streams().unwrap(), ["s"]);
    for (number, cid) in (0..).zip(&cids) {
        assert!(store.raw().blob_get(cid).unwrap() == Some(blob(number, 32 * MEBIBYTE)));
    }
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    // What takes away is taken, and gives its room back.
    assert!(store.kv().remove("a").unwrap());
    assert!(store.raw().blob_delete(&cids[0]).unwrap());
    store.admin().checkpoint().unwrap();
    assert_eq!(store.raw().blob_put(&blob(0, 32 * MEBIBYTE)).unwrap(), cids[0]);
    store.raw().append("s", &event(2)).unwrap();
    assert_eq!(store.raw().read("s").unwrap(), [event(1), event(2)]);
    // Nor need the checkpoint be asked for.
    assert!(store.raw().blob_delete(&cids[1]).unwrap());
    assert_eq!(store.raw().blob_put(&blob(77, 32 * MEBIBYTE)).unwrap().len(), cids[0].len());
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}

/// One of many names, each as long as one that is not cut into folders.
fn name(number: u32) -> String {
    format!("{number:08}{}", "x".repeat(115))
}

#[test]
fn many_small_keys_count_with_their_paths() {
    let store = Fixture::new();
    let mut kept: u32 = 0;
    let refused = 'full: loop {
        assert!(kept < 2_000_000, "no limit was met");
        let put = |key: u32| Op::KvPut { key: name(key), value: "1".into() };
        let ops: Vec<_> = (kept..kept + 50_000).map(put).collect();
        for outcome in store.raw().run(&ops).unwrap() {
            match outcome {
                Ok(_) => kept += 1,
                Err(refusal) => break 'full refusal,
            }
        }
    };
    assert!(is_no_space(&refused), "{refused:?}");
    assert!(store.kv().contains(&name(kept - 1)).unwrap());
    assert!(!store.kv().contains(&name(kept)).unwrap());
    let page = store.raw().kv_list("", None, 65_536).unwrap();
    assert!(!page.entries.is_empty() && page.next().is_some());
    let gone: Vec<_> = (0..50_000).map(|key| Op::KvDelete { key: name(key) }).collect();
    store.raw().commit(&gone).unwrap();
    store.raw().kv_put("k", "1").unwrap();
}

#[test]
fn the_largest_batch_goes_into_a_store_that_is_half_full() {
    let store = Fixture::new();
    let value = |byte: &str| format!("\"{}\"", byte.repeat(16 * MEBIBYTE - 1_024));
    for round in ["a", "b", "c"] {
        let put = |key: String| Op::KvPut { key, value: value(round) };
        let ops: Vec<_> = (0..4).map(|key| put(format!("{round}{key}"))).collect();
        store.raw().commit(&ops).unwrap();
    }
    assert_eq!(store.kv().keys().unwrap().len(), 12);
    assert!(store.raw().kv_get("b3").unwrap() == Some(value("b")));
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}

#[test]
fn clones_are_one_store_and_two_stores_are_two() {
    let store = crate::builder().in_memory().unwrap();
    let (clone, other) = (store.clone(), crate::builder().in_memory().unwrap());
    assert_eq!(store.root(), None);
    store.raw().append("s", &event(1)).unwrap();
    drop(store);
    assert_eq!(clone.raw().last_seq("s").unwrap(), 1);
    assert_eq!(other.raw().last_seq("s").unwrap(), 0);
    clone.close().unwrap();
}

#[test]
fn a_store_whose_component_ended_says_that_it_is_gone() {
    let store = crate::builder().timeout(Some(Duration::ZERO)).in_memory().unwrap();
    let bytes = blob(7, 60 * MEBIBYTE);
    // Hashing this takes a few ticks of the clock; on a fast machine once may not be enough.
    until_interrupted(|| store.raw().blob_delete(&store.raw().blob_put(&bytes)?));
    let is_lost = |error: Option<Error>| match error {
        Some(Error::Host(error)) => matches!(*error, HostError::Lost),
        _ => false,
    };
    for _ in 0..2 {
        assert!(is_lost(store.streams().err()));
        assert!(is_lost(store.raw().append("s", &event(1)).err()));
    }
    assert!(is_lost(store.close().err()));
}
