//! Numbers about the engine's own work; of `admin.stats`.

use crate::engine::Opened;
use crate::error::Result;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Their names and values.
    pub(crate) fn numbers(&mut self) -> Result<[(&'static str, u64); 11]> {
        let quarantine = self.root.count_quarantine()?;
        let (counts, journal) = (self.root.files.counts, &self.state.journal);
        let frozen = self.state.progress.as_ref().map_or(0, |progress| progress.left.len());
        Ok([
            ("journal-bytes", journal.end),
            ("journal-number", journal.number),
            ("lsn", journal.next_lsn - 1),
            ("dirty", (self.state.overlay.new_part().files() + frozen) as u64),
            ("syncs", counts.syncs),
            ("folder-syncs", counts.folder_syncs),
            ("writes", counts.writes),
            ("checkpoints", counts.checkpoints),
            ("quarantine", quarantine),
            ("folder-sync", u64::from(!self.root.files.folder_sync_refused)),
            ("packed", u64::from(self.is_packed())),
        ])
    }
}
