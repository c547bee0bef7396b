//! Merges of runs: what commits pay for, written beside the base, and in it with the next checkpoint (K5).

use super::compact::no_room;
use crate::base::layout;
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::journal::within_counts;
use crate::keyspace::Keyspace;
use crate::limits::{RUN_PIECE_BYTES, RUN_STEP_BYTES};
use crate::run::choose::{self, MergePolicy};
use crate::run::list::Runs;
use crate::run::merge::Merge;
use crate::state::merges::RunningMerge;
use crate::state::overlay::Overlay;
use crate::storage::Storage;

/// What is merged before one commit: so many steps, or this part of what is owed where that is more.
const STEPS_AT_ONCE: u64 = 4;
const DEBT_PART: u64 = 8;

impl<S: Storage> Opened<'_, S> {
    fn merge_policy(&self) -> MergePolicy {
        let geometry = self.root.geometry;
        MergePolicy { fan: geometry.fan(), base_bytes: geometry.journal_bytes() }
    }

    /// Begins the merges that are due by the runs as they are now.
    pub(super) fn begin_merges(&mut self) {
        self.go_on_compacting();
        if self.waits_to_compact() {
            // No others come before it. Where nobody goes on with it, commits do.
            return;
        }
        let policy = self.merge_policy();
        let geometry = self.root.run_geometry().for_bytes(self.state.stack.runs().length_bytes());
        let garbage_bytes = self.state.journal.manifest.garbage.bytes();
        let (runs, merges) = (self.state.stack.runs(), &mut self.state.merges);
        merges.is_paused = false;
        // INVARIANT: what a merge takes no other one does, so this comes to an end.
        while let Some(of) = policy.choose(runs, garbage_bytes, &merges.taken())
            && let Some(merge) = Merge::new(runs, of, geometry)
        {
            merges.running.push(RunningMerge::new(merge, false));
        }
        if merges.running.is_empty() {
            merges.due_bytes = 0;
        }
    }

    /// Is there a merge that is not written?
    pub(crate) fn has_merge(&self) -> bool {
        self.state.merges.next().is_some()
    }

    /// Has a merge come so far that it waits for a manifest?
    pub(crate) fn has_merged(&self) -> bool {
        self.state.merges.running.iter().any(|running| running.merge.is_to_be_installed())
    }

    /// Is there anything to be done for merges?
    pub(crate) fn has_merges(&self) -> bool {
        self.has_merge() || self.has_merged()
    }

    /// A commit of so many bytes has come: what is to be merged for it.
    pub(crate) fn owe_merge(&mut self, commit_bytes: usize) {
        if self.has_merge() {
            let runs = self.state.stack.runs().runs.len();
            let share = self.merge_policy().share_bytes(commit_bytes as u64, runs);
            self.state.merges.due_bytes = self.state.merges.due_bytes.saturating_add(share);
        }
    }

    /// Is so much owed that it is worth a write?
    pub(crate) fn is_merge_due(&self) -> bool {
        self.state.merges.due_bytes >= self.root.geometry.merge_bytes() && self.has_merge()
    }

    /// Owes as much as the first write of an instance can merge unnoticed: where each process writes little, and makes a small run when it
    /// closes the store, nobody else would merge these.
    pub(super) fn owe_first_merge(&mut self) {
        self.state.merges.due_bytes = self.root.geometry.merge_bytes();
    }

    /// Merges a part of what is owed: what little commits come to, and of a large debt an eighth. So nobody pays for a large batch at
    /// once, and the more is owed the more is paid: merges are behind by some eight such batches at most.
    pub(crate) fn pay_merge(&mut self) -> Result<()> {
        let step_bytes = self.root.geometry.merge_bytes();
        let owed = self.state.merges.due_bytes;
        let mut pays = owed.min((owed / DEBT_PART).max(STEPS_AT_ONCE * step_bytes));
        while self.is_merge_due() && pays >= step_bytes {
            pays -= step_bytes;
            self.merge_step(usize::try_from(step_bytes).unwrap_or(RUN_PIECE_BYTES))?;
        }
        Ok(())
    }

    /// Merges about so many bytes, which nobody owes any more. What cannot be merged is left as it is: nothing is lost by that.
    pub(crate) fn merge_step(&mut self, budget_bytes: usize) -> Result<()> {
        let due_bytes = &mut self.state.merges.due_bytes;
        *due_bytes = due_bytes.saturating_sub(budget_bytes as u64);
        match self.state.merges.next() {
            Some(at) => self.step_merge(at, budget_bytes),
            None => Ok(()),
        }
    }

    /// As [`Opened::merge_step`], of one of them.
    pub(super) fn step_merge(&mut self, at: usize, budget_bytes: usize) -> Result<()> {
        within_counts(self.state.next_file + 1)?;
        let (stack, files) = (&mut self.state.stack, (&mut self.root.files, &mut self.state.open_runs));
        let overlay = &self.state.overlay;
        let is_pending = |rows: &Keyspace, name: &[u8]| has_row(overlay, rows, name);
        let Some(running) = self.state.merges.running.get_mut(at) else { return Ok(()) };
        match running.step(stack, files, (budget_bytes, &mut self.state.next_file), is_pending) {
            Err(error @ Error::Corrupt(_)) => {
                let files: Vec<_> = running.merge.files().collect();
                self.state.merges.damaged.extend(files);
                self.drop_merge(at, error)
            }
            Err(error) if self.is_without_room(&error) => self.pause_merges(at, error),
            stepped => stepped,
        }
    }

    /// A part of a merge: its next bytes, or what is whole of all of them into the base.
    pub(crate) fn merge_part(&mut self) -> Result<()> {
        let merged = if self.has_merged() {
            self.with_room_given(Self::install_merged)
        } else {
            self.merge_step(RUN_STEP_BYTES)
        };
        self.root.close_on_failure(merged)
    }

    /// Gives up all merges, and knows of no damage any more: what they have stopped at is being mended.
    pub(crate) fn forget_merges(&mut self) -> Result<()> {
        self.drop_merges()?;
        self.state.merges.damaged.clear();
        Ok(())
    }

    /// Ends files of merges that have come far enough, so that what an instance has merged stays when it is soon gone.
    pub(super) fn end_merge_files(&mut self) -> Result<()> {
        let worth_bytes = self.root.geometry.merge_bytes();
        for at in (0..self.state.merges.running.len()).rev() {
            let Some(running) = self.state.merges.running.get_mut(at) else { continue };
            match running.end_file(&mut self.root.files, worth_bytes) {
                Err(error) if self.is_without_room(&error) => self.pause_merges(at, error)?,
                ended => ended?,
            }
        }
        Ok(())
    }

    /// One of them has found no room.
    fn pause_merges(&mut self, at: usize, error: Error) -> Result<()> {
        self.state.merges.is_paused = true;
        self.drop_merge(at, error)
    }

    /// Gives up all merges that are going on, for the room that they take.
    pub(super) fn drop_merges(&mut self) -> Result<()> {
        while !self.state.merges.running.is_empty() {
            self.drop_merge(0, no_room())?;
        }
        Ok(())
    }

    /// Gives up a merge: what no manifest names of it goes.
    fn drop_merge(&mut self, at: usize, reason: Error) -> Result<()> {
        let dropped = self.state.merges.running.remove(at);
        if dropped.is_compaction {
            self.give_compaction_up(reason);
        }
        let named = self.state.journal.manifest.named_files();
        for number in dropped.new_files.numbers().iter().filter(|number| !named.contains(number)) {
            self.root.files.remove(&layout::run(*number))?;
        }
        Ok(())
    }

    /// The runs with all that was merged since the last manifest, and neighbours side by side where no keys of theirs overlap. Whoever
    /// does not come to write the manifest forgets the merges.
    pub(super) fn install_merges(&mut self, mut runs: Runs) -> Runs {
        self.state.merges.running.retain_mut(|running| match running.merge.install(&runs) {
            Some(installed) => {
                runs = installed;
                true
            }
            // Its runs are not there any more, and what it has written goes with the next takeover.
            None => false,
        });
        let geometry = self.root.run_geometry().for_bytes(runs.length_bytes());
        choose::joined(&runs, &self.state.merges.taken(), geometry.table_bytes())
    }

    /// K7 for runs: removes the files that were named and are not.
    pub(super) fn remove_merged(&mut self, before: &Runs) -> Result<()> {
        let named = self.state.journal.manifest.named_files();
        for number in before.numbers().filter(|number| !named.contains(number)) {
            self.state.open_runs.close(number);
            self.root.files.remove(&layout::run(number))?;
        }
        Ok(())
    }
}

