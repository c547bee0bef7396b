//! fjall: a log-structured merge tree.

use super::{Contender, Event, Promise};
use anyhow::Result;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, PersistMode};
use std::ops::Bound;
use std::path::Path;
use sx_persist::types::MapPair;

/// Removals of one batch.
const REMOVED_AT_ONCE: usize = 10_000;

pub(super) struct Fjall {
    database: Database,
    events: Keyspace,
    kv: Keyspace,
    map: Keyspace,
    persist: PersistMode,
}

impl Fjall {
    pub(super) fn open(root: &Path, promise: Promise) -> Result<Self> {
        let database = Database::builder(root.join("data.fjall")).open()?;
        let events = database.keyspace("events", KeyspaceCreateOptions::default)?;
        let kv = database.keyspace("kv", KeyspaceCreateOptions::default)?;
        let map = database.keyspace("map", KeyspaceCreateOptions::default)?;
        let persist = match promise {
            Promise::Durable => PersistMode::SyncData,
            // What a single insert does by itself; a batch that is told nothing stays in the process.
            Promise::Relaxed => PersistMode::Buffer,
        };
        Ok(Self { database, events, kv, map, persist })
    }

    fn write(&self, change: impl FnOnce(&mut fjall::OwnedWriteBatch)) -> Result<()> {
        let mut batch = self.database.batch().durability(Some(self.persist));
        change(&mut batch);
        Ok(batch.commit()?)
    }
}

fn prefix(stream: &str) -> Vec<u8> {
    [stream.as_bytes(), &[0]].concat()
}

fn key(stream: &str, seq: u64) -> Vec<u8> {
    [stream.as_bytes(), &[0], &seq.to_be_bytes()].concat()
}

fn seq(key: &[u8]) -> u64 {
    key.last_chunk().map_or(0, |seq| u64::from_be_bytes(*seq))
}

impl Contender for Fjall {
    fn append(&self, stream: &str, events: &[Event]) -> Result<()> {
        self.write(|batch| {
            for event in events {
                batch.insert(&self.events, key(stream, event.seq), event.text.as_str());
            }
        })
    }

    fn read(&self, stream: &str, after: u64, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        for entry in self.events.range(key(stream, after + 1)..=key(stream, u64::MAX)).take(limit) {
            each(std::str::from_utf8(&entry.value()?)?);
        }
        Ok(())
    }

    fn last_seq(&self, stream: &str) -> Result<u64> {
        let last = self.events.prefix(prefix(stream)).next_back();
        Ok(last.map(fjall::Guard::key).transpose()?.map_or(0, |key| seq(&key)))
    }

    fn count(&self, stream: &str) -> Result<u64> {
        Ok(self.events.prefix(prefix(stream)).count() as u64)
    }

    fn truncate(&self, stream: &str, upto: u64) -> Result<()> {
        let keys = self.events.range(key(stream, 0)..=key(stream, upto)).map(fjall::Guard::key);
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        // All in one batch would have to fit its journal.
        for some in keys.chunks(REMOVED_AT_ONCE) {
            self.write(|batch| some.iter().for_each(|key| batch.remove(&self.events, key.clone())))?;
        }
        Ok(())
    }

    fn put(&self, pairs: &[(String, String)]) -> Result<()> {
        self.write(|batch| {
            for (key, value) in pairs {
                batch.insert(&self.kv, key.as_str(), value.as_str());
            }
        })
    }

    fn get(&self, key: &str) -> Result<Option<usize>> {
        let Some(value) = self.kv.get(key)? else { return Ok(None) };
        Ok(Some(std::str::from_utf8(&value)?.to_owned().len()))
    }

    fn has(&self, key: &str) -> Result<bool> {
        Ok(self.kv.contains_key(key)?)
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.write(|batch| batch.remove(&self.kv, key))
    }

    fn list(&self, after: &str, limit: u64, each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let range = (Bound::Excluded(after), Bound::<&str>::Unbounded);
        for entry in self.kv.range::<&str, _>(range).take(limit) {
            let (key, value) = entry.into_inner()?;
            each(std::str::from_utf8(&key)?, std::str::from_utf8(&value)?);
        }
        Ok(())
    }

    fn map_put(&self, pairs: &[MapPair]) -> Result<()> {
        self.write(|batch| {
            for pair in pairs {
                batch.insert(&self.map, pair.key.as_slice(), pair.value.as_slice());
            }
        })
    }

    fn map_get(&self, key: &[u8]) -> Result<Option<usize>> {
        Ok(self.map.get(key)?.map(|value| value.to_vec().len()))
    }

    fn map_page(&self, after: &[u8], limit: u32, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        let range = (Bound::Excluded(after), Bound::<&[u8]>::Unbounded);
        for entry in self.map.range::<&[u8], _>(range).take(usize::try_from(limit)?) {
            let (key, value) = entry.into_inner()?;
            each(&key, &value);
        }
        Ok(())
    }

    fn object_put(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        self.write(|batch| {
            for (hash, bytes) in objects {
                batch.insert(&self.map, hash.as_bytes(), bytes.as_slice());
            }
        })
    }

    fn object_get(&self, hash: &str) -> Result<Option<usize>> {
        self.map_get(hash.as_bytes())
    }

    fn settle(&self) -> Result<()> {
        self.database.persist(PersistMode::SyncAll)?;
        for keyspace in [&self.events, &self.kv, &self.map] {
            keyspace.rotate_memtable_and_wait()?;
            keyspace.major_compact()?;
        }
        Ok(())
    }
}
