//! `batch`.

use crate::error::{Error, HostError, Result};
use crate::interface::raw::Raw;
use crate::interface::writer::BlobWriter;
use crate::store::Store;
use crate::store::operations;
use crate::store::told::Told;
use crate::types::{self, Committed, Moment, Op, Outcome, Question};
use sx_persist_wire::{Function, Operations, Part, Questions};
use tracing::span::EnteredSpan;

/// Why a commit, or the reads of a moment, were refused, and which of them.
#[derive(Clone, Debug)]
pub struct CommitError {
    /// The operation or question that was refused, 0 for the first; none when the whole failed.
    pub index: Option<u32>,
    /// Its error.
    pub error: Error,
}

impl std::fmt::Display for CommitError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.index {
            Some(index) => write!(out, "operation {index}: {}", self.error),
            None => write!(out, "{}", self.error),
        }
    }
}

impl std::error::Error for CommitError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl From<Error> for CommitError {
    fn from(error: Error) -> Self {
        Self { index: None, error }
    }
}

impl From<CommitError> for Error {
    fn from(CommitError { index, error }: CommitError) -> Self {
        match (index, error) {
            (Some(index), Error::Refused(refusal)) => Self::Operation { index: index as usize, refusal },
            (_, error) => error,
        }
    }
}

/// `batch`: transactions, and several reads.
impl Raw<'_> {
    /// Several operations, all or nothing: one commit, one sync.
    ///
    /// ```
    /// use sx_persist::{Store, types::Op};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// store.raw().commit(&[
    ///     Op::Append { stream: "orders".into(), event: "{:seq 1}".into() },
    ///     Op::KvPut { key: "last".into(), value: "1".into() },
    /// ]).unwrap();
    /// assert_eq!(store.raw().kv_get("last")?.as_deref(), Some("1"));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the operations, with the index of the one that was refused; `too-large` above 65,536 operations or 64 MiB; `no-space`.
    pub fn commit(&self, ops: &[Op]) -> Result<Committed, CommitError> {
        self.commit_finishing(ops, Vec::new())
    }

    /// As [`Raw::commit`], with blobs that are finished in the same commit: an [`Op::BlobFinish`] names one by its place among
    /// `writers`.
    ///
    /// ```
    /// use sx_persist::{Store, types::Op};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// let mut writer = store.raw().blob_writer()?;
    /// writer.add(b"a receipt")?;
    /// let ops = [Op::BlobFinish { writer: 0 }, Op::KvPut { key: "paid".into(), value: "true".into() }];
    /// let committed = store.raw().commit_finishing(&ops, vec![writer]).unwrap();
    /// assert_eq!(store.raw().blob_get(committed.text(0).unwrap())?.as_deref(), Some(&b"a receipt"[..]));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Raw::commit`]; `closed` when the store had to be opened afresh since a writer began.
    pub fn commit_finishing(&self, ops: &[Op], writers: Vec<BlobWriter>) -> Result<Committed, CommitError> {
        let _span = tell("batch.commit", ops);
        let committed = self.store.wire_commit(&self.checked(ops)?, writers)?;
        committed.map_err(|refusal| CommitError { index: refusal.index, error: refusal.reason.into() })
    }

    /// Several operations, each on its own, with one sync for all of them.
    ///
    /// # Errors
    /// Each operation its own, as `wit/` has them; the outer error is one of the call as a whole.
    pub fn run(&self, ops: &[Op]) -> Result<Vec<Result<Outcome, types::Error>>> {
        let _span = tell("several", ops);
        let answers = self.store.wire_each(&self.checked(ops)?)?.answers;
        Ok(answers.into_iter().map(|answer| Ok(answer?)).collect())
    }

    /// Several reads of one moment.
    ///
    /// ```
    /// use sx_persist::{Store, types::Question};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// store.raw().kv_put("a", "1")?;
    /// let questions = [Question::Kv { key: "a".into() }, Question::LastSeq { stream: "orders".into() }];
    /// let moment = store.raw().moment(&questions).unwrap();
    /// assert_eq!((moment.text(0), moment.number(1)), (Some("1"), Some(0)));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of the reads, with the index of the question that was refused; `too-large` above 65,536 questions, or when the answers together pass
    /// 64 MiB.
    pub fn moment(&self, questions: &[Question]) -> Result<Moment, CommitError> {
        let moment = self.store.wire_read(&Questions::to_bytes(questions))?;
        moment.map_err(|refusal| CommitError { index: refusal.index, error: refusal.reason.into() })
    }

    /// Operations as bytes, when they are no more than one call may carry.
    fn checked(self, ops: &[Op]) -> Result<Vec<u8>> {
        self.store.check_arguments(bytes(ops))?;
        Ok(Operations::to_bytes(ops))
    }
}

impl Store {
    /// As [`Store::call`], for a function that says which of several was refused.
    pub(crate) fn call_several<R: Part>(
        &self,
        told: Told<'_>,
        function: Function,
        arguments: impl FnOnce(&mut Vec<u8>),
    ) -> Result<R, CommitError> {
        let answer = self.ask(told, function, arguments)?;
        answer.map_err(|refusal| CommitError { index: refusal.index, error: refusal.reason.into() })
    }
}

/// Tells of several operations as one call, and of each in it.
fn tell(function: &'static str, ops: &[Op]) -> EnteredSpan {
    let span = tracing::debug_span!("sx_persist", function, operations = ops.len(), bytes = bytes(ops));
    let span = span.entered();
    if tracing::enabled!(tracing::Level::TRACE) {
        ops.iter().for_each(|op| operations::told(op).tell());
    }
    span
}

/// Text and bytes of the arguments of operations.
fn bytes(ops: &[Op]) -> usize {
    ops.iter().map(Op::bytes).sum()
}

/// An operation was answered with the outcome of another: a defect of the component.
pub(crate) fn unexpected(outcome: &Outcome) -> Error {
    HostError::Component(wasmtime::Error::msg(format!("another outcome was due than {outcome:?}"))).into()
}
