//! The one error of the engine; `wit/types.wit` says what each case means to a caller.

use crate::storage::Fault;
use std::borrow::Cow;
use std::fmt;

/// A short phrase that says what is wrong.
pub type Reason = Cow<'static, str>;

/// What the engine's functions answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Damage in a file of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file, relative to the root.
    pub file: String,
    /// The line, 1 for the first, in a file that has lines.
    pub line: Option<u64>,
    /// Bytes from the beginning of the file.
    pub offset_bytes: u64,
    /// What is wrong there.
    pub reason: Reason,
}

/// A step on the file system that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What was tried, in the words of `types.failure`.
    pub step: &'static str,
    /// The file or folder, relative to the root.
    pub file: String,
    /// The name of the `wasi:filesystem` error code.
    pub code: &'static str,
}

/// Why an operation was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A name is empty or too long.
    InvalidName(Reason),
    /// An argument is not a value.
    InvalidValue {
        /// Bytes from the beginning of the argument.
        offset_bytes: u64,
        /// What is wrong there.
        reason: Reason,
    },
    /// A value is not an event.
    InvalidEvent(Reason),
    /// An argument is not an address of a blob.
    InvalidCid(String),
    /// A hash is not 40 or 64 lower-case hex digits.
    InvalidHash(String),
    /// Another argument is out of its range.
    InvalidArgument(Reason),
    /// Above a limit; both in the unit of what was measured.
    TooLarge {
        /// The limit.
        limit: u64,
        /// What was asked for.
        actual: u64,
    },
    /// A compare-and-append found another last-seq.
    Stale {
        /// What the caller expected.
        expected: u64,
        /// What the store holds.
        actual: u64,
    },
    /// A swap inside an atomic batch found another value.
    Conflict(String),
    /// What was named is not there.
    NotFound(String),
    /// A file does not hold what this store wrote.
    Corrupt(Damage),
    /// The root takes no writes.
    ReadOnly,
    /// The disk is full.
    NoSpace(Failure),
    /// The file system failed.
    Io(Failure),
    /// An earlier write of this instance failed.
    Closed(Failure),
    /// Memory was refused.
    OutOfMemory,
}

impl Error {
    /// The error for a fault of the storage at one step.
    pub(crate) fn at(fault: Fault, step: &'static str, file: &str) -> Self {
        match fault {
            Fault::NoSpace(code) => Self::NoSpace(Failure { step, file: file.to_owned(), code }),
            other => Self::Io(Failure { step, file: file.to_owned(), code: other.code() }),
        }
    }

    pub(crate) fn corrupt(file: &str, offset_bytes: u64, reason: &'static str) -> Self {
        Self::Corrupt(Damage { file: file.to_owned(), line: None, offset_bytes, reason: reason.into() })
    }

    pub(crate) fn not_a_cursor() -> Self {
        Self::InvalidArgument("not a cursor of a page".into())
    }

    /// So many entries were asked for of a segment that has less.
    pub(crate) fn too_few_entries(wanted: u64, count: u64) -> Self {
        Self::InvalidArgument(format!("the first {wanted} entries of a segment that has {count}").into())
    }

    pub(crate) fn too_large(limit: usize, actual: usize) -> Self {
        Self::TooLarge { limit: limit as u64, actual: actual as u64 }
    }

    /// The failure that closes the store to writes after this error, when it came from one.
    pub(crate) fn closing(&self) -> Failure {
        match self {
            Self::NoSpace(failure) | Self::Io(failure) | Self::Closed(failure) => failure.clone(),
            Self::Corrupt(damage) => Failure { step: "read", file: damage.file.clone(), code: "corrupt" },
            _ => Failure { step: "write", file: String::new(), code: "refused" },
        }
    }
}

impl From<sx::Error> for Error {
    fn from(error: sx::Error) -> Self {
        match *error.kind() {
            sx::ErrorKind::TooDeep { limit, actual }
            | sx::ErrorKind::TooLong { limit, actual }
            | sx::ErrorKind::TooManyNodes { limit, actual } => Self::too_large(limit, actual),
            _ => Self::InvalidValue {
                offset_bytes: error.offset() as u64,
                reason: error.reason().to_owned().into(),
            },
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName(reason) => write!(out, "invalid name: {reason}"),
            Self::InvalidValue { offset_bytes, reason } => {
                write!(out, "invalid value at byte {offset_bytes}: {reason}")
            }
            Self::InvalidEvent(reason) => write!(out, "invalid event: {reason}"),
            Self::InvalidCid(text) => write!(out, "invalid CID: {text}"),
            Self::InvalidHash(text) => write!(out, "invalid hash: {text}"),
            Self::InvalidArgument(reason) => write!(out, "invalid argument: {reason}"),
            Self::TooLarge { limit, actual } => write!(out, "too large: {actual}, the limit is {limit}"),
            Self::Stale { expected, actual } => write!(out, "stale: expected {expected}, found {actual}"),
            Self::Conflict(name) => {
                write!(out, "conflict: {name} is not what was expected, or is another session's segment")
            }
            Self::NotFound(name) => write!(out, "not found: {name}"),
            Self::Corrupt(damage) => {
                write!(out, "corrupt: {} at byte {}: {}", damage.file, damage.offset_bytes, damage.reason)
            }
            Self::ReadOnly => out.write_str("read-only"),
            Self::NoSpace(failure) => write!(out, "no space: {failure}"),
            Self::Io(failure) => write!(out, "io: {failure}"),
            Self::Closed(failure) => write!(out, "closed by an earlier failure: {failure}"),
            Self::OutOfMemory => out.write_str("out of memory"),
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}: {}", self.step, self.file, self.code)
    }
}
