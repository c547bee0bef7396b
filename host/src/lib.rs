//! A durable store that runs as one sandboxed WebAssembly component.
//!
//! A [`Store`] mounts a directory into the component and calls it. It keeps named *streams* of events, *keys* with values,
//! *blobs* under their own content address, *refs* that point to hashes, *maps* from bytes to bytes with versions, *objects* under
//! a hash that their writer computed, *segments* of entries grouped by session, and *snapshots* of replicated data. What a call
//! answered survives loss of power from that moment on.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use sx_persist::Store;
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct Placed { seq: u64, sku: String }
//!
//! # fn main() -> Result<(), sx_persist::Error> {
//! # let root = tempfile::tempdir().unwrap();
//! # let root = root.path();
//! let store = Store::open(root)?;
//! store.append("orders", &Placed { seq: 1, sku: "A-1".into() })?;
//! store.kv_put("last", &"A-1")?;
//! assert_eq!(store.read::<Placed>("orders")?, [Placed { seq: 1, sku: "A-1".into() }]);
//! assert_eq!(store.kv_get::<String>("last")?.as_deref(), Some("A-1"));
//! store.close()
//! # }
//! ```
//!
//! Every function of `wit/` is a method here, under its own name. Values travel through serde; [`Store::text`] takes and
//! gives them as SX text instead. Calls from many threads are served in turn, and writes that wait together share one sync.
//!
//! Async code calls through [`Store::spawn`], and [`add_to_linker`] gives the store to the guests of a host of one's own.

#![deny(unsafe_code)]

#[cfg(feature = "compose")]
pub use component::COMPONENT;
pub use component::{CORE_COMPONENT, Component, DIGEST_COMPONENT, MEMORY_COMPONENT, keyvalue, middleware};
pub use error::{Error, HostError, Result};
pub use interface::{BlobWriter, CommitError, NewEvent, Page, Sessions, Text};
pub use linker::{
    PersistView, add_admin_to_linker, add_admin_to_linker_async, add_to_linker, add_to_linker_async,
};
pub use store::{Builder, Store};
pub use uuid::Uuid;

#[doc(hidden)]
pub use component::{clock, code_cache as code, digest, preparing};
#[doc(hidden)]
pub use store::adopt;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub use store::program;

#[doc(hidden)]
pub mod bindings;
mod component;
mod error;
mod interface;
mod linker;
mod store;
pub mod types;
