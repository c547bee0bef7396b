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
    /// That of a checkpoint of which nothing is done.
    pub(crate) fn new(
        (lsn, end): (u64, u64),
        left: VecDeque<Carried>,
        flush: Flush<F>,
        folders: BTreeSet<String>,
    ) -> Self {
        let begun_pieces = pieces(&left, &flush, &folders);
        Self { lsn, end, left, flush, folders, new_files: BTreeMap::new(), begun_pieces, brought: 0 }
    }

    /// Logs, keys, pieces of the run and folders that are left to do.
    pub(crate) fn pieces(&self) -> usize {
        pieces(&self.left, &self.flush, &self.folders)
    }
}

fn pieces<F>(left: &VecDeque<Carried>, flush: &Flush<F>, folders: &BTreeSet<String>) -> usize {
    left.len() + flush.pieces() + folders.len()
}
