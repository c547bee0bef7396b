//! What has a name in a store, and the tombstones: where a name has one, nothing of the lower store is seen.

use crate::stores::{lower, upper};
use sha2::{Digest as _, Sha256};
use sx_persist_middleware::Op;
use sx_persist_middleware::types::Error;

/// The tables of the upper store that are this component's own begin so. Nobody else's may.
pub(crate) const OWN: &str = "sx:layered/";

/// Bytes of a table's name that fit behind what its own table of tombstones begins with.
const TABLE_BYTES_MAX: usize = 240;

/// One thing that a store has a name for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    Kv(String),
    Ref(String),
    Snapshot(String),
    Object(String),
    Blob(String),
    Segment(String),
    /// A stream has no tombstone, but a place: how far the lower one's events are dropped.
    Stream(String),
    /// All keys of a map's table at once.
    Table(String),
    Map(String, Vec<u8>),
}

impl Name {
    /// The table and the key of the upper store where its tombstone stands.
    pub(crate) fn place(&self) -> (String, Vec<u8>) {
        let (table, key) = match self {
            Self::Kv(name) => ("kv", name),
            Self::Ref(name) => ("refs", name),
            Self::Snapshot(name) => ("snapshots", name),
            Self::Object(name) => ("objects", name),
            Self::Blob(name) => ("blobs", name),
            Self::Segment(name) => ("segments", name),
            Self::Stream(name) => ("streams", name),
            Self::Table(name) => ("tables", name),
            Self::Map(table, key) => return (tombs_of(table), key.clone()),
        };
        (format!("{OWN}{table}"), key.clone().into_bytes())
    }

    /// The operation that leaves its tombstone.
    pub(crate) fn tombstone(&self) -> Op {
        let (table, key) = self.place();
        Op::MapPut { table, key, value: Vec::new() }
    }

    /// Does the upper store alone answer for it?
    pub(crate) fn is_tombstoned(&self) -> Result<bool, Error> {
        let (table, key) = self.place();
        if upper::maps::has(&table, &key)? {
            return Ok(true);
        }
        match self {
            Self::Map(table, _) => Self::Table(table.clone()).is_tombstoned(),
            _ => Ok(false),
        }
    }

    /// Would a reader see the lower store's, had the upper one nothing?
    ///
    /// A name that is none is seen nowhere; the upper store says what is wrong with it.
    pub(crate) fn falls_through(&self) -> Result<bool, Error> {
        match self.is_below() {
            Ok(true) => Ok(!self.is_tombstoned()?),
            Ok(false) | Err(Error::InvalidName(_) | Error::InvalidHash(_) | Error::InvalidCid(_)) => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    fn is_below(&self) -> Result<bool, Error> {
        match self {
            Self::Kv(key) => lower::persist::kv_has(key),
            Self::Ref(name) => Ok(lower::refs::get(name)?.is_some()),
            Self::Snapshot(key) => lower::snapshots::contains(key),
            Self::Object(hash) => lower::objects::exists(hash),
            Self::Blob(cid) => lower::blob::has(cid),
            Self::Segment(segment) => Ok(lower::sessions::session_of(segment)?.is_some()),
            Self::Map(table, key) => lower::maps::has(table, key),
            // Neither is a value that would be seen.
            Self::Stream(_) | Self::Table(_) => Ok(false),
        }
    }
}

/// The table of the tombstones of a map's table. A table's name may be as long as this one's, so a long one is told by its hash.
fn tombs_of(table: &str) -> String {
    if table.len() <= TABLE_BYTES_MAX {
        return format!("{OWN}map/{table}");
    }
    let hash = Sha256::digest(table).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"));
    format!("{OWN}long/{hash}")
}

/// Refuses what would reach this component's own tables.
pub(crate) fn check_table(table: &str) -> Result<(), Error> {
    if table.starts_with(OWN) {
        return Err(Error::InvalidName(format!("a table whose name begins with {OWN} is not a caller's")));
    }
    Ok(())
}
