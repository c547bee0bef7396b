//! What goes before the first write of an instance (J5).

use crate::base::format::Origin;
use crate::base::layout::{self, JOURNAL};
use crate::disk::files::ROOT;
use crate::engine::Opened;
use crate::error::Result;
use crate::journal::manifest::Manifest;
use crate::journal::within_counts;
use crate::journal::write::{self, CommitFrames};
use crate::storage::{EntryKind, Storage};

impl<S: Storage> Opened<'_, S> {
    /// Makes the root this instance's own: what an earlier one left may be readable and yet never have reached the disk. Begins
    /// a journal with the manifest and the frames as they are.
    pub(crate) fn own_journal(&mut self) -> Result<()> {
        let left = self.claim_root()?;
        self.begin_own_journal(left, CommitFrames::default())
    }

    /// As [`Opened::own_journal`], with the commit in work behind those frames: it is durable when the journal is.
    pub(crate) fn own_journal_with_commit(&mut self) -> Result<()> {
        let left = self.claim_root()?;
        self.check_commit_room()?;
        let frames = std::mem::take(&mut self.state.transaction.frames);
        let commits = CommitFrames { frames: &frames, count: self.state.transaction.sealed };
        let begun = self.begin_own_journal(left, commits);
        self.state.transaction.frames = frames;
        begun
    }

    /// Begins this instance's journal, and ends what an earlier one left. `left` are the numbers of the files in `runs/`.
    fn begin_own_journal(&mut self, left: Vec<u64>, commits: CommitFrames<'_>) -> Result<()> {
        let journal = &mut self.state.journal;
        let mut manifest = Manifest { next_file: self.state.next_file, ..journal.manifest.clone() };
        if !journal.has_frames() {
            manifest.lsn = manifest.lsn.max(self.root.lsn_floor.saturating_sub(1));
        }
        let from = journal.start;
        write::begin_next(&mut self.root.files, journal, &manifest, from, commits, |_, _| Ok(()))?;
        write::remove_older(&mut self.root.files, journal)?;
        self.mark_adopted()?;
        self.name_new_files()?;
        let named = manifest.named_files();
        for number in left.into_iter().filter(|number| !named.contains(number)) {
            self.root.files.remove(&layout::run(number))?;
        }
        self.begin_merges();
        self.owe_first_merge();
        self.check();
        Ok(())
    }

    /// Says in `format` that a root of format 1 is none any more.
    ///
    /// ORDER: behind the journal. A crash between the two leaves a journal of this format above all, which counts whatever `format`
    /// says. The other way round it would leave a journal of format 1 in a root of this format, which is refused.
    fn mark_adopted(&mut self) -> Result<()> {
        if self.root.origin == Origin::Format1 {
            self.write_format(self.root.layout)?;
            self.root.files.sync_folder(ROOT)?;
            self.root.origin = Origin::Own;
        }
        Ok(())
    }

    /// Removes files that no manifest can name: they have numbers that were not given when the last one was written. Of others nobody knows
    /// before the next journal is durable.
    pub(crate) fn remove_unnamed(&mut self) -> Result<bool> {
        let numbers = self.root.numbers_in_runs()?;
        let next = self.state.journal.manifest.next_file;
        let unnamed: Vec<_> = numbers.into_iter().filter(|number| *number >= next).collect();
        unnamed.iter().try_for_each(|number| self.root.files.remove(&layout::run(*number)))?;
        Ok(!unnamed.is_empty())
    }

    /// Makes the names in the root durable, and counts past the files in `runs/`. Answers the numbers of those.
    fn claim_root(&mut self) -> Result<Vec<u64>> {
        let top = self.root.files.list(ROOT)?;
        let folders: Vec<_> = top.into_iter().filter(|entry| entry.kind == EntryKind::Folder).collect();
        self.root.files.make_folder(JOURNAL)?;
        // ORDER: the names that earlier instances made are durable before anything is built on them.
        self.root.files.sync_folder(ROOT)?;
        if self.is_packed() && !self.root.has_all_guards()? {
            // A conversion that has ended half-way may have removed blobs there that are in the runs, too.
            self.root.files.sync_folder(layout::BLOBS_FOLDER)?;
        }
        self.root.folders = folders.into_iter().map(|entry| entry.name).collect();
        self.root.folders.insert(JOURNAL.to_owned());
        let left = self.root.numbers_in_runs()?;
        if let Some(last) = left.last() {
            self.state.next_file = self.state.next_file.max(last + 1);
        }
        within_counts(self.state.next_file)?;
        Ok(left)
    }

    /// As [`Opened::own_journal`], where the journal is damaged: what is left of it goes into the base at once. A journal with its
    /// frames would give the lsns again that the damage hides.
    pub(crate) fn own_damaged_journal(&mut self) -> Result<()> {
        self.claim_root()?;
        self.begin_checkpoint()?;
        self.end_checkpoint()
    }
}
