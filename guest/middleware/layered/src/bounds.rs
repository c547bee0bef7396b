//! What is too large for an answer or a commit.

use sx_persist_middleware::limits;
use sx_persist_middleware::types::{Error, Excess};

/// What one answer may hold.
pub(crate) fn check_answer(bytes: usize) -> Result<(), Error> {
    if bytes > limits::ANSWER_BYTES_MAX {
        return Err(too_large(limits::ANSWER_BYTES_MAX, bytes));
    }
    Ok(())
}

pub(crate) fn too_large(limit: usize, actual: usize) -> Error {
    Error::TooLarge(Excess { limit: limit as u64, actual: actual as u64 })
}
