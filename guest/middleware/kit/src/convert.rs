//! Types of `wire`, as the interfaces have them.

use crate::types::{self, Damage, Detail, Error, Excess, Fact, Failure, Refusal, Stale};
use sx_persist_wire as wire;

impl From<wire::Malformed> for Error {
    fn from(malformed: wire::Malformed) -> Self {
        match malformed {
            wire::Malformed::TooMany(count) => {
                Self::TooLarge(Excess { limit: wire::ITEMS_MAX as u64, actual: count })
            }
            other => Self::InvalidArgument(other.to_string()),
        }
    }
}

impl From<wire::Excess> for Error {
    fn from(wire::Excess { limit, actual }: wire::Excess) -> Self {
        Self::TooLarge(Excess { limit, actual })
    }
}

impl From<types::Expect> for wire::Expect {
    fn from(expected: types::Expect) -> Self {
        match expected {
            types::Expect::Any => Self::Any,
            types::Expect::Absent => Self::Absent,
            types::Expect::Version(version) => Self::Version(version),
        }
    }
}

impl From<types::ExpectSeq> for wire::ExpectSeq {
    fn from(expected: types::ExpectSeq) -> Self {
        match expected {
            types::ExpectSeq::Any => Self::Any,
            types::ExpectSeq::At(seq) => Self::At(seq),
        }
    }
}

impl From<wire::Refusal> for Refusal {
    fn from(wire::Refusal { index, reason }: wire::Refusal) -> Self {
        Self { index, reason: reason.into() }
    }
}

impl From<Refusal> for wire::Refusal {
    fn from(Refusal { index, reason }: Refusal) -> Self {
        Self { index, reason: reason.into() }
    }
}

impl From<wire::Failure> for Failure {
    fn from(wire::Failure { step, file, code }: wire::Failure) -> Self {
        Self { step, file, code }
    }
}

impl From<Failure> for wire::Failure {
    fn from(Failure { step, file, code }: Failure) -> Self {
        Self { step, file, code }
    }
}

impl From<wire::Error> for Error {
    fn from(error: wire::Error) -> Self {
        use wire::Error as E;
        match error {
            E::InvalidName(reason) => Self::InvalidName(reason),
            E::InvalidValue { offset, reason } => Self::InvalidValue(types::AtByte { offset, reason }),
            E::InvalidEvent(reason) => Self::InvalidEvent(reason),
            E::InvalidCid(text) => Self::InvalidCid(text),
            E::InvalidHash(text) => Self::InvalidHash(text),
            E::InvalidArgument(reason) => Self::InvalidArgument(reason),
            E::TooLarge { limit, actual } => Self::TooLarge(Excess { limit, actual }),
            E::Stale { expected, actual } => Self::Stale(Stale { expected, actual }),
            E::Conflict(name) => Self::Conflict(name),
            E::NotFound(name) => Self::NotFound(name),
            E::Corrupt(wire::Damage { file, line, offset, reason }) => {
                Self::Corrupt(Damage { file, line, offset, reason })
            }
            E::ReadOnly => Self::ReadOnly,
            E::NoSpace(failure) => Self::NoSpace(failure.into()),
            E::Io(failure) => Self::Io(failure.into()),
            E::Closed(failure) => Self::Closed(failure.into()),
            E::OutOfMemory => Self::OutOfMemory,
            E::Gone(first) => Self::Gone(first),
            E::Quota { limit, actual } => Self::Quota(Excess { limit, actual }),
            E::Other(wire::Detail { code, message, facts }) => {
                let facts = facts.into_iter().map(|(name, value)| Fact { name, value }).collect();
                Self::Other(Detail { code, message, facts })
            }
        }
    }
}

impl From<Error> for wire::Error {
    fn from(error: Error) -> Self {
        use Error as E;
        match error {
            E::InvalidName(reason) => Self::InvalidName(reason),
            E::InvalidValue(types::AtByte { offset, reason }) => Self::InvalidValue { offset, reason },
            E::InvalidEvent(reason) => Self::InvalidEvent(reason),
            E::InvalidCid(text) => Self::InvalidCid(text),
            E::InvalidHash(text) => Self::InvalidHash(text),
            E::InvalidArgument(reason) => Self::InvalidArgument(reason),
            E::TooLarge(Excess { limit, actual }) => Self::TooLarge { limit, actual },
            E::Stale(Stale { expected, actual }) => Self::Stale { expected, actual },
            E::Conflict(name) => Self::Conflict(name),
            E::NotFound(name) => Self::NotFound(name),
            E::Corrupt(Damage { file, line, offset, reason }) => {
                Self::Corrupt(wire::Damage { file, line, offset, reason })
            }
            E::ReadOnly => Self::ReadOnly,
            E::NoSpace(failure) => Self::NoSpace(failure.into()),
            E::Io(failure) => Self::Io(failure.into()),
            E::Closed(failure) => Self::Closed(failure.into()),
            E::OutOfMemory => Self::OutOfMemory,
            E::Gone(first) => Self::Gone(first),
            E::Quota(Excess { limit, actual }) => Self::Quota { limit, actual },
            E::Other(Detail { code, message, facts }) => {
                let facts = facts.into_iter().map(|Fact { name, value }| (name, value)).collect();
                Self::Other(wire::Detail { code, message, facts })
            }
        }
    }
}
