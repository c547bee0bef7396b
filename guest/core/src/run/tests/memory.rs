//! How much of the runs is in memory, whatever was read of them: what is counted, and not what was reckoned.

use super::store::{TestStore, numbered_key, put, removal};
use crate::run::RunGeometry;
use crate::run::stack::RunMemory;

#[test]
fn no_more_is_in_memory_than_may_be_whatever_is_read() {
    let memory = RunMemory { cache_bytes: 60_000, held_bytes: 20_000 };
    let mut store = TestStore::new(RunGeometry { block_bytes: 512, file_bytes: 16_000 }, memory);
    let (mut most_held, mut most_kept) = (0, 0);
    for run in 0..12 {
        let stays = |key: &usize| run == 0 || key % 3 == run % 3;
        let write = |key: usize| if key % 31 == run { removal(key) } else { put(key, 40) };
        store.flush(&(0..4_000).filter(stays).map(write).collect::<Vec<_>>());
        for step in 0..4_000 {
            let key = step * 1_009 % 4_000;
            store.value(&numbered_key(key)).unwrap();
            if step % 500 == 0 {
                store.page(Some(&numbered_key(key)), step % 1_000 == 0, 300).unwrap();
            }
            let (held, kept) = store.stack.bytes_in_memory();
            (most_held, most_kept) = (most_held.max(held), most_kept.max(kept));
        }
        store.begin(0..store.runs().runs.len());
        while !store.step(0, 1_000).unwrap() {}
        store.merges.clear();
    }
    // All of it is used. What is held counts as the bytes that were read, and has the heads of its parts besides.
    assert!((15_000..=24_000).contains(&most_held), "{most_held} bytes of partitions");
    assert!((55_000..=60_000).contains(&most_kept), "{most_kept} bytes of blocks");
}
