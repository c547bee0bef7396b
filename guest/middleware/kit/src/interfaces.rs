//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The store's interfaces as traits whose functions go below, each once, in the order of `wit/`.

use crate::below;
use crate::middleware::Middleware;
use crate::types::{
    Counter, Direction, Durability, EntryPage, Error, Expect, ExpectSeq, KeyPage, LastEntries, Layout,
    LinePage, MapEntry, MapPage, MapPair, MapRange, NamePage, ObjectStats, Position, RefPage, Refusal,
    Report, SegmentDescription, UsageBy, UsagePage,
};

/// `persist`: each function is that of its name in `wit/persist.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Persist: Middleware {
    fn append(stream: String, event: String) -> Result<u64, Error> {
        Self::may_write()?;
        below::persist::append(&stream, &event)
    }

    fn read(stream: String) -> Result<Vec<String>, Error> {
        below::persist::read(&stream)
    }

    fn last_seq(stream: String) -> Result<u64, Error> {
        below::persist::last_seq(&stream)
    }

    fn streams() -> Result<Vec<String>, Error> {
        below::persist::streams()
    }

    fn truncate(stream: String, upto: u64) -> Result<u64, Error> {
        Self::may_write()?;
        below::persist::truncate(&stream, upto)
    }

    fn kv_get(key: String) -> Result<Option<String>, Error> {
        below::persist::kv_get(&key)
    }

    fn kv_put(key: String, value: String) -> Result<(), Error> {
        Self::may_write()?;
        below::persist::kv_put(&key, &value)
    }

    fn kv_delete(key: String) -> Result<bool, Error> {
        Self::may_write()?;
        below::persist::kv_delete(&key)
    }

    fn kv_has(key: String) -> Result<bool, Error> {
        below::persist::kv_has(&key)
    }

    fn kv_keys() -> Result<Vec<String>, Error> {
        below::persist::kv_keys()
    }

    fn append_expecting(stream: String, expected: u64, events: Vec<String>) -> Result<u64, Error> {
        Self::may_write()?;
        below::persist::append_expecting(&stream, expected, &events)
    }

    fn record_event(
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: ExpectSeq,
    ) -> Result<String, Error> {
        Self::may_write()?;
        below::persist::record_event(&stream, &kind, at, &data, expected)
    }

    fn kv_swap(key: String, expected: Option<String>, replacement: Option<String>) -> Result<bool, Error> {
        Self::may_write()?;
        below::persist::kv_swap(&key, expected.as_deref(), replacement.as_deref())
    }

    fn read_page(stream: String, at: Position, limit: u32, direction: Direction) -> Result<LinePage, Error> {
        below::persist::read_page(&stream, &at, limit, direction)
    }

    fn count(stream: String) -> Result<u64, Error> {
        below::persist::count(&stream)
    }

    fn kv_list(prefix: String, after: Option<String>, limit: u32) -> Result<EntryPage, Error> {
        below::persist::kv_list(&prefix, after.as_deref(), limit)
    }

    fn list_streams(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        below::persist::list_streams(&prefix, after.as_deref(), limit)
    }
}

/// `blob`: each function is that of its name in `wit/blob.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Blob: Middleware {
    fn put(bytes: Vec<u8>) -> Result<String, Error> {
        Self::may_write()?;
        below::blob::put(&bytes)
    }

    fn get(cid: String) -> Result<Option<Vec<u8>>, Error> {
        below::blob::get(&cid)
    }

    fn has(cid: String) -> Result<bool, Error> {
        below::blob::has(&cid)
    }

    fn size(cid: String) -> Result<Option<u64>, Error> {
        below::blob::size(&cid)
    }

    fn read_at(cid: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        below::blob::read_at(&cid, offset, length)
    }

    fn delete(cid: String) -> Result<bool, Error> {
        Self::may_write()?;
        below::blob::delete(&cid)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        below::blob::list(after.as_deref(), limit)
    }
}

