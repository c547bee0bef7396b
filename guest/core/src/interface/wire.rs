//! Operations and questions as bytes: the meaning of `wire`.

use crate::engine::Engine;
use crate::error::{self, Error, Result};
use crate::interface::batch::Refusal;
use crate::limits::BATCH_OPS_MAX;
use crate::storage::Storage;
use sx_persist_wire::{self as wire, Answers, Malformed, Op, Operations, Questions};

impl<S: Storage> Engine<S> {
    /// `wire.run`; `writers` has the number of each writer that was handed over.
    ///
    /// # Errors
    /// As in `wit/wire.wit`.
    pub fn wire_run(&mut self, operations: &[u8], writers: &[u32], whole: bool) -> Result<Vec<u8>> {
        let Operations(mut ops) = Operations::read(operations)?;
        for op in &mut ops {
            if let Op::BlobFinish { writer } = op {
                let number = usize::try_from(*writer).ok().and_then(|place| writers.get(place));
                let missing =
                    || Error::InvalidArgument(format!("writer {writer} was not handed over").into());
                *writer = *number.ok_or_else(missing)?;
            }
        }
        if whole {
            return Ok(match self.commit(&ops) {
                Ok(committed) => committed.into_bytes(),
                Err(refusal) => wire::Refusal::from(refusal).to_bytes(),
            });
        }
        let answers = self.run(&ops);
        let answers = answers.into_iter().map(|answer| answer.map_err(Into::into));
        Ok(Answers::bytes_of(self.last_lsn(), answers))
    }

    /// `wire.read`.
    ///
    /// # Errors
    /// As in `wit/wire.wit`.
    pub fn wire_read(&mut self, questions: &[u8]) -> Result<Vec<u8>> {
        let Questions(questions) = Questions::read(questions)?;
        Ok(match self.read_moment(&questions) {
            Ok(moment) => moment.to_bytes(),
            Err(refusal) => wire::Refusal::from(refusal).to_bytes(),
        })
    }
}

impl From<Malformed> for Error {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::TooMany(count) => Self::TooLarge { limit: BATCH_OPS_MAX as u64, actual: count },
            other => Self::InvalidArgument(other.to_string().into()),
        }
    }
}

impl From<Refusal> for wire::Refusal {
    fn from(refusal: Refusal) -> Self {
        let index = refusal.index.and_then(|index| u32::try_from(index).ok());
        Self { index, reason: refusal.reason.into() }
    }
}

impl From<Error> for wire::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidName(reason) => Self::InvalidName(reason.into_owned()),
            Error::InvalidValue { offset_bytes, reason } => {
                Self::InvalidValue { offset: offset_bytes, reason: reason.into_owned() }
            }
            Error::InvalidEvent(reason) => Self::InvalidEvent(reason.into_owned()),
            Error::InvalidCid(text) => Self::InvalidCid(text),
            Error::InvalidHash(text) => Self::InvalidHash(text),
            Error::InvalidArgument(reason) => Self::InvalidArgument(reason.into_owned()),
            Error::TooLarge { limit, actual } => Self::TooLarge { limit, actual },
            Error::Stale { expected, actual } => Self::Stale { expected, actual },
            Error::Conflict(key) => Self::Conflict(key),
            Error::NotFound(name) => Self::NotFound(name),
            Error::Corrupt(damage) => Self::Corrupt(damage.into()),
            Error::ReadOnly => Self::ReadOnly,
            Error::NoSpace(failure) => Self::NoSpace(failure.into()),
            Error::Io(failure) => Self::Io(failure.into()),
            Error::Closed(failure) => Self::Closed(failure.into()),
            Error::OutOfMemory => Self::OutOfMemory,
        }
    }
}

impl From<error::Damage> for wire::Damage {
    fn from(damage: error::Damage) -> Self {
        let error::Damage { file, line, offset_bytes, reason } = damage;
        Self { file, line, offset: offset_bytes, reason: reason.into_owned() }
    }
}

impl From<error::Failure> for wire::Failure {
    fn from(failure: error::Failure) -> Self {
        let error::Failure { step, file, code } = failure;
        Self { step: step.to_owned(), file, code: code.to_owned() }
    }
}
