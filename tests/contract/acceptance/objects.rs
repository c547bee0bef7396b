//! G1 to G8; what is absent (G4) is counted in `syncs.rs`.

use crate::fixture::{Fixture, bad_hashes, event, hash, refusal};
use std::thread;
use sx_persist::types::{Error as Refusal, ObjectStats, Op, Outcome};

fn write(digit: &str, bytes: &[u8]) -> Op {
    Op::ObjectWrite { hash: hash(digit), bytes: bytes.to_vec() }
}

#[test]
fn g1_a_hash_is_40_or_64_lower_case_digits_and_nothing_else() {
    let mut store = Fixture::new();
    let good = [hash("0"), "0123456789abcdef".repeat(4), "f".repeat(64)];
    for hash in &good {
        store.raw().object_write(hash, hash.as_bytes()).unwrap();
    }
    for text in &bad_hashes() {
        let invalid = Refusal::InvalidHash(text.into());
        assert_eq!(refusal(store.raw().object_read(text)), invalid);
        assert_eq!(refusal(store.raw().object_exists(text)), invalid);
        assert_eq!(refusal(store.raw().object_write(text, b"x")), invalid);
        assert_eq!(refusal(store.raw().object_delete(text)), invalid);
        if !text.is_empty() {
            assert_eq!(refusal(store.raw().object_list(Some(text), 1)), invalid);
        }
        let batch = store.raw().object_write_batch(&[(text.into(), vec![])]).unwrap_err();
        assert_eq!((batch.index, batch.error.refusal()), (Some(0), Some(&invalid)));
    }
    let Refusal::InvalidHash(cut) = refusal(store.raw().object_read(&"0".repeat(5_000))) else {
        panic!("taken")
    };
    assert_eq!(cut.len(), 100);
    for _ in 0..2 {
        for hash in &good {
            assert_eq!(store.raw().object_read(hash).unwrap().as_deref(), Some(hash.as_bytes()));
        }
        store = store.reopen();
    }
}

#[test]
fn g2_the_first_bytes_stay() {
    let mut store = Fixture::new();
    for bytes in ["first", "second", "third"] {
        store.raw().object_write(&hash("1"), bytes.as_bytes()).unwrap();
        assert_eq!(store.raw().object_read(&hash("1")).unwrap().as_deref(), Some(&b"first"[..]));
        store = store.reopen();
    }
    // In one batch, too; and what was removed is written anew.
    let ops = [write("2", b"a"), write("2", b"b"), Op::ObjectDelete { hash: hash("1") }, write("1", b"new")];
    let answers = [Outcome::Put, Outcome::Put, Outcome::Deleted(true), Outcome::Put];
    assert_eq!(store.raw().commit(&ops).unwrap().outcomes, answers);
    for _ in 0..2 {
        assert_eq!(store.raw().object_read(&hash("1")).unwrap().as_deref(), Some(&b"new"[..]));
        assert_eq!(store.raw().object_read(&hash("2")).unwrap().as_deref(), Some(&b"a"[..]));
        store = store.reopen();
    }
}

#[test]
fn g2_of_many_threads_that_write_one_hash_one_is_the_first() {
    let store = Fixture::new();
    for round in 0..20 {
        let hash = format!("{round:040x}");
        thread::scope(|scope| {
            for thread in 0..8_u8 {
                let (store, hash) = (&store, &hash);
                scope.spawn(move || {
                    store.raw().object_write(hash, &[thread; 100]).unwrap();
                    let read = store.raw().object_read(hash).unwrap().unwrap();
                    // Whoever was first, everyone who was answered reads the same from then on.
                    assert_eq!(store.raw().object_read(hash).unwrap().unwrap(), read);
                    assert!(read.len() == 100 && read.iter().all(|byte| *byte == read[0]));
                });
            }
        });
    }
    let stats = store.raw().object_stats().unwrap();
    assert_eq!((stats.objects, stats.bytes, stats.writes), (20, 2_000, 160));
}

