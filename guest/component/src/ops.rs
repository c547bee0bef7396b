//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The operations of a batch, from WIT to the core.

use crate::bindings::exports::sx::persist::types as wit;
use sx_persist_core as core;

impl From<wit::Op> for core::Op {
    fn from(op: wit::Op) -> Self {
        match op {
            wit::Op::Append(wit::AppendOp { stream, event }) => Self::Append { stream, event },
            wit::Op::AppendExpecting(wit::AppendExpectingOp { stream, expected, events }) => {
                Self::AppendExpecting { stream, expected, events }
            }
            wit::Op::RecordEvent(wit::RecordEventOp { stream, kind, at, data, expected }) => {
                Self::RecordEvent { stream, kind, at, data, expected: expected.into() }
            }
            wit::Op::Truncate(wit::TruncateOp { stream, upto }) => Self::Truncate { stream, upto },
            wit::Op::KvPut(wit::KvPutOp { key, value }) => Self::KvPut { key, value },
            wit::Op::KvDelete(key) => Self::KvDelete { key },
            wit::Op::KvSwap(wit::KvSwapOp { key, expected, replacement }) => {
                Self::KvSwap { key, expected, replacement }
            }
            wit::Op::BlobPut(bytes) => Self::BlobPut { bytes },
            wit::Op::RefSet(wit::RefSetOp { name, hash }) => Self::RefSet { name, hash },
            wit::Op::RefTestAndSet(wit::RefTestAndSetOp { name, test, set }) => {
                Self::RefTestAndSet { name, test, set }
            }
            wit::Op::RefDelete(name) => Self::RefDelete { name },
            wit::Op::SnapshotPersist(wit::SnapshotPersistOp { key, blob }) => {
                Self::SnapshotPersist { key, blob }
            }
            wit::Op::SnapshotPersistMarker(key) => Self::SnapshotPersistMarker { key },
            wit::Op::SnapshotDeleteMarker(key) => Self::SnapshotDeleteMarker { key },
            wit::Op::ObjectWrite(wit::ObjectWriteOp { hash, bytes }) => Self::ObjectWrite { hash, bytes },
            wit::Op::ObjectDelete(hash) => Self::ObjectDelete { hash },
            wit::Op::SessionCreateSegment(wit::SessionCreateSegmentOp { session, segment, entries }) => {
                Self::SessionCreateSegment { session, segment, entries }
            }
            wit::Op::SessionAppend(wit::SessionAppendOp { session, segment, entry }) => {
                Self::SessionAppend { session, segment, entry }
            }
            wit::Op::SessionAppendExpecting(wit::SessionAppendExpectingOp {
                session,
                segment,
                expected,
                entries,
            }) => Self::SessionAppendExpecting { session, segment, expected, entries },
            wit::Op::SessionTruncate(wit::SessionTruncateOp { session, segment, entries, expected }) => {
                Self::SessionTruncate { session, segment, entries, expected: expected.into() }
            }
            wit::Op::SessionDeleteSegment(wit::SessionDeleteSegmentOp { session, segment }) => {
                Self::SessionDeleteSegment { session, segment }
            }
            wit::Op::SessionAppendTrace(wit::SessionAppendOp { session, segment, entry }) => {
                Self::SessionAppendTrace { session, segment, entry }
            }
            wit::Op::SessionFork(wit::SessionForkOp {
                session,
                segment,
                entries,
                into_session,
                into_segment,
            }) => Self::SessionFork { session, segment, entries, into_session, into_segment },
            wit::Op::SessionSetMeta(wit::SessionSetMetaOp { session, segment, meta }) => {
                Self::SessionSetMeta { session, segment, meta }
            }
            wit::Op::CheckLastSeq(wit::CheckLastSeqOp { stream, last_seq }) => {
                Self::CheckLastSeq { stream, last_seq }
            }
            wit::Op::CheckCount(wit::CheckCountOp { stream, count }) => Self::CheckCount { stream, count },
            wit::Op::CheckKey(wit::CheckKeyOp { key, value }) => Self::CheckKey { key, value },
            wit::Op::CheckRef(wit::CheckRefOp { name, hash }) => Self::CheckRef { name, hash },
            wit::Op::CheckMap(wit::CheckMapOp { table, key, expected }) => {
                Self::CheckMap { table, key, expected: expected.into() }
            }
            wit::Op::CheckSegment(wit::CheckSegmentOp { session, segment, entries }) => {
                Self::CheckSegment { session, segment, entries }
            }
            wit::Op::MapPut(wit::MapPutOp { table, key, value }) => Self::MapPut { table, key, value },
            wit::Op::MapPutNew(wit::MapPutOp { table, key, value }) => Self::MapPutNew { table, key, value },
            wit::Op::MapSwap(wit::MapSwapOp { table, key, expected, value }) => {
                Self::MapSwap { table, key, expected: expected.into(), value }
            }
            wit::Op::MapDelete(wit::MapDeleteOp { table, key, expected }) => {
                Self::MapDelete { table, key, expected: expected.into() }
            }
            wit::Op::MapIncrement(wit::MapIncrementOp { table, key, delta }) => {
                Self::MapIncrement { table, key, delta }
            }
        }
    }
}
