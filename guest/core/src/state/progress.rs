//! How far a checkpoint has come.

use crate::base::log_state::LogState;
use crate::journal::manifest::LogName;
use crate::state::carried::Carried;
use crate::state::flush::Flush;
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
    /// Pieces that there were when it began.
    pub(crate) begun_pieces: usize,
    /// Records of commits since the last part, of what has files of its own.
    pub(crate) brought: usize,
}

impl<F> Progress<F> {
    /// Logs, keys, pieces of the run and folders that are left to do.
    pub(crate) fn pieces(&self) -> usize {
        self.left.len() + self.flush.pieces() + self.folders.len()
    }
}
