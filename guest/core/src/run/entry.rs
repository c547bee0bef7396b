//! Entries of a run: a key, a version, and what the key has come to.

use super::value::ValuePlace;
use crate::limits::{COUNT_END, RUN_KEY_BYTES_MAX, RUN_VALUE_BYTES_MAX};

/// Bytes of the time before a value that expires.
const TIME_BYTES: usize = 8;

/// What an entry says of its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunEntryKind {
    /// The key is not there, whatever older runs say.
    Removed,
    /// It has this value.
    Value,
    /// It has a value that stands in another file.
    Pointer,
    /// It has a value until a time, which stands before the value.
    Expiring,
}

/// One entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunEntry<'a> {
    pub(crate) key: &'a [u8],
    /// The lsn of the commit that made it.
    pub(crate) version: u64,
    pub(crate) kind: RunEntryKind,
    pub(crate) value: &'a [u8],
}

impl RunEntryKind {
    /// Its number in a block.
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Removed => 0,
            Self::Value => 1,
            Self::Pointer => 2,
            Self::Expiring => 3,
        }
    }

    /// The kind of a number; none where this version knows no such kind.
    #[inline]
    pub(crate) fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Removed),
            1 => Some(Self::Value),
            2 => Some(Self::Pointer),
            3 => Some(Self::Expiring),
            _ => None,
        }
    }
}

impl RunEntry<'_> {
    /// What is wrong with the version or the value; the key is looked at by itself.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let is_value = match self.kind {
            RunEntryKind::Removed => self.value.is_empty(),
            RunEntryKind::Value => true,
            RunEntryKind::Pointer => ValuePlace::decode(self.value).is_some(),
            RunEntryKind::Expiring => self.value.len() >= TIME_BYTES,
        };
        if self.key.len() > RUN_KEY_BYTES_MAX {
            Some("a key that is too long")
        } else if self.value.len() > RUN_VALUE_BYTES_MAX {
            Some("a value that is too long")
        } else if self.version >= COUNT_END {
            Some("a version that no commit has")
        } else if is_value {
            None
        } else {
            Some("a value that its kind does not have")
        }
    }
}
