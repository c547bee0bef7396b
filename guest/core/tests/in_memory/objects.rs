//! Objects over a storage in memory: bytes under the caller's hashes, through journal, checkpoint, restart, damage and limits.

use crate::any_disk::engine_on;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Error, ObjectStats, Op, Outcome};

/// A hash of one digit.
fn hash(digit: &str) -> String {
    digit.repeat(40)
}

#[test]
fn an_object_is_there_from_its_write_to_its_removal() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let long = "0123456789abcdef".repeat(4);
    let objects = [(hash("1"), b"one".to_vec()), (hash("a"), vec![]), (long.clone(), vec![0xff; 300_000])];
    engine.object_write_batch(objects.to_vec()).unwrap();
    for settled in [false, false, true, true] {
        if settled {
            engine.checkpoint().unwrap();
        }
        for (hash, bytes) in &objects {
            assert_eq!(engine.object_read(hash).unwrap().as_ref(), Some(bytes));
            assert!(engine.object_exists(hash).unwrap());
        }
        assert_eq!(engine.object_read(&hash("2")), Ok(None));
        let page = engine.object_list(None, 2).unwrap();
        assert_eq!(page.next(), Some(hash("1").as_str()));
        assert_eq!(page.items, [long.clone(), hash("1")]);
        let page = engine.object_list(Some(&hash("1")), 2).unwrap();
        assert_eq!((page.items, page.through, page.done), (vec![hash("a")], hash("a"), true));
        let stats = engine.object_stats().unwrap();
        assert_eq!((stats.objects, stats.bytes), (3, 300_003));
        engine = engine_on(disk.clone());
    }
    let report = engine.verify().unwrap();
    assert_eq!((report.entries, report.damaged, report.foreign), (3, 0, 0));
    for pending in [true, false] {
        assert_eq!(engine.object_delete(&long), Ok(pending));
        assert_eq!(engine.object_read(&long), Ok(None));
    }
    engine.object_write(&long, b"again").unwrap();
    assert_eq!(engine.object_read(&long), Ok(Some(b"again".to_vec())));
    engine.object_delete(&long).unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(engine.object_list(None, 9).unwrap().items, [hash("1"), hash("a")]);
    assert_eq!(engine_on(disk).object_list(None, 9).unwrap().items, [hash("1"), hash("a")]);
}

#[test]
fn the_first_bytes_stay() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    for (instance, bytes) in ["first", "second", "third"].into_iter().enumerate() {
        engine.object_write(&hash("1"), bytes.as_bytes()).unwrap();
        assert_eq!(engine.object_read(&hash("1")), Ok(Some(b"first".to_vec())), "{instance}");
        engine.checkpoint().unwrap();
        engine = engine_on(disk.clone());
    }
}

#[test]
fn a_write_that_changes_nothing_does_not_rest_on_frames_that_may_be_lost() {
    let disk = Memory::new();
    engine_on(disk.clone()).object_write(&hash("1"), b"first").unwrap();
    let mut base = disk.clone();
    let journal = |number: u64| format!("journal/{number:020}");
    assert!(base.open(&journal(2)).is_err());
    // The journal that the first instance left is not trusted: the answer makes the root the second one's own.
    let mut engine = engine_on(disk.clone());
    engine.object_write(&hash("1"), b"second").unwrap();
    assert!(base.open(&journal(2)).is_ok() && base.open(&journal(1)).is_err(), "a journal of its own");
    assert_eq!(engine.object_read(&hash("1")), Ok(Some(b"first".to_vec())));
}

#[test]
fn a_batch_is_refused_by_the_object_that_is_wrong() {
    let mut engine = engine_on(Memory::new());
    let too_large = vec![0; (16 << 20) + 1];
    for (wrong, reason) in [
        (("A".repeat(40), vec![]), Error::InvalidHash("A".repeat(40))),
        ((hash("2"), too_large), Error::TooLarge { limit: 16 << 20, actual: (16 << 20) + 1 }),
    ] {
        let refused = engine.object_write_batch(vec![(hash("1"), vec![1]), wrong]).unwrap_err();
        assert_eq!((refused.index, refused.reason), (Some(1), reason));
        assert_eq!(engine.object_list(None, 9).unwrap().items, Vec::<String>::new());
    }
    engine.object_write(&hash("3"), &vec![7; 16 << 20]).unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(engine.object_read(&hash("3")).unwrap().map(|bytes| bytes.len()), Some(16 << 20));
    let many = (0..65_537).map(|at| (format!("{at:040x}"), vec![])).collect();
    assert_eq!(engine.object_write_batch(many).unwrap_err().index, None);
}

