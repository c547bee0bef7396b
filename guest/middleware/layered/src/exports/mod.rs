//! What the component exports, an interface a file.

mod admin;
mod batch;
mod blob;
mod maps;
mod objects;
mod persist;
mod refs;
mod sessions;
mod snapshots;

use sx_persist_middleware::Middleware;

/// What the component exports.
#[derive(Debug)]
pub struct Layered;

impl Middleware for Layered {}
