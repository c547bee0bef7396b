//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The exports: each function calls the method of the engine that has its meaning.

use crate::batch::{Committed, Moment, Reads, Transaction};
use crate::bindings::exports::sx::persist::types::{
    Counter, Direction, Durability, EntryPage, Error, Expect, ExpectSeq, KeyPage, LastEntries, LinePage,
    MapEntry, MapPage, MapPair, MapRange, NamePage, ObjectStats, Position, RefPage, Refusal, Report,
    SegmentDescription,
};
use crate::bindings::exports::sx::persist::{
    admin, batch, blob, dispatch, maps, objects, persist, refs, sessions, snapshots,
};
use crate::engine::{Component, engine};
use crate::writer::Writer;
use sx_persist_core::Engine;

impl persist::Guest for Component {
    fn append(stream: String, event: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.append(&stream, &event))?)
    }

    fn read(stream: String) -> Result<Vec<String>, Error> {
        Ok(engine(|engine| engine.read_stream(&stream))?)
    }

    fn last_seq(stream: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.last_seq(&stream))?)
    }

    fn streams() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::streams)?)
    }

    fn truncate(stream: String, upto: u64) -> Result<u64, Error> {
        Ok(engine(|engine| engine.truncate(&stream, upto))?)
    }

    fn kv_get(key: String) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.kv_get(&key))?)
    }

    fn kv_put(key: String, value: String) -> Result<(), Error> {
        Ok(engine(|engine| engine.kv_put(&key, &value))?)
    }

    fn kv_delete(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_delete(&key))?)
    }

    fn kv_has(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_has(&key))?)
    }

    fn kv_keys() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::kv_keys)?)
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
        let at = at.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.read_page(&stream, &at, limit, direction))?.into())
    }

    fn count(stream: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.count(&stream))?)
    }

    fn kv_list(prefix: String, after: Option<String>, limit: u32) -> Result<EntryPage, Error> {
        Ok(engine(|engine| engine.kv_list(&prefix, after.as_deref(), limit))?.into())
    }
}

impl blob::Guest for Component {
    type Writer = Writer;

    fn put(bytes: Vec<u8>) -> Result<String, Error> {
        Ok(engine(|engine| engine.blob_put(&bytes))?)
    }

    fn get(cid: String) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.blob_get(&cid))?)
    }

    fn has(cid: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.blob_has(&cid))?)
    }

    fn size(cid: String) -> Result<Option<u64>, Error> {
        Ok(engine(|engine| engine.blob_size(&cid))?)
    }

    fn read_at(cid: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.blob_read_at(&cid, offset, length))?)
    }

    fn delete(cid: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.blob_delete(&cid))?)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.blob_list(after.as_deref(), limit))?.into())
    }
}

impl refs::Guest for Component {
    fn get(name: String) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.ref_get(&name))?)
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
        Ok(engine(|engine| engine.ref_list(&prefix, after.as_deref(), limit))?.into())
    }
}

impl maps::Guest for Component {
    fn get(table: String, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
        Ok(engine(|engine| engine.map_get(&table, &key))?.map(Into::into))
    }

    fn get_many(table: String, keys: Vec<Vec<u8>>) -> Result<Vec<Option<MapEntry>>, Error> {
        Ok(engine(|engine| engine.map_get_many(&table, &keys))?
            .into_iter()
            .map(|item| item.map(Into::into))
            .collect())
    }

    fn has(table: String, key: Vec<u8>) -> Result<bool, Error> {
        Ok(engine(|engine| engine.map_has(&table, &key))?)
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
        let pairs: Vec<_> = pairs.into_iter().map(Into::into).collect();
        Ok(engine(|engine| engine.map_put_many(&table, &pairs))?)
    }

