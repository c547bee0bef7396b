//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! What each function does for a guest: a row a function.

use super::define::{Define, Interface, refused};
use crate::bindings::exports::sx::persist::types::{
    Direction, Expect, ExpectSeq, MapPair, MapRange, Position,
};
use crate::interface::wit;

pub(super) fn persist(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/persist@0.2.0" };
    on.function("append", |store, (stream, event): (String, String)| {
        wit::persist::append(store, stream, event)
    })?;
    on.function("read", |store, (stream,): (String,)| wit::persist::read(store, &stream))?;
    on.function("last-seq", |store, (stream,): (String,)| wit::persist::last_seq(store, &stream))?;
    on.function("streams", |store, ()| wit::persist::streams(store))?;
    on.function("truncate", |store, (stream, upto): (String, u64)| {
        wit::persist::truncate(store, stream, upto)
    })?;
    on.function("kv-get", |store, (key,): (String,)| wit::persist::kv_get(store, &key))?;
    on.function("kv-put", |store, (key, value): (String, String)| wit::persist::kv_put(store, key, value))?;
    on.function("kv-delete", |store, (key,): (String,)| wit::persist::kv_delete(store, key))?;
    on.function("kv-has", |store, (key,): (String,)| wit::persist::kv_has(store, &key))?;
    on.function("kv-keys", |store, ()| wit::persist::kv_keys(store))?;
    on.function("append-expecting", |store, (stream, expected, events): (String, u64, Vec<String>)| {
        wit::persist::append_expecting(store, stream, expected, events)
    })?;
    on.function(
        "record-event",
        |store, (stream, kind, at, data, expected): (String, String, i64, String, ExpectSeq)| {
            wit::persist::record_event(store, stream, kind, at, data, expected.into())
        },
    )?;
    on.function(
        "kv-swap",
        |store, (key, expected, replacement): (String, Option<String>, Option<String>)| {
            wit::persist::kv_swap(store, key, expected, replacement)
        },
    )?;
    on.function("read-page", |store, (stream, at, limit, direction): (String, Position, u32, Direction)| {
        wit::persist::read_page(store, &stream, &at, limit, direction)
    })?;
    on.function("count", |store, (stream,): (String,)| wit::persist::count(store, &stream))?;
    on.function("kv-list", |store, (prefix, after, limit): (String, Option<String>, u32)| {
        wit::persist::kv_list(store, &prefix, after.as_deref(), limit)
    })?;
    on.function("list-streams", |store, (prefix, after, limit): (String, Option<String>, u32)| {
        wit::persist::list_streams(store, &prefix, after.as_deref(), limit)
    })?;

    Ok(())
}

pub(super) fn blob(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/blob@0.2.0" };
    on.function("put", |store, (bytes,): (Vec<u8>,)| store.raw().blob_put(&bytes))?;
    on.function("get", |store, (cid,): (String,)| wit::blob::get(store, &cid))?;
    on.function("has", |store, (cid,): (String,)| wit::blob::has(store, &cid))?;
    on.function("size", |store, (cid,): (String,)| wit::blob::size(store, &cid))?;
    on.function("read-at", |store, (cid, offset, length): (String, u64, u32)| {
        wit::blob::read_at(store, &cid, offset, length)
    })?;
    on.function("delete", |store, (cid,): (String,)| wit::blob::delete(store, cid))?;
    on.function("list", |store, (after, limit): (Option<String>, u32)| {
        wit::blob::list(store, after.as_deref(), limit)
    })?;

    Ok(())
}

pub(super) fn refs(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/refs@0.2.0" };
    on.function("get", |store, (name,): (String,)| wit::refs::get(store, &name))?;
    on.function("set", |store, (name, hash): (String, String)| wit::refs::set(store, name, hash))?;
    on.function("test-and-set", |store, (name, test, set): (String, Option<String>, Option<String>)| {
        wit::refs::test_and_set(store, name, test, set)
    })?;
    on.function("delete", |store, (name,): (String,)| wit::refs::delete(store, name))?;
    on.function("list", |store, (prefix, after, limit): (String, Option<String>, u32)| {
        wit::refs::list(store, &prefix, after.as_deref(), limit)
    })?;

    Ok(())
}

pub(super) fn maps(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/maps@0.2.0" };
    on.function("get", |store, (table, key): (String, Vec<u8>)| wit::maps::get(store, &table, &key))?;
    on.function("get-many", |store, (table, keys): (String, Vec<Vec<u8>>)| {
        wit::maps::get_many(store, &table, &keys)
    })?;
    on.function("has", |store, (table, key): (String, Vec<u8>)| wit::maps::has(store, &table, &key))?;
    on.function("put", |store, (table, key, value): (String, Vec<u8>, Vec<u8>)| {
        wit::maps::put(store, table, key, value)
    })?;
    on.function("put-new", |store, (table, key, value): (String, Vec<u8>, Vec<u8>)| {
        wit::maps::put_new(store, table, key, value)
    })?;
    on.function("swap", |store, (table, key, expected, value): (String, Vec<u8>, Expect, Vec<u8>)| {
        wit::maps::swap(store, table, key, expected.into(), value)
    })?;
    on.function("delete", |store, (table, key, expected): (String, Vec<u8>, Expect)| {
        wit::maps::delete(store, table, key, expected.into())
    })?;
    on.function("increment", |store, (table, key, delta): (String, Vec<u8>, i64)| {
        wit::maps::increment(store, table, key, delta)
    })?;
    on.function("put-many", |store, (table, pairs): (String, Vec<MapPair>)| {
        wit::maps::put_many(store, &table, &pairs)
    })?;
    on.function("delete-many", |store, (table, keys): (String, Vec<Vec<u8>>)| {
        wit::maps::delete_many(store, &table, &keys)
    })?;
    on.function("list", |store, (table, range, after, limit, direction): (String, MapRange, Option<String>, u32, Direction)| wit::maps::list(store, &table, &range, after.as_deref(), limit, direction))?;
    on.function("scan", |store, (table, range, after, limit, direction): (String, MapRange, Option<String>, u32, Direction)| wit::maps::scan(store, &table, &range, after.as_deref(), limit, direction))?;
    on.function("count", |store, (table,): (String,)| wit::maps::count(store, &table))?;
    on.function("tables", |store, ()| wit::maps::tables(store))?;
    on.function("drop-table", |store, (table,): (String,)| wit::maps::drop_table(store, table))?;

    Ok(())
}

