//! Keyspaces: the named logs and tables that the interfaces put their meaning on.
//!
//! A keyspace is an argument of the engine. An interface that comes later adds a keyspace here, a file with its meaning, and
//! nothing to the engine.

pub(crate) mod composite;
pub(crate) mod name_range;
pub(crate) mod rules;

use std::sync::Arc;

/// What a keyspace holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Named logs of events: `<name>.log` and `<name>.seq`.
    Log,
    /// A table from a name to a value: in runs, or text in one file a key.
    Table,
    /// Bytes under their own address: one file a blob. The key is the 32 bytes of the sha2-256.
    Blob,
}

/// How the names of a keyspace are laid out in folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placement {
    /// All in one folder; a name of more bytes than this, which is more than the original can hold, is cut into folders.
    Flat(usize),
    /// A folder for each group of names (`composite.rs`).
    Grouped,
    /// In the runs, among the names of other tables: no file and no folder is its own.
    Runs,
}

/// A named part of the store.
#[derive(Debug)]
pub(crate) struct Keyspace {
    /// Stands for the keyspace in the journal; permanent.
    pub id: u8,
    /// The folder below the root; none where it stands in runs.
    pub folder: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// How its names are laid out in folders.
    pub placement: Placement,
    /// Is this one of its names? What stands under another is foreign.
    pub is_name: fn(&[u8]) -> bool,
    /// Is this text one of its values? In the base another is damage.
    pub is_value: fn(&str) -> bool,
}

impl PartialEq for Keyspace {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Keyspace {}

/// `persist` streams.
pub(crate) static STREAMS: Keyspace = Keyspace {
    id: 1,
    folder: "streams",
    shape: Shape::Log,
    placement: Placement::Flat(123),
    is_name: rules::is_text,
    is_value: rules::any,
};

/// `persist` kv.
pub(crate) static KV: Keyspace = Keyspace {
    id: 2,
    folder: "kv",
    shape: Shape::Table,
    placement: Placement::Flat(125),
    is_name: rules::is_text,
    is_value: rules::any,
};

/// `blob`.
pub(crate) static BLOBS: Keyspace = Keyspace {
    id: 3,
    folder: "blobs",
    shape: Shape::Blob,
    placement: Placement::Flat(32),
    is_name: rules::is_digest,
    is_value: rules::any,
};

/// `refs`.
pub(crate) static REFS: Keyspace = Keyspace {
    id: 4,
    folder: "",
    shape: Shape::Table,
    placement: Placement::Runs,
    is_name: rules::is_ref_name,
    is_value: rules::is_ref_value,
};

/// `snapshots`.
pub(crate) static SNAPSHOTS: Keyspace = Keyspace {
    id: 5,
    folder: "",
    shape: Shape::Table,
    placement: Placement::Runs,
    is_name: rules::is_text,
    is_value: rules::any,
};

/// `objects`.
pub(crate) static OBJECTS: Keyspace = Keyspace {
    id: 6,
    folder: "",
    shape: Shape::Table,
    placement: Placement::Runs,
    is_name: rules::is_hash,
    is_value: rules::any,
};

/// The entries of `sessions`: a group is a session, a key a segment.
pub(crate) static SESSIONS: Keyspace = Keyspace {
    id: 8,
    folder: "sessions",
    shape: Shape::Log,
    placement: Placement::Grouped,
    is_name: rules::is_segment_name,
    is_value: rules::is_entry,
};

/// The traces of `sessions`, beside the entries.
pub(crate) static TRACES: Keyspace = Keyspace {
    id: 9,
    folder: "traces",
    shape: Shape::Log,
    placement: Placement::Grouped,
    is_name: rules::is_segment_name,
    is_value: rules::is_entry,
};

/// The session of each segment of `sessions`.
pub(crate) static SEGMENTS: Keyspace = Keyspace {
    id: 10,
    folder: "",
    shape: Shape::Table,
    placement: Placement::Runs,
    is_name: rules::is_session_id,
    is_value: rules::any,
};

/// `maps`.
pub(crate) static MAPS: Keyspace = Keyspace {
    id: 7,
    folder: "",
    shape: Shape::Table,
    placement: Placement::Runs,
    is_name: rules::is_map_name,
    is_value: rules::any,
};

/// How much is in each map and in `objects`: no interface has it, and each commit keeps it (`engine/counts.rs`).
pub(crate) static COUNTS: Keyspace = Keyspace {
    id: 11,
    folder: "",
    shape: Shape::Table,
    placement: Placement::Runs,
    is_name: rules::is_count_name,
    is_value: rules::any,
};

/// Every keyspace, in the order of the ids.
pub(crate) static ALL: [&Keyspace; 11] =
    [&STREAMS, &KV, &BLOBS, &REFS, &SNAPSHOTS, &OBJECTS, &MAPS, &SESSIONS, &TRACES, &SEGMENTS, &COUNTS];

impl Keyspace {
    /// Do its keys stand in the runs?
    pub(crate) fn is_in_runs(&self) -> bool {
        self.placement == Placement::Runs
    }

    /// Does the original keep something there?
    pub(crate) fn is_of_the_original(&self) -> bool {
        [&STREAMS, &KV, &BLOBS].contains(&self)
    }

    /// Are the seqs of its logs the lsns of the commits that wrote them?
    pub(crate) fn has_lsns(&self) -> bool {
        [&SESSIONS, &TRACES].contains(&self)
    }
}

/// The name of a log or a key, once for all who speak of it: a batch may have 64 MiB of names.
pub(crate) type Name = Arc<[u8]>;

/// Does an id stand for a table in runs?
pub(crate) fn is_in_runs(id: u8) -> bool {
    by_id(id).is_some_and(Keyspace::is_in_runs)
}

/// The keyspace that an id in the journal stands for.
#[must_use]
pub(crate) fn by_id(id: u8) -> Option<&'static Keyspace> {
    ALL.into_iter().find(|keyspace| keyspace.id == id)
}
