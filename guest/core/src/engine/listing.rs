//! A page of a listing.

use crate::error::Result;
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
}

impl<T, N> Filled<T, N> {
    /// Takes what `show` makes of each name, with its bytes, until there are so many items or a page's bytes; one at least.
    /// What `show` makes nothing of is passed over.
    pub(crate) fn of<I: IntoIterator<Item = N>>(
        names: I,
        items: usize,
        mut show: impl FnMut(&N) -> Result<Option<(T, usize)>>,
    ) -> Result<Self> {
        let mut filled = Self { items: Vec::new(), last: None, done: true };
        let mut bytes = 0;
        for name in names {
            if let Some((item, item_bytes)) = show(&name)? {
                bytes += item_bytes;
                if filled.items.len() >= items || (!filled.items.is_empty() && bytes > PAGE_BYTES_MAX) {
                    filled.done = false;
                    break;
                }
                filled.items.push(item);
            }
            filled.last = Some(name);
        }
        Ok(filled)
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
