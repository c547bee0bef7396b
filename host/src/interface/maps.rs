//! `maps`: tables of bytes with versions.

use crate::error::Result;
use crate::interface::raw::Raw;
use crate::interface::wit;
use crate::types::{Direction, Expect, KeyPage, MapEntry, MapPage, MapPair, MapRange};

/// The functions of `maps`.
impl Raw<'_> {
    /// The value of a key and its version.
    ///
    /// # Errors
    /// `invalid-name`; `corrupt`; `io`.
    pub fn map_get(&self, table: &str, key: &[u8]) -> Result<Option<MapEntry>> {
        wit::maps::get(self.store, table, key)
    }

    /// The values of several keys, as they are at one moment.
    ///
    /// # Errors
    /// `too-large` above 65,536 keys, or when the values together pass 64 MiB.
    pub fn map_get_many(&self, table: &str, keys: &[Vec<u8>]) -> Result<Vec<Option<MapEntry>>> {
        wit::maps::get_many(self.store, table, keys)
    }

    /// Returns `true` if a key is there.
    ///
    /// # Errors
    /// `invalid-name`; `corrupt`; `io`.
    pub fn map_has(&self, table: &str, key: &[u8]) -> Result<bool> {
        wit::maps::has(self.store, table, key)
    }

    /// Sets the value of a key, whatever it was before. Returns the version.
    ///
    /// # Errors
    /// `too-large` above 16 MiB.
    pub fn map_put(&self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        wit::maps::put(self.store, table.to_owned(), key.to_owned(), value.to_owned())
    }

    /// Sets the value of a key that is not there. Returns the version.
    ///
    /// # Errors
    /// `stale` when it is there, with 0 as `expected` and its version as `actual`; `too-large` above 16 MiB.
    pub fn map_put_new(&self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        wit::maps::put_new(self.store, table.to_owned(), key.to_owned(), value.to_owned())
    }

    /// Sets the value of a key when it is what the caller expects. Returns the new version.
    ///
    /// ```
    /// use sx_persist::types::{Error, Expect, Stale};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let first = store.raw().map_swap("sessions", b"7", Expect::Absent, b"open")?;
    /// let second = store.raw().map_swap("sessions", b"7", Expect::Version(first), b"paid")?;
    /// let refused = store.raw().map_swap("sessions", b"7", Expect::Version(first), b"closed").unwrap_err();
    /// assert_eq!(refused.refusal(), Some(&Error::Stale(Stale { expected: first, actual: second })));
    /// assert_eq!(store.raw().map_get("sessions", b"7")?.unwrap().value, b"paid");
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// `stale` when it is something else, with its version as `actual`, 0 for an absent key; `too-large` above 16
    /// MiB.
    pub fn map_swap(&self, table: &str, key: &[u8], expected: Expect, value: &[u8]) -> Result<u64> {
        wit::maps::swap(self.store, table.to_owned(), key.to_owned(), expected, value.to_owned())
    }

    /// Removes a key, when it is what is expected. Returns whether it was there.
    ///
    /// # Errors
    /// `stale` when it is something else, also when it is absent and a version was expected.
    pub fn map_delete(&self, table: &str, key: &[u8], expected: Expect) -> Result<bool> {
        wit::maps::delete(self.store, table.to_owned(), key.to_owned(), expected)
    }

    /// Adds to an integer in decimal text, 0 for an absent key. Returns the sum.
    ///
    /// # Errors
    /// `invalid-argument` when the value is no decimal integer of 64 bits, or the sum would be none.
    pub fn map_increment(&self, table: &str, key: &[u8], delta: i64) -> Result<i64> {
        wit::maps::increment(self.store, table.to_owned(), key.to_owned(), delta)
    }

    /// Sets several keys in one commit. Returns the version, which they share.
    ///
    /// # Errors
    /// `too-large` above either, or for a value above 16 MiB.
    pub fn map_put_many(&self, table: &str, pairs: &[MapPair]) -> Result<u64> {
        wit::maps::put_many(self.store, table, pairs)
    }

    /// Removes several keys in one commit. Returns how many were there.
    ///
    /// # Errors
    /// `too-large` above 65,536.
    pub fn map_delete_many(&self, table: &str, keys: &[Vec<u8>]) -> Result<u64> {
        wit::maps::delete_many(self.store, table, keys)
    }

    /// Some keys of a table in the order of their bytes: those of a range behind the cursor `after`, backward those before it.
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536, and for an invalid cursor.
    pub fn map_list(
        &self,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage> {
        wit::maps::list(self.store, table, range, after, limit, direction)
    }

    /// Some keys of a table and their values, in the order of the keys' bytes: those of a range behind the cursor `after`, backward
    /// those before it.
    ///
    /// # Errors
    /// Those of `list`.
    pub fn map_scan(
        &self,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage> {
        wit::maps::scan(self.store, table, range, after, limit, direction)
    }

    /// How many keys a table has.
    ///
    /// # Errors
    /// `invalid-name`; `corrupt`; `io`.
    pub fn map_count(&self, table: &str) -> Result<u64> {
        wit::maps::count(self.store, table)
    }

    /// The tables that have keys, in the order of their bytes.
    ///
    /// # Errors
    /// `too-large` above 64 MiB.
    pub fn map_tables(&self) -> Result<Vec<String>> {
        wit::maps::tables(self.store)
    }

    /// Removes all keys of a table in one commit. Returns how many there were.
    ///
    /// # Errors
    /// `too-large` for a table of more than 65,536 keys, or of keys of more than 72 MiB: `delete-many` takes it in
    /// parts.
    pub fn map_drop_table(&self, table: &str) -> Result<u64> {
        wit::maps::drop_table(self.store, table.to_owned())
    }
}
