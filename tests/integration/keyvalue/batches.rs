//! `batch`: all or nothing.

use crate::both_drafts;
use crate::client::{Draft2, KeyValue, is_other};
use crate::host::Below;
use sim::disk::Disk;
use sim::random::Random;
use sim::simfs::{HasSimFs as _, Plan};
use std::collections::BTreeSet;
use support::counted;

fn pairs(value: &str, keys: &[&str]) -> Vec<(String, Vec<u8>)> {
    keys.iter().map(|&key| (key.to_owned(), value.as_bytes().to_vec())).collect()
}

fn names(keys: &[&str]) -> Vec<String> {
    keys.iter().map(|&key| key.to_owned()).collect()
}

both_drafts! {
    fn values_come_in_the_order_of_the_keys_and_none_for_an_absent_one<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("b").unwrap();
        client.set_many(bucket, &pairs("1", &["b", "a"])).unwrap();
        client.set_many(bucket, &[]).unwrap();
        client.delete_many(bucket, &[]).unwrap();
        assert_eq!(client.get_many(bucket, &[]).unwrap(), [None; 0]);
        let one = Some(b"1".to_vec());
        assert_eq!(
            client.get_many(bucket, &names(&["b", "absent", "a", "b"])).unwrap(),
            [one.clone(), None, one.clone(), one]
        );
        client.delete_many(bucket, &names(&["absent", "a", "a"])).unwrap();
        assert_eq!(client.keys(bucket), ["b"]);
    }

    fn of_a_key_that_is_set_twice_the_last_value_counts<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("b").unwrap();
        client.set_many(bucket, &[pairs("1", &["k", "other"]), pairs("2", &["k"])].concat()).unwrap();
        assert_eq!(client.get(bucket, "k").unwrap().unwrap(), b"2");
    }

    /// The bad one stands last, so that an adapter that goes through them has written the others.
    fn one_that_is_refused_refuses_all<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("b").unwrap();
        client.set_many(bucket, &pairs("old", &["a", "b"])).unwrap();
        let too_large = vec![(String::from("c"), vec![0; (16 << 20) + 1])];
        let no_name = pairs("new", &[""]);
        for (bad, case) in [(too_large, "too-large"), (no_name, "invalid-name")] {
            let refused = client.set_many(bucket, &[pairs("new", &["a", "c"]), bad].concat());
            assert!(is_other(&refused, case));
        }
        assert!(is_other(&client.delete_many(bucket, &names(&["a", "b", ""])), "invalid-name"));
        assert!(is_other(&client.get_many(bucket, &names(&["a", ""])), "invalid-name"));
        let old = Some(b"old".to_vec());
        assert_eq!(client.get_many(bucket, &names(&["a", "b", "c"])).unwrap(), [old.clone(), old, None]);
    }

    fn a_batch_has_the_limits_of_maps<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let store = sx_persist::Store::open(root.path()).unwrap();
        let mut client = C::sharing(&store);
        let bucket = client.open("b").unwrap();
        let keys: Vec<_> = (0..=65_536).map(|number| number.to_string()).collect();
        let pairs: Vec<_> = keys.iter().map(|key| (key.clone(), Vec::new())).collect();
        assert!(is_other(&client.set_many(bucket, &pairs), "too-large"));
        assert!(is_other(&client.get_many(bucket, &keys), "too-large"));
        assert!(is_other(&client.delete_many(bucket, &keys), "too-large"));
        assert_eq!(store.raw().map_tables().unwrap(), [""; 0]);
        assert_eq!(client.get_many(bucket, &keys[1..]).unwrap().len(), 65_536);
    }
}

/// The power goes before each step on the disk, and the next instance finds all of a batch or nothing of it.
#[test]
fn after_a_crash_all_of_a_batch_is_there_or_nothing_is() {
    const KEYS: [&str; 3] = ["a", "b", "c"];
    let start = |disk, plan| {
        let mut client = Draft2::start(Draft2::composed(), Below::Disk(disk, plan));
        let bucket = client.open("b").unwrap();
        (client, bucket)
    };
    let (mut client, bucket) = start(Disk::default(), Plan { snapshots: true, ..Plan::default() });
    client.set_many(bucket, &pairs("first", &KEYS)).unwrap();
    client.store.data_mut().simfs().mark = 1;
    client.set_many(bucket, &pairs("second", &KEYS)).unwrap();
    client.store.data_mut().simfs().mark = 2;
    client.delete_many(bucket, &names(&KEYS)).unwrap();
    client.store.data_mut().simfs().mark = 3;
    let simfs = client.store.data_mut().simfs();
    let mut moments = std::mem::take(&mut simfs.snapshots);
    moments.push((simfs.disk.clone(), simfs.mark));

    let states: [Option<&[u8]>; 4] = [None, Some(b"first"), Some(b"second"), None];
    let (mut cases, mut met) = (0, BTreeSet::new());
    for (at, (disk, answered)) in moments.into_iter().enumerate() {
        for draw in 0..8 {
            let mut disk = disk.clone();
            disk.lose_power(&mut Random::new((at as u64) << 8 | draw));
            let (mut client, bucket) = start(disk, Plan::default());
            let found = client.get_many(bucket, &names(&KEYS)).unwrap();
            let is = |state: Option<&[u8]>| found.iter().all(|value| value.as_deref() == state);
            let allowed = &states[answered..(answered + 2).min(states.len())];
            let state = allowed.iter().position(|state| is(*state));
            met.insert((answered, state.unwrap_or_else(|| panic!("moment {at}, draw {draw}: {found:?}"))));
            cases += 1;
        }
    }
    // Each batch has been met both done and not done when it was not answered.
    for answered in 0..3 {
        assert!([0, 1].iter().all(|state| met.contains(&(answered, *state))), "{met:?}");
    }
    counted(&format!("keyvalue: {cases} crashes in three batches"));
}
