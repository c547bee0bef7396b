//! Transactions: several writes of the caller's own types, and reads that they depend on, all or nothing.

mod keyed;
mod logs;
mod pending;
mod places;

pub use keyed::{KvIn, MapIn, RefsIn, SnapshotsIn};
pub use logs::{BlobsIn, ObjectsIn, SessionsIn, StreamIn};
pub use pending::Pending;

use crate::error::{Error, HostError, Result};
use crate::handles::Lsn;
use crate::interface::{BlobWriter, CommitError};
use crate::store::Store;
use crate::types::{self, Found, Op, Outcome, Question};
use pending::Fill;
use places::{Place, check};
use std::collections::HashMap;
use std::fmt;

/// Several writes that are one commit, and reads that they depend on. Returned by [`Store::transaction`].
///
/// Nothing is written before [`Transaction::commit`], and nothing at all when it is dropped. What was read is read again when it is
/// committed, in the same moment: when any of it has changed, nothing is written and the commit is refused with [`Error::Changed`].
/// So transactions are serializable. [`Store::transact`] performs them again then.
///
/// A read sees what this transaction has put before, and is refused with `InvalidArgument` where the transaction has written what only
/// the commit will tell, such as a sum. Reading the same again returns the same.
pub struct Transaction<'a> {
    store: &'a Store,
    /// What was read, and what must still be so.
    seen: HashMap<Place, Found>,
    checks: Vec<Op>,
    /// What this transaction has made of a place; none where the commit will tell.
    written: HashMap<Place, Option<Found>>,
    ops: Vec<Op>,
    answers: Vec<Option<Box<dyn Fill>>>,
    writers: Vec<BlobWriter>,
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { checks, ops, .. } = self;
        out.debug_struct("Transaction").field("checks", checks).field("ops", ops).finish_non_exhaustive()
    }
}

impl Store {
    /// Begins a transaction, which has no writes yet.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use sx_persist::{Event, Store};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Order { sku: String, amount: i64 }
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// let order = Order { sku: "A-1".into(), amount: 3 };
    ///
    /// let mut tx = store.transaction();
    /// let seq = tx.stream::<Event<Order>>("orders").record("placed", &order)?;
    /// let sold = tx.map::<String, i64>("sold").increment("A-1", order.amount);
    /// tx.kv().put("last", &order.sku)?;
    /// tx.commit()?;
    ///
    /// assert_eq!((seq.get().unwrap().get(), sold.get()), (1, Some(3)));
    /// assert_eq!(store.kv().get::<String>("last")?.as_deref(), Some("A-1"));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn transaction(&self) -> Transaction<'_> {
        Transaction {
            store: self,
            seen: HashMap::new(),
            checks: Vec::new(),
            written: HashMap::new(),
            ops: Vec::new(),
            answers: Vec::new(),
            writers: Vec::new(),
        }
    }

    /// Performs a transaction and commits it, again from its beginning whenever somebody else has changed what it has read.
    ///
    /// `act` may be called several times, so it is to do nothing else that matters. An error of its own ends it, and nothing is
    /// written; it is passed on only when what was read until then is still so.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let accounts = store.map::<String, i64>("accounts");
    /// accounts.put("ann", &100)?;
    /// let is_moved = store.transact(|tx| {
    ///     let mut accounts = tx.map::<String, i64>("accounts");
    ///     let (from, to) = (accounts.get("ann")?.unwrap_or(0), accounts.get("bob")?.unwrap_or(0));
    ///     if from < 30 {
    ///         return Ok(false);
    ///     }
    ///     accounts.put("ann", &(from - 30))?;
    ///     accounts.put("bob", &(to + 30))?;
    ///     Ok::<_, sx_persist::Error>(true)
    /// })?;
    /// assert!(is_moved);
    /// assert_eq!(accounts.get_many::<str>(["ann", "bob"])?, [Some(70), Some(30)]);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of `act`, and those of [`Transaction::commit`] except [`Error::Changed`].
    pub fn transact<R, E: From<Error>>(
        &self,
        mut act: impl FnMut(&mut Transaction<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        loop {
            let mut tx = self.transaction();
            let acted = act(&mut tx);
            if acted.is_err() {
                tx.forget_writes();
            }
            match (acted, tx.commit()) {
                (_, Err(Error::Changed(_))) => {}
                (Ok(_), Err(error)) => return Err(error.into()),
                (acted, _) => return acted,
            }
        }
    }
}

impl Transaction<'_> {
    /// Commits all that was written, if all that was read is still so. Returns the number of the commit.
    ///
    /// # Errors
    /// [`Error::Changed`] when something that was read has changed; [`Error::Operation`] with the write that was refused; `TooLarge`
    /// above 65,536 writes and reads or 64 MiB; `NoSpace`. Then nothing is written.
    pub fn commit(self) -> Result<Lsn> {
        let Self { store, checks: mut all, ops, answers, writers, .. } = self;
        let reads = all.len();
        all.extend(ops);
        if all.is_empty() {
            return Ok(Lsn::default());
        }
        let committed = store.raw().commit_finishing(&all, writers).map_err(|error| refused(error, reads))?;
        for (answer, outcome) in answers.iter().zip(&committed.outcomes[reads..]) {
            if let Some(answer) = answer {
                answer.fill(outcome);
            }
        }
        Ok(Lsn::new(committed.lsn))
    }

    fn forget_writes(&mut self) {
        self.ops.clear();
        self.answers.clear();
        self.writers.clear();
    }

    /// Adds a write whose result is not needed.
    fn push(&mut self, op: Op) {
        self.ops.push(op);
        self.answers.push(None);
    }

    /// Adds a write with what the commit will answer.
    fn push_for<T: Send + Sync + 'static>(&mut self, op: Op, take: fn(&Outcome) -> Option<T>) -> Pending<T> {
        let pending = Pending::new(take);
        self.ops.push(op);
        self.answers.push(Some(Box::new(pending.clone())));
        pending
    }

    fn set(&mut self, place: Place, found: Option<Found>) {
        self.written.insert(place, found);
    }

    /// What stands at a place, as this transaction sees it.
    fn read(&mut self, place: Place) -> Result<Found> {
        if let Some(written) = self.written.get(&place) {
            return written.clone().ok_or_else(|| {
                let reason =
                    format!("{place} has been written in this transaction, and its commit tells the answer");
                types::Error::InvalidArgument(reason).into()
            });
        }
        if let Some(found) = self.seen.get(&place) {
            return Ok(found.clone());
        }
        let question = Question::from(&place);
        let mut moment = self.store.raw().moment(&[question]).map_err(|refused| refused.error)?;
        let found = moment.found.pop().ok_or_else(no_answer)?;
        self.checks.push(check(&place, &found));
        self.seen.insert(place, found.clone());
        Ok(found)
    }
}

/// A refusal of one of several, the first of which are reads.
fn refused(CommitError { index, error }: CommitError, reads: usize) -> Error {
    match (index, error) {
        (Some(index), Error::Refused(refusal)) => match (index as usize).checked_sub(reads) {
            None => Error::Changed(refusal),
            Some(index) => Error::Operation { index, refusal },
        },
        (_, error) => error,
    }
}

/// The component has answered a question with nothing: a defect of it.
fn no_answer() -> Error {
    HostError::Component(wasmtime::Error::msg("a question was not answered")).into()
}