/// Have commits written the row of a segment, and no checkpoint has it yet?
pub(super) fn has_row(overlay: &Overlay, rows: &Keyspace, name: &[u8]) -> bool {
    overlay.value(rows, name).is_some_and(|row| row.bytes().is_some())
}

#[cfg(test)]
mod tests {
    use crate::base::format::Layout;
    use crate::base::layout::FORMAT;
    use crate::disk::memory::Memory;
    use crate::engine::Engine;
    use crate::interface::maps::MapPair;
    use crate::storage::Storage as _;
    use sx_persist_wire::Expect;

    fn put_all(engine: &mut Engine<Memory>) {
        for number in 0..1_000_u64 {
            engine.map_put("t", &number.to_be_bytes(), &[b'v'; 100]).unwrap();
        }
        engine.checkpoint().unwrap();
    }

    #[test]
    fn behind_a_merge_of_all_runs_no_garbage_is_estimated() {
        let mut engine = Engine::new(Memory::new());
        for round in 0..4_u64 {
            put_all(&mut engine);
            let garbage_bytes = engine.opened().unwrap().state.journal.manifest.garbage.hidden_bytes;
            assert!((garbage_bytes > 100_000) == (round > 0), "{garbage_bytes} in round {round}");
            engine.checkpoint().unwrap();
            while engine.checkpoint_step().unwrap() {}
            engine.map_put("t", &round.to_be_bytes(), b"").unwrap();
            engine.checkpoint().unwrap();
            let opened = engine.opened().unwrap();
            let garbage_bytes = opened.state.journal.manifest.garbage.hidden_bytes;
            assert!(garbage_bytes < 1_000 && !opened.has_merge(), "{garbage_bytes}");
        }
    }

