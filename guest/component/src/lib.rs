//! The component: each export is a line to the engine, which keeps its files below the first preopened directory.
//!
//! It imports `wasi:filesystem` (and the `wasi:clocks` type that this forces) and `sx:persist/digest`, answers errors, and never
//! panics on what it is given or finds on disk. With the feature `memory` (the crate `guest/memory`) it keeps its files in its
//! own memory, hashes by itself and imports nothing.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

mod batch;
#[expect(clippy::pedantic, reason = "generated from wit/")]
mod bindings;
mod calls;
#[cfg(target_arch = "wasm32")]
mod compare;
mod convert;
#[cfg(not(feature = "memory"))]
mod digest;
#[cfg(not(feature = "memory"))]
mod disk;
mod engine;
mod exports;
mod wire;
mod writer;

#[expect(unsafe_code, reason = "generated from wit/")]
mod export {
    use super::bindings;
    use super::engine::Component;
    bindings::export!(Component with_types_in bindings);
}
