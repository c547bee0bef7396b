//! What an instance holds in memory.

pub(crate) mod cache;
pub(crate) mod carried;
pub(crate) mod cleaning;
pub(crate) mod conversion;
pub(crate) mod flush;
pub(crate) mod layer;
pub(crate) mod merges;
pub(crate) mod names;
pub(crate) mod object_counts;
pub(crate) mod overlay;
pub(crate) mod pending;
pub(crate) mod places;
pub(crate) mod probes;
pub(crate) mod progress;
pub(crate) mod reserve;
pub(crate) mod transaction;
pub(crate) mod uploads;

use crate::base::log_state::LogState;
use crate::journal::Journal;
use crate::journal::manifest::LogName;
use crate::keyspace::Keyspace;
use crate::limits::LOG_STATES_MAX;
use crate::run::list::Runs;
use crate::run::open_files::OpenRuns;
use crate::run::stack::{RunMemory, RunStack};
use cache::Cache;
use cleaning::Cleaning;
use conversion::Conversion;
use merges::Merges;
use names::Names;
use overlay::Overlay;
use probes::Probes;
use progress::Progress;
use std::collections::{BTreeMap, BTreeSet};
use transaction::Transaction;

/// What was read of a root, and what commits have made of it since.
#[derive(Debug)]
pub(crate) struct StoreState<F> {
    pub(crate) journal: Journal<F>,
    pub(crate) overlay: Overlay,
    pub(crate) transaction: Transaction,
    /// The checkpoint that is going on.
    pub(crate) progress: Option<Progress<F>>,
    /// The conversion from one layout to the other that is going on.
    pub(crate) conversion: Option<Conversion>,
    /// The number of the next file in `runs/`.
    pub(crate) next_file: u64,
    /// Logs whose new file in `runs/` may not have their name yet, and its number.
    pub(crate) unnamed: BTreeMap<LogName, u64>,
    /// Folders of logs that have got a new file: until those are synced the old one may come back under the name.
    pub(crate) renamed: BTreeSet<String>,
    pub(crate) index: BTreeMap<u8, Names>,
    /// The runs of the base.
    pub(crate) stack: RunStack,
    pub(crate) open_runs: OpenRuns<F>,
    pub(crate) merges: Merges<F>,
    pub(crate) cleaning: Cleaning,
    pub(crate) cache: Cache,
    pub(crate) probes: Probes,
    log_states: BTreeMap<(u8, Vec<u8>), LogState>,
}

impl<F> StoreState<F> {
    /// That of a journal and what is in it.
    pub(crate) fn new(journal: Journal<F>, overlay: Overlay) -> Self {
        let runs = journal.manifest.runs.clone();
        let mut state = Self {
            next_file: journal.manifest.next_file,
            unnamed: journal.manifest.pending.clone(),
            stack: RunStack::new(Runs::default(), RunMemory::default()),
            open_runs: OpenRuns::default(),
            merges: Merges::default(),
            cleaning: Cleaning::default(),
            journal,
            overlay,
            transaction: Transaction::default(),
            progress: None,
            conversion: None,
            renamed: BTreeSet::new(),
            index: BTreeMap::new(),
            cache: Cache::default(),
            probes: Probes::default(),
            log_states: BTreeMap::new(),
        };
        state.set_runs(runs);
        state
    }

    /// From here on these are the runs of the base.
    pub(crate) fn set_runs(&mut self, runs: Runs) {
        let largest = runs.files().map(|file| file.file.length_bytes).max().unwrap_or(0);
        self.cleaning.largest_bytes = largest + runs.kept.values().max().copied().unwrap_or(0);
        self.stack.set_runs(runs);
    }

    /// The state of a log's base file, if it is remembered.
    pub(crate) fn log_state(&self, keyspace: &Keyspace, name: &[u8]) -> Option<LogState> {
        self.log_states.get(&(keyspace.id, name.to_vec())).copied()
    }

    /// The files of the plain layout have gone: nothing that was read of them is remembered.
    pub(crate) fn forget_plain(&mut self) {
        self.index.clear();
        self.log_states.clear();
        (self.cache, self.probes) = (Cache::default(), Probes::default());
    }

    /// How many states are remembered.
    pub(crate) fn log_states_count(&self) -> usize {
        self.log_states.len()
    }

    pub(crate) fn remember_log_state(&mut self, keyspace: &Keyspace, name: &[u8], log_state: LogState) {
        if self.log_states.len() >= LOG_STATES_MAX {
            self.log_states.clear();
        }
        self.log_states.insert((keyspace.id, name.to_vec()), log_state);
    }
}