#[test]
fn g3_bytes_that_are_not_those_that_were_written_are_corrupt() {
    let Some(mut store) = Fixture::with_files() else { return };
    let all: Vec<u8> = (0..25_000_u32).flat_map(u32::to_be_bytes).collect();
    store.raw().object_write(&hash("1"), &all).unwrap();
    store.raw().object_write(&hash("2"), b"").unwrap();
    for _ in 0..2 {
        assert_eq!(store.raw().object_read(&hash("1")).unwrap().as_ref(), Some(&all));
        assert_eq!(store.raw().object_read(&hash("2")).unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(store.raw().object_read(&hash("3")).unwrap(), None);
        store = store.reopen();
    }
    let (store, file) = store.with_damaged_run(&all[50_000..50_100]);
    for refused in [
        refusal(store.raw().object_read(&hash("1"))),
        // Nobody knows whether it is there.
        refusal(store.raw().object_exists(&hash("1"))),
        refusal(store.raw().object_write(&hash("1"), b"others")),
        refusal(store.raw().object_delete(&hash("1"))),
    ] {
        assert!(matches!(&refused, Refusal::Corrupt(damage) if damage.file == file), "{refused:?}");
    }
    assert_eq!(store.raw().object_read(&hash("2")).unwrap().as_deref(), Some(&b""[..]));
    assert_eq!((store.admin().verify().unwrap().damaged, store.admin().repair().unwrap().damaged), (1, 1));
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
    assert_eq!(store.raw().object_list(None, 9).unwrap().items, [hash("2")]);
    store.raw().object_write(&hash("1"), b"others").unwrap();
    assert_eq!(store.raw().object_read(&hash("1")).unwrap().as_deref(), Some(&b"others"[..]));
}

#[test]
fn g5_a_batch_of_objects_is_written_or_refused_as_one() {
    let mut store = Fixture::new();
    let object = |digit: &str, length: usize| (hash(digit), vec![7; length]);
    store.raw().object_write(&hash("1"), b"first").unwrap();
    let wrong = [(hash("G"), Refusal::InvalidHash(hash("G")), 1), (hash("3"), too_large(), (16 << 20) + 1)];
    for (hash, due, length) in wrong {
        let refused = store
            .raw()
            .object_write_batch(&[object("1", 1), object("2", 2), (hash, vec![0; length]), object("4", 4)])
            .unwrap_err();
        assert_eq!((refused.index, refused.error.refusal()), (Some(2), Some(&due)));
        assert_eq!(store.raw().object_list(None, 9).unwrap().items, [self::hash("1")]);
    }
    store.raw().object_write_batch(&[]).unwrap();
    store
        .raw()
        .object_write_batch(&[object("1", 1), object("2", 2), object("2", 3), object("4", 0)])
        .unwrap();
    for _ in 0..2 {
        assert_eq!(store.raw().object_list(None, 9).unwrap().items, [hash("1"), hash("2"), hash("4")]);
        assert_eq!(store.raw().object_read(&hash("1")).unwrap().as_deref(), Some(&b"first"[..]));
        assert_eq!(store.raw().object_read(&hash("2")).unwrap().as_deref(), Some(&[7, 7][..]));
        store = store.reopen();
    }
}

fn too_large() -> Refusal {
    Refusal::TooLarge(sx_persist::types::Excess { limit: 16 << 20, actual: (16 << 20) + 1 })
}

#[test]
fn g6_what_is_removed_is_gone() {
    let mut store = Fixture::new();
    assert!(!store.raw().object_delete(&hash("1")).unwrap());
    for pending in [true, false] {
        store.raw().object_write(&hash("1"), b"bytes").unwrap();
        if !pending {
            store = store.reopen();
        }
        assert!(store.raw().object_delete(&hash("1")).unwrap());
        assert!(!store.raw().object_delete(&hash("1")).unwrap());
        for _ in 0..2 {
            assert!(!store.raw().object_exists(&hash("1")).unwrap());
            assert_eq!(store.raw().object_read(&hash("1")).unwrap(), None);
            assert!(store.raw().object_list(None, 9).unwrap().items.is_empty());
            store = store.reopen();
        }
    }
}

#[test]
fn g7_hashes_are_listed_in_order_page_by_page() {
    let mut store = Fixture::new();
    // One is the beginning of another.
    let mut all = vec![
        "1".repeat(64),
        hash("1"),
        hash("0"),
        hash("f"),
        "ab".repeat(32),
        format!("{}2", "1".repeat(39)),
    ];
    for hash in &all {
        store.raw().object_write(hash, b"x").unwrap();
    }
    all.sort();
    for _ in 0..2 {
        for limit in [1, 2, 5, 6, 100] {
            let mut listed = Vec::new();
            let mut after = None;
            loop {
                let page = store.raw().object_list(after.as_deref(), limit).unwrap();
                assert!(page.items.len() <= limit as usize && !page.items.is_empty());
                listed.extend(page.items);
                if page.done {
                    break;
                }
                after = Some(page.through);
                assert_eq!(after.as_ref(), listed.last());
            }
            assert_eq!(listed, all);
        }
        // The one behind which it begins need not be there.
        assert_eq!(store.raw().object_list(Some(&hash("a")), 9).unwrap().items, all[4..]);
        assert_eq!(store.raw().object_list(Some(&"f".repeat(64)), 9).unwrap().items, Vec::<String>::new());
        store.raw().object_write(&hash("c"), b"x").unwrap();
        store.raw().object_delete(&hash("c")).unwrap();
        store = store.reopen();
    }
}

#[test]
fn g8_stats_count_what_is_there_and_what_this_instance_did() {
    let Some(store) = Fixture::with_small_blocks() else { return };
    let due = ObjectStats { objects: 0, bytes: 0, reads: 0, writes: 0, hits: 0, misses: 0 };
    assert_eq!(store.raw().object_stats().unwrap(), due);
    store.raw().object_write(&hash("1"), b"ten bytes.").unwrap();
    store.raw().object_write(&hash("1"), &[1; 99]).unwrap();
    store.raw().object_write_batch(&[(hash("2"), vec![2; 20]), (hash("3"), vec![])]).unwrap();
    store.raw().commit(&[write("4", b"four"), Op::ObjectDelete { hash: hash("3") }]).unwrap();
    store.raw().run(&[write("5", b"five!"), write("G", b"")]).unwrap();
    store.raw().commit(&[write("6", b"six"), write("G", b"")]).unwrap_err();
    for digit in ["1", "2", "3", "6", "5", "1"] {
        store.raw().object_read(&hash(digit)).unwrap();
    }
    store.raw().object_exists(&hash("1")).unwrap();
    let due = ObjectStats { objects: 4, bytes: 39, reads: 6, writes: 6, hits: 4, misses: 2 };
    assert_eq!(store.raw().object_stats().unwrap(), due);
    assert_eq!(store.admin().stats().unwrap()["objects"], 4);
    let store = store.reopen();
    let due = ObjectStats { reads: 0, writes: 0, hits: 0, misses: 0, ..due };
    assert_eq!(store.raw().object_stats().unwrap(), due);
    // A read that failed is neither.
    let (store, _) = store.with_damaged_run(b"ten bytes.");
    refusal(store.raw().object_read(&hash("1")));
    let stats = store.raw().object_stats().unwrap();
    assert_eq!((stats.reads, stats.hits, stats.misses), (1, 0, 0));
    assert_eq!(store.admin().verify().unwrap().entries, 3);
}

#[test]
fn a_push_moves_its_branch_with_its_objects_or_none_of_them() {
    let store = Fixture::new();
    let push = |seq: u64, test: Option<String>, set: &str| {
        store.raw().commit(&[
            write(set, b"commit"),
            Op::RefTestAndSet { name: "refs/heads/main".into(), test, set: Some(hash(set)) },
            Op::Append { stream: "pushes".into(), event: event(seq) },
        ])
    };
    let answered = push(1, None, "1").unwrap();
    assert_eq!(answered.outcomes, [Outcome::Put, Outcome::Swapped(true), Outcome::Appended(1)]);
    assert_eq!(push(2, Some(hash("9")), "2").unwrap_err().index, Some(1));
    assert_eq!(store.raw().object_list(None, 9).unwrap().items, [hash("1")]);
    push(2, Some(hash("1")), "2").unwrap();
    let store = store.reopen();
    assert_eq!(store.raw().object_list(None, 9).unwrap().items, [hash("1"), hash("2")]);
    assert_eq!(store.raw().ref_get("refs/heads/main").unwrap(), Some(hash("2")));
}
