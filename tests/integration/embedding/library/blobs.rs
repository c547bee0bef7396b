//! Blobs of any size, and what else is large, over each end.

use super::{End, over_each_end};
use std::io::Write as _;
use sx_persist::Error;
use sx_persist::types::{self, Op};

over_each_end! {
    a_blob_of_several_pieces_comes_back_and_one_that_is_let_go_leaves_nothing
    many_blobs_are_written_at_once_and_finished_in_any_order
    what_a_call_may_carry_is_bounded
    a_store_that_is_closed_has_written_everything
}

fn large(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| u8::try_from(at % 251).unwrap()).collect()
}

fn a_blob_of_several_pieces_comes_back_and_one_that_is_let_go_leaves_nothing(end: End) {
    let store = end.in_memory();
    let bytes = large((5 << 20) / 2);
    let cid = store.raw().blob_put_from(&bytes[..]).unwrap();
    // In one call it has the same address.
    assert_eq!(store.raw().blob_put(&bytes).unwrap(), cid);
    let mut back = Vec::new();
    assert_eq!(store.raw().blob_get_to(&cid, &mut back).unwrap(), Some(bytes.len() as u64));
    assert_eq!(back, bytes);
    assert_eq!(store.raw().blob_get(&cid).unwrap().unwrap(), bytes);
    let mut writer = store.raw().blob_writer().unwrap();
    writer.write_all(b"let go").unwrap();
    drop(writer);
    assert_eq!(store.raw().blob_list(None, 10).unwrap().items, [cid]);
    assert_eq!(store.admin().verify().unwrap().blobs, 1);
}

fn many_blobs_are_written_at_once_and_finished_in_any_order(end: End) {
    let store = end.in_memory();
    let begin = |byte: u8| {
        let mut writer = store.raw().blob_writer().unwrap();
        writer.add(&vec![byte; 70_000]).unwrap();
        writer
    };
    let mut writers: Vec<_> = (0..64).map(begin).collect();
    let full = store.raw().blob_writer().unwrap_err();
    assert!(matches!(full.refusal(), Some(types::Error::TooLarge(_))), "{full:?}");
    // The last one alone, two as one commit, and the rest are let go.
    let last = writers.pop().unwrap().finish().unwrap();
    let (second, first) = (writers.pop().unwrap(), writers.pop().unwrap());
    let ops = [Op::BlobFinish { writer: 1 }, Op::BlobFinish { writer: 0 }];
    let committed = store.raw().commit_finishing(&ops, vec![first, second]).unwrap();
    drop(writers);
    let mut cids = store.raw().blob_list(None, 100).unwrap().items;
    let mut expected =
        vec![last, committed.text(0).unwrap().to_owned(), committed.text(1).unwrap().to_owned()];
    assert_eq!(store.raw().blob_get(&expected[1]).unwrap().unwrap(), vec![62; 70_000]);
    cids.sort();
    expected.sort();
    assert_eq!(cids, expected);
    // Room was made by all of them.
    let again: Vec<_> = (0..64).map(begin).collect();
    assert_eq!(again.len(), 64);
}

fn what_a_call_may_carry_is_bounded(end: End) {
    let store = end.in_memory();
    let limit = 64 << 20;
    let error = store.raw().blob_put(&vec![0; limit + 1]).unwrap_err();
    let excess = types::Excess { limit: limit as u64, actual: limit as u64 + 1 };
    assert_eq!(error.refusal(), Some(&types::Error::TooLarge(excess)));
    // What the other side refuses comes back as it was said there.
    let error = store.raw().map_list("m", &everything(), None, 0, types::Direction::Forward).unwrap_err();
    assert!(matches!(error.refusal(), Some(types::Error::InvalidArgument(_))), "{error:?}");
    let objects = ["a".repeat(40), "none".to_owned()].map(|hash| (hash, Vec::new()));
    let error = store.raw().object_write_batch(&objects).unwrap_err();
    assert!(matches!(error.error, Error::Refused(types::Error::InvalidHash(_))), "{error:?}");
    assert_eq!(error.index, Some(1));
}

fn everything() -> types::MapRange {
    types::MapRange { prefix: Vec::new(), start: None, end: None }
}

fn a_store_that_is_closed_has_written_everything(end: End) {
    let root = tempfile::tempdir().unwrap();
    let store = end.open(root.path()).unwrap();
    store.raw().append("orders", "{:seq 1}").unwrap();
    store.admin().set_durability(types::Durability::Relaxed).unwrap();
    store.raw().append("orders", "{:seq 2}").unwrap();
    store.clone().close().unwrap();
    // Where other programs read it, before the last clone is gone.
    let stats = store.admin().stats().unwrap();
    assert_eq!((stats["dirty"], stats["logs"]), (0, 1));
    drop(store);
    let again = end.open(root.path()).unwrap();
    assert_eq!(again.raw().read("orders").unwrap(), ["{:seq 1}", "{:seq 2}"]);
}
