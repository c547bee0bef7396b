//! Transactions: their number, blobs that are finished in one, tables that are dropped, and reads of one moment.

use crate::any_disk::{Engine, engine_on};
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Fault, Storage};
use sx_persist_core::{Committed, Durability, Error, Found, MapEntry, Op, Outcome, Question, Refusal};

const SMALL: usize = 1_000;
const LARGE: usize = 100_000;

fn put(key: &str, value: &str) -> Op {
    Op::KvPut { key: key.into(), value: value.into() }
}

/// A writer with so many bytes in it.
fn written(engine: &mut Engine, bytes: usize) -> Result<u32, Error> {
    let writer = engine.writer_open()?;
    for chunk in vec![7; bytes].chunks(30_000) {
        engine.writer_write(writer, chunk)?;
    }
    Ok(writer)
}

/// Refuses the step of a number, 0 for the next.
#[derive(Clone, Default)]
struct Refusing(Rc<Cell<Option<(u32, Fault)>>>);

impl Watch for Refusing {
    fn before(&self, _: Step) -> Result<(), Fault> {
        match self.0.take() {
            Some((0, fault)) => Err(fault),
            Some((steps, fault)) => {
                self.0.set(Some((steps - 1, fault)));
                Ok(())
            }
            None => Ok(()),
        }
    }
}

#[test]
fn a_commit_has_the_number_that_versions_have() {
    let mut engine = engine_on(Memory::new());
    let first = engine.commit(&[put("a", "1")]).unwrap();
    let map = Op::MapPut { table: "t".into(), key: b"k".to_vec(), value: Vec::new() };
    let second = engine.commit(&[map, put("b", "1")]).unwrap();
    assert_eq!(second.outcomes, [Outcome::Versioned(second.lsn), Outcome::Put]);
    assert!(second.lsn > first.lsn);
    // What writes nothing has the number of the commit before it.
    let check = Op::CheckKey { key: "a".into(), value: Some("1".into()) };
    let checked = engine.commit(&[check]).unwrap();
    assert_eq!(checked, Committed { lsn: second.lsn, outcomes: vec![Outcome::Checked] });
    assert_eq!(engine.commit(&[]).unwrap().lsn, second.lsn);
    assert_eq!(engine_on(Memory::new()).commit(&[]).unwrap().lsn, 0);
}

#[test]
fn a_writer_may_be_finished_with_other_writes() {
    for bytes in [0, SMALL, LARGE] {
        for durability in [Durability::Always, Durability::Relaxed] {
            let disk = Memory::new();
            let mut engine = engine_on(disk.clone());
            engine.set_durability(durability).unwrap();
            let writer = written(&mut engine, bytes).unwrap();
            let committed = engine.commit(&[Op::BlobFinish { writer }, put("k", "1")]).unwrap();
            engine.writer_drop(writer);
            let [Outcome::Stored(cid), Outcome::Put] = &committed.outcomes[..] else {
                panic!("{committed:?}")
            };
            assert_eq!(engine.blob_get(cid).unwrap(), Some(vec![7; bytes]));
            engine.flush().unwrap();
            drop(engine);
            let mut engine = engine_on(disk);
            assert_eq!(engine.blob_get(cid).unwrap(), Some(vec![7; bytes]));
            engine.checkpoint().unwrap();
            assert_eq!(engine.blob_get(cid).unwrap(), Some(vec![7; bytes]));
            assert_eq!(engine.kv_get("k").unwrap().as_deref(), Some("1"));
        }
    }
}

#[test]
fn a_writer_that_is_finished_alone_in_a_commit_is_stored() {
    let disk = Memory::new();
    engine_on(disk.clone()).kv_put("other", "1").unwrap();
    // The first write of an instance tries what it does before it makes the root its own.
    let mut engine = engine_on(disk);
    let writer = written(&mut engine, LARGE).unwrap();
    let committed = engine.commit(&[Op::BlobFinish { writer }]).unwrap();
    let [Outcome::Stored(cid)] = &committed.outcomes[..] else { panic!("{committed:?}") };
    assert_eq!(engine.blob_size(cid), Ok(Some(LARGE as u64)));
}

#[test]
fn what_is_refused_stores_no_blob() {
    for bytes in [SMALL, LARGE] {
        let mut engine = engine_on(Memory::new());
        engine.kv_put("k", "1").unwrap();
        let writer = written(&mut engine, bytes).unwrap();
        let check = Op::CheckKey { key: "k".into(), value: None };
        let refused = engine.commit(&[Op::BlobFinish { writer }, check.clone()]).unwrap_err();
        assert_eq!(refused, Refusal { index: Some(1), reason: Error::Conflict("k".into()) });
        assert_eq!(engine.blob_list(None, 9).unwrap().items, [""; 0]);
        let answers = engine.run(&[check, Op::BlobFinish { writer }]);
        assert!(matches!(&answers[..], [Err(_), Ok(Outcome::Stored(_))]), "{answers:?}");
        engine.writer_drop(writer);
        assert_eq!(engine.verify().unwrap().blobs, 1);
        // A writer that is gone.
        let gone = engine.commit(&[put("k", "2"), Op::BlobFinish { writer }]).unwrap_err();
        assert_eq!(gone.index, Some(1));
        assert!(matches!(gone.reason, Error::Closed(_)), "{gone:?}");
        assert_eq!(engine.kv_get("k").unwrap().as_deref(), Some("1"));
    }
}

