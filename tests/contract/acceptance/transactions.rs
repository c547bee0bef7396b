//! X: what a transaction is, and several reads of one moment.

use crate::fixture::{Fixture, event, hash};
use crate::sessions::segment;
use sx_persist::types::{Committed, Error as Refusal, Found, FoundEntry, Op, Outcome, Question};
use trace::address;
use trace::sessions::id;

fn put(key: &str, value: &str) -> Op {
    Op::KvPut { key: key.into(), value: value.into() }
}

fn append(seq: u64) -> Op {
    Op::Append { stream: "s".into(), event: event(seq) }
}

fn finish(writer: u32) -> Op {
    Op::BlobFinish { writer }
}

fn written(store: &Fixture, bytes: &[u8]) -> sx_persist::BlobWriter {
    let mut writer = store.raw().blob_writer().unwrap();
    writer.add(bytes).unwrap();
    writer
}

#[test]
fn x1_all_is_there_or_nothing() {
    let store = Fixture::new();
    let committed = store.raw().commit(&[append(1), put("k", "1"), append(3)]).unwrap();
    assert_eq!(committed.outcomes, [Outcome::Appended(1), Outcome::Put, Outcome::Appended(3)]);
    let refused = store.raw().commit(&[append(4), put("k", "2"), put("k", "(")]).unwrap_err();
    assert_eq!(refused.index, Some(2));
    assert!(matches!(refused.error.refusal(), Some(Refusal::InvalidValue(_))));
    assert_eq!((store.raw().last_seq("s").unwrap(), store.kv().get::<u64>("k").unwrap()), (3, Some(1)));
}

#[test]
fn x3_what_finds_something_else_refuses_all() {
    let store = Fixture::new();
    let swap = |expected: &str| Op::KvSwap {
        key: "k".into(),
        expected: Some(expected.into()),
        replacement: Some("2".into()),
    };
    let delete = |cid: String| Op::BlobDelete { cid };
    let absent = [delete(address(b"absent")), Op::MapDropTable { table: "t".into() }];
    let committed = store.raw().commit(&absent).unwrap();
    assert_eq!(committed.outcomes, [Outcome::Deleted(false), Outcome::Dropped(0)]);
    store.raw().commit(&[put("k", "1")]).unwrap();
    let refused = store.raw().commit(&[append(1), swap("9")]).unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(1), Some(&Refusal::Conflict("k".into()))));
    assert_eq!(store.raw().commit(&[swap("1")]).unwrap().outcomes, [Outcome::Swapped(true)]);
}

#[test]
fn x4_answers_stand_under_the_indexes_of_their_operations() {
    let store = Fixture::new();
    let map = |value: &[u8]| Op::MapPut { table: "t".into(), key: b"k".to_vec(), value: value.to_vec() };
    let first = store.raw().commit(&[map(b"a")]).unwrap();
    let blob = Op::BlobPut { bytes: b"hello".to_vec() };
    let delete = Op::KvDelete { key: "absent".into() };
    let count = Op::MapIncrement { table: "t".into(), key: b"n".to_vec(), delta: -3 };
    let committed = store.raw().commit(&[append(7), blob, delete, put("k", "1"), map(b"b"), count]).unwrap();
    assert_eq!(committed.lsn, first.lsn + 1);
    let numbers: Vec<_> = (0..7).map(|index| committed.number(index)).collect();
    let version = i64::try_from(committed.lsn).unwrap();
    assert_eq!(numbers, [Some(7), None, None, None, Some(version), Some(-3), None]);
    assert_eq!((committed.text(1), committed.flag(2)), (Some(&*address(b"hello")), Some(false)));
    assert_eq!((committed.text(0), committed.flag(0), committed.text(9)), (None, None, None));
    assert_eq!(store.raw().map_get("t", b"k").unwrap().unwrap().version, committed.lsn);
    // What writes nothing has the number of the last commit.
    let check = Op::CheckCount { stream: "s".into(), count: 1 };
    let checked = Committed { lsn: committed.lsn, outcomes: vec![Outcome::Checked] };
    assert_eq!(store.raw().commit(&[check]).unwrap(), checked);
    assert_eq!(store.raw().commit(&[]).unwrap().lsn, committed.lsn);
}

