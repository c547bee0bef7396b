//! What `wasi:keyvalue@0.2.0-draft` has of its own: cursors that are numbers, integers without a sign.

mod listing;

use crate::Component;
use crate::bindings::exports::wasi::keyvalue::atomics::{BucketBorrow, Error, Guest};
use crate::bindings::sx::persist::maps;
use crate::bindings::sx::persist::types::{Error as Refusal, Expect};
use crate::bucket::table;
use crate::error::invalid_argument;

pub(crate) use listing::{Cursor, list_keys};

/// A key of `get-many` and what is there.
pub(crate) type Found = Option<(String, Vec<u8>)>;

pub(crate) fn found(key: String, value: Option<Vec<u8>>) -> Found {
    value.map(|value| (key, value))
}

/// This draft has no handles that would remember the absence of a key.
pub(crate) fn end_absence(_table: &str, _key: &[u8]) {}

impl Guest for Component {
    /// `maps.increment` has a sign and 63 bits; this has 64 and none. So the sum is made here, and written when nobody else has
    /// written meanwhile.
    fn increment(bucket: BucketBorrow<'_>, key: String, delta: u64) -> Result<u64, Error> {
        let (table, key) = (table(&bucket), key.as_bytes());
        loop {
            let held = maps::get(table, key)?;
            let expected = held.as_ref().map_or(Expect::Absent, |held| Expect::Version(held.version));
            let addend = match held {
                Some(held) => parse_integer(&held.value).ok_or_else(|| {
                    invalid_argument("the value is no decimal integer of 64 bits without a sign")
                })?,
                None => 0,
            };
            let sum = delta
                .checked_add(addend)
                .ok_or_else(|| invalid_argument("the sum needs more than 64 bits"))?;
            match maps::swap(table, key, expected, sum.to_string().as_bytes()) {
                Ok(_) => return Ok(sum),
                // Each round that is lost is one that somebody else won.
                Err(Refusal::Stale(_)) => {}
                Err(refusal) => return Err(refusal.into()),
            }
        }
    }
}

/// Digits. Rust alone would take a plus before them.
fn parse_integer(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok().filter(|text| !text.starts_with('+'))?.parse().ok()
}
