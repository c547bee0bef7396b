//! Commits: records become frames, frames become durable, and what fails is taken back (J2, J3, I6).

use crate::base::layout::JOURNAL;
use crate::engine::{Durability, Engine};
use crate::error::{Error, Result};
use crate::journal::{Journal, frame, within_counts, write};
use crate::limits::{DIRTY_FILES, FRAME_BYTES_MAX, JOURNAL_BYTES, PARTS_DIRTY_FILES, PARTS_JOURNAL_BYTES};
use crate::overlay::Undo;
use crate::record::Record;
use crate::storage::Storage;

/// Bytes of frames from which on they are given room for the largest commit at once.
const LARGE_BYTES: usize = 16 << 20;

/// Frames that are being put together, and how to take back what they did.
#[derive(Debug, Default)]
pub(crate) struct Commit {
    pub(crate) frames: Vec<u8>,
    /// Where the frame in work begins in `frames`.
    pub(crate) open: Option<usize>,
    /// Whole frames in `frames`.
    pub(crate) sealed: u64,
    /// Bytes of what puts something into the store. What only takes away is never refused for want of room.
    added: usize,
    undo: Vec<Undo>,
}

/// A place in a commit to which it can be taken back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Savepoint {
    frames: usize,
    added: usize,
    undo: usize,
}

/// Does an answer say something of what the store holds, and not of the question alone?
pub(crate) fn rests_on_state<R>(answer: &Result<R>) -> bool {
    use Error as E;
    // Of writes an increment answers `invalid-argument`, and of the value that it finds; a truncation, and of the count.
    matches!(answer, Ok(_) | Err(E::Stale { .. } | E::Conflict(_) | E::NotFound(_) | E::InvalidArgument(_)))
}

impl<S: Storage> Engine<S> {
    /// Performs one write as one commit: whole or not at all.
    ///
    /// `change` decides and records; what it does is visible to itself at once, and taken back when it or the disk fails. It
    /// may be run more than once.
    pub(crate) fn write<R>(&mut self, mut change: impl FnMut(&mut Self) -> Result<R>) -> Result<R> {
        self.write_group(|engine| {
            let answer = change(engine)?;
            engine.seal();
            Ok(answer)
        })
    }

    /// As [`Engine::write`], for several commits that share one sync; `change` seals each.
    pub(crate) fn write_group<R>(&mut self, mut change: impl FnMut(&mut Self) -> Result<R>) -> Result<R> {
        self.check_writable()?;
        let is_ready = self.is_ready();
        if !is_ready || self.is_part_due() {
            // What changes nothing must cost nothing, so it is tried before anything is done for it.
            let tried = change(self);
            let changes = self.commit.sealed > 0;
            let takes_away = self.commit.added == 0;
            self.roll_back(Savepoint::default());
            if !changes {
                if rests_on_state(&tried) {
                    self.make_answer_durable()?;
                }
                return tried;
            }
            tried?;
            self.prepare(is_ready, takes_away)?;
        }
        match self.write_ready(&mut change) {
            Err(Error::NoSpace(_)) if self.can_make_room() => {
                self.make_ready()?;
                self.write_ready(change)
            }
            answer => answer,
        }
    }

