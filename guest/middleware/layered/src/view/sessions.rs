//! Sessions: a segment is read where it is, and the lists of both stores stand one behind the other.

use crate::name::Name;
use crate::stores::lower;
use sx_persist_middleware::limits::PAGE_ITEMS_MAX;
use sx_persist_middleware::types::{Error, IdPage};

/// What a cursor into the lower store's list begins with. Those of the upper one are as it gave them.
const BELOW: &str = "lower/";

/// Ids that are looked at once to see whether one follows.
const PEEKED: u32 = 64;

/// What the upper store has of a segment, or the lower one where the upper does not know it.
pub(crate) fn found<T>(
    above: Result<T, Error>,
    segment: &str,
    below: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    match above {
        Err(Error::NotFound(_)) if Name::Segment(segment.to_owned()).falls_through()? => below(),
        answer => answer,
    }
}

/// Has a session of the lower store a segment that is seen?
pub(crate) fn has_segments_below(session: &str) -> Result<bool, Error> {
    let mut after: Option<String> = None;
    loop {
        let page = lower::sessions::list_segments(session, after.as_deref(), PAGE_ITEMS_MAX)?;
        for segment in page.ids {
            if !Name::Segment(segment).is_tombstoned()? {
                return Ok(true);
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(false);
        }
    }
}

/// A page of what was last written to: all of the upper store's, which was written to later, and then the lower one's.
pub(crate) fn list(
    after: Option<&str>,
    limit: u32,
    above: impl Fn(Option<&str>, u32) -> Result<IdPage, Error>,
    below: impl Fn(Option<&str>, u32) -> Result<IdPage, Error>,
    is_seen: impl Fn(&String) -> Result<bool, Error>,
) -> Result<IdPage, Error> {
    let mut page = IdPage { ids: Vec::new(), next: None };
    let mut cursor = match after.and_then(|after| after.strip_prefix(BELOW)) {
        None => {
            page = above(after, limit)?;
            if page.next.is_some() {
                return Ok(page);
            }
            None
        }
        // Behind the last one of the upper store's page.
        Some("") => None,
        Some(cursor) => Some(cursor.to_owned()),
    };
    loop {
        let rest = limit.saturating_sub(u32::try_from(page.ids.len()).unwrap_or(u32::MAX));
        // A page that is full has a next one only where something follows.
        let is_full = rest == 0 && limit > 0;
        let listed = below(cursor.as_deref(), if is_full { PEEKED } else { rest })?;
        for id in listed.ids {
            if !is_seen(&id)? {
                continue;
            }
            if is_full {
                page.next = Some(format!("{BELOW}{}", cursor.unwrap_or_default()));
                return Ok(page);
            }
            page.ids.push(id);
        }
        cursor = listed.next;
        if cursor.is_none() {
            return Ok(page);
        }
    }
}
