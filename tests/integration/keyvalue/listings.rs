//! `bucket.list-keys`: a key that stays is on one page, whatever comes and goes between pages.

use crate::both_drafts;
use crate::client::{Draft, Draft2, KeyValue};
use crate::host::Below;
use sim::disk::Disk;
use sim::simfs::Plan;
use std::collections::BTreeSet;
use wasmtime::component::ResourceAny;

/// Long names, so that a page of 1 MiB has little more than a thousand of them.
pub(crate) fn long(kind: &str, number: usize) -> String {
    format!("{number:05} {kind} {}", "x".repeat(980))
}

/// More than two pages.
pub(crate) const MANY: usize = 2_600;

fn set_all<C: KeyValue>(client: &mut C, bucket: ResourceAny, keys: impl Iterator<Item = String>) {
    client.set_many(bucket, &keys.map(|key| (key, Vec::new())).collect::<Vec<_>>()).unwrap();
}

both_drafts! {
    fn an_empty_bucket_has_one_empty_page<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("b").unwrap();
        assert!(matches!(client.list_keys(bucket, None), Ok((keys, None)) if keys.is_empty()));
    }

    /// All that a listing may meet between two pages, the key that its cursor stands on gone, and the store restarted.
    fn a_key_that_stays_is_on_one_page<C: KeyValue>() {
        let start = |disk| C::start(C::composed(), Below::Disk(disk, Plan::default()));
        let mut client = start(Disk::default());
        let mut bucket = client.open("b").unwrap();
        let mut staying: BTreeSet<_> = (0..MANY).map(|number| long("stays", number)).collect();
        set_all(&mut client, bucket, staying.iter().cloned());
        let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
        loop {
            let (page, next) = client.list_keys(bucket, cursor).unwrap();
            pages += 1;
            assert!(!page.is_empty() && page.iter().map(String::len).sum::<usize>() <= 1 << 20);
            if next.is_none() {
                seen.extend(page);
                break;
            }
            cursor = next;
            // Of what was listed half goes, the last one with it; what is to come loses some; others come everywhere.
            let mut gone: Vec<_> = page.iter().skip(page.len() / 2).cloned().collect();
            let listed: BTreeSet<_> = seen.iter().chain(&page).collect();
            gone.extend(staying.iter().filter(|key| !listed.contains(key)).step_by(5).cloned());
            client.delete_many(bucket, &gone).unwrap();
            staying.retain(|key| !gone.contains(key));
            set_all(&mut client, bucket, (0..MANY).step_by(7).map(|number| long("comes", number * pages)));
            let rewritten = page.iter().take(3).map(|key| (key.clone(), b"again".to_vec()));
            client.set_many(bucket, &rewritten.collect::<Vec<_>>()).unwrap();
            seen.extend(page);
            client = start(client.into_disk());
            bucket = client.open("b").unwrap();
        }
        assert!(pages > 2, "{pages} pages");
        let once: BTreeSet<_> = seen.iter().cloned().collect();
        assert_eq!(once.len(), seen.len(), "a key was listed twice");
        assert!(once.is_superset(&staying), "a key that stayed was left out");
    }

    /// `maps` takes any bytes; `wasi:keyvalue` has text. There is more than a page of the others, so that one page has no text.
    fn keys_that_are_no_text_are_left_out<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let store = sx_persist::Store::open(root.path()).unwrap();
        let mut client = C::sharing(&store);
        let bucket = client.open("b").unwrap();
        let bytes = (0..1_300_u32).map(|number| [&[0x80; 900][..], &number.to_be_bytes()].concat());
        let pairs = bytes.map(|key| sx_persist::types::MapPair { key, value: Vec::new() });
        store.raw().map_put_many("b", &pairs.collect::<Vec<_>>()).unwrap();
        assert!(matches!(client.list_keys(bucket, None), Ok((keys, None)) if keys.is_empty()));
        let text = ["after \u{fc}", "before", "\u{fc}"].map(String::from);
        set_all(&mut client, bucket, text.iter().cloned());
        let mut cursor = None;
        let mut found = BTreeSet::new();
        loop {
            let (page, next) = client.list_keys(bucket, cursor).unwrap();
            assert!(!page.is_empty(), "an empty page may be taken for the end");
            found.extend(page);
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, BTreeSet::from(text));
    }
}

#[test]
fn the_cursor_of_the_later_draft_is_a_key_in_hex_that_need_not_be_there() {
    let root = tempfile::tempdir().unwrap();
    let mut client = Draft2::on(root.path());
    let bucket = client.open("b").unwrap();
    let keys = ["a", "b", "c \u{e4}", "d"].map(String::from);
    set_all(&mut client, bucket, keys.iter().rev().cloned());
    let mut behind = |cursor: Option<&str>| client.list_keys(bucket, cursor.map(String::from)).unwrap();
    assert_eq!(behind(None), (keys.to_vec(), None));
    assert_eq!(behind(Some("")), (keys.to_vec(), None));
    assert_eq!(behind(Some("62")), (keys[2..].to_vec(), None));
    assert_eq!(behind(Some("6262")), (keys[2..].to_vec(), None));
    assert_eq!(behind(Some("65")), (Vec::new(), None));
}

#[test]
fn the_cursor_of_the_draft_is_a_number_that_has_nothing_before_it_at_zero() {
    let root = tempfile::tempdir().unwrap();
    let mut client = Draft::on(root.path());
    let bucket = client.open("b").unwrap();
    set_all(&mut client, bucket, (0..100).map(|number| number.to_string()));
    let all = client.list_keys(bucket, None).unwrap();
    assert_eq!(all.0.len(), 100);
    assert_eq!(client.list_keys(bucket, Some(0)).unwrap(), all);
    assert_eq!(client.list_keys(bucket, Some(u64::MAX)).unwrap(), (Vec::new(), None));
    // In the order of their places, and a cursor may stand anywhere among them.
    let (half, _) = client.list_keys(bucket, Some(u64::MAX / 2)).unwrap();
    assert!((20..80).contains(&half.len()) && all.0.ends_with(&half));
}
