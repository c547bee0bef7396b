//! Transactions and reads of a middleware: gathered here, and performed as it says in its [`Batch`].

mod exported;
mod operations;

pub(crate) use exported::Transaction;

use crate::bindings::exports::sx::persist::{blob as exports_blob, wire as exports};
use crate::export::Export;
use crate::interfaces::Blob;
use crate::types::{Error, Refusal};
use crate::writer::Writer;
use crate::{Ran, Writers, below};
use sx_persist_wire::{Answers, Committed, Moment, Op, Operations, Outcome, Question, Questions};

/// `batch`, and what `wire` says in bytes: the writes of a transaction, of a group that shares a sync, and several reads.
pub trait Batch: Blob {
    /// Operations that are one commit. `writers` has those that they finish.
    ///
    /// # Errors
    /// As `wit/batch.wit` has them.
    fn commit(ops: Vec<Op>, writers: &mut Writers) -> Result<Committed, Refusal> {
        Self::may_write()?;
        below::batch::commit(&ops, writers)
    }

    /// Operations that are performed each on its own, with one sync.
    fn run(ops: Vec<Op>, writers: &mut Writers) -> Ran {
        match Self::may_write() {
            Ok(()) => below::batch::run(&ops, writers),
            Err(error) => Ran::refused(&error, ops.len()),
        }
    }

    /// Questions that are answered of one moment.
    ///
    /// # Errors
    /// As `wit/batch.wit` has them.
    fn read(questions: Vec<Question>) -> Result<Moment, Refusal> {
        below::batch::read(&questions)
    }
}

impl Ran {
    /// The same error for each of so many operations.
    #[must_use]
    pub fn refused(error: &Error, operations: usize) -> Self {
        Self { lsn: 0, answers: vec![Err(error.clone()); operations] }
    }
}

/// Performs one write, as a middleware performs it among others.
///
/// # Errors
/// Those of the operation.
pub fn perform<M: Batch>(op: Op) -> Result<Outcome, Error> {
    M::run(vec![op], &mut Writers::default()).answers.pop().unwrap_or_else(crate::no_such_answer)
}

impl<M: Batch> exports::Guest for Export<M> {
    fn run(operations: Vec<u8>, whole: bool) -> Result<Vec<u8>, Error> {
        performed::<M>(&operations, Writers::default(), whole)
    }

    fn run_finishing(
        operations: Vec<u8>,
        writers: Vec<exports_blob::Writer>,
        whole: bool,
    ) -> Result<Vec<u8>, Error> {
        let writers = Writers::new(writers.into_iter().map(Writer::<M>::into_below));
        performed::<M>(&operations, writers, whole)
    }

    fn read(questions: Vec<u8>) -> Result<Vec<u8>, Error> {
        let Questions(questions) = Questions::read(&questions)?;
        Ok(match M::read(questions) {
            Ok(moment) => moment.to_bytes(),
            Err(refusal) => sx_persist_wire::Refusal::from(refusal).to_bytes(),
        })
    }
}

fn performed<M: Batch>(operations: &[u8], mut writers: Writers, whole: bool) -> Result<Vec<u8>, Error> {
    let Operations(ops) = Operations::read(operations)?;
    if whole {
        return Ok(match M::commit(ops, &mut writers) {
            Ok(committed) => committed.into_bytes(),
            Err(refusal) => sx_persist_wire::Refusal::from(refusal).to_bytes(),
        });
    }
    let Ran { lsn, answers } = M::run(ops, &mut writers);
    let answers = answers.into_iter().map(|answer| answer.map_err(Into::into));
    Ok(Answers::bytes_of(lsn, answers))
}