#[test]
fn an_object_that_a_batch_writes_and_removes_is_counted_and_gone() {
    let mut engine = engine_on(Memory::new());
    let write = |digit: &str| Op::ObjectWrite { hash: hash(digit), bytes: b"x".to_vec() };
    let delete = |digit: &str| Op::ObjectDelete { hash: hash(digit) };
    let done =
        engine.commit(&[write("1"), write("2"), delete("1"), delete("1"), write("1")]).unwrap().outcomes;
    assert_eq!(
        done,
        [Outcome::Put, Outcome::Put, Outcome::Deleted(true), Outcome::Deleted(false), Outcome::Put]
    );
    let bad = Op::ObjectWrite { hash: "x".into(), bytes: vec![] };
    assert!(engine.run(&[delete("1"), bad.clone(), write("2")])[1].is_err());
    assert!(engine.commit(&[write("3"), bad]).is_err());
    for digit in ["1", "2", "2", "3"] {
        engine.object_read(&hash(digit)).unwrap();
    }
    engine.object_read("x").unwrap_err();
    engine.object_exists(&hash("9")).unwrap();
    let due = ObjectStats { objects: 1, bytes: 1, reads: 4, writes: 4, hits: 2, misses: 2 };
    assert_eq!(engine.object_stats(), Ok(due));
}

#[test]
fn the_index_follows_what_is_pending_and_what_is_not() {
    // Compared with an instance that lists the folder anew, after every step; and so is a reader beside the writer.
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let mut reader = engine_on(disk.reader());
    for step in 0_u32..60 {
        let hash = format!("{:040x}", step * 7 % 11);
        match step % 4 {
            0 | 1 => engine.object_write(&hash, &step.to_le_bytes()).unwrap(),
            2 => drop(engine.object_delete(&hash).unwrap()),
            _ => engine.checkpoint().unwrap(),
        }
        let mut other = engine_on(disk.clone());
        for limit in [1, 3, 100] {
            let mut after = None;
            loop {
                let page = engine.object_list(after.as_deref(), limit).unwrap();
                assert_eq!(other.object_list(after.as_deref(), limit), Ok(page.clone()), "step {step}");
                assert_eq!(reader.object_list(after.as_deref(), limit), Ok(page.clone()), "step {step}");
                if page.done {
                    break;
                }
                after = Some(page.through);
            }
        }
    }
    assert!(engine.object_stats().unwrap().objects > 3);
}

#[test]
fn what_is_no_hash_is_refused() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.object_write(&hash("1"), b"").unwrap();
    engine.checkpoint().unwrap();
    let mut engine = engine_on(disk);
    assert_eq!(engine.object_list(None, 9).unwrap().items, [hash("1")]);
    for bad in ["", &"ab".repeat(19), &hash("A"), "../x"] {
        let refused = Error::InvalidHash(bad.to_owned());
        assert_eq!(engine.object_read(bad).as_ref().unwrap_err(), &refused);
        assert_eq!(engine.object_exists(bad).as_ref().unwrap_err(), &refused);
        assert_eq!(engine.object_write(bad, b"").as_ref().unwrap_err(), &refused);
        assert_eq!(engine.object_delete(bad).as_ref().unwrap_err(), &refused);
        // P3: an empty cursor stands before all.
        if !bad.is_empty() {
            assert_eq!(engine.object_list(Some(bad), 1).as_ref().unwrap_err(), &refused);
        }
    }
    for limit in [0, 65_537] {
        assert!(matches!(engine.object_list(None, limit), Err(Error::InvalidArgument(_))));
    }
}
