//! A page of a listing.

use crate::limits::PAGE_BYTES_MAX;

/// Which way a list is read; `types.direction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From its beginning.
    Forward,
    /// From its end.
    Backward,
}

/// Some items, and where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The cursor behind them.
    pub through: String,
    /// Is that the end?
    pub done: bool,
}

impl<T> Page<T> {
    /// The cursor of the next page; none at the end.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        (!self.done).then_some(&self.through)
    }
}

/// Some items of a list, and the last name that was looked at.
pub(crate) struct Filled<T, N> {
    pub(crate) items: Vec<T>,
    pub(crate) last: Option<N>,
    pub(crate) done: bool,
    items_max: usize,
    bytes: usize,
}

impl<T, N> Filled<T, N> {
    /// None yet, of so many at most.
    pub(crate) fn new(items_max: usize) -> Self {
        Self { items: Vec::new(), last: None, done: true, items_max, bytes: 0 }
    }

    /// Has it as many items as it may have?
    pub(crate) fn is_full(&self) -> bool {
        self.items.len() >= self.items_max
    }

    /// Takes what a name shows and how many bytes that is, or passes over one that shows nothing. False where there is no room: for
    /// one item there always is.
    pub(crate) fn take(&mut self, name: N, shown: Option<(T, usize)>) -> bool {
        if let Some((item, bytes)) = shown {
            self.bytes += bytes;
            if self.is_full() || (!self.items.is_empty() && self.bytes > PAGE_BYTES_MAX) {
                self.done = false;
                return false;
            }
            self.items.push(item);
        }
        self.last = Some(name);
        true
    }

    /// The page, its cursor that of the last name, or where it began.
    pub(crate) fn page(self, after: Option<&str>, print: impl FnOnce(N) -> String) -> Page<T> {
        let through = self.last.map_or_else(|| after.unwrap_or_default().to_owned(), print);
        Page { items: self.items, through, done: self.done }
    }
}

/// P3: an empty cursor stands before all.
pub(crate) fn behind(after: Option<&str>) -> Option<&str> {
    after.filter(|after| !after.is_empty())
}
