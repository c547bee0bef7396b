//! Does the store do what docs/semantics.md says? The component through the host library, on a real directory.
//!
//! A test is named by the rule that it shows: `s3_...` shows S3.

/// Is this the suite on the component without a disk? That is `memory.rs`.
const IN_MEMORY: bool = false;

/// Are streams, keys and small blobs in the runs of its stores? That is `packed.rs`.
const IS_PACKED: bool = false;

/// How the stores of this suite are opened. However slow the machine is, the largest calls come to their end.
fn builder() -> sx_persist::Builder {
    sx_persist::Store::builder().timeout(None)
}

mod bad_input;
mod batches;
mod blobs;
mod by_hand;
mod calls;
mod checks;
mod digests;
mod dispatch;
mod fixture;
mod gathering;
mod imports;
mod kv;
mod layouts;
mod limits;
mod maps;
mod objects;
mod obstacles;
mod original;
mod original_bytes;
mod pages;
mod readers;
mod refs;
mod restarts;
mod seed;
mod segments;
mod sessions;
mod snapshots;
#[cfg(unix)]
mod strange;
mod streams;
mod syncs;
mod tables;
mod transactions;
mod upkeep;
mod values;
mod versions;
