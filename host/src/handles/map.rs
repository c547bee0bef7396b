//! `maps`: tables with keys and values of the caller's own types.

use crate::error::Result;
use crate::handles::key::{AsKey, Key, bytes};
use crate::handles::value::Value;
use crate::handles::{Items, PAGE_ITEMS, Typed, Version};
use crate::interface::{Page, wit};
use crate::store::Store;
use crate::types::{Direction, Expect, MapEntry, MapItem, MapPair, MapRange};
use std::marker::PhantomData;
use std::ops::{Bound, RangeBounds};

/// A table of keys with values and versions, in the order of the keys. Returned by [`Store::map`].
pub struct Map<'a, K, V> {
    store: &'a Store,
    table: String,
    types: Typed<K, V>,
}

/// A value, and the commit that wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<V> {
    /// The value.
    pub value: V,
    /// Its version: what [`Expect::Version`] names.
    pub version: Version,
}

/// A key of a map with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<K, V> {
    /// The key.
    pub key: K,
    /// Its value.
    pub value: V,
    /// The version of the value.
    pub version: Version,
}

impl Store {
    /// Returns the map of this name. It is there as soon as it has a key.
    ///
    /// ```
    /// use sx_persist::{Store, types::Expect};
    ///
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = Store::open(root.path())?;
    /// let prices = store.map::<(String, u32), i64>("prices");
    /// prices.put(&("apple".into(), 2), &120)?;
    /// let first = prices.put(&("apple".into(), 10), &500)?;
    /// prices.put(&("pear".into(), 1), &80)?;
    ///
    /// // In the order of the keys: 2 comes before 10.
    /// let apples = prices.range(("apple".to_owned(), 0)..("apple".to_owned(), u32::MAX));
    /// let amounts = apples.map(|item| Ok(item?.key.1)).collect::<sx_persist::Result<Vec<_>>>()?;
    /// assert_eq!(amounts, [2, 10]);
    ///
    /// // A second writer is noticed.
    /// prices.swap(&("apple".into(), 10), Expect::Version(first.get()), &450)?;
    /// assert!(prices.swap(&("apple".into(), 10), Expect::Version(first.get()), &400).unwrap_err().is_stale());
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn map<K: Key, V: Value>(&self, table: &str) -> Map<'_, K, V> {
        Map { store: self, table: table.to_owned(), types: PhantomData }
    }

    /// Returns the names of the maps that have keys, in the order of their bytes.
    ///
    /// # Errors
    /// `TooLarge` when the names are more than 64 MiB.
    pub fn maps(&self) -> Result<Vec<String>> {
        wit::maps::tables(self)
    }
}

// Derived, they would ask the same of the keys and values.
impl<K, V> Clone for Map<'_, K, V> {
    fn clone(&self) -> Self {
        Self { store: self.store, table: self.table.clone(), types: PhantomData }
    }
}

impl<K, V> std::fmt::Debug for Map<'_, K, V> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Map").field("table", &self.table).finish_non_exhaustive()
    }
}

