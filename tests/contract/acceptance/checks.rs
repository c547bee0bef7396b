//! C: checks of a batch.

use crate::fixture::{Fixture, event, hash};
use crate::sessions::segment;
use sx_persist::types::{Error as Refusal, Expect, Op, Outcome, Stale};
use trace::sessions::id;

fn last_seq(last_seq: u64) -> Op {
    Op::CheckLastSeq { stream: "s".into(), last_seq }
}

fn count(count: u64) -> Op {
    Op::CheckCount { stream: "s".into(), count }
}

fn key(key: &str, value: Option<&str>) -> Op {
    Op::CheckKey { key: key.into(), value: value.map(str::to_owned) }
}

fn points(name: &str, digit: Option<&str>) -> Op {
    Op::CheckRef { name: name.into(), hash: digit.map(hash) }
}

fn map(expected: Expect) -> Op {
    Op::CheckMap { table: "t".into(), key: b"k".to_vec(), expected }
}

fn entries(entries: u64) -> Op {
    Op::CheckSegment { session: id("a"), segment: segment(1), entries }
}

fn put(key: &str, value: &str) -> Op {
    Op::KvPut { key: key.into(), value: value.into() }
}

/// Why a batch is refused behind one that is not.
fn refused(store: &Fixture, check: Op) -> Refusal {
    let error = store.raw().commit(&[put("never", "1"), check]).unwrap_err();
    assert_eq!(error.index, Some(1));
    error.error.refusal().unwrap().clone()
}

fn stale(expected: u64, actual: u64) -> Refusal {
    Refusal::Stale(Stale { expected, actual })
}

/// Something of everything, and the version of the map's key.
fn filled() -> (Fixture, u64) {
    let store = Fixture::new();
    let text = store.raw();
    text.append("s", &event(2)).unwrap();
    text.append("s", &event(5)).unwrap();
    store.raw().truncate("s", 2).unwrap();
    text.kv_put("k", "{:b 1 :a 2}").unwrap();
    store.raw().ref_set("main", &hash("1")).unwrap();
    text.session_append(&id("a"), &segment(1), "1").unwrap();
    let version = store.raw().map_put("t", b"k", b"v").unwrap();
    (store, version)
}

#[test]
fn c1_write_skew_is_refused() {
    let store = Fixture::new();
    for doctor in ["a", "b"] {
        store.raw().kv_put(doctor, ":on-call").unwrap();
    }
    // Both have read that both are there. Each goes where the other stays.
    let goes =
        |who: &str, stays: &str| [key(stays, Some(":on-call")), key(who, Some(":on-call")), put(who, ":off")];
    store.raw().commit(&goes("a", "b")).unwrap();
    let late = store.raw().commit(&goes("b", "a")).unwrap_err();
    assert_eq!((late.index, late.error.refusal()), (Some(0), Some(&Refusal::Conflict("a".into()))));
    assert_eq!(store.raw().kv_get("b").unwrap().as_deref(), Some(":on-call"));
    // The same of two entries of a map, by their versions.
    let versions = ["a", "b"].map(|who| store.raw().map_put("t", who.as_bytes(), b"on").unwrap());
    let check = |at: usize, who: &str| {
        let expected = Expect::Version(versions[at]);
        Op::CheckMap { table: "t".into(), key: who.as_bytes().to_vec(), expected }
    };
    let off =
        |who: &str| Op::MapPut { table: "t".into(), key: who.as_bytes().to_vec(), value: b"off".to_vec() };
    store.raw().commit(&[check(0, "a"), check(1, "b"), off("a")]).unwrap();
    let late = store.raw().commit(&[check(0, "a"), check(1, "b"), off("b")]).unwrap_err();
    let Some(Refusal::Stale(found)) = late.error.refusal() else { panic!("{late:?}") };
    assert_eq!((late.index, found.expected, found.actual > versions[0]), (Some(0), versions[0], true));
}

