//! What is answered to the operations of a batch.

use crate::error::Error;

/// What an operation answers; `types.outcome`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The stream's last-seq, or how many entries there are now.
    Appended(u64),
    /// The event.
    Recorded(String),
    /// How many events were dropped.
    Truncated(u64),
    /// Done.
    Put,
    /// Was it there?
    Deleted(bool),
    /// Was it swapped?
    Swapped(bool),
    /// The CID.
    Stored(String),
    /// The version that was written.
    Versioned(u64),
    /// The sum.
    Incremented(i64),
    /// It is so.
    Checked,
}

/// Why a commit was refused; `types.refusal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The operation that was refused, 0 for the first; none for the batch as a whole.
    pub index: Option<usize>,
    /// Its error.
    pub reason: Error,
}

impl From<Error> for Refusal {
    fn from(reason: Error) -> Self {
        Self { index: None, reason }
    }
}
