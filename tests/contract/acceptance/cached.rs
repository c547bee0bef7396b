//! The acceptance suite through `cached`: what is answered from memory is what the store would have answered.
//!
//! The tests are those of `main.rs`, but for those that take the component itself apart (imports, digests, syncs).

use std::sync::LazyLock;
use sx_persist::{Builder, Component, Store, middleware};

const IN_MEMORY: bool = false;
const IS_PACKED: bool = false;

static CACHED: LazyLock<Component> =
    LazyLock::new(|| support::composed(&[middleware::CACHED], sx_persist::CORE_COMPONENT));

fn builder() -> Builder {
    Store::builder().timeout(None).component(&CACHED)
}

mod bad_input;
mod batches;
mod blobs;
mod checks;
mod dispatch;
mod fixture;
mod kv;
mod limits;
mod maps;
mod objects;
mod original;
mod pages;
mod readers;
mod refs;
mod restarts;
mod seed;
mod segments;
mod sessions;
mod snapshots;
mod streams;
mod tables;
mod transactions;
mod upkeep;
mod values;
