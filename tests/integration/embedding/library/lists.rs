//! Lists are iterators: each item once, over as many pages as it takes.

use super::{End, hash, over_each_end};
use serde::{Deserialize, Serialize};
use std::ops::Bound;
use sx_persist::types::{Expect, ExpectSeq};
use sx_persist::{Error, Event, HostError, Result, Seq, Sx, Uuid};

over_each_end! {
    a_map_is_read_in_the_order_of_its_keys_from_both_ends_and_by_ranges
    values_of_a_map_have_versions_and_writers_notice_each_other
    a_key_or_a_value_of_another_type_is_an_error
    a_stream_is_read_from_both_ends_and_by_ranges_of_numbers
    a_stream_is_followed_without_waiting_and_with
    recorded_events_are_numbered_and_come_back_whole
    keys_refs_objects_snapshots_and_blobs_are_listed_over_pages
    sessions_are_handles_as_well
}

/// More than two pages.
const MANY: u32 = 2_300;

fn all<T>(items: impl Iterator<Item = Result<T>>) -> Vec<T> {
    items.collect::<Result<_>>().unwrap()
}

fn a_map_is_read_in_the_order_of_its_keys_from_both_ends_and_by_ranges(end: End) {
    let store = end.in_memory();
    let map = store.map::<u32, i64>("m");
    let items: Vec<_> = (0..MANY).map(|key| (key, i64::from(key) - 1_000)).collect();
    map.put_many(items.iter().map(|(key, value)| (key, value))).unwrap();
    let pairs = |scan: sx_persist::Scan<'_, u32, i64>| {
        all(scan).into_iter().map(|item| (item.key, item.value)).collect::<Vec<_>>()
    };
    assert_eq!(pairs(map.iter()), items);
    assert_eq!(pairs(map.iter().rev()), items.iter().copied().rev().collect::<Vec<_>>());
    let keys = |scan| pairs(scan).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    assert_eq!(keys(map.range(5..8)), [5, 6, 7]);
    assert_eq!(keys(map.range(5..=8).rev()), [8, 7, 6, 5]);
    assert_eq!(keys(map.range(..2)), [0, 1]);
    assert_eq!(keys(map.range(MANY - 1..)), [MANY - 1]);
    assert_eq!(keys(map.range((Bound::Excluded(5), Bound::Included(6)))), [6]);
    assert_eq!(keys(map.range((Bound::Excluded(5), Bound::Excluded(6)))), [0; 0]);
    assert_eq!(keys(map.prefix(5_u32.to_be_bytes())), [5]);
    assert_eq!((map.len().unwrap(), store.maps().unwrap()), (u64::from(MANY), vec!["m".to_owned()]));
    assert_eq!((map.clear().unwrap(), map.is_empty().unwrap()), (u64::from(MANY), true));
}

fn values_of_a_map_have_versions_and_writers_notice_each_other(end: End) {
    let store = end.in_memory();
    let map = store.map::<String, Sx<Vec<u8>>>("m");
    let first = map.put("k", &Sx(vec![1])).unwrap();
    let found = map.get_versioned("k").unwrap().unwrap();
    assert_eq!((found.value, found.version), (Sx(vec![1]), first));
    let second = map.swap("k", Expect::Version(first.get()), &Sx(vec![2])).unwrap();
    assert!(second > first);
    assert!(map.swap("k", Expect::Absent, &Sx(vec![3])).unwrap_err().is_stale());
    assert!(map.remove_if("k", Expect::Version(first.get())).unwrap_err().is_stale());
    assert_eq!(
        (map.remove("k").unwrap(), map.contains("k").unwrap(), map.get("k").unwrap()),
        (true, false, None)
    );
}

