//! B1 to B5.

use crate::fixture::{Fixture, directory, files, refusal};
use cid::Cid;
use std::fs;
use std::io::{Read as _, Write as _};
use sx_persist::types::Error as Refusal;

/// The address of bytes, made by the `cid` crate from the hash that the vectors give.
fn address(multihash: &str) -> String {
    let digits = multihash.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
    let bytes: Vec<u8> = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
    Cid::new_v1(0x55, cid::multihash::Multihash::from_bytes(&bytes).unwrap()).to_string()
}

#[test]
fn b1_addresses_are_those_of_the_outside_vectors() {
    let Some(folder) = support::vectors::folder() else { return };
    let vectors = fs::read_to_string(folder.join("multihash-sha2-256.csv")).unwrap();
    let store = Fixture::new();
    let mut checked = 0;
    for line in vectors.lines() {
        let [algorithm, bits, text, multihash] = line.split(',').collect::<Vec<_>>()[..] else { continue };
        if (algorithm, bits) != ("sha2-256", "256") {
            continue;
        }
        // The text is hex in the vectors' first form and plain in others: the hash says which.
        let plain = text.as_bytes().to_vec();
        let hex: Option<Vec<u8>> = (0..text.len() / 2)
            .map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok())
            .collect();
        let expected = address(multihash);
        let put = |bytes: &[u8]| store.raw().blob_put(bytes).unwrap();
        assert!(put(&plain) == expected || hex.is_some_and(|hex| put(&hex) == expected), "{line}");
        checked += 1;
    }
    assert!(checked >= 10, "only {checked} vectors were checked");
    assert!(store.raw().blob_put(b"").unwrap().starts_with("bafkrei"));
}

#[test]
fn b2_no_string_reaches_a_path_outside_of_blobs() {
    let Some(store) = Fixture::with_files() else { return };
    fs::write(store.path().join("secret"), "secret").unwrap();
    let cid = store.raw().blob_put(b"x").unwrap();
    let long = "b".repeat(1_000_000);
    for bad in
        ["../secret", "/etc/passwd", "", ".", &cid.to_uppercase(), &format!("{cid}/../x"), &long, "bafkrei"]
    {
        for refused in [
            refusal(store.raw().blob_get(bad)),
            refusal(store.raw().blob_has(bad)),
            refusal(store.raw().blob_size(bad)),
            refusal(store.raw().blob_read_at(bad, 0, 1)),
            refusal(store.raw().blob_delete(bad)),
        ] {
            assert!(matches!(refused, Refusal::InvalidCid(_)), "{bad:.80}: {refused:?}");
        }
        if !bad.is_empty() {
            assert!(
                matches!(refusal(store.raw().blob_list(Some(bad), 1)), Refusal::InvalidCid(_)),
                "{bad:.80}"
            );
        }
    }
}

#[test]
fn b3_put_is_idempotent_and_replaces_a_damaged_copy() {
    for length in [10, 100_000] {
        let bytes = vec![b'x'; length];
        let Some(store) = Fixture::with_files() else { return };
        let cid = store.raw().blob_put(&bytes).unwrap();
        assert_eq!(store.raw().blob_put(&bytes).unwrap(), cid);
        let blob = format!("blobs/{cid}");
        let store = store.meanwhile(|root| fs::write(root.join(&blob), vec![b'y'; length]).unwrap());
        assert!(matches!(refusal(store.raw().blob_get(&cid)), Refusal::Corrupt(_)));
        assert_eq!(store.raw().blob_put(&bytes).unwrap(), cid);
        assert_eq!(store.raw().blob_get(&cid).unwrap().as_ref(), Some(&bytes));
        let store = store.reopen();
        assert_eq!(files(store.path())[&blob], bytes);
        // Damaged under the open store.
        fs::write(store.path().join(&blob), vec![b'z'; length]).unwrap();
        store.raw().blob_put(&bytes).unwrap();
        assert_eq!(store.raw().blob_get(&cid).unwrap().as_ref(), Some(&bytes));
    }
}

