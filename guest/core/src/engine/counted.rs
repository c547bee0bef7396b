//! Which entries with numbers count: the row of what they belong to says so.

use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::keyspace::segment::split_entry;
use crate::keyspace::{ENTRIES, EVENTS, Keyspace, TRACES, event};
use crate::storage::Storage;
use std::ops::RangeInclusive;

/// Tells of one entry after the other, and keeps what the last row said.
#[derive(Debug, Default)]
pub(super) struct CountedEntries {
    last: Option<(Vec<u8>, RangeInclusive<u64>)>,
}

impl CountedEntries {
    /// Does an entry count? All that have no numbers do, and those whose row cannot be read.
    pub(super) fn has<S: Storage>(
        &mut self,
        engine: &mut Opened<'_, S>,
        keyspace: &'static Keyspace,
        name: &[u8],
    ) -> Result<bool> {
        let found = match keyspace {
            _ if *keyspace == EVENTS => event::split(name),
            _ if [&ENTRIES, &TRACES].contains(&keyspace) => split_entry(name)
                .map(|(_, nth)| (name.get(..name.len() - size_of::<u64>()).unwrap_or_default(), nth)),
            _ => return Ok(true),
        };
        let Some((of, nth)) = found else { return Ok(false) };
        if self.last.as_ref().is_none_or(|(last, _)| last != of) {
            let numbers = match engine.counted_numbers(keyspace, of) {
                Err(Error::Corrupt(_)) => 0..=u64::MAX,
                numbers => numbers?,
            };
            self.last = Some((of.to_vec(), numbers));
        }
        Ok(self.last.as_ref().is_some_and(|(_, numbers)| numbers.contains(&nth)))
    }
}

impl<S: Storage> Opened<'_, S> {
    /// The numbers of the entries of a stream or a segment that count.
    fn counted_numbers(&mut self, keyspace: &Keyspace, of: &[u8]) -> Result<RangeInclusive<u64>> {
        match of.try_into() {
            Ok(segment) if *keyspace != EVENTS => {
                let row = self.segment_row(&segment)?;
                Ok(1..=row.map_or(0, |row| row.extent(keyspace).count))
            }
            _ => Ok(self.stream_row(of)?.unwrap_or_default().numbers()),
        }
    }
}
