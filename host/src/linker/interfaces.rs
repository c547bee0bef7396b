//! What each function does: a line a function, in the order of `wit/`.

use super::define::{Answered, Define, Interface, answer};
use super::writers;
use crate::error::Error;
use crate::interface::batch::CommitError;
use crate::interface::page::Page;
use crate::store::Store;
use crate::types::{
    self, CidPage, Counter, Durability, HashPage, MapPair, MapRange, Op, Outcome, Position, RefPage, Refusal,
    SnapshotPage,
};

/// The key of a map, with its table.
type Key = (String, Vec<u8>);
/// A page is asked for: behind what, and how much.
type After = (Option<String>, u32);

pub(super) fn all_but_admin(linker: &mut impl Define) -> wasmtime::Result<()> {
    persist(&mut Interface { linker, name: "sx:persist/persist@0.1.0" })?;
    blob(&mut Interface { linker, name: "sx:persist/blob@0.1.0" })?;
    refs(&mut Interface { linker, name: "sx:persist/refs@0.1.0" })?;
    maps(&mut Interface { linker, name: "sx:persist/maps@0.1.0" })?;
    objects(&mut Interface { linker, name: "sx:persist/objects@0.1.0" })?;
    sessions(&mut Interface { linker, name: "sx:persist/sessions@0.1.0" })?;
    snapshots(&mut Interface { linker, name: "sx:persist/snapshots@0.1.0" })?;
    batch(&mut Interface { linker, name: "sx:persist/batch@0.1.0" })?;
    dispatch(&mut Interface { linker, name: "sx:persist/dispatch@0.1.0" })
}

fn persist(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("append", |store, (stream, event): (String, String)| store.text().append(&stream, &event))?;
    on.function("read", |store, (stream,): (String,)| store.text().read(&stream))?;
    on.function("last-seq", |store, (stream,): (String,)| store.last_seq(&stream))?;
    on.function("streams", |store, ()| store.streams())?;
    on.function("truncate", |store, (stream, upto): (String, u64)| store.truncate(&stream, upto))?;
    on.function("kv-get", |store, (key,): (String,)| store.text().kv_get(&key))?;
    on.function("kv-put", |store, (key, value): (String, String)| store.text().kv_put(&key, &value))?;
    on.function("kv-delete", |store, (key,): (String,)| store.kv_delete(&key))?;
    on.function("kv-has", |store, (key,): (String,)| store.kv_has(&key))?;
    on.function("kv-keys", |store, ()| store.kv_keys())?;
    on.function("append-expecting", |store, (stream, expected, events): (String, u64, Vec<String>)| {
        store.text().append_expecting(&stream, expected, &events)
    })?;
    on.function(
        "record-event",
        |store, (stream, kind, at, data, expected): (String, String, i64, String, Option<u64>)| {
            store.text().record_event(&stream, &kind, at, &data, expected)
        },
    )?;
    on.function("kv-swap", |store, (key, expected, to): (String, Option<String>, Option<String>)| {
        store.text().kv_swap(&key, expected.as_deref(), to.as_deref())
    })?;
    on.function("read-page", |store, (stream, at, limit, backward): (String, Position, u32, bool)| {
        store.text().read_page(&stream, &at, limit, backward)
    })?;
    on.function("count", |store, (stream,): (String,)| store.count(&stream))?;
    on.function("kv-list", |store, (prefix, after, limit): (String, Option<String>, u32)| {
        store.text().kv_list(&prefix, after.as_deref(), limit)
    })
}

fn blob(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("put", |store, (bytes,): (Vec<u8>,)| store.blob_put(&bytes))?;
    on.function("get", |store, (cid,): (String,)| store.blob_get(&cid))?;
    on.function("has", |store, (cid,): (String,)| store.blob_has(&cid))?;
    on.function("size", |store, (cid,): (String,)| store.blob_size(&cid))?;
    on.function("read-at", |store, (cid, offset, length): (String, u64, u32)| {
        store.blob_read_at(&cid, offset, length)
    })?;
    on.function("delete", |store, (cid,): (String,)| store.blob_delete(&cid))?;
    on.function("list", |store, (after, limit): After| {
        let Page { items: cids, next } = store.blob_list(after.as_deref(), limit)?;
        Ok(CidPage { cids, next })
    })?;
    writers::writer(on.linker, on.name)
}

