//! The acceptance suite through `layered`, over an empty store in memory.
//!
//! The tests are those of `main.rs`, but for those that take the component itself apart (imports, digests, syncs).

use std::sync::LazyLock;
use sx_persist::{Builder, CORE_COMPONENT, Component, MEMORY_COMPONENT, Store, middleware};

const IN_MEMORY: bool = false;
const IS_PACKED: bool = false;

static LAYERED: LazyLock<Component> =
    LazyLock::new(|| support::joined(middleware::LAYERED, CORE_COMPONENT, MEMORY_COMPONENT));

fn builder() -> Builder {
    Store::builder().timeout(None).component(&LAYERED)
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