impl<'a, K: Key, V: Value> Map<'a, K, V> {
    /// Returns the name of the table.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.table
    }

    /// Returns the value of a key, `None` when the key is not there.
    ///
    /// # Errors
    /// `InvalidName`; `Corrupt`; [`HostError::Value`](crate::HostError::Value) and its neighbours when the value is not of this type.
    pub fn get(&self, key: &(impl AsKey<K> + ?Sized)) -> Result<Option<V>> {
        Ok(self.get_versioned(key)?.map(|found| found.value))
    }

    /// Returns the value of a key with its version.
    ///
    /// # Errors
    /// Those of [`Map::get`].
    pub fn get_versioned(&self, key: &(impl AsKey<K> + ?Sized)) -> Result<Option<Versioned<V>>> {
        wit::maps::get(self.store, &self.table, &bytes(key))?.map(versioned).transpose()
    }

    /// Returns the values of several keys, all of one moment.
    ///
    /// # Errors
    /// Those of [`Map::get`]; `TooLarge` above 65,536 keys or 64 MiB.
    pub fn get_many<'k, Q: AsKey<K> + ?Sized + 'k>(
        &self,
        keys: impl IntoIterator<Item = &'k Q>,
    ) -> Result<Vec<Option<V>>> {
        let keys: Vec<_> = keys.into_iter().map(bytes).collect();
        let found = wit::maps::get_many(self.store, &self.table, &keys)?;
        found.into_iter().map(|entry| entry.map(|entry| V::from_bytes(entry.value)).transpose()).collect()
    }

    /// Returns `true` if a key is there.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn contains(&self, key: &(impl AsKey<K> + ?Sized)) -> Result<bool> {
        wit::maps::has(self.store, &self.table, &bytes(key))
    }

    /// Sets the value of a key. Returns its version.
    ///
    /// # Errors
    /// `InvalidName` for a key of no bytes or more than 1,024; `TooLarge` for a value above 16 MiB; `NoSpace`.
    pub fn put(&self, key: &(impl AsKey<K> + ?Sized), value: &V) -> Result<Version> {
        let value = value.to_bytes()?;
        wit::maps::put(self.store, self.table.clone(), bytes(key), value).map(Version::new)
    }

    /// Sets the value of a key that is as expected. Returns its new version.
    ///
    /// # Errors
    /// `Stale` with the version that is there when it is not; those of [`Map::put`].
    pub fn swap(&self, key: &(impl AsKey<K> + ?Sized), expected: Expect, value: &V) -> Result<Version> {
        let value = value.to_bytes()?;
        wit::maps::swap(self.store, self.table.clone(), bytes(key), expected, value).map(Version::new)
    }

    /// Sets several keys in one commit. Returns the version that they share.
    ///
    /// # Errors
    /// Those of [`Map::put`]; `TooLarge` above 65,536 keys or 64 MiB. Then none is set.
    pub fn put_many<'k>(&self, items: impl IntoIterator<Item = (&'k K, &'k V)>) -> Result<Version>
    where
        K: 'k,
        V: 'k,
    {
        let pairs =
            items.into_iter().map(|(key, value)| Ok(MapPair { key: bytes(key), value: value.to_bytes()? }));
        let pairs = pairs.collect::<Result<Vec<_>>>()?;
        wit::maps::put_many(self.store, &self.table, &pairs).map(Version::new)
    }

    /// Removes a key. Returns `true` if it was there.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn remove(&self, key: &(impl AsKey<K> + ?Sized)) -> Result<bool> {
        self.remove_if(key, Expect::Any)
    }

    /// Removes a key that is as expected. Returns `true` if it was there.
    ///
    /// # Errors
    /// `InvalidName`; `Stale` with the version that is there when it is another.
    pub fn remove_if(&self, key: &(impl AsKey<K> + ?Sized), expected: Expect) -> Result<bool> {
        wit::maps::delete(self.store, self.table.clone(), bytes(key), expected)
    }

    /// Removes all keys in one commit. Returns how many there were.
    ///
    /// # Errors
    /// `InvalidName`; `NoSpace`.
    pub fn clear(&self) -> Result<u64> {
        wit::maps::drop_table(self.store, self.table.clone())
    }

    /// Returns how many keys there are.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn len(&self) -> Result<u64> {
        wit::maps::count(self.store, &self.table)
    }

    /// Returns `true` if there are no keys.
    ///
    /// # Errors
    /// `InvalidName`.
    pub fn is_empty(&self) -> Result<bool> {
        self.len().map(|count| count == 0)
    }

    /// Returns all keys with their values, in the order of the keys.
    #[must_use]
    pub fn iter(&self) -> Scan<'a, K, V> {
        self.scan(MapRange { prefix: Vec::new(), start: None, end: None })
    }

    /// Returns the keys of a range with their values, in the order of the keys.
    #[must_use]
    pub fn range(&self, range: impl RangeBounds<K>) -> Scan<'a, K, V> {
        // The next key in the order of bytes is the same with a zero behind it.
        let behind = |key: &K| [bytes(key), vec![0]].concat();
        let start = match range.start_bound() {
            Bound::Included(key) => Some(bytes(key)),
            Bound::Excluded(key) => Some(behind(key)),
            Bound::Unbounded => None,
        };
        let end = match range.end_bound() {
            Bound::Included(key) => Some(behind(key)),
            Bound::Excluded(key) => Some(bytes(key)),
            Bound::Unbounded => None,
        };
        self.scan(MapRange { prefix: Vec::new(), start, end })
    }

    /// Returns the keys whose bytes begin so, with their values: for text the keys that begin with a text, for tuples with
    /// [`Key::write_part`] those that begin with the same parts.
    #[must_use]
    pub fn prefix(&self, prefix: impl AsRef<[u8]>) -> Scan<'a, K, V> {
        self.scan(MapRange { prefix: prefix.as_ref().to_vec(), start: None, end: None })
    }

    fn scan(&self, range: MapRange) -> Scan<'a, K, V> {
        let (store, table) = (self.store, self.table.clone());
        Scan { store, table, range, direction: Direction::Forward, items: None }
    }
}

