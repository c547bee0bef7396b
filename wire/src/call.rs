//! Calls: functions that are no operations of a transaction, and what they answer.

use crate::answers::{DONE, Refusal, put_done, put_refusal, take_refusal};
use crate::function::Function;
use crate::part::{Malformed, Part, Put, begin, end, whole};

/// Text and bytes that stand around the arguments: numbers and lengths.
const AROUND_BYTES: usize = 32;

/// A call as the bytes that are handed over; `arguments` writes them, and `bytes` says about how many there are.
#[must_use]
pub fn call(function: Function, bytes: usize, arguments: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes + AROUND_BYTES);
    begin(&mut out);
    out.push(function.number());
    arguments(&mut out);
    out
}

/// Reads which function is called, and leaves the bytes of its arguments.
///
/// # Errors
/// The bytes are no call of this version.
pub fn called(call: &[u8]) -> Result<(Function, &[u8]), Malformed> {
    match call {
        [crate::VERSION, number, arguments @ ..] => match Function::of(*number) {
            Some(function) => Ok((function, arguments)),
            None => Err(Malformed::Unknown { what: "function", number: *number }),
        },
        [] | [crate::VERSION] => Err(Malformed::Short),
        [version, ..] => Err(Malformed::Version(*version)),
    }
}

/// Reads all arguments of a call, as a tuple.
///
/// # Errors
/// The bytes are no such arguments.
pub fn arguments<T: Part>(mut from: &[u8]) -> Result<T, Malformed> {
    let arguments = T::take(&mut from)?;
    end(from)?;
    Ok(arguments)
}

/// The bytes of what a function answered: what it has, or an error and the index of what was refused of several.
#[must_use]
pub fn answer<E: Put>(answered: &Result<impl Put, (Option<u32>, E)>) -> Vec<u8> {
    // As large as it is, since what is larger is made smaller when it is handed over.
    let room = answered.as_ref().map_or_else(|(_, error)| error.room() + 8, Put::room);
    let mut out = Vec::with_capacity(2 + room);
    begin(&mut out);
    match answered {
        Ok(answer) => {
            put_done(&mut out);
            answer.put(&mut out);
        }
        Err((index, error)) => put_refusal(*index, error, &mut out),
    }
    out
}

/// Reads what a function answered.
///
/// # Errors
/// The bytes are no such answer of this version.
pub fn answered<T: Part>(answer: Vec<u8>) -> Result<Result<T, Refusal>, Malformed> {
    match answer[..] {
        [crate::VERSION, DONE, ..] => T::take_last(answer, 2).map(Ok),
        _ => whole(&answer, |from| take_refusal(from, |_| Err(Malformed::Part("answer")))),
    }
}
