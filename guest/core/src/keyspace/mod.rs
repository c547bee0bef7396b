//! Spaces: the named logs and tables that the interfaces put their meaning on.
//!
//! A space is an argument of the engine. An interface that comes later adds a space here, a file with its meaning, and
//! nothing to the engine.

pub(crate) mod composite;
pub(crate) mod rules;

/// What a space holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
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
pub(crate) enum Layout {
    /// All in one folder; a name of more bytes than this, which is more than the twin can hold, is cut into folders.
    Flat(usize),
    /// A folder for each group of names (`composite.rs`).
    Grouped,
}

/// A named part of the store.
#[derive(Debug)]
pub(crate) struct Space {
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

/// `persist` streams.
pub(crate) static STREAMS: Space = Space {
    id: 1,
    folder: "streams",
    shape: Shape::Log,
    layout: Layout::Flat(123),
    is_name: rules::is_text,
    is_value: rules::any,
};

/// `persist` kv.
pub(crate) static KV: Space = Space {
    id: 2,
    folder: "kv",
    shape: Shape::Text,
    layout: Layout::Flat(125),
    is_name: rules::is_text,
    is_value: rules::any,
};

/// `blob`.
pub(crate) static BLOBS: Space = Space {
    id: 3,
    folder: "blobs",
    shape: Shape::Blob,
    layout: Layout::Flat(32),
    is_name: rules::is_digest,
    is_value: rules::any,
};

/// `refs`.
pub(crate) static REFS: Space = Space {
    id: 4,
    folder: "refs",
    shape: Shape::Text,
    layout: Layout::Flat(125),
    is_name: rules::is_ref_name,
    is_value: rules::is_ref_value,
};

/// `snapshots`.
pub(crate) static SNAPSHOTS: Space = Space {
    id: 5,
    folder: "snapshots",
    shape: Shape::Bytes,
    layout: Layout::Flat(125),
    is_name: rules::is_text,
    is_value: rules::any,
};

/// `objects`.
pub(crate) static OBJECTS: Space = Space {
    id: 6,
    folder: "objects",
    shape: Shape::Bytes,
    layout: Layout::Flat(32),
    is_name: rules::is_hash,
    is_value: rules::any,
};

/// The entries of `sessions`: a group is a session, a key a segment.
pub(crate) static SESSIONS: Space = Space {
    id: 8,
    folder: "sessions",
    shape: Shape::Log,
    layout: Layout::Grouped,
    is_name: rules::is_segment_name,
    is_value: rules::is_entry,
};

/// The traces of `sessions`, beside the entries.
pub(crate) static TRACES: Space = Space {
    id: 9,
    folder: "traces",
    shape: Shape::Log,
    layout: Layout::Grouped,
    is_name: rules::is_segment_name,
    is_value: rules::is_entry,
};

/// The session of each segment of `sessions`.
pub(crate) static SEGMENTS: Space = Space {
    id: 10,
    folder: "segments",
    shape: Shape::Bytes,
    layout: Layout::Flat(125),
    is_name: rules::is_session_id,
    is_value: rules::any,
};

/// `maps`.
pub(crate) static MAPS: Space = Space {
    id: 7,
    folder: "maps",
    shape: Shape::Bytes,
    layout: Layout::Grouped,
    is_name: rules::is_map_name,
    is_value: rules::any,
};

/// Every space, in the order of the ids.
pub(crate) static ALL: [&Space; 10] =
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
pub(crate) fn by_id(id: u8) -> Option<&'static Space> {
    ALL.into_iter().find(|space| space.id == id)
}
