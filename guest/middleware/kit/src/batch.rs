//! Transactions and reads of a middleware: gathered here, and performed as it says in its [`Batch`].

mod exported;
mod operations;

pub(crate) use exported::Transaction;

use crate::interfaces::Blob;
use crate::types::{Error, Refusal};
use crate::{Ran, Writers, below};
use sx_persist_wire::{Committed, Moment, Op, Outcome, Question};

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
