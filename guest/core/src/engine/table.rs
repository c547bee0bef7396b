//! Tables: the values of keys, pending or in the base.

use crate::base::format::Layout;
use crate::base::layout;
use crate::base::value_file::{self, Value};
use crate::check::check_limit;
use crate::engine::listing::{Direction, Page};
use crate::engine::pull::{NamePull, PulledKey};
use crate::engine::{Engine, Opened};
use crate::error::Result;
use crate::journal::record::{Place, Record};
use crate::keyspace::Keyspace;
use crate::keyspace::name_range::NameRange;
use crate::state::pending::PendingValue;
use crate::storage::Storage;
use std::collections::BTreeSet;

impl<S: Storage> Engine<S> {
    /// A page of a keyspace with names in text: those that begin so and stand behind `after`, each as what `show` makes of it and
    /// so many bytes.
    pub(crate) fn text_page<T>(
        &mut self,
        keyspace: impl Fn(Layout) -> &'static Keyspace,
        (prefix, after): (&str, Option<&str>),
        limit: u32,
        show: impl Fn(&mut Opened<'_, S>, String, &PulledKey) -> Result<Option<(T, usize)>>,
    ) -> Result<Page<T>> {
        let items = check_limit(limit)?;
        let mut names = NameRange::with_prefix(prefix.as_bytes());
        if let Some(after) = after {
            names.start_behind(after.as_bytes());
        }
        self.read(|engine| {
            let names = NamePull::new(keyspace(engine.root.layout), names.clone(), Direction::Forward);
            // INVARIANT: a name was text when it was written, and a file name that gives none is foreign.
            let page = engine.fill_page(names, items, |engine, key| match String::from_utf8(key.name()) {
                Ok(name) => show(engine, name, key),
                Err(_) => Ok(None),
            })?;
            Ok(page.page(after, |key| String::from_utf8_lossy(&key.name()).into_owned()))
        })
    }

    /// As [`Self::text_page`]: each name, and its value as `text` reads it.
    pub(crate) fn pairs_page(
        &mut self,
        keyspace: impl Fn(Layout) -> &'static Keyspace,
        names: (&str, Option<&str>),
        limit: u32,
        text: impl Fn(&Opened<'_, S>, &str, Vec<u8>) -> Result<String>,
    ) -> Result<Page<(String, String)>> {
        self.text_page(&keyspace, names, limit, |engine, name, key| {
            let value = engine.pulled_value(keyspace(engine.root.layout), key)?;
            let Some(Value { bytes, .. }) = value else { return Ok(None) };
            let value = text(engine, &name, bytes)?;
            let bytes = name.len() + value.len();
            Ok(Some(((name, value), bytes)))
        })
    }
}

impl<S: Storage> Opened<'_, S> {
    /// The value of a key.
    pub(crate) fn value(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.versioned(keyspace, name)?.map(|value| value.bytes))
    }

