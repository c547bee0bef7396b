//! What the host library refuses, in words.

use crate::called::name_in_maps;
use sx_persist::types::Error as Refusal;
use sx_persist::{CommitError, Error, Result};
use trace::{Answer, Op};

/// An error's name, as the operation that was refused has it.
pub(crate) fn name_for(op: Option<&Op>, refusal: &Refusal) -> String {
    if matches!(op, Some(Op::Map(_))) { name_in_maps(refusal) } else { name(refusal) }
}

/// An error's name, and what of it is compared with the model's.
fn name(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Stale(stale) => format!("stale {} {}", stale.expected, stale.actual),
        Refusal::Conflict(_) => "conflict".into(),
        Refusal::NoSpace(_) => "no-space".into(),
        Refusal::Closed(_) => "closed".into(),
        Refusal::InvalidEvent(_) => "invalid-event".into(),
        Refusal::InvalidArgument(_) => "invalid-argument".into(),
        Refusal::NotFound(_) => "not-found".into(),
        // None of these is due in these suites, so that the reader of a failure wants all of it.
        other => format!("{other:?}"),
    }
}

/// Why all of several were refused.
pub(crate) fn refused(refused: CommitError, ops: &[Op]) -> Result<Answer> {
    match (refused.index, refused.error) {
        (Some(index), Error::Refused(refusal)) => {
            Ok(format!("error at {index} {}", name_for(ops.get(index as usize), &refusal)))
        }
        (_, error) => Err(error),
    }
}
