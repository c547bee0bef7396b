//! How often objects were read and written, as `stats` shows it.

use std::cell::Cell;

/// What was asked of both stores together.
#[derive(Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) reads: u64,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
    /// Writes of what the lower store has: the upper one does not hear of them.
    pub(crate) kept: u64,
}

thread_local! {
    static COUNTS: Cell<Counts> = Cell::default();
}

pub(crate) fn get() -> Counts {
    COUNTS.get()
}

pub(crate) fn count(add: impl FnOnce(&mut Counts)) {
    let mut counts = COUNTS.get();
    add(&mut counts);
    COUNTS.set(counts);
}

/// Counts a write of an object that the lower store has already.
pub(crate) fn count_write() {
    count(|counts| counts.kept += 1);
}
