//! Opening: what the journal says becomes the overlay.

use crate::base::format::Origin;
use crate::base::layout;
use crate::engine::reader::busy;
use crate::engine::{Durability, Engine, Opened, Root};
use crate::error::{Error, Result};
use crate::journal::{Journal, read};
use crate::limits::READ_ATTEMPTS_MAX;
use crate::state::StoreState;
use crate::state::object_counts::ObjectCounts;
use crate::state::overlay::Overlay;
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
    for _ in 0..READ_ATTEMPTS_MAX {
        root.load_format()?;
        let state = load_state(root)?;
        let layout = root.layout;
        if root.files.is_read_only() {
            // A writer may have changed the layout in between. Behind that it begins a journal, which is none of the old layout's.
            root.load_format()?;
        }
        if root.layout == layout {
            return Ok(state);
        }
    }
    Err(busy())
}

fn load_state<S: Storage>(root: &mut Root<S>) -> Result<StoreState<S::File>> {
    let mut overlay = Overlay::default();
    let journal = match root.adopt()? {
        Some(journal) => journal,
        None => load_journal(root, &mut overlay)?,
    };
    let mut state = StoreState::new(journal, overlay);
    Opened { root, state: &mut state }.check();
    Ok(state)
}

fn load_journal<S: Storage>(root: &mut Root<S>, overlay: &mut Overlay) -> Result<Journal<S::File>> {
    let journal =
        read::load(&mut root.files, |manifest, lsn, records| overlay.replay(manifest, lsn, records))?;
    // Where a store never was there is neither.
    if journal.file.is_none() && (root.origin != Origin::Original || !root.numbers_in_runs()?.is_empty()) {
        return Err(Error::corrupt(layout::JOURNAL, 0, "no valid journal"));
    }
    Ok(journal)
}
