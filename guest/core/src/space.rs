//! Spaces: the named logs and tables that the interfaces put their meaning on.
//!
//! A space is an argument of the engine. An interface that comes later adds a space here, a file with its meaning, and
//! nothing to the engine.

/// What a space holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Named logs of events: `<name>.log` and `<name>.seq`.
    Log,
    /// A table from a name to a value in text: one file a key.
    Text,
    /// A table from a name to any bytes, each with a version: one file a key.
    Bytes,
    /// Bytes under their own address: one file a blob. The key is the 32 bytes of the sha2-256.
    Blob,
}

/// A named part of the store.
#[derive(Debug, PartialEq, Eq)]
pub struct Space {
    /// Stands for the space in the journal; permanent.
    pub id: u8,
    /// The folder below the root.
    pub folder: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Bytes of the longest name that is one file name; longer ones are cut into folders. What the twin can hold.
    pub flat_bytes_max: usize,
}

/// `persist` streams.
pub static STREAMS: Space = Space { id: 1, folder: "streams", shape: Shape::Log, flat_bytes_max: 123 };

/// `persist` kv.
pub static KV: Space = Space { id: 2, folder: "kv", shape: Shape::Text, flat_bytes_max: 125 };

/// `blob`.
pub static BLOBS: Space = Space { id: 3, folder: "blobs", shape: Shape::Blob, flat_bytes_max: 32 };

/// `refs`.
pub static REFS: Space = Space { id: 4, folder: "refs", shape: Shape::Text, flat_bytes_max: 125 };

/// `snapshots`.
pub static SNAPSHOTS: Space = Space { id: 5, folder: "snapshots", shape: Shape::Bytes, flat_bytes_max: 125 };

/// Every space, in the order of the ids.
pub static ALL: [&Space; 5] = [&STREAMS, &KV, &BLOBS, &REFS, &SNAPSHOTS];

/// The space that an id in the journal stands for.
#[must_use]
pub fn by_id(id: u8) -> Option<&'static Space> {
    ALL.into_iter().find(|space| space.id == id)
}
