//! Versions of maps, as a reader sees them.
//!
//! Each store counts its own commits, and a version must never mean two values of a key. So the upper store's are shown as so
//! many more as the lower one has had commits: they stand above all that the lower one ever gave out. Over a lower store
//! without maps they are what they are.

use crate::stores::{lower, upper};
use std::cell::OnceCell;
use sx_persist_middleware::types::{Error, MapEntry, Stale};

thread_local! {
    // Once an instance: the lower store stays as it is.
    static BASE: OnceCell<u64> = const { OnceCell::new() };
}

/// What the versions of the upper store begin behind.
fn base() -> Result<u64, Error> {
    if let Some(base) = BASE.with(|base| base.get().copied()) {
        return Ok(base);
    }
    let base = match lower::maps::tables()?.is_empty() {
        true => 0,
        false => {
            lower::admin::stats()?.iter().find(|counter| counter.name == "lsn").map_or(0, |lsn| lsn.value)
        }
    };
    Ok(BASE.with(|cell| *cell.get_or_init(|| base)))
}

/// Finds out before anything is written what no answer can go without behind it.
pub(crate) fn load() -> Result<(), Error> {
    base().map(drop)
}

/// A version of the upper store, as it is shown. 0 stands for absent everywhere.
pub(crate) fn shown(version: u64) -> Result<u64, Error> {
    if version == 0 { Ok(0) } else { Ok(version.saturating_add(base()?)) }
}

/// The number of a commit of the upper store, as versions are shown.
pub(crate) fn lsn(upper: u64) -> Result<u64, Error> {
    Ok(upper.saturating_add(base()?))
}

/// A version that was shown, as the upper store has it; one that it never gives out where it was not its own.
pub(crate) fn own(version: u64) -> Result<u64, Error> {
    let base = base()?;
    Ok(match version {
        0 => 0,
        version if version > base => version - base,
        _ => NEVER,
    })
}

/// A version that no value has.
pub(crate) const NEVER: u64 = u64::MAX;

/// The entry of a key in the upper store, with the version that is shown.
pub(crate) fn upper_entry(table: &str, key: &[u8]) -> Result<Option<MapEntry>, Error> {
    match upper::maps::get(table, key)? {
        Some(entry) => Ok(Some(MapEntry { version: shown(entry.version)?, ..entry })),
        None => Ok(None),
    }
}

/// The upper store's error with the versions that the caller knows: the one that it expected, and the one that is shown.
pub(crate) fn explain(error: Error, expected: u64, below: Option<u64>) -> Error {
    match (error, below) {
        (Error::Stale(_), Some(actual)) => Error::Stale(Stale { expected, actual }),
        (Error::Stale(stale), None) => match shown(stale.actual) {
            Ok(actual) => Error::Stale(Stale { expected, actual }),
            Err(error) => error,
        },
        (error, _) => error,
    }
}
