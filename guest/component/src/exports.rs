//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The exports: each function calls the method of the engine that has its meaning.

use crate::batch::{Committed, Moment, Reads, Transaction};
use crate::bindings::exports::sx::persist::types::{
    Counter, Direction, Durability, EntryPage, Error, Expect, ExpectSeq, KeyPage, LastEntries, Layout,
    LinePage, MapEntry, MapPage, MapPair, MapRange, NamePage, ObjectStats, Position, RefPage, Refusal,
    Report, SegmentDescription, UsageBy, UsagePage,
};
use crate::bindings::exports::sx::persist::{
    admin, batch, blob, dispatch, maps, objects, persist, refs, sessions, snapshots,
};
use crate::engine::{Component, engine};
use crate::writer::Writer;

impl persist::Guest for Component {
    fn append(stream: String, event: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.append(&stream, &event))?)
    }

    fn read(stream: String) -> Result<Vec<String>, Error> {
        Self::persist_read(&stream)
    }

    fn last_seq(stream: String) -> Result<u64, Error> {
        Self::persist_last_seq(&stream)
    }

    fn streams() -> Result<Vec<String>, Error> {
        Self::persist_streams()
    }

    fn truncate(stream: String, upto: u64) -> Result<u64, Error> {
        Ok(engine(|engine| engine.truncate(&stream, upto))?)
    }

    fn kv_get(key: String) -> Result<Option<String>, Error> {
        Self::persist_kv_get(&key)
    }

    fn kv_put(key: String, value: String) -> Result<(), Error> {
        Ok(engine(|engine| engine.kv_put(&key, &value))?)
    }

    fn kv_delete(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_delete(&key))?)
    }

    fn kv_has(key: String) -> Result<bool, Error> {
        Self::persist_kv_has(&key)
    }

    fn kv_keys() -> Result<Vec<String>, Error> {
        Self::persist_kv_keys()
    }

    fn append_expecting(stream: String, expected: u64, events: Vec<String>) -> Result<u64, Error> {
        Ok(engine(|engine| engine.append_expecting(&stream, expected, &events))?)
    }

    fn record_event(
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: ExpectSeq,
    ) -> Result<String, Error> {
        let expected = expected.into();
        Ok(engine(|engine| engine.record_event(&stream, &kind, at, &data, expected))?)
    }

    fn kv_swap(key: String, expected: Option<String>, replacement: Option<String>) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_swap(&key, expected.as_deref(), replacement.as_deref()))?)
    }

    fn read_page(stream: String, at: Position, limit: u32, direction: Direction) -> Result<LinePage, Error> {
        Self::persist_read_page(&stream, at, limit, direction)
    }

    fn count(stream: String) -> Result<u64, Error> {
        Self::persist_count(&stream)
    }

    fn kv_list(prefix: String, after: Option<String>, limit: u32) -> Result<EntryPage, Error> {
        Self::persist_kv_list(&prefix, after.as_deref(), limit)
    }

    fn list_streams(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Self::persist_list_streams(&prefix, after.as_deref(), limit)
    }
}

impl blob::Guest for Component {
    type Writer = Writer;

    fn put(bytes: Vec<u8>) -> Result<String, Error> {
        Self::blob_put(&bytes)
    }

    fn get(cid: String) -> Result<Option<Vec<u8>>, Error> {
        Self::blob_get(&cid)
    }

    fn has(cid: String) -> Result<bool, Error> {
        Self::blob_has(&cid)
    }

    fn size(cid: String) -> Result<Option<u64>, Error> {
        Self::blob_size(&cid)
    }

    fn read_at(cid: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        Self::blob_read_at(&cid, offset, length)
    }

    fn delete(cid: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.blob_delete(&cid))?)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Self::blob_list(after.as_deref(), limit)
    }
}

impl refs::Guest for Component {
    fn get(name: String) -> Result<Option<String>, Error> {
        Self::refs_get(&name)
    }

    fn set(name: String, hash: String) -> Result<(), Error> {
        Ok(engine(|engine| engine.ref_set(&name, &hash))?)
    }

