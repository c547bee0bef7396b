//! Pages of a log: where one begins, what bounds it, and how its events are gathered.

use crate::base::line::{self, Text, Trailer};
use crate::error::{Error, Result};
use crate::limits::PAGE_BYTES_MAX;
pub(crate) use crate::state::places::Cursor;
use std::borrow::Cow;

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Start,
    End,
    After(u64),
    Cursor(Cursor),
}

/// An event of a log.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    Text(Cow<'a, str>),
    /// What the original wrote as bytes that are no UTF-8, and its seq.
    Original(Cow<'a, [u8]>, u64),
}

impl Event<'_> {
    pub(crate) fn seq(&self) -> u64 {
        match self {
            Self::Text(text) => line::seq_of(text),
            Self::Original(_, seq) => *seq,
        }
    }
}

/// The event of a line and its trailer, or why it cannot be gathered.
pub(crate) fn event_of<E: Events>(text: Text<'_>) -> std::result::Result<(Event<'_>, Trailer), &'static str> {
    match text {
        Text::Whole(text, trailer) => Ok((Event::Text(text.into()), trailer)),
        Text::Bare(text) => Ok((Event::Text(text), Trailer::default())),
        Text::Original(bytes, trailer, seq) if E::TAKE_BYTES => Ok((Event::Original(bytes, seq), trailer)),
        Text::Original(..) => Err(line::ORIGINAL),
        Text::Damaged(reason) => Err(reason),
    }
}

/// What events are gathered into.
pub(crate) trait Events: Default {
    /// Do they take what the original wrote as bytes, too? A page of others ends there, as at damage.
    const TAKE_BYTES: bool = false;

    /// What of an event is gathered; none when it is no event of theirs.
    fn shown(event: &str) -> Option<&str> {
        Some(event)
    }

    fn add(&mut self, event: &str);

    /// Takes what is no text.
    fn add_bytes(&mut self, _: &[u8]) {}
}

/// Each event as its bytes.
impl Events for Vec<Vec<u8>> {
    const TAKE_BYTES: bool = true;

    fn add(&mut self, event: &str) {
        self.push(event.as_bytes().to_owned());
    }

    fn add_bytes(&mut self, event: &[u8]) {
        self.push(event.to_owned());
    }
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
pub(crate) struct LogPage<E> {
    pub(crate) events: E,
    pub(crate) next: Option<Cursor>,
    /// Where it ends when nothing follows.
    pub(crate) end: Cursor,
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

impl<E: Events> LogPage<E> {
    /// None yet; `end` is where it ends when nothing follows.
    pub(crate) fn ending_at(end: Cursor) -> Self {
        Self { end, ..Self::default() }
    }

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

    /// Adds an event. False when the page is full; in the error, why it cannot be gathered.
    pub(crate) fn push(
        &mut self,
        event: &Event<'_>,
        bounds: Bounds,
    ) -> std::result::Result<bool, &'static str> {
        match event {
            Event::Text(text) => self.push_text(text, bounds),
            Event::Original(bytes, _) => {
                let has_room = self.take_room(bytes.len(), bounds);
                if has_room {
                    self.events.add_bytes(bytes);
                }
                Ok(has_room)
            }
        }
    }

    /// As [`LogPage::push`], for one that is text.
    pub(crate) fn push_text(
        &mut self,
        event: &str,
        bounds: Bounds,
    ) -> std::result::Result<bool, &'static str> {
        let text = E::shown(event).ok_or("an event of another kind")?;
        let has_room = self.take_room(text.len(), bounds);
        if has_room {
            self.events.add(text);
        }
        Ok(has_room)
    }

    fn take_room(&mut self, bytes: usize, bounds: Bounds) -> bool {
        let is_full = self.items >= bounds.items || (self.items > 0 && self.bytes + bytes > bounds.bytes);
        if !is_full {
            self.bytes += bytes;
            self.items += 1;
        }
        !is_full
    }
}
