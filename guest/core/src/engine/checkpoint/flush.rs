//! K3d: what is frozen of the tables in runs becomes a run of its own, a piece at a time.

use crate::base::layout::RUNS;
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::journal::within_counts;
use crate::keyspace::event::StreamRow;
use crate::keyspace::segment::{SegmentRow, SegmentSize};
use crate::keyspace::{ENTRIES, PACKED_STREAMS, SEGMENTS, TRACES};
use crate::run::entry::RunEntry;
use crate::run::hit::Hit;
use crate::run::open_files::DiskRuns;
use crate::run::stack::Saying;
use crate::state::flush::{Flush, Older};
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// What is frozen now, of which nothing is written.
    pub(super) fn new_flush(&self) -> Flush<S::File> {
        let older_bytes = self.state.stack.runs().length_bytes();
        Flush::new(self.state.overlay.frozen(), self.root.run_geometry(), older_bytes)
    }

    /// Writes a piece of the run. False when there is none.
    pub(super) fn flush_next(&mut self) -> Result<bool> {
        match self.write_piece() {
            // What the piece held is nowhere now.
            Err(error @ Error::NoSpace(_)) => {
                self.drop_flush()?;
                Err(error)
            }
            written => written,
        }
    }

    fn write_piece(&mut self) -> Result<bool> {
        let (Some(progress), Some(frozen)) = (&mut self.state.progress, self.state.overlay.frozen()) else {
            return Ok(false);
        };
        if progress.flush.pieces() == 0 {
            return Ok(false);
        }
        within_counts(self.state.next_file + 1)?;
        let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
        let stack = &mut self.state.stack;
        let older = |entry: &RunEntry<'_>| match stack.get(&mut files, entry.key) {
            Ok(Some(Saying::Value(hit))) => Older::Value(hit.value_bytes(), left_behind(&hit, entry)),
            Ok(Some(Saying::Removed) | None) => Older::Nothing,
            // It is said where it matters.
            Err(_) => Older::Unknown,
        };
        let is_more = progress.flush.fill(frozen, progress.lsn, &mut self.state.next_file, older)?;
        if !is_more {
            return Ok(false);
        }
        self.enter_due(RUNS)?;
        if let Some(progress) = &mut self.state.progress {
            progress.flush.write_piece(&mut self.root.files)?;
        }
        Ok(true)
    }

    /// Removes what was written of the run: it begins anew.
    pub(super) fn drop_flush(&mut self) -> Result<()> {
        let anew = self.new_flush();
        let Some(progress) = &mut self.state.progress else { return Ok(()) };
        let written = std::mem::replace(&mut progress.flush, anew);
        written.remove(&mut self.root.files)
    }
}

/// What an entry costs beside its text.
const ENTRY_BYTES: u64 = 40;

/// Bytes of the entries that a row spoke of and the one in its place does not.
fn left_behind(older: &Hit, entry: &RunEntry<'_>) -> u64 {
    let before = older.block.value(older.at);
    let bytes = |extent: SegmentSize| extent.bytes.saturating_add(extent.count.saturating_mul(ENTRY_BYTES));
    let less = |before, after| bytes(before).saturating_sub(bytes(after));
    match entry.key.first() {
        Some(id) if *id == SEGMENTS.id => {
            let Some(before) = SegmentRow::decode(before) else { return 0 };
            let after = SegmentRow::decode(entry.value).unwrap_or_default();
            let of = |keyspace| less(before.extent(keyspace), after.extent(keyspace));
            of(&ENTRIES).saturating_add(of(&TRACES))
        }
        Some(id) if *id == PACKED_STREAMS.id => {
            let extent = |row: StreamRow| SegmentSize { count: row.count, bytes: row.bytes };
            let Some(before) = StreamRow::decode(before) else { return 0 };
            less(extent(before), extent(StreamRow::decode(entry.value).unwrap_or_default()))
        }
        _ => 0,
    }
}
