//! `cas`: a swap holds when nobody has written since the handle was made.

use crate::client::{Draft2, KeyValue as _, NotSwapped, Refused};
use crate::host::Below;
use tempfile::TempDir;
use wasmtime::component::ResourceAny;
use wasmtime_wasi::filesystem::FsPerms;

fn client() -> (TempDir, Draft2, ResourceAny) {
    let root = tempfile::tempdir().unwrap();
    let mut client = Draft2::on(root.path());
    let bucket = client.open("b").unwrap();
    (root, client, bucket)
}

/// The handle of a swap that failed.
#[track_caller]
fn failed(answer: Result<(), NotSwapped>) -> ResourceAny {
    match answer {
        Err(NotSwapped::Failed(cas)) => cas,
        other => panic!("a swap that was to fail: {other:?}"),
    }
}

#[test]
fn of_two_handles_one_swaps_and_the_other_is_given_a_new_one() {
    let (_root, mut client, bucket) = client();
    client.set(bucket, "k", b"0").unwrap();
    let (one, other) = (client.cas(bucket, "k").unwrap(), client.cas(bucket, "k").unwrap());
    client.swap(other, b"other").unwrap();
    let again = failed(client.swap(one, b"one"));
    assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"other");
    assert_eq!(client.current(again).unwrap().unwrap(), b"other");
    client.swap(again, b"one").unwrap();
    assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"one");
}

#[test]
fn a_b_a_is_noticed() {
    let (_root, mut client, bucket) = client();
    let writes: [fn(&mut Draft2, ResourceAny); 5] = [
        |client, bucket| client.set(bucket, "k", b"a").unwrap(),
        |client, bucket| {
            client.set(bucket, "k", b"b").unwrap();
            client.set(bucket, "k", b"a").unwrap();
        },
        |client, bucket| {
            client.delete(bucket, "k").unwrap();
            client.set(bucket, "k", b"a").unwrap();
        },
        |client, bucket| client.set_many(bucket, &[("k".into(), b"a".to_vec())]).unwrap(),
        |client, bucket| {
            let cas = client.cas(bucket, "k").unwrap();
            client.swap(cas, b"a").unwrap();
        },
    ];
    for (number, write) in writes.iter().enumerate() {
        client.set(bucket, "k", b"a").unwrap();
        let cas = client.cas(bucket, "k").unwrap();
        write(&mut client, bucket);
        // Looking does not make the handle younger.
        assert_eq!(client.current(cas).unwrap().unwrap(), b"a");
        let again = failed(client.swap(cas, b"lost"));
        assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"a", "{number}");
        client.swap(again, b"won").unwrap();
    }
    client.set(bucket, "n", b"0").unwrap();
    let cas = client.cas(bucket, "n").unwrap();
    client.increment(bucket, "n", 0).unwrap();
    failed(client.swap(cas, b"lost"));
}

#[test]
fn was_absent_is_enforced() {
    let (_root, mut client, bucket) = client();
    let (first, second) = (client.cas(bucket, "k").unwrap(), client.cas(bucket, "k").unwrap());
    assert_eq!(client.current(first).unwrap(), None);
    client.swap(first, b"").unwrap();
    assert_eq!(client.current(second).unwrap().unwrap(), b"");
    failed(client.swap(second, b"lost"));
    assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"");
}

#[test]
fn was_there_is_enforced_and_the_new_handle_expects_absence() {
    let (_root, mut client, bucket) = client();
    client.set(bucket, "k", b"a").unwrap();
    let cas = client.cas(bucket, "k").unwrap();
    client.delete(bucket, "k").unwrap();
    let again = failed(client.swap(cas, b"lost"));
    assert_eq!(client.current(again).unwrap(), None);
    assert!(!client.exists(bucket, "k").unwrap());
    client.swap(again, b"b").unwrap();
    assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"b");
}

/// Absence has no version in the store, so the adapter remembers it.
#[test]
fn a_key_that_came_and_went_is_not_absent_as_before() {
    let (_root, mut client, bucket) = client();
    let removals: [fn(&mut Draft2, ResourceAny); 2] = [
        |client, bucket| client.delete(bucket, "k").unwrap(),
        |client, bucket| client.delete_many(bucket, &["other".into(), "k".into()]).unwrap(),
    ];
    for remove in removals {
        let (cas, second) = (client.cas(bucket, "k").unwrap(), client.cas(bucket, "k").unwrap());
        client.set(bucket, "k", b"a").unwrap();
        remove(&mut client, bucket);
        // Of a later absence than the two before.
        let later = client.cas(bucket, "k").unwrap();
        client.delete(bucket, "k").unwrap();
        let again = failed(client.swap(cas, b"lost"));
        assert_eq!(client.get(bucket, "k").unwrap(), None);
        client.swap(again, b"won").unwrap();
        failed(client.swap(second, b"lost"));
        failed(client.swap(later, b"lost"));
        assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"won");
        client.delete(bucket, "k").unwrap();
    }
}

/// What happens to other keys, and to the key of the same name in another bucket, does not matter to it.
#[test]
fn an_absence_lasts_while_others_come_and_go() {
    let (_root, mut client, bucket) = client();
    let elsewhere = client.open("elsewhere").unwrap();
    let cas = client.cas(bucket, "k").unwrap();
    for (bucket, key) in [(bucket, "other"), (elsewhere, "k")] {
        client.set(bucket, key, b"a").unwrap();
        client.delete(bucket, key).unwrap();
    }
    client.swap(cas, b"won").unwrap();
    assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"won");
}

#[test]
fn a_handle_outlives_its_bucket_and_knows_its_key() {
    let (_root, mut client, bucket) = client();
    let cas = client.cas(bucket, "k").unwrap();
    let of_other_key = client.cas(bucket, "other").unwrap();
    bucket.resource_drop(&mut client.store).unwrap();
    let bucket = client.open("elsewhere").unwrap();
    client.set(bucket, "k", b"elsewhere").unwrap();
    client.swap(of_other_key, b"2").unwrap();
    client.swap(cas, b"1").unwrap();
    let bucket = client.open("b").unwrap();
    assert_eq!(client.keys(bucket), ["k", "other"]);
}

#[test]
fn a_swap_that_the_store_refuses_says_why() {
    let (root, mut client, bucket) = client();
    assert!(
        matches!(client.cas(bucket, ""), Err(Refused::Other(text)) if text.starts_with("invalid-name: "))
    );
    let cas = client.cas(bucket, "k").unwrap();
    let refused = client.swap(cas, &vec![0; (16 << 20) + 1]);
    assert!(
        matches!(&refused, Err(NotSwapped::Store(Refused::Other(text))) if text.starts_with("too-large: ")),
        "{refused:?}"
    );
    assert!(!client.exists(bucket, "k").unwrap());
    drop(client);
    let mut client = Draft2::start(Draft2::composed(), Below::Directory(root.path(), FsPerms::ReadOnly));
    let bucket = client.open("b").unwrap();
    let cas = client.cas(bucket, "k").unwrap();
    assert!(matches!(client.swap(cas, b"1"), Err(NotSwapped::Store(Refused::AccessDenied))));
}

#[test]
fn of_ten_thousand_handles_one_swaps() {
    let (_root, mut client, bucket) = client();
    let handles: Vec<_> = (0..10_000).map(|_| client.cas(bucket, "k").unwrap()).collect();
    let swapped = handles.into_iter().filter(|cas| client.swap(*cas, b"won").is_ok()).count();
    assert_eq!(swapped, 1);
}
