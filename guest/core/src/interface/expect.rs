//! What a write expects to find.

use crate::error::{Error, Result};

/// Of the version of a key of a map; `types.expect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing.
    Any,
    /// That it is absent.
    Absent,
    /// This version, 0 for that of an absent key.
    Version(u64),
}

/// Of the last-seq of a stream; `types.expect-seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectSeq {
    /// Nothing.
    Any,
    /// This one.
    At(u64),
}

impl Expect {
    /// The version that it is, if it is any: M2, 0 stands for absent.
    pub(crate) fn version(self) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Absent => Some(0),
            Self::Version(version) => Some(version),
        }
    }
}

/// `Stale` when they differ.
pub(crate) fn same(expected: u64, actual: u64) -> Result<()> {
    if actual == expected { Ok(()) } else { Err(Error::Stale { expected, actual }) }
}
