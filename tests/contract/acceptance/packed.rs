//! The acceptance suite on packed roots: whatever stands in runs there that has files elsewhere.
//!
//! The tests are those of `main.rs` about what is there, and those that they take something from. What looks at the files of streams, keys
//! and blobs says SKIPPED.

#![expect(dead_code, reason = "what other suites ask of these modules")]

const IN_MEMORY: bool = false;
const IS_PACKED: bool = true;

fn builder() -> sx_persist::Builder {
    sx_persist::Store::builder().timeout(None).layout(sx_persist::types::Layout::Packed)
}

mod batches;
mod blobs;
mod checks;
mod fixture;
mod kv;
mod maps;
mod pages;
mod readers;
mod sessions;
mod streams;
mod transactions;
mod upkeep;
