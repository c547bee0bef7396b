//! What is kept of blocks: no more than the limit, and what is asked for again and again.

use crate::run::block::{Block, BlockRole};
use crate::run::block_cache::BlockCache;
use crate::run::block_writer::BlockWriter;
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::reader::KeptPart;
use std::sync::Arc;

fn part(value_bytes: usize) -> KeptPart {
    let (mut writer, mut bytes) = (BlockWriter::new(BlockRole::Data), Vec::new());
    let value = vec![b'v'; value_bytes];
    writer.push(&RunEntry { key: b"k", version: 1, kind: RunEntryKind::Value, value: &value }).unwrap();
    writer.finish(&mut bytes).unwrap();
    KeptPart::Data(Arc::new(Block::decode(bytes, BlockRole::Data).unwrap()))
}

/// Bytes that are kept of such a part.
fn bytes(value_bytes: usize) -> usize {
    let mut cache = BlockCache::new(usize::MAX);
    cache.keep((1, 0), part(value_bytes));
    cache.bytes()
}

#[test]
fn no_more_is_kept_than_the_limit_and_what_is_asked_for_stays() {
    let limit_bytes = 10 * bytes(100);
    let mut cache = BlockCache::new(limit_bytes);
    cache.keep((1, 0), part(100));
    let mut found = 0;
    for number in 2..200 {
        assert!(cache.get((1, 0)).is_some(), "asked for all the time, before {number}");
        assert!(cache.get((number, 0)).is_none() && cache.get((1, number)).is_none());
        cache.keep((number, 0), part(100));
        assert!(cache.bytes() <= limit_bytes);
        // What came a little before is still there, and what came long before is not.
        found += usize::from(cache.get((number - 1, 0)).is_some());
    }
    assert_eq!(found, 198);
    assert!(cache.get((100, 0)).is_none());
}

#[test]
fn what_is_kept_twice_counts_once_and_what_is_too_large_is_not_kept() {
    let mut cache = BlockCache::new(4 * bytes(100));
    for value_bytes in [100, 50, 100] {
        cache.keep((1, 0), part(value_bytes));
        assert_eq!(cache.bytes(), bytes(value_bytes));
    }
    cache.keep((2, 0), part(2_000));
    assert!(cache.get((2, 0)).is_none() && cache.get((1, 0)).is_some());
    let mut none = BlockCache::new(0);
    none.keep((1, 0), part(0));
    assert!(none.get((1, 0)).is_none() && none.bytes() == 0);
}
