//! Logs: appending to them, counts, what a truncation would drop, all of their events. Base first, then what is pending.

use crate::base::layout::{self, LOG, SEQ};
use crate::base::line::{self, Trailer};
use crate::base::log_file::LogFile;
use crate::base::log_state::LogState;
use crate::base::search::By;
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::journal::record::{Place, Record};
use crate::journal::within_counts;
use crate::keyspace::Keyspace;
use crate::state::pending::{Kept, PendingLine, Rewrite};
use crate::storage::Storage;

/// A log this short is read line by line where a longer one is searched: then every line that goes is checked.
const WALK_BYTES_MAX: u64 = 64 << 10;

/// What is known of a log before its lines are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) base: LogState,
    /// The number of the last line of the base that stays.
    pub(crate) base_nth: u64,
    pub(crate) generation: u64,
    pub(crate) rewrite: Rewrite,
}

impl View {
    /// That of a log of which nothing is pending.
    pub(crate) fn of_base(base: LogState) -> Self {
        Self { base, base_nth: base.last_nth, generation: base.generation, rewrite: Rewrite::default() }
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn view(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<View> {
        let base = self.log_state(keyspace, name)?;
        Ok(match self.state.overlay.log(keyspace, name) {
            Some(log) => View {
                base,
                base_nth: log.base_nth,
                generation: log.generation,
                rewrite: log.rewrite.unwrap_or_default(),
            },
            None => View::of_base(base),
        })
    }

    /// The file of a log's lines: a new one in `runs/` where that has not got the log's name yet.
    pub(crate) fn log_path(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<String> {
        if let Some(number) = self.state.unnamed.get(&(keyspace.id, name.into())) {
            let path = layout::run(*number);
            if self.root.files.open(&path)?.is_some() {
                return Ok(path);
            }
        }
        Ok(layout::path(keyspace, name, LOG))
    }

    pub(crate) fn log_file(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        base: LogState,
    ) -> Result<LogFile<S::File>> {
        let path = self.log_path(keyspace, name)?;
        match self.root.files.open(&path)? {
            Some(file) => Ok(LogFile::new(file, base.length_bytes)),
            None => Err(Error::corrupt(&path, 0, "the file is gone")),
        }
    }

    pub(crate) fn pending(&self, keyspace: &Keyspace, name: &[u8]) -> &[PendingLine] {
        self.state.overlay.log(keyspace, name).map_or(&[], |log| &log.lines)
    }

    /// What the first record of a log in a journal says of its file; later ones do not.
    pub(crate) fn mark(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<LogState>> {
        match self.state.overlay.log(keyspace, name) {
            Some(_) => Ok(None),
            None => self.log_state(keyspace, name).map(Some),
        }
    }

    /// Appends events to a log, as a part of the commit in work.
    pub(crate) fn log_append(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        events: Vec<(u64, &str)>,
    ) -> Result<()> {
        let mark = self.mark(keyspace, name)?;
        let pending = self.state.overlay.log(keyspace, name).map(|log| log.last_nth);
        let last_nth = mark.map_or(0, |mark| mark.last_nth).max(pending.unwrap_or(0));
        within_counts(last_nth + events.len() as u64)?;
        self.record(&Record::Append { place: Place { keyspace, name }, mark, events })
    }

    /// Drops the events with a seq up to `upto`, as a part of the commit in work. Answers how many.
    pub(crate) fn log_truncate(
        &mut self,
        keyspace: &'static Keyspace,
        name: &[u8],
        upto: u64,
    ) -> Result<u64> {
        let view = self.view(keyspace, name)?;
        let (before, after) = self.kept_of_base(keyspace, name, view, upto)?;
        let lines = self.pending(keyspace, name);
        let dropped = lines.iter().filter(|line| line.seq <= upto).count() as u64;
        let last = lines.iter().rposition(|line| line.seq > upto);
        let newly = before.count.saturating_sub(after.count) + dropped;
        if newly == 0 {
            return Ok(0);
        }
        let (place, mark) = (Place { keyspace, name }, self.mark(keyspace, name)?);
        if after.count == 0 && last.is_none() {
            let last_seq = self.log_last_seq(keyspace, name)?;
            self.record(&Record::Empty { place, last_seq })?;
            return Ok(newly);
        }
        let pending = self.state.overlay.log(keyspace, name);
        let (last_nth, monotonic) = match pending.zip(last) {
            Some((log, last)) => {
                let trailer = log.trailer(last)?;
                (trailer.nth.unwrap_or(0), trailer.last_seq.is_none())
            }
            None => (after.last_nth, after.monotonic),
        };
        self.record(&Record::Truncate { place, mark, upto, last_nth, monotonic })?;
        if let Some(log) = self.state.overlay.new_log_mut(keyspace, name)
            && let Some(rewrite) = &mut log.rewrite
        {
            rewrite.kept = Some(after);
        }
        Ok(newly)
    }

    /// What stays of the lines of a log's file, and what would behind a truncation.
    fn kept_of_base(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        View { base, rewrite, .. }: View,
        upto: u64,
    ) -> Result<(Kept, Kept)> {
        if base.length_bytes == 0 {
            return Ok((Kept::NONE, Kept::NONE));
        }
        let mut lines = self.log_file(keyspace, name, base)?;
        let before = match rewrite.kept {
            Some(kept) => kept,
            None => self.kept_above((keyspace, name), &mut lines, base, rewrite.upto)?,
        };
        match rewrite.upto {
            Some(done) if done >= upto => Ok((before, before)),
            _ => Ok((before, self.kept_above((keyspace, name), &mut lines, base, Some(upto))?)),
        }
    }

    /// The lines of a log's file with a seq above one.
    fn kept_above(
        &mut self,
        (keyspace, name): (&Keyspace, &[u8]),
        lines: &mut LogFile<S::File>,
        base: LogState,
        upto: Option<u64>,
    ) -> Result<Kept> {
        if !base.monotonic {
            return self.kept_walked(keyspace, lines, upto);
        }
        let first_nth = self.first_nth(lines)?;
        let total = (base.last_nth + 1).saturating_sub(first_nth);
        let gone = match upto {
            None => 0,
            Some(upto) if base.length_bytes > WALK_BYTES_MAX => {
                match self.seek_above(keyspace, name, lines, By::Seq, upto)? {
                    0 => 0,
                    end => (lines.nth_before(&mut self.root.files, end)? + 1).saturating_sub(first_nth),
                }
            }
            Some(upto) => {
                let mut gone = 0;
                self.walk(keyspace, lines, |seq, _| {
                    gone += u64::from(seq <= upto);
                    seq <= upto
                })?;
                gone
            }
        };
        let count = total.saturating_sub(gone);
        Ok(Kept { count, last_nth: if count > 0 { base.last_nth } else { 0 }, monotonic: true })
    }

    /// As [`Opened::kept_above`], where seqs descend: each line is looked at.
    fn kept_walked(
        &mut self,
        keyspace: &Keyspace,
        lines: &mut LogFile<S::File>,
        upto: Option<u64>,
    ) -> Result<Kept> {
        let (mut kept, mut nth, mut highest, mut descended) = (Kept::NONE, 0, 0, false);
        self.walk(keyspace, lines, |seq, trailer| {
            nth = trailer.nth.unwrap_or(nth + 1);
            descended |= trailer.last_seq.is_some() || seq < highest;
            highest = highest.max(seq);
            if upto.is_none_or(|upto| seq > upto) {
                kept = Kept { count: kept.count + 1, last_nth: nth, monotonic: !descended };
            }
            true
        })?;
        Ok(kept)
    }

    /// Hands the seq and the trailer of each line to `visit`, while it answers true.
    fn walk(
        &mut self,
        keyspace: &Keyspace,
        lines: &mut LogFile<S::File>,
        mut visit: impl FnMut(u64, Trailer) -> bool,
    ) -> Result<()> {
        let mut offset = 0;
        while let Some(line) = lines.line_at(&mut self.root.files, offset)? {
            let (start, end) = (line.offset, line.end);
            match line::parse_in(keyspace, line.bytes).facts() {
                Ok((seq, trailer)) if visit(seq, trailer) => offset = end,
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
        let kept = if let Some(kept) = rewrite.kept {
            kept
        } else {
            let mut lines = self.log_file(keyspace, name, base)?;
            self.kept_above((keyspace, name), &mut lines, base, rewrite.upto)?
        };
        Ok(kept.count + pending)
    }

    /// Is a log there? One without lines may be.
    pub(crate) fn has_log(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<bool> {
        let is_pending = self.state.overlay.log(keyspace, name).is_some();
        Ok(is_pending
            || self.root.files.open(&layout::path(keyspace, name, SEQ))?.is_some()
            || self.root.files.open(&layout::path(keyspace, name, LOG))?.is_some())
    }

    /// As [`LogFile::seek_above`], between two of the lines that earlier searches of the log came by.
    pub(crate) fn seek_above(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        lines: &mut LogFile<S::File>,
        by: By,
        key: u64,
    ) -> Result<u64> {
        let mut known = self.state.probes.take(keyspace, name);
        let found = lines.seek_above(&mut self.root.files, by, key, &mut known)?;
        if !self.root.files.is_read_only() {
            self.state.probes.keep(keyspace, name, known);
        }
        Ok(found)
    }
}
