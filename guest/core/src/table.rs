//! Tables: the values of keys, pending or in the base.

use crate::base::{layout, value};
use crate::engine::Engine;
use crate::error::Result;
use crate::overlay::PendingValue;
use crate::record::{Place, Record};
use crate::space::Space;
use crate::storage::Storage;
use std::collections::BTreeSet;

impl<S: Storage> Engine<S> {
    /// The value of a key.
    pub(crate) fn value(&mut self, space: &Space, name: &[u8]) -> Result<Option<Vec<u8>>> {
        match self.overlay.value(space, name) {
            Some(PendingValue::Put { bytes, .. }) => Ok(Some(bytes.clone())),
            Some(PendingValue::Removed) => Ok(None),
            Some(PendingValue::Present) | None => {
                Ok(value::read(&mut self.files, space, name)?.map(|value| value.bytes))
            }
        }
    }

    /// The size of the value of a key as it is stored: of a blob, its bytes.
    pub(crate) fn value_size(&mut self, space: &Space, name: &[u8]) -> Result<Option<u64>> {
        match self.overlay.value(space, name) {
            Some(PendingValue::Put { bytes, .. }) => Ok(Some(bytes.len() as u64)),
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
            Some(PendingValue::Put { .. }) => Ok(true),
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

    /// The names of any space, logs too, sorted by bytes.
    pub(crate) fn keys(&mut self, space: &Space) -> Result<BTreeSet<Vec<u8>>> {
        let mut keys: BTreeSet<_> = layout::list(&mut self.files, space)?.names.into_iter().collect();
        keys.extend(self.overlay.logs(space).map(|(name, _)| name.to_vec()));
        for (name, value) in self.overlay.values(space) {
            match value {
                PendingValue::Put { .. } => drop(keys.insert(name.to_vec())),
                PendingValue::Removed => drop(keys.remove(name)),
                PendingValue::Present => {}
            }
        }
        Ok(keys)
    }
}