#[test]
fn c1_a_check_writes_nothing_and_sees_what_its_batch_did() {
    let (store, _) = filled();
    let before = store.raw().map_put("t", b"other", b"").unwrap();
    let checks =
        [last_seq(5), count(1), key("k", Some("{:a 2 :b 1}")), points("main", Some("1")), entries(1)];
    assert_eq!(store.raw().commit(&checks).unwrap().outcomes, vec![Outcome::Checked; 5]);
    // No commit came of it: the next one has the next version.
    assert_eq!(store.raw().map_put("t", b"other", b"").unwrap(), before + 1);
    let append = Op::Append { stream: "s".into(), event: event(9) };
    let point = Op::RefSet { name: "main".into(), hash: hash("2") };
    let (session, segment) = (id("a"), segment(1));
    let say = Op::SessionAppend { session, segment, entry: "2".into() };
    let batch = [append, last_seq(9), count(2), put("k", "7"), key("k", Some("7")), point];
    store.raw().commit(&batch).unwrap();
    store.raw().commit(&[points("main", Some("2")), say, entries(2)]).unwrap();
    let new = Op::MapPut { table: "t".into(), key: b"k".to_vec(), value: b"w".to_vec() };
    let late = store.raw().commit(&[new, map(Expect::Absent)]).unwrap_err();
    assert_eq!(late.index, Some(1));
}

#[test]
fn c2_each_check_holds_where_the_store_has_what_it_says() {
    let (mut store, version) = filled();
    for _ in 0..2 {
        let there = [
            last_seq(5),
            count(1),
            key("k", Some(" {:a 2, :b 1} ".replace(',', "").as_str())),
            key("none", None),
            points("main", Some("1")),
            points("none", None),
            map(Expect::Any),
            map(Expect::Version(version)),
            entries(1),
        ];
        store.raw().commit(&there).unwrap();
        assert!(store.raw().run(&there).unwrap().iter().all(|answer| *answer == Ok(Outcome::Checked)));
        store.admin().checkpoint().unwrap();
        store = store.reopen();
    }
    let fresh = Fixture::new();
    let absent =
        [last_seq(0), count(0), key("k", None), points("main", None), map(Expect::Absent), entries(0)];
    fresh.raw().commit(&absent).unwrap();
    fresh.raw().commit(&[map(Expect::Version(0)), map(Expect::Any)]).unwrap();
}

#[test]
fn c3_a_check_that_fails_tells_what_is_there() {
    let (store, version) = filled();
    assert_eq!(refused(&store, last_seq(4)), stale(4, 5));
    assert_eq!(refused(&store, count(2)), stale(2, 1));
    assert_eq!(refused(&store, key("k", Some("1"))), Refusal::Conflict("k".into()));
    assert_eq!(refused(&store, key("k", None)), Refusal::Conflict("k".into()));
    assert_eq!(refused(&store, points("main", Some("2"))), Refusal::Conflict("main".into()));
    assert_eq!(refused(&store, map(Expect::Absent)), stale(0, version));
    assert_eq!(refused(&store, map(Expect::Version(version + 7))), stale(version + 7, version));
    assert_eq!(refused(&store, entries(0)), stale(0, 1));
    assert!(matches!(refused(&store, key("", None)), Refusal::InvalidName(_)));
    assert!(matches!(refused(&store, key("k", Some("("))), Refusal::InvalidValue(_)));
    assert!(matches!(refused(&store, points("a..b", None)), Refusal::InvalidName(_)));
    let wrong = Op::CheckRef { name: "main".into(), hash: Some("G".into()) };
    assert!(matches!(refused(&store, wrong), Refusal::InvalidHash(_)));
    let wrong = Op::CheckSegment { session: "a".into(), segment: segment(1), entries: 0 };
    assert!(matches!(refused(&store, wrong), Refusal::InvalidName(_)));
    assert_eq!(store.raw().kv_get("never").unwrap(), None);
    // Each alone, the others are performed.
    let answers = store.raw().run(&[put("x", "1"), last_seq(4), put("y", "2")]).unwrap();
    assert!(answers[0].is_ok() && answers[2].is_ok());
    assert_eq!(answers[1], Err(stale(4, 5)));
}
