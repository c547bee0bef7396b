//! The base: plain files that the journal's commits end up in (docs/format.md, "The base").

pub(crate) mod format;
pub(crate) mod layout;
pub(crate) mod line;
pub(crate) mod log_file;
pub(crate) mod log_state;
pub(crate) mod other_version;
mod read_ahead;
pub(crate) mod search;
pub(crate) mod value_file;
