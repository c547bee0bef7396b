//! Those who do the work, each behind the same few operations.

mod blobs;
mod component;
mod disk;
mod floor;
mod lsm;
mod native;
mod original;
mod pages;
mod sqlite;
mod tree;

pub(crate) use component::settle;

use anyhow::{Result, bail};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use sqlite::MapTable;
use std::fmt::Write as _;
use std::path::Path;
use sx_persist::types::{Layout, MapPair};

/// Steps on files that a contender counts itself.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Steps {
    pub(crate) writes: u64,
    pub(crate) syncs: u64,
    pub(crate) folder_syncs: u64,
}

impl Steps {
    /// Of files and of folders.
    pub(crate) fn all_syncs(self) -> u64 {
        self.syncs + self.folder_syncs
    }

    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            writes: self.writes.saturating_sub(before.writes),
            syncs: self.syncs.saturating_sub(before.syncs),
            folder_syncs: self.folder_syncs.saturating_sub(before.folder_syncs),
        }
    }
}

/// An event as it is handed over.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) seq: u64,
    pub(crate) text: String,
}

impl Event {
    /// Canonical text of about `bytes` bytes, so that no contender has to rewrite it.
    pub(crate) fn new(seq: u64, bytes: usize) -> Self {
        let shape = |data: &str| format!("{{:data \"{data}\" :seq {seq}}}");
        let data = "x".repeat(bytes.saturating_sub(shape("").len()));
        Self { seq, text: shape(&data) }
    }
}

/// When is an answer durable?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Before it is given.
    Durable,
    /// At some later moment.
    Relaxed,
}

/// What the workloads ask for. A call is one commit; what a contender does not offer, no workload asks of it.
pub(crate) trait Contender: Send + Sync {
    fn append(&self, _stream: &str, _events: &[Event]) -> Result<()> {
        bail!("keeps no streams")
    }

    /// Appends each event to its stream, all as one commit.
    fn append_to_many(&self, _events: &[(String, Event)]) -> Result<()> {
        bail!("keeps no streams")
    }

    /// Gives the events above `after` to `each`, so many at most.
    fn read(&self, _stream: &str, _after: u64, _limit: u64, _each: &mut dyn FnMut(&str)) -> Result<()> {
        bail!("reads no streams")
    }

    fn last_seq(&self, _stream: &str) -> Result<u64> {
        bail!("knows no last-seq")
    }

    /// The names of streams behind one, in order, so many at most.
    fn stream_names(&self, _after: &str, _limit: u32) -> Result<Vec<String>> {
        bail!("lists no streams")
    }

    fn count(&self, _stream: &str) -> Result<u64> {
        bail!("counts no events")
    }

    fn truncate(&self, _stream: &str, _upto: u64) -> Result<()> {
        bail!("truncates no streams")
    }

    fn put(&self, _pairs: &[(String, String)]) -> Result<()> {
        bail!("keeps no keys")
    }

    /// How many bytes the value of a key has.
    fn get(&self, _key: &str) -> Result<Option<usize>> {
        bail!("reads no keys")
    }

    fn has(&self, _key: &str) -> Result<bool> {
        bail!("knows no keys")
    }

    fn delete(&self, _key: &str) -> Result<()> {
        bail!("removes no keys")
    }

    /// Gives the keys above `after` and their values, in order, to `each`, so many at most.
    fn list(&self, _after: &str, _limit: u64, _each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        bail!("lists no keys")
    }

    /// Puts pairs of bytes into a table.
    fn map_put(&self, _pairs: &[MapPair]) -> Result<()> {
        bail!("keeps no tables")
    }

    /// How many bytes the value of a key of the table has.
    fn map_get(&self, _key: &[u8]) -> Result<Option<usize>> {
        bail!("reads no tables")
    }

    /// Gives the keys of the table above `after` and their values, in order, to `each`, so many at most.
    fn map_page(&self, _after: &[u8], _limit: u32, _each: &mut dyn FnMut(&[u8], &[u8])) -> Result<()> {
        bail!("lists no tables")
    }

    /// Stores objects under their hashes.
    fn object_put(&self, _objects: &[(String, Vec<u8>)]) -> Result<()> {
        bail!("keeps no objects")
    }

