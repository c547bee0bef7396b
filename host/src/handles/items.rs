//! Iterators over lists of the store: the pages stay below.

use crate::error::Result;
use crate::interface::Page;
use std::fmt;
use std::vec;

/// Reads the page behind a cursor, the first one without.
type Read<'a, T> = Box<dyn FnMut(Option<&str>) -> Result<Page<Result<T>>> + Send + 'a>;

/// The items of a list, each of them a result. One that is of another type is an error in its place, and the others come all the same; an
/// error of the store ends the list.
///
/// Items are read a page at a time, each page as it is at its moment: what others write meanwhile may be among them or not. What
/// stays there all the time is given once.
pub struct Items<'a, T> {
    read: Read<'a, T>,
    page: vec::IntoIter<Result<T>>,
    /// Where the next page begins.
    at: Option<String>,
    is_done: bool,
}

impl<'a, T> Items<'a, T> {
    /// Of pages whose items are all of the type.
    pub(crate) fn new(mut read: impl FnMut(Option<&str>) -> Result<Page<T>> + Send + 'a) -> Self {
        Self::of_results(move |after| Ok(read(after)?.map(Ok)))
    }

    /// Of pages whose items may each be of another type.
    pub(crate) fn of_results(read: impl FnMut(Option<&str>) -> Result<Page<Result<T>>> + Send + 'a) -> Self {
        Self { read: Box::new(read), page: Vec::new().into_iter(), at: None, is_done: false }
    }
}

impl<T> Iterator for Items<'_, T> {
    type Item = Result<T>;

    fn next(&mut self) -> Option<Result<T>> {
        loop {
            if let Some(item) = self.page.next() {
                return Some(item);
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
