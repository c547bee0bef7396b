//! Keys, maps, refs and snapshots in a transaction.

use super::places::Place;
use super::{Pending, Transaction};
use crate::error::Result;
use crate::handles::key::{AsKey, Key, bytes};
use crate::handles::{Hash, Typed, Value};
use crate::types::{Expect, Found, FoundEntry, Op, Outcome};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// The keys of a store in a transaction. Returned by [`Transaction::kv`].
#[derive(Debug)]
pub struct KvIn<'t, 'a> {
    tx: &'t mut Transaction<'a>,
}

/// A map in a transaction. Returned by [`Transaction::map`].
#[derive(Debug)]
pub struct MapIn<'t, 'a, K, V> {
    tx: &'t mut Transaction<'a>,
    table: String,
    types: Typed<K, V>,
}

/// The refs of a store in a transaction. Returned by [`Transaction::refs`].
#[derive(Debug)]
pub struct RefsIn<'t, 'a> {
    tx: &'t mut Transaction<'a>,
}

/// The snapshots of a store in a transaction. Returned by [`Transaction::snapshots`].
#[derive(Debug)]
pub struct SnapshotsIn<'t, 'a> {
    tx: &'t mut Transaction<'a>,
}

impl<'a> Transaction<'a> {
    /// Returns the keys, to be read and written in this transaction.
    pub fn kv(&mut self) -> KvIn<'_, 'a> {
        KvIn { tx: self }
    }

    /// Returns a map, to be read and written in this transaction.
    pub fn map<K: Key, V: Value>(&mut self, table: &str) -> MapIn<'_, 'a, K, V> {
        MapIn { tx: self, table: table.to_owned(), types: PhantomData }
    }

    /// Returns the refs, to be read and written in this transaction.
    pub fn refs(&mut self) -> RefsIn<'_, 'a> {
        RefsIn { tx: self }
    }

    /// Returns the snapshots, to be written in this transaction.
    pub fn snapshots(&mut self) -> SnapshotsIn<'_, 'a> {
        SnapshotsIn { tx: self }
    }
}

impl KvIn<'_, '_> {
    /// Returns the value of a key, `None` when the key is not there.
    ///
    /// # Errors
    /// Those of [`Kv::get`](crate::Kv::get).
    pub fn get<T: DeserializeOwned>(&mut self, key: &str) -> Result<Option<T>> {
        match self.tx.read(Place::Key(key.to_owned()))? {
            Found::Text(Some(text)) => Ok(Some(sx::from_str(&text)?)),
            _ => Ok(None),
        }
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    /// [`HostError::Value`](crate::HostError::Value) when the value has no form in SX.
    pub fn put<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<()> {
        let value = sx::to_string(value)?;
        self.tx.set(Place::Key(key.to_owned()), Some(Found::Text(Some(value.clone()))));
        self.tx.push(Op::KvPut { key: key.to_owned(), value });
        Ok(())
    }

    /// Removes a key. The answer is `true` if it was there.
    pub fn remove(&mut self, key: &str) -> Pending<bool> {
        self.tx.set(Place::Key(key.to_owned()), Some(Found::Text(None)));
        self.tx.push_for(Op::KvDelete { key: key.to_owned() }, deleted)
    }
}

impl<K: Key, V: Value> MapIn<'_, '_, K, V> {
    /// Returns the value of a key, `None` when the key is not there.
    ///
    /// # Errors
    /// Those of [`Map::get`](crate::Map::get).
    pub fn get(&mut self, key: &(impl AsKey<K> + ?Sized)) -> Result<Option<V>> {
        match self.tx.read(self.place(bytes(key)))? {
            Found::Entry(Some(entry)) => V::from_bytes(entry.value).map(Some),
            _ => Ok(None),
        }
    }

    /// Sets the value of a key. Its version is the number of the commit.
    ///
    /// # Errors
    /// [`HostError::Value`](crate::HostError::Value) when the value has no such form.
    pub fn put(&mut self, key: &(impl AsKey<K> + ?Sized), value: &V) -> Result<()> {
        let (table, key, value) = (self.table.clone(), bytes(key), value.to_bytes()?);
        self.know(&key, Some(&value));
        self.tx.push(Op::MapPut { table, key, value });
        Ok(())
    }

