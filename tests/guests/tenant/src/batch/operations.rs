//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The methods of a transaction, handed on to the store that serves this guest.

use super::Transaction;
use crate::bindings::exports::sx::persist::{batch, blob};
use crate::bindings::sx::persist::types::{Error, Expect, ExpectSeq, Refusal};

impl batch::GuestTransaction for Transaction {
    fn new() -> Result<Self, Error> {
        Self::begin()
    }

    fn append(&self, stream: String, event: String) -> Result<u32, Error> {
        self.below().append(&stream, &event)
    }

    fn append_expecting(&self, stream: String, expected: u64, events: Vec<String>) -> Result<u32, Error> {
        self.below().append_expecting(&stream, expected, &events)
    }

    fn record_event(
        &self,
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: ExpectSeq,
    ) -> Result<u32, Error> {
        self.below().record_event(&stream, &kind, at, &data, expected)
    }

    fn truncate(&self, stream: String, upto: u64) -> Result<u32, Error> {
        self.below().truncate(&stream, upto)
    }

    fn kv_put(&self, key: String, value: String) -> Result<u32, Error> {
        self.below().kv_put(&key, &value)
    }

    fn kv_delete(&self, key: String) -> Result<u32, Error> {
        self.below().kv_delete(&key)
    }

    fn kv_swap(
        &self,
        key: String,
        expected: Option<String>,
        replacement: Option<String>,
    ) -> Result<u32, Error> {
        self.below().kv_swap(&key, expected.as_deref(), replacement.as_deref())
    }

    fn blob_put(&self, bytes: Vec<u8>) -> Result<u32, Error> {
        self.below().blob_put(&bytes)
    }

    fn blob_delete(&self, cid: String) -> Result<u32, Error> {
        self.below().blob_delete(&cid)
    }

    fn ref_set(&self, name: String, hash: String) -> Result<u32, Error> {
        self.below().ref_set(&name, &hash)
    }

    fn ref_test_and_set(
        &self,
        name: String,
        test: Option<String>,
        set: Option<String>,
    ) -> Result<u32, Error> {
        self.below().ref_test_and_set(&name, test.as_deref(), set.as_deref())
    }

    fn ref_delete(&self, name: String) -> Result<u32, Error> {
        self.below().ref_delete(&name)
    }

    fn snapshot_persist(&self, key: String, blob: Vec<u8>) -> Result<u32, Error> {
        self.below().snapshot_persist(&key, &blob)
    }

    fn snapshot_persist_marker(&self, key: String) -> Result<u32, Error> {
        self.below().snapshot_persist_marker(&key)
    }

    fn snapshot_delete_marker(&self, key: String) -> Result<u32, Error> {
        self.below().snapshot_delete_marker(&key)
    }

    fn object_write(&self, hash: String, bytes: Vec<u8>) -> Result<u32, Error> {
        self.below().object_write(&hash, &bytes)
    }

    fn object_delete(&self, hash: String) -> Result<u32, Error> {
        self.below().object_delete(&hash)
    }

    fn session_create_segment(
        &self,
        session: String,
        segment: String,
        entries: Vec<String>,
    ) -> Result<u32, Error> {
        self.below().session_create_segment(&session, &segment, &entries)
    }

    fn session_append(&self, session: String, segment: String, entry: String) -> Result<u32, Error> {
        self.below().session_append(&session, &segment, &entry)
    }

    fn session_append_expecting(
        &self,
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u32, Error> {
        self.below().session_append_expecting(&session, &segment, expected, &entries)
    }

    fn session_truncate(
        &self,
        session: String,
        segment: String,
        entries: u64,
        expected: ExpectSeq,
    ) -> Result<u32, Error> {
        self.below().session_truncate(&session, &segment, entries, expected)
    }

    fn session_delete_segment(&self, session: String, segment: String) -> Result<u32, Error> {
        self.below().session_delete_segment(&session, &segment)
    }

    fn session_append_trace(&self, session: String, segment: String, entry: String) -> Result<u32, Error> {
        self.below().session_append_trace(&session, &segment, &entry)
    }

    fn session_fork(
        &self,
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    ) -> Result<u32, Error> {
        self.below().session_fork(&session, &segment, entries, &into_session, &into_segment)
    }

    fn session_set_meta(&self, session: String, segment: String, meta: Option<String>) -> Result<u32, Error> {
        self.below().session_set_meta(&session, &segment, meta.as_deref())
    }

    fn map_put(&self, table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u32, Error> {
        self.below().map_put(&table, &key, &value)
    }

    fn map_put_new(&self, table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u32, Error> {
        self.below().map_put_new(&table, &key, &value)
    }

    fn map_swap(&self, table: String, key: Vec<u8>, expected: Expect, value: Vec<u8>) -> Result<u32, Error> {
        self.below().map_swap(&table, &key, expected, &value)
    }

    fn map_delete(&self, table: String, key: Vec<u8>, expected: Expect) -> Result<u32, Error> {
        self.below().map_delete(&table, &key, expected)
    }

    fn map_increment(&self, table: String, key: Vec<u8>, delta: i64) -> Result<u32, Error> {
        self.below().map_increment(&table, &key, delta)
    }

    fn map_drop_table(&self, table: String) -> Result<u32, Error> {
        self.below().map_drop_table(&table)
    }

    fn check_last_seq(&self, stream: String, last_seq: u64) -> Result<u32, Error> {
        self.below().check_last_seq(&stream, last_seq)
    }

    fn check_count(&self, stream: String, count: u64) -> Result<u32, Error> {
        self.below().check_count(&stream, count)
    }

    fn check_key(&self, key: String, value: Option<String>) -> Result<u32, Error> {
        self.below().check_key(&key, value.as_deref())
    }

    fn check_ref(&self, name: String, hash: Option<String>) -> Result<u32, Error> {
        self.below().check_ref(&name, hash.as_deref())
    }

    fn check_map(&self, table: String, key: Vec<u8>, expected: Expect) -> Result<u32, Error> {
        self.below().check_map(&table, &key, expected)
    }

    fn check_segment(&self, session: String, segment: String, entries: u64) -> Result<u32, Error> {
        self.below().check_segment(&session, &segment, entries)
    }

    fn blob_finish(&self, writer: blob::Writer) -> Result<u32, Error> {
        self.add_writer(writer)
    }

    fn commit(this: batch::Transaction) -> Result<batch::Committed, Refusal> {
        this.into_inner::<Self>().perform()
    }
}
