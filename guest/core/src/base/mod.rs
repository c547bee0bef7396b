//! The base: plain files that the journal's commits end up in (docs/format.md, "The base").

mod ahead;
pub(crate) mod layout;
pub(crate) mod line;
pub(crate) mod log;
pub(crate) mod mark;
pub(crate) mod search;
pub(crate) mod value;
