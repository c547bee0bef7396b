//! A place in a stream that moves on with it, also while another process appends and truncates.

use sx_persist::types::{Error, Position};
use sx_persist::{Result, Store};

/// Reads a stream from a place on, each event once.
///
/// The last page of a stream has no cursor to what comes next. It is read again from where it began, and what was
/// given of it is left out.
#[derive(Debug)]
pub(crate) struct Tail<'a> {
    store: &'a Store,
    stream: &'a str,
    page_events: u32,
    /// Where the present page begins.
    at: Position,
    /// How many of its events were given.
    given: usize,
    /// The last of those.
    last: Option<String>,
    /// The highest seq given, or the one to begin after.
    highest: u64,
    is_at_end: bool,
}

impl<'a> Tail<'a> {
    pub(crate) fn new(store: &'a Store, stream: &'a str, at: Position, page_events: u32) -> Self {
        let highest = if let Position::After(seq) = at { seq } else { 0 };
        Self { store, stream, page_events, at, given: 0, last: None, highest, is_at_end: false }
    }

    /// Has everything been given that was there a moment ago?
    pub(crate) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// The events behind those given before, a page of them at most.
    pub(crate) fn next_events(&mut self) -> Result<Vec<String>> {
        let page = match self.store.text().read_page(self.stream, &self.at, self.page_events, false) {
            Ok(page) if self.continues(&page.events) => page,
            Err(error) if !self.is_outdated(&error) => return Err(error),
            // The stream was truncated: the place is gone, and the seqs tell what was given.
            Ok(_) | Err(_) => {
                self.at = Position::After(self.highest);
                self.given = 0;
                self.store.text().read_page(self.stream, &self.at, self.page_events, false)?
            }
        };
        let fresh: Vec<_> = page.events.lines().skip(self.given).map(str::to_owned).collect();
        self.note(&fresh);
        self.is_at_end = page.next.is_none();
        match page.next {
            Some(next) => {
                self.at = Position::Cursor(next);
                self.given = 0;
            }
            None => self.given += fresh.len(),
        }
        Ok(fresh)
    }

    /// Does the page still begin with what was given of it? A place that is no cursor does not become outdated.
    fn continues(&self, events: &str) -> bool {
        self.given == 0 || events.lines().nth(self.given - 1) == self.last.as_deref()
    }

    fn is_outdated(&self, error: &sx_persist::Error) -> bool {
        matches!(self.at, Position::Cursor(_)) && matches!(error.refusal(), Some(Error::InvalidArgument(_)))
    }

    fn note(&mut self, events: &[String]) {
        let seqs = events.iter().filter_map(|event| sx::field(event, "seq")?.parse().ok());
        self.highest = seqs.fold(self.highest, u64::max);
        if let Some(last) = events.last() {
            self.last = Some(last.clone());
        }
    }
}
