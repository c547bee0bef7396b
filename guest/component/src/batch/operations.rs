//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The methods of a transaction: each adds an operation.

use super::Transaction;
use crate::bindings::exports::sx::persist::types::{Error, Expect, ExpectSeq, Refusal};
use crate::bindings::exports::sx::persist::{batch, blob};
use sx_persist_core::Op;

impl batch::GuestTransaction for Transaction {
    fn new() -> Result<Self, Error> {
        Self::begin()
    }

    fn append(&self, stream: String, event: String) -> Result<u32, Error> {
        self.add(Op::Append { stream, event })
    }

    fn append_expecting(&self, stream: String, expected: u64, events: Vec<String>) -> Result<u32, Error> {
        self.add(Op::AppendExpecting { stream, expected, events })
    }

    fn record_event(
        &self,
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: ExpectSeq,
    ) -> Result<u32, Error> {
        self.add(Op::RecordEvent { stream, kind, at, data, expected: expected.into() })
    }

    fn truncate(&self, stream: String, upto: u64) -> Result<u32, Error> {
        self.add(Op::Truncate { stream, upto })
    }

    fn kv_put(&self, key: String, value: String) -> Result<u32, Error> {
        self.add(Op::KvPut { key, value })
    }

    fn kv_delete(&self, key: String) -> Result<u32, Error> {
        self.add(Op::KvDelete { key })
    }

    fn kv_swap(
        &self,
        key: String,
        expected: Option<String>,
        replacement: Option<String>,
    ) -> Result<u32, Error> {
        self.add(Op::KvSwap { key, expected, replacement })
    }

    fn blob_put(&self, bytes: Vec<u8>) -> Result<u32, Error> {
        self.add(Op::BlobPut { bytes })
    }

    fn blob_delete(&self, cid: String) -> Result<u32, Error> {
        self.add(Op::BlobDelete { cid })
    }

    fn ref_set(&self, name: String, hash: String) -> Result<u32, Error> {
        self.add(Op::RefSet { name, hash })
    }

    fn ref_test_and_set(
        &self,
        name: String,
        test: Option<String>,
        set: Option<String>,
    ) -> Result<u32, Error> {
        self.add(Op::RefTestAndSet { name, test, set })
    }

    fn ref_delete(&self, name: String) -> Result<u32, Error> {
        self.add(Op::RefDelete { name })
    }

    fn snapshot_persist(&self, key: String, blob: Vec<u8>) -> Result<u32, Error> {
        self.add(Op::SnapshotPersist { key, blob })
    }

    fn snapshot_persist_marker(&self, key: String) -> Result<u32, Error> {
        self.add(Op::SnapshotPersistMarker { key })
    }

    fn snapshot_delete_marker(&self, key: String) -> Result<u32, Error> {
        self.add(Op::SnapshotDeleteMarker { key })
    }

    fn object_write(&self, hash: String, bytes: Vec<u8>) -> Result<u32, Error> {
        self.add(Op::ObjectWrite { hash, bytes })
    }

    fn object_delete(&self, hash: String) -> Result<u32, Error> {
        self.add(Op::ObjectDelete { hash })
    }

    fn session_create_segment(
        &self,
        session: String,
        segment: String,
        entries: Vec<String>,
    ) -> Result<u32, Error> {
        self.add(Op::SessionCreateSegment { session, segment, entries })
    }

    fn session_append(&self, session: String, segment: String, entry: String) -> Result<u32, Error> {
        self.add(Op::SessionAppend { session, segment, entry })
    }

    fn session_append_expecting(
        &self,
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u32, Error> {
        self.add(Op::SessionAppendExpecting { session, segment, expected, entries })
    }

    fn session_truncate(
        &self,
        session: String,
        segment: String,
        entries: u64,
        expected: ExpectSeq,
    ) -> Result<u32, Error> {
        self.add(Op::SessionTruncate { session, segment, entries, expected: expected.into() })
    }

    fn session_delete_segment(&self, session: String, segment: String) -> Result<u32, Error> {
        self.add(Op::SessionDeleteSegment { session, segment })
    }

    fn session_append_trace(&self, session: String, segment: String, entry: String) -> Result<u32, Error> {
        self.add(Op::SessionAppendTrace { session, segment, entry })
    }

    fn session_fork(
        &self,
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    ) -> Result<u32, Error> {
        self.add(Op::SessionFork { session, segment, entries, into_session, into_segment })
    }

    fn session_set_meta(&self, session: String, segment: String, meta: Option<String>) -> Result<u32, Error> {
        self.add(Op::SessionSetMeta { session, segment, meta })
    }

    fn map_put(&self, table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u32, Error> {
        self.add(Op::MapPut { table, key, value })
    }

    fn map_put_new(&self, table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u32, Error> {
        self.add(Op::MapPutNew { table, key, value })
    }

    fn map_swap(&self, table: String, key: Vec<u8>, expected: Expect, value: Vec<u8>) -> Result<u32, Error> {
        self.add(Op::MapSwap { table, key, expected: expected.into(), value })
    }

    fn map_delete(&self, table: String, key: Vec<u8>, expected: Expect) -> Result<u32, Error> {
        self.add(Op::MapDelete { table, key, expected: expected.into() })
    }

    fn map_increment(&self, table: String, key: Vec<u8>, delta: i64) -> Result<u32, Error> {
        self.add(Op::MapIncrement { table, key, delta })
    }

    fn map_drop_table(&self, table: String) -> Result<u32, Error> {
        self.add(Op::MapDropTable { table })
    }

    fn check_last_seq(&self, stream: String, last_seq: u64) -> Result<u32, Error> {
        self.add(Op::CheckLastSeq { stream, last_seq })
    }

    fn check_count(&self, stream: String, count: u64) -> Result<u32, Error> {
        self.add(Op::CheckCount { stream, count })
    }

    fn check_key(&self, key: String, value: Option<String>) -> Result<u32, Error> {
        self.add(Op::CheckKey { key, value })
    }

    fn check_ref(&self, name: String, hash: Option<String>) -> Result<u32, Error> {
        self.add(Op::CheckRef { name, hash })
    }

    fn check_map(&self, table: String, key: Vec<u8>, expected: Expect) -> Result<u32, Error> {
        self.add(Op::CheckMap { table, key, expected: expected.into() })
    }

    fn check_segment(&self, session: String, segment: String, entries: u64) -> Result<u32, Error> {
        self.add(Op::CheckSegment { session, segment, entries })
    }

    fn blob_finish(&self, writer: blob::Writer) -> Result<u32, Error> {
        self.add_writer(writer)
    }

    fn commit(this: batch::Transaction) -> Result<batch::Committed, Refusal> {
        this.into_inner::<Self>().perform()
    }
}