#[test]
fn b4_get_checks_the_bytes_and_read_at_does_not() {
    let Some(store) = Fixture::with_files() else { return };
    let bytes: Vec<u8> = (0..=255).cycle().take(200_000).collect();
    let cid = store.raw().blob_put(&bytes).unwrap();
    assert_eq!(store.raw().blob_get(&cid).unwrap().as_ref(), Some(&bytes));
    assert_eq!(store.raw().blob_size(&cid).unwrap(), Some(200_000));
    assert_eq!(store.raw().blob_read_at(&cid, 199_990, 100).unwrap().unwrap(), bytes[199_990..]);
    assert_eq!(store.raw().blob_read_at(&cid, 300_000, 100).unwrap().unwrap(), b"");
    let blob = format!("blobs/{cid}");
    let store = store.meanwhile(|root| fs::write(root.join(&blob), b"other").unwrap());
    let Refusal::Corrupt(damage) = refusal(store.raw().blob_get(&cid)) else {
        panic!("wrong bytes were given")
    };
    assert_eq!(damage.file, blob);
    assert_eq!(store.raw().blob_read_at(&cid, 0, 100).unwrap().unwrap(), b"other");
    assert_eq!(store.admin().verify().unwrap().damaged, 1);
}

#[test]
fn b5_a_writer_stores_any_size_and_leaves_nothing_when_it_is_dropped() {
    let Some(store) = Fixture::with_files() else { return };
    let bytes = vec![7; 3 << 20];
    let mut writer = store.raw().blob_writer().unwrap();
    for chunk in bytes.chunks(100_000) {
        writer.write_all(chunk).unwrap();
    }
    let cid = writer.finish().unwrap();
    assert_eq!(cid, store.raw().blob_put(&bytes).unwrap());
    let before = files(store.path());
    let mut dropped = store.raw().blob_writer().unwrap();
    dropped.write_all(b"other").unwrap();
    dropped.write_all(&bytes).unwrap();
    assert!(files(store.path()).keys().any(|path| path.starts_with("tmp/")));
    drop(dropped);
    assert_eq!(files(store.path()), before);
    // An empty one is the empty blob.
    assert_eq!(store.raw().blob_writer().unwrap().finish().unwrap(), store.raw().blob_put(b"").unwrap());
}

#[test]
fn b5_a_blob_larger_than_memory_goes_in_and_comes_out() {
    let Some(root) = directory() else { return };
    let store = crate::builder().memory_bytes_max(8 << 20).open(root.path()).unwrap();
    let length = 100 << 20;
    let cid = store.raw().blob_put_from(std::io::repeat(5).take(length)).unwrap();
    assert_eq!(store.raw().blob_get_to(&cid, std::io::sink()).unwrap(), Some(length));
    assert_eq!(store.admin().verify().unwrap().blobs, 1);
}

#[test]
fn b5_a_writer_lives_through_a_checkpoint() {
    let store = Fixture::new();
    let mut writer = store.raw().blob_writer().unwrap();
    writer.write_all(&vec![1; 100_000]).unwrap();
    store.raw().kv_put("k", "1").unwrap();
    store.admin().checkpoint().unwrap();
    writer.write_all(&vec![2; 100_000]).unwrap();
    let cid = writer.finish().unwrap();
    assert_eq!(store.raw().blob_size(&cid).unwrap(), Some(200_000));
}

#[test]
fn b5_sixty_four_writers_may_be_open() {
    let store = Fixture::new();
    let mut writers: Vec<_> = (0..64).map(|_| store.raw().blob_writer().unwrap()).collect();
    assert!(matches!(refusal(store.raw().blob_writer()), Refusal::TooLarge(_)));
    for (index, writer) in writers.iter_mut().enumerate() {
        writer.write_all(&vec![u8::try_from(index).unwrap(); 70_000]).unwrap();
    }
    drop(writers.pop());
    store.raw().blob_writer().unwrap();
    for writer in writers {
        writer.finish().unwrap();
    }
    assert_eq!(store.raw().blob_list(None, 100).unwrap().items.len(), 63);
}

#[test]
fn blobs_are_listed_in_the_order_of_their_text() {
    let store = Fixture::new();
    let mut cids: Vec<_> = (0..50_u8).map(|byte| store.raw().blob_put(&[byte]).unwrap()).collect();
    cids.sort();
    let mut listed = Vec::new();
    let mut after = None;
    loop {
        let page = store.raw().blob_list(after.as_deref(), 7).unwrap();
        listed.extend(page.items);
        if page.done {
            break;
        }
        after = Some(page.through);
    }
    assert_eq!(listed, cids);
    assert!(store.raw().blob_delete(&cids[3]).unwrap());
    assert!(!store.raw().blob_delete(&cids[3]).unwrap());
    let store = store.reopen();
    assert_eq!(store.raw().blob_list(None, 100).unwrap().items.len(), 49);
    assert!(!store.raw().blob_has(&cids[3]).unwrap());
}
