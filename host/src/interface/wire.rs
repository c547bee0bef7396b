//! `wire`: operations and questions as the bytes that the component takes, and its answers as bytes.

use crate::bindings::exports::sx::persist::types as wit;
use crate::error::{Error, HostError, Result};
use crate::interface::writer::{BlobWriter, lost};
use crate::store::Store;
use crate::store::told::Told;
use crate::types;
use sx_persist_wire::{self as wire, Answers, Committed, Malformed, Moment};

/// What the component answered: what was asked for, or the refusal of all of it.
type Answer<T> = Result<T, wire::Refusal>;

impl Store {
    /// Hands operations over, and the writers that they finish, by their places.
    fn wire_run(
        &self,
        operations: &[u8],
        mut writers: Vec<BlobWriter>,
        whole: bool,
    ) -> Result<Answer<Answers>> {
        self.wrote();
        self.core().with_writer(|slot, instance| {
            // Before any is taken: one that is taken and not handed over would stay. None is dropped here, where the instance is held.
            if writers.iter().any(|writer| !writer.is_of(slot.generation)) {
                return Err(lost());
            }
            let finished: Vec<_> = writers.iter_mut().filter_map(BlobWriter::take_resource).collect();
            let answer = instance.call("wire.run", |exports, store| {
                let wire = exports.sx_persist_wire();
                match finished.is_empty() {
                    // Each list more is a call of the component for its place.
                    true => wire.call_run(store, operations, whole),
                    false => wire.call_run_finishing(store, operations, &finished, whole),
                }
            })??;
            let answers = Answers::read(&answer).map_err(unreadable)?;
            instance.has_failed = match &answers {
                Ok(done) => done.answers.iter().any(|answer| answer.as_ref().is_err_and(is_failure)),
                Err(refusal) => is_failure(&refusal.reason),
            };
            Ok(answers)
        })
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
        let told = Told { bytes: questions.len(), ..Told::of("batch.read") };
        let answer =
            self.call(told, |exports, store| exports.sx_persist_wire().call_read(store, questions))?;
        Ok(Moment::read(&answer).map_err(unreadable)?)
    }
}

/// Returns `true` if the disk has failed the instance.
fn is_failure(error: &wire::Error) -> bool {
    matches!(error, wire::Error::Closed(_) | wire::Error::Io(_) | wire::Error::NoSpace(_))
}

/// The component answered what is no answer: a defect of it.
fn unreadable(malformed: Malformed) -> HostError {
    HostError::Component(malformed.into())
}

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
