//! Sessions: a segment is read where it is, and the lists of both stores stand one behind the other.

use crate::name::Name;
use crate::stores::lower;
use sx_persist_middleware::limits::PAGE_ITEMS_MAX;
use sx_persist_middleware::types::{Error, NamePage};

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
        for segment in page.names {
            if !Name::Segment(segment).is_tombstoned()? {
                return Ok(true);
            }
        }
        if page.done {
            return Ok(false);
        }
        after = Some(page.through);
    }
}

/// A page of what was last written to: all of the upper store's, which was written to later, and then the lower one's.
pub(crate) fn list(
    after: Option<&str>,
    limit: u32,
    above: impl Fn(Option<&str>, u32) -> Result<NamePage, Error>,
    below: impl Fn(Option<&str>, u32) -> Result<NamePage, Error>,
    is_seen: impl Fn(&String) -> Result<bool, Error>,
) -> Result<NamePage, Error> {
    let mut names = Vec::new();
    let mut cursor = match after.and_then(|after| after.strip_prefix(BELOW)) {
        None => {
            let page = above(after, limit)?;
            if !page.done {
                return Ok(page);
            }
            names = page.names;
            None
        }
        // Behind the last one of the upper store's page.
        Some("") => None,
        Some(cursor) => Some(cursor.to_owned()),
    };
    loop {
        let rest = limit.saturating_sub(u32::try_from(names.len()).unwrap_or(u32::MAX));
        // A page that is full is not the last one only where something follows.
        let is_full = rest == 0 && limit > 0;
        let listed = below(cursor.as_deref(), if is_full { PEEKED } else { rest })?;
        for id in listed.names {
            if !is_seen(&id)? {
                continue;
            }
            if is_full {
                let through = format!("{BELOW}{}", cursor.unwrap_or_default());
                return Ok(NamePage { names, through, done: false });
            }
            names.push(id);
        }
        if listed.done {
            return Ok(NamePage { names, through: format!("{BELOW}{}", listed.through), done: true });
        }
        cursor = Some(listed.through);
    }
}
