//! What an instance has done with objects, in numbers.

/// What an instance has done with objects.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ObjectCounts {
    pub(crate) reads: u64,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    pub(crate) writes: u64,
}
