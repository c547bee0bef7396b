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
pub struct Page<T, N = String> {
    /// The items.
    pub items: Vec<T>,
    /// The place behind them; none at the end.
    pub next: Option<N>,
}

impl<T, N: Clone> Page<T, N> {
    /// Takes what `show` makes of each name, with its bytes, until the page has so many items or a page's bytes; one at least.
    /// What `show` makes nothing of is passed over.
    pub(crate) fn fill<I: IntoIterator<Item = N>>(
        names: I,
        items: usize,
        mut show: impl FnMut(&N) -> Result<Option<(T, usize)>>,
    ) -> Result<Self> {
        let mut page = Self { items: Vec::new(), next: None };
        let (mut bytes, mut last) = (0, None);
        for name in names {
            let Some((item, item_bytes)) = show(&name)? else { continue };
            bytes += item_bytes;
            if page.items.len() >= items || (!page.items.is_empty() && bytes > PAGE_BYTES_MAX) {
                page.next = last;
                break;
            }
            page.items.push(item);
            last = Some(name);
        }
        Ok(page)
    }
}
