//! Entries as the events that they are stored as.

use crate::error::Result;
use crate::page::Events;
use crate::persist::check_batch;
use std::borrow::Cow;

/// The entries of a log of events.
#[derive(Debug, Default)]
pub(super) struct Entries<E>(pub(super) E);

impl<E: Events> Events for Entries<E> {
    fn shown(event: &str) -> &str {
        // INVARIANT: what was appended is an entry, and what the base holds is checked to be one.
        entry_of(event).unwrap_or_default()
    }

    fn add(&mut self, entry: &str) {
        self.0.add(entry);
    }
}

const HEAD: &str = "{:entry ";
const SEQ: &str = " :seq ";

/// The event that an entry is stored as, in canonical text.
pub(super) fn event_of(entry: &str, lsn: u64) -> String {
    format!("{HEAD}{entry}{SEQ}{lsn}}}")
}

/// The entry of an event.
fn entry_of(event: &str) -> Option<&str> {
    let (entry, lsn) = event.strip_prefix(HEAD)?.strip_suffix('}')?.rsplit_once(SEQ)?;
    (!lsn.is_empty() && lsn.bytes().all(|digit| digit.is_ascii_digit())).then_some(entry)
}

/// Is this what the base holds for an entry?
pub(crate) fn is_entry(event: &str) -> bool {
    entry_of(event).is_some()
}

/// Several entries in canonical text.
pub(super) fn parse_entries(entries: &[String]) -> Result<Vec<Cow<'_, str>>> {
    check_batch(entries.iter().map(String::len))?;
    entries.iter().map(|entry| Ok(sx::canonical(entry)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_comes_out_of_its_event_as_it_went_in() {
        for entry in ["1", "nil", "\" :seq 7}\"", "{:entry 1 :seq 2}", "{}", "(list :seq 5)"] {
            let event = event_of(entry, 42);
            assert_eq!(entry_of(&event), Some(entry));
            assert_eq!(sx::canonical(&event).as_deref(), Ok(event.as_str()));
        }
        for other in ["5", "{:seq 1}", "{:entry :seq 1}", "{:entry 1 :seq x}", "{:entry 1}"] {
            assert_eq!(entry_of(other), None, "{other}");
        }
    }
}
