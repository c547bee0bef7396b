//! Why an operation was refused, or met an accident: `types.error`.

use crate::part::{Malformed, Part, Put, byte};

/// `types.error`; what each case says to a caller stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of its name in wit/types.wit")]
pub enum Error {
    /// `invalid-name`
    InvalidName(String),
    /// `invalid-value`
    InvalidValue { offset: u64, reason: String },
    /// `invalid-event`
    InvalidEvent(String),
    /// `invalid-cid`
    InvalidCid(String),
    /// `invalid-hash`
    InvalidHash(String),
    /// `invalid-argument`
    InvalidArgument(String),
    /// `too-large`
    TooLarge { limit: u64, actual: u64 },
    /// `stale`
    Stale { expected: u64, actual: u64 },
    /// `conflict`
    Conflict(String),
    /// `not-found`
    NotFound(String),
    /// `corrupt`
    Corrupt(Damage),
    /// `read-only`
    ReadOnly,
    /// `no-space`
    NoSpace(Failure),
    /// `io`
    Io(Failure),
    /// `closed`
    Closed(Failure),
    /// `out-of-memory`
    OutOfMemory,
    /// `gone`
    Gone(u64),
    /// `quota`
    Quota { limit: u64, actual: u64 },
    /// `other`
    Other(Detail),
}

/// `types.damage`
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of its name in wit/types.wit")]
pub struct Damage {
    pub file: String,
    pub line: Option<u64>,
    pub offset: u64,
    pub reason: String,
}

/// `types.failure`
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of its name in wit/types.wit")]
pub struct Failure {
    pub step: String,
    pub file: String,
    pub code: String,
}

/// `types.detail`
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of its name in wit/types.wit")]
pub struct Detail {
    pub code: String,
    pub message: String,
    /// Names and values.
    pub facts: Vec<(String, String)>,
}

/// The numbers of the errors that are accidents.
pub(crate) const ACCIDENTS: [u8; 5] = [10, 12, 13, 14, 15];

/// The numbers of the errors behind which the instance that answered takes no more writes.
pub(crate) const FAILURES: [u8; 3] = [12, 13, 14];

impl Error {
    /// Did the disk fail the instance that answered?
    #[must_use]
    pub fn is_failure(&self) -> bool {
        FAILURES.contains(&self.number())
    }

    /// Does it say nothing of the operation, which may succeed when it is performed again elsewhere?
    #[must_use]
    pub fn is_accident(&self) -> bool {
        ACCIDENTS.contains(&self.number())
    }
}

impl Put for Damage {
    fn put(&self, out: &mut Vec<u8>) {
        self.file.put(out);
        self.line.put(out);
        self.offset.put(out);
        self.reason.put(out);
    }
}

impl Part for Damage {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        let (file, line) = (String::take(from)?, Part::take(from)?);
        Ok(Self { file, line, offset: u64::take(from)?, reason: String::take(from)? })
    }
}

impl Put for Failure {
    fn put(&self, out: &mut Vec<u8>) {
        self.step.put(out);
        self.file.put(out);
        self.code.put(out);
    }
}

impl Part for Failure {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(Self { step: String::take(from)?, file: String::take(from)?, code: String::take(from)? })
    }
}

impl Put for Detail {
    fn put(&self, out: &mut Vec<u8>) {
        self.code.put(out);
        self.message.put(out);
        self.facts.put(out);
    }
}

impl Part for Detail {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        let (code, message) = (String::take(from)?, String::take(from)?);
        Ok(Self { code, message, facts: Part::take(from)? })
    }
}

/// Two numbers, a limit or an expectation and what is there.
fn put_two(one: u64, other: u64, out: &mut Vec<u8>) {
    one.put(out);
    other.put(out);
}

impl Put for Error {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(self.number());
        match self {
            Self::InvalidName(text)
            | Self::InvalidEvent(text)
            | Self::InvalidCid(text)
            | Self::InvalidHash(text)
            | Self::InvalidArgument(text)
            | Self::Conflict(text)
            | Self::NotFound(text) => text.put(out),
            Self::InvalidValue { offset, reason } => {
                offset.put(out);
                reason.put(out);
            }
            Self::TooLarge { limit, actual } | Self::Quota { limit, actual } => put_two(*limit, *actual, out),
            Self::Stale { expected, actual } => put_two(*expected, *actual, out),
            Self::Corrupt(damage) => damage.put(out),
            Self::NoSpace(failure) | Self::Io(failure) | Self::Closed(failure) => failure.put(out),
            Self::ReadOnly | Self::OutOfMemory => {}
            Self::Gone(first) => first.put(out),
            Self::Other(detail) => detail.put(out),
        }
    }
}

impl Part for Error {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(match byte(from)? {
            0 => Self::InvalidName(String::take(from)?),
            1 => Self::InvalidValue { offset: u64::take(from)?, reason: String::take(from)? },
            2 => Self::InvalidEvent(String::take(from)?),
            3 => Self::InvalidCid(String::take(from)?),
            4 => Self::InvalidHash(String::take(from)?),
            5 => Self::InvalidArgument(String::take(from)?),
            6 => Self::TooLarge { limit: u64::take(from)?, actual: u64::take(from)? },
            7 => Self::Stale { expected: u64::take(from)?, actual: u64::take(from)? },
            8 => Self::Conflict(String::take(from)?),
            9 => Self::NotFound(String::take(from)?),
            10 => Self::Corrupt(Damage::take(from)?),
            11 => Self::ReadOnly,
            12 => Self::NoSpace(Failure::take(from)?),
            13 => Self::Io(Failure::take(from)?),
            14 => Self::Closed(Failure::take(from)?),
            15 => Self::OutOfMemory,
            16 => Self::Gone(u64::take(from)?),
            17 => Self::Quota { limit: u64::take(from)?, actual: u64::take(from)? },
            18 => Self::Other(Detail::take(from)?),
            number => return Err(Malformed::Unknown { what: "error", number }),
        })
    }
}

impl Error {
    fn number(&self) -> u8 {
        match self {
            Self::InvalidName(_) => 0,
            Self::InvalidValue { .. } => 1,
            Self::InvalidEvent(_) => 2,
            Self::InvalidCid(_) => 3,
            Self::InvalidHash(_) => 4,
            Self::InvalidArgument(_) => 5,
            Self::TooLarge { .. } => 6,
            Self::Stale { .. } => 7,
            Self::Conflict(_) => 8,
            Self::NotFound(_) => 9,
            Self::Corrupt(_) => 10,
            Self::ReadOnly => 11,
            Self::NoSpace(_) => 12,
            Self::Io(_) => 13,
            Self::Closed(_) => 14,
            Self::OutOfMemory => 15,
            Self::Gone(_) => 16,
            Self::Quota { .. } => 17,
            Self::Other(_) => 18,
        }
    }
}
