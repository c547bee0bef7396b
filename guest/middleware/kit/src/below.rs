//! The store below: its functions, as they are imported.

pub use crate::bindings::sx::persist::{admin, blob, maps, objects, persist, refs, sessions, snapshots};

use crate::bindings::sx::persist::wire;
use crate::types::{Error, Refusal};
use sx_persist_wire::Op;

/// Writers that operations finish, by their places.
#[derive(Debug, Default)]
pub struct Writers(Vec<Option<blob::Writer>>);

/// What operations that are performed each on its own answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The number of the last commit.
    pub lsn: u64,
    /// One an operation, in their order.
    pub answers: Vec<Result<sx_persist_wire::Outcome, Error>>,
}

impl Writers {
    pub(crate) fn new(writers: impl Iterator<Item = blob::Writer>) -> Self {
        Self(writers.map(Some).collect())
    }

    /// Adds one. Answers its place.
    pub(crate) fn push(&mut self, writer: blob::Writer) -> u32 {
        self.0.push(Some(writer));
        // As many as may be open are far fewer.
        u32::try_from(self.0.len() - 1).unwrap_or(u32::MAX)
    }

    fn take(&mut self, place: u32) -> Result<blob::Writer, Error> {
        let writer = usize::try_from(place).ok().and_then(|place| self.0.get_mut(place)?.take());
        writer.ok_or_else(|| Error::InvalidArgument(format!("writer {place} was not handed over")))
    }
}

/// `wire`, which `batch` is performed with.
pub mod batch {
    use super::{Error, Op, Ran, Refusal, Writers, wire};
    use sx_persist_wire::{Answers, Committed, Moment, Operations, Question, Questions};

    /// Operations that are one commit. The writers that they finish are taken out of `writers`.
    ///
    /// # Errors
    /// As `wit/batch.wit` has them.
    pub fn commit(ops: &[Op], writers: &mut Writers) -> Result<Committed, Refusal> {
        let answer = run_bytes(ops, writers, true)?;
        Ok(Committed::read(&answer).map_err(Error::from)??)
    }

    /// Operations that are performed each on its own, with one sync.
    #[must_use]
    pub fn run(ops: &[Op], writers: &mut Writers) -> Ran {
        match try_run(ops, writers) {
            Ok(Answers { lsn, answers }) => {
                Ran { lsn, answers: answers.into_iter().map(|answer| Ok(answer?)).collect() }
            }
            Err(refusal) => Ran::refused(&refusal.reason, ops.len()),
        }
    }

    fn try_run(ops: &[Op], writers: &mut Writers) -> Result<Answers, Refusal> {
        let answer = run_bytes(ops, writers, false)?;
        Ok(Answers::read(&answer).map_err(Error::from)??)
    }

    /// Questions that are answered of one moment.
    ///
    /// # Errors
    /// As `wit/batch.wit` has them.
    pub fn read(questions: &[Question]) -> Result<Moment, Refusal> {
        let answer = wire::read(&Questions::to_bytes(questions))?;
        Ok(Moment::read(&answer).map_err(Error::from)??)
    }

    /// Hands the operations over as bytes, with the writers that they finish, by the places that they have there.
    fn run_bytes(ops: &[Op], writers: &mut Writers, whole: bool) -> Result<Vec<u8>, Error> {
        if !ops.iter().any(|op| matches!(op, Op::BlobFinish { .. })) {
            return wire::run(&Operations::to_bytes(ops), whole);
        }
        let (mut ops, mut finished) = (ops.to_vec(), Vec::new());
        for op in &mut ops {
            if let Op::BlobFinish { writer } = op {
                let place = u32::try_from(finished.len()).unwrap_or(u32::MAX);
                finished.push(writers.take(*writer)?);
                *writer = place;
            }
        }
        wire::run_finishing(&Operations::to_bytes(&ops), finished, whole)
    }
}
