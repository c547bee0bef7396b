//! `persist` with values as SX text.

use crate::error::Result;
use crate::interface::raw::Raw;
use crate::interface::{Page, wit};
use crate::types::{Direction, EntryPage, ExpectSeq, LinePage, Position};
use serde::de::DeserializeOwned;

/// The functions of `persist`.
impl Raw<'_> {
    /// `persist.append`
    ///
    /// # Errors
    /// `invalid-name`; `invalid-value` when the text is not a value; `invalid-event` when it is not a dict or its `:seq` is
    /// no integer from 1 to 9,007,199,254,740,991; `too-large` above 16 MiB, 128 levels or 1,048,576 nodes.
    pub fn append(&self, stream: &str, event: &str) -> Result<u64> {
        wit::persist::append(self.store, stream.to_owned(), event.to_owned())
    }

    /// `persist.append-expecting`
    ///
    /// # Errors
    /// `invalid-name`; `invalid-value`; `invalid-event`, also when the seqs do not rise; `stale` with the actual
    /// last-seq; `too-large` above 65,536 events or 64 MiB.
    pub fn append_expecting(&self, stream: &str, expected: u64, events: &[String]) -> Result<u64> {
        wit::persist::append_expecting(self.store, stream.to_owned(), expected, events.to_vec())
    }

    /// `persist.record-event`
    ///
    /// # Errors
    /// `invalid-name`; `invalid-value`; `stale` with the actual last-seq; `invalid-event` when last-seq is at its
    /// highest; `too-large`.
    pub fn record_event(
        &self,
        stream: &str,
        kind: &str,
        at: i64,
        data: &str,
        expected: ExpectSeq,
    ) -> Result<String> {
        let (stream, kind, data) = (stream.to_owned(), kind.to_owned(), data.to_owned());
        wit::persist::record_event(self.store, stream, kind, at, data, expected)
    }

    /// `persist.read`
    ///
    /// # Errors
    /// `invalid-name`; `too-large` when the events together pass 64 MiB: use `read-page`.
    pub fn read(&self, stream: &str) -> Result<Vec<String>> {
        wit::persist::read(self.store, stream)
    }

    /// `persist.read-page`: [`str::lines`] takes the events of a page apart.
    ///
    /// # Errors
    /// `invalid-name`; `invalid-argument` for a limit of 0 or above 65,536, for `after` read backward, and for a
    /// cursor that is outdated or none.
    pub fn read_page(
        &self,
        stream: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        wit::persist::read_page(self.store, stream, at, limit, direction)
    }

    /// `persist.kv-get`
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn kv_get(&self, key: &str) -> Result<Option<String>> {
        wit::persist::kv_get(self.store, key)
    }

    /// `persist.kv-put`
    ///
    /// # Errors
    /// `invalid-name`; `invalid-value`; `too-large` above 16 MiB, 128 levels or 1,048,576 nodes.
    pub fn kv_put(&self, key: &str, value: &str) -> Result<()> {
        wit::persist::kv_put(self.store, key.to_owned(), value.to_owned())
    }

    /// `persist.kv-swap`
    ///
    /// # Errors
    /// `invalid-name`; `invalid-value`; `too-large`.
    pub fn kv_swap(&self, key: &str, expected: Option<&str>, replacement: Option<&str>) -> Result<bool> {
        let (expected, replacement) = (expected.map(str::to_owned), replacement.map(str::to_owned));
        wit::persist::kv_swap(self.store, key.to_owned(), expected, replacement)
    }

    /// `persist.kv-list`
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536.
    pub fn kv_list(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<EntryPage> {
        wit::persist::kv_list(self.store, prefix, after, limit)
    }

    /// `persist.last-seq`
    ///
    /// # Errors
    /// `invalid-name`; `corrupt` when the log is empty and its `.seq` is not a number.
    pub fn last_seq(&self, stream: &str) -> Result<u64> {
        wit::persist::last_seq(self.store, stream)
    }

    /// `persist.count`
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn count(&self, stream: &str) -> Result<u64> {
        wit::persist::count(self.store, stream)
    }

    /// `persist.streams`
    ///
    /// # Errors
    /// `too-large` when the names together pass 64 MiB: use `list-streams`.
    pub fn streams(&self) -> Result<Vec<String>> {
        wit::persist::streams(self.store)
    }

    /// `persist.list-streams`
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536.
    pub fn list_streams(&self, prefix: &str, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        Ok(wit::persist::list_streams(self.store, prefix, after, limit)?.into())
    }

    /// `persist.truncate`
    ///
    /// # Errors
    /// `invalid-name`; `corrupt` when damage is met while the events are counted.
    pub fn truncate(&self, stream: &str, upto: u64) -> Result<u64> {
        wit::persist::truncate(self.store, stream.to_owned(), upto)
    }

    /// `persist.kv-delete`
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn kv_delete(&self, key: &str) -> Result<bool> {
        wit::persist::kv_delete(self.store, key.to_owned())
    }

    /// `persist.kv-has`
    ///
    /// # Errors
    /// `invalid-name`.
    pub fn kv_has(&self, key: &str) -> Result<bool> {
        wit::persist::kv_has(self.store, key)
    }

    /// `persist.kv-keys`
    ///
    /// # Errors
    /// `too-large` when the keys together pass 64 MiB: use `kv-list`.
    pub fn kv_keys(&self) -> Result<Vec<String>> {
        wit::persist::kv_keys(self.store)
    }
}

/// Values of texts.
pub(crate) fn from_texts<'a, T: DeserializeOwned>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<T>> {
    texts.map(|text| Ok(sx::from_str(text)?)).collect()
}
