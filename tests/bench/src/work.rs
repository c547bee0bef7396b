//! An operation, ready to be timed, and the numbers that it goes by.

use anyhow::Result;
use std::sync::atomic::{AtomicU64, Ordering};

/// An operation that is ready to be timed: called with its number, from 0 on.
pub(crate) struct Work<'a> {
    pub(crate) call: Box<dyn Fn(u64) -> Result<()> + Sync + 'a>,
    /// Operations that a call counts for.
    pub(crate) each: u64,
    /// Bytes that a call hands over.
    pub(crate) payload_bytes: u64,
}

impl<'a> Work<'a> {
    pub(crate) fn new(call: impl Fn(u64) -> Result<()> + Sync + 'a) -> Self {
        Self { call: Box::new(call), each: 1, payload_bytes: 0 }
    }

    pub(crate) fn of(self, each: u64) -> Self {
        Self { each, ..self }
    }

    pub(crate) fn with_payload(self, payload_bytes: u64) -> Self {
        Self { payload_bytes, ..self }
    }
}

/// So many numbers that nobody has had in this run, for seqs and versions: the first of them.
pub(crate) fn fresh(numbers: u64) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(numbers, Ordering::Relaxed)
}

/// A number below `of` that seems to have no order.
pub(crate) fn scattered(number: u64, of: u64) -> u64 {
    number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(31) % of.max(1)
}

pub(crate) fn pick<T: AsRef<U>, U: ?Sized>(items: &[T], number: u64) -> &U {
    // INVARIANT: a workload hands over something.
    items[usize::try_from(number).unwrap_or_default() % items.len()].as_ref()
}