fn refs(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("get", |store, (name,): (String,)| store.ref_get(&name))?;
    on.function("set", |store, (name, hash): (String, String)| store.ref_set(&name, &hash))?;
    on.function("test-and-set", |store, (name, test, set): (String, Option<String>, Option<String>)| {
        store.ref_test_and_set(&name, test.as_deref(), set.as_deref())
    })?;
    on.function("delete", |store, (name,): (String,)| store.ref_delete(&name))?;
    on.function("list", |store, (prefix, after, limit): (String, Option<String>, u32)| {
        let Page { items: refs, next } = store.ref_list(&prefix, after.as_deref(), limit)?;
        Ok(RefPage { refs, next })
    })
}

fn maps(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("get", |store, (table, key): Key| store.map_get(&table, &key))?;
    on.function("get-many", |store, (table, keys): (String, Vec<Vec<u8>>)| {
        store.map_get_many(&table, &keys)
    })?;
    on.function("has", |store, (table, key): Key| store.map_has(&table, &key))?;
    on.function("put", |store, (table, key, value): (String, Vec<u8>, Vec<u8>)| {
        store.map_put(&table, &key, &value)
    })?;
    on.function("put-new", |store, (table, key, value): (String, Vec<u8>, Vec<u8>)| {
        store.map_put_new(&table, &key, &value)
    })?;
    on.function("swap", |store, (table, key, expected, value): (String, Vec<u8>, Option<u64>, Vec<u8>)| {
        store.map_swap(&table, &key, expected, &value)
    })?;
    on.function("delete", |store, (table, key, expected): (String, Vec<u8>, Option<u64>)| {
        store.map_delete(&table, &key, expected)
    })?;
    on.function("increment", |store, (table, key, delta): (String, Vec<u8>, i64)| {
        store.map_increment(&table, &key, delta)
    })?;
    on.function("put-many", |store, (table, pairs): (String, Vec<MapPair>)| {
        store.map_put_many(&table, &pairs)
    })?;
    on.function("delete-many", |store, (table, keys): (String, Vec<Vec<u8>>)| {
        store.map_delete_many(&table, &keys)
    })?;
    on.function(
        "list",
        |store, (table, range, after, limit, reverse): (String, MapRange, Option<Vec<u8>>, u32, bool)| {
            store.map_list(&table, &range, after.as_deref(), limit, reverse)
        },
    )?;
    on.function("tables", |store, ()| store.map_tables())?;
    on.function("drop-table", |store, (table,): (String,)| store.map_drop_table(&table))
}

fn objects(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("read", |store, (hash,): (String,)| store.object_read(&hash))?;
    on.function("exists", |store, (hash,): (String,)| store.object_exists(&hash))?;
    on.function("write", |store, (hash, bytes): (String, Vec<u8>)| store.object_write(&hash, &bytes))?;
    on.answering("write-batch", |store, (objects,): (Vec<(String, Vec<u8>)>,)| {
        refused(store.object_write_batch(&objects))
    })?;
    on.function("delete", |store, (hash,): (String,)| store.object_delete(&hash))?;
    on.function("list", |store, (after, limit): After| {
        let Page { items: hashes, next } = store.object_list(after.as_deref(), limit)?;
        Ok(HashPage { hashes, next })
    })?;
    on.function("stats", |store, ()| store.object_stats())
}