/// J5: whoever is refused for what the store holds will not try again.
#[test]
fn what_is_refused_for_what_is_there_makes_that_durable_whatever_came_with_it() {
    let stale = Op::AppendExpecting { stream: "s".into(), expected: 0, events: vec!["{:seq 1}".into()] };
    let blob = |bytes| Op::BlobPut { bytes: vec![7; bytes] };
    // A large blob goes past the journal, and is stored before the frame is.
    for ops in [vec![stale.clone()], vec![blob(9), stale.clone()], vec![blob(100 << 10), stale]] {
        let mut disk = Memory::new();
        engine_on(disk.clone()).append("s", "{:seq 5}").unwrap();
        let before = disk.list("journal").unwrap();
        let refused = engine_on(disk.clone()).commit(&ops).unwrap_err();
        assert!(matches!(refused.reason, Error::Stale { .. } | Error::Conflict(_)), "{refused:?}");
        assert_ne!(disk.list("journal").unwrap(), before, "the frames of another instance are not its own");
    }
}

#[test]
fn a_blob_may_be_removed_and_stored_in_one_commit() {
    for bytes in [SMALL, LARGE] {
        for checkpoints in [false, true] {
            let disk = Memory::new();
            let mut engine = engine_on(disk.clone());
            let cid = engine.blob_put(&vec![7; bytes]).unwrap();
            if checkpoints {
                engine.checkpoint().unwrap();
            }
            let delete = Op::BlobDelete { cid: cid.clone() };
            let finish = |writer| Op::BlobFinish { writer };
            let stored = Outcome::Stored(cid.clone());
            let writer = written(&mut engine, bytes).unwrap();
            let ops = [delete.clone(), delete.clone(), finish(writer)];
            let due = [Outcome::Deleted(true), Outcome::Deleted(false), stored.clone()];
            assert_eq!(engine.commit(&ops).unwrap().outcomes, due);
            assert_eq!(engine.blob_get(&cid).unwrap(), Some(vec![7; bytes]), "{bytes} {checkpoints}");
            let mut again = engine_on(disk.clone());
            again.checkpoint().unwrap();
            assert_eq!(again.blob_get(&cid).unwrap(), Some(vec![7; bytes]), "{bytes} {checkpoints}");
            // And the other way, where it is and where it is not.
            for was_there in [true, false] {
                let writer = written(&mut again, bytes).unwrap();
                let ops = [finish(writer), delete.clone()];
                assert_eq!(again.commit(&ops).unwrap().outcomes, [stored.clone(), Outcome::Deleted(true)]);
                again.writer_drop(writer);
                assert_eq!(again.blob_get(&cid), Ok(None), "{bytes} {checkpoints} {was_there}");
                assert_eq!(engine_on(disk.clone()).blob_get(&cid), Ok(None));
            }
            again.checkpoint().unwrap();
            assert_eq!(again.verify().unwrap().blobs, 0);
        }
    }
}

/// At each step of a commit that finishes a large writer, over a removal that stands in the journal: what was answered is there, and
/// what was not is there with all the rest or not at all, the blob aside.
#[test]
fn a_commit_that_fails_at_any_step_is_whole_or_not_at_all() {
    for fault in [Fault::Failed("io"), Fault::NoSpace("insufficient-space")] {
        let mut steps = 0;
        loop {
            let disk: Watched<Refusing> = Watched::default();
            let mut engine = disk.engine();
            let cid = engine.blob_put(&vec![7; LARGE]).unwrap();
            engine.checkpoint().unwrap();
            engine.blob_delete(&cid).unwrap();
            let writer = written(&mut engine, LARGE).unwrap();
            disk.watch.0.set(Some((steps, fault)));
            let done = engine.commit(&[put("k", "1"), Op::BlobFinish { writer }]);
            let was_refused = disk.watch.0.take().is_none();
            engine.writer_drop(writer);
            let mut after = disk.engine();
            after.checkpoint().unwrap();
            let is_there = after.kv_get("k").unwrap().is_some();
            let blob = after.blob_get(&cid).unwrap();
            assert!(done.is_err() || is_there, "step {steps}: answered, and gone");
            assert!(!is_there || blob.is_some(), "step {steps}: the half of it");
            assert!(blob.is_none_or(|bytes| bytes.len() == LARGE));
            if !was_refused {
                assert!(done.is_ok());
                break;
            }
            steps += 1;
        }
        assert!(steps > 4, "{steps} steps");
    }
}

