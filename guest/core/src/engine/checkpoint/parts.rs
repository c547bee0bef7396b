//! A checkpoint in parts: a few files a call, with commits in between (J7).

use crate::base::format::Origin;
use crate::base::layout::RUNS;
use crate::disk::files::ROOT;
use crate::engine::Opened;
use crate::error::Result;
use crate::keyspace::Shape;
use crate::limits::{FOLDERS_MAX, PART_PIECES, RUN_PIECE_BYTES};
use crate::state::carried::Carried;
use crate::state::progress::Brought;
use crate::storage::Storage;

/// How many times as much is carried as commits bring meanwhile.
const BROUGHT_TIMES: usize = 3;

impl<S: Storage> Opened<'_, S> {
    /// Does a part of a checkpoint, or the rest when that is no more. The journal is this instance's own.
    ///
    /// What it carries was there when it began, and each record of a commit since makes a part of three pieces more, or its bytes as
    /// much larger a part as what is carried is larger than what may come meanwhile: it comes to an end, whatever the commits are.
    pub(crate) fn checkpoint_part(&mut self) -> Result<()> {
        if self.state.progress.is_none() {
            // On a full disk it may have been done while room was made.
            if !self.state.journal.has_frames() {
                return Ok(());
            }
            self.begin_checkpoint()?;
        }
        let Some(progress) = &mut self.state.progress else { return Ok(()) };
        let Brought { records, bytes } = std::mem::take(&mut progress.brought);
        let geometry = self.root.geometry;
        let times = geometry.journal_bytes() / geometry.tail_bytes();
        let flushed = (bytes as u64).saturating_mul(times) / RUN_PIECE_BYTES as u64;
        let brought = records.saturating_add(usize::try_from(flushed).unwrap_or(usize::MAX));
        let pieces = PART_PIECES.max(brought.saturating_mul(BROUGHT_TIMES));
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
            self.write_format()?;
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
