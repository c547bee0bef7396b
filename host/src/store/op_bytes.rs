//! How many bytes an operation hands over.

use crate::types::Op;

/// Bytes of an operation's arguments.
pub(crate) fn op_bytes(op: &Op) -> usize {
    let texts = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    match op {
        Op::Append(op) => op.stream.len() + op.event.len(),
        Op::AppendExpecting(op) => op.stream.len() + texts(&op.events),
        Op::RecordEvent(op) => op.stream.len() + op.kind.len() + op.data.len(),
        Op::Truncate(op) => op.stream.len(),
        Op::KvPut(op) => op.key.len() + op.value.len(),
        Op::KvSwap(op) => {
            let values = [&op.expected, &op.replacement];
            op.key.len() + values.into_iter().flatten().map(String::len).sum::<usize>()
        }
        Op::BlobPut(bytes) => bytes.len(),
        Op::RefSet(op) => op.name.len() + op.hash.len(),
        Op::RefTestAndSet(op) => {
            let hashes = [&op.test, &op.set];
            op.name.len() + hashes.into_iter().flatten().map(String::len).sum::<usize>()
        }
        Op::SnapshotPersist(op) => op.key.len() + op.blob.len(),
        Op::ObjectWrite(op) => op.hash.len() + op.bytes.len(),
        Op::KvDelete(name)
        | Op::RefDelete(name)
        | Op::SnapshotPersistMarker(name)
        | Op::SnapshotDeleteMarker(name)
        | Op::ObjectDelete(name) => name.len(),
        Op::SessionCreateSegment(op) => op.session.len() + op.segment.len() + texts(&op.entries),
        Op::SessionAppend(op) | Op::SessionAppendTrace(op) => {
            op.session.len() + op.segment.len() + op.entry.len()
        }
        Op::SessionAppendExpecting(op) => op.session.len() + op.segment.len() + texts(&op.entries),
        Op::SessionTruncate(op) => op.session.len() + op.segment.len(),
        Op::SessionDeleteSegment(op) => op.session.len() + op.segment.len(),
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
