//! A durable store that runs as one sandboxed WebAssembly component.
//!
//! A [`Store`] mounts a directory into the component and calls it. It keeps named *streams* of events, *keys* with values,
//! *blobs* under their own content address, *refs* that point to hashes, *maps* from bytes to bytes with versions, *objects* under
//! a hash that their writer computed, *segments* of entries grouped by session, and *snapshots* of replicated data. Once a call has
//! returned, its effect survives a power failure.
//!
//! ```
//! use serde::{Deserialize, Serialize};
//! use sx_persist::{Event, Store};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct Order { sku: String, amount: i64 }
//!
//! # fn main() -> Result<(), sx_persist::Error> {
//! # let root = tempfile::tempdir().unwrap();
//! # let root = root.path();
//! let store = Store::open(root)?;
//! let orders = store.stream::<Event<Order>>("orders");
//! orders.record("placed", &Order { sku: "A-1".into(), amount: 3 })?;
//! for event in orders.iter() {
//!     let Event { seq, data, .. } = event?;
//!     println!("{seq}: {} of {}", data.amount, data.sku);
//! }
//! store.close()
//! # }
//! ```
//!
//! Each interface has a handle: [`Store::stream`], [`Store::kv`], [`Store::map`], [`Store::refs`], [`Store::blobs`],
//! [`Store::objects`], [`Store::sessions`], [`Store::snapshots`]. Values travel through serde, lists are iterators, and
//! [`Store::transaction`] and [`Store::transact`] write several of them in one commit. [`Store::raw`] has the functions of `wit/` as they
//! stand there. Calls from many threads are served in turn, and writes that wait at the same time share one sync.
//!
//! Async code calls through [`Store::spawn`], and [`add_to_linker`] gives the store to the guests of your own host.

#![deny(unsafe_code)]

#[cfg(feature = "compose")]
pub use component::COMPONENT;
pub use component::{CORE_COMPONENT, Component, DIGEST_COMPONENT, MEMORY_COMPONENT, keyvalue, middleware};
pub use error::{Error, HostError, Result};
pub use handles::{
    Admin, AsKey, Blobs, BlobsIn, Cid, Event, Events, Follow, Hash, Item, Items, Key, Kv, KvIn, Lsn, Map,
    MapIn, Objects, ObjectsIn, Pending, Refs, RefsIn, Scan, Seq, Sessions, SessionsIn, Snapshots,
    SnapshotsIn, Stream, StreamIn, Sx, Transaction, Value, Version, Versioned,
};
pub use interface::{BlobWriter, CommitError, Page, Raw};
pub use linker::{
    PersistView, add_admin_to_linker, add_admin_to_linker_async, add_to_linker, add_to_linker_async,
};
pub use store::{Builder, Store};
pub use sx;
pub use uuid::Uuid;

#[doc(hidden)]
pub use component::{clock, code_cache as code, digest, exports, preparing};
#[doc(hidden)]
pub use handles::{Tail, event};
#[doc(hidden)]
pub use store::adopt;
#[doc(hidden)]
pub use store::program;

#[doc(hidden)]
pub mod bindings;
mod component;
mod error;
mod handles;
mod interface;
mod linker;
mod store;
pub mod types;
