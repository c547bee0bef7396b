//! What programs hold of a store: a handle an interface of `wit/`, with the caller's own types.

mod admin;
mod blobs;
pub mod event;
mod follow;
mod ids;
mod items;
mod key;
mod kv;
mod map;
mod objects;
mod refs;
mod sessions;
mod snapshots;
mod stream;
mod tail;
mod transaction;
mod value;

pub use admin::Admin;
pub use blobs::Blobs;
pub use event::Event;
pub use follow::Follow;
pub use ids::{Cid, Hash, Lsn, Seq, Version};
pub use items::Items;
pub use key::{AsKey, Key};
pub use kv::Kv;
pub use map::{Item, Map, Scan, Versioned};
pub use objects::Objects;
pub use refs::Refs;
pub use sessions::Sessions;
pub use snapshots::Snapshots;
pub use stream::{Events, Stream};
pub use tail::Tail;
pub use transaction::{
    BlobsIn, KvIn, MapIn, ObjectsIn, Pending, RefsIn, SessionsIn, SnapshotsIn, StreamIn, Transaction,
};
pub use value::{Sx, Value};

/// Takes and gives these types, and has none.
type Typed<K, V> = std::marker::PhantomData<fn(K, V) -> (K, V)>;

/// How many items of a list are read at once.
const PAGE_ITEMS: u32 = 1_000;
