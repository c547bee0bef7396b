//! How far a checkpoint has come.

use crate::base::log_state::LogState;
use crate::journal::manifest::LogName;
use crate::keyspace::{Keyspace, Name};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A log or a key that a checkpoint carries into the base.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) keyspace: &'static Keyspace,
    pub(crate) name: Name,
}

/// The new file of a log that has lost lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewFile {
    /// Its number in `runs/`.
    pub(crate) number: u64,
    /// What it holds.
    pub(crate) log_state: LogState,
}

/// How far a checkpoint has come.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// The last commit that it carries.
    pub(crate) lsn: u64,
    /// Where the next one stands in the journal.
    pub(crate) end: u64,
    /// What is not in the base yet.
    pub(crate) left: VecDeque<Carried>,
    /// Folders whose names must survive a crash before the checkpoint is done.
    pub(crate) folders: BTreeSet<String>,
    /// The new files that take the place of logs when it is done.
    pub(crate) new_files: BTreeMap<LogName, NewFile>,
    /// Records of commits since the last part.
    pub(crate) brought: usize,
}

impl Progress {
    /// Logs, keys and folders that are left to do.
    pub(crate) fn pieces(&self) -> usize {
        self.left.len() + self.folders.len()
    }
}
