//! Iterators over lists of the store: the pages stay below.

use crate::error::Result;
use crate::interface::Page;
use std::fmt;
use std::vec;

/// Reads the page behind a cursor, the first one without.
type Read<'a, T> = Box<dyn FnMut(Option<&str>) -> Result<Page<T>> + Send + 'a>;

/// The items of a list, each of them a result. An error ends it.
///
/// Items are read a page at a time, each page as it is at its moment: what others write meanwhile may be among them or not. What
/// stays there all the time is given once.
pub struct Items<'a, T> {
    read: Read<'a, T>,
    page: vec::IntoIter<T>,
    /// Where the next page begins.
    at: Option<String>,
    is_done: bool,
}

impl<'a, T> Items<'a, T> {
    pub(crate) fn new(read: impl FnMut(Option<&str>) -> Result<Page<T>> + Send + 'a) -> Self {
        Self { read: Box::new(read), page: Vec::new().into_iter(), at: None, is_done: false }
    }
}

impl<T> Iterator for Items<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(Ok(item));
            }
            if self.is_done {
                return None;
            }
            match (self.read)(self.at.as_deref()) {
                Ok(page) => {
                    self.is_done = page.done;
                    self.page = page.items.into_iter();
                    self.at = Some(page.through);
                }
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<T> std::iter::FusedIterator for Items<'_, T> {}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Items")
            .field("at", &self.at)
            .field("is_done", &self.is_done)
            .finish_non_exhaustive()
    }
}
