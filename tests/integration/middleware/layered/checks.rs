//! Checks of what the lower store has, and of what was written over it.

use super::{each, hash};
use sx_persist::Store;
use sx_persist::types::{Error as Refusal, Expect, Op, Stale};
use trace::sessions::id;

fn fill(store: &Store) {
    for seq in 1..=3 {
        store.raw().append("s", &format!("{{:seq {seq}}}")).unwrap();
    }
    store.raw().kv_put("k", "{:b 1 :a 2}").unwrap();
    store.raw().ref_set("main", &hash("1")).unwrap();
    store.raw().map_put("t", b"k", b"v").unwrap();
    store.raw().session_append(&id("a"), &id("1"), "1").unwrap();
}

fn last_seq(last_seq: u64) -> Op {
    Op::CheckLastSeq { stream: "s".into(), last_seq }
}

fn count(count: u64) -> Op {
    Op::CheckCount { stream: "s".into(), count }
}

fn key(value: Option<&str>) -> Op {
    Op::CheckKey { key: "k".into(), value: value.map(str::to_owned) }
}

fn points(digit: &str) -> Op {
    Op::CheckRef { name: "main".into(), hash: Some(hash(digit)) }
}

fn version(expected: Expect) -> Op {
    Op::CheckMap { table: "t".into(), key: b"k".to_vec(), expected }
}

fn entries(session: &str, entries: u64) -> Op {
    Op::CheckSegment { session: id(session), segment: id("1"), entries }
}

#[test]
fn what_is_seen_below_is_checked_and_copies_nothing() {
    each(fill, |store| {
        let seen = Expect::Version(store.raw().map_get("t", b"k").unwrap().unwrap().version);
        let checks = [last_seq(3), count(3), key(Some("{:a 2 :b 1}")), points("1"), version(seen)];
        store.raw().commit(&checks).unwrap();
        store.raw().commit(&[entries("a", 1), entries("b", 0), version(Expect::Any)]).unwrap();
        let refused = |check: Op| {
            let put = Op::KvPut { key: "never".into(), value: "1".into() };
            let error = store.raw().commit(&[put, check]).unwrap_err();
            assert_eq!(error.index, Some(1));
            error.error.refusal().unwrap().clone()
        };
        let stale = |expected, actual| Refusal::Stale(Stale { expected, actual });
        assert_eq!(refused(last_seq(2)), stale(2, 3));
        assert_eq!(refused(count(2)), stale(2, 3));
        assert_eq!(refused(count(4)), stale(4, 3));
        assert_eq!(refused(key(None)), Refusal::Conflict("k".into()));
        assert_eq!(refused(points("2")), Refusal::Conflict("main".into()));
        assert!(matches!(refused(version(Expect::Absent)), Refusal::Stale(Stale { expected: 0, .. })));
        assert_eq!(refused(entries("a", 0)), stale(0, 1));
        assert!(!store.kv().contains("never").unwrap());
        // What the batch did before, and what was written above, is what is seen from then on.
        let append = Op::Append { stream: "s".into(), event: "{:seq 7}".into() };
        let cut = Op::Truncate { stream: "s".into(), upto: 1 };
        store.raw().commit(&[append, last_seq(7), count(4), cut, count(3)]).unwrap();
        let put = Op::KvPut { key: "k".into(), value: "9".into() };
        store.raw().commit(&[put, key(Some("9")), last_seq(7), count(3)]).unwrap();
        store.raw().map_delete("t", b"k", Expect::Any).unwrap();
        store.raw().commit(&[version(Expect::Absent), key(Some("9"))]).unwrap();
    });
}
