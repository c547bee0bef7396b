//! Tables: the values of keys, pending or in the base.

use crate::base::{layout, value};
use crate::engine::Engine;
use crate::error::Result;
use crate::limits::PAGE_BYTES_MAX;
use crate::overlay::PendingValue;
use crate::persist::{Page, check_limit};
use crate::record::{Place, Record};
use crate::space::Space;
use crate::storage::Storage;
use std::collections::BTreeSet;

impl<S: Storage> Engine<S> {
    /// The value of a key.
    pub(crate) fn value(&mut self, space: &Space, name: &[u8]) -> Result<Option<Vec<u8>>> {
        match self.overlay.value(space, name) {
            Some(PendingValue::Put(bytes)) => Ok(Some(bytes.clone())),
            Some(PendingValue::Removed) => Ok(None),
            Some(PendingValue::Present) | None => value::read(&mut self.files, space, name),
        }
    }

    /// The size of the value of a key as it is stored: of a blob, its bytes.
    pub(crate) fn value_size(&mut self, space: &Space, name: &[u8]) -> Result<Option<u64>> {
        match self.overlay.value(space, name) {
            Some(PendingValue::Put(bytes)) => Ok(Some(bytes.len() as u64)),
            Some(PendingValue::Removed) => Ok(None),
            Some(PendingValue::Present) | None => match self.files.open(&layout::path(space, name, ""))? {
                Some(file) => self.files.size(&file).map(Some),
                None => Ok(None),
            },
        }
    }

    /// Is a key there? Its value is not read.
    pub(crate) fn has_value(&mut self, space: &Space, name: &[u8]) -> Result<bool> {
        match self.overlay.value(space, name) {
            Some(PendingValue::Put(_)) => Ok(true),
            Some(PendingValue::Removed) => Ok(false),
            Some(PendingValue::Present) | None => {
                Ok(self.files.open(&layout::path(space, name, ""))?.is_some())
            }
        }
    }

    /// Sets the value of a key, as a part of the commit in work.
    pub(crate) fn put_value(&mut self, space: &'static Space, name: &[u8], value: &[u8]) -> Result<()> {
        self.record(&Record::Put { place: Place { space, name }, value })
    }

    /// Removes a key, as a part of the commit in work.
    pub(crate) fn remove_value(&mut self, space: &'static Space, name: &[u8]) -> Result<()> {
        self.record(&Record::Remove { place: Place { space, name } })
    }

    /// Removes a key if it is there, as a part of the commit in work. Answers whether it was.
    pub(crate) fn take_value(&mut self, space: &'static Space, name: &[u8]) -> Result<bool> {
        let was_there = self.has_value(space, name)?;
        if was_there {
            self.remove_value(space, name)?;
        }
        Ok(was_there)
    }

    /// Replaces the value of a key if it is the expected one, as a part of the commit in work; none stands for an absent key.
    /// Answers whether it was.
    pub(crate) fn swap_value(
        &mut self,
        space: &'static Space,
        name: &[u8],
        expected: Option<&[u8]>,
        replacement: Option<&[u8]>,
    ) -> Result<bool> {
        if self.value(space, name)?.as_deref() != expected {
            return Ok(false);
        }
        match replacement {
            // The same value over itself changes nothing.
            _ if replacement == expected => {}
            Some(value) => self.put_value(space, name, value)?,
            None => self.remove_value(space, name)?,
        }
        Ok(true)
    }

    /// A page of a table of text: the names that begin so and stand behind `after`, each with what `show` makes of it.
    pub(crate) fn text_page(
        &mut self,
        space: &Space,
        (prefix, after): (&str, Option<&str>),
        limit: u32,
        show: impl Fn(&mut Self, &str) -> Result<Option<String>>,
    ) -> Result<Page<(String, String)>> {
        let items = check_limit(limit)?;
        self.read(|engine| {
            let mut page = Page { items: Vec::new(), next: None };
            let mut bytes = 0;
            let mut names = engine.names(space)?;
            names.retain(|name| name.starts_with(prefix) && after.is_none_or(|after| name.as_str() > after));
            for name in names {
                let Some(value) = show(engine, &name)? else { continue };
                bytes += name.len() + value.len();
                if page.items.len() >= items || (!page.items.is_empty() && bytes > PAGE_BYTES_MAX) {
                    page.next = page.items.last().map(|(name, _): &(String, String)| name.clone());
                    break;
                }
                page.items.push((name, value));
            }
            Ok(page)
        })
    }

    /// The names of any space, logs too, sorted by bytes.
    pub(crate) fn keys(&mut self, space: &Space) -> Result<BTreeSet<Vec<u8>>> {
        let mut keys: BTreeSet<_> = layout::list(&mut self.files, space)?.names.into_iter().collect();
        keys.extend(self.overlay.logs(space).map(|(name, _)| name.to_vec()));
        for (name, value) in self.overlay.values(space) {
            match value {
                PendingValue::Put(_) => drop(keys.insert(name.to_vec())),
                PendingValue::Removed => drop(keys.remove(name)),
                PendingValue::Present => {}
            }
        }
        Ok(keys)
    }
}
