//! Spaces: the named logs and tables that the interfaces put their meaning on.
//!
//! A space is an argument of the engine. An interface that comes later adds a space here, a file with its meaning, and
//! nothing to the engine.

use crate::cid::Digest;
use crate::limits::NAME_BYTES_MAX;
use crate::sessions;
use crate::{maps, refs};

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

/// How the names of a space are laid out in folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// All in one folder; a name of more bytes than this, which is more than the twin can hold, is cut into folders.
    Flat(usize),
    /// A folder for each group of names (`group.rs`).
    Grouped,
}

/// A named part of the store.
#[derive(Debug)]
pub struct Space {
    /// Stands for the space in the journal; permanent.
    pub id: u8,
    /// The folder below the root.
    pub folder: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// How its names are laid out in folders.
    pub layout: Layout,
    /// Is this one of its names? What stands under another is foreign.
    pub is_name: fn(&[u8]) -> bool,
    /// Is this text one of its values? In the base another is damage.
    pub is_value: fn(&str) -> bool,
}

impl PartialEq for Space {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Space {}

fn any(_: &str) -> bool {
    true
}

fn is_digest(name: &[u8]) -> bool {
    name.len() == size_of::<Digest>()
}

/// A hash that the caller computed: 40 or 64 hex digits.
fn is_hash(name: &[u8]) -> bool {
    matches!(name.len(), 20 | 32)
}

/// S1.
fn is_text(name: &[u8]) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len()) && std::str::from_utf8(name).is_ok()
}

/// `persist` streams.
pub static STREAMS: Space = Space {
    id: 1,
    folder: "streams",
    shape: Shape::Log,
    layout: Layout::Flat(123),
    is_name: is_text,
    is_value: any,
};

/// `persist` kv.
pub static KV: Space = Space {
    id: 2,
    folder: "kv",
    shape: Shape::Text,
    layout: Layout::Flat(125),
    is_name: is_text,
    is_value: any,
};

/// `blob`.
pub static BLOBS: Space = Space {
    id: 3,
    folder: "blobs",
    shape: Shape::Blob,
    layout: Layout::Flat(32),
    is_name: is_digest,
    is_value: any,
};

/// `refs`.
pub static REFS: Space = Space {
    id: 4,
    folder: "refs",
    shape: Shape::Text,
    layout: Layout::Flat(125),
    is_name: refs::is_name,
    is_value: refs::is_value,
};

/// `snapshots`.
pub static SNAPSHOTS: Space = Space {
    id: 5,
    folder: "snapshots",
    shape: Shape::Bytes,
    layout: Layout::Flat(125),
    is_name: is_text,
    is_value: any,
};

/// `objects`.
pub static OBJECTS: Space = Space {
    id: 6,
    folder: "objects",
    shape: Shape::Bytes,
    layout: Layout::Flat(32),
    is_name: is_hash,
    is_value: any,
};

/// The entries of `sessions`: a group is a session, a key a segment.
pub static SESSIONS: Space = Space {
    id: 8,
    folder: "sessions",
    shape: Shape::Log,
    layout: Layout::Grouped,
    is_name: sessions::is_log_name,
    is_value: sessions::is_entry,
};

/// The traces of `sessions`, beside the entries.
pub static TRACES: Space = Space {
    id: 9,
    folder: "traces",
    shape: Shape::Log,
    layout: Layout::Grouped,
    is_name: sessions::is_log_name,
    is_value: sessions::is_entry,
};

/// The session of each segment of `sessions`.
pub static SEGMENTS: Space = Space {
    id: 10,
    folder: "segments",
    shape: Shape::Bytes,
    layout: Layout::Flat(125),
    is_name: sessions::is_id,
    is_value: any,
};

/// `maps`.
pub static MAPS: Space = Space {
    id: 7,
    folder: "maps",
    shape: Shape::Bytes,
    layout: Layout::Grouped,
    is_name: maps::is_name,
    is_value: any,
};

/// Every space, in the order of the ids.
pub static ALL: [&Space; 10] =
    [&STREAMS, &KV, &BLOBS, &REFS, &SNAPSHOTS, &OBJECTS, &MAPS, &SESSIONS, &TRACES, &SEGMENTS];

impl Space {
    /// Does the twin keep something there?
    pub(crate) fn is_of_the_twin(&self) -> bool {
        [&STREAMS, &KV, &BLOBS].contains(&self)
    }

    /// Are the seqs of its logs the lsns of the commits that wrote them?
    pub(crate) fn has_lsns(&self) -> bool {
        [&SESSIONS, &TRACES].contains(&self)
    }
}

/// The space that an id in the journal stands for.
#[must_use]
pub fn by_id(id: u8) -> Option<&'static Space> {
    ALL.into_iter().find(|space| space.id == id)
}
