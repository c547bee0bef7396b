//! What the store answers, as the errors of `std::io`.

use std::io::{self, ErrorKind};
use sx_persist::types::Error as Refusal;

/// An error of the store, with the kind that fits it best; the error itself is the source.
pub(crate) fn to_io(error: sx_persist::Error) -> io::Error {
    let kind = match error.refusal() {
        Some(Refusal::InvalidName(_) | Refusal::InvalidArgument(_)) => ErrorKind::InvalidInput,
        Some(Refusal::TooLarge(_)) => ErrorKind::FileTooLarge,
        Some(Refusal::Corrupt(_)) => ErrorKind::InvalidData,
        Some(Refusal::ReadOnly) => ErrorKind::ReadOnlyFilesystem,
        Some(Refusal::NoSpace(_)) => ErrorKind::StorageFull,
        _ => ErrorKind::Other,
    };
    io::Error::new(kind, error)
}

/// A value that SX text cannot hold.
pub(crate) fn unprintable(error: sx::Error) -> io::Error {
    use sx::ErrorKind as E;
    let is_large = matches!(error.kind(), E::TooLong { .. } | E::TooManyNodes { .. } | E::TooDeep { .. });
    let kind = if is_large { ErrorKind::FileTooLarge } else { ErrorKind::InvalidData };
    io::Error::new(kind, sx_persist::Error::from(error))
}

pub(crate) fn another_type(key: &str) -> io::Error {
    let reason = format!("the replicator does not hold {key:?}, or not with the type that was attached");
    io::Error::new(ErrorKind::InvalidData, reason)
}

/// The same error once more: one for whoever called, one to keep.
pub(crate) fn copied(error: &io::Error) -> io::Error {
    match error.get_ref().and_then(|source| source.downcast_ref::<sx_persist::Error>()) {
        Some(source) => io::Error::new(error.kind(), source.clone()),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}
