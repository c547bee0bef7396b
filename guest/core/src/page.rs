//! Pages of a log: where one begins, what bounds it, and how its events are gathered.

use crate::error::{Error, Result};
use crate::limits::PAGE_BYTES_MAX;
use crate::record::Mark;

/// A place between two events of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The log's `cut` when the cursor was given: after another truncation it is outdated.
    pub(crate) cut: u64,
    /// The number of the event before the place.
    pub(crate) nth: u64,
    /// Where the line behind the place begins, when it stood in the base; a hint.
    pub(crate) offset: u64,
    /// Only events with a seq above this one are wanted.
    pub(crate) after: Option<u64>,
}

impl Cursor {
    pub(crate) fn is_in(self, base: Mark) -> bool {
        (1..=base.length_bytes).contains(&self.offset)
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Start,
    End,
    After(u64),
    /// Behind the event of this number.
    Behind(u64),
    Cursor(Cursor),
}

/// What events are gathered into.
pub(crate) trait Events: Default {
    /// What of an event is gathered.
    fn shown(event: &str) -> &str {
        event
    }

    fn add(&mut self, event: &str);
}

/// Each event a string of its own.
impl Events for Vec<String> {
    fn add(&mut self, event: &str) {
        self.push(event.to_owned());
    }
}

/// Each event a line: one allocation for all, in here and in the host.
impl Events for String {
    fn add(&mut self, event: &str) {
        self.push_str(event);
        self.push('\n');
    }
}

/// Some events.
#[derive(Debug, Default)]
pub(crate) struct Page<E> {
    pub(crate) events: E,
    pub(crate) next: Option<Cursor>,
    /// Of the events' texts.
    pub(crate) bytes: usize,
    items: usize,
    /// Why it ends where it does, if not at its bounds: the page behind it begins with damage.
    pub(crate) damage: Option<Error>,
}

/// What bounds a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    pub(crate) items: usize,
    pub(crate) bytes: usize,
}

impl Bounds {
    pub(crate) fn page(items: usize) -> Self {
        Self { items, bytes: PAGE_BYTES_MAX }
    }
}

impl<E: Events> Page<E> {
    /// Events that are to be looked at before the page is surely full: the one behind the last tells that more follow.
    pub(crate) fn room(&self, bounds: Bounds) -> usize {
        bounds.items.saturating_sub(self.items).saturating_add(1)
    }

    /// Ends the page at damage. One that would begin with it is refused.
    pub(crate) fn end_at(&mut self, error: Error) -> Result<()> {
        if self.items == 0 || !matches!(error, Error::Corrupt(_)) {
            return Err(error);
        }
        self.damage = Some(error);
        Ok(())
    }

    /// Adds an event, unless the page is full.
    pub(crate) fn push(&mut self, event: &str, bounds: Bounds) -> bool {
        let text = E::shown(event);
        let is_full =
            self.items >= bounds.items || (self.items > 0 && self.bytes + text.len() > bounds.bytes);
        if !is_full {
            self.bytes += text.len();
            self.items += 1;
            self.events.add(text);
        }
        !is_full
    }
}
