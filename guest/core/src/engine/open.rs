//! Opening: what the journal says becomes the overlay.

use crate::base::layout;
use crate::base::log_state::LogState;
use crate::engine::{Durability, Engine, Opened, Root};
use crate::error::{Error, Result};
use crate::journal::read;
use crate::keyspace;
use crate::state::StoreState;
use crate::state::object_counts::ObjectCounts;
use crate::state::overlay::{Overlay, PendingLog};
use crate::storage::Storage;

impl<S: Storage> Engine<S> {
    /// Reads the journal, once. Writes nothing.
    pub(crate) fn opened(&mut self) -> Result<Opened<'_, S>> {
        let root = &mut self.root;
        let state = match &mut self.state {
            Some(state) => state,
            unread @ None => unread.insert(load(root)?),
        };
        Ok(Opened { root, state })
    }

    /// As [`Engine::opened`], for whoever is about to write.
    pub(crate) fn writable(&mut self) -> Result<Opened<'_, S>> {
        self.root.check_open()?;
        self.opened()
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.root.files.is_read_only()
    }

    pub(crate) fn durability(&self) -> Durability {
        self.root.durability
    }

    /// Sets when answers are durable.
    pub(crate) fn set_level(&mut self, level: Durability) {
        self.root.durability = level;
    }

    /// What this instance has done with objects.
    pub(crate) fn object_counts(&mut self) -> &mut ObjectCounts {
        &mut self.root.objects
    }

    /// Forgets what was read, so that the next call reads it anew.
    pub(super) fn forget(&mut self) {
        self.state = None;
    }
}

fn load<S: Storage>(root: &mut Root<S>) -> Result<StoreState<S::File>> {
    root.load_format()?;
    let mut overlay = Overlay::default();
    let journal = read::load(&mut root.files, |lsn, records| {
        overlay.replay(lsn, records);
        Ok(())
    })?;
    if journal.file.is_none() && root.has_format {
        return Err(Error::corrupt(layout::JOURNAL, 0, "no valid journal"));
    }
    let mut state = StoreState::new(journal, overlay);
    let mut opened = Opened { root, state: &mut state };
    opened.settle_rewritten()?;
    opened.check();
    Ok(state)
}

impl<S: Storage> Opened<'_, S> {
    /// A log whose rewritten file is in place is done: what the journal says of it is in the file already.
    /// Answers whether there was one.
    pub(crate) fn settle_rewritten(&mut self) -> Result<bool> {
        let mut is_any = false;
        for keyspace in keyspace::ALL {
            let waiting = self
                .state
                .overlay
                .logs(keyspace)
                .filter_map(|(name, log)| Some((name.to_vec(), log.rewritten?)));
            let waiting: Vec<_> = waiting.collect();
            for (name, (length_bytes, crc)) in waiting {
                let Some(log_state) = self.root.state_of_rewritten(keyspace, &name, length_bytes, crc)?
                else {
                    continue;
                };
                is_any = true;
                self.state.is_unsettled = true;
                if let Some(log) = self.state.overlay.log_mut(keyspace, &name) {
                    // A file that repair has written may know of a higher one than the commit did.
                    let last_seq = log.last_seq;
                    *log =
                        PendingLog::new(LogState { last_seq: last_seq.max(log_state.last_seq), ..log_state });
                }
            }
        }
        Ok(is_any)
    }
}
