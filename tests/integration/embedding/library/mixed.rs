//! Lists in which something is of another type: it is an error in its place, and hides nothing else.

use super::{End, over_each_end};
use sx_persist::{Cid, Error, Hash, HostError, Result, Seq, Sx, Uuid};

over_each_end! {
    a_key_of_another_type_hides_no_other_and_is_named
    an_entry_of_a_map_or_of_a_segment_hides_no_other
    an_event_of_another_type_is_given_as_an_error_and_the_others_once
    addresses_are_parts_of_values
}

/// The items that are of the type, and how many are not.
fn good<T>(items: impl Iterator<Item = Result<T>>) -> (Vec<T>, usize) {
    let (good, bad): (Vec<_>, Vec<_>) = items.partition(Result::is_ok);
    (good.into_iter().map(Result::unwrap).collect(), bad.len())
}

fn a_key_of_another_type_hides_no_other_and_is_named(end: End) {
    let store = end.in_memory();
    let kv = store.kv();
    kv.put("a", &1).unwrap();
    kv.put("b", &"two").unwrap();
    kv.put("c", &3).unwrap();
    let named = |(key, value): (&str, i32)| (key.to_owned(), value);
    assert_eq!(good(kv.iter::<i32>()), ([("a", 1), ("c", 3)].map(named).to_vec(), 1));
    let error = kv.iter::<i32>().find_map(Result::err).unwrap();
    assert!(error.to_string().contains("the value of b is of another type"), "{error}");
    let is_named = matches!(&error, Error::Host(host) if matches!(&**host, HostError::ValueOf { name, .. } if name == "b"));
    assert!(is_named, "{error:?}");
    // What it says it says once.
    assert!(
        std::error::Error::source(&error)
            .is_none_or(|source| !error.to_string().contains(&source.to_string()))
    );
}

fn an_entry_of_a_map_or_of_a_segment_hides_no_other(end: End) {
    let store = end.in_memory();
    store.map::<String, String>("m").put("a", &"1".to_owned()).unwrap();
    store.map::<String, String>("m").put("b", &"x".to_owned()).unwrap();
    let (values, bad) = good(store.map::<String, i64>("m").iter());
    assert_eq!((values.into_iter().map(|item| item.value).collect::<Vec<_>>(), bad), (vec![1], 1));
    let (session, segment) = (Uuid::from_u128(1), Uuid::from_u128(2));
    store.sessions::<sx::Value>().create(session, segment, &[1.into(), "x".into(), 3.into()]).unwrap();
    assert_eq!(good(store.sessions::<i64>().entries(session, segment)), (vec![1, 3], 1));
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Counted {
    n: i64,
}

fn an_event_of_another_type_is_given_as_an_error_and_the_others_once(end: End) {
    let store = end.in_memory();
    for event in ["{:seq 1 :n 1}", "{:seq 2 :n 2}", "{:seq 3 :n \"x\"}", "{:seq 4 :n 4}"] {
        store.raw().append("s", event).unwrap();
    }
    let stream = store.stream::<Counted>("s");
    let counted = |numbers: &[i64]| numbers.iter().map(|&n| Counted { n }).collect::<Vec<_>>();
    assert_eq!(good(stream.iter()), (counted(&[1, 2, 4]), 1));
    let mut follow = stream.follow(Seq::new(0));
    assert_eq!(follow.ready().unwrap(), counted(&[1, 2]));
    assert!(follow.ready().is_err());
    assert_eq!(follow.ready().unwrap(), counted(&[4]));
    assert_eq!(follow.ready().unwrap(), []);
    assert_eq!(good(stream.follow(Seq::new(0)).take(4)), (counted(&[1, 2, 4]), 1));
}

fn addresses_are_parts_of_values(end: End) {
    let store = end.in_memory();
    let cid = store.blobs().put(b"receipt").unwrap();
    let hash: Hash = "1".repeat(40).parse().unwrap();
    let map = store.map::<u64, Sx<(Cid, Hash, Uuid)>>("m");
    map.put(&1, &Sx((cid.clone(), hash.clone(), Uuid::from_u128(7)))).unwrap();
    assert_eq!(map.get(&1).unwrap().unwrap().0, (cid, hash, Uuid::from_u128(7)));
    store.kv().put("k", &"no address").unwrap();
    assert!(store.kv().get::<Cid>("k").is_err());
}
