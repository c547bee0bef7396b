//! The seed's own door: an operation's name and its arguments as SX (O1 to O6).

mod answer;
mod argument;
mod batch;
mod forms;
mod operations;
mod transaction;

pub use answer::Answer;
pub use argument::{Argument, Arguments};
pub use batch::{operations, put_committed, put_moment, questions};

use crate::check::not_utf8;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::interface::batch::Refusal;
use crate::storage::Storage;

/// What SX programs perform their operations on: a store, or what stands before one.
pub trait Operations {
    /// Why an operation was refused.
    type Refusal: From<Error>;

    /// Performs an operation and puts its answer. False where there is none of this name.
    ///
    /// # Errors
    /// Those of the operation, and of its arguments.
    fn perform(
        &mut self,
        op: &str,
        arguments: &Arguments<'_>,
        answer: &mut Answer,
    ) -> Result<bool, Self::Refusal>;

    /// As `perform`, where the original store may have written bytes that are no UTF-8: a store alone has such.
    ///
    /// # Errors
    /// As `perform`.
    fn perform_on_bytes(
        &mut self,
        op: &str,
        arguments: &Arguments<'_>,
        answer: &mut Answer,
    ) -> Result<bool, Self::Refusal> {
        self.perform(op, arguments, answer)
    }
}

impl<S: Storage> Engine<S> {
    /// `dispatch.handle-op`.
    ///
    /// # Errors
    /// As in `wit/dispatch.wit`.
    pub fn handle_op(&mut self, op: &str, args: &str) -> Result<Option<String>, Refusal> {
        handle_op(self, op, args)
    }

    /// `dispatch.handle-op-bytes`.
    ///
    /// # Errors
    /// As in `wit/dispatch.wit`.
    pub fn handle_op_bytes(&mut self, op: &str, args: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
        handle_op_bytes(self, op, args)
    }
}

/// `dispatch.handle-op`, on whatever performs the operations.
///
/// # Errors
/// As in `wit/dispatch.wit`.
pub fn handle_op<O: Operations>(on: &mut O, op: &str, args: &str) -> Result<Option<String>, O::Refusal> {
    if !is_owned(op) {
        return Ok(None);
    }
    let args = sx::canonical(args).map_err(Error::from)?;
    let mut answer = Answer::default();
    if !on.perform(op, &Arguments::of_text(&args), &mut answer)? {
        return Err(unknown(op).into());
    }
    let text = String::from_utf8(answer.into_bytes()).map_err(|error| {
        not_utf8(error.utf8_error(), "the answer holds bytes that are no UTF-8; use handle-op-bytes")
    });
    Ok(Some(text?))
}

/// `dispatch.handle-op-bytes`, on whatever performs the operations.
///
/// # Errors
/// As in `wit/dispatch.wit`.
pub fn handle_op_bytes<O: Operations>(
    on: &mut O,
    op: &str,
    args: &[u8],
) -> Result<Option<Vec<u8>>, O::Refusal> {
    if !is_owned(op) {
        return Ok(None);
    }
    let mut answer = Answer::default();
    let is_known = match std::str::from_utf8(args) {
        Ok(text) => {
            let args = sx::canonical(text).map_err(Error::from)?;
            on.perform_on_bytes(op, &Arguments::of_text(&args), &mut answer)?
        }
        Err(error) => {
            let args = Arguments::of_bytes(args, error)?;
            on.perform_on_bytes(op, &args, &mut answer)?
        }
    };
    if is_known { Ok(Some(answer.into_bytes())) } else { Err(unknown(op).into()) }
}

fn unknown(op: &str) -> Error {
    Error::InvalidArgument(format!("no operation {op}").into())
}

fn is_owned(op: &str) -> bool {
    ["persist/", "blob/"].iter().any(|prefix| op.starts_with(prefix))
}