    fn test_and_set(name: String, test: Option<String>, set: Option<String>) -> Result<bool, Error> {
        Ok(engine(|engine| engine.ref_test_and_set(&name, test.as_deref(), set.as_deref()))?)
    }

    fn delete(name: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.ref_delete(&name))?)
    }

    fn list(prefix: String, after: Option<String>, limit: u32) -> Result<RefPage, Error> {
        Self::refs_list(&prefix, after.as_deref(), limit)
    }
}

impl maps::Guest for Component {
    fn get(table: String, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
        Self::maps_get(&table, &key)
    }

    fn get_many(table: String, keys: Vec<Vec<u8>>) -> Result<Vec<Option<MapEntry>>, Error> {
        Self::maps_get_many(&table, &keys)
    }

    fn has(table: String, key: Vec<u8>) -> Result<bool, Error> {
        Self::maps_has(&table, &key)
    }

    fn put(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_put(&table, &key, &value))?)
    }

    fn put_new(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_put_new(&table, &key, &value))?)
    }

    fn swap(table: String, key: Vec<u8>, expected: Expect, value: Vec<u8>) -> Result<u64, Error> {
        let expected = expected.into();
        Ok(engine(|engine| engine.map_swap(&table, &key, expected, &value))?)
    }

    fn delete(table: String, key: Vec<u8>, expected: Expect) -> Result<bool, Error> {
        let expected = expected.into();
        Ok(engine(|engine| engine.map_delete(&table, &key, expected))?)
    }

    fn increment(table: String, key: Vec<u8>, delta: i64) -> Result<i64, Error> {
        Ok(engine(|engine| engine.map_increment(&table, &key, delta))?)
    }

    fn put_many(table: String, pairs: Vec<MapPair>) -> Result<u64, Error> {
        Self::maps_put_many(&table, pairs)
    }

    fn delete_many(table: String, keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        Self::maps_delete_many(&table, &keys)
    }

    fn list(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage, Error> {
        Self::maps_list(&table, range, after.as_deref(), limit, direction)
    }

    fn scan(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage, Error> {
        Self::maps_scan(&table, range, after.as_deref(), limit, direction)
    }

    fn count(table: String) -> Result<u64, Error> {
        Self::maps_count(&table)
    }

    fn tables() -> Result<Vec<String>, Error> {
        Self::maps_tables()
    }

    fn drop_table(table: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_drop_table(&table))?)
    }
}

impl objects::Guest for Component {
    fn read(hash: String) -> Result<Option<Vec<u8>>, Error> {
        Self::objects_read(&hash)
    }

    fn exists(hash: String) -> Result<bool, Error> {
        Self::objects_exists(&hash)
    }

    fn write(hash: String, bytes: Vec<u8>) -> Result<(), Error> {
        Ok(engine(|engine| engine.object_write(&hash, &bytes))?)
    }

    fn write_batch(objects: Vec<(String, Vec<u8>)>) -> Result<(), Refusal> {
        Self::objects_write_batch(objects)
    }

    fn delete(hash: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.object_delete(&hash))?)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Self::objects_list(after.as_deref(), limit)
    }

    fn stats() -> Result<ObjectStats, Error> {
        Self::objects_stats()
    }
}

impl sessions::Guest for Component {
    fn create_segment(session: String, segment: String, entries: Vec<String>) -> Result<(), Error> {
        Ok(engine(|engine| engine.session_create_segment(&session, &segment, &entries))?)
    }

