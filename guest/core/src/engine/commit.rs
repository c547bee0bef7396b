//! Commits: records become frames, frames become durable, and what fails is taken back (J2, J3, I6).

use crate::base::format::Origin;
use crate::base::layout::JOURNAL;
use crate::engine::{Durability, Engine, Opened};
use crate::error::{Error, Failure, Result};
use crate::journal::write;
use crate::state::transaction::Savepoint;
use crate::storage::Storage;

/// Does an answer say something of what the store holds, and not of the question alone?
pub(crate) fn depends_on_state<R>(answer: &Result<R>) -> bool {
    use Error as E;
    // Of writes an increment answers `invalid-argument`, and of the value that it finds; a truncation, and of the count.
    matches!(answer, Ok(_) | Err(E::Stale { .. } | E::Conflict(_) | E::NotFound(_) | E::InvalidArgument(_)))
}

/// What a write is made of. Of several, one may be refused by a failure of the disk and the others not; where the journal then fails
/// behind its moment, some of them would be there and that one not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Commits {
    One,
    Several,
}

/// What trying a write has come to.
enum Trial<R> {
    /// It changes nothing, or is refused.
    Over(Result<R>),
    /// It is to be stored: as it is staged, with this answer; or carried out once more.
    Due(Option<R>),
}

