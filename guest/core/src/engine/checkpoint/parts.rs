//! A checkpoint in parts: a few files a call, with commits in between (J7).

use crate::base::format::Origin;
use crate::base::layout::RUNS;
use crate::disk::files::ROOT;
use crate::engine::Opened;
use crate::error::Result;
use crate::keyspace::Shape;
use crate::limits::{FOLDERS_MAX, PART_PIECES};
use crate::state::carried::Carried;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Does a part of a checkpoint, or the rest when that is no more. The journal is this instance's own.
    ///
    /// What it carries was there when it began, and each record of a commit since that has files of its own makes a part of three pieces
    /// more. Where half of the bytes have come that may come meanwhile, a part is as large as it takes to be done with the last of them.
    /// So it comes to an end, whatever the commits are, and none of them waits for all of it.
    pub(crate) fn checkpoint_part(&mut self) -> Result<()> {
        if self.state.progress.is_none() {
            // On a full disk it may have been done while room was made.
            if !self.state.journal.has_frames() {
                return Ok(());
            }
            self.begin_checkpoint()?;
        }
        let Some(progress) = &mut self.state.progress else { return Ok(()) };
        let brought = std::mem::take(&mut progress.brought);
        let tail_bytes = self.root.geometry.tail_bytes();
        let room_bytes = tail_bytes.saturating_sub(self.state.journal.end - progress.end);
        // As many may be left as the room that is left is of half the tail.
        let may_be_left = (2 * progress.begun_pieces as u64).saturating_mul(room_bytes) / tail_bytes;
        let late = (progress.pieces() as u64).saturating_sub(may_be_left);
        let late = usize::try_from(late).unwrap_or(usize::MAX);
        let pieces = PART_PIECES.max(brought.saturating_mul(3)).max(late);
        if progress.pieces() <= pieces {
            return self.end_checkpoint();
        }
        for _ in 0..pieces {
            if !self.carry_next()? {
                break;
            }
            self.check();
        }
        Ok(())
    }

    /// Writes one log or key into the base, or syncs one folder. False when there is neither.
    pub(crate) fn carry_next(&mut self) -> Result<bool> {
        let Some(progress) = &self.state.progress else { return Ok(false) };
        // The longest names stand in nine folders each: those of a large batch do not fit into memory.
        let has_room = progress.folders.len() < FOLDERS_MAX;
        if let Some(carried) = progress.left.front().filter(|_| has_room).cloned() {
            self.carry(&carried)?;
            // What has failed is done again.
            if let Some(progress) = &mut self.state.progress {
                progress.left.pop_front();
            }
            return Ok(true);
        }
        let has_files_left = !progress.left.is_empty();
        if !has_files_left && self.flush_next()? {
            return Ok(true);
        }
        if self.root.origin != Origin::Own && !has_files_left {
            self.write_format(self.root.layout)?;
            self.folder_is_due(ROOT);
            self.root.origin = Origin::Own;
            return Ok(true);
        }
        match self.next_due().filter(|folder| folder != RUNS) {
            Some(folder) => self.sync_due(&folder).map(|()| true),
            None => Ok(false),
        }
    }

    fn carry(&mut self, carried: &Carried) -> Result<()> {
        match carried.keyspace.shape {
            Shape::Log => self.carry_log(carried),
            Shape::Table | Shape::Blob => self.carry_value(carried),
        }
    }
}
