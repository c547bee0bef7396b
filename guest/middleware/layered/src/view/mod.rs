//! What a reader sees of two stores.

pub(crate) mod counts;
mod cursor;
pub(crate) mod maps;
pub(crate) mod names;
pub(crate) mod sessions;
pub(crate) mod streams;
pub(crate) mod union;
pub(crate) mod value;
pub(crate) mod versions;
