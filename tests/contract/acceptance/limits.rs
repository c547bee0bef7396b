//! Limits, on both sides; what a value may be is in `values.rs`, pages in `streams.rs`, batches in `batches.rs`.

use crate::fixture::{Fixture, directory, event, files, refusal};
use std::time::Duration;
use support::library::until_interrupted;
use sx_persist::types::{Direction, Error as Refusal, Op, Outcome, Position};
use sx_persist::{Error, Store, clock};

#[test]
fn a_page_has_1_to_65536_items() {
    let store = Fixture::new();
    for limit in [0, 65_537, u32::MAX] {
        assert!(matches!(
            refusal(store.raw().read_page("s", &Position::Start, limit, Direction::Forward)),
            Refusal::InvalidArgument(_)
        ));
        assert!(matches!(refusal(store.raw().blob_list(None, limit)), Refusal::InvalidArgument(_)));
        assert!(matches!(refusal(store.raw().snapshot_keys("", None, limit)), Refusal::InvalidArgument(_)));
        assert!(matches!(refusal(store.raw().object_list(None, limit)), Refusal::InvalidArgument(_)));
    }
    store.raw().read_page("s", &Position::Start, 65_536, Direction::Forward).unwrap();
}

#[test]
fn read_is_bounded_by_64_mebibytes_and_pages_are_not() {
    let store = Fixture::new();
    let large = |seq: u64| format!("{{:data \"{}\" :seq {seq}}}", "x".repeat((16 << 20) - 64));
    for seq in 1..=4 {
        store.raw().append("s", &large(seq)).unwrap();
    }
    assert_eq!(store.raw().read("s").unwrap().len(), 4);
    store.raw().append("s", &event(5)).unwrap();
    store.raw().append("s", &large(6)).unwrap();
    let Refusal::TooLarge(excess) = refusal(store.raw().read("s")) else { panic!("given whole") };
    assert_eq!(excess.limit, 64 << 20);
    let page = store.raw().read_page("s", &Position::After(4), 10, Direction::Forward).unwrap();
    assert_eq!(page.lines.lines().count(), 1);
}

#[test]
fn a_blob_through_put_is_at_most_64_mebibytes() {
    let store = Fixture::new();
    let bytes = vec![1; 64 << 20];
    let cid = store.raw().blob_put(&bytes).unwrap();
    assert_eq!(store.raw().blob_get(&cid).unwrap().unwrap().len(), 64 << 20);
    assert!(matches!(refusal(store.raw().blob_put(&vec![1; (64 << 20) + 1])), Refusal::TooLarge(_)));
    // Larger ones stream, and come back in parts.
    let cid = store.raw().blob_put_from(std::io::repeat(9).take((64 << 20) + 1)).unwrap();
    assert_eq!(store.raw().blob_size(&cid).unwrap(), Some((64 << 20) + 1));
    assert!(matches!(refusal(store.raw().blob_get(&cid)), Refusal::TooLarge(_)));
    let mut count = Count(0);
    assert_eq!(store.raw().blob_get_to(&cid, &mut count).unwrap(), Some((64 << 20) + 1));
    assert_eq!(count.0, (64 << 20) + 1);
}

use std::io::{Read as _, Write};

struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        assert!(bytes.iter().all(|byte| *byte == 9));
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn an_object_has_16_mebibytes_at_most() {
    let store = Fixture::new();
    let hash = |digit: &str| digit.repeat(40);
    let bytes = vec![1; (16 << 20) + 1];
    store.raw().object_write(&hash("1"), &bytes[1..]).unwrap();
    let Refusal::TooLarge(excess) = refusal(store.raw().object_write(&hash("2"), &bytes)) else {
        panic!("taken")
    };
    assert_eq!((excess.limit, excess.actual), (16 << 20, (16 << 20) + 1));
    // Together as much as a batch has.
    let four: Vec<_> = ["3", "4", "5", "6"].map(|digit| (hash(digit), bytes[1..].to_vec())).into();
    let refused = store.raw().object_write_batch(&four).unwrap_err();
    assert!(matches!(refused.error.refusal(), Some(Refusal::TooLarge(_))) && refused.index.is_none());
    let store = store.reopen();
    assert_eq!(store.raw().object_read(&hash("1")).unwrap().map(|bytes| bytes.len()), Some(16 << 20));
    assert_eq!(store.raw().object_list(None, 9).unwrap().items, [hash("1")]);
}

#[test]
fn a_store_in_little_memory_refuses_what_does_not_fit_and_goes_on() {
    let store = Fixture::built(crate::builder().memory_bytes_max(8 << 20));
    store.raw().append("s", &event(1)).unwrap();
    let refused = refusal(store.raw().kv_put("k", &format!("\"{}\"", "x".repeat(4 << 20))));
    assert!(matches!(refused, Refusal::TooLarge(_)), "{refused:?}");
    assert_eq!(store.raw().last_seq("s").unwrap(), 1);
    store.raw().append("s", &event(2)).unwrap();
    assert_eq!(store.raw().count("s").unwrap(), 2);
}

