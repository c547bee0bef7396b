//! Lists of names that are answered whole.

use crate::bounds::check_answer;
use std::collections::BTreeSet;
use sx_persist_middleware::types::Error;

/// Names in order, each once, as far as an answer goes.
pub(crate) fn all(names: BTreeSet<String>) -> Result<Vec<String>, Error> {
    check_answer(names.iter().map(String::len).sum())?;
    Ok(names.into_iter().collect())
}
