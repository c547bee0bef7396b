//! The three shapes, logs, tables and blobs in named spaces, and one commit at a time on them.
//!
//! ```text
//! operation -> decide -> one frame in the journal, one sync -> overlay -> answer
//! checkpoint: overlay -> base files, synced -> a new, empty journal
//! opening:    journal -> overlay
//! reading:    overlay first, then base
//! ```

mod checkpoint;
pub(crate) mod commit;
mod endless;
mod folders;
mod index;
mod invariants;
pub(crate) mod listing;
pub(crate) mod log;
mod log_tail;
mod long_names;
mod misplaced;
mod open;
pub(crate) mod page;
mod paging;
mod quarantine;
mod reader;
mod repair;
mod reserve;
mod table;
mod transaction;
pub(crate) mod verify;

use crate::base::log_state;
use crate::base::log_state::Mark;
use crate::codec::processor::Processor;
use crate::disk::files::Files;
use crate::engine::reserve::Reserve;
use crate::error::{Failure, Result};
use crate::journal::Journal;
use crate::keyspace::Space;
use crate::limits::MARKS_MAX;
use crate::state::cache::Cache;
use crate::state::names::Names;
use crate::state::overlay::Overlay;
use crate::state::progress::Spread;
use crate::state::transaction::Commit;
use crate::storage::Storage;
use std::collections::{BTreeMap, BTreeSet};

/// What the file `format` holds.
pub(crate) const FORMAT_TEXT: &str = "sx-persist 1 plain\n";

/// Bytes of that file that are looked at: more than any version of it has.
pub(crate) const FORMAT_BYTES_MAX: usize = 256;

/// When an answer is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Before it is given.
    #[default]
    Always,
    /// At the next flush or checkpoint.
    Relaxed,
}

/// A store over one root: the engine below every interface.
///
/// Opening does nothing; the first call reads the journal, and the first write makes the root this instance's own.
#[derive(Debug)]
pub struct Engine<S: Storage> {
    pub(crate) files: Files<S>,
    pub(crate) journal: Option<Journal<S::File>>,
    pub(crate) overlay: Overlay,
    pub(crate) durability: Durability,
    pub(crate) folders: BTreeSet<String>,
    pub(crate) has_format: bool,
    /// No commit after the next checkpoint has a lower lsn: `repair` lost sight of some.
    pub(crate) lsn_floor: u64,
    pub(crate) blobs: crate::state::uploads::Blobs<S::File>,
    marks: BTreeMap<(u8, Vec<u8>), Mark>,
    pub(crate) index: BTreeMap<u8, Names>,
    pub(crate) cache: Cache,
    pub(crate) objects: crate::state::object_counts::Counts,
    pub(crate) commit: Commit,
    pub(crate) spread: Spread,
    pub(crate) reserve: Reserve,
    /// A log was put in the place of another, and no frame says yet that its name is durable: a commit may not stand on it.
    pub(crate) is_unsettled: bool,
    pub(crate) closed: Option<Failure>,
}

impl<S: Storage> Engine<S> {
    /// An engine over a root.
    pub fn new(storage: S) -> Self {
        Self::on(Processor::default(), storage)
    }

    /// As [`Engine::new`], on another processor; the crate's own hash is not linked then.
    pub fn on(processor: Processor, storage: S) -> Self {
        Self {
            files: Files::new(storage, processor),
            journal: None,
            overlay: Overlay::default(),
            durability: Durability::default(),
            folders: BTreeSet::new(),
            has_format: false,
            lsn_floor: 0,
            blobs: crate::state::uploads::Blobs::default(),
            marks: BTreeMap::new(),
            index: BTreeMap::new(),
            cache: Cache::default(),
            objects: crate::state::object_counts::Counts::default(),
            commit: Commit::default(),
            spread: Spread::default(),
            reserve: Reserve::default(),
            is_unsettled: false,
            closed: None,
        }
    }

    /// The mark of a log's base file: what the overlay says, else what the files say.
    pub(crate) fn mark(&mut self, space: &Space, name: &[u8]) -> Result<Mark> {
        if let Some(log) = self.overlay.log(space, name) {
            return Ok(log.base);
        }
        // One that the base cannot change under: a writer's own, or a reader's until the journal's number changes.
        if let Some(mark) = self.marks.get(&(space.id, name.to_vec())) {
            return Ok(*mark);
        }
        let mark = log_state::load(&mut self.files, space, name)?;
        self.remember_mark(space, name, mark);
        Ok(mark)
    }

    /// How many marks are kept.
    pub(crate) fn marks_count(&self) -> usize {
        self.marks.len()
    }

    pub(crate) fn remember_mark(&mut self, space: &Space, name: &[u8], mark: Mark) {
        if self.marks.len() >= MARKS_MAX {
            self.marks.clear();
        }
        self.marks.insert((space.id, name.to_vec()), mark);
    }

    /// The highest seq ever appended to a log.
    pub(crate) fn log_last_seq(&mut self, space: &Space, name: &[u8]) -> Result<u64> {
        match self.overlay.log(space, name) {
            Some(log) => Ok(log.last_seq),
            None => Ok(self.mark(space, name)?.last_seq),
        }
    }
}
