//! The methods of the store, a file an interface of `wit/`.

pub(crate) mod batch;
pub(crate) mod blob;
mod dispatch;
mod maps;
mod objects;
pub(crate) mod page;
mod persist;
mod raw;
mod refs;
mod sessions;
mod snapshots;
pub(crate) mod wire;
pub(crate) mod wit;
pub(crate) mod writer;

pub use batch::CommitError;
pub use page::Page;
pub(crate) use persist::from_texts;
pub use raw::Raw;
pub use writer::BlobWriter;
