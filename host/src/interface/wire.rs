//! `wire`: operations and questions as bytes, which the other end takes, and its answers as bytes.

use crate::bindings::exports::sx::persist::types as wit;
use crate::error::{Error, Result};
use crate::interface::writer::BlobWriter;
use crate::store::end::{Request, lost};
use crate::store::told::Told;
use crate::store::{Store, unreadable};
use crate::types;
use sx_persist_wire::{self as wire, Answers, Committed, Moment};

/// What the other end answered: what was asked for, or the refusal of all of it.
type Answer<T> = Result<T, wire::Refusal>;

impl Store {
    /// Hands operations over, and the writers that they finish, by their places.
    fn wire_run(
        &self,
        operations: &[u8],
        mut writers: Vec<BlobWriter>,
        whole: bool,
    ) -> Result<Answer<Answers>> {
        let numbers = writers.iter().map(|writer| writer.number().ok_or_else(lost));
        let numbers: Vec<_> = numbers.collect::<Result<_>>()?;
        let request = Request::Operations { bytes: operations, writers: &numbers, whole };
        let answer = self.end().perform(request)?;
        writers.iter_mut().for_each(BlobWriter::has_ended);
        Ok(Answers::read(&answer).map_err(unreadable)?)
    }

    /// Operations that are one commit.
    pub(crate) fn wire_commit(
        &self,
        operations: &[u8],
        writers: Vec<BlobWriter>,
    ) -> Result<Answer<Committed>> {
        let answers = self.wire_run(operations, writers, true)?;
        Ok(match answers {
            Ok(answers) => Ok(Committed::try_from(answers).map_err(unreadable)?),
            Err(refusal) => Err(refusal),
        })
    }

    /// Operations that are performed each on its own. A refusal of all is one of each.
    pub(crate) fn wire_each(&self, operations: &[u8]) -> Result<Answers> {
        self.wire_run(operations, Vec::new(), false)?
            .map_err(|refusal| wit::Error::from(refusal.reason).into())
    }

    /// Questions that are answered of one moment.
    pub(crate) fn wire_read(&self, questions: &[u8]) -> Result<Answer<Moment>> {
        let _span = Told { bytes: questions.len(), ..Told::of("batch.read") }.begin();
        self.check_arguments(questions.len())?;
        let answer = self.end().perform(Request::Questions(questions))?;
        Ok(Moment::read(&answer).map_err(unreadable)?)
    }
}

sx_persist_wire::parts!(crate::bindings::exports::sx::persist::types);

impl From<wire::Error> for Error {
    fn from(error: wire::Error) -> Self {
        wit::Error::from(error).into()
    }
}

impl From<wit::Expect> for types::Expect {
    fn from(expected: wit::Expect) -> Self {
        match expected {
            wit::Expect::Any => Self::Any,
            wit::Expect::Absent => Self::Absent,
            wit::Expect::Version(version) => Self::Version(version),
        }
    }
}

impl From<wit::ExpectSeq> for types::ExpectSeq {
    fn from(expected: wit::ExpectSeq) -> Self {
        match expected {
            wit::ExpectSeq::Any => Self::Any,
            wit::ExpectSeq::At(seq) => Self::At(seq),
        }
    }
}

impl From<wire::Excess> for wit::Error {
    fn from(wire::Excess { limit, actual }: wire::Excess) -> Self {
        Self::TooLarge(wit::Excess { limit, actual })
    }
}

impl From<wire::Failure> for wit::Failure {
    fn from(wire::Failure { step, file, code }: wire::Failure) -> Self {
        Self { step, file, code }
    }
}

impl From<wire::Error> for wit::Error {
    fn from(error: wire::Error) -> Self {
        use wire::Error as E;
        match error {
            E::InvalidName(reason) => Self::InvalidName(reason),
            E::InvalidValue { offset, reason } => Self::InvalidValue(wit::AtByte { offset, reason }),
            E::InvalidEvent(reason) => Self::InvalidEvent(reason),
            E::InvalidCid(text) => Self::InvalidCid(text),
            E::InvalidHash(text) => Self::InvalidHash(text),
            E::InvalidArgument(reason) => Self::InvalidArgument(reason),
            E::TooLarge { limit, actual } => Self::TooLarge(wit::Excess { limit, actual }),
            E::Stale { expected, actual } => Self::Stale(wit::Stale { expected, actual }),
            E::Conflict(name) => Self::Conflict(name),
            E::NotFound(name) => Self::NotFound(name),
            E::Corrupt(wire::Damage { file, line, offset, reason }) => {
                Self::Corrupt(wit::Damage { file, line, offset, reason })
            }
            E::ReadOnly => Self::ReadOnly,
            E::NoSpace(failure) => Self::NoSpace(failure.into()),
            E::Io(failure) => Self::Io(failure.into()),
            E::Closed(failure) => Self::Closed(failure.into()),
            E::OutOfMemory => Self::OutOfMemory,
            E::Gone(first) => Self::Gone(first),
            E::Quota { limit, actual } => Self::Quota(wit::Excess { limit, actual }),
            E::Other(wire::Detail { code, message, facts }) => {
                let facts = facts.into_iter().map(|(name, value)| wit::Fact { name, value }).collect();
                Self::Other(wit::Detail { code, message, facts })
            }
        }
    }
}