    fn append(session: String, segment: String, entry: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_append(&session, &segment, &entry))?)
    }

    fn append_expecting(
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_append_expecting(&session, &segment, expected, &entries))?)
    }

    fn read(session: String, segment: String) -> Result<Vec<String>, Error> {
        Self::sessions_read(&session, &segment)
    }

    fn read_page(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        Self::sessions_read_page(&session, &segment, at, limit, direction)
    }

    fn entry_count(session: String, segment: String) -> Result<u64, Error> {
        Self::sessions_entry_count(&session, &segment)
    }

    fn exists(session: String, segment: String) -> Result<bool, Error> {
        Self::sessions_exists(&session, &segment)
    }

    fn truncate(session: String, segment: String, entries: u64, expected: ExpectSeq) -> Result<u64, Error> {
        let expected = expected.into();
        Ok(engine(|engine| engine.session_truncate(&session, &segment, entries, expected))?)
    }

    fn delete_segment(session: String, segment: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.session_delete_segment(&session, &segment))?)
    }

    fn list_sessions(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Self::sessions_list_sessions(after.as_deref(), limit)
    }

    fn list_segments(session: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Self::sessions_list_segments(&session, after.as_deref(), limit)
    }

    fn session_of(segment: String) -> Result<Option<String>, Error> {
        Self::sessions_session_of(&segment)
    }

    fn append_trace(session: String, segment: String, entry: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_append_trace(&session, &segment, &entry))?)
    }

    fn read_trace(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        Self::sessions_read_trace(&session, &segment, at, limit, direction)
    }

    fn fork(
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    ) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_fork(&session, &segment, entries, &into_session, &into_segment))?)
    }

    fn read_last(session: String, segment: String, limit: u32) -> Result<LastEntries, Error> {
        Self::sessions_read_last(&session, &segment, limit)
    }

    fn set_meta(session: String, segment: String, meta: Option<String>) -> Result<(), Error> {
        Ok(engine(|engine| engine.session_set_meta(&session, &segment, meta.as_deref()))?)
    }

    fn describe(session: String, segment: String) -> Result<SegmentDescription, Error> {
        Self::sessions_describe(&session, &segment)
    }
}

impl snapshots::Guest for Component {
    fn persist(key: String, blob: Vec<u8>) -> Result<(), Error> {
        Ok(engine(|engine| engine.snapshot_persist(&key, &blob))?)
    }

    fn persist_marker(key: String) -> Result<(), Error> {
        Ok(engine(|engine| engine.snapshot_persist_marker(&key))?)
    }

    fn delete_marker(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.snapshot_delete_marker(&key))?)
    }

    fn load(key: String) -> Result<Option<Vec<u8>>, Error> {
        Self::snapshots_load(&key)
    }

    fn keys(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Self::snapshots_keys(&prefix, after.as_deref(), limit)
    }

    fn contains(key: String) -> Result<bool, Error> {
        Self::snapshots_contains(&key)
    }
}

impl batch::Guest for Component {
    type Transaction = Transaction;

    type Committed = Committed;

    type Reads = Reads;

    type Moment = Moment;
}

impl dispatch::Guest for Component {
    fn handle_op(op: String, args: String) -> Result<Option<String>, Refusal> {
        Self::dispatch_handle_op(&op, &args)
    }

    fn handle_op_bytes(op: String, args: Vec<u8>) -> Result<Option<Vec<u8>>, Refusal> {
        Self::dispatch_handle_op_bytes(&op, &args)
    }
}

impl admin::Guest for Component {
    fn set_durability(level: Durability) -> Result<(), Error> {
        Self::admin_set_durability(level)
    }

    fn flush() -> Result<(), Error> {
        Self::admin_flush()
    }

    fn checkpoint() -> Result<(), Error> {
        Self::admin_checkpoint()
    }

    fn checkpoint_step() -> Result<bool, Error> {
        Self::admin_checkpoint_step()
    }

    fn verify() -> Result<Report, Error> {
        Self::admin_verify()
    }

    fn verify_part(part: u32, parts: u32) -> Result<Report, Error> {
        Self::admin_verify_part(part, parts)
    }

    fn repair() -> Result<Report, Error> {
        Self::admin_repair()
    }

    fn stats() -> Result<Vec<Counter>, Error> {
        Self::admin_stats()
    }

    fn convert_step(to: Layout) -> Result<u64, Error> {
        Self::admin_convert_step(to)
    }

    fn compact_step() -> Result<u64, Error> {
        Self::admin_compact_step()
    }

    fn usage(by: UsageBy, after: Option<String>, limit: u32) -> Result<UsagePage, Error> {
        Self::admin_usage(by, after.as_deref(), limit)
    }
}
