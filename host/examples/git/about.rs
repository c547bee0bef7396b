//! What git keeps besides objects and refs, and where a store has it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The key of what git keeps besides objects and refs.
pub(crate) const ABOUT: &str = "git";

/// What git keeps besides objects and refs.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// `sha1` or `sha256`.
    pub(crate) format: String,
    /// Refs that name another, `HEAD` mostly.
    pub(crate) symbolic: BTreeMap<String, String>,
    /// Commits whose parents a shallow clone has left out.
    pub(crate) shallow: Vec<String>,
}
