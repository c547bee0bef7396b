//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The operations of a batch.

use crate::interface::expect::{Expect, ExpectSeq};

/// An operation of a batch; `types.op`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the parameter of the function")]
pub enum Op {
    /// `persist.append`
    Append { stream: String, event: String },
    /// `persist.append-expecting`
    AppendExpecting { stream: String, expected: u64, events: Vec<String> },
    /// `persist.record-event`
    RecordEvent { stream: String, kind: String, at: i64, data: String, expected: ExpectSeq },
    /// `persist.truncate`
    Truncate { stream: String, upto: u64 },
    /// `persist.kv-put`
    KvPut { key: String, value: String },
    /// `persist.kv-delete`
    KvDelete { key: String },
    /// `persist.kv-swap`
    KvSwap { key: String, expected: Option<String>, replacement: Option<String> },
    /// `blob.put`
    BlobPut { bytes: Vec<u8> },
    /// `refs.set`
    RefSet { name: String, hash: String },
    /// `refs.test-and-set`
    RefTestAndSet { name: String, test: Option<String>, set: Option<String> },
    /// `refs.delete`
    RefDelete { name: String },
    /// `snapshots.persist`
    SnapshotPersist { key: String, blob: Vec<u8> },
    /// `snapshots.persist-marker`
    SnapshotPersistMarker { key: String },
    /// `snapshots.delete-marker`
    SnapshotDeleteMarker { key: String },
    /// `objects.write`
    ObjectWrite { hash: String, bytes: Vec<u8> },
    /// `objects.delete`
    ObjectDelete { hash: String },
    /// `sessions.create-segment`
    SessionCreateSegment { session: String, segment: String, entries: Vec<String> },
    /// `sessions.append`
    SessionAppend { session: String, segment: String, entry: String },
    /// `sessions.append-expecting`
    SessionAppendExpecting { session: String, segment: String, expected: u64, entries: Vec<String> },
    /// `sessions.truncate`
    SessionTruncate { session: String, segment: String, entries: u64, expected: ExpectSeq },
    /// `sessions.delete-segment`
    SessionDeleteSegment { session: String, segment: String },
    /// `sessions.append-trace`
    SessionAppendTrace { session: String, segment: String, entry: String },
    /// `sessions.fork`
    SessionFork {
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    },
    /// `sessions.set-meta`
    SessionSetMeta { session: String, segment: String, meta: Option<String> },
    /// `types.check-last-seq-op`
    CheckLastSeq { stream: String, last_seq: u64 },
    /// `types.check-count-op`
    CheckCount { stream: String, count: u64 },
    /// `types.check-key-op`
    CheckKey { key: String, value: Option<String> },
    /// `types.check-ref-op`
    CheckRef { name: String, hash: Option<String> },
    /// `types.check-map-op`
    CheckMap { table: String, key: Vec<u8>, expected: Expect },
    /// `types.check-segment-op`
    CheckSegment { session: String, segment: String, entries: u64 },
    /// `maps.put`
    MapPut { table: String, key: Vec<u8>, value: Vec<u8> },
    /// `maps.put-new`
    MapPutNew { table: String, key: Vec<u8>, value: Vec<u8> },
    /// `maps.swap`
    MapSwap { table: String, key: Vec<u8>, expected: Expect, value: Vec<u8> },
    /// `maps.delete`
    MapDelete { table: String, key: Vec<u8>, expected: Expect },
    /// `maps.increment`
    MapIncrement { table: String, key: Vec<u8>, delta: i64 },
}

impl Op {
    /// Text and bytes that the operation carries.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Append { stream, event } => stream.len() + event.len(),
            Self::AppendExpecting { stream, events, .. } => {
                stream.len() + events.iter().map(String::len).sum::<usize>()
            }
            Self::RecordEvent { stream, kind, data, .. } => stream.len() + kind.len() + data.len(),
            Self::Truncate { stream, .. }
            | Self::CheckLastSeq { stream, .. }
            | Self::CheckCount { stream, .. } => stream.len(),
            Self::KvPut { key, value } => key.len() + value.len(),
            Self::KvDelete { key }
            | Self::SnapshotPersistMarker { key }
            | Self::SnapshotDeleteMarker { key } => key.len(),
            Self::KvSwap { key, expected, replacement } => {
                key.len()
                    + expected.as_ref().map_or(0, String::len)
                    + replacement.as_ref().map_or(0, String::len)
            }
            Self::BlobPut { bytes } => bytes.len(),
            Self::RefSet { name, hash } => name.len() + hash.len(),
            Self::RefTestAndSet { name, test, set } => {
                name.len() + test.as_ref().map_or(0, String::len) + set.as_ref().map_or(0, String::len)
            }
            Self::RefDelete { name } => name.len(),
            Self::SnapshotPersist { key, blob } => key.len() + blob.len(),
            Self::ObjectWrite { hash, bytes } => hash.len() + bytes.len(),
            Self::ObjectDelete { hash } => hash.len(),
            Self::SessionCreateSegment { session, segment, entries }
            | Self::SessionAppendExpecting { session, segment, entries, .. } => {
                session.len() + segment.len() + entries.iter().map(String::len).sum::<usize>()
            }
            Self::SessionAppend { session, segment, entry }
            | Self::SessionAppendTrace { session, segment, entry } => {
                session.len() + segment.len() + entry.len()
            }
            Self::SessionTruncate { session, segment, .. }
            | Self::SessionDeleteSegment { session, segment }
            | Self::CheckSegment { session, segment, .. } => session.len() + segment.len(),
            Self::SessionFork { session, segment, into_session, into_segment, .. } => {
                session.len() + segment.len() + into_session.len() + into_segment.len()
            }
            Self::SessionSetMeta { session, segment, meta } => {
                session.len() + segment.len() + meta.as_ref().map_or(0, String::len)
            }
            Self::CheckKey { key, value } => key.len() + value.as_ref().map_or(0, String::len),
            Self::CheckRef { name, hash } => name.len() + hash.as_ref().map_or(0, String::len),
            Self::CheckMap { table, key, .. }
            | Self::MapDelete { table, key, .. }
            | Self::MapIncrement { table, key, .. } => table.len() + key.len(),
            Self::MapPut { table, key, value }
            | Self::MapPutNew { table, key, value }
            | Self::MapSwap { table, key, value, .. } => table.len() + key.len() + value.len(),
        }
    }
}