impl<'a, K: Key, V: Value> IntoIterator for &Map<'a, K, V> {
    type Item = Result<Item<K, V>>;
    type IntoIter = Scan<'a, K, V>;

    fn into_iter(self) -> Scan<'a, K, V> {
        self.iter()
    }
}

impl<K: Key> Map<'_, K, i64> {
    /// Adds to the value of a key, 0 for one that is not there. Returns the sum.
    ///
    /// # Errors
    /// `InvalidName`; `InvalidArgument` when the sum does not fit 64 bits, or the value is not an integer.
    pub fn increment(&self, key: &(impl AsKey<K> + ?Sized), delta: i64) -> Result<i64> {
        wit::maps::increment(self.store, self.table.clone(), bytes(key), delta)
    }
}

/// Keys of a map with their values, each of them a result. An error ends it. As for [`Items`], each page is of its own moment.
pub struct Scan<'a, K, V> {
    store: &'a Store,
    table: String,
    range: MapRange,
    direction: Direction,
    items: Option<Items<'a, Item<K, V>>>,
}

impl<K, V> Scan<'_, K, V> {
    /// Returns the same keys from the last to the first. It is to be said before the first item is taken.
    #[must_use]
    pub fn rev(mut self) -> Self {
        self.direction = match self.direction {
            Direction::Forward => Direction::Backward,
            Direction::Backward => Direction::Forward,
        };
        self
    }
}

impl<K: Key, V: Value> Iterator for Scan<'_, K, V> {
    type Item = Result<Item<K, V>>;

    fn next(&mut self) -> Option<Self::Item> {
        let items = self.items.get_or_insert_with(|| {
            let (store, table, range) = (self.store, self.table.clone(), self.range.clone());
            let direction = self.direction;
            Items::of_results(move |after| {
                let page = wit::maps::scan(store, &table, &range, after, PAGE_ITEMS, direction)?;
                Ok(Page::from(page).map(|MapItem { key, value, version }| {
                    Ok(Item {
                        key: K::read(&key)?,
                        value: V::from_bytes(value)?,
                        version: Version::new(version),
                    })
                }))
            })
        });
        items.next()
    }
}

impl<K, V> std::fmt::Debug for Scan<'_, K, V> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Scan")
            .field("table", &self.table)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

fn versioned<V: Value>(MapEntry { value, version }: MapEntry) -> Result<Versioned<V>> {
    Ok(Versioned { value: V::from_bytes(value)?, version: Version::new(version) })
}
