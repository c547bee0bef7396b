//! `store`: buckets, keys and values.

use crate::both_drafts;
use crate::client::{Draft, Draft2, KeyValue, Refused, is_other};
use crate::host::Below;
use support::bindings::exports::sx::persist::types::Error;
use wasmtime::component::Component;
use wasmtime_wasi::filesystem::FsPerms;

/// Both components, each with what it may import and nothing else.
#[test]
fn an_adapter_imports_maps_and_composed_what_the_store_imports() {
    let imports = |component: &Component| -> Vec<String> {
        let of = component.component_type();
        of.imports(component.engine()).map(|(name, _)| name.to_owned()).collect()
    };
    for (adapter, composed) in
        [(Draft::adapter(), Draft::composed()), (Draft2::adapter(), Draft2::composed())]
    {
        assert_eq!(imports(adapter), ["sx:persist/types@0.2.0", "sx:persist/maps@0.2.0"]);
        assert_eq!(
            imports(composed),
            include_str!("../../contract/acceptance/imports.txt").lines().collect::<Vec<_>>()
        );
    }
}

both_drafts! {
    fn what_was_set_is_there_for_every_bucket_of_the_name<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let (one, same) = (client.open("orders").unwrap(), client.open("orders").unwrap());
        assert_eq!(client.get(one, "a").unwrap(), None);
        assert!(!client.exists(one, "a").unwrap());
        client.set(one, "a", b"first").unwrap();
        assert_eq!(client.get(same, "a").unwrap().as_deref(), Some(&b"first"[..]));
        client.set(same, "a", b"").unwrap();
        assert_eq!(client.get(one, "a").unwrap().as_deref(), Some(&b""[..]));
        assert!(client.exists(one, "a").unwrap());
        client.delete(one, "a").unwrap();
        client.delete(one, "a").unwrap();
        assert_eq!((client.get(same, "a").unwrap(), client.exists(same, "a").unwrap()), (None, false));
    }

    fn buckets_are_apart_and_the_one_without_a_name_is_the_default<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let buckets = ["", "default", "other", "Default"].map(|name| client.open(name).unwrap());
        client.set(buckets[0], "k", b"unnamed").unwrap();
        let found = buckets.map(|bucket| client.exists(bucket, "k").unwrap());
        assert_eq!(found, [true, true, false, false]);
    }

    fn a_bucket_is_the_table_of_its_name<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let store = sx_persist::Store::open(root.path()).unwrap();
        let mut client = C::sharing(&store);
        let longest = "t".repeat(255);
        for name in ["", "a/b \u{e4}", &longest] {
            client.open(name).unwrap();
        }
        assert_eq!(client.open(&"t".repeat(256)), Err(Refused::NoSuchStore));
        assert_eq!(store.raw().map_tables().unwrap(), [""; 0], "opening a bucket writes nothing");
        let bucket = client.open("a/b \u{e4}").unwrap();
        client.set(bucket, "k \u{fc}", b"\xff\0").unwrap();
        assert_eq!(store.raw().map_get("a/b \u{e4}", "k \u{fc}".as_bytes()).unwrap().unwrap().value, b"\xff\0");
    }

    fn keys_and_values_have_the_limits_of_maps<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("limits").unwrap();
        let longest = "k".repeat(1_024);
        for key in [String::new(), format!("{longest}k")] {
            assert!(is_other(&client.get(bucket, &key), "invalid-name"));
            assert!(is_other(&client.set(bucket, &key, b""), "invalid-name"));
            assert!(is_other(&client.delete(bucket, &key), "invalid-name"));
            assert!(is_other(&client.exists(bucket, &key), "invalid-name"));
            assert!(is_other(&client.increment(bucket, &key, 1.into()), "invalid-name"));
        }
        client.set(bucket, &longest, b"kept").unwrap();
        let largest = vec![7; 16 << 20];
        client.set(bucket, "large", &largest).unwrap();
        let refused = client.set(bucket, &longest, &[largest, vec![7]].concat());
        assert_eq!(refused, Err(Refused::Other("too-large: 16777217, the limit is 16777216".into())));
        assert_eq!(client.get(bucket, &longest).unwrap().as_deref(), Some(&b"kept"[..]));
        assert_eq!(client.get(bucket, "large").unwrap().map(|value| value.len()), Some(16 << 20));
    }

    fn what_was_answered_is_there_after_a_restart<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("kept").unwrap();
        client.set(bucket, "set", b"1").unwrap();
        client.increment(bucket, "counted", 7.into()).unwrap();
        client.set_many(bucket, &[("many".into(), b"2".to_vec()), ("gone".into(), b"3".to_vec())]).unwrap();
        client.delete_many(bucket, &["gone".into()]).unwrap();
        // The instance ends without a word: nothing is closed.
        drop(client);
        let mut client = C::on(root.path());
        let bucket = client.open("kept").unwrap();
        let keys = ["set", "counted", "many", "gone"].map(String::from);
        let expected = [Some(&b"1"[..]), Some(b"7"), Some(b"2"), None];
        assert_eq!(
            client.get_many(bucket, &keys).unwrap(),
            expected.map(|value| value.map(<[u8]>::to_vec))
        );
    }

    fn a_store_that_may_only_be_read_gives_no_access_to_write<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let mut client = C::on(root.path());
        let bucket = client.open("b").unwrap();
        client.set(bucket, "k", b"1").unwrap();
        drop(client);
        let mut client = C::start(C::composed(), Below::Directory(root.path(), FsPerms::ReadOnly));
        let bucket = client.open("b").unwrap();
        let keys = ["k".to_owned()];
        for refused in [
            client.set(bucket, "k", b"2"),
            client.delete(bucket, "k"),
            client.increment(bucket, "k", 1.into()).map(|_| ()),
            client.set_many(bucket, &[("k".into(), b"2".to_vec())]),
            client.delete_many(bucket, &keys),
        ] {
            assert_eq!(refused, Err(Refused::AccessDenied));
        }
        assert_eq!(client.get(bucket, "k").unwrap().as_deref(), Some(&b"1"[..]));
        assert_eq!(client.get_many(bucket, &keys).unwrap(), [Some(b"1".to_vec())]);
        assert_eq!(client.keys(bucket), keys);
        assert!(client.exists(bucket, "k").unwrap());
    }

    /// A run that another program has changed.
    fn damage_is_told_and_nothing_traps<C: KeyValue>() {
        let root = tempfile::tempdir().unwrap();
        let store = sx_persist::Store::open(root.path()).unwrap();
        store.raw().map_put("b", b"k", b"a value that is long enough to be changed").unwrap();
        store.close().unwrap();
        let file = support::damage_run(root.path(), b"long enough");
        let mut client = C::on(root.path());
        let bucket = client.open("b").unwrap();
        assert!(is_other(&client.get(bucket, "k"), "corrupt"));
        assert!(is_other(&client.get_many(bucket, &["k".into()]), "corrupt"));
        assert!(is_other(&client.increment(bucket, "k", 1.into()), "corrupt"));
        let store = sx_persist::Store::open(root.path()).unwrap();
        let error = store.raw().map_get("b", b"k").unwrap_err();
        assert!(matches!(error.refusal(), Some(Error::Corrupt(damage)) if damage.file == file), "{error}");
    }
}
