//! `bucket.list-keys` with a number for a cursor.
//!
//! How many keys were listed is no place: a key that goes makes the next page skip one. So each key has a place of its own, a
//! number made of its bytes alone, keys are listed in the order of their places, and a cursor is the last place of a page. It
//! needs no memory, so it serves another instance, too.

use crate::bindings::exports::wasi::keyvalue::store::{Error, KeyResponse};
use crate::bucket::{PAGE_KEYS_MAX, keys_behind};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The place of the last key of a page. None is 0, so that clients may begin with that, too.
pub(crate) type Cursor = u64;

/// Bytes of keys on a page, as in `maps.list`.
const PAGE_BYTES_MAX: usize = 1 << 20;

/// The first eight bytes of the key's SHA-256: the same in each build, and nobody makes many keys of one place.
fn place(key: &str) -> u64 {
    let first = Sha256::digest(key).into_iter().take(8);
    first.fold(0, |place, byte| place << 8 | u64::from(byte)).max(1)
}

/// `bucket.list-keys`.
pub(crate) fn list_keys(table: &str, cursor: Option<Cursor>) -> Result<KeyResponse, Error> {
    let mut page = Page::behind(cursor.unwrap_or(0));
    let mut after: Option<String> = None;
    loop {
        let found = keys_behind(table, after.as_deref())?;
        found.keys.into_iter().filter_map(|key| String::from_utf8(key).ok()).for_each(|key| page.take(key));
        if found.done {
            return Ok(page.into());
        }
        after = Some(found.through);
    }
}

/// The keys behind a place that come first, as many as fit.
struct Page {
    behind: Cursor,
    /// The first place that did not fit.
    end: Option<u64>,
    /// Two keys of one place are never parted, so that the place alone says where the next page begins.
    keys: BTreeMap<u64, Vec<String>>,
    count: usize,
    bytes: usize,
}

impl Page {
    fn behind(cursor: Cursor) -> Self {
        Self { behind: cursor, end: None, keys: BTreeMap::new(), count: 0, bytes: 0 }
    }

    fn take(&mut self, key: String) {
        let place = place(&key);
        if place <= self.behind || self.end.is_some_and(|end| place >= end) {
            return;
        }
        self.count += 1;
        self.bytes += key.len();
        self.keys.entry(place).or_default().push(key);
        while self.is_too_full() {
            self.give_up_last();
        }
    }

    fn is_too_full(&self) -> bool {
        let has_many = usize::try_from(PAGE_KEYS_MAX).is_ok_and(|max| self.count > max);
        (has_many || self.bytes > PAGE_BYTES_MAX) && self.keys.len() > 1
    }

    fn give_up_last(&mut self) {
        if let Some((place, keys)) = self.keys.pop_last() {
            self.end = Some(place);
            self.count -= keys.len();
            self.bytes -= keys.iter().map(String::len).sum::<usize>();
        }
    }
}

impl From<Page> for KeyResponse {
    fn from(page: Page) -> Self {
        let cursor = page.end.and(page.keys.last_key_value()).map(|(place, _)| *place);
        Self { keys: page.keys.into_values().flatten().collect(), cursor }
    }
}
