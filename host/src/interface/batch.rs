//! `batch` and `dispatch`.

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
        self.core().check_arguments(ops_bytes(ops))?;
        self.wrote();
        let committed = self.core().with_writer(|_, instance| {
            let committed = instance
                .call("batch.commit", |exports, store| exports.sx_persist_batch().call_commit(store, ops))?;
            instance.has_failed = committed.as_ref().is_err_and(|refusal| is_failure(&refusal.reason));
            Ok(committed)
        })?;
        committed.map_err(|Refusal { index, reason }| CommitError { index, error: reason.into() })
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

    /// One operation of an SX program: its name, and its arguments as an SX list. Answers `None` for an operation that is not
    /// the store's.
    ///
    /// # Errors
    /// As `wit/dispatch.wit` has them.
    pub fn handle_op(&self, op: &str, args: &str) -> Result<Option<String>> {
        self.write("dispatch.handle-op", op.len() + args.len(), |exports, store| {
            exports.sx_persist_dispatch().call_handle_op(store, op, args)
        })
    }

    /// As [`Store::handle_op`], with bytes in the place of text, so that the content of any blob passes.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let cid = store.handle_op_bytes("blob/put", b"(\"\x89PNG\\r\\n\" \"image/png\")")?.unwrap();
    /// let args = [b"(", &cid[..], b")"].concat();
    /// assert_eq!(store.handle_op_bytes("blob/get", &args)?.unwrap(), b"\"\x89PNG\\r\\n\"");
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/dispatch.wit` has them.
    pub fn handle_op_bytes(&self, op: &str, args: &[u8]) -> Result<Option<Vec<u8>>> {
        self.write("dispatch.handle-op-bytes", op.len() + args.len(), |exports, store| {
            exports.sx_persist_dispatch().call_handle_op_bytes(store, op, args)
        })
    }
}

/// An operation was answered with the outcome of another: a defect of the component.
pub(crate) fn unexpected(outcome: &Outcome) -> Error {
    HostError::Component(wasmtime::Error::msg(format!("another outcome was due than {outcome:?}"))).into()
}
