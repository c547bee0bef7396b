//! `batch`.

use crate::bindings::DurableStore;
use crate::component::state::State;
use crate::error::{Error, HostError, Result};
use crate::store::Store;
use crate::store::op_bytes::ops_bytes;
use crate::store::shared::is_failure;
use crate::types::{self, Op, Outcome, Refusal};

/// Why a commit was refused, and by which of its operations.
#[derive(Clone, Debug)]
pub struct CommitError {
    /// The operation that was refused, 0 for the first; none when the commit as a whole failed.
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

/// `batch` and `dispatch`: each method is the function of its name in `wit/`.
impl Store {
    /// Several operations, all or nothing: one commit, one sync.
    ///
    /// ```
    /// use sx_persist::{Store, types::{AppendOp, KvPutOp, Op}};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// store.commit(&[
    ///     Op::Append(AppendOp { stream: "orders".into(), event: "{:seq 1}".into() }),
    ///     Op::KvPut(KvPutOp { key: "last".into(), value: "1".into() }),
    /// ]).unwrap();
    /// assert_eq!(store.kv_get::<u64>("last")?, Some(1));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/batch.wit` has them, with the index of the operation that was refused.
    pub fn commit(&self, ops: &[Op]) -> Result<Vec<Outcome>, CommitError> {
        self.write_all("batch.commit", ops_bytes(ops), |exports, store| {
            exports.sx_persist_batch().call_commit(store, ops)
        })
    }

    /// Several operations, each on its own, with one sync for all of them.
    ///
    /// # Errors
    /// Each operation its own, as `wit/` has them; the outer error is one of the call as a whole.
    pub fn run(&self, ops: &[Op]) -> Result<Vec<Result<Outcome, types::Error>>> {
        self.core().check_arguments(ops_bytes(ops))?;
        self.wrote();
        self.core().with_writer(|_, instance| {
            let outcomes = instance
                .call("batch.run", |exports, store| exports.sx_persist_batch().call_run(store, ops))?;
            instance.has_failed = outcomes.iter().any(|outcome| outcome.as_ref().is_err_and(is_failure));
            Ok(outcomes)
        })
    }

    /// As [`Store::write`], for a function that says which of several was refused.
    pub(crate) fn write_all<R: Send>(
        &self,
        function: &'static str,
        bytes: usize,
        call: impl FnOnce(&DurableStore, &mut wasmtime::Store<State>) -> wasmtime::Result<Result<R, Refusal>>
        + Send,
    ) -> Result<R, CommitError> {
        self.core().check_arguments(bytes)?;
        self.wrote();
        let written = self.core().with_writer(|_, instance| {
            let written = instance.call(function, call)?;
            instance.has_failed = written.as_ref().is_err_and(|refusal| is_failure(&refusal.reason));
            Ok(written)
        })?;
        written.map_err(|Refusal { index, reason }| CommitError { index, error: reason.into() })
    }
}

/// An operation was answered with the outcome of another: a defect of the component.
pub(crate) fn unexpected(outcome: &Outcome) -> Error {
    HostError::Component(wasmtime::Error::msg(format!("another outcome was due than {outcome:?}"))).into()
}