#[test]
fn x5_a_writer_may_end_in_a_transaction() {
    let store = Fixture::new();
    for bytes in [&b""[..], b"small", &vec![7; 100_000]] {
        let other = written(&store, b"other");
        let writers = vec![other, written(&store, bytes)];
        let ops = [append(1), finish(1), put("k", "1"), finish(0)];
        let committed = store.raw().commit_finishing(&ops, writers).unwrap();
        assert_eq!(
            (committed.text(1), committed.text(3)),
            (Some(&*address(bytes)), Some(&*address(b"other")))
        );
        assert_eq!(store.raw().blob_get(&address(bytes)).unwrap().as_deref(), Some(bytes));
        let gone = Op::BlobDelete { cid: address(bytes) };
        store.raw().commit(&[gone, Op::BlobDelete { cid: address(b"other") }]).unwrap();
        // One that is refused stores none, and ends the writer.
        let check = Op::CheckCount { stream: "s".into(), count: 99 };
        let refused =
            store.raw().commit_finishing(&[finish(0), check], vec![written(&store, bytes)]).unwrap_err();
        assert_eq!(refused.index, Some(1));
        assert!(store.raw().blob_list(None, 9).unwrap().items.is_empty());
    }
    // So often that a writer which stayed would be one too many.
    for _ in 0..70 {
        let writer = written(&store, b"bytes");
        assert!(store.raw().commit_finishing(&[finish(0), put("", "1")], vec![writer]).is_err());
    }
    // A writer that was not handed over is none.
    let refused = store.raw().commit(&[put("m", "1"), finish(0)]).unwrap_err();
    assert!(matches!(refused.error.refusal(), Some(Refusal::InvalidArgument(_))), "{refused:?}");
    assert!(!store.kv().contains("m").unwrap());
}

#[test]
fn x5_a_blob_may_be_removed_and_stored_again_in_a_transaction() {
    let store = Fixture::new();
    for bytes in [&b"small"[..], &vec![7; 100_000]] {
        let cid = store.raw().blob_put(bytes).unwrap();
        let delete = || Op::BlobDelete { cid: cid.clone() };
        let committed =
            store.raw().commit_finishing(&[delete(), finish(0)], vec![written(&store, bytes)]).unwrap();
        assert_eq!((committed.flag(0), committed.text(1)), (Some(true), Some(&*cid)));
        assert_eq!(store.raw().blob_get(&cid).unwrap().as_deref(), Some(bytes));
        let committed =
            store.raw().commit_finishing(&[finish(0), delete()], vec![written(&store, bytes)]).unwrap();
        assert_eq!(committed.flag(1), Some(true));
        assert_eq!(store.raw().blob_get(&cid).unwrap(), None);
    }
}

#[test]
fn x6_several_reads_are_of_one_moment() {
    let store = Fixture::new();
    let map = Op::MapPut { table: "t".into(), key: b"k".to_vec(), value: b"v".to_vec() };
    let branch = Op::RefSet { name: "main".into(), hash: hash("1") };
    let entry = Op::SessionAppend { session: id("a"), segment: segment(1), entry: ":said".into() };
    let lsn = store.raw().commit(&[append(7), put("k", "{:b 1   :a 2}"), map, branch, entry]).unwrap().lsn;
    let kv = |key: &str| Question::Kv { key: key.into() };
    let reference = |name: &str| Question::Ref { name: name.into() };
    let entries = |which: u64| Question::Segment { session: id("a"), segment: segment(which) };
    let questions = [
        kv("k"),
        kv("absent"),
        Question::Map { table: "t".into(), key: b"k".to_vec() },
        Question::Map { table: "t".into(), key: b"absent".to_vec() },
        reference("main"),
        reference("absent"),
        Question::LastSeq { stream: "s".into() },
        Question::Count { stream: "s".into() },
        entries(1),
        entries(2),
    ];
    let moment = store.raw().moment(&questions).unwrap();
    assert_eq!(moment.lsn, lsn);
    let found = [
        Found::Text(Some("{:a 2 :b 1}".into())),
        Found::Text(None),
        Found::Entry(Some(FoundEntry { value: b"v".to_vec(), version: lsn })),
        Found::Entry(None),
        Found::Text(Some(hash("1"))),
        Found::Text(None),
        Found::Number(7),
        Found::Number(1),
        Found::Number(1),
        Found::Number(0),
    ];
    assert_eq!(moment.found, found);
    assert_eq!(store.raw().moment(&[]).unwrap().lsn, lsn);
    // The first that is refused refuses all.
    for (wrong, is_due) in [
        (kv(""), (|refusal| matches!(refusal, Refusal::InvalidName(_))) as fn(&Refusal) -> bool),
        (reference("no name"), |refusal| matches!(refusal, Refusal::InvalidName(_))),
        (Question::Map { table: String::new(), key: Vec::new() }, |refusal| {
            matches!(refusal, Refusal::InvalidName(_))
        }),
        (Question::Segment { session: "x".into(), segment: segment(1) }, |refusal| {
            matches!(refusal, Refusal::InvalidName(_))
        }),
    ] {
        let refused = store.raw().moment(&[kv("k"), wrong, kv("")]).unwrap_err();
        assert_eq!(refused.index, Some(1));
        assert!(refused.error.refusal().is_some_and(is_due), "{refused:?}");
    }
}

#[test]
fn x6_answers_that_are_too_large_are_refused() {
    let store = Fixture::new();
    store.raw().map_put("t", b"k", &vec![7; 15 << 20]).unwrap();
    let questions = vec![Question::Map { table: "t".into(), key: b"k".to_vec() }; 5];
    let refused = store.raw().moment(&questions).unwrap_err();
    assert!(matches!(
        refused.error.refusal(),
        Some(Refusal::TooLarge(excess)) if (excess.limit, excess.actual) == (64 << 20, 75 << 20)
    ));
    assert_eq!(store.raw().moment(&questions[..4]).unwrap().found.len(), 4);
}
