//! redb: a copy-on-write tree in one file.

use super::{Contender, Event, Promise, Steps};
use anyhow::Result;
use redb::backends::FileBackend;
use redb::{Database, Durability, ReadableDatabase as _, StorageBackend, TableDefinition, WriteTransaction};
use std::fs::OpenOptions;
use std::io;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use sx_persist::types::MapPair;

const EVENTS: TableDefinition<'_, (&str, u64), &str> = TableDefinition::new("events");
const KV: TableDefinition<'_, &str, &str> = TableDefinition::new("kv");
const MAP: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("map");

pub(super) struct Redb {
    database: Database,
    durability: Durability,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    writes: AtomicU64,
    syncs: AtomicU64,
}

/// redb's own file, counted.
#[derive(Debug)]
struct Counted {
    file: FileBackend,
    counts: Arc<Counts>,
}

impl StorageBackend for Counted {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.counts.syncs.fetch_add(1, Ordering::Relaxed);
        self.file.sync_data()
    }

    fn write(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.counts.writes.fetch_add(1, Ordering::Relaxed);
        self.file.write(offset, bytes)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }
}

impl Redb {
    pub(super) fn open(root: &Path, promise: Promise) -> Result<Self> {
        let path = root.join("data.redb");
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let counts = Arc::new(Counts::default());
        let counted = Counted { file: FileBackend::new(file)?, counts: Arc::clone(&counts) };
        let database = Database::builder().create_with_backend(counted)?;
        let durability = match promise {
            Promise::Durable => Durability::Immediate,
            Promise::Relaxed => Durability::None,
        };
        let redb = Self { database, durability, counts };
        redb.write(|transaction| {
            transaction.open_table(EVENTS)?;
            transaction.open_table(KV)?;
            transaction.open_table(MAP)?;
            Ok(())
        })?;
        Ok(redb)
    }

    fn write(&self, change: impl FnOnce(&WriteTransaction) -> Result<()>) -> Result<()> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(self.durability)?;
        change(&transaction)?;
        Ok(transaction.commit()?)
    }
}

impl Contender for Redb {
    fn append(&self, stream: &str, events: &[Event]) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(EVENTS)?;
            for event in events {
                table.insert((stream, event.seq), event.text.as_str())?;
            }
            Ok(())
        })
    }

    fn read(&self, stream: &str, after: u64, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let table = self.database.begin_read()?.open_table(EVENTS)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        for entry in table.range((stream, after + 1)..=(stream, u64::MAX))?.take(limit) {
            each(entry?.1.value());
        }
        Ok(())
    }

    fn last_seq(&self, stream: &str) -> Result<u64> {
        let table = self.database.begin_read()?.open_table(EVENTS)?;
        let last = table.range((stream, 0)..=(stream, u64::MAX))?.next_back().transpose()?;
        Ok(last.map_or(0, |(key, _)| key.value().1))
    }

    fn count(&self, stream: &str) -> Result<u64> {
        let table = self.database.begin_read()?.open_table(EVENTS)?;
        Ok(table.range((stream, 0)..=(stream, u64::MAX))?.count() as u64)
    }

    fn truncate(&self, stream: &str, upto: u64) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(EVENTS)?;
            table.retain_in((stream, 0)..=(stream, upto), |_, _| false)?;
            Ok(())
        })
    }

    fn put(&self, pairs: &[(String, String)]) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(KV)?;
            for (key, value) in pairs {
                table.insert(key.as_str(), value.as_str())?;
            }
            Ok(())
        })
    }

    fn get(&self, key: &str) -> Result<Option<usize>> {
        let table = self.database.begin_read()?.open_table(KV)?;
        Ok(table.get(key)?.map(|value| value.value().to_owned().len()))
    }

    fn has(&self, key: &str) -> Result<bool> {
        Ok(self.database.begin_read()?.open_table(KV)?.get(key)?.is_some())
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.write(|transaction| {
            transaction.open_table(KV)?.remove(key)?;
            Ok(())
        })
    }

    fn list(&self, after: &str, limit: u64, each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        let table = self.database.begin_read()?.open_table(KV)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        for entry in table.range::<&str>((Bound::Excluded(after), Bound::Unbounded))?.take(limit) {
            let (key, value) = entry?;
            each(key.value(), value.value());
        }
        Ok(())
    }

    fn map_put(&self, pairs: &[MapPair]) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(MAP)?;
            for pair in pairs {
                table.insert(pair.key.as_slice(), pair.value.as_slice())?;
            }
            Ok(())
        })
    }

    fn map_get(&self, key: &[u8]) -> Result<Option<usize>> {
        let table = self.database.begin_read()?.open_table(MAP)?;
        Ok(table.get(key)?.map(|value| value.value().to_owned().len()))
    }

    fn map_page(&self, after: &[u8], limit: u32, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        let table = self.database.begin_read()?.open_table(MAP)?;
        let range = (Bound::Excluded(after), Bound::Unbounded);
        for entry in table.range::<&[u8]>(range)?.take(usize::try_from(limit)?) {
            let (key, value) = entry?;
            each(key.value(), value.value());
        }
        Ok(())
    }

    fn object_put(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        self.write(|transaction| {
            let mut table = transaction.open_table(MAP)?;
            for (hash, bytes) in objects {
                table.insert(hash.as_bytes(), bytes.as_slice())?;
            }
            Ok(())
        })
    }

    fn object_get(&self, hash: &str) -> Result<Option<usize>> {
        self.map_get(hash.as_bytes())
    }

    fn settle(&self) -> Result<()> {
        let mut transaction = self.database.begin_write()?;
        transaction.set_durability(Durability::Immediate)?;
        Ok(transaction.commit()?)
    }

    fn steps(&self) -> Result<Option<Steps>> {
        let (writes, syncs) =
            (self.counts.writes.load(Ordering::Relaxed), self.counts.syncs.load(Ordering::Relaxed));
        Ok(Some(Steps { writes, syncs, folder_syncs: 0 }))
    }
}
