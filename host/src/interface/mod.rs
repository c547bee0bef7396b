//! The methods of the store, a file an interface of `wit/`.

mod admin;
pub(crate) mod batch;
pub(crate) mod blob;
mod dispatch;
mod kv;
mod maps;
mod objects;
pub(crate) mod page;
mod refs;
mod sessions;
mod snapshots;
mod streams;
mod text;
pub(crate) mod wire;
pub(crate) mod wit;
pub(crate) mod writer;

pub use batch::CommitError;
pub use page::Page;
pub use sessions::Sessions;
pub use streams::NewEvent;
pub use text::Text;
pub use writer::BlobWriter;
