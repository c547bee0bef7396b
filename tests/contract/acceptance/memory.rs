//! The acceptance suite on the component without a disk, and what holds of that one alone (`room.rs`).
//!
//! The tests are those of `main.rs`. Those about a directory (restarts, readers, damage, syncs, the original) stand in modules that
//! are not here, or say SKIPPED.

/// Is this the suite on the component without a disk?
const IN_MEMORY: bool = true;
const IS_PACKED: bool = false;

fn builder() -> sx_persist::Builder {
    sx_persist::Store::builder().timeout(None)
}

mod batches;
mod blobs;
mod checks;
mod dispatch;
mod fixture;
mod kv;
mod limits;
mod maps;
mod objects;
mod pages;
mod refs;
mod room;
mod seed;
mod segments;
mod sessions;
mod snapshots;
mod streams;
mod tables;
mod transactions;
mod upkeep;
mod values;
