//! Room that is kept for what gives room back: on a full disk a removal needs a frame in the journal, and a checkpoint behind it
//! needs the next journal, before anything is free (C, "On a full disk").
//!
//! The room is a file of zeros, synced, so that the file system has given it for good. Nothing is put into the store while it
//! cannot be kept. It goes when a removal finds no other room, and is made again from what that gives back.

use crate::base::layout::RESERVE;
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::limits::{CHUNK_BYTES, RESERVE_BYTES_MAX, RESERVE_BYTES_MIN};
use crate::state::carried::Carried;
use crate::state::progress::Progress;
use crate::state::reserve::Reserve;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Makes the reserve large enough for a copy of the journal with so many more bytes, and a few frames behind it; and for what may
    /// stay of a file of a run, which is written before the file goes.
    pub(crate) fn keep_reserve(&mut self, more_bytes: usize) -> Result<()> {
        let least = self.state.journal.end + (more_bytes + CHUNK_BYTES) as u64;
        let largest = self.state.cleaning.largest_bytes;
        let most = least.next_power_of_two().clamp(RESERVE_BYTES_MIN, RESERVE_BYTES_MAX) + largest;
        let due = (least + largest).next_power_of_two().clamp(RESERVE_BYTES_MIN, most);
        // In memory room is counted, and removals need none.
        if self.root.reserve.bytes >= due || self.root.files.is_certain() {
            return Ok(());
        }
        match self.grow_reserve(due) {
            Ok(()) => {
                self.root.reserve.is_spent = false;
                Ok(())
            }
            // A limit on the length of files says nothing of the room for others.
            Err(Error::NoSpace(failure)) if failure.code != "file-too-large" => Err(Error::NoSpace(failure)),
            // It holds nothing, and what has failed shows where it matters.
            Err(_) => Ok(()),
        }
    }

    fn grow_reserve(&mut self, due: u64) -> Result<()> {
        let file = match self.root.files.open(RESERVE)? {
            Some(file) => file,
            None => self.root.files.create(RESERVE)?,
        };
        let there = self.root.files.size(&file)?;
        self.root.reserve.bytes = there;
        let zeros = vec![0; CHUNK_BYTES];
        while self.root.reserve.bytes < due {
            self.root.files.write(&file, self.root.reserve.bytes, &zeros)?;
            self.root.reserve.bytes += CHUNK_BYTES as u64;
        }
        if self.root.reserve.bytes == there {
            return Ok(());
        }
        // Otherwise the file system may find only later that it has no room.
        self.root.files.sync(&file).inspect_err(|_| {
            // What it was given by then nobody knows, so it is made anew.
            self.spend_reserve();
        })
    }

    /// Gives the reserve back to the disk. False when there is none.
    pub(crate) fn spend_reserve(&mut self) -> bool {
        if self.root.files.is_certain() {
            return false;
        }
        self.root.reserve = Reserve { bytes: 0, is_spent: true };
        matches!(self.root.files.open(RESERVE), Ok(Some(_))) && self.root.files.remove(RESERVE).is_ok()
    }

    /// Makes the root this instance's own if it is not, in the room of the reserve if there is no other.
    pub(crate) fn own_journal_in_reserve(&mut self) -> Result<()> {
        if self.state.journal.own {
            return Ok(());
        }
        match self.own_journal() {
            Err(error) if self.found_no_room(&error) && (self.spend_reserve() | self.remove_unnamed()?) => {
                self.own_journal()?;
                // In the room of the journal that was copied.
                self.renew_reserve();
                Ok(())
            }
            owned => owned,
        }
    }

    /// Does a part of a checkpoint, or all of one; when it finds no room, gives back first what can be given back.
    pub(crate) fn with_room_given(&mut self, step: impl Fn(&mut Self) -> Result<()>) -> Result<()> {
        match step(self) {
            Err(error) if self.found_no_room(&error) => {
                self.spend_reserve();
                self.give_room()?;
                step(self)
            }
            outcome => outcome,
        }
    }

    /// Carries what was removed, and what was cut, and keeps the reserve of that. Where something of it has come since the
    /// checkpoint began, that one is given up and another begun: only there, as one that begins anew whenever it finds no room
    /// never comes to an end.
    pub(crate) fn give_room(&mut self) -> Result<()> {
        self.empty_tmp()?;
        self.give_room_of_files()?;
        self.give_room_of_runs()?;
        self.renew_reserve();
        Ok(())
    }

    fn give_room_of_files(&mut self) -> Result<()> {
        let new = self.state.overlay.new_part();
        let has_come = new.carried().any(|carried| self.gives_room(&carried))
            || (self.state.cleaning.is_due() && new.has_removals_in_runs());
        if self.state.progress.is_none() || has_come {
            self.give_up_checkpoint()?;
            self.begin_checkpoint()?;
        }
        // What stays of some is more than there is room for; others may make that.
        let mut too_large = Vec::new();
        while let Some(next) =
            self.state.progress.as_ref().and_then(|progress| progress.left.front()).cloned()
            && self.gives_room(&next)
        {
            match self.carry_next() {
                Err(error) if self.found_no_room(&error) => {
                    self.empty_tmp()?;
                    self.set_aside_carried(&mut too_large);
                }
                carried => drop(carried?),
            }
        }
        if let Some(progress) = &mut self.state.progress {
            progress.left.extend(too_large);
        }
        Ok(())
    }

    /// Takes what is hidden out of runs. Where a run is all that is left to be written of the checkpoint, that is done, too: it is about as
    /// long as the frames that go then.
    fn give_room_of_runs(&mut self) -> Result<()> {
        if !self.state.cleaning.is_due() {
            return Ok(());
        }
        self.clean_runs()?;
        let ends = |progress: &Progress<S::File>| progress.left.is_empty() && progress.flush.pieces() > 0;
        if self.state.progress.as_ref().is_some_and(ends) {
            match self.end_checkpoint() {
                Err(error) if self.found_no_room(&error) => self.empty_tmp()?,
                ended => ended?,
            }
            // A short journal is copied in little room.
            self.clean_runs()?;
        }
        Ok(())
    }

    /// Makes room for a commit that was refused, out of what files of runs hide. Answers whether there was some.
    pub(crate) fn make_room_in_runs(&mut self, error: &Error) -> Result<bool> {
        self.state.cleaning.ask();
        let refused = matches!(error, Error::NoSpace(_));
        if !refused || self.root.closed.is_some() || !self.state.cleaning.is_due() {
            return Ok(false);
        }
        if self.root.files.is_certain() {
            return self.clean_runs();
        }
        if !self.found_no_room(error) {
            return Ok(false);
        }
        self.spend_reserve();
        let given = self.give_room();
        self.root.close_on_failure(given)?;
        Ok(!self.root.reserve.is_spent)
    }

    /// Takes the next log or key off what is left to carry.
    fn set_aside_carried(&mut self, others: &mut Vec<Carried>) {
        others.extend(self.state.progress.as_mut().and_then(|progress| progress.left.pop_front()));
    }

    fn renew_reserve(&mut self) {
        // Without it the next write that needs it is refused.
        let _ = self.keep_reserve(0);
    }

    /// Did a step find no room, and leave what was synced before as it was? Of a sync that failed nobody knows what (D5).
    pub(crate) fn found_no_room(&self, error: &Error) -> bool {
        let is_sure = matches!(error, Error::NoSpace(failure) if !failure.step.starts_with("sync"));
        is_sure && self.root.closed.is_none() && !self.root.files.is_certain()
    }
}
