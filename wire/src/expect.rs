//! What a write expects to find.

use crate::part::{Malformed, Part, Put, byte};

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

/// Of the last-seq of a stream, or of how many entries a segment has; `types.expect-seq`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectSeq {
    /// Nothing.
    Any,
    /// This one.
    At(u64),
}

impl Expect {
    /// The version that it is, if it is any: 0 stands for absent.
    #[must_use]
    pub fn version(self) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Absent => Some(0),
            Self::Version(version) => Some(version),
        }
    }
}

impl Put for Expect {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Any => out.push(0),
            Self::Absent => out.push(1),
            Self::Version(version) => {
                out.push(2);
                version.put(out);
            }
        }
    }
}

impl Part for Expect {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        match byte(from)? {
            0 => Ok(Self::Any),
            1 => Ok(Self::Absent),
            2 => Ok(Self::Version(u64::take(from)?)),
            _ => Err(Malformed::Part("expectation")),
        }
    }
}

impl Put for ExpectSeq {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Any => out.push(0),
            Self::At(seq) => {
                out.push(1);
                seq.put(out);
            }
        }
    }
}

impl Part for ExpectSeq {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        match byte(from)? {
            0 => Ok(Self::Any),
            1 => Ok(Self::At(u64::take(from)?)),
            _ => Err(Malformed::Part("expectation")),
        }
    }
}
