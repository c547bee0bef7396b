//! A checkpoint in parts: a few files a call, with commits in between (C, "In parts").
//!
//! What is carried stays in the overlay and in the journal, which counts until all is carried: to a crash, a checkpoint in
//! parts is one that was cut off.

use crate::base::layout::{self, LOG};
use crate::disk::files::ROOT;
use crate::engine::Opened;
use crate::error::Result;
use crate::journal::record::{Place, Record};
use crate::journal::write;
use crate::keyspace::Shape;
use crate::limits::{FOLDERS_MAX, PART_PIECES};
use crate::state::progress::Dirty;
use crate::state::progress::Round;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Does a part of a checkpoint, or the rest when that is no more. Answers whether more is to be done. The journal is this
    /// instance's own.
    ///
    /// A record makes one log or key dirty and brings one folder to sync, but for parents that are new: three pieces a record
    /// come to an end, whatever the commits are.
    pub(crate) fn checkpoint_part(&mut self) -> Result<bool> {
        let pieces = PART_PIECES.max(self.state.spread.brought.saturating_mul(3));
        self.state.spread.brought = 0;
        if self.state.overlay.dirty().len() + self.state.spread.folders.len() <= pieces {
            return self.checkpoint_now().map(|()| false);
        }
        let journal = &mut self.state.journal;
        // ORDER: no base file ever shows what the journal could still lose. The journal may have grown since the round began.
        write::flush(&mut self.root.files, journal)?;
        for _ in 0..pieces {
            if !self.carry_piece()? {
                break;
            }
            self.check();
        }
        Ok(true)
    }

    /// Writes one log or key into the base, or syncs one folder. False when there is neither.
    fn carry_piece(&mut self) -> Result<bool> {
        while self.state.spread.folders.len() < FOLDERS_MAX
            && let Some((index, dirty)) = self.state.spread.next_announced()
        {
            if self.state.overlay.is_dirty(dirty.keyspace, &dirty.name) {
                self.carry(index, &dirty)?;
                return Ok(true);
            }
        }
        // What has come since waits as long as there are more folders: each round makes readers look again.
        let due = self.state.spread.folders.len();
        if due < FOLDERS_MAX && self.state.overlay.dirty().len() > due {
            let names = self.begin_round()?;
            self.state.spread.round = Some(Round { names, next: 0 });
            return self.carry_piece();
        }
        match self.state.spread.folders.first().cloned() {
            Some(folder) => self.sync_due(&folder).map(|()| true),
            None => Ok(false),
        }
    }

    pub(crate) fn carry(&mut self, index: usize, dirty: &Dirty) -> Result<()> {
        match dirty.keyspace.shape {
            Shape::Log if self.is_truncated(dirty) => self.settle_log(dirty),
            Shape::Log => self.extend_log(dirty),
            Shape::Text | Shape::Bytes | Shape::Blob => self.write_value(index, dirty),
        }
    }

    /// C2 for one log that commits go on with: from the frame `rewrite installed` on they stand on the new file.
    fn settle_log(&mut self, log: &Dirty) -> Result<()> {
        let was_unsettled = self.state.is_unsettled;
        self.rewrite_logs(std::slice::from_ref(log))?;
        // ORDER: the name of the new file is durable before the journal says so, with those of the folders that it stands in.
        let path = layout::path(log.keyspace, &log.name, LOG);
        let is_above = |folder: &&String| {
            *folder == ROOT || path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        let above: Vec<_> = self.state.spread.folders.iter().filter(is_above).cloned().collect();
        for folder in &above {
            self.sync_due(folder)?;
        }
        let base = self.log_state(log.keyspace, &log.name)?;
        // Synced with the commit behind it, or by the next part before anything is built on it.
        let settled =
            Record::RewriteInstalled { place: Place { keyspace: log.keyspace, name: &log.name }, base };
        self.write_frame(&settled, false)?;
        self.state.is_unsettled = was_unsettled;
        Ok(())
    }
}
