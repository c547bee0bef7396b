//! The entry of a key: by the filter, the index and one block.

use super::cursor::RunCursor;
use super::entry::RunEntryKind;
use super::filter;
use super::reader::{Hit, Run, Source};
use crate::error::Result;

impl Run {
    /// What the run says of a key; none when it says nothing. Of a key whose block was lost it says that.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn get(&self, source: &mut impl Source, key: &[u8]) -> Result<Option<Hit>> {
        self.get_hashed(source, key, filter::hash(key))
    }

    /// As [`Self::get`], with the hash of the key: it is the same for all runs.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn get_hashed(&self, source: &mut impl Source, key: &[u8], hash: u64) -> Result<Option<Hit>> {
        if self.footer.lost > 0 {
            return self.get_in_ranges(source, key);
        }
        let at = self.top.lower_bound(key);
        if at == self.top.count() {
            return Ok(None);
        }
        let partition = self.partition(source, at)?;
        if !partition.filter.may_contain(hash) {
            return Ok(None);
        }
        let block = self.data(source, &partition.index, partition.index.lower_bound(key))?;
        Ok(block.search(key).ok().map(|at| Hit { block, at }))
    }

    /// Filters know the first key of a range alone, so they are not asked.
    fn get_in_ranges(&self, source: &mut impl Source, key: &[u8]) -> Result<Option<Hit>> {
        let mut cursor = RunCursor::at(self, source, key)?;
        if let Some(hit) =
            cursor.clone().next(self, source)?.filter(|hit| hit.block.compare(hit.at, key).is_eq())
        {
            return Ok(Some(hit));
        }
        Ok(cursor.previous(self, source)?.filter(|hit| hit.covers(key)))
    }
}

impl Hit {
    /// Does it say that what a key held is lost? It may be a range that the key is in.
    pub(super) fn covers(&self, key: &[u8]) -> bool {
        self.block.kind(self.at) == RunEntryKind::Lost && key <= self.value()
    }
}
