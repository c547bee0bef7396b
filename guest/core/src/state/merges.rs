//! Merges of runs that are going on, and what commits have yet to pay for them.

use crate::disk::files::Files;
use crate::error::{Error, Result};
use crate::keyspace::Keyspace;
use crate::limits::RUN_PIECE_BYTES;
use crate::run::choose::LeftAlone;
use crate::run::dead::DeadEntries;
use crate::run::list::Runs;
use crate::run::merge::Merge;
use crate::run::open_files::{DiskRuns, NewFiles, OpenRuns};
use crate::run::stack::RunStack;
use crate::storage::Storage;

/// A merge, and the files that it has made.
#[derive(Debug)]
pub(crate) struct RunningMerge<F> {
    pub(crate) merge: Merge,
    pub(crate) new_files: NewFiles<F>,
    /// Is it what somebody has asked for?
    pub(crate) is_compaction: bool,
    dead: DeadEntries,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Merges<F> {
    /// Those that began last are the smallest, and come first: a large one goes on when they are done.
    pub(crate) running: Vec<RunningMerge<F>>,
    /// Bytes that are to be merged before the next commit.
    pub(crate) due_bytes: u64,
    /// Files in which damage was found, and those that they were to be merged with.
    pub(crate) damaged: LeftAlone,
    /// The runs with what `repair` has written anew, for the next manifest.
    pub(crate) mended: Option<Runs>,
    /// No room was found: nothing is merged before the next checkpoint.
    pub(crate) is_paused: bool,
    /// Why what somebody has asked for was given up.
    pub(crate) given_up: Option<Error>,
    /// What somebody has asked for, where that is not done.
    pub(crate) compaction: Option<Compaction>,
}

/// That all runs are to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Compaction {
    /// Merges of all that may come yet, behind those that are going on.
    pub(crate) rounds: u8,
    /// About so many bytes are left to be merged; 0 where that is done.
    pub(crate) left_bytes: u64,
}

impl<F> Default for Merges<F> {
    fn default() -> Self {
        Self {
            running: Vec::new(),
            due_bytes: 0,
            damaged: LeftAlone::new(),
            mended: None,
            is_paused: false,
            given_up: None,
            compaction: None,
        }
    }
}

impl<F> RunningMerge<F> {
    pub(crate) fn new(merge: Merge, is_compaction: bool) -> Self {
        Self { merge, new_files: NewFiles::default(), is_compaction, dead: DeadEntries::default() }
    }

    /// Is all of it written? Then it waits for a manifest.
    pub(crate) fn is_written(&self) -> bool {
        self.merge.is_written()
    }

    /// Reads about so many bytes, and writes what there is to be written of them; `is_pending` as [`DeadEntries::has`] asks it.
    pub(crate) fn step<S: Storage<File = F>>(
        &mut self,
        stack: &mut RunStack,
        (files, open): (&mut Files<S>, &mut OpenRuns<F>),
        (budget_bytes, next_file): (usize, &mut u64),
        is_pending: impl Fn(&Keyspace, &[u8]) -> bool,
    ) -> Result<()> {
        let dead = &mut self.dead;
        self.merge.step(
            stack,
            &mut DiskRuns { files, open },
            (budget_bytes, next_file),
            |stack, files, hit| dead.has(stack, files, hit, &is_pending),
        )?;
        let least_bytes = if self.merge.is_read() { 1 } else { RUN_PIECE_BYTES };
        self.write(files, least_bytes)
    }

    /// As [`Merge::end_file`], and writes the file.
    pub(crate) fn end_file<S: Storage<File = F>>(
        &mut self,
        files: &mut Files<S>,
        worth_bytes: u64,
    ) -> Result<()> {
        self.merge.end_file(worth_bytes)?;
        self.write(files, 1)
    }

    /// Writes pieces while so many bytes are there.
    fn write<S: Storage<File = F>>(&mut self, files: &mut Files<S>, least_bytes: usize) -> Result<()> {
        while self.merge.pending_bytes() >= least_bytes
            && let Some(piece) = self.merge.take(RUN_PIECE_BYTES)
        {
            self.new_files.write(files, &piece)?;
        }
        Ok(())
    }
}

impl<F> Merges<F> {
    /// The one that goes on next.
    pub(crate) fn next(&self) -> Option<usize> {
        let next = self.running.iter().rposition(|running| !running.is_written());
        next.filter(|_| !self.is_paused)
    }

    /// The files that no other merge is to take.
    pub(crate) fn taken(&self) -> LeftAlone {
        let running = self.running.iter().flat_map(|running| running.merge.files());
        running.chain(self.damaged.iter().copied()).collect()
    }

    /// Has a file been made that no manifest names?
    pub(crate) fn has_files(&self) -> bool {
        self.running.iter().any(|running| !running.new_files.numbers().is_empty())
    }
}
