//! The interfaces on tables: `refs`, `maps`, `objects` and `snapshots`.

use crate::bindings::exports::sx::persist::types::{
    Error, HashPage, KeyPage, MapEntry, MapPair, MapRange, ObjectStats, RefPage, Refusal, SnapshotPage,
};
use crate::bindings::exports::sx::persist::{maps, objects, refs, snapshots};
use crate::engine::{Component, engine};
use sx_persist_core::Engine;

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
        let entries = engine(|engine| engine.map_get_many(&table, &keys))?;
        Ok(entries.into_iter().map(|entry| entry.map(Into::into)).collect())
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

    fn swap(table: String, key: Vec<u8>, expected: Option<u64>, value: Vec<u8>) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_swap(&table, &key, expected, &value))?)
    }

    fn delete(table: String, key: Vec<u8>, expected: Option<u64>) -> Result<bool, Error> {
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
        after: Option<Vec<u8>>,
        limit: u32,
        reverse: bool,
    ) -> Result<KeyPage, Error> {
        let range = range.into();
        Ok(engine(|engine| engine.map_list(&table, &range, after.as_deref(), limit, reverse))?.into())
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

    fn list(after: Option<String>, limit: u32) -> Result<HashPage, Error> {
        Ok(engine(|engine| engine.object_list(after.as_deref(), limit))?.into())
    }

    fn stats() -> Result<ObjectStats, Error> {
        Ok(engine(Engine::object_stats)?.into())
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

    fn keys(prefix: String, after: Option<String>, limit: u32) -> Result<SnapshotPage, Error> {
        Ok(engine(|engine| engine.snapshot_keys(&prefix, after.as_deref(), limit))?.into())
    }

    fn contains(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.snapshot_contains(&key))?)
    }
}
