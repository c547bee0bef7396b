//! The values of keys, maps, blobs and objects that were read or written lately, from memory.
//!
//! Every write goes to the store below before it is answered. What the store answered is held then; what it refused is not, and
//! what was held under that name before is let go. Below a mount that is only read nothing is held: a writer beside it may
//! change what is there at any time.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

mod batch;
mod cache;
mod capacity;
mod kv;
mod maps;
mod plain;

use cache::{Cache, Held, Name};
use std::cell::RefCell;
use sx_persist_middleware::interfaces::{Admin, Refs, Sessions, Snapshots};
use sx_persist_middleware::types::{Counter, Error, Report};
use sx_persist_middleware::{Middleware, below};

/// What the component exports.
#[derive(Debug)]
pub struct Cached;

impl Middleware for Cached {}
impl Refs for Cached {}
impl Sessions for Cached {}
impl Snapshots for Cached {}

impl Admin for Cached {
    fn repair() -> Result<Report, Error> {
        // What is damaged is taken out below.
        cache(Cache::clear);
        below::admin::repair()
    }

    fn stats() -> Result<Vec<Counter>, Error> {
        let mut stats = below::admin::stats()?;
        let counts = cache(|cache| [cache.hits, cache.misses, cache.len() as u64, cache.bytes() as u64]);
        let names = ["cache-hits", "cache-misses", "cache-entries", "cache-bytes"];
        let counter = |(name, value): (&str, u64)| Counter { name: name.to_owned(), value };
        stats.extend(names.into_iter().zip(counts).map(counter));
        Ok(stats)
    }
}

thread_local! {
    // An instance has one thread; this is the way to a static that needs no `unsafe`.
    static CACHE: RefCell<Cache> = RefCell::default();
    /// Is all that is written written through here?
    static IS_WRITER: bool = is_writer();
}

fn cache<R>(call: impl FnOnce(&mut Cache) -> R) -> R {
    CACHE.with_borrow_mut(call)
}

/// Whether a store takes writes comes before what is wrong with one, and a key without a name is wrong everywhere.
fn is_writer() -> bool {
    below::persist::kv_delete("") != Err(Error::ReadOnly)
}

/// The value under a name: from memory, or from the store below and then into memory.
fn read(name: Name, fetch: impl FnOnce() -> Result<Option<Held>, Error>) -> Result<Option<Held>, Error> {
    if let Some(held) = cache(|cache| cache.get(&name).cloned()) {
        return Ok(Some(held));
    }
    let fetched = fetch()?;
    if let Some(held) = fetched.as_ref().filter(|held| cache(|cache| cache.has_room_for(held.bytes.len()))) {
        hold(name, held.clone());
    }
    Ok(fetched)
}

/// Holds what the store below answered or took.
fn hold(name: Name, held: Held) {
    if IS_WRITER.with(|is| *is) {
        cache(|cache| cache.put(name, held));
    }
}

fn forget(name: &Name) {
    cache(|cache| cache.remove(name));
}

sx_persist_middleware::middleware!(super::Cached);
