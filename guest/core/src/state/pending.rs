//! What is pending of one log or one key.

use crate::base::layout::JOURNAL;
use crate::base::line::{self, Trailer};
use crate::base::log_state::LogState;
use crate::error::{Error, Result};
use std::ops::Range;

/// The pending part of one log.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingLog {
    /// The base file at the last checkpoint; nothing beyond its length is read.
    pub(crate) base: LogState,
    /// What the log is now.
    pub(crate) last_seq: u64,
    pub(crate) last_nth: u64,
    pub(crate) monotonic: bool,
    pub(crate) generation: u64,
    /// Set when lines leave the base file.
    pub(crate) rewrite: Option<Rewrite>,
    /// Bytes of the pending lines that this instance has put into the file already, synced.
    pub(crate) carried: usize,
    /// Lines at the end left the log: what stands in the file behind `base` is known to be theirs.
    pub(crate) shortened: bool,
    /// The log was dropped, and nothing came after.
    pub(crate) dropped: bool,
    /// The lines behind the base, in the bytes that they will have there.
    pub(crate) bytes: Vec<u8>,
    pub(crate) lines: Vec<PendingLine>,
    /// The length and checksum of the rewritten file, when the journal says that one stood ready.
    pub(crate) rewritten: Option<(u64, u32)>,
}

/// Which lines leave a base file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// Those with a seq up to this one; 0 when only `mend` asked for it.
    pub(crate) upto: Option<u64>,
    /// How many those are.
    pub(crate) dropped: u64,
    /// The damaged ones; they have been copied.
    pub(crate) drop_damaged: bool,
}

/// One line of a [`PendingLog`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PendingLine {
    pub(crate) seq: u64,
    pub(crate) nth: u64,
    /// Where it begins in `bytes`, and where its text ends and its trailer begins.
    pub(crate) start: usize,
    pub(crate) text_end: usize,
}

/// The pending state of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PendingValue {
    Put {
        bytes: Vec<u8>,
        /// The lsn of the commit that put them.
        version: u64,
    },
    Removed,
    /// A blob that went to the base by itself, over a removal.
    Present,
}

impl PendingLog {
    pub(crate) fn new(base: LogState) -> Self {
        Self {
            base,
            last_seq: base.last_seq,
            last_nth: base.last_nth,
            monotonic: base.monotonic,
            generation: base.generation,
            ..Self::default()
        }
    }

    /// The state of the file once the pending lines stand in it.
    pub(crate) fn state_in_base(&self) -> LogState {
        LogState {
            length_bytes: self.base.length_bytes + self.bytes.len() as u64,
            last_seq: self.last_seq,
            last_nth: self.last_nth,
            monotonic: self.monotonic,
            generation: self.generation,
        }
    }

    /// The text of a line.
    ///
    /// INVARIANT: lines stand where they say, and `append` was given a `str`. Here and below, whoever finds otherwise is told.
    pub(crate) fn text(&self, line: PendingLine) -> Result<&str> {
        let bytes = self.part(line.start..line.text_end)?;
        std::str::from_utf8(bytes).map_err(|_| Error::corrupt(JOURNAL, 0, "a pending line is no text"))
    }

    /// The bytes of the pending lines that this instance has not put into the file.
    pub(crate) fn uncarried(&self) -> Result<&[u8]> {
        self.part(self.carried..self.bytes.len())
    }

    /// The bytes of a line, its newline included.
    pub(crate) fn line_bytes(&self, index: usize) -> Result<&[u8]> {
        let start = self.lines.get(index).map_or(self.bytes.len(), |line| line.start);
        let end = self.lines.get(index + 1).map_or(self.bytes.len(), |line| line.start);
        self.part(start..end)
    }

    fn part(&self, range: Range<usize>) -> Result<&[u8]> {
        self.bytes.get(range).ok_or_else(|| Error::corrupt(JOURNAL, 0, "a pending line stands elsewhere"))
    }

    pub(crate) fn append(&mut self, lsn: u64, seq: u64, text: &str) {
        self.dropped = false;
        if self.base.length_bytes == 0
            && self.base.last_seq > 0
            && self.lines.is_empty()
            && self.generation == 0
        {
            // Truncated to nothing: the file begins anew with this line.
            self.generation = lsn;
        }
        self.monotonic &= seq >= self.last_seq;
        self.last_seq = self.last_seq.max(seq);
        self.last_nth += 1;
        let is_first = self.base.length_bytes == 0 && self.lines.is_empty();
        let trailer = Trailer {
            nth: Some(self.last_nth),
            generation: Some(self.generation).filter(|generation| is_first && *generation > 0),
            last_seq: Some(self.last_seq).filter(|_| !self.monotonic),
        };
        let start = self.bytes.len();
        line::print(text.as_bytes(), trailer, &mut self.bytes);
        self.bytes.push(b'\n');
        self.lines.push(PendingLine { seq, nth: self.last_nth, start, text_end: start + text.len() });
    }

    /// Keeps the lines of a shorter base and the first of the pending ones.
    pub(crate) fn shorten(&mut self, base: LogState, kept: usize, last_seq: u64) {
        self.bytes.truncate(self.lines.get(kept).map_or(self.bytes.len(), |line| line.start));
        self.lines.truncate(kept);
        self.base = base;
        self.carried = 0;
        self.shortened = true;
        self.dropped = false;
        self.last_seq = last_seq;
        self.last_nth = self.lines.last().map_or(base.last_nth, |line| line.nth);
        self.monotonic &= base.monotonic;
    }

    /// A log that is not there, whatever stands in its files.
    pub(crate) fn dropped() -> Self {
        Self { shortened: true, dropped: true, ..Self::new(LogState::default()) }
    }

    /// Drops the pending lines with a seq up to `upto`.
    pub(crate) fn truncate_lines(&mut self, upto: u64) {
        self.carried = 0;
        let (bytes, lines) = (std::mem::take(&mut self.bytes), std::mem::take(&mut self.lines));
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.seq > upto) {
            let end = lines.get(index + 1).map_or(bytes.len(), |next| next.start);
            let start = self.bytes.len();
            let kept = bytes.get(line.start..end);
            debug_assert!(kept.is_some(), "a pending line stands elsewhere");
            self.bytes.extend_from_slice(kept.unwrap_or_default());
            self.lines.push(PendingLine { start, text_end: start + (line.text_end - line.start), ..*line });
        }
    }
}

impl PendingLog {
    /// The lines stand one behind the other, and are all of the bytes.
    pub(crate) fn check(&self) {
        let mut at = 0;
        let mut nth = None;
        for (index, line) in self.lines.iter().enumerate() {
            let end = self.lines.get(index + 1).map_or(self.bytes.len(), |next| next.start);
            assert!(
                line.start == at && line.text_end < end && end <= self.bytes.len(),
                "a line stands elsewhere"
            );
            assert!(
                end.checked_sub(1).and_then(|last| self.bytes.get(last)) == Some(&b'\n'),
                "a line has no end"
            );
            assert!(nth < Some(line.nth) && line.nth <= self.last_nth, "lines are not counted upwards");
            (at, nth) = (end, Some(line.nth));
        }
        assert!(at == self.bytes.len(), "bytes that are no line's");
        assert!(self.carried <= self.bytes.len(), "more was carried than there is");
        assert!(!self.dropped || self.lines.is_empty(), "a log that is gone has lines");
    }
}
