//! How far a checkpoint has come.

use crate::base::log_state::LogState;
use crate::journal::manifest::LogName;
use crate::state::carried::Carried;
use crate::state::flush::Flush;
use crate::state::transaction::Transaction;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The new file of a log that has lost lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewFile {
    /// Its number in `runs/`.
    pub(crate) number: u64,
    /// What it holds.
    pub(crate) log_state: LogState,
}

/// How far a checkpoint has come.
#[derive(Debug)]
pub(crate) struct Progress<F> {
    /// The last commit that it carries.
    pub(crate) lsn: u64,
    /// Where the next one stands in the journal.
    pub(crate) end: u64,
    /// What is not in its files yet.
    pub(crate) left: VecDeque<Carried>,
    /// The run of what has none.
    pub(crate) flush: Flush<F>,
    /// Folders whose names must survive a crash before the checkpoint is done.
    pub(crate) folders: BTreeSet<String>,
    /// The new files that take the place of logs when it is done.
    pub(crate) new_files: BTreeMap<LogName, NewFile>,
    /// What commits have brought since the last part.
    pub(crate) brought: Brought,
}

/// What commits bring while a checkpoint is going on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Brought {
    /// Records of what has files of its own.
    pub(crate) records: usize,
    /// Bytes of commits with records of what stands in runs.
    pub(crate) bytes: usize,
}

impl Brought {
    pub(crate) fn add(&mut self, transaction: &Transaction) {
        let in_runs = transaction.undo.iter().filter(|undo| undo.is_in_runs()).count();
        self.records += transaction.undo.len() - in_runs;
        self.bytes += if in_runs > 0 { transaction.frames.len() } else { 0 };
    }
}

impl<F> Progress<F> {
    /// Logs, keys, pieces of the run and folders that are left to do.
    pub(crate) fn pieces(&self) -> usize {
        self.left.len() + self.flush.pieces() + self.folders.len()
    }
}