    /// How many bytes an object has.
    fn object_get(&self, _hash: &str) -> Result<Option<usize>> {
        bail!("reads no objects")
    }

    /// Adds entries to sessions, each by its number.
    fn session_append(&self, _entries: &[(u64, String)]) -> Result<()> {
        bail!("keeps no sessions")
    }

    /// Gives sessions to `each`, the one that was written to last first, so many at most.
    fn session_recent(&self, _limit: u64, _each: &mut dyn FnMut(&str)) -> Result<()> {
        bail!("lists no sessions")
    }

    /// Gives the entries of a session to `each`.
    fn session_read(&self, _session: u64, _each: &mut dyn FnMut(&str)) -> Result<()> {
        bail!("reads no sessions")
    }

    /// Answers the address.
    fn blob_put(&self, _bytes: &[u8]) -> Result<String> {
        bail!("keeps no blobs")
    }

    fn blob_get(&self, _address: &str) -> Result<Vec<u8>> {
        bail!("reads no blobs")
    }

    /// Makes everything durable, and puts it where it stays.
    fn settle(&self) -> Result<()> {
        Ok(())
    }

    fn steps(&self) -> Result<Option<Steps>> {
        Ok(None)
    }
}

/// The contenders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// The same bytes in a plain file.
    Floor,
    /// As [`Kind::Floor`], into a file that was filled with zeros before.
    Zeroed,
    /// The same bytes copied in memory; of blobs, hashed there.
    Memory,
    /// This store, as users get it.
    Component,
    /// The same, packed: where it stands, [`Kind::Component`] does not.
    Packed,
    /// Its core, compiled for this machine.
    Native,
    /// Files as the original keeps them.
    Original,
    Sqlite,
    /// With another table of bytes.
    SqliteRowid,
    Redb,
    Fjall,
    Cacache,
}

/// What a contender without addresses of its own keeps a blob under.
fn address(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// This store, among the contenders.
pub(crate) const OURS: &str = "sx-persist";
/// Its core without the sandbox.
pub(crate) const CORE: &str = "native core";

impl Kind {
    /// What it is called with this promise.
    pub(crate) fn name(self, promise: Promise) -> &'static str {
        let is_durable = promise == Promise::Durable;
        match self {
            Self::Floor if is_durable => "write + fdatasync",
            Self::Floor => "plain file",
            Self::Zeroed => "the same, zeros ahead",
            Self::Memory => "memory",
            Self::Component | Self::Packed => OURS,
            Self::Native => CORE,
            Self::Original if is_durable => "original's way, synced",
            Self::Original => "original's way",
            Self::Sqlite if is_durable => "SQLite FULL",
            Self::Sqlite => "SQLite NORMAL",
            Self::SqliteRowid if is_durable => "SQLite FULL, rowid",
            Self::SqliteRowid => "SQLite NORMAL, rowid",
            Self::Redb if is_durable => "redb Immediate",
            Self::Redb => "redb None",
            Self::Fjall if is_durable => "fjall SyncData",
            Self::Fjall => "fjall Buffer",
            Self::Cacache => "cacache",
        }
    }

    /// Opens what a folder holds, or begins there.
    pub(crate) fn open(self, root: &Path, promise: Promise) -> Result<Box<dyn Contender>> {
        Ok(match self {
            Self::Floor => Box::new(floor::Floor::open(root, promise, 0)?),
            Self::Zeroed => Box::new(floor::Floor::open(root, promise, floor::ZEROED_BYTES)?),
            Self::Memory => Box::new(floor::Memory::default()),
            Self::Component => Box::new(component::Component::open(root, promise, Layout::Plain)?),
            Self::Packed => Box::new(component::Component::open(root, promise, Layout::Packed)?),
            Self::Native => Box::new(native::Native::open(root, promise)?),
            Self::Original => Box::new(original::Original::open(root, promise)?),
            Self::Sqlite => Box::new(sqlite::Sqlite::open(root, promise, MapTable::WithoutRowid)?),
            Self::SqliteRowid => Box::new(sqlite::Sqlite::open(root, promise, MapTable::Rowid)?),
            Self::Redb => Box::new(tree::Redb::open(root, promise)?),
            Self::Fjall => Box::new(lsm::Fjall::open(root, promise)?),
            Self::Cacache => Box::new(blobs::Cacache::open(root)),
        })
    }
}
