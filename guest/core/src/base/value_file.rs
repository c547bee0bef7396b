//! The file of a key or of a blob (F2).

use super::layout;
use super::line::{self, Text, Trailer};
use crate::codec::crc32c::{crc32c, crc32c_append};
use crate::disk::files::Files;
use crate::error::{Error, Result};
use crate::keyspace::{Keyspace, Shape};
use crate::limits::{ANSWER_BYTES_MAX, LINE_BYTES_MAX};
use crate::storage::Storage;

/// Before the bytes of a value with a version: the version, and the checksum of all of it and of its place.
pub(crate) const HEAD_BYTES: usize = 12;

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
    decode(files, keyspace, name, bytes).map(Some).map_err(|reason| Error::corrupt(&path, 0, reason))
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
fn decode<S: Storage>(
    files: &Files<S>,
    keyspace: &Keyspace,
    name: &[u8],
    bytes: Vec<u8>,
) -> std::result::Result<Value, &'static str> {
    match keyspace.shape {
        Shape::Blob if files.digest(&bytes) == name => Ok(Value { bytes, version: 0 }),
        Shape::Blob => Err("the bytes do not match the address"),
        Shape::Bytes => decode_versioned(keyspace, name, bytes),
        Shape::Text | Shape::Log => decode_text(keyspace, bytes),
    }
}

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

fn decode_versioned(
    keyspace: &Keyspace,
    name: &[u8],
    mut bytes: Vec<u8>,
) -> std::result::Result<Value, &'static str> {
    let Some((head, value)) = bytes.split_at_checked(HEAD_BYTES) else { return Err("shorter than its head") };
    let Some((version, crc)) = head.split_first_chunk() else { return Err("shorter than its head") };
    let version = u64::from_le_bytes(*version);
    if crc != checksum(keyspace, name, version, value).to_le_bytes() {
        return Err("checksum mismatch");
    }
    bytes.drain(..HEAD_BYTES);
    Ok(Value { bytes, version })
}

/// Covers the place as well: a file under another's name is damage.
fn checksum(keyspace: &Keyspace, name: &[u8], version: u64, value: &[u8]) -> u32 {
    let place = crc32c_append(crc32c(&[keyspace.id]), &(name.len() as u64).to_le_bytes());
    let named = crc32c_append(place, name);
    crc32c_append(crc32c_append(named, &version.to_le_bytes()), value)
}

/// The bytes of the file of a value.
pub(crate) fn encode(keyspace: &Keyspace, name: &[u8], value: &[u8], version: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len() + 24);
    match std::str::from_utf8(value) {
        Ok(text) if keyspace.shape == Shape::Text => {
            let trailer = Trailer { lsn: Some(version), ..Trailer::default() };
            line::print(text.as_bytes(), trailer, &mut bytes);
        }
        _ if keyspace.shape == Shape::Bytes => {
            bytes.extend_from_slice(&version.to_le_bytes());
            bytes.extend_from_slice(&checksum(keyspace, name, version, value).to_le_bytes());
            bytes.extend_from_slice(value);
        }
        _ => bytes.extend_from_slice(value),
    }
    bytes
}
