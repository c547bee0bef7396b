//! This store, as a user gets it.

use super::pages::{self, LIST_BYTES_MAX, Place, TABLE};
use super::{Contender, Event, Promise, Steps};
use crate::made::session;
use anyhow::{Context as _, Result};
use std::path::Path;
use std::time::Duration;
use sx_persist::Store;
use sx_persist::types::{Direction, Durability, Layout, MapPair, MapRange, Op, Position};

pub(super) struct Component(Store);

impl Component {
    pub(super) fn open(root: &Path, promise: Promise, layout: Layout) -> Result<Self> {
        let durability = match promise {
            Promise::Durable => Durability::Always,
            Promise::Relaxed => Durability::Relaxed,
        };
        let builder = Store::builder().durability(durability).timeout(Some(Duration::from_mins(10)));
        // An idle moment belongs to another contender.
        Ok(Self(builder.layout(layout).checkpoint_when_idle(None).open(root)?))
    }
}

/// Checkpoints, and merges all runs that are due.
pub(crate) fn settle(store: &Store) -> Result<()> {
    store.admin().checkpoint()?;
    while store.admin().checkpoint_step()? {}
    Ok(())
}

impl Contender for Component {
    fn append(&self, stream: &str, events: &[Event]) -> Result<()> {
        if let [event] = events {
            self.0.raw().append(stream, &event.text)?;
            return Ok(());
        }
        let append = |event: &Event| Op::Append { stream: stream.to_owned(), event: event.text.clone() };
        self.0.raw().commit(&events.iter().map(append).collect::<Vec<_>>())?;
        Ok(())
    }

    fn append_to_many(&self, events: &[(String, Event)]) -> Result<()> {
        let append = |(stream, event): &(String, Event)| Op::Append {
            stream: stream.clone(),
            event: event.text.clone(),
        };
        self.0.raw().commit(&events.iter().map(append).collect::<Vec<_>>())?;
        Ok(())
    }

    fn read(&self, stream: &str, after: u64, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        pages::events(after, limit, each, |place, items| {
            let at = match place {
                Place::Start => Position::Start,
                Place::After(seq) => Position::After(*seq),
                Place::Cursor(cursor) => Position::Cursor(cursor.clone()),
            };
            let page = self.0.raw().read_page(stream, &at, items, Direction::Forward)?;
            let next = page.next().map(str::to_owned);
            Ok((page.lines, next))
        })
    }

    fn last_seq(&self, stream: &str) -> Result<u64> {
        Ok(self.0.raw().last_seq(stream)?)
    }

    fn stream_names(&self, after: &str, limit: u32) -> Result<Vec<String>> {
        Ok(self.0.raw().list_streams("", Some(after), limit)?.items)
    }

    fn count(&self, stream: &str) -> Result<u64> {
        Ok(self.0.raw().count(stream)?)
    }

    fn truncate(&self, stream: &str, upto: u64) -> Result<()> {
        self.0.raw().truncate(stream, upto)?;
        Ok(())
    }

    fn put(&self, pairs: &[(String, String)]) -> Result<()> {
        if let [(key, value)] = pairs {
            return Ok(self.0.raw().kv_put(key, value)?);
        }
        let put = |(key, value): &(String, String)| Op::KvPut { key: key.clone(), value: value.clone() };
        self.0.raw().commit(&pairs.iter().map(put).collect::<Vec<_>>())?;
        Ok(())
    }

    fn get(&self, key: &str) -> Result<Option<usize>> {
        Ok(self.0.raw().kv_get(key)?.map(|value| value.len()))
    }

    fn has(&self, key: &str) -> Result<bool> {
        Ok(self.0.kv().contains(key)?)
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.0.kv().remove(key)?;
        Ok(())
    }

    fn list(&self, after: &str, limit: u64, each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        pages::keys(after, limit, |after, items| {
            let page = self.0.raw().kv_list("", after, items)?;
            page.entries.iter().for_each(|entry| each(&entry.key, &entry.value));
            Ok((page.entries.len() as u64, page.next().map(str::to_owned)))
        })
    }

    fn map_put(&self, pairs: &[MapPair]) -> Result<()> {
        match pairs {
            [pair] => self.0.raw().map_put(TABLE, &pair.key, &pair.value)?,
            pairs => self.0.raw().map_put_many(TABLE, pairs)?,
        };
        Ok(())
    }

    fn map_get(&self, key: &[u8]) -> Result<Option<usize>> {
        Ok(self.0.raw().map_get(TABLE, key)?.map(|entry| entry.value.len()))
    }

    fn map_page(&self, after: &[u8], limit: u32, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        let range = MapRange { prefix: Vec::new(), start: Some(after.to_vec()), end: None };
        let page = self.0.raw().map_scan(TABLE, &range, None, limit, Direction::Forward)?;
        page.items.iter().for_each(|item| each(&item.key, &item.value));
        Ok(())
    }

    fn session_append(&self, entries: &[(u64, String)]) -> Result<()> {
        let append = |(number, entry): &(u64, String)| {
            let [session, segment] = session(*number);
            Op::SessionAppend { session, segment, entry: entry.clone() }
        };
        self.0.raw().commit(&entries.iter().map(append).collect::<Vec<_>>())?;
        Ok(())
    }

    fn session_recent(&self, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let page = self.0.raw().session_list(None, u32::try_from(limit)?)?;
        page.names.iter().for_each(|name| each(name));
        Ok(())
    }

    fn session_read(&self, number: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let [session, segment] = session(number);
        let page = self.0.raw().session_read_page(
            &session,
            &segment,
            &Position::Start,
            1_000,
            Direction::Forward,
        )?;
        page.lines.lines().for_each(each);
        Ok(())
    }

    fn object_put(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        Ok(self.0.raw().object_write_batch(objects)?)
    }

    fn object_get(&self, hash: &str) -> Result<Option<usize>> {
        Ok(self.0.raw().object_read(hash)?.map(|bytes| bytes.len()))
    }

    fn blob_put(&self, bytes: &[u8]) -> Result<String> {
        match bytes.len() > LIST_BYTES_MAX {
            true => Ok(self.0.raw().blob_put_from(bytes)?),
            false => Ok(self.0.raw().blob_put(bytes)?),
        }
    }

    fn blob_get(&self, address: &str) -> Result<Vec<u8>> {
        let size = self.0.raw().blob_size(address)?.context("the blob is gone")?;
        if size > LIST_BYTES_MAX as u64 {
            return pages::blob(size, |offset, length| {
                Ok(self.0.raw().blob_read_at(address, offset, length)?)
            });
        }
        self.0.raw().blob_get(address)?.context("the blob is gone")
    }

    fn settle(&self) -> Result<()> {
        settle(&self.0)
    }

    fn steps(&self) -> Result<Option<Steps>> {
        let stats = self.0.admin().stats()?;
        let of = |name: &str| stats.get(name).copied().unwrap_or_default();
        Ok(Some(Steps { writes: of("writes"), syncs: of("syncs"), folder_syncs: of("folder-syncs") }))
    }
}