pub(super) fn objects(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/objects@0.2.0" };
    on.function("read", |store, (hash,): (String,)| wit::objects::read(store, &hash))?;
    on.function("exists", |store, (hash,): (String,)| wit::objects::exists(store, &hash))?;
    on.function("write", |store, (hash, bytes): (String, Vec<u8>)| wit::objects::write(store, hash, bytes))?;
    on.answering("write-batch", |store, (objects,): (Vec<(String, Vec<u8>)>,)| {
        refused(wit::objects::write_batch(store, &objects))
    })?;
    on.function("delete", |store, (hash,): (String,)| wit::objects::delete(store, hash))?;
    on.function("list", |store, (after, limit): (Option<String>, u32)| {
        wit::objects::list(store, after.as_deref(), limit)
    })?;
    on.function("stats", |store, ()| wit::objects::stats(store))?;

    Ok(())
}

pub(super) fn sessions(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/sessions@0.2.0" };
    on.function("create-segment", |store, (session, segment, entries): (String, String, Vec<String>)| {
        wit::sessions::create_segment(store, session, segment, entries)
    })?;
    on.function("append", |store, (session, segment, entry): (String, String, String)| {
        wit::sessions::append(store, session, segment, entry)
    })?;
    on.function(
        "append-expecting",
        |store, (session, segment, expected, entries): (String, String, u64, Vec<String>)| {
            wit::sessions::append_expecting(store, session, segment, expected, entries)
        },
    )?;
    on.function("read", |store, (session, segment): (String, String)| {
        wit::sessions::read(store, &session, &segment)
    })?;
    on.function(
        "read-page",
        |store, (session, segment, at, limit, direction): (String, String, Position, u32, Direction)| {
            wit::sessions::read_page(store, &session, &segment, &at, limit, direction)
        },
    )?;
    on.function("entry-count", |store, (session, segment): (String, String)| {
        wit::sessions::entry_count(store, &session, &segment)
    })?;
    on.function("exists", |store, (session, segment): (String, String)| {
        wit::sessions::exists(store, &session, &segment)
    })?;
    on.function(
        "truncate",
        |store, (session, segment, entries, expected): (String, String, u64, ExpectSeq)| {
            wit::sessions::truncate(store, session, segment, entries, expected.into())
        },
    )?;
    on.function("delete-segment", |store, (session, segment): (String, String)| {
        wit::sessions::delete_segment(store, session, segment)
    })?;
    on.function("list-sessions", |store, (after, limit): (Option<String>, u32)| {
        wit::sessions::list_sessions(store, after.as_deref(), limit)
    })?;
    on.function("list-segments", |store, (session, after, limit): (String, Option<String>, u32)| {
        wit::sessions::list_segments(store, &session, after.as_deref(), limit)
    })?;
    on.function("session-of", |store, (segment,): (String,)| wit::sessions::session_of(store, &segment))?;
    on.function("append-trace", |store, (session, segment, entry): (String, String, String)| {
        wit::sessions::append_trace(store, session, segment, entry)
    })?;
    on.function(
        "read-trace",
        |store, (session, segment, at, limit, direction): (String, String, Position, u32, Direction)| {
            wit::sessions::read_trace(store, &session, &segment, &at, limit, direction)
        },
    )?;
    on.function(
        "fork",
        |store,
         (session, segment, entries, into_session, into_segment): (
            String,
            String,
            Option<u64>,
            String,
            String,
        )| wit::sessions::fork(store, session, segment, entries, into_session, into_segment),
    )?;
    on.function("read-last", |store, (session, segment, limit): (String, String, u32)| {
        wit::sessions::read_last(store, &session, &segment, limit)
    })?;
    on.function("set-meta", |store, (session, segment, meta): (String, String, Option<String>)| {
        wit::sessions::set_meta(store, session, segment, meta)
    })?;
    on.function("describe", |store, (session, segment): (String, String)| {
        wit::sessions::describe(store, &session, &segment)
    })?;

    Ok(())
}

pub(super) fn snapshots(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/snapshots@0.2.0" };
    on.function("persist", |store, (key, blob): (String, Vec<u8>)| {
        wit::snapshots::persist(store, key, blob)
    })?;
    on.function("persist-marker", |store, (key,): (String,)| wit::snapshots::persist_marker(store, key))?;
    on.function("delete-marker", |store, (key,): (String,)| wit::snapshots::delete_marker(store, key))?;
    on.function("load", |store, (key,): (String,)| wit::snapshots::load(store, &key))?;
    on.function("keys", |store, (prefix, after, limit): (String, Option<String>, u32)| {
        wit::snapshots::keys(store, &prefix, after.as_deref(), limit)
    })?;
    on.function("contains", |store, (key,): (String,)| wit::snapshots::contains(store, &key))?;

    Ok(())
}
