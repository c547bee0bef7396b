//! A value under a name, of one store or the other.

use crate::name::Name;
use sx_persist_middleware::types::Error;

/// A value as a reader sees it: the upper store's, or the lower one's where it shines through.
pub(crate) fn merged<T>(
    upper: Result<Option<T>, Error>,
    name: &Name,
    lower: impl FnOnce() -> Result<Option<T>, Error>,
) -> Result<Option<T>, Error> {
    match upper? {
        Some(value) => Ok(Some(value)),
        None if name.falls_through()? => lower(),
        None => Ok(None),
    }
}
