//! `maps`: tables of bytes with versions.

use crate::error::Result;
use crate::interface::text::expect_outcome;
use crate::store::Store;
use crate::types::{
    KeyPage, MapDeleteOp, MapEntry, MapIncrementOp, MapPair, MapPutOp, MapRange, MapSwapOp, Op, Outcome,
};

/// `maps`: each method is the function of its name in `wit/maps.wit`.
impl Store {
    /// The value of a key and its version.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_get(&self, table: &str, key: &[u8]) -> Result<Option<MapEntry>> {
        self.call("maps.get", table.len() + key.len(), |exports, store| {
            exports.sx_persist_maps().call_get(store, table, key)
        })
    }

    /// The values of several keys, as they are at one moment.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_get_many(&self, table: &str, keys: &[Vec<u8>]) -> Result<Vec<Option<MapEntry>>> {
        self.call("maps.get-many", table.len() + keys_bytes(keys), |exports, store| {
            exports.sx_persist_maps().call_get_many(store, table, keys)
        })
    }

    /// Is a key there?
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_has(&self, table: &str, key: &[u8]) -> Result<bool> {
        self.call("maps.has", table.len() + key.len(), |exports, store| {
            exports.sx_persist_maps().call_has(store, table, key)
        })
    }

    /// Sets the value of a key, whatever it was before. Answers the version.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_put(&self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        let op = MapPutOp { table: table.to_owned(), key: key.to_owned(), value: value.to_owned() };
        expect_outcome!(self.submit(Op::MapPut(op))?, Outcome::Versioned(version) => version)
    }

    /// Sets the value of a key that is not there. Answers the version.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_put_new(&self, table: &str, key: &[u8], value: &[u8]) -> Result<u64> {
        let op = MapPutOp { table: table.to_owned(), key: key.to_owned(), value: value.to_owned() };
        expect_outcome!(self.submit(Op::MapPutNew(op))?, Outcome::Versioned(version) => version)
    }

    /// Sets the value of a key when it has the version that the caller has seen; `None` stands for an absent key. Answers the
    /// new version.
    ///
    /// ```
    /// use sx_persist::types::{Error, Stale};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let first = store.map_swap("sessions", b"7", None, b"open")?;
    /// let second = store.map_swap("sessions", b"7", Some(first), b"paid")?;
    /// let refused = store.map_swap("sessions", b"7", Some(first), b"closed").unwrap_err();
    /// assert_eq!(refused.refusal(), Some(&Error::Stale(Stale { expected: first, actual: second })));
    /// assert_eq!(store.map_get("sessions", b"7")?.unwrap().value, b"paid");
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_swap(&self, table: &str, key: &[u8], expected: Option<u64>, value: &[u8]) -> Result<u64> {
        let (table, key) = (table.to_owned(), key.to_owned());
        let op = MapSwapOp { table, key, expected, value: value.to_owned() };
        expect_outcome!(self.submit(Op::MapSwap(op))?, Outcome::Versioned(version) => version)
    }

    /// Removes a key; with a version, only when it has that. Answers whether it was there.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_delete(&self, table: &str, key: &[u8], expected: Option<u64>) -> Result<bool> {
        let op = MapDeleteOp { table: table.to_owned(), key: key.to_owned(), expected };
        expect_outcome!(self.submit(Op::MapDelete(op))?, Outcome::Deleted(was_there) => was_there)
    }

    /// Adds to an integer in decimal text, 0 for an absent key. Answers the sum.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_increment(&self, table: &str, key: &[u8], delta: i64) -> Result<i64> {
        let op = MapIncrementOp { table: table.to_owned(), key: key.to_owned(), delta };
        expect_outcome!(self.submit(Op::MapIncrement(op))?, Outcome::Incremented(sum) => sum)
    }

    /// Sets several keys in one commit. Answers the version, which they share.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_put_many(&self, table: &str, pairs: &[MapPair]) -> Result<u64> {
        let bytes = pairs.iter().map(|pair| pair.key.len() + pair.value.len()).sum::<usize>();
        self.write("maps.put-many", table.len() + bytes, |exports, store| {
            exports.sx_persist_maps().call_put_many(store, table, pairs)
        })
    }

    /// Removes several keys in one commit. Answers how many were there.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_delete_many(&self, table: &str, keys: &[Vec<u8>]) -> Result<u64> {
        self.write("maps.delete-many", table.len() + keys_bytes(keys), |exports, store| {
            exports.sx_persist_maps().call_delete_many(store, table, keys)
        })
    }

    /// Some keys of a table: those of a range behind `after`, in the order of their bytes, or in reverse those before it.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_list(
        &self,
        table: &str,
        range: &MapRange,
        after: Option<&[u8]>,
        limit: u32,
        reverse: bool,
    ) -> Result<KeyPage> {
        let parts = [Some(range.prefix.as_slice()), range.start.as_deref(), range.end.as_deref(), after];
        let bytes = parts.into_iter().flatten().map(<[u8]>::len).sum::<usize>();
        self.call("maps.list", table.len() + bytes, |exports, store| {
            exports.sx_persist_maps().call_list(store, table, range, after, limit, reverse)
        })
    }

    /// The tables that have keys, in the order of their bytes.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_tables(&self) -> Result<Vec<String>> {
        self.call("maps.tables", 0, |exports, store| exports.sx_persist_maps().call_tables(store))
    }

    /// Removes all keys of a table in one commit. Answers how many there were.
    ///
    /// # Errors
    /// As `wit/maps.wit` has them.
    pub fn map_drop_table(&self, table: &str) -> Result<u64> {
        self.write("maps.drop-table", table.len(), |exports, store| {
            exports.sx_persist_maps().call_drop_table(store, table)
        })
    }
}

fn keys_bytes(keys: &[Vec<u8>]) -> usize {
    keys.iter().map(Vec::len).sum()
}
