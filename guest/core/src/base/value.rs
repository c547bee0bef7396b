//! The file of a key or of a blob (F2).

use super::layout;
use super::line::{self, Text, Trailer};
use crate::cid;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::limits::{ANSWER_BYTES_MAX, LINE_BYTES_MAX};
use crate::space::{Shape, Space};
use crate::storage::Storage;

/// The value of a key in the base, checked; none when it has no file.
pub(crate) fn read<S: Storage>(files: &mut Files<S>, space: &Space, name: &[u8]) -> Result<Option<Vec<u8>>> {
    let path = layout::path(space, name, "");
    let Some(file) = files.open(&path)? else { return Ok(None) };
    let limit = if space.shape == Shape::Blob { ANSWER_BYTES_MAX } else { LINE_BYTES_MAX };
    let bytes = match files.read_all(&file, limit) {
        // The file is above the limit; a need for memory that was refused names another.
        Err(Error::TooLarge { limit, .. })
            if space.shape != Shape::Blob && limit == LINE_BYTES_MAX as u64 =>
        {
            return Err(Error::corrupt(&path, LINE_BYTES_MAX as u64, "longer than a value can be"));
        }
        read => read?,
    };
    decode(space, name, bytes).map(Some).map_err(|reason| Error::corrupt(&path, 0, reason))
}

/// Takes the bytes of a file apart, or says why they are damaged.
fn decode(space: &Space, name: &[u8], mut bytes: Vec<u8>) -> std::result::Result<Vec<u8>, &'static str> {
    if space.shape == Shape::Blob {
        return if cid::digest(&bytes) == name {
            Ok(bytes)
        } else {
            Err("the bytes do not match the address")
        };
    }
    match line::parse(&bytes) {
        Text::Whole(text, _) if (space.is_value)(text) => {
            let length = text.len();
            bytes.truncate(length);
            Ok(bytes)
        }
        Text::Bare(text) if (space.is_value)(&text) => Ok(text.into_owned().into_bytes()),
        Text::Whole(..) | Text::Bare(_) => Err("not a value of its kind"),
        Text::Damaged(reason) => Err(reason),
    }
}

/// The bytes of the file of a value.
pub(crate) fn encode(space: &Space, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(value.len() + 24);
    match std::str::from_utf8(value) {
        Ok(text) if space.shape == Shape::Text => line::print(text, Trailer::default(), &mut bytes),
        _ => bytes.extend_from_slice(value),
    }
    bytes
}
