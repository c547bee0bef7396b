//! What is pending of one log or one key.

use crate::base::layout::JOURNAL;
use crate::base::line::{self, Trailer};
use crate::base::log_state::{self, LogState};
use crate::error::{Error, Result};
use std::ops::Range;

/// The pending part of one log.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingLog {
    /// What the base file held when the journal's base became true, or what a cut has left of that; nothing beyond its length is
    /// read.
    pub(crate) base: LogState,
    /// The number of the last line of it that stays; 0 for none.
    pub(crate) base_nth: u64,
    /// What the log is now.
    pub(crate) last_seq: u64,
    pub(crate) last_nth: u64,
    pub(crate) monotonic: bool,
    pub(crate) generation: u64,
    /// Set when lines leave the base file, from its beginning or damaged ones.
    pub(crate) rewrite: Option<Rewrite>,
    /// All lines have left the log: what stands in the file behind `base` is known to be theirs.
    pub(crate) is_emptied: bool,
    /// The lines behind the base, in the bytes that they will have there.
    pub(crate) bytes: Vec<u8>,
    pub(crate) lines: Vec<PendingLine>,
}

/// Which lines leave a base file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rewrite {
    /// Those with a seq up to this one; 0 when only `mend` asked for it.
    pub(crate) upto: Option<u64>,
    /// The damaged ones; they have been copied.
    pub(crate) drop_damaged: bool,
    /// What stays, where that has been counted.
    pub(crate) kept: Option<Kept>,
}

/// What stays of the lines of a base file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) count: u64,
    /// The number of the last one; 0 for none.
    pub(crate) last_nth: u64,
    /// No seq descends before that line.
    pub(crate) monotonic: bool,
}

impl Kept {
    pub(crate) const NONE: Self = Self { count: 0, last_nth: 0, monotonic: true };
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

impl PendingValue {
    /// The bytes of a value that is there.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        if let Self::Put { bytes, .. } = self { Some(bytes) } else { None }
    }

    /// How many that are.
    pub(crate) fn size(&self) -> Option<u64> {
        self.bytes().map(|bytes| bytes.len() as u64)
    }
}

impl PendingLog {
    pub(crate) fn new(base: LogState) -> Self {
        Self {
            base,
            base_nth: base.last_nth,
            last_seq: base.last_seq,
            last_nth: base.last_nth,
            monotonic: base.monotonic,
            generation: base.generation,
            ..Self::default()
        }
    }

    /// The state of the file once the pending lines stand in it, where none leaves its beginning.
    pub(crate) fn state_in_base(&self) -> LogState {
        LogState {
            length_bytes: self.base.length_bytes + self.bytes.len() as u64,
            last_seq: self.last_seq,
            last_nth: self.last_nth,
            monotonic: self.monotonic,
            generation: self.generation,
        }
    }

    /// What stands behind the text of a line.
    pub(crate) fn trailer(&self, index: usize) -> Result<Trailer> {
        let bytes = self.line_bytes(index)?;
        let facts = line::parse(bytes.strip_suffix(b"\n").unwrap_or(bytes)).facts();
        facts.map(|(_, trailer)| trailer).map_err(|reason| Error::corrupt(JOURNAL, 0, reason))
    }

    /// The text of a line.
    ///
    /// INVARIANT: lines stand where they say, and `append` was given a `str`. Here and below, whoever finds otherwise is told.
    pub(crate) fn text(&self, line: PendingLine) -> Result<&str> {
        let bytes = self.part(line.start..line.text_end)?;
        std::str::from_utf8(bytes).map_err(|_| Error::corrupt(JOURNAL, 0, "a pending line is no text"))
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
        let is_first = self.base.length_bytes == 0 && self.lines.is_empty();
        if is_first && self.generation > 0 && seq <= self.last_seq {
            // The stream may be emptied once more with the same last-seq, and would have the same generation then.
            self.generation = lsn;
        }
        self.monotonic &= seq >= self.last_seq;
        self.last_seq = self.last_seq.max(seq);
        self.last_nth += 1;
        let trailer = Trailer {
            nth: Some(self.last_nth),
            lsn: Some(lsn),
            generation: Some(self.generation).filter(|generation| is_first && *generation > 0),
            last_seq: Some(self.last_seq).filter(|_| !self.monotonic),
        };
        let start = self.bytes.len();
        line::print(text.as_bytes(), trailer, &mut self.bytes);
        self.bytes.push(b'\n');
        self.lines.push(PendingLine { seq, nth: self.last_nth, start, text_end: start + text.len() });
    }

    /// A log without lines, whatever stands in its file.
    pub(crate) fn emptied(last_seq: u64) -> Self {
        let base = LogState { generation: log_state::emptied(last_seq), ..LogState::default() };
        Self { is_emptied: true, last_seq, ..Self::new(base) }
    }

    /// Drops the lines with a seq up to `upto`; others stay, the last of them with this number.
    pub(crate) fn truncate(&mut self, lsn: u64, upto: u64, last_nth: u64, monotonic: bool) {
        self.generation = lsn;
        self.truncate_lines(upto);
        let rewrite = self.rewrite.get_or_insert_default();
        if rewrite.upto < Some(upto) {
            *rewrite = Rewrite { upto: Some(upto), kept: None, ..*rewrite };
        }
        if self.lines.is_empty() {
            self.base_nth = last_nth.min(self.base.last_nth);
        }
        self.last_nth = self.lines.last().map_or(self.base_nth, |last| last.nth);
        self.monotonic = monotonic;
    }

    /// The damaged lines of the base file go.
    pub(crate) fn drop_damaged(&mut self, lsn: u64) {
        self.generation = lsn;
        let rewrite = self.rewrite.get_or_insert_default();
        *rewrite = Rewrite { drop_damaged: true, kept: None, ..*rewrite };
    }

    /// Drops the pending lines with a seq up to `upto`.
    fn truncate_lines(&mut self, upto: u64) {
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
        assert!(
            self.base_nth <= self.base.last_nth && self.base_nth <= self.last_nth,
            "lines of the base are counted that it has not"
        );
    }
}
