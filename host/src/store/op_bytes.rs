//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! How many bytes an operation hands over.

use crate::types::Op;

/// Bytes of an operation's arguments.
pub(crate) fn op_bytes(op: &Op) -> usize {
    match op {
        Op::Append(op) => op.stream.len() + op.event.len(),
        Op::AppendExpecting(op) => op.stream.len() + op.events.iter().map(String::len).sum::<usize>(),
        Op::RecordEvent(op) => op.stream.len() + op.kind.len() + op.data.len(),
        Op::Truncate(op) => op.stream.len(),
        Op::KvPut(op) => op.key.len() + op.value.len(),
        Op::KvDelete(op)
        | Op::RefDelete(op)
        | Op::SnapshotPersistMarker(op)
        | Op::SnapshotDeleteMarker(op)
        | Op::ObjectDelete(op) => op.len(),
        Op::KvSwap(op) => {
            op.key.len()
                + op.expected.as_ref().map_or(0, String::len)
                + op.replacement.as_ref().map_or(0, String::len)
        }
        Op::BlobPut(op) => op.len(),
        Op::RefSet(op) => op.name.len() + op.hash.len(),
        Op::RefTestAndSet(op) => {
            op.name.len() + op.test.as_ref().map_or(0, String::len) + op.set.as_ref().map_or(0, String::len)
        }
        Op::SnapshotPersist(op) => op.key.len() + op.blob.len(),
        Op::ObjectWrite(op) => op.hash.len() + op.bytes.len(),
        Op::SessionCreateSegment(op) => {
            op.session.len() + op.segment.len() + op.entries.iter().map(String::len).sum::<usize>()
        }
        Op::SessionAppend(op) | Op::SessionAppendTrace(op) => {
            op.session.len() + op.segment.len() + op.entry.len()
        }
        Op::SessionAppendExpecting(op) => {
            op.session.len() + op.segment.len() + op.entries.iter().map(String::len).sum::<usize>()
        }
        Op::SessionTruncate(op) => op.session.len() + op.segment.len(),
        Op::SessionDeleteSegment(op) => op.session.len() + op.segment.len(),
        Op::SessionFork(op) => {
            op.session.len() + op.segment.len() + op.into_session.len() + op.into_segment.len()
        }
        Op::SessionSetMeta(op) => {
            op.session.len() + op.segment.len() + op.meta.as_ref().map_or(0, String::len)
        }
        Op::CheckLastSeq(op) => op.stream.len(),
        Op::CheckCount(op) => op.stream.len(),
        Op::CheckKey(op) => op.key.len() + op.value.as_ref().map_or(0, String::len),
        Op::CheckRef(op) => op.name.len() + op.hash.as_ref().map_or(0, String::len),
        Op::CheckMap(op) => op.table.len() + op.key.len(),
        Op::CheckSegment(op) => op.session.len() + op.segment.len(),
        Op::MapPut(op) | Op::MapPutNew(op) => op.table.len() + op.key.len() + op.value.len(),
        Op::MapSwap(op) => op.table.len() + op.key.len() + op.value.len(),
        Op::MapDelete(op) => op.table.len() + op.key.len(),
        Op::MapIncrement(op) => op.table.len() + op.key.len(),
    }
}

/// Bytes of the arguments of several operations.
pub(crate) fn ops_bytes(ops: &[Op]) -> usize {
    ops.iter().map(op_bytes).sum()
}