    #[test]
    fn what_was_put_and_removed_again_is_in_no_run() {
        let mut engine = Engine::new(Memory::new());
        put_all(&mut engine);
        for number in 2_000..2_100_u64 {
            engine.map_put("t", &number.to_be_bytes(), b"queued").unwrap();
            engine.map_delete("t", &number.to_be_bytes(), Expect::Any).unwrap();
        }
        engine.checkpoint().unwrap();
        let opened = engine.opened().unwrap();
        let newest = opened.state.stack.runs().runs.first().unwrap();
        // The count alone.
        assert_eq!(newest.files.iter().map(|file| file.file.entries).sum::<u64>(), 1);
    }

    #[test]
    fn there_are_few_runs_however_large_batches_are() {
        let mut disk = Memory::new();
        Engine::new(disk.clone()).kv_put("k", "1").unwrap();
        let file = disk.create(FORMAT).unwrap();
        let numbers = "journal 65536 file 65536 block 1024 fan 4";
        let text = format!("{}{numbers}\n", Layout::Plain.first_line());
        disk.write(&file, 0, text.as_bytes()).unwrap();
        let mut engine = Engine::new(disk);
        let (mut most, mut owed) = (0, 0);
        for batch in 0..200_u64 {
            let pair = |number: u64| MapPair {
                key: ((batch * 64 + number) * 7_919 % 100_003).to_be_bytes().to_vec(),
                value: vec![b'v'; 4 << 10],
            };
            engine.map_put_many("t", &(0..64).map(pair).collect::<Vec<_>>()).unwrap();
            let opened = engine.opened().unwrap();
            most = most.max(opened.state.stack.runs().runs.len());
            owed = owed.max(opened.state.merges.due_bytes);
        }
        assert!(most <= 24 && owed > 1 << 20, "{most} runs, {owed} bytes owed");
        // What is owed is paid when nobody writes, too.
        engine.checkpoint().unwrap();
        while engine.checkpoint_step().unwrap() {}
        let opened = engine.opened().unwrap();
        assert_eq!(opened.state.merges.due_bytes, 0);
        assert!(opened.state.stack.runs().runs.len() <= 12);
    }
}
