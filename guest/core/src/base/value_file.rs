//! The file of a key or of a blob (F2).

use super::layout;
use super::line::{self, Text, Trailer};
use crate::disk::files::Files;
use crate::error::{Error, Result};
use crate::keyspace::{Keyspace, Shape};
use crate::limits::{ANSWER_BYTES_MAX, LINE_BYTES_MAX};
use crate::storage::Storage;

/// What a key holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) bytes: Vec<u8>,
    /// The lsn of the commit that put them; 0 for a blob, and for what the original put.
    pub(crate) version: u64,
}

/// The value of a key in the base, checked; none when it has no file.
pub(crate) fn read<S: Storage>(
    files: &mut Files<S>,
    keyspace: &Keyspace,
    name: &[u8],
) -> Result<Option<Value>> {
    let path = layout::path(keyspace, name, "");
    let Some(file) = files.open(&path)? else { return Ok(None) };
    let limit = if keyspace.shape == Shape::Blob { ANSWER_BYTES_MAX } else { LINE_BYTES_MAX };
    let bytes = match files.read_all(&file, limit) {
        Err(Error::TooLarge { .. }) if keyspace.shape != Shape::Blob => {
            return Err(Error::corrupt(&path, LINE_BYTES_MAX as u64, "longer than a value can be"));
        }
        read => read?,
    };
    let decoded = match keyspace.shape {
        Shape::Blob if files.digest(&bytes) == name => Ok(Value { bytes, version: 0 }),
        Shape::Blob => Err("the bytes do not match the address"),
        Shape::Table | Shape::Log => decode_text(keyspace, bytes),
    };
    decoded.map(Some).map_err(|reason| Error::corrupt(&path, 0, reason))
}

/// What the original wrote under a key as bytes that are no UTF-8; none where it is something else.
pub(crate) fn read_original<S: Storage>(
    files: &mut Files<S>,
    keyspace: &Keyspace,
    name: &[u8],
) -> Result<Option<Vec<u8>>> {
    let Some(file) = files.open(&layout::path(keyspace, name, ""))? else { return Ok(None) };
    let bytes = files.read_all(&file, LINE_BYTES_MAX)?;
    match line::parse_in(keyspace, &bytes) {
        Text::Original(value, ..) => Ok(Some(value.into_owned())),
        Text::Whole(..) | Text::Bare(_) | Text::Damaged(_) => Ok(None),
    }
}

/// Takes the bytes of a file apart, or says why they are damaged.
fn decode_text(keyspace: &Keyspace, mut bytes: Vec<u8>) -> std::result::Result<Value, &'static str> {
    match line::parse_in(keyspace, &bytes) {
        Text::Whole(text, trailer) => {
            let (length, version) = (text.len(), trailer.lsn.unwrap_or(0));
            bytes.truncate(length);
            Ok(Value { bytes, version })
        }
        Text::Bare(text) => Ok(Value { bytes: text.into_owned().into_bytes(), version: 0 }),
        Text::Original(..) => Err(line::ORIGINAL),
        Text::Damaged(reason) => Err(reason),
    }
}

/// The bytes of the file of a value.
pub(crate) fn encode(keyspace: &Keyspace, value: &[u8], version: u64) -> Vec<u8> {
    if keyspace.shape == Shape::Blob {
        return value.to_vec();
    }
    let mut bytes = Vec::with_capacity(value.len() + 24);
    line::print(value, Trailer { lsn: Some(version), ..Trailer::default() }, &mut bytes);
    bytes
}
