//! `maps`: tables of bytes with versions.

use crate::error::Result;
use crate::interface::wit;
use crate::store::Store;
use crate::types::{Direction, Expect, KeyPage, MapEntry, MapPage, MapPair, MapRange};

/// `maps`: each method is the function of its name in `wit/maps.wit`.
impl Store {
    /// The value of a key and its version.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_get(&self, table: &str, key: &[u8]) -> Result<Option<MapEntry>> {
        wit::maps::get(self, table, key)
    }

    /// The values of several keys, as they are at one moment.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_get_many(&self, table: &str, keys: &[Vec<u8>]) -> Result<Vec<Option<MapEntry>>> {
        wit::maps::get_many(self, table, keys)
    }

    /// Is a key there?
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_has(&self, table: &str, key: &[u8]) -> Result<bool> {
        wit::maps::has(self, table, key)
    }

    /// Sets the value of a key, whatever it was before. Answers the version.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_put(&self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        wit::maps::put(self, table.to_owned(), key.to_owned(), value.to_owned())
    }

    /// Sets the value of a key that is not there. Answers the version.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_put_new(&self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        wit::maps::put_new(self, table.to_owned(), key.to_owned(), value.to_owned())
    }

    /// Sets the value of a key when it is what the caller expects. Answers the new version.
    ///
    /// ```
    /// use sx_persist::types::{Error, Expect, Stale};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let first = store.map_swap("sessions", b"7", Expect::Absent, b"open")?;
    /// let second = store.map_swap("sessions", b"7", Expect::Version(first), b"paid")?;
    /// let refused = store.map_swap("sessions", b"7", Expect::Version(first), b"closed").unwrap_err();
    /// assert_eq!(refused.refusal(), Some(&Error::Stale(Stale { expected: first, actual: second })));
    /// assert_eq!(store.map_get("sessions", b"7")?.unwrap().value, b"paid");
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_swap(&self, table: &str, key: &[u8], expected: Expect, value: &[u8]) -> Result<u64> {
        wit::maps::swap(self, table.to_owned(), key.to_owned(), expected, value.to_owned())
    }

    /// Removes a key, when it is what is expected. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_delete(&self, table: &str, key: &[u8], expected: Expect) -> Result<bool> {
        wit::maps::delete(self, table.to_owned(), key.to_owned(), expected)
    }

    /// Adds to an integer in decimal text, 0 for an absent key. Answers the sum.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_increment(&self, table: &str, key: &[u8], delta: i64) -> Result<i64> {
        wit::maps::increment(self, table.to_owned(), key.to_owned(), delta)
    }

    /// Sets several keys in one commit. Answers the version, which they share.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_put_many(&self, table: &str, pairs: &[MapPair]) -> Result<u64> {
        wit::maps::put_many(self, table, pairs)
    }

    /// Removes several keys in one commit. Answers how many were there.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_delete_many(&self, table: &str, keys: &[Vec<u8>]) -> Result<u64> {
        wit::maps::delete_many(self, table, keys)
    }

    /// Some keys of a table in the order of their bytes: those of a range behind the cursor `after`, backward those before it.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_list(
        &self,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage> {
        wit::maps::list(self, table, range, after, limit, direction)
    }

    /// Some keys of a table and their values, in the order of the keys' bytes: those of a range behind the cursor `after`, backward
    /// those before it.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_scan(
        &self,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage> {
        wit::maps::scan(self, table, range, after, limit, direction)
    }

    /// How many keys a table has.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_count(&self, table: &str) -> Result<u64> {
        wit::maps::count(self, table)
    }

    /// The tables that have keys, in the order of their bytes.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_tables(&self) -> Result<Vec<String>> {
        wit::maps::tables(self)
    }

    /// Removes all keys of a table in one commit. Answers how many there were.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_drop_table(&self, table: &str) -> Result<u64> {
        wit::maps::drop_table(self, table.to_owned())
    }
}
