//! Maps.

use crate::cache::{Cache, Held, Name};
use crate::{Cached, cache, forget, hold, read};
use sx_persist_middleware::interfaces::Maps;
use sx_persist_middleware::limits::{ANSWER_BYTES_MAX, BATCH_OPS_MAX};
use sx_persist_middleware::types::{Error, MapEntry, MapPair};
use sx_persist_middleware::{Op, below, expect_outcome, perform};

fn held(MapEntry { value, version }: MapEntry) -> Held {
    Held { bytes: value, version }
}

fn entry(Held { bytes, version }: Held) -> MapEntry {
    MapEntry { value: bytes, version }
}

impl Maps for Cached {
    fn get(table: String, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
        let name = Name::Map(table.clone(), key.clone());
        Ok(read(name, || Ok(below::maps::get(&table, &key)?.map(held)))?.map(entry))
    }

    fn get_many(table: String, keys: Vec<Vec<u8>>) -> Result<Vec<Option<MapEntry>>, Error> {
        if let Some(entries) = cache(|cache| all_held(cache, &table, &keys)) {
            return Ok(entries);
        }
        let entries = below::maps::get_many(&table, &keys)?;
        for (key, found) in keys.into_iter().zip(&entries) {
            let is_short = |found: &&MapEntry| cache(|cache| cache.has_room_for(found.value.len()));
            if let Some(found) = found.as_ref().filter(is_short) {
                hold(Name::Map(table.clone(), key), held(found.clone()));
            }
        }
        Ok(entries)
    }

    sx_persist_middleware::map_writes!();

    fn put_many(table: String, pairs: Vec<MapPair>) -> Result<u64, Error> {
        let version = below::maps::put_many(&table, &pairs);
        for MapPair { key, value } in pairs {
            let name = Name::Map(table.clone(), key);
            match version {
                Ok(version) => hold(name, Held { bytes: value, version }),
                Err(_) => forget(&name),
            }
        }
        version
    }

    fn delete_many(table: String, keys: Vec<Vec<u8>>) -> Result<u64, Error> {
        let removed = below::maps::delete_many(&table, &keys);
        keys.into_iter().for_each(|key| forget(&Name::Map(table.clone(), key)));
        removed
    }

    fn drop_table(table: String) -> Result<u64, Error> {
        expect_outcome!(perform::<Self>(Op::MapDropTable { table })?, Outcome::Dropped(removed) => removed)
    }
}

/// The entries of several keys, where all are held and are no more than the store would answer.
fn all_held(cache: &mut Cache, table: &str, keys: &[Vec<u8>]) -> Option<Vec<Option<MapEntry>>> {
    if keys.is_empty() || keys.len() > BATCH_OPS_MAX {
        return None;
    }
    let name = |key: &Vec<u8>| Name::Map(table.to_owned(), key.clone());
    let mut bytes = 0;
    for key in keys {
        bytes += cache.peek(&name(key))?.bytes.len();
    }
    if bytes > ANSWER_BYTES_MAX {
        return None;
    }
    keys.iter().map(|key| Some(Some(entry(cache.get(&name(key))?.clone())))).collect()
}