    /// As [`Engine::write_group`], behind the journal as it stands: no checkpoint comes first. The root is this instance's own.
    pub(crate) fn write_ready<R>(&mut self, change: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        match change(self) {
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
        match &self.journal {
            Some(journal) if !journal.own && journal.has_frames() => self.make_ready(),
            _ => Ok(()),
        }
    }

    /// Refuses what cannot be written to, and reads the journal.
    pub(crate) fn check_writable(&mut self) -> Result<()> {
        self.check_open()?;
        self.load()
    }

    /// As [`Engine::check_writable`], without a look at what is stored.
    pub(crate) fn check_open(&self) -> Result<()> {
        if self.files.is_read_only() {
            return Err(Error::ReadOnly);
        }
        match &self.closed {
            Some(failure) => Err(Error::Closed(failure.clone())),
            None => Ok(()),
        }
    }

    /// Can the next commit go behind the journal as it stands?
    fn is_ready(&self) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.own && journal.end < JOURNAL_BYTES)
            && self.overlay.dirty_files() < DIRTY_FILES
    }

    /// Is a part of a checkpoint to precede the next commit?
    fn is_part_due(&self) -> bool {
        self.spread.is_going_on()
            || self.journal.as_ref().is_some_and(|journal| journal.end >= PARTS_JOURNAL_BYTES)
            || self.overlay.dirty_files() >= PARTS_DIRTY_FILES
    }

    /// Does a part of a checkpoint. Answers whether more is to be done.
    pub(crate) fn do_part(&mut self) -> Result<bool> {
        let done = self.try_part();
        self.closing(done)
    }

    fn try_part(&mut self) -> Result<bool> {
        self.with_room_given(Self::checkpoint_part)
    }

    /// Does what is due before a commit: a part of a checkpoint, or what makes the root this instance's own.
    ///
    /// On a full disk a commit that only takes away does not wait for it: the frame goes behind the journal, and the next
    /// checkpoint begins with what was taken away.
    fn prepare(&mut self, is_ready: bool, takes_away: bool) -> Result<()> {
        let made = if is_ready { self.try_part().map(drop) } else { self.try_ready() };
        match made {
            Err(error) if takes_away && self.may_spend(&error) && self.may_go_on() => Ok(()),
            made => self.closing(made),
        }
    }

    /// May a commit go behind the journal, where a checkpoint that was due before it found no room?
    fn may_go_on(&self) -> bool {
        self.journal.as_ref().is_some_and(|journal| journal.own && journal.end < 2 * JOURNAL_BYTES)
    }

    /// Would a checkpoint make room? What was removed or replaced takes its place until then, and the journal besides.
    fn can_make_room(&self) -> bool {
        self.files.is_certain() && self.journal.as_ref().is_some_and(Journal::has_frames)
    }

    /// Makes what room can be made for bytes that do not go through the journal.
    pub(crate) fn make_room(&mut self, bytes: usize) -> Result<()> {
        if bytes as u64 > self.files.room() && self.can_make_room() { self.make_ready() } else { Ok(()) }
    }

    /// Makes the root this instance's own, if it is not.
    pub(crate) fn own_root(&mut self) -> Result<()> {
        if self.journal.as_ref().is_some_and(|journal| journal.own) { Ok(()) } else { self.make_ready() }
    }

    /// Makes the root this instance's own, or makes room in the journal.
    pub(crate) fn make_ready(&mut self) -> Result<()> {
        let made = self.try_ready();
        self.closing(made)
    }

    fn try_ready(&mut self) -> Result<()> {
        let is_own = self.journal.as_ref().is_some_and(|journal| journal.own);
        if is_own || self.own_journal_in_reserve()? {
            self.with_room_given(Self::checkpoint_now)
        } else {
            Ok(())
        }
    }

    /// Closes the store to writes when a step of one has failed: nothing is known of the disk any more (D5).
    ///
    /// Where a step that had no room did nothing, all is known: what led up to it is done again with the next write.
    pub(crate) fn closing<R>(&mut self, outcome: Result<R>) -> Result<R> {
        if let Err(error) = &outcome
            && !(self.files.is_certain() && matches!(error, Error::NoSpace(_)))
        {
            self.closed.get_or_insert_with(|| error.closing());
        }
        outcome
    }

    /// Adds a step to the commit in work. It takes effect at once, for the decisions that follow in the same commit.
    pub(crate) fn record(&mut self, record: &Record<'_>) -> Result<()> {
        if let Record::Append { place, .. } | Record::Put { place, .. } = record {
            self.check_place(*place)?;
        }
        let commit = &mut self.commit;
        let at = *commit.open.get_or_insert_with(|| frame::begin(&mut commit.frames));
        let start = commit.frames.len();
        if start > LARGE_BYTES {
            // Not twice as much as there is, which for the largest batch is more than there may be.
            commit.frames.reserve_exact((FRAME_BYTES_MAX + LARGE_BYTES).saturating_sub(start));
        }
        record.encode(&mut commit.frames);
        if matches!(record, Record::Append { .. } | Record::Put { .. }) {
            commit.added += commit.frames.len() - start;
        }
        let payload_bytes = commit.frames.len() - at - frame::HEAD_BYTES;
        if payload_bytes > FRAME_BYTES_MAX {
            return Err(Error::too_large(FRAME_BYTES_MAX, payload_bytes));
        }
        let lsn = self.lsn();
        // Two more are the next checkpoint's own.
        within_counts(lsn + 2)?;
        self.cache.heed(record);
        self.commit.undo.extend(self.overlay.apply(lsn, record));
        self.check_commit();
        Ok(())
    }

    /// The lsn of the commit in work.
    pub(crate) fn lsn(&self) -> u64 {
        self.journal.as_ref().map_or(1, |journal| journal.next_lsn) + self.commit.sealed
    }

    /// Ends the commit in work: its frame is whole. Without records there is no frame.
    pub(crate) fn seal(&mut self) {
        let Some(at) = self.commit.open.take() else { return };
        let Some(journal) = &self.journal else { return };
        let lsn = journal.next_lsn + self.commit.sealed;
        frame::finish(&mut self.commit.frames, at, journal.number, lsn, journal.synced);
        self.commit.sealed += 1;
    }

    /// Where the commit stands now.
    pub(crate) fn savepoint(&self) -> Savepoint {
        let Commit { frames, added, undo, .. } = &self.commit;
        Savepoint { frames: frames.len(), added: *added, undo: undo.len() }
    }

    /// Takes back what was recorded since a savepoint, which lies behind the last sealed frame or before the first.
    pub(crate) fn roll_back(&mut self, to: Savepoint) {
        while self.commit.undo.len() > to.undo {
            if let Some(undo) = self.commit.undo.pop() {
                self.overlay.undo(undo);
            }
        }
        self.commit.frames.truncate(to.frames);
        self.commit.added = to.added;
        self.commit.open = None;
        if to.frames == 0 {
            self.commit.sealed = 0;
        }
        self.check_commit();
    }

    /// Writes the sealed frames; one write and, unless durability is relaxed, one sync.
    fn finish_commit(&mut self) -> Result<()> {
        if self.commit.sealed == 0 {
            return Ok(());
        }
        if self.commit.added > 0 {
            let room = self.files.check_room(self.commit.added, JOURNAL);
            if let Err(error) = room.and_then(|()| self.keep_reserve(self.commit.frames.len())) {
                self.roll_back(Savepoint::default());
                return Err(error);
            }
        }
        match self.write_frames() {
            Ok(()) => {
                if let Some(journal) = &mut self.journal {
                    journal.next_lsn += self.commit.sealed;
                }
                self.spread.bring(self.commit.undo.len());
                self.commit.undo.clear();
                self.commit.frames.clear();
                self.commit.frames.shrink_to(1 << 20);
                self.commit.sealed = 0;
                self.commit.added = 0;
                self.check_commit();
                if self.reserve.is_spent {
                    self.give_room_behind_commit();
                }
                Ok(())
            }
            Err((error, is_intact)) => {
                self.roll_back(Savepoint::default());
                if is_intact { Err(error) } else { self.closing(Err(error)) }
            }
        }
    }

    /// Writes the frames of the commit in work, in the room of the reserve if they only take away and find no other. False in the
    /// error when nothing is known of the journal any more.
    fn write_frames(&mut self) -> std::result::Result<(), (Error, bool)> {
        let takes_away = self.commit.added == 0;
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
        if !matches!(&given, Err(error) if self.may_spend(error)) {
            let _ = self.closing(given);
        }
    }

    fn append_frames(&mut self) -> std::result::Result<(), (Error, bool)> {
        let (sync, scarce) = (self.durability == Durability::Always, self.reserve.is_spent);
        let Some(journal) = &mut self.journal else { return Ok(()) };
        write::append(&mut self.files, journal, &mut self.commit.frames, sync, scarce)
    }

    /// Writes one frame outside of a commit: a checkpoint's own.
    pub(crate) fn write_frame(&mut self, record: &Record<'_>, sync: bool) -> Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        within_counts(journal.next_lsn + 1)?;
        let mut frames = Vec::new();
        let at = frame::begin(&mut frames);
        record.encode(&mut frames);
        frame::finish(&mut frames, at, journal.number, journal.next_lsn, journal.synced);
        let scarce = self.reserve.is_spent;
        match write::append(&mut self.files, journal, &mut frames, sync, scarce) {
            Ok(()) => {
                journal.next_lsn += 1;
                Ok(())
            }
            Err((error, true)) => Err(error),
            // Nobody may try again behind it.
            Err((error, false)) => self.closing(Err(error)),
        }
    }
}
