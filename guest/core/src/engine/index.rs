//! What a keyspace holds in the base, in memory: built by one listing when it is first asked for, and kept by checkpoints.
//!
//! The base changes in a checkpoint alone, so this is never wrong: what is pending stands in the overlay, and a reader forgets it
//! when the writer's journal changes. Blobs are the exception, since large ones go to the base by themselves: they have no index.

use crate::base::{layout, log_state};
use crate::engine::Opened;
use crate::error::Result;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{Keyspace, Shape};
use crate::state::layer::Layer;
use crate::state::names::Names;
use crate::state::pending::PendingValue;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Reads the names of a keyspace in the base, once.
    pub(crate) fn load_index(&mut self, keyspace: &Keyspace) -> Result<()> {
        if self.state.index.contains_key(&keyspace.id) {
            return Ok(());
        }
        let mut names = Names::new();
        for name in layout::list(&mut self.root.files, keyspace)?.names {
            let last_seq = match (keyspace.shape, self.state.overlay.log(keyspace, &name)) {
                // The next checkpoint puts it in; a `.seq` may be what one that was cut off left.
                (Shape::Log, Some(log)) => log.last_seq,
                (Shape::Log, None) => self.noted_in_base(keyspace, &name)?,
                (Shape::Table | Shape::Blob, _) => 0,
            };
            names.insert(name, last_seq);
        }
        self.state.index.insert(keyspace.id, names);
        Ok(())
    }

    /// The names of a keyspace in the base, as far as they have been read.
    pub(crate) fn index(&self, keyspace: &Keyspace) -> &Names {
        static NONE: Names = Names::new();
        self.state.index.get(&keyspace.id).unwrap_or(&NONE)
    }

    /// The first of these names that the base has, or the last one. For a keyspace whose index has been loaded.
    pub(crate) fn next_in_index(
        &self,
        keyspace: &Keyspace,
        names: &NameRange,
        is_forward: bool,
    ) -> Option<&[u8]> {
        let mut names = self.index(keyspace).range::<[u8], _>(names.bounds()?);
        let next = if is_forward { names.next() } else { names.next_back() };
        next.map(|(name, _)| name.as_slice())
    }

    /// A checkpoint has put what was frozen into the base.
    pub(crate) fn advance_index(&mut self, frozen: &Layer) {
        for keyspace in crate::keyspace::ALL {
            let Some(names) = self.state.index.get_mut(&keyspace.id) else { continue };
            for (name, log) in frozen.logs(keyspace.id).into_iter().flatten() {
                match log.dropped {
                    true => names.remove(&**name),
                    false => names.insert(name.to_vec(), log.last_seq),
                };
            }
            for (name, value) in frozen.values(keyspace.id).into_iter().flatten() {
                match value {
                    PendingValue::Removed => names.remove(&**name),
                    PendingValue::Put { .. } | PendingValue::Present => names.insert(name.to_vec(), 0),
                };
            }
        }
    }

    /// The logs of a keyspace, each with its last-seq. For a keyspace whose index has been loaded.
    pub(crate) fn last_seqs<'a>(&'a self, keyspace: &'a Keyspace) -> impl Iterator<Item = (&'a [u8], u64)> {
        let base = self.index(keyspace).iter().map(|(name, last_seq)| (name.as_slice(), *last_seq));
        let base = base.filter(|(name, _)| self.state.overlay.log(keyspace, name).is_none());
        let pending = self.state.overlay.logs(keyspace).filter(|(_, log)| !log.dropped);
        base.chain(pending.map(|(name, log)| (name, log.last_seq)))
    }

    /// The last-seq of a log by what is pending or its `.seq` alone: its lines are not read.
    pub(crate) fn noted_last_seq(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<u64> {
        match self.state.overlay.log(keyspace, name) {
            Some(log) => Ok(log.last_seq),
            None => self.noted_in_base(keyspace, name),
        }
    }

    fn noted_in_base(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<u64> {
        let path = self.log_path(keyspace, name)?;
        log_state::last_seq(&mut self.root.files, keyspace, name, &path)
    }
}
