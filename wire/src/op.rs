//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The operations of a transaction.

use crate::expect::{Expect, ExpectSeq};
use crate::part::{Malformed, Part, Put};

/// An operation; a method of `batch.transaction`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the parameter of the method")]
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
    /// `blob.delete`
    BlobDelete { cid: String },
    /// `transaction.blob-finish`
    BlobFinish { writer: u32 },
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
    /// `maps.drop-table`
    MapDropTable { table: String },
    /// `transaction.check-last-seq`
    CheckLastSeq { stream: String, last_seq: u64 },
    /// `transaction.check-count`
    CheckCount { stream: String, count: u64 },
    /// `transaction.check-key`
    CheckKey { key: String, value: Option<String> },
    /// `transaction.check-ref`
    CheckRef { name: String, hash: Option<String> },
    /// `transaction.check-map`
    CheckMap { table: String, key: Vec<u8>, expected: Expect },
    /// `transaction.check-segment`
    CheckSegment { session: String, segment: String, entries: u64 },
}

impl Op {
    /// Text and bytes that the operation carries.
    #[must_use]
    pub fn bytes(&self) -> usize {
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
            Self::BlobDelete { cid } => cid.len(),
            Self::BlobFinish { .. } => 0,
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
            Self::MapPut { table, key, value }
            | Self::MapPutNew { table, key, value }
            | Self::MapSwap { table, key, value, .. } => table.len() + key.len() + value.len(),
            Self::MapDelete { table, key, .. }
            | Self::MapIncrement { table, key, .. }
            | Self::CheckMap { table, key, .. } => table.len() + key.len(),
            Self::MapDropTable { table } => table.len(),
            Self::CheckKey { key, value } => key.len() + value.as_ref().map_or(0, String::len),
            Self::CheckRef { name, hash } => name.len() + hash.as_ref().map_or(0, String::len),
        }
    }

    /// Writes its number and its arguments.
    #[expect(clippy::too_many_lines, reason = "an arm an operation")]
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Append { stream, event } => {
                out.push(1);
                stream.put(out);
                event.put(out);
            }
            Self::AppendExpecting { stream, expected, events } => {
                out.push(2);
                stream.put(out);
                expected.put(out);
                events.put(out);
            }
            Self::RecordEvent { stream, kind, at, data, expected } => {
                out.push(3);
                stream.put(out);
                kind.put(out);
                at.put(out);
                data.put(out);
                expected.put(out);
            }
            Self::Truncate { stream, upto } => {
                out.push(4);
                stream.put(out);
                upto.put(out);
            }
            Self::KvPut { key, value } => {
                out.push(5);
                key.put(out);
                value.put(out);
            }
            Self::KvDelete { key } => {
                out.push(6);
                key.put(out);
            }
            Self::KvSwap { key, expected, replacement } => {
                out.push(7);
                key.put(out);
                expected.put(out);
                replacement.put(out);
            }
            Self::BlobPut { bytes } => {
                out.push(8);
                bytes.put(out);
            }
            Self::BlobDelete { cid } => {
                out.push(9);
                cid.put(out);
            }
            Self::BlobFinish { writer } => {
                out.push(10);
                writer.put(out);
            }
            Self::RefSet { name, hash } => {
                out.push(11);
                name.put(out);
                hash.put(out);
            }
            Self::RefTestAndSet { name, test, set } => {
                out.push(12);
                name.put(out);
                test.put(out);
                set.put(out);
            }
            Self::RefDelete { name } => {
                out.push(13);
                name.put(out);
            }
            Self::SnapshotPersist { key, blob } => {
                out.push(14);
                key.put(out);
                blob.put(out);
            }
            Self::SnapshotPersistMarker { key } => {
                out.push(15);
                key.put(out);
            }
            Self::SnapshotDeleteMarker { key } => {
                out.push(16);
                key.put(out);
            }
            Self::ObjectWrite { hash, bytes } => {
                out.push(17);
                hash.put(out);
                bytes.put(out);
            }
            Self::ObjectDelete { hash } => {
                out.push(18);
                hash.put(out);
            }
            Self::SessionCreateSegment { session, segment, entries } => {
                out.push(19);
                session.put(out);
                segment.put(out);
                entries.put(out);
            }
            Self::SessionAppend { session, segment, entry } => {
                out.push(20);
                session.put(out);
                segment.put(out);
                entry.put(out);
            }
            Self::SessionAppendExpecting { session, segment, expected, entries } => {
                out.push(21);
                session.put(out);
                segment.put(out);
                expected.put(out);
                entries.put(out);
            }
            Self::SessionTruncate { session, segment, entries, expected } => {
                out.push(22);
                session.put(out);
                segment.put(out);
                entries.put(out);
                expected.put(out);
            }
            Self::SessionDeleteSegment { session, segment } => {
                out.push(23);
                session.put(out);
                segment.put(out);
            }
            Self::SessionAppendTrace { session, segment, entry } => {
                out.push(24);
                session.put(out);
                segment.put(out);
                entry.put(out);
            }
            Self::SessionFork { session, segment, entries, into_session, into_segment } => {
                out.push(25);
                session.put(out);
                segment.put(out);
                entries.put(out);
                into_session.put(out);
                into_segment.put(out);
            }
            Self::SessionSetMeta { session, segment, meta } => {
                out.push(26);
                session.put(out);
                segment.put(out);
                meta.put(out);
            }
            Self::MapPut { table, key, value } => {
                out.push(27);
                table.put(out);
                key.put(out);
                value.put(out);
            }
            Self::MapPutNew { table, key, value } => {
                out.push(28);
                table.put(out);
                key.put(out);
                value.put(out);
            }
            Self::MapSwap { table, key, expected, value } => {
                out.push(29);
                table.put(out);
                key.put(out);
                expected.put(out);
                value.put(out);
            }
            Self::MapDelete { table, key, expected } => {
                out.push(30);
                table.put(out);
                key.put(out);
                expected.put(out);
            }
            Self::MapIncrement { table, key, delta } => {
                out.push(31);
                table.put(out);
                key.put(out);
                delta.put(out);
            }
            Self::MapDropTable { table } => {
                out.push(32);
                table.put(out);
            }
            Self::CheckLastSeq { stream, last_seq } => {
                out.push(33);
                stream.put(out);
                last_seq.put(out);
            }
            Self::CheckCount { stream, count } => {
                out.push(34);
                stream.put(out);
                count.put(out);
            }
            Self::CheckKey { key, value } => {
                out.push(35);
                key.put(out);
                value.put(out);
            }
            Self::CheckRef { name, hash } => {
                out.push(36);
                name.put(out);
                hash.put(out);
            }
            Self::CheckMap { table, key, expected } => {
                out.push(37);
                table.put(out);
                key.put(out);
                expected.put(out);
            }
            Self::CheckSegment { session, segment, entries } => {
                out.push(38);
                session.put(out);
                segment.put(out);
                entries.put(out);
            }
        }
    }

    /// Reads the arguments of the operation with this number.
    #[expect(clippy::too_many_lines, reason = "an arm an operation")]
    pub(crate) fn take(number: u8, from: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(match number {
            1 => Self::Append { stream: Part::take(from)?, event: Part::take(from)? },
            2 => Self::AppendExpecting {
                stream: Part::take(from)?,
                expected: Part::take(from)?,
                events: Part::take(from)?,
            },
            3 => Self::RecordEvent {
                stream: Part::take(from)?,
                kind: Part::take(from)?,
                at: Part::take(from)?,
                data: Part::take(from)?,
                expected: Part::take(from)?,
            },
            4 => Self::Truncate { stream: Part::take(from)?, upto: Part::take(from)? },
            5 => Self::KvPut { key: Part::take(from)?, value: Part::take(from)? },
            6 => Self::KvDelete { key: Part::take(from)? },
            7 => Self::KvSwap {
                key: Part::take(from)?,
                expected: Part::take(from)?,
                replacement: Part::take(from)?,
            },
            8 => Self::BlobPut { bytes: Part::take(from)? },
            9 => Self::BlobDelete { cid: Part::take(from)? },
            10 => Self::BlobFinish { writer: Part::take(from)? },
            11 => Self::RefSet { name: Part::take(from)?, hash: Part::take(from)? },
            12 => Self::RefTestAndSet {
                name: Part::take(from)?,
                test: Part::take(from)?,
                set: Part::take(from)?,
            },
            13 => Self::RefDelete { name: Part::take(from)? },
            14 => Self::SnapshotPersist { key: Part::take(from)?, blob: Part::take(from)? },
            15 => Self::SnapshotPersistMarker { key: Part::take(from)? },
            16 => Self::SnapshotDeleteMarker { key: Part::take(from)? },
            17 => Self::ObjectWrite { hash: Part::take(from)?, bytes: Part::take(from)? },
            18 => Self::ObjectDelete { hash: Part::take(from)? },
            19 => Self::SessionCreateSegment {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                entries: Part::take(from)?,
            },
            20 => Self::SessionAppend {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                entry: Part::take(from)?,
            },
            21 => Self::SessionAppendExpecting {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                expected: Part::take(from)?,
                entries: Part::take(from)?,
            },
            22 => Self::SessionTruncate {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                entries: Part::take(from)?,
                expected: Part::take(from)?,
            },
            23 => Self::SessionDeleteSegment { session: Part::take(from)?, segment: Part::take(from)? },
            24 => Self::SessionAppendTrace {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                entry: Part::take(from)?,
            },
            25 => Self::SessionFork {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                entries: Part::take(from)?,
                into_session: Part::take(from)?,
                into_segment: Part::take(from)?,
            },
            26 => Self::SessionSetMeta {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                meta: Part::take(from)?,
            },
            27 => Self::MapPut { table: Part::take(from)?, key: Part::take(from)?, value: Part::take(from)? },
            28 => {
                Self::MapPutNew { table: Part::take(from)?, key: Part::take(from)?, value: Part::take(from)? }
            }
            29 => Self::MapSwap {
                table: Part::take(from)?,
                key: Part::take(from)?,
                expected: Part::take(from)?,
                value: Part::take(from)?,
            },
            30 => Self::MapDelete {
                table: Part::take(from)?,
                key: Part::take(from)?,
                expected: Part::take(from)?,
            },
            31 => Self::MapIncrement {
                table: Part::take(from)?,
                key: Part::take(from)?,
                delta: Part::take(from)?,
            },
            32 => Self::MapDropTable { table: Part::take(from)? },
            33 => Self::CheckLastSeq { stream: Part::take(from)?, last_seq: Part::take(from)? },
            34 => Self::CheckCount { stream: Part::take(from)?, count: Part::take(from)? },
            35 => Self::CheckKey { key: Part::take(from)?, value: Part::take(from)? },
            36 => Self::CheckRef { name: Part::take(from)?, hash: Part::take(from)? },
            37 => Self::CheckMap {
                table: Part::take(from)?,
                key: Part::take(from)?,
                expected: Part::take(from)?,
            },
            38 => Self::CheckSegment {
                session: Part::take(from)?,
                segment: Part::take(from)?,
                entries: Part::take(from)?,
            },

            number => return Err(Malformed::Unknown { what: "operation", number }),
        })
    }
}