    /// The value of a key and its version.
    pub(crate) fn versioned(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<Value>> {
        match self.state.overlay.value(keyspace, name) {
            Some(PendingValue::Put { bytes, version }) => {
                Ok(Some(Value { bytes: bytes.clone(), version: *version }))
            }
            Some(PendingValue::Removed) => Ok(None),
            Some(PendingValue::Present) | None => self.base_value(keyspace, name),
        }
    }

    fn base_value(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<Value>> {
        if keyspace.is_in_runs() {
            return self.run_value(keyspace, name);
        }
        if let Some(value) = self.state.cache.get(keyspace, name) {
            return Ok(Some(value.clone()));
        }
        let value = value_file::read(&mut self.root.files, keyspace, name)?;
        if let Some(value) = value.as_ref().filter(|_| !self.root.files.is_read_only()) {
            self.state.cache.keep(keyspace, name, value);
        }
        Ok(value)
    }

    /// The value of a key that the original wrote as bytes that are no UTF-8.
    pub(crate) fn original_value(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<Vec<u8>>> {
        value_file::read_original(&mut self.root.files, keyspace, name)
    }

    /// The size of the value of a key as it is stored: of a blob or of bytes with a version, its bytes.
    pub(crate) fn value_size(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<u64>> {
        match self.state.overlay.value(keyspace, name) {
            Some(value @ (PendingValue::Put { .. } | PendingValue::Removed)) => Ok(value.size()),
            None if keyspace.is_in_runs() => self.run_value_size(keyspace, name),
            Some(PendingValue::Present) | None => {
                match self.root.files.open(&layout::path(keyspace, name, ""))? {
                    Some(file) => Ok(Some(self.root.files.size(&file)?)),
                    None => Ok(None),
                }
            }
        }
    }

    /// Is a key there? Its value is not read.
    pub(crate) fn has_value(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<bool> {
        match self.state.overlay.value(keyspace, name) {
            Some(PendingValue::Put { .. }) => Ok(true),
            Some(PendingValue::Removed) => Ok(false),
            None if keyspace.is_in_runs() => Ok(self.run_value_size(keyspace, name)?.is_some()),
            Some(PendingValue::Present) | None => {
                let is_known = self.state.cache.get(keyspace, name).is_some();
                Ok(is_known || self.root.files.open(&layout::path(keyspace, name, ""))?.is_some())
            }
        }
    }

    /// Sets the value of a key, as a part of the commit in work.
    pub(crate) fn put_value(&mut self, keyspace: &'static Keyspace, name: &[u8], value: &[u8]) -> Result<()> {
        self.record(&Record::Put { place: Place { keyspace, name }, value })
    }

    /// Removes a key, as a part of the commit in work.
    pub(crate) fn remove_value(&mut self, keyspace: &'static Keyspace, name: &[u8]) -> Result<()> {
        self.record(&Record::Remove { place: Place { keyspace, name } })
    }

    /// Removes a key if it is there, as a part of the commit in work. Answers whether it was.
    pub(crate) fn take_value(&mut self, keyspace: &'static Keyspace, name: &[u8]) -> Result<bool> {
        let was_there = self.has_value(keyspace, name)?;
        if was_there {
            self.remove_value(keyspace, name)?;
        }
        Ok(was_there)
    }

    /// Replaces the value of a key if it is the expected one, as a part of the commit in work; none stands for an absent key.
    /// Answers whether it was.
    pub(crate) fn swap_value(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        expected: Option<&[u8]>,
        replacement: Option<&[u8]>,
    ) -> Result<bool> {
        if self.value(keyspace, name)?.as_deref() != expected {
            return Ok(false);
        }
        match replacement {
            // The same value over itself changes nothing.
            _ if replacement == expected => {}
            Some(value) => self.put_value(keyspace, name, value)?,
            None => self.remove_value(keyspace, name)?,
        }
        Ok(true)
    }

    /// The names of any keyspace, logs too, sorted by bytes.
    pub(crate) fn keys(&mut self, keyspace: &'static Keyspace) -> Result<BTreeSet<Vec<u8>>> {
        if keyspace.is_in_runs() {
            let (mut names, mut keys) = (NamePull::all(keyspace), BTreeSet::new());
            while let Some(name) = names.next(self)? {
                keys.insert(name);
            }
            return Ok(keys);
        }
        let base = layout::list(&mut self.root.files, keyspace)?.names;
        Ok(self.with_pending(keyspace, base))
    }

    /// Names of the base, and what the overlay says of such.
    pub(crate) fn with_pending(&self, keyspace: &Keyspace, base: Vec<Vec<u8>>) -> BTreeSet<Vec<u8>> {
        let mut names: BTreeSet<_> = base.into_iter().collect();
        names.extend(self.state.overlay.logs(keyspace).map(|(name, _)| name.to_vec()));
        for (name, value) in self.state.overlay.values(keyspace) {
            match value {
                PendingValue::Put { .. } => drop(names.insert(name.to_vec())),
                PendingValue::Removed => drop(names.remove(name)),
                PendingValue::Present => {}
            }
        }
        names
    }

    pub(crate) fn names(&mut self, keyspace: &'static Keyspace) -> Result<Vec<String>> {
        // INVARIANT: a name was text when it was written, and a file name that gives none is foreign.
        Ok(self.keys(keyspace)?.into_iter().filter_map(|name| String::from_utf8(name).ok()).collect())
    }
}
