//! Errors of the store as `wasi:keyvalue` says them.

use crate::bindings::exports::wasi::keyvalue::store::Error;
use crate::bindings::sx::persist::types::{Damage, Error as Refusal, Excess, Failure};

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::ReadOnly => Self::AccessDenied,
            other => Self::Other(print(&other)),
        }
    }
}

/// The name of the case and its facts. Of the cases that `maps` never answers the name that Rust has is enough.
fn print(refusal: &Refusal) -> String {
    match refusal {
        Refusal::InvalidName(what) => format!("invalid-name: {what}"),
        Refusal::InvalidArgument(what) => format!("invalid-argument: {what}"),
        Refusal::TooLarge(Excess { limit, actual }) => format!("too-large: {actual}, the limit is {limit}"),
        Refusal::Corrupt(Damage { file, offset, reason, .. }) => {
            format!("corrupt: {file}, byte {offset}: {reason}")
        }
        Refusal::NoSpace(failure) => format!("no-space: {}", print_failure(failure)),
        Refusal::Io(failure) => format!("io: {}", print_failure(failure)),
        Refusal::Closed(failure) => format!("closed: {}", print_failure(failure)),
        Refusal::OutOfMemory => "out-of-memory".to_owned(),
        Refusal::Other(detail) => format!("{}: {}", detail.code, detail.message),
        other => format!("{other:?}"),
    }
}

fn print_failure(Failure { step, file, code }: &Failure) -> String {
    format!("{step} {file}: {code}")
}

/// What the store would answer as `invalid-argument`, where the adapter finds it by itself.
#[cfg(not(feature = "draft2"))]
pub(crate) fn invalid_argument(what: &str) -> Error {
    Refusal::InvalidArgument(what.to_owned()).into()
}
