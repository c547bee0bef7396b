//! The storage, with names on its faults and a count of its steps.

pub(crate) mod files;
pub mod memory;
pub(crate) mod tmp;
