//! SQLite in its write-ahead mode. One connection, which threads take in turn: a second one could only wait for the first.

use super::{Contender, Event, Promise};
use crate::made::session;
use crate::work::fresh;
use anyhow::{Context as _, Result};
use rusqlite::{Connection, OptionalExtension as _, params};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use sx_persist::types::MapPair;

const TABLES: &str = "
    create table if not exists events (stream text, seq integer, event text, primary key (stream, seq)) without rowid;
    create table if not exists kv (key text primary key, value text) without rowid;
    create table if not exists blobs (address text primary key, bytes blob);
    create table if not exists sessions (id text primary key, written integer) without rowid;
    create index if not exists sessions_by_last_write on sessions (written desc);
    create table if not exists entries (session text, nth integer, entry text, primary key (session, nth)) without rowid;";

const APPEND: &str = "insert into events values (?1, ?2, ?3)";
/// The next number of a session, which is also when it was written to.
const ADD: &str =
    "insert into entries select ?1, coalesce(max(nth), 0) + 1, ?2 from entries where session = ?1";
const WRITTEN: &str = "insert into sessions values (?1, ?2) on conflict (id) do update set written = ?2";

/// Where a table of bytes keeps its values: in the order of the keys, or in that in which they came, and the keys in an index beside them.
/// The one makes pages fast, and the other writes in no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MapTable {
    WithoutRowid,
    Rowid,
}

pub(super) struct Sqlite(Mutex<Connection>);

impl Sqlite {
    pub(super) fn open(root: &Path, promise: Promise, map: MapTable) -> Result<Self> {
        let connection = Connection::open(root.join("data.sqlite"))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        let synchronous = if promise == Promise::Durable { "FULL" } else { "NORMAL" };
        connection.pragma_update(None, "synchronous", synchronous)?;
        connection.execute_batch(TABLES)?;
        let rowid = if map == MapTable::Rowid { "" } else { "without rowid" };
        connection.execute_batch(&format!(
            "create table if not exists map (key blob primary key, value blob) {rowid};"
        ))?;
        Ok(Self(Mutex::new(connection)))
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Inserts in one transaction; one row needs none of its own.
fn insert<T>(
    connection: &mut Connection,
    statement: &str,
    rows: &[T],
    mut row: impl FnMut(&mut rusqlite::CachedStatement<'_>, &T) -> rusqlite::Result<usize>,
) -> Result<()> {
    if let [one] = rows {
        row(&mut connection.prepare_cached(statement)?, one)?;
        return Ok(());
    }
    let transaction = connection.transaction()?;
    {
        let mut prepared = transaction.prepare_cached(statement)?;
        for one in rows {
            row(&mut prepared, one)?;
        }
    }
    Ok(transaction.commit()?)
}

impl Contender for Sqlite {
    fn append(&self, stream: &str, events: &[Event]) -> Result<()> {
        insert(&mut self.connection(), APPEND, events, |insert, event| {
            insert.execute(params![stream, event.seq.cast_signed(), event.text])
        })
    }

    fn append_to_many(&self, events: &[(String, Event)]) -> Result<()> {
        insert(&mut self.connection(), APPEND, events, |insert, (stream, event)| {
            insert.execute(params![stream, event.seq.cast_signed(), event.text])
        })
    }

    fn read(&self, stream: &str, after: u64, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let connection = self.connection();
        let mut select = connection.prepare_cached(
            "select event from events where stream = ?1 and seq > ?2 order by seq limit ?3",
        )?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = select.query(params![stream, after.cast_signed(), limit])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str()?);
        }
        Ok(())
    }

    fn last_seq(&self, stream: &str) -> Result<u64> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("select max(seq) from events where stream = ?1")?;
        Ok(select.query_row([stream], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    fn stream_names(&self, after: &str, limit: u32) -> Result<Vec<String>> {
        let connection = self.connection();
        let select = "select distinct stream from events where stream > ?1 order by stream limit ?2";
        let mut select = connection.prepare_cached(select)?;
        let names = select.query_map((after, limit), |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    fn count(&self, stream: &str) -> Result<u64> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("select count(*) from events where stream = ?1")?;
        Ok(select.query_row([stream], |row| row.get::<_, i64>(0))?.cast_unsigned())
    }

    fn truncate(&self, stream: &str, upto: u64) -> Result<()> {
        let connection = self.connection();
        let mut delete = connection.prepare_cached("delete from events where stream = ?1 and seq <= ?2")?;
        delete.execute(params![stream, upto.cast_signed()])?;
        Ok(())
    }

    fn put(&self, pairs: &[(String, String)]) -> Result<()> {
        let statement = "insert or replace into kv values (?1, ?2)";
        insert(&mut self.connection(), statement, pairs, |put, (key, value)| put.execute(params![key, value]))
    }

    fn get(&self, key: &str) -> Result<Option<usize>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("select value from kv where key = ?1")?;
        Ok(select.query_row([key], |row| Ok(row.get::<_, String>(0)?.len())).optional()?)
    }

    fn has(&self, key: &str) -> Result<bool> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("select 1 from kv where key = ?1")?;
        Ok(select.exists([key])?)
    }

    fn delete(&self, key: &str) -> Result<()> {
        self.connection().prepare_cached("delete from kv where key = ?1")?.execute([key])?;
        Ok(())
    }

    fn list(&self, after: &str, limit: u64, each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        let connection = self.connection();
        let mut select =
            connection.prepare_cached("select key, value from kv where key > ?1 order by key limit ?2")?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut rows = select.query(params![after, limit])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
        }
        Ok(())
    }

    fn map_put(&self, pairs: &[MapPair]) -> Result<()> {
        let statement = "insert or replace into map values (?1, ?2)";
        insert(&mut self.connection(), statement, pairs, |put, pair| {
            put.execute(params![pair.key, pair.value])
        })
    }

    fn map_get(&self, key: &[u8]) -> Result<Option<usize>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("select value from map where key = ?1")?;
        Ok(select.query_row([key], |row| Ok(row.get::<_, Vec<u8>>(0)?.len())).optional()?)
    }