fn a_key_or_a_value_of_another_type_is_an_error(end: End) {
    let store = end.in_memory();
    store.map::<String, String>("m").put("key", &"text".to_owned()).unwrap();
    let host = |error: Error| if let Error::Host(error) = error { error } else { panic!("{error:?}") };
    let error = host(store.map::<u64, String>("m").iter().next().unwrap().unwrap_err());
    assert!(matches!(*error, HostError::Key(_)), "{error}");
    let error = host(store.map::<String, i64>("m").get("key").unwrap_err());
    assert!(matches!(*error, HostError::Integer(_)), "{error}");
    let numbers = store.map::<String, i64>("m");
    let mut items = numbers.iter();
    assert!(items.next().unwrap().is_err());
    assert!(items.next().is_none());
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Line {
    seq: u64,
}

fn a_stream_is_read_from_both_ends_and_by_ranges_of_numbers(end: End) {
    let store = end.in_memory();
    let stream = store.stream::<Line>("s");
    let lines: Vec<_> = (1..=u64::from(MANY)).map(|number| Line { seq: 2 * number }).collect();
    assert_eq!(stream.append_expecting(Seq::new(0), &lines).unwrap().get(), 2 * u64::from(MANY));
    assert_eq!(all(stream.iter()), lines);
    assert_eq!(
        all(stream.rev().take(2)),
        [lines[MANY as usize - 1].clone(), lines[MANY as usize - 2].clone()]
    );
    let seqs = |from: u64, to: u64| {
        all(stream.range(Seq::new(from)..Seq::new(to))).iter().map(|line| line.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(4, 8), [4, 6]);
    assert_eq!(seqs(0, 5), [2, 4]);
    assert_eq!(seqs(0, 0), [0; 0]);
    assert_eq!(all(stream.range(..=Seq::new(2))), [Line { seq: 2 }]);
    assert_eq!(
        all(stream.range((Bound::Excluded(Seq::new(2)), Bound::Included(Seq::new(4))))),
        [Line { seq: 4 }]
    );
    // Numbers that are written as floats are numbers.
    for event in ["{:seq 1.0}", "{:seq 2.0}"] {
        store.raw().append("floats", event).unwrap();
    }
    let floats = store.stream::<sx::Value>("floats");
    assert_eq!(all(floats.range(..=Seq::new(1))).len(), 1);
    assert_eq!((stream.truncate(Seq::new(10)).unwrap(), stream.len().unwrap()), (5, u64::from(MANY) - 5));
    assert_eq!(store.streams().unwrap(), ["floats", "s"]);
}

fn a_stream_is_followed_without_waiting_and_with(end: End) {
    let store = end.in_memory();
    let stream = store.stream::<Line>("s");
    stream.append(&Line { seq: 1 }).unwrap();
    let mut follow = stream.follow(Seq::new(0)).every(std::time::Duration::from_millis(1));
    assert_eq!(follow.ready().unwrap(), [Line { seq: 1 }]);
    assert_eq!(follow.ready().unwrap(), []);
    stream.append(&Line { seq: 2 }).unwrap();
    stream.append(&Line { seq: 3 }).unwrap();
    // What was given may go.
    stream.truncate(Seq::new(1)).unwrap();
    assert_eq!(follow.next().unwrap().unwrap(), Line { seq: 2 });
    assert_eq!(follow.ready().unwrap(), [Line { seq: 3 }]);
    assert_eq!(stream.follow(Seq::new(2)).ready().unwrap(), [Line { seq: 3 }]);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(move || follow.next().unwrap().unwrap());
        stream.append(&Line { seq: 4 }).unwrap();
        assert_eq!(waiting.join().unwrap(), Line { seq: 4 });
    });
    store.raw().append("s", "{:seq 5 :text 1}").unwrap();
    let mut texts = store.stream::<Event<u8>>("s").follow(Seq::new(0));
    assert!(texts.next().unwrap().is_err());
}

fn recorded_events_are_numbered_and_come_back_whole(end: End) {
    let store = end.in_memory();
    let stream = store.stream::<Event<String>>("s");
    let first = stream.record("said", &"one".to_owned()).unwrap();
    let second = stream.record_at("said", 5, &"two".to_owned(), ExpectSeq::At(first.get())).unwrap();
    assert_eq!((first.get(), second.get(), stream.last_seq().unwrap()), (1, 2, second));
    let late = stream.record_at("said", 6, &"three".to_owned(), ExpectSeq::At(first.get()));
    assert!(late.unwrap_err().is_stale());
    let events = all(stream.iter());
    assert_eq!(events[1], Event { seq: second, kind: "said".into(), at: 5, data: "two".to_owned() });
    assert!(events[0].at > 1_700_000_000_000, "{}", events[0].at);
}

fn keys_refs_objects_snapshots_and_blobs_are_listed_over_pages(end: End) {
    let store = end.in_memory();
    let names: Vec<_> = (0..1_100).map(|number| format!("n/{number:04}")).collect();
    let mut hashes = Vec::new();
    for (number, name) in names.iter().enumerate() {
        store.kv().put(name, &number).unwrap();
        store.refs().set(name, &hash('1')).unwrap();
        store.snapshots().mark(name).unwrap();
        hashes.push(format!("{number:040x}").parse::<sx_persist::Hash>().unwrap());
    }
    store.objects().put_many(hashes.iter().map(|hash| (hash.clone(), Vec::new()))).unwrap();
    let mut cids: Vec<_> = names.iter().map(|name| store.blobs().put(name.as_bytes()).unwrap()).collect();
    cids.sort();
    store.kv().put("other", &true).unwrap();
    assert_eq!(
        all(store.kv().prefix::<usize>("n/")).into_iter().map(|(key, _)| key).collect::<Vec<_>>(),
        names
    );
    assert_eq!(store.kv().keys().unwrap().len(), names.len() + 1);
    // One value of another type ends the list.
    assert!(store.kv().iter::<usize>().last().unwrap().is_err());
    assert_eq!(all(store.refs().iter()).into_iter().map(|(name, _)| name).collect::<Vec<_>>(), names);
    assert_eq!(all(store.snapshots().keys("n/")), names);
    assert_eq!(all(store.objects().hashes()), hashes);
    assert_eq!(all(store.blobs().addresses()), cids);
}

fn sessions_are_handles_as_well(end: End) {
    let store = end.in_memory();
    let sessions = store.sessions::<String>();
    let (session, segment) = (Uuid::from_u128(1), Uuid::from_u128(2));
    sessions.append(session, segment, &"hello".to_owned()).unwrap();
    assert_eq!(sessions.read(session, segment).unwrap(), ["hello"]);
}
