//! Entries as the events that they are stored as.

use crate::check::check_batch;
use crate::engine::page::Events;
use crate::error::Result;
use crate::keyspace::rules::entry_of;
use std::borrow::Cow;

/// The entries of a log of events.
#[derive(Debug, Default)]
pub(super) struct Entries<E>(pub(super) E);

impl<E: Events> Events for Entries<E> {
    fn shown(event: &str) -> Option<&str> {
        entry_of(event)
    }

    fn add(&mut self, entry: &str) {
        self.0.add(entry);
    }
}

/// Several entries in canonical text.
pub(super) fn parse_entries(entries: &[String]) -> Result<Vec<Cow<'_, str>>> {
    check_batch(entries.iter().map(String::len))?;
    entries.iter().map(|entry| Ok(sx::canonical(entry)?)).collect()
}