    fn map_page(&self, after: &[u8], limit: u32, each: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        let connection = self.connection();
        let mut select =
            connection.prepare_cached("select key, value from map where key > ?1 order by key limit ?2")?;
        let mut rows = select.query(params![after, limit])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_blob()?, row.get_ref(1)?.as_blob()?);
        }
        Ok(())
    }

    fn session_append(&self, entries: &[(u64, String)]) -> Result<()> {
        let mut connection = self.connection();
        let written = fresh(1);
        let transaction = connection.transaction()?;
        for (number, entry) in entries {
            let [session, _] = session(*number);
            transaction.prepare_cached(ADD)?.execute(params![session, entry])?;
            transaction.prepare_cached(WRITTEN)?.execute(params![session, written.cast_signed()])?;
        }
        Ok(transaction.commit()?)
    }

    fn session_recent(&self, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let connection = self.connection();
        let mut select =
            connection.prepare_cached("select id from sessions order by written desc limit ?1")?;
        let mut rows = select.query([i64::try_from(limit).unwrap_or(i64::MAX)])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str()?);
        }
        Ok(())
    }

    fn session_read(&self, number: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let [session, _] = session(number);
        let connection = self.connection();
        let mut select =
            connection.prepare_cached("select entry from entries where session = ?1 order by nth")?;
        let mut rows = select.query([session])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str()?);
        }
        Ok(())
    }

    fn object_put(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        let statement = "insert or ignore into blobs values (?1, ?2)";
        insert(&mut self.connection(), statement, objects, |put, (hash, bytes)| {
            put.execute(params![hash, bytes])
        })
    }

    fn object_get(&self, hash: &str) -> Result<Option<usize>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("select bytes from blobs where address = ?1")?;
        Ok(select.query_row([hash], |row| Ok(row.get::<_, Vec<u8>>(0)?.len())).optional()?)
    }

    fn blob_put(&self, bytes: &[u8]) -> Result<String> {
        let address = super::address(bytes);
        let connection = self.connection();
        let mut put = connection.prepare_cached("insert or ignore into blobs values (?1, ?2)")?;
        put.execute(params![address, bytes])?;
        Ok(address)
    }

    fn blob_get(&self, address: &str) -> Result<Vec<u8>> {
        let connection = self.connection();
        let mut select = connection.prepare_cached("select bytes from blobs where address = ?1")?;
        select.query_row([address], |row| row.get(0)).optional()?.context("the blob is gone")
    }

    fn settle(&self) -> Result<()> {
        Ok(self.connection().query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?)
    }
}