#[test]
fn e2_memory_that_runs_out_is_no_too_large_and_ends_no_store() {
    let Some(root) = directory() else { return };
    let store = crate::builder().memory_bytes_max(6 << 20).open(root.path()).unwrap();
    let mut acknowledged = 0;
    let mut failed = 0;
    for seq in 1..=40 {
        let event = format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(300_000));
        match store.raw().append("s", &event) {
            Ok(_) => acknowledged = seq,
            Err(Error::Trapped { .. } | Error::Refused(Refusal::OutOfMemory)) => failed += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(acknowledged > 0 && failed > 0, "{acknowledged} went through, {failed} failed: no limit was met");
    let store = crate::builder().memory_bytes_max(256 << 20).open(reopened(store, root.path())).unwrap();
    assert!(store.raw().last_seq("s").unwrap() >= acknowledged);
}

#[test]
fn a_checkpoint_that_takes_longer_than_a_call_may_is_done_after_all() {
    const COUNT: usize = 2_000;
    let Some(root) = directory() else { return };
    let builder = crate::builder().timeout(Some(Duration::ZERO)).checkpoint_when_idle(None);
    let store = builder.open(root.path()).unwrap();
    let written = || files(root.path()).keys().filter(|path| path.starts_with("kv/")).count();
    for round in 1.. {
        let put = |number| Op::KvPut { key: format!("{round} {number}"), value: "nil".into() };
        let puts: Vec<_> = (0..COUNT).map(put).collect();
        let stopped = clock::stop();
        store.raw().commit(&puts).unwrap();
        let before = written();
        drop(stopped);
        // The files of the keys come first, while the clock ticks; on a fast machine once may not be enough.
        let put = store.raw().append("more", &event(round));
        let _stopped = clock::stop();
        let was_interrupted = match put {
            Ok(_) => false,
            Err(Error::Trapped { timeout: Some(_), .. }) => true,
            Err(error) => panic!("{error}"),
        };
        if was_interrupted && written() - before < COUNT {
            // Whoever is called next finds the checkpoint done.
            store.streams().unwrap();
            assert!(written() - before >= COUNT, "it was not done");
            store.raw().append("more", &event(round + 1)).unwrap();
            return;
        }
    }
}

/// Nearly as many bytes as a call may carry, and as many operations, in the memory that a store has by default.
#[test]
fn the_largest_batches_go_through() {
    const COUNT: usize = 65_000;
    let filler = "x".repeat(970);
    let events: Vec<_> = (1..=COUNT).map(|seq| format!("{{:d \"{filler}\" :seq {seq}}}")).collect();
    let store = Fixture::new();
    assert_eq!(store.raw().append_expecting("s", 0, &events).unwrap(), COUNT as u64);

    let append = |event| Op::Append { stream: "s".into(), event };
    let store = Fixture::new();
    assert_eq!(
        store.raw().commit(&events.into_iter().map(append).collect::<Vec<_>>()).unwrap().outcomes.len(),
        COUNT
    );
    assert_eq!(store.raw().count("s").unwrap(), COUNT as u64);

    let put = |number| Op::KvPut { key: "k".into(), value: format!("\"{filler}{number}\"") };
    let store = Fixture::new();
    assert_eq!(store.raw().run(&(0..COUNT).map(put).collect::<Vec<_>>()).unwrap().len(), COUNT);

    let store = Fixture::new();
    let stored = store.raw().commit(&[Op::BlobPut { bytes: vec![7; 64 << 20] }]).unwrap().outcomes.remove(0);
    let Outcome::Stored(cid) = stored else { panic!("{stored:?}") };
    assert_eq!(store.raw().blob_size(&cid).unwrap(), Some(64 << 20));
}

/// Names of which each is in eight folders of its own, more than a checkpoint remembers folders.
#[test]
fn long_names_take_no_more_memory_than_they_have_bytes() {
    let Some(root) = directory() else { return };
    let store = crate::builder().memory_bytes_max(8 << 20).open(root.path()).unwrap();
    let keys: Vec<_> = (0..700).map(|number| format!("{number:04}{}", "x".repeat(1_020))).collect();
    let put = |key: &String| Op::KvPut { key: key.clone(), value: key[..4].to_owned() };
    store.raw().commit(&keys.iter().map(put).collect::<Vec<_>>()).unwrap();
    store.admin().checkpoint().unwrap();
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(store.raw().kv_get(key).unwrap(), Some(number.to_string()));
    }
    let delete = |key: &String| Op::KvDelete { key: key.clone() };
    store.raw().commit(&keys.iter().map(delete).collect::<Vec<_>>()).unwrap();
    store.admin().checkpoint().unwrap();
    assert!(store.kv().keys().unwrap().is_empty());
}

fn reopened(store: Store, root: &std::path::Path) -> &std::path::Path {
    drop(store);
    root
}

#[test]
fn a_call_that_runs_too_long_is_interrupted_and_says_that_it_may_have_taken_effect() {
    let Some(root) = directory() else { return };
    let store = crate::builder().timeout(Some(Duration::ZERO)).open(root.path()).unwrap();
    let bytes = vec![7; 60 << 20];
    let put_and_delete = || -> Result<(), Error> {
        store.raw().blob_put(&bytes)?;
        let cid = store.raw().blob_list(None, 1)?.items.remove(0);
        store.raw().blob_delete(&cid).map(drop)
    };
    // Hashing and writing this takes a tick of the clock or more; on a fast machine once may not be enough.
    let error = until_interrupted(put_and_delete);
    assert!(error.to_string().contains("may have taken effect"), "{error}");
    // The next call is served by a fresh instance.
    let _stopped = clock::stop();
    assert_eq!(store.streams().unwrap(), Vec::<String>::new());
}
