//! What an instance holds in memory.

pub(crate) mod cache;
pub(crate) mod names;
pub(crate) mod object_counts;
pub(crate) mod overlay;
pub(crate) mod pending;
pub(crate) mod progress;
pub(crate) mod transaction;
pub(crate) mod uploads;