/// `refs`: each function is that of its name in `wit/refs.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Refs: Middleware {
    fn get(name: String) -> Result<Option<String>, Error> {
        below::refs::get(&name)
    }

    fn set(name: String, hash: String) -> Result<(), Error> {
        Self::may_write()?;
        below::refs::set(&name, &hash)
    }

    fn test_and_set(name: String, test: Option<String>, set: Option<String>) -> Result<bool, Error> {
        Self::may_write()?;
        below::refs::test_and_set(&name, test.as_deref(), set.as_deref())
    }

    fn delete(name: String) -> Result<bool, Error> {
        Self::may_write()?;
        below::refs::delete(&name)
    }

    fn list(prefix: String, after: Option<String>, limit: u32) -> Result<RefPage, Error> {
        below::refs::list(&prefix, after.as_deref(), limit)
    }
}

/// `maps`: each function is that of its name in `wit/maps.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Maps: Middleware {
    fn get(table: String, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
        below::maps::get(&table, &key)
    }

    fn get_many(table: String, keys: Vec<Vec<u8>>) -> Result<Vec<Option<MapEntry>>, Error> {
        below::maps::get_many(&table, &keys)
    }

    fn has(table: String, key: Vec<u8>) -> Result<bool, Error> {
        below::maps::has(&table, &key)
    }

    fn put(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, Error> {
        Self::may_write()?;
        below::maps::put(&table, &key, &value)
    }

    fn put_new(table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64, Error> {
        Self::may_write()?;
        below::maps::put_new(&table, &key, &value)
    }

    fn swap(table: String, key: Vec<u8>, expected: Expect, value: Vec<u8>) -> Result<u64, Error> {
        Self::may_write()?;
        below::maps::swap(&table, &key, expected, &value)
    }

    fn delete(table: String, key: Vec<u8>, expected: Expect) -> Result<bool, Error> {
        Self::may_write()?;
        below::maps::delete(&table, &key, expected)
    }

    fn increment(table: String, key: Vec<u8>, delta: i64) -> Result<i64, Error> {
        Self::may_write()?;
        below::maps::increment(&table, &key, delta)
    }

    fn put_many(table: String, pairs: Vec<MapPair>) -> Result<u64, Error> {
        Self::may_write()?;
        below::maps::put_many(&table, &pairs)
    }

    fn delete_many(table: String, keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        Self::may_write()?;
        below::maps::delete_many(&table, &keys)
    }

    fn list(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage, Error> {
        below::maps::list(&table, &range, after.as_deref(), limit, direction)
    }

    fn scan(
        table: String,
        range: MapRange,
        after: Option<String>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage, Error> {
        below::maps::scan(&table, &range, after.as_deref(), limit, direction)
    }

    fn count(table: String) -> Result<u64, Error> {
        below::maps::count(&table)
    }

    fn tables() -> Result<Vec<String>, Error> {
        below::maps::tables()
    }

    fn drop_table(table: String) -> Result<u64, Error> {
        Self::may_write()?;
        below::maps::drop_table(&table)
    }
}

/// `objects`: each function is that of its name in `wit/objects.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Objects: Middleware {
    fn read(hash: String) -> Result<Option<Vec<u8>>, Error> {
        below::objects::read(&hash)
    }

    fn exists(hash: String) -> Result<bool, Error> {
        below::objects::exists(&hash)
    }

    fn write(hash: String, bytes: Vec<u8>) -> Result<(), Error> {
        Self::may_write()?;
        below::objects::write(&hash, &bytes)
    }

    fn write_batch(objects: Vec<(String, Vec<u8>)>) -> Result<(), Refusal> {
        Self::may_write()?;
        below::objects::write_batch(&objects)
    }

    fn delete(hash: String) -> Result<bool, Error> {
        Self::may_write()?;
        below::objects::delete(&hash)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        below::objects::list(after.as_deref(), limit)
    }

    fn stats() -> Result<ObjectStats, Error> {
        below::objects::stats()
    }
}

/// `sessions`: each function is that of its name in `wit/sessions.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Sessions: Middleware {
    fn create_segment(session: String, segment: String, entries: Vec<String>) -> Result<(), Error> {
        Self::may_write()?;
        below::sessions::create_segment(&session, &segment, &entries)
    }

    fn append(session: String, segment: String, entry: String) -> Result<u64, Error> {
        Self::may_write()?;
        below::sessions::append(&session, &segment, &entry)
    }

    fn append_expecting(
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u64, Error> {
        Self::may_write()?;
        below::sessions::append_expecting(&session, &segment, expected, &entries)
    }

    fn read(session: String, segment: String) -> Result<Vec<String>, Error> {
        below::sessions::read(&session, &segment)
    }

    fn read_page(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        below::sessions::read_page(&session, &segment, &at, limit, direction)
    }

    fn entry_count(session: String, segment: String) -> Result<u64, Error> {
        below::sessions::entry_count(&session, &segment)
    }

    fn exists(session: String, segment: String) -> Result<bool, Error> {
        below::sessions::exists(&session, &segment)
    }

    fn truncate(session: String, segment: String, entries: u64, expected: ExpectSeq) -> Result<u64, Error> {
        Self::may_write()?;
        below::sessions::truncate(&session, &segment, entries, expected)
    }

    fn delete_segment(session: String, segment: String) -> Result<bool, Error> {
        Self::may_write()?;
        below::sessions::delete_segment(&session, &segment)
    }

    fn list_sessions(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        below::sessions::list_sessions(after.as_deref(), limit)
    }

    fn list_segments(session: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        below::sessions::list_segments(&session, after.as_deref(), limit)
    }

    fn session_of(segment: String) -> Result<Option<String>, Error> {
        below::sessions::session_of(&segment)
    }

    fn append_trace(session: String, segment: String, entry: String) -> Result<u64, Error> {
        Self::may_write()?;
        below::sessions::append_trace(&session, &segment, &entry)
    }

    fn read_trace(
        session: String,
        segment: String,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        below::sessions::read_trace(&session, &segment, &at, limit, direction)
    }

    fn fork(
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    ) -> Result<u64, Error> {
        Self::may_write()?;
        below::sessions::fork(&session, &segment, entries, &into_session, &into_segment)
    }

    fn read_last(session: String, segment: String, limit: u32) -> Result<LastEntries, Error> {
        below::sessions::read_last(&session, &segment, limit)
    }

    fn set_meta(session: String, segment: String, meta: Option<String>) -> Result<(), Error> {
        Self::may_write()?;
        below::sessions::set_meta(&session, &segment, meta.as_deref())
    }

    fn describe(session: String, segment: String) -> Result<SegmentDescription, Error> {
        below::sessions::describe(&session, &segment)
    }
}

/// `snapshots`: each function is that of its name in `wit/snapshots.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Snapshots: Middleware {
    fn persist(key: String, blob: Vec<u8>) -> Result<(), Error> {
        Self::may_write()?;
        below::snapshots::persist(&key, &blob)
    }

    fn persist_marker(key: String) -> Result<(), Error> {
        Self::may_write()?;
        below::snapshots::persist_marker(&key)
    }

    fn delete_marker(key: String) -> Result<bool, Error> {
        Self::may_write()?;
        below::snapshots::delete_marker(&key)
    }

    fn load(key: String) -> Result<Option<Vec<u8>>, Error> {
        below::snapshots::load(&key)
    }

    fn keys(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        below::snapshots::keys(&prefix, after.as_deref(), limit)
    }

    fn contains(key: String) -> Result<bool, Error> {
        below::snapshots::contains(&key)
    }
}

/// `admin`: each function is that of its name in `wit/admin.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Admin: Middleware {
    fn set_durability(level: Durability) -> Result<(), Error> {
        below::admin::set_durability(level)
    }

    fn flush() -> Result<(), Error> {
        below::admin::flush()
    }

    fn checkpoint() -> Result<(), Error> {
        Self::may_write()?;
        below::admin::checkpoint()
    }

    fn checkpoint_step() -> Result<bool, Error> {
        Self::may_write()?;
        below::admin::checkpoint_step()
    }

    fn verify() -> Result<Report, Error> {
        below::admin::verify()
    }

    fn verify_part(part: u32, parts: u32) -> Result<Report, Error> {
        below::admin::verify_part(part, parts)
    }

    fn repair() -> Result<Report, Error> {
        Self::may_write()?;
        below::admin::repair()
    }

    fn stats() -> Result<Vec<Counter>, Error> {
        below::admin::stats()
    }

    fn convert_step(to: Layout) -> Result<u64, Error> {
        Self::may_write()?;
        below::admin::convert_step(to)
    }

    fn compact_step() -> Result<u64, Error> {
        Self::may_write()?;
        below::admin::compact_step()
    }

    fn usage(by: UsageBy, after: Option<String>, limit: u32) -> Result<UsagePage, Error> {
        below::admin::usage(by, after.as_deref(), limit)
    }
}
