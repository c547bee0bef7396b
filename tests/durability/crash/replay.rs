//! The words that replay a case, and the one case that is replayed.

use std::cell::RefCell;
use std::sync::OnceLock;

thread_local! {
    /// What a thread is at: the words that replay it.
    static CONTEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Says what this thread is at, for whoever reads of a failure.
pub(crate) fn at(context: impl Into<String>) {
    CONTEXT.set(context.into());
}

/// What this thread was at.
pub(crate) fn context() -> String {
    CONTEXT.with_borrow(Clone::clone)
}

/// The one case that a replay is about; what is not set is not limited.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Only {
    pub(crate) moment: Option<u64>,
    pub(crate) draw: Option<u64>,
    pub(crate) again: Option<u64>,
    pub(crate) redraw: Option<u64>,
    pub(crate) checked: Option<u64>,
}

/// Set when a case is replayed.
pub(crate) static ONLY: OnceLock<Only> = OnceLock::new();

pub(crate) fn only() -> Only {
    ONLY.get().copied().unwrap_or_default()
}

pub(crate) fn picks(wanted: Option<u64>, found: u64) -> bool {
    wanted.is_none_or(|wanted| wanted == found)
}
