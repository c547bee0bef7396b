//! Keyspaces: the named logs and tables that the interfaces put their meaning on.
//!
//! A keyspace is an argument of the engine. An interface that comes later adds a keyspace here, a file with its meaning, and
//! nothing to the engine.

pub(crate) mod composite;
pub(crate) mod event;
pub(crate) mod name_range;
pub(crate) mod rules;
pub(crate) mod segment;

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
pub(crate) static SNAPSHOTS: Keyspace = in_runs(5, rules::is_text);

/// `objects`.
pub(crate) static OBJECTS: Keyspace = in_runs(6, rules::is_hash);

/// The sessions of `sessions`: the lsn of the last write to one of their segments.
pub(crate) static SESSIONS: Keyspace = in_runs(8, rules::is_id);

/// The trace of each segment: its entries, by the segment and their number.
pub(crate) static TRACES: Keyspace = in_runs(9, rules::is_entry_name);

/// The segments of `sessions`: whose each is, and what it has come to (`interface/sessions/row.rs`).
pub(crate) static SEGMENTS: Keyspace = in_runs(10, rules::is_id);

/// The entries of each segment, by the segment and their number.
pub(crate) static ENTRIES: Keyspace = in_runs(12, rules::is_entry_name);

/// The sessions in the order in which they were last written to, the last one first.
pub(crate) static RECENT: Keyspace = in_runs(13, rules::is_entry_name);

/// The segments of each session: the session, and behind it the segment.
pub(crate) static MEMBERS: Keyspace = in_runs(14, rules::is_member_name);

/// The meta of each segment that has one.
pub(crate) static METAS: Keyspace = in_runs(15, rules::is_id);

/// `maps`.
pub(crate) static MAPS: Keyspace = in_runs(7, rules::is_map_name);

/// `persist` streams of a packed root: what each has come to (`event.rs`).
pub(crate) static PACKED_STREAMS: Keyspace = in_runs(16, rules::is_text);

/// Their events, by the stream and their number.
pub(crate) static EVENTS: Keyspace = in_runs(17, event::is_name);

/// `persist` kv of a packed root.
pub(crate) static PACKED_KV: Keyspace = in_runs(18, rules::is_text);

/// The blobs of a packed root that go through the journal, by their digest.
pub(crate) static PACKED_BLOBS: Keyspace = in_runs(19, rules::is_digest);

/// How much is in each map and in `objects`: no interface has it, and each commit keeps it (`engine/counts.rs`).
pub(crate) static COUNTS: Keyspace = in_runs(11, rules::is_count_name);

/// Every keyspace, in the order of the ids.
pub(crate) static ALL: [&Keyspace; 19] = [
    &STREAMS,
    &KV,
    &BLOBS,
    &REFS,
    &SNAPSHOTS,
    &OBJECTS,
    &MAPS,
    &SESSIONS,
    &TRACES,
    &SEGMENTS,
    &COUNTS,
    &ENTRIES,
    &RECENT,
    &MEMBERS,
    &METAS,
    &PACKED_STREAMS,
    &EVENTS,
    &PACKED_KV,
    &PACKED_BLOBS,
];

/// A table in runs whose values are bytes of any kind.
const fn in_runs(id: u8, is_name: fn(&[u8]) -> bool) -> Keyspace {
    Keyspace {
        id,
        folder: "",
        shape: Shape::Table,
        placement: Placement::Runs,
        is_name,
        is_value: rules::any,
    }
}

impl Keyspace {
    /// Do its keys stand in the runs?
    pub(crate) fn is_in_runs(&self) -> bool {
        self.placement == Placement::Runs
    }

    /// Does the original keep something there?
    pub(crate) fn is_of_the_original(&self) -> bool {
        [&STREAMS, &KV, &BLOBS].contains(&self)
    }

    /// Does a commit keep it by itself, so that what is put there adds nothing to what a store holds?
    pub(crate) fn is_kept_beside(&self) -> bool {
        [&COUNTS, &SESSIONS, &SEGMENTS, &RECENT, &PACKED_STREAMS].contains(&self)
    }

    /// Is it one of those that a packed root has in the place of the original's?
    pub(crate) fn is_packed(&self) -> bool {
        [&PACKED_STREAMS, &EVENTS, &PACKED_KV, &PACKED_BLOBS].contains(&self)
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
