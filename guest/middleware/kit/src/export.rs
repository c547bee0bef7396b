//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! What a component exports: each function is that of its middleware.

use crate::bindings::exports::sx::persist as exports;
use crate::interfaces::{Admin, Blob, Maps, Objects, Persist, Refs, Sessions, Snapshots};
use crate::types::{
    Counter, Direction, Durability, EntryPage, Error, Expect, ExpectSeq, KeyPage, LastEntries, Layout,
    LinePage, MapEntry, MapPage, MapPair, MapRange, NamePage, ObjectStats, Position, RefPage, Refusal,
    Report, SegmentDescription, UsageBy, UsagePage,
};
use crate::writer::Writer;
use std::marker::PhantomData;

/// What a component exports whose meaning is that of `M`.
#[derive(Debug)]
pub struct Export<M>(PhantomData<M>);

impl<M: Persist> exports::persist::Guest for Export<M> {
    fn append(stream: String, event: String) -> Result<u64, Error> {
        M::append(stream, event)
    }

    fn read(stream: String) -> Result<Vec<String>, Error> {
        M::read(stream)
    }

    fn last_seq(stream: String) -> Result<u64, Error> {
        M::last_seq(stream)
    }

    fn streams() -> Result<Vec<String>, Error> {
        M::streams()
    }

    fn truncate(stream: String, upto: u64) -> Result<u64, Error> {
        M::truncate(stream, upto)
    }

    fn kv_get(key: String) -> Result<Option<String>, Error> {
        M::kv_get(key)
    }

    fn kv_put(key: String, value: String) -> Result<(), Error> {
        M::kv_put(key, value)
    }

    fn kv_delete(key: String) -> Result<bool, Error> {
        M::kv_delete(key)
    }

    fn kv_has(key: String) -> Result<bool, Error> {
        M::kv_has(key)
    }

    fn kv_keys() -> Result<Vec<String>, Error> {
        M::kv_keys()
    }

    fn append_expecting(stream: String, expected: u64, events: Vec<String>) -> Result<u64, Error> {
        M::append_expecting(stream, expected, events)
    }

    fn record_event(
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: ExpectSeq,
    ) -> Result<String, Error> {
        M::record_event(stream, kind, at, data, expected)
    }

    fn kv_swap(key: String, expected: Option<String>, replacement: Option<String>) -> Result<bool, Error> {
        M::kv_swap(key, expected, replacement)
    }

    fn read_page(stream: String, at: Position, limit: u32, direction: Direction) -> Result<LinePage, Error> {
        M::read_page(stream, at, limit, direction)
    }

    fn count(stream: String) -> Result<u64, Error> {
        M::count(stream)
    }

    fn kv_list(prefix: String, after: Option<String>, limit: u32) -> Result<EntryPage, Error> {
        M::kv_list(prefix, after, limit)
    }

    fn list_streams(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        M::list_streams(prefix, after, limit)
    }
}

impl<M: Blob> exports::blob::Guest for Export<M> {
    type Writer = Writer<M>;

    fn put(bytes: Vec<u8>) -> Result<String, Error> {
        M::put(bytes)
    }

    fn get(cid: String) -> Result<Option<Vec<u8>>, Error> {
        M::get(cid)
    }

    fn has(cid: String) -> Result<bool, Error> {
        M::has(cid)
    }

    fn size(cid: String) -> Result<Option<u64>, Error> {
        M::size(cid)
    }

    fn read_at(cid: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        M::read_at(cid, offset, length)
    }

    fn delete(cid: String) -> Result<bool, Error> {
        M::delete(cid)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        M::list(after, limit)
    }
}

impl<M: Refs> exports::refs::Guest for Export<M> {
    fn get(name: String) -> Result<Option<String>, Error> {
        M::get(name)
    }

    fn set(name: String, hash: String) -> Result<(), Error> {
        M::set(name, hash)
    }

    fn test_and_set(name: String, test: Option<String>, set: Option<String>) -> Result<bool, Error> {
        M::test_and_set(name, test, set)
    }

    fn delete(name: String) -> Result<bool, Error> {
        M::delete(name)
    }

    fn list(prefix: String, after: Option<String>, limit: u32) -> Result<RefPage, Error> {
        M::list(prefix, after, limit)
    }
}

impl<M: Maps> exports::maps::Guest for Export<M> {
    fn get(table: String, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
        M::get(table, key)
    }

    fn get_many(table: String, keys: Vec<Vec<u8>>) -> Result<Vec<Option<MapEntry>>, Error> {
        M::get_many(table, keys)
    }

    fn has(table: String, key: Vec<u8>) -> Result<bool, Error> {
        M::has(table, key)
    }

