//! Those who do the work: this store, SQLite, and a plain file that is written and synced.

use anyhow::Result;
use rusqlite::Connection;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::Duration;
use sx_persist::Store;
use sx_persist::types::Durability;

/// An event of about `bytes` bytes of text.
pub(crate) fn event(seq: u64, bytes: usize) -> String {
    let frame = format!("{{:at 0 :data \"\" :seq {seq} :stream \"s\" :type \"x\"}}").len();
    let data = "x".repeat(bytes.saturating_sub(frame));
    format!("{{:at 0 :data \"{data}\" :seq {seq} :stream \"s\" :type \"x\"}}")
}

/// This store, as a user gets it.
pub(crate) fn store(root: &Path, durability: Durability) -> Result<Store> {
    let builder = Store::builder().durability(durability).timeout(Some(Duration::from_mins(10)));
    Ok(builder.checkpoint_when_idle(None).open(root)?)
}

/// SQLite in its write-ahead mode.
pub(crate) fn sqlite(root: &Path, synchronous: &str) -> Result<Connection> {
    let connection = Connection::open(root.join("data.sqlite"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.execute_batch(
        "create table if not exists events (stream text, seq integer, event text, primary key (stream, seq)) without rowid;
         create table if not exists kv (key text primary key, value text) without rowid;",
    )?;
    Ok(connection)
}

/// A file that bytes are written to, one behind the other.
pub(crate) struct Floor {
    file: File,
    end: u64,
}

impl Floor {
    pub(crate) fn open(root: &Path) -> Result<Self> {
        Ok(Self { file: File::create(root.join("floor"))?, end: 0 })
    }

    pub(crate) fn write(&mut self, bytes: &[u8], sync: bool) -> Result<()> {
        self.file.write_all_at(bytes, self.end)?;
        self.end += bytes.len() as u64;
        if sync {
            self.file.sync_data()?;
        }
        Ok(())
    }
}