fn sessions(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("create-segment", |store, (session, segment, entries): (String, String, Vec<String>)| {
        store.text().session_create_segment(&session, &segment, &entries)
    })?;
    on.function("append", |store, (session, segment, entry): (String, String, String)| {
        store.text().session_append(&session, &segment, &entry)
    })?;
    on.function(
        "append-expecting",
        |store, (session, segment, expected, entries): (String, String, u64, Vec<String>)| {
            store.text().session_append_expecting(&session, &segment, expected, &entries)
        },
    )?;
    on.function("read", |store, (session, segment): (String, String)| {
        store.text().session_read(&session, &segment)
    })?;
    on.function("read-after", |store, (session, segment, index, limit): (String, String, u64, u32)| {
        store.text().session_read_after(&session, &segment, index, limit)
    })?;
    on.function("entry-count", |store, (session, segment): (String, String)| {
        store.text().session_entry_count(&session, &segment)
    })?;
    on.function("exists", |store, (session, segment): (String, String)| {
        store.text().session_exists(&session, &segment)
    })?;
    on.function("truncate", |store, (session, segment, entries): (String, String, u64)| {
        store.text().session_truncate(&session, &segment, entries)
    })?;
    on.function("delete-segment", |store, (session, segment): (String, String)| {
        store.text().session_delete_segment(&session, &segment)
    })?;
    on.function("list-sessions", |store, (after, limit): After| {
        store.text().session_list(after.as_deref(), limit)
    })?;
    on.function("list-segments", |store, (session, after, limit): (String, Option<String>, u32)| {
        store.text().session_list_segments(&session, after.as_deref(), limit)
    })?;
    on.function("session-of", |store, (segment,): (String,)| store.text().session_of(&segment))?;
    on.function("append-trace", |store, (session, segment, entry): (String, String, String)| {
        store.text().session_append_trace(&session, &segment, &entry)
    })?;
    on.function("read-trace", |store, (session, segment, index, limit): (String, String, u64, u32)| {
        store.text().session_read_trace(&session, &segment, index, limit)
    })
}

fn snapshots(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("persist", |store, (key, blob): (String, Vec<u8>)| store.snapshot_persist(&key, &blob))?;
    on.function("persist-marker", |store, (key,): (String,)| store.snapshot_persist_marker(&key))?;
    on.function("delete-marker", |store, (key,): (String,)| store.snapshot_delete_marker(&key))?;
    on.function("load", |store, (key,): (String,)| store.snapshot_load(&key))?;
    on.function("keys", |store, (prefix, after, limit): (String, Option<String>, u32)| {
        let Page { items: keys, next } = store.snapshot_keys(&prefix, after.as_deref(), limit)?;
        Ok(SnapshotPage { keys, next })
    })?;
    on.function("contains", |store, (key,): (String,)| store.snapshot_contains(&key))
}

fn batch(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.answering("commit", |store, (ops,): (Vec<Op>,)| refused(store.commit(&ops)))?;
    on.answering("run", |store, (ops,): (Vec<Op>,)| run(store, &ops))
}

fn dispatch(on: &mut Interface<'_, impl Define>) -> wasmtime::Result<()> {
    on.function("handle-op", |store, (op, args): (String, String)| store.handle_op(&op, &args))?;
    on.function("handle-op-bytes", |store, (op, args): (String, Vec<u8>)| store.handle_op_bytes(&op, &args))
}

pub(super) fn admin(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/admin@0.1.0" };
    on.function("set-durability", |store, (level,): (Durability,)| store.set_durability(level))?;
    on.function("flush", |store, ()| store.flush())?;
    on.function("checkpoint", |store, ()| store.checkpoint())?;
    on.function("checkpoint-step", |store, ()| store.checkpoint_step())?;
    on.function("verify", |store, ()| store.verify())?;
    on.function("repair", |store, ()| store.repair())?;
    on.function("stats", |store, ()| {
        Ok(store.stats()?.into_iter().map(|(name, value)| Counter { name, value }).collect::<Vec<_>>())
    })
}

/// The answer of a function that says which of several was refused.
fn refused<R>(answered: Result<R, CommitError>) -> Answered<R, Refusal> {
    match answered {
        Ok(answered) => Ok(Ok(answered)),
        Err(CommitError { index, error }) => {
            Ok(answer::<R>(Err(error))?.map_err(|reason| Refusal { index, reason }))
        }
    }
}

/// `batch.run`, where the refusal of the whole is one of each.
fn run(store: &Store, ops: &[Op]) -> wasmtime::Result<Vec<Result<Outcome, types::Error>>> {
    match store.run(ops) {
        Ok(outcomes) => Ok(outcomes),
        Err(Error::Refused(refusal)) => Ok(vec![Err(refusal); ops.len()]),
        Err(error) => Err(error.into()),
    }
}
