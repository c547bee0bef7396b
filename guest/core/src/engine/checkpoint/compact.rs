//! All runs to one, because somebody asks for it: what is of no use goes now, and not when half of what there is is that.

use crate::base::layout::RUNS;
use crate::engine::Opened;
use crate::error::{Error, Failure, Result};
use crate::limits::RUN_STEP_BYTES;
use crate::run::choose;
use crate::run::merge::Merge;
use crate::state::merges::{Compaction, RunningMerge};
use crate::storage::Storage;
use std::ops::Range;

/// Merges of all runs: behind the first one half of a file that is kept for its larger values may be dead.
const ROUNDS: u8 = 2;

impl<S: Storage> Opened<'_, S> {
    /// A part of it. Answers about how many bytes are left to be merged; 0 where nothing is.
    pub(crate) fn compact_step(&mut self) -> Result<u64> {
        match &mut self.state.merges.compaction {
            None => self.begin_compaction()?,
            Some(compaction) if compaction.left_bytes == 0 => {}
            Some(_) if self.state.merges.is_paused => self.give_compaction_up(no_room()),
            Some(compaction) => {
                compaction.left_bytes = compaction.left_bytes.saturating_sub(RUN_STEP_BYTES as u64).max(1);
                self.compact_part()?;
                self.go_on_compacting();
            }
        }
        if let Some(error) = self.state.merges.given_up.take() {
            return Err(error);
        }
        // A commit may have ended it, too.
        let compaction = self.state.merges.compaction.take_if(|compaction| compaction.left_bytes == 0);
        Ok(compaction.or(self.state.merges.compaction).map_or(0, |compaction| compaction.left_bytes))
    }

    /// The merge of all comes before others, which commits pay for.
    fn compact_part(&mut self) -> Result<()> {
        let is_to_be_read = |running: &RunningMerge<S::File>| {
            running.is_compaction && !running.is_written() && !running.merge.is_to_be_installed()
        };
        match self.state.merges.running.iter().position(is_to_be_read) {
            Some(at) => {
                let stepped = self.step_merge(at, RUN_STEP_BYTES);
                self.root.close_on_failure(stepped)
            }
            None => self.merge_part(),
        }
    }

    fn begin_compaction(&mut self) -> Result<()> {
        self.checkpoint()?;
        let left_bytes = self.state.stack.runs().length_bytes().max(1);
        let merges = &mut self.state.merges;
        (merges.is_paused, merges.given_up) = (false, None);
        if self.has_merges() || self.compactable().is_some() {
            // Whoever merges names what that comes to, in a journal of its own.
            self.ensure_owned()?;
            self.state.merges.compaction = Some(Compaction { rounds: ROUNDS, left_bytes });
        }
        Ok(())
    }

    /// Begins the next merge of all where no other one goes on, or ends.
    pub(super) fn go_on_compacting(&mut self) {
        let Some(compaction) = self.state.merges.compaction else { return };
        if self.is_compacting() || self.has_merges() {
            return;
        }
        let runs = self.state.stack.runs();
        let is_of_use = compaction.rounds == ROUNDS || !runs.dead().emptied.is_empty();
        let of = self.compactable().filter(|_| is_of_use && compaction.rounds > 0);
        let geometry = self.root.run_geometry().for_bytes(runs.length_bytes());
        let merge = of.and_then(|of| Merge::new(runs, of, geometry));
        let left_bytes = if merge.is_some() { runs.length_bytes().max(1) } else { 0 };
        self.state.merges.compaction =
            Some(Compaction { rounds: compaction.rounds.saturating_sub(1), left_bytes });
        self.state.merges.running.extend(merge.map(|merge| RunningMerge::new(merge, true)));
    }

    /// Do the merges that are going on come before one of all?
    pub(super) fn waits_to_compact(&self) -> bool {
        let is_left = self.state.merges.compaction.is_some_and(|compaction| compaction.left_bytes > 0);
        is_left && !self.is_compacting()
    }

    /// Is a merge of all going on?
    fn is_compacting(&self) -> bool {
        self.state.merges.running.iter().any(|running| running.is_compaction)
    }

    /// The runs that are to become one; none where there is no more to gain.
    fn compactable(&self) -> Option<Range<usize>> {
        choose::all(self.state.stack.runs(), &self.state.merges.taken())
    }

    /// What was asked for cannot be done now.
    pub(super) fn give_compaction_up(&mut self, reason: Error) {
        self.state.merges.compaction = None;
        self.state.merges.given_up.get_or_insert(reason);
    }
}

/// What keeps a compaction from going on where a full disk is being cleaned.
pub(super) fn no_room() -> Error {
    Error::NoSpace(Failure { step: "write", file: RUNS.to_owned(), code: "insufficient-space" })
}