    fn put(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, Error> {
        M::put(table, key, value)
    }

    fn put_new(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, Error> {
        M::put_new(table, key, value)
    }

    fn swap(table: String, key: Vec<u8>, expected: Expect, value: Vec<u8>) -> Result<u64, Error> {
        M::swap(table, key, expected, value)
    }

    fn delete(table: String, key: Vec<u8>, expected: Expect) -> Result<bool, Error> {
        M::delete(table, key, expected)
    }

    fn increment(table: String, key: Vec<u8>, delta: i64) -> Result<i64, Error> {
        M::increment(table, key, delta)
    }

    fn put_many(table: String, pairs: Vec<MapPair>) -> Result<u64, Error> {
        M::put_many(table, pairs)
    }

    fn delete_many(table: String, keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        M::delete_many(table, keys)
    }

    fn list(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage, Error> {
        M::list(table, range, after, limit, direction)
    }

    fn scan(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage, Error> {
        M::scan(table, range, after, limit, direction)
    }

    fn count(table: String) -> Result<u64, Error> {
        M::count(table)
    }

    fn tables() -> Result<Vec<String>, Error> {
        M::tables()
    }

    fn drop_table(table: String) -> Result<u64, Error> {
        M::drop_table(table)
    }
}

impl<M: Objects> exports::objects::Guest for Export<M> {
    fn read(hash: String) -> Result<Option<Vec<u8>>, Error> {
        M::read(hash)
    }

    fn exists(hash: String) -> Result<bool, Error> {
        M::exists(hash)
    }

    fn write(hash: String, bytes: Vec<u8>) -> Result<(), Error> {
        M::write(hash, bytes)
    }

    fn write_batch(objects: Vec<(String, Vec<u8>)>) -> Result<(), Refusal> {
        M::write_batch(objects)
    }

    fn delete(hash: String) -> Result<bool, Error> {
        M::delete(hash)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        M::list(after, limit)
    }

    fn stats() -> Result<ObjectStats, Error> {
        M::stats()
    }
}

impl<M: Sessions> exports::sessions::Guest for Export<M> {
    fn create_segment(session: String, segment: String, entries: Vec<String>) -> Result<(), Error> {
        M::create_segment(session, segment, entries)
    }

    fn append(session: String, segment: String, entry: String) -> Result<u64, Error> {
        M::append(session, segment, entry)
    }

    fn append_expecting(
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u64, Error> {
        M::append_expecting(session, segment, expected, entries)
    }

    fn read(session: String, segment: String) -> Result<Vec<String>, Error> {
        M::read(session, segment)
    }

    fn read_page(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        M::read_page(session, segment, at, limit, direction)
    }

    fn entry_count(session: String, segment: String) -> Result<u64, Error> {
        M::entry_count(session, segment)
    }

    fn exists(session: String, segment: String) -> Result<bool, Error> {
        M::exists(session, segment)
    }

    fn truncate(session: String, segment: String, entries: u64, expected: ExpectSeq) -> Result<u64, Error> {
        M::truncate(session, segment, entries, expected)
    }

    fn delete_segment(session: String, segment: String) -> Result<bool, Error> {
        M::delete_segment(session, segment)
    }

    fn list_sessions(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        M::list_sessions(after, limit)
    }

    fn list_segments(session: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        M::list_segments(session, after, limit)
    }

    fn session_of(segment: String) -> Result<Option<String>, Error> {
        M::session_of(segment)
    }

    fn append_trace(session: String, segment: String, entry: String) -> Result<u64, Error> {
        M::append_trace(session, segment, entry)
    }

    fn read_trace(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        M::read_trace(session, segment, at, limit, direction)
    }

    fn fork(
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    ) -> Result<u64, Error> {
        M::fork(session, segment, entries, into_session, into_segment)
    }

    fn read_last(session: String, segment: String, limit: u32) -> Result<LastEntries, Error> {
        M::read_last(session, segment, limit)
    }

    fn set_meta(session: String, segment: String, meta: Option<String>) -> Result<(), Error> {
        M::set_meta(session, segment, meta)
    }

    fn describe(session: String, segment: String) -> Result<SegmentDescription, Error> {
        M::describe(session, segment)
    }
}

impl<M: Snapshots> exports::snapshots::Guest for Export<M> {
    fn persist(key: String, blob: Vec<u8>) -> Result<(), Error> {
        M::persist(key, blob)
    }

    fn persist_marker(key: String) -> Result<(), Error> {
        M::persist_marker(key)
    }

    fn delete_marker(key: String) -> Result<bool, Error> {
        M::delete_marker(key)
    }

    fn load(key: String) -> Result<Option<Vec<u8>>, Error> {
        M::load(key)
    }

    fn keys(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        M::keys(prefix, after, limit)
    }

    fn contains(key: String) -> Result<bool, Error> {
        M::contains(key)
    }
}

impl<M: Admin> exports::admin::Guest for Export<M> {
    fn set_durability(level: Durability) -> Result<(), Error> {
        M::set_durability(level)
    }

    fn flush() -> Result<(), Error> {
        M::flush()
    }

    fn checkpoint() -> Result<(), Error> {
        M::checkpoint()
    }

    fn checkpoint_step() -> Result<bool, Error> {
        M::checkpoint_step()
    }

    fn verify() -> Result<Report, Error> {
        M::verify()
    }

    fn verify_part(part: u32, parts: u32) -> Result<Report, Error> {
        M::verify_part(part, parts)
    }

    fn repair() -> Result<Report, Error> {
        M::repair()
    }

    fn stats() -> Result<Vec<Counter>, Error> {
        M::stats()
    }

    fn convert_step(to: Layout) -> Result<u64, Error> {
        M::convert_step(to)
    }

    fn compact_step() -> Result<u64, Error> {
        M::compact_step()
    }

    fn usage(by: UsageBy, after: Option<String>, limit: u32) -> Result<UsagePage, Error> {
        M::usage(by, after, limit)
    }
}
