//! The three shapes, logs, tables and blobs in named keyspaces, and one commit at a time on them.
//!
//! ```text
//! operation -> decide -> one frame in the journal, one sync -> overlay -> answer
//! checkpoint: overlay -> base files, synced -> a new, empty journal
//! opening:    journal -> overlay
//! reading:    overlay first, then base
//! ```

mod adopt;
mod blobs;
mod checkpoint;
pub(crate) mod commit;
mod convert;
mod copy;
mod counted;
pub(crate) mod counts;
mod endless;
pub(crate) mod entries;
mod folders;
mod index;
mod invariants;
pub(crate) mod listing;
pub(crate) mod log;
mod long_names;
mod misplaced;
mod numbers;
mod open;
mod packed_streams;
pub(crate) mod page;
mod paging;
pub(crate) mod pull;
mod quarantine;
mod reader;
mod repair;
mod repair_runs;
pub(crate) mod report;
mod reserve;
mod root;
mod runs;
mod salvage_runs;
pub(crate) mod segments;
mod share;
pub(crate) mod streams;
mod survey_runs;
mod survey_segments;
mod survey_streams;
mod table;
mod transaction;
mod uploads;
pub(crate) mod usage;
mod verify;

use crate::base::log_state::{self, LogState};
use crate::codec::accelerators::Accelerators;
use crate::error::Result;
use crate::keyspace::Keyspace;
use crate::state::StoreState;
use crate::storage::Storage;
pub use root::Durability;
use root::Root;

/// A store over one root: the engine below every interface.
///
/// Opening does nothing; the first call reads the journal, and the first write makes the root this instance's own.
#[derive(Debug)]
pub struct Engine<S: Storage> {
    root: Root<S>,
    /// What was read of it; none before the first call.
    state: Option<StoreState<S::File>>,
}

/// A store whose journal has been read. Whatever reads or writes is a method of it: there is no other way to a journal.
#[derive(Debug)]
pub(crate) struct Opened<'a, S: Storage> {
    root: &'a mut Root<S>,
    state: &'a mut StoreState<S::File>,
}

impl<S: Storage> Engine<S> {
    /// An engine over a root.
    pub fn new(storage: S) -> Self {
        Self::on(Accelerators::default(), storage)
    }

    /// As [`Engine::new`], with other accelerators; the crate's own hash is not linked then.
    pub fn on(accelerators: Accelerators, storage: S) -> Self {
        Self { root: Root::new(storage, accelerators), state: None }
    }
}

impl<S: Storage> Opened<'_, S> {
    /// The state of a log's base file: what the overlay says, else what the files say.
    pub(crate) fn log_state(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<LogState> {
        if let Some(log) = self.state.overlay.log(keyspace, name) {
            return Ok(log.base);
        }
        // One that the base cannot change under: a writer's own, or a reader's until the journal's number changes.
        if let Some(log_state) = self.state.log_state(keyspace, name) {
            return Ok(log_state);
        }
        let path = self.log_path(keyspace, name)?;
        let log_state = log_state::load(&mut self.root.files, keyspace, name, &path)?;
        self.state.remember_log_state(keyspace, name, log_state);
        Ok(log_state)
    }

    /// The highest seq ever appended to a log.
    pub(crate) fn log_last_seq(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<u64> {
        match self.state.overlay.log(keyspace, name) {
            Some(log) => Ok(log.last_seq),
            None => Ok(self.log_state(keyspace, name)?.last_seq),
        }
    }
}
