//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The operations of a transaction, by the names of its methods.

use super::forms::{take_expect, take_expect_seq};
use crate::dispatch::{Argument, Arguments};
use crate::error::Result;
use sx_persist_wire::Op;

/// The operation of a transaction with this name, whose arguments follow behind it.
#[expect(clippy::too_many_lines, reason = "an arm an operation")]
pub(super) fn operation(name: &str, from: &Arguments<'_>) -> Result<Option<Op>> {
    Ok(Some(match name {
        "append" => {
            Op::Append { stream: from.get(1, "stream")?.text()?, event: from.get(2, "event")?.value()? }
        }
        "append-expecting" => Op::AppendExpecting {
            stream: from.get(1, "stream")?.text()?,
            expected: from.get(2, "expected")?.number()?,
            events: from.get(3, "events")?.list(Argument::value)?,
        },
        "record-event" => Op::RecordEvent {
            stream: from.get(1, "stream")?.text()?,
            kind: from.get(2, "kind")?.text()?,
            at: from.get(3, "at")?.signed()?,
            data: from.get(4, "data")?.value()?,
            expected: take_expect_seq(&from.get(5, "expected")?)?,
        },
        "truncate" => {
            Op::Truncate { stream: from.get(1, "stream")?.text()?, upto: from.get(2, "upto")?.number()? }
        }
        "kv-put" => Op::KvPut { key: from.get(1, "key")?.text()?, value: from.get(2, "value")?.value()? },
        "kv-delete" => Op::KvDelete { key: from.get(1, "key")?.text()? },
        "kv-swap" => Op::KvSwap {
            key: from.get(1, "key")?.text()?,
            expected: from.get(2, "expected")?.optional_value()?,
            replacement: from.get(3, "replacement")?.optional_value()?,
        },
        "blob-put" => Op::BlobPut { bytes: from.get(1, "bytes")?.bytes()? },
        "blob-delete" => Op::BlobDelete { cid: from.get(1, "cid")?.text()? },
        "ref-set" => Op::RefSet { name: from.get(1, "name")?.text()?, hash: from.get(2, "hash")?.text()? },
        "ref-test-and-set" => Op::RefTestAndSet {
            name: from.get(1, "name")?.text()?,
            test: from.find(2, "test").optional(Argument::text)?,
            set: from.find(3, "set").optional(Argument::text)?,
        },
        "ref-delete" => Op::RefDelete { name: from.get(1, "name")?.text()? },
        "snapshot-persist" => {
            Op::SnapshotPersist { key: from.get(1, "key")?.text()?, blob: from.get(2, "blob")?.bytes()? }
        }
        "snapshot-persist-marker" => Op::SnapshotPersistMarker { key: from.get(1, "key")?.text()? },
        "snapshot-delete-marker" => Op::SnapshotDeleteMarker { key: from.get(1, "key")?.text()? },
        "object-write" => {
            Op::ObjectWrite { hash: from.get(1, "hash")?.text()?, bytes: from.get(2, "bytes")?.bytes()? }
        }
        "object-delete" => Op::ObjectDelete { hash: from.get(1, "hash")?.text()? },
        "session-create-segment" => Op::SessionCreateSegment {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            entries: from.get(3, "entries")?.list(Argument::value)?,
        },
        "session-append" => Op::SessionAppend {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            entry: from.get(3, "entry")?.value()?,
        },
        "session-append-expecting" => Op::SessionAppendExpecting {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            expected: from.get(3, "expected")?.number()?,
            entries: from.get(4, "entries")?.list(Argument::value)?,
        },
        "session-truncate" => Op::SessionTruncate {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            entries: from.get(3, "entries")?.number()?,
            expected: take_expect_seq(&from.get(4, "expected")?)?,
        },
        "session-delete-segment" => Op::SessionDeleteSegment {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
        },
        "session-append-trace" => Op::SessionAppendTrace {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            entry: from.get(3, "entry")?.value()?,
        },
        "session-fork" => Op::SessionFork {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            entries: from.find(3, "entries").optional(Argument::number)?,
            into_session: from.get(4, "into-session")?.text()?,
            into_segment: from.get(5, "into-segment")?.text()?,
        },
        "session-set-meta" => Op::SessionSetMeta {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            meta: from.get(3, "meta")?.optional_value()?,
        },
        "map-put" => Op::MapPut {
            table: from.get(1, "table")?.text()?,
            key: from.get(2, "key")?.bytes()?,
            value: from.get(3, "value")?.bytes()?,
        },
        "map-put-new" => Op::MapPutNew {
            table: from.get(1, "table")?.text()?,
            key: from.get(2, "key")?.bytes()?,
            value: from.get(3, "value")?.bytes()?,
        },
        "map-swap" => Op::MapSwap {
            table: from.get(1, "table")?.text()?,
            key: from.get(2, "key")?.bytes()?,
            expected: take_expect(&from.get(3, "expected")?)?,
            value: from.get(4, "value")?.bytes()?,
        },
        "map-delete" => Op::MapDelete {
            table: from.get(1, "table")?.text()?,
            key: from.get(2, "key")?.bytes()?,
            expected: take_expect(&from.get(3, "expected")?)?,
        },
        "map-increment" => Op::MapIncrement {
            table: from.get(1, "table")?.text()?,
            key: from.get(2, "key")?.bytes()?,
            delta: from.get(3, "delta")?.signed()?,
        },
        "map-drop-table" => Op::MapDropTable { table: from.get(1, "table")?.text()? },
        "check-last-seq" => Op::CheckLastSeq {
            stream: from.get(1, "stream")?.text()?,
            last_seq: from.get(2, "last-seq")?.number()?,
        },
        "check-count" => {
            Op::CheckCount { stream: from.get(1, "stream")?.text()?, count: from.get(2, "count")?.number()? }
        }
        "check-key" => {
            Op::CheckKey { key: from.get(1, "key")?.text()?, value: from.get(2, "value")?.optional_value()? }
        }
        "check-ref" => Op::CheckRef {
            name: from.get(1, "name")?.text()?,
            hash: from.find(2, "hash").optional(Argument::text)?,
        },
        "check-map" => Op::CheckMap {
            table: from.get(1, "table")?.text()?,
            key: from.get(2, "key")?.bytes()?,
            expected: take_expect(&from.get(3, "expected")?)?,
        },
        "check-segment" => Op::CheckSegment {
            session: from.get(1, "session")?.text()?,
            segment: from.get(2, "segment")?.text()?,
            entries: from.get(3, "entries")?.number()?,
        },
        _ => return Ok(None),
    }))
}
