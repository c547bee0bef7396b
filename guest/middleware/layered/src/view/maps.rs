//! Maps: the keys of a table that are seen, and those of one store.

use crate::name::Name;
use crate::stores::lower;
use sx_persist_middleware::limits::PAGE_ITEMS_MAX;
use sx_persist_middleware::types::{Direction, Error, KeyPage, MapEntry, MapRange};

/// The lower entry of a key, where a reader sees it.
pub(crate) fn below(table: &str, key: Vec<u8>) -> Result<Option<MapEntry>, Error> {
    match lower::maps::get(table, &key)? {
        Some(entry) if !Name::Map(table.to_owned(), key).is_tombstoned()? => Ok(Some(entry)),
        _ => Ok(None),
    }
}

pub(crate) fn any_shines<'a>(table: &str, keys: impl Iterator<Item = &'a Vec<u8>>) -> Result<bool, Error> {
    for key in keys {
        if Name::Map(table.to_owned(), key.clone()).falls_through()? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `maps.list` of one of the stores.
pub(crate) type List = fn(&str, &MapRange, Option<&str>, u32, Direction) -> Result<KeyPage, Error>;

/// Shows every key of a table, as long as `visit` wants more.
pub(crate) fn each_key(
    list: List,
    table: &str,
    mut visit: impl FnMut(Vec<u8>) -> Result<bool, Error>,
) -> Result<(), Error> {
    let all = MapRange { prefix: Vec::new(), start: None, end: None };
    let mut after: Option<String> = None;
    loop {
        let page = list(table, &all, after.as_deref(), PAGE_ITEMS_MAX, Direction::Forward)?;
        for key in page.keys {
            if !visit(key)? {
                return Ok(());
            }
        }
        if page.done {
            return Ok(());
        }
        after = Some(page.through);
    }
}

/// Has the lower store a key of a table that a reader may see?
pub(crate) fn has_keys_below(table: &str) -> Result<bool, Error> {
    if Name::Table(table.to_owned()).is_tombstoned()? {
        return Ok(false);
    }
    let mut is_any_seen = false;
    each_key(lower::maps::list, table, |key| {
        is_any_seen = !Name::Map(table.to_owned(), key).is_tombstoned()?;
        Ok(!is_any_seen)
    })?;
    Ok(is_any_seen)
}
