//! What a keyspace holds in the base, in memory: built by one listing when it is first asked for, and kept by checkpoints.
//!
//! The base changes in a checkpoint alone, so this is never wrong: what is pending stands in the overlay, and a reader forgets it
//! when the writer's journal changes. Blobs are the exception, since large ones go to the base by themselves: they have no index.

use crate::base::layout;
use crate::engine::Opened;
use crate::error::Result;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{Keyspace, Name};
use crate::state::layer::Layer;
use crate::state::names::Names;
use crate::state::pending::PendingValue;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Reads the names of a keyspace in the base, once.
    pub(crate) fn load_index(&mut self, keyspace: &Keyspace) -> Result<()> {
        if !self.state.index.contains_key(&keyspace.id) {
            let names = layout::list(&mut self.root.files, keyspace)?.names.into_iter().collect();
            self.state.index.insert(keyspace.id, names);
        }
        Ok(())
    }

    /// The names of a keyspace in the base, as far as they have been read.
    pub(crate) fn index(&self, keyspace: &Keyspace) -> &Names {
        static NONE: Names = Names::new();
        self.state.index.get(&keyspace.id).unwrap_or(&NONE)
    }

    /// The first of these names that the base has, or the last ones, so many at most; the next one last. For a keyspace whose index has
    /// been loaded.
    pub(crate) fn next_in_index(
        &self,
        keyspace: &Keyspace,
        names: &NameRange,
        is_forward: bool,
        count: usize,
    ) -> Vec<Name> {
        let Some(bounds) = names.bounds() else { return Vec::new() };
        let names = self.index(keyspace).range::<[u8], _>(bounds);
        let name = |name: &Vec<u8>| Name::from(name.as_slice());
        let mut next: Vec<_> = match is_forward {
            true => names.take(count).map(name).collect(),
            false => names.rev().take(count).map(name).collect(),
        };
        next.reverse();
        next
    }

    /// A checkpoint has put what was frozen into the base.
    pub(crate) fn advance_index(&mut self, frozen: &Layer) {
        for keyspace in crate::keyspace::ALL {
            let Some(names) = self.state.index.get_mut(&keyspace.id) else { continue };
            let logs = frozen.logs(keyspace.id).into_iter().flatten();
            names.extend(logs.map(|(name, _)| name.to_vec()));
            for (name, value) in frozen.values(keyspace.id).into_iter().flatten() {
                match value {
                    PendingValue::Removed => names.remove(&**name),
                    PendingValue::Put { .. } | PendingValue::Present => names.insert(name.to_vec()),
                };
            }
        }
    }
}
