//! Logs: appending to them, counts, what a truncation would drop, all of their events. Base first, then what is pending.

use crate::base::layout::{self, LOG};
use crate::base::line;
use crate::base::log_file::LogFile;
use crate::base::log_state::LogState;
use crate::base::search::By;
use crate::engine::Opened;
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, Events, From, LogPage};
use crate::error::{Error, Result};
use crate::journal::record::{Place, Record};
use crate::journal::within_counts;
use crate::keyspace::Keyspace;
use crate::limits::ANSWER_BYTES_MAX;
use crate::state::overlay::{PendingLine, Rewrite};
use crate::storage::Storage;

/// A log this short is read line by line where a longer one is searched: then every line that goes is checked.
const WALK_BYTES_MAX: u64 = 64 << 10;

/// What is known of a log before its lines are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) base: LogState,
    pub(crate) generation: u64,
    pub(crate) rewrite: Rewrite,
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn view(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<View> {
        let base = self.log_state(keyspace, name)?;
        Ok(match self.state.overlay.log(keyspace, name) {
            Some(log) => View { base, generation: log.generation, rewrite: log.rewrite.unwrap_or_default() },
            None => View { base, generation: base.generation, rewrite: Rewrite::default() },
        })
    }

    pub(crate) fn log_file(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        base: LogState,
    ) -> Result<LogFile<S::File>> {
        let path = layout::path(keyspace, name, LOG);
        match self.root.files.open(&path)? {
            Some(file) => Ok(LogFile::new(file, base.length_bytes)),
            None => Err(Error::corrupt(&path, 0, "the file is gone")),
        }
    }

    pub(crate) fn pending(&self, keyspace: &Keyspace, name: &[u8]) -> &[PendingLine] {
        self.state.overlay.log(keyspace, name).map_or(&[], |log| &log.lines)
    }

    /// Appends events to a log, as a part of the commit in work.
    pub(crate) fn log_append(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        events: Vec<(u64, &str)>,
    ) -> Result<()> {
        let base = self.log_state(keyspace, name)?;
        let last_nth = self.state.overlay.log(keyspace, name).map_or(base.last_nth, |log| log.last_nth);
        within_counts(last_nth + events.len() as u64)?;
        self.record(&Record::Append { place: Place { keyspace, name }, base, events })
    }

    /// Drops the events with a seq up to `upto`, as a part of the commit in work. Answers how many.
    pub(crate) fn log_truncate(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        upto: u64,
    ) -> Result<u64> {
        let view = self.view(keyspace, name)?;
        let pending = self.pending(keyspace, name).iter().filter(|line| line.seq <= upto).count() as u64;
        let dropped = match view.rewrite.upto {
            Some(before) if before >= upto => view.rewrite.dropped,
            _ => self.count_upto(keyspace, name, view, upto)?,
        };
        let newly = dropped.saturating_sub(view.rewrite.dropped) + pending;
        if newly > 0 {
            let place = Place { keyspace, name };
            self.record(&Record::Truncate { place, base: view.base, upto, dropped })?;
        }
        Ok(newly)
    }

    /// How many events of the base file have a seq up to `upto`.
    fn count_upto(&mut self, keyspace: &Keyspace, name: &[u8], view: View, upto: u64) -> Result<u64> {
        let base = view.base;
        if base.length_bytes == 0 {
            return Ok(0);
        }
        let mut lines = self.log_file(keyspace, name, base)?;
        if base.monotonic && base.length_bytes > WALK_BYTES_MAX {
            let end = lines.seek_above(&mut self.root.files, By::Seq, upto)?;
            if end == 0 {
                return Ok(0);
            }
            let first_nth = self.first_nth(&mut lines)?;
            return Ok((lines.nth_before(&mut self.root.files, end)? + 1).saturating_sub(first_nth));
        }
        let mut count = 0;
        self.walk(keyspace, &mut lines, |seq| {
            count += u64::from(seq <= upto);
            !base.monotonic || seq <= upto
        })?;
        Ok(count)
    }

    /// Hands the seq of each line to `visit`, while it answers true.
    fn walk(
        &mut self,
        keyspace: &Keyspace,
        lines: &mut LogFile<S::File>,
        mut visit: impl FnMut(u64) -> bool,
    ) -> Result<()> {
        let mut offset = 0;
        while let Some(line) = lines.line_at(&mut self.root.files, offset)? {
            let (start, end) = (line.offset, line.end);
            match line::parse_in(keyspace, line.bytes).facts() {
                Ok((seq, _)) if visit(seq) => offset = end,
                Ok(_) => break,
                Err(reason) => return Err(lines.damaged(&mut self.root.files, start, reason)),
            }
        }
        Ok(())
    }

    /// The number of the first line: 1 unless an earlier truncation let it begin higher.
    fn first_nth(&mut self, lines: &mut LogFile<S::File>) -> Result<u64> {
        let end = lines.line_at(&mut self.root.files, 0)?.map_or(0, |line| line.end);
        lines.nth_before(&mut self.root.files, end)
    }

    /// How many events a log holds.
    pub(crate) fn log_count(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<u64> {
        let View { base, rewrite, .. } = self.view(keyspace, name)?;
        let pending = self.pending(keyspace, name).len() as u64;
        if base.length_bytes == 0 {
            return Ok(pending);
        }
        let mut lines = self.log_file(keyspace, name, base)?;
        let mut count = 0;
        if base.monotonic {
            count = (base.last_nth + 1).saturating_sub(self.first_nth(&mut lines)?);
        } else {
            self.walk(keyspace, &mut lines, |_| {
                count += 1;
                true
            })?;
        }
        Ok(count.saturating_sub(rewrite.dropped) + pending)
    }

    /// How many events a log holds that loses lines from its end alone: the number of its last one.
    pub(crate) fn log_length(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<u64> {
        let base = self.log_state(keyspace, name)?;
        if !base.monotonic {
            // The last line may be damaged, and then nobody knows its number: each is looked at.
            return self.log_count(keyspace, name);
        }
        Ok(self.state.overlay.log(keyspace, name).map_or(base.last_nth, |log| log.last_nth))
    }

    /// All events of a log: none where one of them is damaged.
    pub(crate) fn log_read<E: Events>(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<E> {
        let bounds = Bounds { items: usize::MAX, bytes: ANSWER_BYTES_MAX };
        let page: LogPage<E> = self.log_page(keyspace, name, From::Start, bounds, Direction::Forward)?;
        if let Some(error) = page.damage {
            return Err(error);
        }
        if page.next.is_some() || page.bytes > ANSWER_BYTES_MAX {
            return Err(Error::too_large(ANSWER_BYTES_MAX, page.bytes + 1));
        }
        Ok(page.events)
    }
}
