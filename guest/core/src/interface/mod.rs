//! What the operations of `wit/` mean, a file an interface.

mod admin;
pub(crate) mod batch;
pub(crate) mod blob;
pub(crate) mod dispatch;
pub(crate) mod expect;
mod kv;
pub(crate) mod maps;
pub(crate) mod objects;
pub(crate) mod op;
pub(crate) mod outcome;
pub(crate) mod refs;
pub(crate) mod sessions;
mod snapshots;
pub(crate) mod streams;
