//! What a commit will answer.

use crate::types::Outcome;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// The result of a write in a [`Transaction`](crate::Transaction), once it is committed.
pub struct Pending<T> {
    answer: Arc<OnceLock<T>>,
    take: fn(&Outcome) -> Option<T>,
}

/// Takes the outcome of its operation.
pub(super) trait Fill: Send + Sync {
    fn fill(&self, outcome: &Outcome);
}

impl<T> Pending<T> {
    pub(super) fn new(take: fn(&Outcome) -> Option<T>) -> Self {
        Self { answer: Arc::default(), take }
    }

    /// Returns the answer, `None` for as long as the transaction is not committed.
    #[must_use]
    pub fn get(&self) -> Option<T>
    where
        T: Clone,
    {
        self.answer.get().cloned()
    }
}

impl<T: Send + Sync> Fill for Pending<T> {
    fn fill(&self, outcome: &Outcome) {
        if let Some(answer) = (self.take)(outcome) {
            let _ = self.answer.set(answer);
        }
    }
}

impl<T> Clone for Pending<T> {
    fn clone(&self) -> Self {
        Self { answer: Arc::clone(&self.answer), take: self.take }
    }
}

impl<T: fmt::Debug> fmt::Debug for Pending<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Pending").field(&self.answer.get()).finish()
    }
}
