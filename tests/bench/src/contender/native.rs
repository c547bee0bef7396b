//! The store's core, compiled for this machine over `std::fs`: what is left when the sandbox is taken away.
//!
//! It has the processor's hashes and checksums, which the host gives to the component, too. The host's group commit is no part
//! of the core, so with several threads there is nothing of it to compare.

use super::disk::Disk;
use super::pages::{self, LIST_BYTES_MAX, PART, Place, TABLE};
use super::{Contender, Event, Promise, Steps};
use crate::made::session;
use anyhow::{Context as _, Error, Result};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use sx_persist::types::MapPair;
use sx_persist_core::crc32c::parts;
use sx_persist_core::{Accelerators, Direction, Durability, Engine, MapRange, Op, Position};

pub(super) struct Native(Mutex<Engine<Disk>>);

impl Native {
    pub(super) fn open(root: &Path, promise: Promise) -> Result<Self> {
        let checksums = |bytes: &[u8], bounds: &[u32]| parts(bytes, bounds).map(crc32c::crc32c).collect();
        let mut engine = Engine::on(Accelerators { checksums, ..Accelerators::default() }, Disk::new(root));
        if promise == Promise::Relaxed {
            engine.set_durability(Durability::Relaxed)?;
        }
        Ok(Self(Mutex::new(engine)))
    }

    fn engine(&self) -> MutexGuard<'_, Engine<Disk>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn commit(&self, ops: &[Op]) -> Result<()> {
        self.engine().commit(ops).map(drop).map_err(|refusal| Error::from(refusal.reason))
    }

    /// As the host does it with a blob that is too large for one list.
    fn put_by_parts(&self, bytes: &[u8]) -> Result<String> {
        let mut engine = self.engine();
        let writer = engine.writer_open()?;
        for part in bytes.chunks(PART) {
            engine.writer_write(writer, part)?;
        }
        Ok(engine.writer_finish(writer)?)
    }
}

impl Drop for Native {
    /// As the host does it when the last clone is gone.
    fn drop(&mut self) {
        let _ = self.engine().checkpoint();
    }
}

impl Contender for Native {
    fn append(&self, stream: &str, events: &[Event]) -> Result<()> {
        if let [event] = events {
            self.engine().append(stream, &event.text)?;
            return Ok(());
        }
        let append = |event: &Event| Op::Append { stream: stream.to_owned(), event: event.text.clone() };
        self.commit(&events.iter().map(append).collect::<Vec<_>>())
    }

    fn read(&self, stream: &str, after: u64, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        pages::events(after, limit, each, |place, items| {
            let at = match place {
                Place::Start => Position::Start,
                Place::After(seq) => Position::After(*seq),
                Place::Cursor(cursor) => Position::Cursor(cursor.clone()),
            };
            let page = self.engine().read_page(stream, &at, items, Direction::Forward)?;
            let next = page.next().map(str::to_owned);
            Ok((page.lines, next))
        })
    }

    fn last_seq(&self, stream: &str) -> Result<u64> {
        Ok(self.engine().last_seq(stream)?)
    }

    fn count(&self, stream: &str) -> Result<u64> {
        Ok(self.engine().count(stream)?)
    }

    fn truncate(&self, stream: &str, upto: u64) -> Result<()> {
        self.engine().truncate(stream, upto)?;
        Ok(())
    }

    fn put(&self, pairs: &[(String, String)]) -> Result<()> {
        if let [(key, value)] = pairs {
            return Ok(self.engine().kv_put(key, value)?);
        }
        let put = |(key, value): &(String, String)| Op::KvPut { key: key.clone(), value: value.clone() };
        self.commit(&pairs.iter().map(put).collect::<Vec<_>>())
    }

    fn get(&self, key: &str) -> Result<Option<usize>> {
        Ok(self.engine().kv_get(key)?.map(|value| value.len()))
    }

    fn has(&self, key: &str) -> Result<bool> {
        Ok(self.engine().kv_has(key)?)
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.engine().kv_delete(key)?;
        Ok(())
    }

    fn list(&self, after: &str, limit: u64, each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        pages::keys(after, limit, |after, items| {
            let page = self.engine().kv_list("", after, items)?;
            page.items.iter().for_each(|(key, value)| each(key, value));
            Ok((page.items.len() as u64, page.next().map(str::to_owned)))
        })
    }

    fn map_put(&self, pairs: &[MapPair]) -> Result<()> {
        if let [pair] = pairs {
            self.engine().map_put(TABLE, &pair.key, &pair.value)?;
            return Ok(());
        }
        let owned =
            |pair: &MapPair| sx_persist_core::MapPair { key: pair.key.clone(), value: pair.value.clone() };
        self.engine().map_put_many(TABLE, &pairs.iter().map(owned).collect::<Vec<_>>())?;
        Ok(())
    }

    fn map_get(&self, key: &[u8]) -> Result<Option<usize>> {
        Ok(self.engine().map_get(TABLE, key)?.map(|entry| entry.value.len()))
    }

    fn map_page(&self, after: &[u8], limit: u32, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        let range = MapRange { start: Some(after.to_vec()), ..MapRange::default() };
        let page = self.engine().map_scan(TABLE, &range, None, limit, Direction::Forward)?;
        page.items.iter().for_each(|item| each(&item.key, &item.value));
        Ok(())
    }

    fn session_append(&self, entries: &[(u64, String)]) -> Result<()> {
        let append = |(number, entry): &(u64, String)| {
            let [session, segment] = session(*number);
            Op::SessionAppend { session, segment, entry: entry.clone() }
        };
        self.commit(&entries.iter().map(append).collect::<Vec<_>>())
    }

    fn session_recent(&self, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let page = self.engine().session_list(None, u32::try_from(limit)?)?;
        page.items.iter().for_each(|name| each(name));
        Ok(())
    }

    fn session_read(&self, number: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let [session, segment] = session(number);
        let mut engine = self.engine();
        let page =
            engine.session_read_page(&session, &segment, &Position::Start, 1_000, Direction::Forward)?;
        page.lines.lines().for_each(each);
        Ok(())
    }

    fn object_put(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        self.engine().object_write_batch(objects.to_vec()).map_err(|refusal| Error::from(refusal.reason))
    }

    fn object_get(&self, hash: &str) -> Result<Option<usize>> {
        Ok(self.engine().object_read(hash)?.map(|bytes| bytes.len()))
    }

    fn blob_put(&self, bytes: &[u8]) -> Result<String> {
        match bytes.len() > LIST_BYTES_MAX {
            true => self.put_by_parts(bytes),
            false => Ok(self.engine().blob_put(bytes)?),
        }
    }

    fn blob_get(&self, address: &str) -> Result<Vec<u8>> {
        let size = self.engine().blob_size(address)?.context("the blob is gone")?;
        if size > LIST_BYTES_MAX as u64 {
            return pages::blob(size, |offset, length| {
                Ok(self.engine().blob_read_at(address, offset, length)?)
            });
        }
        self.engine().blob_get(address)?.context("the blob is gone")
    }

    fn settle(&self) -> Result<()> {
        let mut engine = self.engine();
        engine.checkpoint()?;
        while engine.checkpoint_step()? {}
        Ok(())
    }

    fn steps(&self) -> Result<Option<Steps>> {
        let stats = self.engine().stats()?;
        let of = |name: &str| stats.iter().find(|(found, _)| *found == name).map_or(0, |(_, value)| *value);
        Ok(Some(Steps { writes: of("writes"), syncs: of("syncs"), folder_syncs: of("folder-syncs") }))
    }
}