    fn delete_many(table: String, keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_delete_many(&table, &keys))?)
    }

    fn list(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage, Error> {
        let range = range.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.map_list(&table, &range, after.as_deref(), limit, direction))?.into())
    }

    fn scan(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage, Error> {
        let range = range.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.map_scan(&table, &range, after.as_deref(), limit, direction))?.into())
    }

    fn count(table: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_count(&table))?)
    }

    fn tables() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::map_tables)?)
    }

    fn drop_table(table: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_drop_table(&table))?)
    }
}

impl objects::Guest for Component {
    fn read(hash: String) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.object_read(&hash))?)
    }

    fn exists(hash: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.object_exists(&hash))?)
    }

    fn write(hash: String, bytes: Vec<u8>) -> Result<(), Error> {
        Ok(engine(|engine| engine.object_write(&hash, &bytes))?)
    }

    fn write_batch(objects: Vec<(String, Vec<u8>)>) -> Result<(), Refusal> {
        Ok(engine(|engine| engine.object_write_batch(objects))?)
    }

    fn delete(hash: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.object_delete(&hash))?)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.object_list(after.as_deref(), limit))?.into())
    }

    fn stats() -> Result<ObjectStats, Error> {
        Ok(engine(Engine::object_stats)?.into())
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
        Ok(engine(|engine| engine.session_read(&session, &segment))?)
    }

    fn read_page(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        let at = at.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.session_read_page(&session, &segment, &at, limit, direction))?.into())
    }

    fn entry_count(session: String, segment: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_entry_count(&session, &segment))?)
    }

    fn exists(session: String, segment: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.session_exists(&session, &segment))?)
    }

    fn truncate(session: String, segment: String, entries: u64, expected: ExpectSeq) -> Result<u64, Error> {
        let expected = expected.into();
        Ok(engine(|engine| engine.session_truncate(&session, &segment, entries, expected))?)
    }

    fn delete_segment(session: String, segment: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.session_delete_segment(&session, &segment))?)
    }

    fn list_sessions(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.session_list(after.as_deref(), limit))?.into())
    }

    fn list_segments(session: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.session_list_segments(&session, after.as_deref(), limit))?.into())
    }

    fn session_of(segment: String) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.session_of(&segment))?)
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
        let at = at.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.session_read_trace(&session, &segment, &at, limit, direction))?.into())
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
        Ok(engine(|engine| engine.session_read_last(&session, &segment, limit))?.into())
    }

    fn set_meta(session: String, segment: String, meta: Option<String>) -> Result<(), Error> {
        Ok(engine(|engine| engine.session_set_meta(&session, &segment, meta.as_deref()))?)
    }

    fn describe(session: String, segment: String) -> Result<SegmentDescription, Error> {
        Ok(engine(|engine| engine.session_describe(&session, &segment))?.into())
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
        Ok(engine(|engine| engine.snapshot_load(&key))?)
    }

    fn keys(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.snapshot_keys(&prefix, after.as_deref(), limit))?.into())
    }

    fn contains(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.snapshot_contains(&key))?)
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
        Ok(engine(|engine| engine.handle_op(&op, &args))?)
    }

    fn handle_op_bytes(op: String, args: Vec<u8>) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(engine(|engine| engine.handle_op_bytes(&op, &args))?)
    }
}

impl admin::Guest for Component {
    fn set_durability(level: Durability) -> Result<(), Error> {
        let level = level.into();
        Ok(engine(|engine| engine.set_durability(level))?)
    }

    fn flush() -> Result<(), Error> {
        Ok(engine(Engine::flush)?)
    }

    fn checkpoint() -> Result<(), Error> {
        Ok(engine(Engine::checkpoint)?)
    }

    fn checkpoint_step() -> Result<bool, Error> {
        Ok(engine(Engine::checkpoint_step)?)
    }

    fn verify() -> Result<Report, Error> {
        Ok(engine(Engine::verify)?.into())
    }

    fn repair() -> Result<Report, Error> {
        Ok(engine(Engine::repair)?.into())
    }

    fn stats() -> Result<Vec<Counter>, Error> {
        Ok(engine(Engine::stats)?.into_iter().map(Into::into).collect())
    }
}
