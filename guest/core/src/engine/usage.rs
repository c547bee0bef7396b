//! How much of the store is whose. Runs are read with what newer entries hide, files are asked for their sizes.

use crate::base::layout::{self, SEQ};
use crate::engine::Opened;
use crate::engine::counted::CountedEntries;
use crate::engine::runs::run_key;
use crate::error::Result;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{BLOBS, Keyspace, PACKED_BLOBS, STREAMS};
use crate::run::entry::RunEntryKind;
use crate::run::hit::Hit;
use crate::run::open_files::DiskRuns;
use crate::run::stack_cursor::StackCursor;
use crate::state::pending::PendingValue;
use crate::storage::Storage;

/// Items, and what they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) items: u64,
    pub(crate) value_bytes: u64,
    pub(crate) disk_bytes: u64,
    pub(crate) garbage_bytes: u64,
}

impl Used {
    pub(crate) fn and(self, more: Self) -> Self {
        Self {
            items: self.items.saturating_add(more.items),
            value_bytes: self.value_bytes.saturating_add(more.value_bytes),
            disk_bytes: self.disk_bytes.saturating_add(more.disk_bytes),
            garbage_bytes: self.garbage_bytes.saturating_add(more.garbage_bytes),
        }
    }

    /// What rows take that are no items for anybody.
    pub(crate) fn beside(self) -> Self {
        Self { items: 0, value_bytes: 0, ..self }
    }

    fn count(&mut self, value_bytes: u64) {
        self.items += 1;
        self.value_bytes += value_bytes;
    }
}

impl<S: Storage> Opened<'_, S> {
    /// What these names of a table in runs take.
    pub(crate) fn used_in_runs(&mut self, keyspace: &'static Keyspace, names: &NameRange) -> Result<Used> {
        let mut used = Used::default();
        let mut counted = CountedEntries::default();
        self.add_pending(keyspace, names, &mut counted, &mut used)?;
        let end = match names.end() {
            Some(end) => run_key(keyspace, end),
            None => vec![keyspace.id.saturating_add(1)],
        };
        let start = run_key(keyspace, names.start());
        let mut cursor = StackCursor::with_hidden(&self.state.stack.runs().runs, &start);
        while let Some(hit) = self.next_with_hidden(&mut cursor)?.filter(|hit| hit.compare_key(&end).is_lt())
        {
            let bytes: u64 = cursor.given_hits().map(Hit::disk_bytes).sum();
            used.disk_bytes += bytes;
            let name = hit.block.key_from(hit.at, 1);
            let is_there = hit.block.kind(hit.at) != RunEntryKind::Removed
                && self.state.overlay.value(keyspace, &name).is_none()
                && counted.has(self, keyspace, &name)?;
            if is_there {
                used.count(hit.value_bytes());
                used.garbage_bytes += bytes - hit.disk_bytes();
            } else {
                used.garbage_bytes += bytes;
            }
        }
        Ok(used)
    }

    fn next_with_hidden(&mut self, cursor: &mut StackCursor) -> Result<Option<Hit>> {
        let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
        cursor.next(&mut self.state.stack, &mut files)
    }

    /// Adds what is in the journal and in no run yet.
    fn add_pending(
        &mut self,
        keyspace: &'static Keyspace,
        names: &NameRange,
        counted: &mut CountedEntries,
        used: &mut Used,
    ) -> Result<()> {
        let mut left = names.clone();
        while let Some(name) = self.state.overlay.next_name(keyspace, &left, true).cloned() {
            let bytes = self.state.overlay.value(keyspace, &name).and_then(PendingValue::size);
            if let Some(bytes) = bytes
                && counted.has(self, keyspace, &name)?
            {
                used.count(bytes);
            }
            left.start_behind(&name);
        }
        Ok(())
    }

    /// What a stream of a plain root takes.
    pub(crate) fn used_by_log(&mut self, name: &[u8]) -> Result<Used> {
        let items = self.log_count(&STREAMS, name)?;
        let pending_bytes = self.state.overlay.log(&STREAMS, name).map_or(0, |log| log.bytes.len());
        let path = self.log_path(&STREAMS, name)?;
        let log_bytes = self.file_bytes(&path)?;
        let seq_bytes = self.file_bytes(&layout::path(&STREAMS, name, SEQ))?;
        Ok(Used {
            items,
            value_bytes: log_bytes + pending_bytes as u64,
            disk_bytes: log_bytes + seq_bytes,
            garbage_bytes: 0,
        })
    }

    /// What the keys of a plain root take, or the blobs that have files.
    pub(crate) fn used_by_files(&mut self, keyspace: &'static Keyspace) -> Result<Used> {
        let mut used = Used::default();
        let is_packed = self.is_packed();
        for name in self.keys(keyspace)? {
            // A conversion has copied it, and will remove it.
            let is_copied = is_packed && *keyspace == BLOBS && self.has_value(&PACKED_BLOBS, &name)?;
            let size = self.value_size(keyspace, &name)?.filter(|_| !is_copied);
            if let Some(size) = size {
                used.count(size);
            }
            let is_pending =
                matches!(self.state.overlay.value(keyspace, &name), Some(PendingValue::Put { .. }));
            if !is_pending {
                used.disk_bytes += size.unwrap_or(0);
            }
        }
        Ok(used)
    }

    /// What all streams of a plain root take.
    pub(crate) fn used_by_logs(&mut self) -> Result<Used> {
        let names = self.keys(&STREAMS)?;
        names.iter().try_fold(Used::default(), |used, name| Ok(used.and(self.used_by_log(name)?)))
    }

    fn file_bytes(&mut self, path: &str) -> Result<u64> {
        match self.root.files.open(path)? {
            Some(file) => self.root.files.size(&file),
            None => Ok(0),
        }
    }
}
