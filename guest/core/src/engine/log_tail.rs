//! Lines that leave the end of a log, and logs that go.

use crate::base::layout::{self, LOG, SEQ};
use crate::base::log_file::LogFile;
use crate::base::log_state;
use crate::base::log_state::LogState;
use crate::base::search::By;
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::journal::record::{Place, Record};
use crate::keyspace::Keyspace;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// Is a log there? One without lines may be.
    pub(crate) fn has_log(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<bool> {
        match self.state.overlay.log(keyspace, name) {
            Some(log) => Ok(!log.dropped),
            None => Ok(self.root.files.open(&layout::path(keyspace, name, SEQ))?.is_some()
                || self.root.files.open(&layout::path(keyspace, name, LOG))?.is_some()),
        }
    }

    /// Keeps the lines up to a number, 0 for none, as a part of the commit in work; makes the log when it is not there. Its
    /// last-seq becomes `last_seq`.
    pub(crate) fn log_cut(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        last_nth: u64,
        last_seq: u64,
    ) -> Result<()> {
        let base = match last_nth {
            // What stands in its file does not matter, be it damaged.
            0 => LogState::default(),
            _ => self.log_state(keyspace, name)?,
        };
        let base =
            if last_nth < base.last_nth { self.mark_at(keyspace, name, base, last_nth)? } else { base };
        let lines = self.state.overlay.log(keyspace, name).map_or(&[][..], |log| &log.lines);
        let kept = lines.partition_point(|line| line.nth <= last_nth) as u64;
        self.record(&Record::TruncateTail { place: Place { keyspace, name }, base, kept, last_seq })
    }

    /// Removes a log, as a part of the commit in work.
    pub(crate) fn log_drop(&mut self, keyspace: &'static Keyspace, name: &[u8]) -> Result<()> {
        self.record(&Record::Drop { place: Place { keyspace, name } })
    }

    /// The state of the part of a log's file that ends with the line of this number.
    fn mark_at(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        base: LogState,
        last_nth: u64,
    ) -> Result<LogState> {
        let path = layout::path(keyspace, name, LOG);
        let open = |engine: &mut Self| match engine.root.files.open(&path)? {
            Some(file) => Ok(file),
            None => Err(Error::corrupt(&path, 0, "the file is gone")),
        };
        let end = LogFile::new(open(self)?, base.length_bytes).seek_above(
            &mut self.root.files,
            By::Nth,
            last_nth,
        )?;
        let shorter = LogFile::new(open(self)?, end);
        log_state::of_lines(&mut self.root.files, shorter, Some(0))
    }
}
