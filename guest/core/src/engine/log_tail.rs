//! Lines that leave the end of a log, and logs that go.

use crate::base::layout::{self, LOG, SEQ};
use crate::base::log_state;
use crate::base::log_state::LogState;
use crate::base::search::By;
use crate::engine::Opened;
use crate::error::Result;
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
        let place = Place { keyspace, name };
        if last_nth == 0 {
            // What stands in its file does not matter, be it damaged.
            return self.record(&Record::TruncateTail {
                place,
                mark: None,
                end: LogState::default(),
                last_seq,
            });
        }
        let (view, mark) = (self.view(keyspace, name)?, self.mark(keyspace, name)?);
        let end = match self.state.overlay.log(keyspace, name) {
            _ if last_nth < view.base_nth => self.mark_at(keyspace, name, view.base, last_nth)?,
            Some(log) => log.state_up_to(last_nth)?,
            None => view.base,
        };
        self.record(&Record::TruncateTail { place, mark, end, last_seq })
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
        let mut lines = self.log_file(keyspace, name, base)?;
        let end = self.seek_above(keyspace, name, &mut lines, By::Nth, last_nth)?;
        log_state::of_lines(&mut self.root.files, lines.up_to(end), Some(0))
    }
}