    /// Sets the value of a key that is as expected; the commit is refused with `Stale` when it is not.
    ///
    /// # Errors
    /// Those of [`MapIn::put`].
    pub fn swap(&mut self, key: &(impl AsKey<K> + ?Sized), expected: Expect, value: &V) -> Result<()> {
        let (table, key, value) = (self.table.clone(), bytes(key), value.to_bytes()?);
        self.know(&key, Some(&value));
        self.tx.push(Op::MapSwap { table, key, expected, value });
        Ok(())
    }

    /// Removes a key. The answer is `true` if it was there.
    pub fn remove(&mut self, key: &(impl AsKey<K> + ?Sized)) -> Pending<bool> {
        let (table, key, expected) = (self.table.clone(), bytes(key), Expect::Any);
        self.know(&key, None);
        self.tx.push_for(Op::MapDelete { table, key, expected }, deleted)
    }

    fn place(&self, key: Vec<u8>) -> Place {
        Place::Map(self.table.clone(), key)
    }

    fn know(&mut self, key: &[u8], value: Option<&[u8]>) {
        // A version is there once it is committed, and nobody is told one before.
        let entry = value.map(|value| FoundEntry { value: value.to_vec(), version: 0 });
        self.tx.set(self.place(key.to_vec()), Some(Found::Entry(entry)));
    }
}

impl<K: Key> MapIn<'_, '_, K, i64> {
    /// Adds to the value of a key, 0 for one that is not there. The answer is the sum.
    pub fn increment(&mut self, key: &(impl AsKey<K> + ?Sized), delta: i64) -> Pending<i64> {
        let (table, key) = (self.table.clone(), bytes(key));
        self.tx.set(self.place(key.clone()), None);
        let sum = |outcome: &Outcome| if let Outcome::Incremented(sum) = outcome { Some(*sum) } else { None };
        self.tx.push_for(Op::MapIncrement { table, key, delta }, sum)
    }
}

impl RefsIn<'_, '_> {
    /// Returns the hash that a ref points to, `None` when the ref is not there.
    ///
    /// # Errors
    /// Those of [`Refs::get`](crate::Refs::get).
    pub fn get(&mut self, name: &str) -> Result<Option<Hash>> {
        match self.tx.read(Place::Ref(name.to_owned()))? {
            Found::Text(hash) => Ok(hash.map(Hash::of_store)),
            _ => Ok(None),
        }
    }

    /// Points a ref to a hash.
    pub fn set(&mut self, name: &str, hash: &Hash) {
        let (name, hash) = (name.to_owned(), hash.as_str().to_owned());
        self.tx.set(Place::Ref(name.clone()), Some(Found::Text(Some(hash.clone()))));
        self.tx.push(Op::RefSet { name, hash });
    }

    /// Removes a ref. The answer is `true` if it was there.
    pub fn remove(&mut self, name: &str) -> Pending<bool> {
        self.tx.set(Place::Ref(name.to_owned()), Some(Found::Text(None)));
        self.tx.push_for(Op::RefDelete { name: name.to_owned() }, deleted)
    }
}

impl SnapshotsIn<'_, '_> {
    /// Sets the state of a key.
    pub fn put(&mut self, key: &str, state: &[u8]) {
        self.tx.push(Op::SnapshotPersist { key: key.to_owned(), blob: state.to_vec() });
    }

    /// Marks a key, as [`Snapshots::mark`](crate::Snapshots::mark) does.
    pub fn mark(&mut self, key: &str) {
        self.tx.push(Op::SnapshotPersistMarker { key: key.to_owned() });
    }

    /// Removes a key. The answer is `true` if it was there.
    pub fn remove(&mut self, key: &str) -> Pending<bool> {
        self.tx.push_for(Op::SnapshotDeleteMarker { key: key.to_owned() }, deleted)
    }
}

/// Whether something was there that is no longer.
pub(super) fn deleted(outcome: &Outcome) -> Option<bool> {
    if let Outcome::Deleted(was_there) = outcome { Some(*was_there) } else { None }
}
