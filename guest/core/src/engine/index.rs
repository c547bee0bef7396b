//! What a space holds in the base, in memory: built by one listing when it is first asked for, and kept by checkpoints.
//!
//! The base changes in a checkpoint alone, so this is never wrong: what is pending stands in the overlay, and a reader forgets it
//! when the writer's journal changes. Blobs are the exception, since large ones go to the base by themselves: they have no index.

use crate::base::{layout, log_state};
use crate::engine::Opened;
use crate::error::Result;
use crate::keyspace::{Shape, Space};
use crate::state::names::Names;
use crate::state::overlay::{Overlay, PendingValue};
use crate::storage::Storage;
use std::ops::{Bound, RangeBounds as _};

impl<S: Storage> Opened<'_, S> {
    /// Reads the names of a space in the base, once.
    pub(crate) fn load_index(&mut self, space: &Space) -> Result<()> {
        if self.state.index.contains_key(&space.id) {
            return Ok(());
        }
        let mut names = Names::new();
        for name in layout::list(&mut self.root.files, space)?.names {
            let last_seq = match (space.shape, self.state.overlay.log(space, &name)) {
                // The next checkpoint puts it in; a `.seq` may be what one that was cut off left.
                (Shape::Log, Some(log)) => log.last_seq,
                (Shape::Log, None) => log_state::last_seq(&mut self.root.files, space, &name)?,
                (Shape::Text | Shape::Bytes | Shape::Blob, _) => 0,
            };
            names.insert(name, last_seq);
        }
        self.state.index.insert(space.id, names);
        Ok(())
    }

    /// The names of a space in the base, as far as they have been read.
    pub(crate) fn index(&self, space: &Space) -> &Names {
        static NONE: Names = Names::new();
        self.state.index.get(&space.id).unwrap_or(&NONE)
    }

    /// Is a key there, by what is in memory alone? For a space whose index has been loaded, and that has no blobs.
    pub(crate) fn is_known(&self, space: &Space, name: &[u8]) -> bool {
        match self.state.overlay.value(space, name) {
            Some(pending) => *pending != PendingValue::Removed,
            None => self.index(space).contains_key(name),
        }
    }

    /// The keys from one on, in the order of their bytes; as [`Engine::is_known`] knows them.
    pub(crate) fn known<'a>(
        &'a self,
        space: &'a Space,
        from: Bound<&'a [u8]>,
    ) -> impl Iterator<Item = &'a [u8]> {
        let base = self.index(space).range::<[u8], _>((from, Bound::Unbounded));
        let base = base.map(|(name, _)| name.as_slice());
        let mut base = base.filter(|name| self.state.overlay.value(space, name).is_none()).peekable();
        let pending = self.state.overlay.values(space).filter(|(_, value)| **value != PendingValue::Removed);
        let pending = pending.map(|(name, _)| name);
        let mut pending = pending.filter(move |name| (from, Bound::Unbounded).contains(*name)).peekable();
        std::iter::from_fn(move || match (base.peek(), pending.peek()) {
            (Some(left), Some(right)) if left > right => pending.next(),
            (Some(_), _) => base.next(),
            (None, _) => pending.next(),
        })
    }

    /// A checkpoint has put what was pending into the base.
    pub(crate) fn advance_index(&mut self, overlay: &Overlay) {
        for space in crate::keyspace::ALL {
            let Some(names) = self.state.index.get_mut(&space.id) else { continue };
            for (name, log) in overlay.logs(space) {
                match log.gone {
                    true => names.remove(name),
                    false => names.insert(name.to_vec(), log.last_seq),
                };
            }
            for (name, value) in overlay.values(space) {
                match value {
                    PendingValue::Removed => names.remove(name),
                    PendingValue::Put { .. } | PendingValue::Present => names.insert(name.to_vec(), 0),
                };
            }
        }
    }

    /// The logs of a space, each with its last-seq. For a space whose index has been loaded.
    pub(crate) fn last_seqs<'a>(&'a self, space: &'a Space) -> impl Iterator<Item = (&'a [u8], u64)> {
        let base = self.index(space).iter().map(|(name, last_seq)| (name.as_slice(), *last_seq));
        let base = base.filter(|(name, _)| self.state.overlay.log(space, name).is_none());
        let pending = self.state.overlay.logs(space).filter(|(_, log)| !log.gone);
        base.chain(pending.map(|(name, log)| (name, log.last_seq)))
    }

    /// The last-seq of a log by what is pending or its `.seq` alone: its lines are not read.
    pub(crate) fn noted_last_seq(&mut self, space: &Space, name: &[u8]) -> Result<u64> {
        match self.state.overlay.log(space, name) {
            Some(log) => Ok(log.last_seq),
            None => log_state::last_seq(&mut self.root.files, space, name),
        }
    }
}
