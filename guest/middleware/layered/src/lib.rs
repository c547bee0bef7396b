//! A store over another one: what is read comes from the upper store, or from the lower one where that has nothing, and what is
//! written goes into the upper. The lower one stays as it is.
//!
//! The first write to a name that only the lower store has leaves a *tombstone* in the upper one, in the same commit: from then
//! on the upper store alone answers for that name, also when it has nothing there any more. Where a write rests on what is
//! there (a swap, an increment, an entry behind others), the lower value is copied up in that commit, so that the upper store
//! itself decides. Streams are not copied: a stream goes on above where the lower one ends.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

mod admin;
mod batch;
mod blob;
mod kv;
mod maps;
mod name;
mod objects;
mod plan;
mod refs;
mod sessions;
mod snapshots;
mod streams;
mod union;
mod versions;

#[expect(clippy::pedantic, reason = "generated from wit/")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../../wit", "wit"],
        world: "sx:persist-lower/lower-store",
        with: { "sx:persist/types@0.1.0": sx_persist_forward::types },
        generate_all,
    });
}

use bindings::sx::persist_lower as lower;
use name::Name;
use sx_persist_forward::types::{Error, Excess};
use sx_persist_forward::{Middleware, below as upper, limits};

/// What the component exports.
#[derive(Debug)]
pub struct Layered;

impl Middleware for Layered {}

/// A value as a reader sees it: the upper store's, or the lower one's where it shines through.
fn seen<T>(
    upper: Result<Option<T>, Error>,
    name: &Name,
    lower: impl FnOnce() -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    match upper? {
        Some(value) => Ok(Some(value)),
        None if name.shines()? => lower(),
        None => Ok(None),
    }
}

/// What one answer may hold.
fn check_answer(bytes: usize) -> Result<(), Error> {
    if bytes > limits::ANSWER_BYTES_MAX {
        return Err(too_large(limits::ANSWER_BYTES_MAX, bytes));
    }
    Ok(())
}

fn too_large(limit: usize, actual: usize) -> Error {
    Error::TooLarge(Excess { limit: limit as u64, actual: actual as u64 })
}

sx_persist_forward::middleware!(super::Layered);
