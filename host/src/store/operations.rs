//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! What an operation is told as in a trace.

use crate::store::told::Told;
use crate::types::Op;

pub(crate) fn told(op: &Op) -> Told<'_> {
    let (function, names): (_, [&[u8]; 2]) = match op {
        Op::Append { stream, .. } => ("persist.append", [stream.as_bytes(), b""]),
        Op::AppendExpecting { stream, .. } => ("persist.append-expecting", [stream.as_bytes(), b""]),
        Op::RecordEvent { stream, .. } => ("persist.record-event", [stream.as_bytes(), b""]),
        Op::Truncate { stream, .. } => ("persist.truncate", [stream.as_bytes(), b""]),
        Op::KvPut { key, .. } => ("persist.kv-put", [key.as_bytes(), b""]),
        Op::KvDelete { key } => ("persist.kv-delete", [key.as_bytes(), b""]),
        Op::KvSwap { key, .. } => ("persist.kv-swap", [key.as_bytes(), b""]),
        Op::BlobPut { .. } => ("blob.put", [b"", b""]),
        Op::BlobDelete { cid } => ("blob.delete", [cid.as_bytes(), b""]),
        Op::BlobFinish { .. } => ("batch.blob-finish", [b"", b""]),
        Op::RefSet { name, hash } => ("refs.set", [name.as_bytes(), hash.as_bytes()]),
        Op::RefTestAndSet { name, .. } => ("refs.test-and-set", [name.as_bytes(), b""]),
        Op::RefDelete { name } => ("refs.delete", [name.as_bytes(), b""]),
        Op::SnapshotPersist { key, .. } => ("snapshots.persist", [key.as_bytes(), b""]),
        Op::SnapshotPersistMarker { key } => ("snapshots.persist-marker", [key.as_bytes(), b""]),
        Op::SnapshotDeleteMarker { key } => ("snapshots.delete-marker", [key.as_bytes(), b""]),
        Op::ObjectWrite { hash, .. } => ("objects.write", [hash.as_bytes(), b""]),
        Op::ObjectDelete { hash } => ("objects.delete", [hash.as_bytes(), b""]),
        Op::SessionCreateSegment { session, segment, .. } => {
            ("sessions.create-segment", [session.as_bytes(), segment.as_bytes()])
        }
        Op::SessionAppend { session, segment, .. } => {
            ("sessions.append", [session.as_bytes(), segment.as_bytes()])
        }
        Op::SessionAppendExpecting { session, segment, .. } => {
            ("sessions.append-expecting", [session.as_bytes(), segment.as_bytes()])
        }
        Op::SessionTruncate { session, segment, .. } => {
            ("sessions.truncate", [session.as_bytes(), segment.as_bytes()])
        }
        Op::SessionDeleteSegment { session, segment } => {
            ("sessions.delete-segment", [session.as_bytes(), segment.as_bytes()])
        }
        Op::SessionAppendTrace { session, segment, .. } => {
            ("sessions.append-trace", [session.as_bytes(), segment.as_bytes()])
        }
        Op::SessionFork { session, segment, .. } => {
            ("sessions.fork", [session.as_bytes(), segment.as_bytes()])
        }
        Op::SessionSetMeta { session, segment, .. } => {
            ("sessions.set-meta", [session.as_bytes(), segment.as_bytes()])
        }
        Op::MapPut { table, key, .. } => ("maps.put", [table.as_bytes(), key]),
        Op::MapPutNew { table, key, .. } => ("maps.put-new", [table.as_bytes(), key]),
        Op::MapSwap { table, key, .. } => ("maps.swap", [table.as_bytes(), key]),
        Op::MapDelete { table, key, .. } => ("maps.delete", [table.as_bytes(), key]),
        Op::MapIncrement { table, key, .. } => ("maps.increment", [table.as_bytes(), key]),
        Op::MapDropTable { table } => ("maps.drop-table", [table.as_bytes(), b""]),
        Op::CheckLastSeq { stream, .. } => ("batch.check-last-seq", [stream.as_bytes(), b""]),
        Op::CheckCount { stream, .. } => ("batch.check-count", [stream.as_bytes(), b""]),
        Op::CheckKey { key, .. } => ("batch.check-key", [key.as_bytes(), b""]),
        Op::CheckRef { name, .. } => ("batch.check-ref", [name.as_bytes(), b""]),
        Op::CheckMap { table, key, .. } => ("batch.check-map", [table.as_bytes(), key]),
        Op::CheckSegment { session, segment, .. } => {
            ("batch.check-segment", [session.as_bytes(), segment.as_bytes()])
        }
    };
    Told { function, names, bytes: op.bytes() }
}
