//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The methods of a transaction, a row each: it adds an operation.

use super::{This, adds};
use crate::bindings::exports::sx::persist::types::{Expect, ExpectSeq};
use crate::linker::define::Define;
use crate::types::Op;

#[expect(clippy::too_many_lines, reason = "a row a method")]
pub(super) fn operations(linker: &mut impl Define) -> wasmtime::Result<()> {
    adds(linker, "append", |(this, stream, event): (This, String, String)| {
        (this, Op::Append { stream, event })
    })?;
    adds(
        linker,
        "append-expecting",
        |(this, stream, expected, events): (This, String, u64, Vec<String>)| {
            (this, Op::AppendExpecting { stream, expected, events })
        },
    )?;
    adds(
        linker,
        "record-event",
        |(this, stream, kind, at, data, expected): (This, String, String, i64, String, ExpectSeq)| {
            (this, Op::RecordEvent { stream, kind, at, data, expected: expected.into() })
        },
    )?;
    adds(linker, "truncate", |(this, stream, upto): (This, String, u64)| {
        (this, Op::Truncate { stream, upto })
    })?;
    adds(linker, "kv-put", |(this, key, value): (This, String, String)| (this, Op::KvPut { key, value }))?;
    adds(linker, "kv-delete", |(this, key): (This, String)| (this, Op::KvDelete { key }))?;
    adds(
        linker,
        "kv-swap",
        |(this, key, expected, replacement): (This, String, Option<String>, Option<String>)| {
            (this, Op::KvSwap { key, expected, replacement })
        },
    )?;
    adds(linker, "blob-put", |(this, bytes): (This, Vec<u8>)| (this, Op::BlobPut { bytes }))?;
    adds(linker, "blob-delete", |(this, cid): (This, String)| (this, Op::BlobDelete { cid }))?;
    adds(linker, "ref-set", |(this, name, hash): (This, String, String)| (this, Op::RefSet { name, hash }))?;
    adds(
        linker,
        "ref-test-and-set",
        |(this, name, test, set): (This, String, Option<String>, Option<String>)| {
            (this, Op::RefTestAndSet { name, test, set })
        },
    )?;
    adds(linker, "ref-delete", |(this, name): (This, String)| (this, Op::RefDelete { name }))?;
    adds(linker, "snapshot-persist", |(this, key, blob): (This, String, Vec<u8>)| {
        (this, Op::SnapshotPersist { key, blob })
    })?;
    adds(linker, "snapshot-persist-marker", |(this, key): (This, String)| {
        (this, Op::SnapshotPersistMarker { key })
    })?;
    adds(linker, "snapshot-delete-marker", |(this, key): (This, String)| {
        (this, Op::SnapshotDeleteMarker { key })
    })?;
    adds(linker, "object-write", |(this, hash, bytes): (This, String, Vec<u8>)| {
        (this, Op::ObjectWrite { hash, bytes })
    })?;
    adds(linker, "object-delete", |(this, hash): (This, String)| (this, Op::ObjectDelete { hash }))?;
    adds(
        linker,
        "session-create-segment",
        |(this, session, segment, entries): (This, String, String, Vec<String>)| {
            (this, Op::SessionCreateSegment { session, segment, entries })
        },
    )?;
    adds(linker, "session-append", |(this, session, segment, entry): (This, String, String, String)| {
        (this, Op::SessionAppend { session, segment, entry })
    })?;
    adds(
        linker,
        "session-append-expecting",
        |(this, session, segment, expected, entries): (This, String, String, u64, Vec<String>)| {
            (this, Op::SessionAppendExpecting { session, segment, expected, entries })
        },
    )?;
    adds(
        linker,
        "session-truncate",
        |(this, session, segment, entries, expected): (This, String, String, u64, ExpectSeq)| {
            (this, Op::SessionTruncate { session, segment, entries, expected: expected.into() })
        },
    )?;
    adds(linker, "session-delete-segment", |(this, session, segment): (This, String, String)| {
        (this, Op::SessionDeleteSegment { session, segment })
    })?;
    adds(
        linker,
        "session-append-trace",
        |(this, session, segment, entry): (This, String, String, String)| {
            (this, Op::SessionAppendTrace { session, segment, entry })
        },
    )?;
    adds(
        linker,
        "session-fork",
        |(this, session, segment, entries, into_session, into_segment): (
            This,
            String,
            String,
            Option<u64>,
            String,
            String,
        )| (this, Op::SessionFork { session, segment, entries, into_session, into_segment }),
    )?;
    adds(
        linker,
        "session-set-meta",
        |(this, session, segment, meta): (This, String, String, Option<String>)| {
            (this, Op::SessionSetMeta { session, segment, meta })
        },
    )?;
    adds(linker, "map-put", |(this, table, key, value): (This, String, Vec<u8>, Vec<u8>)| {
        (this, Op::MapPut { table, key, value })
    })?;
    adds(linker, "map-put-new", |(this, table, key, value): (This, String, Vec<u8>, Vec<u8>)| {
        (this, Op::MapPutNew { table, key, value })
    })?;
    adds(
        linker,
        "map-swap",
        |(this, table, key, expected, value): (This, String, Vec<u8>, Expect, Vec<u8>)| {
            (this, Op::MapSwap { table, key, expected: expected.into(), value })
        },
    )?;
    adds(linker, "map-delete", |(this, table, key, expected): (This, String, Vec<u8>, Expect)| {
        (this, Op::MapDelete { table, key, expected: expected.into() })
    })?;
    adds(linker, "map-increment", |(this, table, key, delta): (This, String, Vec<u8>, i64)| {
        (this, Op::MapIncrement { table, key, delta })
    })?;
    adds(linker, "map-drop-table", |(this, table): (This, String)| (this, Op::MapDropTable { table }))?;
    adds(linker, "check-last-seq", |(this, stream, last_seq): (This, String, u64)| {
        (this, Op::CheckLastSeq { stream, last_seq })
    })?;
    adds(linker, "check-count", |(this, stream, count): (This, String, u64)| {
        (this, Op::CheckCount { stream, count })
    })?;
    adds(linker, "check-key", |(this, key, value): (This, String, Option<String>)| {
        (this, Op::CheckKey { key, value })
    })?;
    adds(linker, "check-ref", |(this, name, hash): (This, String, Option<String>)| {
        (this, Op::CheckRef { name, hash })
    })?;
    adds(linker, "check-map", |(this, table, key, expected): (This, String, Vec<u8>, Expect)| {
        (this, Op::CheckMap { table, key, expected: expected.into() })
    })?;
    adds(linker, "check-segment", |(this, session, segment, entries): (This, String, String, u64)| {
        (this, Op::CheckSegment { session, segment, entries })
    })?;

    Ok(())
}