impl<S: Storage> Engine<S> {
    /// Performs one write as one commit: whole or not at all.
    ///
    /// `change` decides and records; what it does is visible to itself at once, and taken back when it or the disk fails. It
    /// may be run more than once.
    pub(crate) fn write<R>(&mut self, change: impl FnMut(&mut Opened<'_, S>) -> Result<R>) -> Result<R> {
        self.writable()?.write(change)
    }

    /// As [`Engine::write`], for several commits that share one sync; `change` seals each.
    pub(crate) fn write_group<R>(
        &mut self,
        change: impl FnMut(&mut Opened<'_, S>) -> Result<R>,
    ) -> Result<R> {
        self.writable()?.write_group(change)
    }
}

impl<S: Storage> Opened<'_, S> {
    /// As [`Engine::write`].
    pub(crate) fn write<R>(&mut self, mut change: impl FnMut(&mut Self) -> Result<R>) -> Result<R> {
        let change = |engine: &mut Self| {
            let answer = change(engine)?;
            engine.seal()?;
            Ok(answer)
        };
        self.write_commits(Commits::One, change)
    }

    /// As [`Engine::write_group`].
    pub(crate) fn write_group<R>(&mut self, change: impl FnMut(&mut Self) -> Result<R>) -> Result<R> {
        self.write_commits(Commits::Several, change)
    }

    fn write_commits<R>(
        &mut self,
        commits: Commits,
        mut change: impl FnMut(&mut Self) -> Result<R>,
    ) -> Result<R> {
        let mut staged = None;
        if !self.is_ready(0) || self.is_part_due() {
            match self.try_before_part(commits, &mut change)? {
                Trial::Over(answer) => return answer,
                Trial::Due(stays) => staged = stays.map(Ok),
            }
        }
        let mut answer = match staged {
            Some(tried) => self.store(tried),
            None => self.write_ready(&mut change),
        };
        if matches!(&answer, Err(Error::NoSpace(failure)) if self.can_make_room() || self.may_not_grow(failure))
        {
            self.checkpoint_whole()?;
            answer = self.write_ready(&mut change);
        }
        match &answer {
            Err(error) if self.make_room_in_runs(error)? => self.write_ready(change),
            _ => answer,
        }
    }

    /// Tries a write before anything is done for it, as what changes nothing must cost nothing; then does what is due.
    fn try_before_part<R>(
        &mut self,
        commits: Commits,
        change: impl FnOnce(&mut Self) -> Result<R>,
    ) -> Result<Trial<R>> {
        let tried = change(self);
        let changes = self.state.transaction.sealed > 0 || self.state.transaction.has_staged();
        let takes_away = self.state.transaction.added == 0;
        let is_ready = self.is_ready(self.state.transaction.frames.len());
        // Merges leave what is staged as it is. A checkpoint does not: it may begin or end.
        let stays = changes && tried.is_ok() && is_ready && !self.is_checkpoint_part_due();
        let is_one = changes && tried.is_ok() && commits == Commits::One;
        if is_one && self.may_come_with_takeover() && self.store_with_takeover()? {
            return Ok(Trial::Over(tried));
        }
        if !stays {
            self.roll_back(Savepoint::default());
        }
        if !changes || tried.is_err() {
            if depends_on_state(&tried) {
                self.make_answer_durable()?;
            }
            return Ok(Trial::Over(tried));
        }
        let prepared = self.prepare(is_ready, takes_away);
        if stays && prepared.is_err() {
            self.roll_back(Savepoint::default());
        }
        prepared?;
        Ok(Trial::Due(tried.ok().filter(|_| stays)))
    }

    /// Can the commit in work stand in the journal that makes the root this instance's own? A small one that needs nothing done before
    /// it but that, in a root that has a journal.
    fn may_come_with_takeover(&self) -> bool {
        let (journal, transaction) = (&self.state.journal, &self.state.transaction);
        let bytes = transaction.frames.len();
        !journal.own
            && journal.file.is_some()
            && self.root.origin == Origin::Own
            && !transaction.has_staged()
            && bytes as u64 <= self.root.geometry.left_bytes()
            && self.has_place_for(bytes)
            // Its lsn is the one that comes next.
            && (journal.has_frames() || self.root.lsn_floor <= journal.next_lsn)
    }

    /// Makes the root this instance's own and stores the commit in work: one sync for both, where a command writes once. False where there
    /// was no room, and nothing is stored.
    fn store_with_takeover(&mut self) -> Result<bool> {
        match self.own_journal_with_commit() {
            Ok(()) => {
                self.settle_commit();
                self.pay_merge_behind_commit();
                Ok(true)
            }
            Err(error) if !self.state.journal.own && self.found_no_room(&error) => Ok(false),
            Err(error) => {
                self.roll_back(Savepoint::default());
                self.root.close_on_failure(Err(error))
            }
        }
    }

    /// As [`Engine::write_group`], behind the journal as it stands: no checkpoint comes first. The root is this instance's own.
    pub(crate) fn write_ready<R>(&mut self, change: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        let changed = change(self);
        self.store(changed)
    }

    /// Stores what is staged, or takes it back behind an error.
    fn store<R>(&mut self, changed: Result<R>) -> Result<R> {
        match changed.and_then(|answer| self.store_staged().map(|()| answer)) {
            Ok(answer) => self.finish_commit().map(|()| answer),
            Err(error) => {
                self.roll_back(Savepoint::default());
                Err(error)
            }
        }
    }

    /// "Gone already", or "another seq is there", must not rest on what an earlier instance wrote and a loss of power may still
    /// take away (J5): whoever is told so will not try again.
    fn make_answer_durable(&mut self) -> Result<()> {
        if self.state.journal.has_frames() { self.ensure_owned() } else { Ok(()) }
    }

    /// Can a commit of so many bytes go behind the journal as it stands?
    fn is_ready(&self, bytes: usize) -> bool {
        self.state.journal.own && self.has_place_for(bytes)
    }

    /// Is the journal so short that a commit of so many bytes may go behind it?
    fn has_place_for(&self, bytes: usize) -> bool {
        let (journal, geometry) = (&self.state.journal, self.root.geometry);
        let tail = self.state.progress.as_ref().map(|progress| journal.end - progress.end + bytes as u64);
        journal.end - journal.start < geometry.journal_bytes()
            && (self.state.overlay.new_part().files() as u64) < geometry.files()
            && !self.state.overlay.new_part().is_mending
            // The next journal begins with a copy of it.
            && tail.is_none_or(|tail| tail <= geometry.tail_bytes())
    }

    /// Is a part of a checkpoint to precede the next commit, or of a merge?
    fn is_part_due(&self) -> bool {
        self.is_checkpoint_part_due() || self.is_merge_due()
    }

    fn is_checkpoint_part_due(&self) -> bool {
        let (journal, geometry) = (&self.state.journal, self.root.geometry);
        self.state.progress.is_some()
            || journal.end - journal.start >= geometry.parts_bytes()
            || self.state.overlay.new_part().files() as u64 >= geometry.parts_files()
    }

    /// Does a part of a checkpoint.
    pub(crate) fn do_part(&mut self) -> Result<()> {
        self.state.cleaning.ask();
        let done = self.with_room_given(Self::checkpoint_part);
        self.root.close_on_failure(done)
    }

    /// Does what is due of a checkpoint, and of merges.
    fn try_part(&mut self) -> Result<()> {
        if self.is_checkpoint_part_due() {
            self.with_room_given(Self::checkpoint_part)?;
        }
        self.pay_merge()
    }

    /// Does what is due before a commit: a part of a checkpoint, or what makes the root this instance's own.
    ///
    /// On a full disk a commit that only takes away does not wait for it: the frame goes behind the journal, and the next
    /// checkpoint begins with what was taken away.
    fn prepare(&mut self, is_ready: bool, takes_away: bool) -> Result<()> {
        if !takes_away {
            self.state.cleaning.ask();
        }
        let made = if is_ready { self.try_part() } else { self.try_ready() };
        match made {
            Err(error) if takes_away && self.found_no_room(&error) && self.may_go_on() => Ok(()),
            made => self.root.close_on_failure(made),
        }
    }

    /// May a commit go behind the journal, where a checkpoint that was due before it found no room?
    fn may_go_on(&self) -> bool {
        let journal = &self.state.journal;
        journal.own && journal.end - journal.start < 2 * self.root.geometry.journal_bytes()
    }

    /// Makes the root this instance's own, and room in the journal.
    fn try_ready(&mut self) -> Result<()> {
        self.own_journal_in_reserve()?;
        if !self.is_ready(0) {
            self.with_room_given(Self::end_checkpoint)?;
        }
        if !self.is_ready(0) {
            self.with_room_given(Self::checkpoint_now)?;
        }
        self.pay_merge()
    }

    /// Would a checkpoint make room? What was removed or replaced takes its place until then, and the journal besides.
    fn can_make_room(&self) -> bool {
        self.root.files.is_certain() && self.state.journal.has_frames()
    }

    /// Is the journal as long as a file may be? The next one is shorter.
    fn may_not_grow(&self, failure: &Failure) -> bool {
        failure.code == "file-too-large" && self.root.closed.is_none() && self.state.journal.has_frames()
    }

    /// Makes what room can be made for bytes that do not go through the journal.
    pub(crate) fn make_room(&mut self, bytes: usize) -> Result<()> {
        if bytes as u64 > self.root.files.room() && self.can_make_room() {
            self.checkpoint_whole()?;
        }
        if bytes as u64 > self.root.files.room() {
            self.state.cleaning.ask();
            self.clean_runs()?;
        }
        Ok(())
    }

    /// Makes the root this instance's own, if it is not.
    pub(crate) fn ensure_owned(&mut self) -> Result<()> {
        let owned = self.own_journal_in_reserve();
        self.root.close_on_failure(owned)
    }

    /// Writes everything that is pending into the base.
    pub(crate) fn checkpoint_whole(&mut self) -> Result<()> {
        self.ensure_owned()?;
        self.state.cleaning.ask();
        let done = self.with_room_given(Self::checkpoint_now);
        self.root.close_on_failure(done)
    }

    /// Writes the sealed frames; one write and, unless durability is relaxed, one sync.
    fn finish_commit(&mut self) -> Result<()> {
        if self.state.transaction.sealed == 0 {
            return Ok(());
        }
        if let Err(error) = self.check_commit_room() {
            self.roll_back(Savepoint::default());
            return Err(error);
        }
        match self.write_frames() {
            Ok(()) => {
                self.settle_commit();
                Ok(())
            }
            Err((error, is_intact)) => {
                self.roll_back(Savepoint::default());
                if is_intact { Err(error) } else { self.root.close_on_failure(Err(error)) }
            }
        }
    }

    /// Is there room for what the commit in work adds, and for the reserve behind it?
    pub(crate) fn check_commit_room(&mut self) -> Result<()> {
        if self.state.transaction.added == 0 {
            return Ok(());
        }
        self.root.files.check_room(self.state.transaction.added, JOURNAL)?;
        self.keep_reserve(self.state.transaction.frames.len())
    }

    /// The commit in work is in the journal: nothing of it is in work any more.
    fn settle_commit(&mut self) {
        self.state.journal.next_lsn += self.state.transaction.sealed;
        if self.state.journal.synced == self.state.journal.end {
            self.state.journal.synced_lsn = self.state.journal.next_lsn - 1;
        }
        if let Some(progress) = &mut self.state.progress {
            let undo = &self.state.transaction.undo;
            progress.brought += undo.iter().filter(|undo| !undo.is_in_runs()).count();
        }
        let commit_bytes = self.state.transaction.frames.len();
        self.owe_merge(commit_bytes);
        self.state.cleaning.count(commit_bytes);
        self.state.transaction.undo.clear();
        self.state.transaction.counted = 0;
        self.state.transaction.frames.clear();
        self.state.transaction.frames.shrink_to(1 << 20);
        self.state.transaction.sealed = 0;
        self.state.transaction.added = 0;
        self.check_transaction();
        if self.root.reserve.is_spent {
            self.give_room_behind_commit();
        }
    }

    /// As [`Opened::give_room_behind_commit`], of what merges are owed.
    fn pay_merge_behind_commit(&mut self) {
        let paid = self.pay_merge();
        let _ = self.root.close_on_failure(paid);
    }

    /// Writes the frames of the commit in work, in the room of the reserve if they only take away and find no other. False in the
    /// error when nothing is known of the journal any more.
    fn write_frames(&mut self) -> std::result::Result<(), (Error, bool)> {
        let takes_away = self.state.transaction.added == 0;
        match self.append_frames() {
            Err((error, true)) if takes_away && self.found_no_room(&error) && self.spend_reserve() => {
                self.append_frames()
            }
            written => written,
        }
    }

    /// The commit stands, whatever becomes of this: what fails here closes the store to those that follow.
    fn give_room_behind_commit(&mut self) {
        let given = self.give_room();
        if !matches!(&given, Err(error) if self.found_no_room(error)) {
            let _ = self.root.close_on_failure(given);
        }
    }

    fn append_frames(&mut self) -> std::result::Result<(), (Error, bool)> {
        let (sync, scarce) = (self.root.durability == Durability::Always, self.root.reserve.is_spent);
        let journal = &mut self.state.journal;
        write::append(&mut self.root.files, journal, &mut self.state.transaction.frames, sync, scarce)
    }

    /// Makes durable what was answered.
    pub(crate) fn flush(&mut self) -> Result<()> {
        // Before its first write an instance has answered nothing; what earlier ones left is not its to promise (J5).
        let flushed = write::flush(&mut self.root.files, &mut self.state.journal);
        self.root.close_on_failure(flushed)
    }
}
