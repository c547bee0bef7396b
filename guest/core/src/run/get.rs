//! The entry of a key: by the filter, the index and one block.

#[cfg(any(test, feature = "fuzzing"))]
use super::filter;
use super::hit::Hit;
use super::reader::{Run, Source};
use crate::error::Result;

impl Run {
    /// What the run says of a key; none when it says nothing.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn get(&self, source: &mut impl Source, key: &[u8]) -> Result<Option<Hit>> {
        self.get_hashed(source, key, filter::hash(key))
    }

    /// As [`Self::get`], with the hash of the key: it is the same for all runs.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn get_hashed(&self, source: &mut impl Source, key: &[u8], hash: u64) -> Result<Option<Hit>> {
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
}
