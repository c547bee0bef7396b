//! Middleware over a store on a disk and over one in memory: what each of them changes, and that it changes nothing else.
//!
//! That all else is as in a store is what the acceptance suite says, through them (`tests/contract/acceptance/cached.rs`, `layered.rs`), and
//! the model (`tests/contract/differential/middleware.rs`).

mod bytes;
mod cached;
mod layered;
mod places;
mod readonly;
