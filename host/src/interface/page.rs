//! A page of a list.

/// Some items, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T, N = String> {
    /// The items.
    pub items: Vec<T>,
    /// The place behind them; none at the end.
    pub next: Option<N>,
}
