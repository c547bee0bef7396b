//! Tables: the values of keys, pending or in the base.

use crate::base::layout;
use crate::base::value_file::{self, Value};
use crate::check::check_limit;
use crate::engine::listing::{Filled, Page};
use crate::engine::{Engine, Opened};
use crate::error::Result;
use crate::journal::record::{Place, Record};
use crate::keyspace::composite;
use crate::keyspace::{Keyspace, Shape};
use crate::state::pending::PendingValue;
use crate::storage::Storage;
use std::collections::BTreeSet;
use std::ops::Bound;

impl<S: Storage> Engine<S> {
    /// A page of a keyspace with names in text: those that begin so and stand behind `after`, each as what `show` makes of it and
    /// so many bytes.
    pub(crate) fn text_page<T>(
        &mut self,
        keyspace: &Keyspace,
        (prefix, after): (&str, Option<&str>),
        limit: u32,
        show: impl Fn(&mut Opened<'_, S>, &str) -> Result<Option<(T, usize)>>,
    ) -> Result<Page<T>> {
        let items = check_limit(limit)?;
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after.as_bytes()),
            _ => Bound::Included(prefix.as_bytes()),
        };
        self.read(|engine| {
            engine.load_index(keyspace)?;
            let names = engine.known(keyspace, from).take_while(|name| name.starts_with(prefix.as_bytes()));
            // INVARIANT: a name was text when it was written, and a file name that gives none is foreign.
            let names = names.filter_map(|name| std::str::from_utf8(name).ok().map(str::to_owned));
            let names: Vec<_> = names.take(items.saturating_add(1)).collect();
            let has_more = names.len() > items;
            let mut page = Filled::of(names, items, |name| show(engine, name))?;
            // Only where somebody took files away does a page come out short; there may be more behind it.
            page.done &= !has_more;
            Ok(page.page(after, |name| name))
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
            Some(PendingValue::Put { bytes, .. }) => Ok(Some(bytes.len() as u64)),
            Some(PendingValue::Removed) => Ok(None),
            Some(PendingValue::Present) | None => {
                match self.root.files.open(&layout::path(keyspace, name, ""))? {
                    Some(file) => {
                        let head =
                            if keyspace.shape == Shape::Bytes { value_file::HEAD_BYTES as u64 } else { 0 };
                        Ok(Some(self.root.files.size(&file)?.saturating_sub(head)))
                    }
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
    pub(crate) fn keys(&mut self, keyspace: &Keyspace) -> Result<BTreeSet<Vec<u8>>> {
        let base = layout::list(&mut self.root.files, keyspace)?.names;
        Ok(self.with_pending(keyspace, base, &[]))
    }

    /// The names of one group of a keyspace, sorted by bytes.
    pub(crate) fn keys_in(&mut self, keyspace: &Keyspace, group: &[u8]) -> Result<BTreeSet<Vec<u8>>> {
        let base = layout::list_group(&mut self.root.files, keyspace, group)?.names;
        Ok(self.with_pending(keyspace, base, &composite::name(group, &[])))
    }

    /// The groups of a keyspace that have keys, sorted by bytes.
    pub(crate) fn groups(&mut self, keyspace: &Keyspace) -> Result<BTreeSet<Vec<u8>>> {
        let group_of = |name: &[u8]| composite::split(name).map(|(group, _)| group.to_vec());
        let mut groups: BTreeSet<_> =
            layout::list_groups(&mut self.root.files, keyspace)?.into_iter().collect();
        groups.extend(self.state.overlay.logs(keyspace).filter_map(|(name, _)| group_of(name)));
        groups.extend(self.state.overlay.values(keyspace).filter_map(|(name, _)| group_of(name)));
        let mut live = BTreeSet::new();
        for group in groups {
            if !self.keys_in(keyspace, &group)?.is_empty() {
                live.insert(group);
            }
        }
        Ok(live)
    }

    /// Names of the base that begin so, and what the overlay says of such.
    pub(crate) fn with_pending(
        &self,
        keyspace: &Keyspace,
        base: Vec<Vec<u8>>,
        prefix: &[u8],
    ) -> BTreeSet<Vec<u8>> {
        let mut names: BTreeSet<_> = base.into_iter().collect();
        for (name, log) in self.state.overlay.logs(keyspace).filter(|(name, _)| name.starts_with(prefix)) {
            match log.dropped {
                true => names.remove(name),
                false => names.insert(name.to_vec()),
            };
        }
        for (name, value) in self.state.overlay.values(keyspace).filter(|(name, _)| name.starts_with(prefix))
        {
            match value {
                PendingValue::Put { .. } => drop(names.insert(name.to_vec())),
                PendingValue::Removed => drop(names.remove(name)),
                PendingValue::Present => {}
            }
        }
        names
    }

    pub(crate) fn names(&mut self, keyspace: &Keyspace) -> Result<Vec<String>> {
        // INVARIANT: a name was text when it was written, and a file name that gives none is foreign.
        Ok(self.keys(keyspace)?.into_iter().filter_map(|name| String::from_utf8(name).ok()).collect())
    }
}
