//! What the operations of `wit/` mean, a file an interface.

mod admin;
pub(crate) mod batch;
pub(crate) mod blob;
mod kv;
pub(crate) mod maps;
pub(crate) mod objects;
mod reads;
pub(crate) mod refs;
pub(crate) mod sessions;
mod snapshots;
pub(crate) mod streams;
pub(crate) mod usage;
mod wire;