#[test]
fn a_table_is_dropped_with_other_writes() {
    let mut engine = engine_on(Memory::new());
    let map = |key: &[u8]| Op::MapPut { table: "t".into(), key: key.to_vec(), value: b"v".to_vec() };
    let drop_table = || Op::MapDropTable { table: "t".into() };
    let committed = engine.commit(&[map(b"a"), map(b"b"), drop_table(), map(b"c"), drop_table()]).unwrap();
    assert_eq!(committed.outcomes[2], Outcome::Dropped(2));
    assert_eq!(committed.outcomes[4], Outcome::Dropped(1));
    assert_eq!(engine.map_count("t"), Ok(0));
    engine.commit(&[map(b"a")]).unwrap();
    let stale = Op::CheckCount { stream: "s".into(), count: 1 };
    assert!(engine.commit(&[drop_table(), stale]).is_err());
    assert_eq!(engine.map_count("t"), Ok(1));
}

#[test]
fn several_reads_are_of_one_moment() {
    let mut engine = engine_on(Memory::new());
    let map = Op::MapPut { table: "t".into(), key: b"a".to_vec(), value: b"v".to_vec() };
    let append = Op::Append { stream: "s".into(), event: "{:seq 7}".into() };
    let lsn = engine.commit(&[put("k", "(1   2)"), map, append]).unwrap().lsn;
    let session = || "00000000-0000-0000-0000-000000000001".to_owned();
    let questions = [
        Question::Kv { key: "k".into() },
        Question::Kv { key: "absent".into() },
        Question::Map { table: "t".into(), key: b"a".to_vec() },
        Question::Map { table: "t".into(), key: b"b".to_vec() },
        Question::Ref { name: "heads/main".into() },
        Question::LastSeq { stream: "s".into() },
        Question::Count { stream: "s".into() },
        Question::Segment { session: session(), segment: session() },
    ];
    let moment = engine.read_moment(&questions).unwrap();
    assert_eq!(moment.lsn, lsn);
    let value = engine.kv_get("k").unwrap();
    let due = [
        Found::Text(value),
        Found::Text(None),
        Found::Entry(Some(MapEntry { value: b"v".to_vec(), version: lsn })),
        Found::Entry(None),
        Found::Text(None),
        Found::Number(7),
        Found::Number(1),
        Found::Number(0),
    ];
    assert_eq!(moment.found, due);
    let wrong = [Question::Count { stream: "s".into() }, Question::Kv { key: String::new() }];
    let refused = engine.read_moment(&wrong).unwrap_err();
    assert_eq!(refused.index, Some(1));
    assert!(matches!(refused.reason, Error::InvalidName(_)));
    // Nine values of 8 MiB are too much for one answer.
    let large = vec![0; 8 << 20];
    engine.map_put("t", b"large", &large).unwrap();
    let many = vec![Question::Map { table: "t".into(), key: b"large".to_vec() }; 9];
    let refused = engine.read_moment(&many).unwrap_err();
    assert_eq!(refused.reason, Error::TooLarge { limit: 64 << 20, actual: 72 << 20 });
    assert!(engine.read_moment(&many[..8]).is_ok());
}

#[test]
fn bytes_that_are_no_operations_change_nothing() {
    let mut engine = engine_on(Memory::new());
    let kv_put = [1, 1, 5, 1, b'k', 1, b'1'];
    let is_invalid = |answer: Result<Vec<u8>, Error>| matches!(answer, Err(Error::InvalidArgument(_)));
    for wrong in [&[][..], &[2, 0], &[1, 1, 99], &kv_put[..6], &[1, 1, 10, 0]] {
        assert!(is_invalid(engine.wire_run(wrong, &[], true)), "{wrong:?}");
        assert!(is_invalid(engine.wire_run(wrong, &[], false)), "{wrong:?}");
        assert!(is_invalid(engine.wire_read(wrong)), "{wrong:?}");
    }
    let too_many = [1, 0x81, 0x80, 0x04];
    let too_large = Err(Error::TooLarge { limit: 65_536, actual: 65_537 });
    assert_eq!(engine.wire_run(&too_many, &[], true), too_large);
    assert_eq!(engine.wire_read(&too_many), too_large);
    assert_eq!(engine.kv_has("k"), Ok(false));
    assert_eq!(engine.wire_run(&kv_put, &[], true), Ok(vec![1, 0, 1, 1, 0, 3]));
    assert_eq!(engine.wire_run(&kv_put, &[], false), Ok(vec![1, 0, 2, 1, 0, 3]));
    assert_eq!(engine.wire_read(&[1, 1, 1, 1, b'k']), Ok(vec![1, 0, 2, 1, 0, 1, 1, b'1']));
}
