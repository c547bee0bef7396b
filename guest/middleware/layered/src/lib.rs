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

pub use exports::Layered;

mod bounds;
mod exports;
mod name;
mod plan;
mod stores;
mod view;

sx_persist_middleware::middleware!(super::Layered);
