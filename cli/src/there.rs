//! What a log has already, one item after the other, to be compared with what is imported.

use std::collections::VecDeque;
use std::fmt;
use sx_persist::types::{Direction, LinePage, Position};
use sx_persist::{Result, Store};

/// Items asked for at once; a page ends at 1 MiB.
pub(crate) const PAGE_ITEMS: u32 = 65_536;

type Pages<'a> = Box<dyn Fn(&Position) -> Result<LinePage> + 'a>;

/// The items of a log that were not looked at yet.
pub(crate) struct Items<'a> {
    pages: Pages<'a>,
    at: Position,
    read: VecDeque<String>,
    is_done: bool,
}

impl<'a> Items<'a> {
    /// The events of a stream from a place on.
    pub(crate) fn of_stream(store: &'a Store, stream: &str, at: Position) -> Self {
        let stream = stream.to_owned();
        Self::new(at, move |at| store.raw().read_page(&stream, at, PAGE_ITEMS, Direction::Forward))
    }

    /// The entries of a segment.
    pub(crate) fn of_segment(store: &'a Store, session: &str, segment: &str) -> Self {
        let (session, segment) = (session.to_owned(), segment.to_owned());
        Self::new(Position::Start, move |at| {
            store.raw().session_read_page(&session, &segment, at, PAGE_ITEMS, Direction::Forward)
        })
    }

    /// The entries of a segment's trace.
    pub(crate) fn of_trace(store: &'a Store, session: &str, segment: &str) -> Self {
        let (session, segment) = (session.to_owned(), segment.to_owned());
        Self::new(Position::Start, move |at| {
            store.raw().session_read_trace(&session, &segment, at, PAGE_ITEMS, Direction::Forward)
        })
    }

    fn new(at: Position, pages: impl Fn(&Position) -> Result<LinePage> + 'a) -> Self {
        Self { pages: Box::new(pages), at, read: VecDeque::new(), is_done: false }
    }

    /// The next item. Behind the last one there is none, whatever is appended meanwhile.
    pub(crate) fn next(&mut self) -> Result<Option<String>> {
        self.fill()?;
        Ok(self.read.pop_front())
    }

    /// Passes by what is before the first such item. Answers whether there is one, which is then the next.
    pub(crate) fn skip_to(&mut self, is_it: impl Fn(&str) -> bool) -> Result<bool> {
        loop {
            self.fill()?;
            match self.read.front() {
                None => return Ok(false),
                Some(item) if is_it(item) => return Ok(true),
                Some(_) => drop(self.read.pop_front()),
            }
        }
    }

    fn fill(&mut self) -> Result<()> {
        while self.read.is_empty() && !self.is_done {
            let page = (self.pages)(&self.at)?;
            self.read.extend(page.lines.lines().map(str::to_owned));
            self.is_done = page.done;
            self.at = Position::Cursor(page.through);
        }
        Ok(())
    }
}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Items")
            .field("at", &self.at)
            .field("is_done", &self.is_done)
            .finish_non_exhaustive()
    }
}
