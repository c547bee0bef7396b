//! What every interface refuses, before it looks at the store.

use crate::error::{Error, Result};
use crate::limits::{
    ANSWER_BYTES_MAX, BATCH_BYTES_MAX, BATCH_OPS_MAX, NAME_BYTES_MAX, PAGE_ITEMS_MAX, VALUE_BYTES_MAX,
};
use std::str::Utf8Error;

/// S1.
pub(crate) fn check_name(name: &str) -> Result<()> {
    check_part(name.len(), NAME_BYTES_MAX)
}

/// The length of a name, or of one part of it.
pub(crate) fn check_part(length: usize, limit: usize) -> Result<()> {
    match length {
        0 => Err(Error::InvalidName("empty".into())),
        _ if length > limit => {
            Err(Error::InvalidName(format!("{length} bytes, the limit is {limit}").into()))
        }
        _ => Ok(()),
    }
}

pub(crate) fn check_at_most(limit: usize, actual: usize) -> Result<()> {
    if actual > limit { Err(Error::too_large(limit, actual)) } else { Ok(()) }
}

/// `Stale` when they differ.
pub(crate) fn same(expected: u64, actual: u64) -> Result<()> {
    if actual == expected { Ok(()) } else { Err(Error::Stale { expected, actual }) }
}

/// What goes into one commit: so many parts, each of so many bytes.
pub(crate) fn check_batch(parts: impl ExactSizeIterator<Item = usize>) -> Result<()> {
    check_at_most(BATCH_OPS_MAX, parts.len())?;
    check_at_most(BATCH_BYTES_MAX, parts.sum())
}

/// What a key of a table of bytes may hold.
pub(crate) fn check_value(value: &[u8]) -> Result<()> {
    check_at_most(VALUE_BYTES_MAX, value.len())
}

pub(crate) fn check_limit(limit: u32) -> Result<usize> {
    if (1..=PAGE_ITEMS_MAX).contains(&limit) {
        Ok(usize::try_from(limit).unwrap_or(usize::MAX))
    } else {
        Err(Error::InvalidArgument(format!("a limit is from 1 to {PAGE_ITEMS_MAX}, not {limit}").into()))
    }
}

pub(crate) fn within_answer(names: Vec<String>) -> Result<Vec<String>> {
    check_at_most(ANSWER_BYTES_MAX, names.iter().map(String::len).sum())?;
    Ok(names)
}

/// A name that has to be text.
pub(crate) fn text_name(name: &[u8]) -> Result<&str> {
    std::str::from_utf8(name).map_err(|error| not_utf8(error, "the name is not UTF-8"))
}

/// The error where text is due.
pub(crate) fn not_utf8(error: Utf8Error, reason: &'static str) -> Error {
    Error::InvalidValue { offset_bytes: error.valid_up_to() as u64, reason: reason.into() }
}
