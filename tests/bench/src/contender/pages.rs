//! Reading by pages, which this store and its native core do alike.

use anyhow::{Context as _, Result};

/// Items of a page: as many as the store gives at once.
const ITEMS: u32 = 65_536;
/// Bytes of a blob that are given or taken at once where it is too large for one list.
pub(super) const PART: usize = 1 << 20;
/// Above this a blob streams.
pub(super) const LIST_BYTES_MAX: usize = 32 << 20;

/// The table of bytes.
pub(super) const TABLE: &str = "t";

/// Where a page begins.
pub(super) enum Place {
    Start,
    After(u64),
    Cursor(String),
}

/// Goes through pages of events; `page` gives the events of one, a line each, and where the next begins.
pub(super) fn events(
    after: u64,
    limit: u64,
    each: &mut dyn FnMut(&str),
    mut page: impl FnMut(&Place, u32) -> Result<(String, Option<String>)>,
) -> Result<()> {
    let mut place = if after == 0 { Place::Start } else { Place::After(after) };
    let mut left = limit;
    while left > 0 {
        let items = u32::try_from(left).unwrap_or(ITEMS).min(ITEMS);
        let (events, next) = page(&place, items)?;
        for event in events.lines() {
            each(event);
            left -= 1;
        }
        let Some(next) = next else { break };
        place = Place::Cursor(next);
    }
    Ok(())
}

/// Goes through pages of keys; `page` takes the key behind which it begins and how many it may have, and answers how many it had and
/// behind which key the next begins.
pub(super) fn keys(
    after: &str,
    limit: u64,
    mut page: impl FnMut(Option<&str>, u32) -> Result<(u64, Option<String>)>,
) -> Result<()> {
    let mut after = Some(after.to_owned()).filter(|after| !after.is_empty());
    let mut left = limit;
    while left > 0 {
        let items = u32::try_from(left).unwrap_or(ITEMS).min(ITEMS);
        let (found, next) = page(after.as_deref(), items)?;
        left -= found;
        after = next;
        if after.is_none() {
            break;
        }
    }
    Ok(())
}

/// A blob by parts; `read` gives so many bytes from an offset on.
pub(super) fn blob(size: u64, mut read: impl FnMut(u64, u32) -> Result<Option<Vec<u8>>>) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size)?);
    while (bytes.len() as u64) < size {
        let part = read(bytes.len() as u64, u32::try_from(PART)?)?.context("the blob is gone")?;
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}
