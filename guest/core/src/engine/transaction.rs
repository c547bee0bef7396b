//! The commit in work: records become frames, and take effect at once for the decisions that follow.

use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::journal::record::Record;
use crate::journal::{frame, within_counts};
use crate::limits::FRAME_BYTES_MAX;
use crate::state::transaction::{Savepoint, Transaction};
use crate::storage::Storage;

/// Bytes of frames from which on they are given room for the largest commit at once.
const LARGE_BYTES: usize = 16 << 20;

impl<S: Storage> Engine<S> {
    /// The lsn of the last commit that this instance knows of.
    pub(crate) fn last_lsn(&self) -> u64 {
        self.state.as_ref().map_or(0, |state| state.journal.next_lsn - 1)
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Adds a step to the commit in work. It takes effect at once, for the decisions that follow in the same transaction.
    pub(crate) fn record(&mut self, record: &Record<'_>) -> Result<()> {
        if let Record::Append { place, .. } | Record::Put { place, .. } = record {
            self.check_place(*place)?;
        }
        let transaction = &mut self.state.transaction;
        let at = *transaction.open.get_or_insert_with(|| frame::begin(&mut transaction.frames));
        let start = transaction.frames.len();
        if start > LARGE_BYTES {
            // Not twice as much as there is, which for the largest batch is more than there may be.
            transaction.frames.reserve_exact((FRAME_BYTES_MAX + LARGE_BYTES).saturating_sub(start));
        }
        record.encode(&mut transaction.frames);
        // What is kept beside says what has been added, or taken away.
        let is_beside = matches!(record, Record::Put { place, .. } if place.keyspace.is_kept_beside());
        if !is_beside && matches!(record, Record::Append { .. } | Record::Put { .. }) {
            transaction.added += transaction.frames.len() - start;
        }
        let payload_bytes = transaction.frames.len() - at - frame::HEAD_BYTES;
        if payload_bytes > FRAME_BYTES_MAX {
            return Err(Error::too_large(FRAME_BYTES_MAX, payload_bytes));
        }
        let lsn = self.lsn();
        within_counts(lsn + 1)?;
        self.state.cache.invalidate(record);
        self.state.transaction.undo.extend(self.state.overlay.apply(lsn, record));
        self.check_transaction();
        Ok(())
    }

    /// The lsn of the commit in work.
    pub(crate) fn lsn(&self) -> u64 {
        self.state.journal.next_lsn + self.state.transaction.sealed
    }

    /// The lsn of the commit in work, or of the last one where nothing is recorded.
    pub(crate) fn lsn_so_far(&self) -> u64 {
        if self.state.transaction.open.is_some() { self.lsn() } else { self.lsn() - 1 }
    }

    /// Ends the commit in work: its frame is whole. Without records there is no frame.
    pub(crate) fn seal(&mut self) -> Result<()> {
        if self.state.transaction.open.is_some() {
            self.record_counts()?;
        }
        let Some(at) = self.state.transaction.open.take() else { return Ok(()) };
        let journal = &self.state.journal;
        let lsn = journal.next_lsn + self.state.transaction.sealed;
        frame::finish(&mut self.state.transaction.frames, at, journal.number, lsn, journal.synced_lsn)?;
        self.state.transaction.sealed += 1;
        self.state.transaction.counted = self.state.transaction.undo.len();
        Ok(())
    }

    /// Where the commit stands now.
    pub(crate) fn savepoint(&self) -> Savepoint {
        let Transaction { frames, added, undo, staged, .. } = &self.state.transaction;
        Savepoint { frames: frames.len(), added: *added, undo: undo.len(), staged: staged.len() }
    }

    /// Takes back what was recorded since a savepoint, which lies behind the last sealed frame or before the first.
    pub(crate) fn roll_back(&mut self, to: Savepoint) {
        while self.state.transaction.undo.len() > to.undo {
            if let Some(undo) = self.state.transaction.undo.pop() {
                self.state.overlay.undo(undo);
            }
        }
        self.state.transaction.counted = self.state.transaction.counted.min(to.undo);
        self.state.transaction.frames.truncate(to.frames);
        self.state.transaction.added = to.added;
        self.state.transaction.staged.truncate(to.staged);
        self.state.transaction.open = None;
        if to.frames == 0 {
            self.state.transaction.sealed = 0;
        }
        self.check_transaction();
    }
}
