//! Values to bytes and back.

use crate::error::unprintable;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::io::{self, ErrorKind};

/// How a value is written, and how it is read again.
pub struct Codec<T> {
    /// The bytes of a value. None at all would stand for a key that is only noted.
    pub encode: fn(&T) -> io::Result<Vec<u8>>,
    /// The value of some bytes.
    pub decode: fn(&[u8]) -> io::Result<T>,
}

impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

impl<T> fmt::Debug for Codec<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Codec").finish_non_exhaustive()
    }
}

impl<T: Serialize + DeserializeOwned> Codec<T> {
    /// SX text: the same bytes for the same state, and an error for what would not come back.
    #[must_use]
    pub fn sx() -> Self {
        Self {
            encode: |value| sx::to_string(value).map(String::into_bytes).map_err(unprintable),
            decode: |bytes| {
                let text = std::str::from_utf8(bytes)
                    .map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
                sx::from_str(text).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
            },
        }
    }
}
