//! What is not in the base yet: the commits of the journal, in memory.
//!
//! [`Overlay::apply`] is the one place where a commit takes effect, be it new or read from a journal.

use crate::base::line::{self, Trailer};
use crate::record::{Mark, Place, Record};
use crate::space::{BLOBS, Shape, Space};
use std::collections::BTreeMap;

/// The pending part of one log.
#[derive(Clone, Debug, Default)]
pub(crate) struct PendingLog {
    /// The base file at the last checkpoint; nothing beyond its length is read.
    pub(crate) base: Mark,
    /// What the log is now.
    pub(crate) last_seq: u64,
    pub(crate) last_nth: u64,
    pub(crate) rising: bool,
    pub(crate) cut: u64,
    /// Set when lines leave the base file.
    pub(crate) rewrite: Option<Rewrite>,
    /// Lines at the end left the log: what stands in the file behind `base` is known to be theirs.
    pub(crate) shortened: bool,
    /// The log was dropped, and nothing came after.
    pub(crate) gone: bool,
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
    pub(crate) mend: bool,
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
    pub(crate) fn new(base: Mark) -> Self {
        Self {
            base,
            last_seq: base.last_seq,
            last_nth: base.last_nth,
            rising: base.rising,
            cut: base.cut,
            ..Self::default()
        }
    }

    pub(crate) fn text(&self, line: PendingLine) -> &str {
        let bytes = self.bytes.get(line.start..line.text_end).unwrap_or_default();
        // INVARIANT: `append` was given a `str`.
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// The bytes of a line, its newline included.
    pub(crate) fn line_bytes(&self, index: usize) -> &[u8] {
        let start = self.lines.get(index).map_or(self.bytes.len(), |line| line.start);
        let end = self.lines.get(index + 1).map_or(self.bytes.len(), |line| line.start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn append(&mut self, lsn: u64, seq: u64, text: &str) {
        self.gone = false;
        if self.base.length_bytes == 0 && self.base.last_seq > 0 && self.lines.is_empty() && self.cut == 0 {
            // Truncated to nothing: the file begins anew with this line.
            self.cut = lsn;
        }
        self.rising &= seq >= self.last_seq;
        self.last_seq = self.last_seq.max(seq);
        self.last_nth += 1;
        let is_first = self.base.length_bytes == 0 && self.lines.is_empty();
        let trailer = Trailer {
            nth: Some(self.last_nth),
            cut: Some(self.cut).filter(|cut| is_first && *cut > 0),
            last_seq: Some(self.last_seq).filter(|_| !self.rising),
        };
        let start = self.bytes.len();
        line::print(text, trailer, &mut self.bytes);
        self.bytes.push(b'\n');
        self.lines.push(PendingLine { seq, nth: self.last_nth, start, text_end: start + text.len() });
    }

    /// Keeps the lines of a shorter base and the first of the pending ones.
    fn cut(&mut self, base: Mark, kept: usize, last_seq: u64) {
        self.bytes.truncate(self.lines.get(kept).map_or(self.bytes.len(), |line| line.start));
        self.lines.truncate(kept);
        self.base = base;
        self.shortened = true;
        self.gone = false;
        self.last_seq = last_seq;
        self.last_nth = self.lines.last().map_or(base.last_nth, |line| line.nth);
        self.rising &= base.rising;
    }

    /// A log that is not there, whatever stands in its files.
    fn dropped() -> Self {
        Self { shortened: true, gone: true, ..Self::new(Mark::default()) }
    }

    /// Drops the pending lines with a seq up to `upto`.
    fn truncate_lines(&mut self, upto: u64) {
        let (bytes, lines) = (std::mem::take(&mut self.bytes), std::mem::take(&mut self.lines));
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.seq > upto) {
            let end = lines.get(index + 1).map_or(bytes.len(), |next| next.start);
            let start = self.bytes.len();
            self.bytes.extend_from_slice(bytes.get(line.start..end).unwrap_or_default());
            self.lines.push(PendingLine { start, text_end: start + (line.text_end - line.start), ..*line });
        }
    }
}

/// How to take one applied record back.
#[derive(Debug)]
pub(crate) enum Undo {
    Log { space: u8, name: Vec<u8>, log: Option<Box<PendingLog>> },
    Appended { space: u8, name: Vec<u8>, log: Box<PendingLog>, bytes: usize, lines: usize },
    Value { space: u8, name: Vec<u8>, value: Option<PendingValue> },
}

/// The pending part of the store.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    logs: BTreeMap<u8, BTreeMap<Vec<u8>, PendingLog>>,
    values: BTreeMap<u8, BTreeMap<Vec<u8>, PendingValue>>,
    /// Base files that the next checkpoint writes or removes.
    dirty_files: usize,
}

impl Overlay {
    pub(crate) fn log(&self, space: &Space, name: &[u8]) -> Option<&PendingLog> {
        self.logs.get(&space.id)?.get(name)
    }

    pub(crate) fn log_mut(&mut self, space: &Space, name: &[u8]) -> Option<&mut PendingLog> {
        self.logs.get_mut(&space.id)?.get_mut(name)
    }

    pub(crate) fn value(&self, space: &Space, name: &[u8]) -> Option<&PendingValue> {
        self.values.get(&space.id)?.get(name)
    }

    pub(crate) fn logs(&self, space: &Space) -> impl Iterator<Item = (&[u8], &PendingLog)> {
        self.logs.get(&space.id).into_iter().flatten().map(|(name, log)| (name.as_slice(), log))
    }

    pub(crate) fn values(&self, space: &Space) -> impl Iterator<Item = (&[u8], &PendingValue)> {
        self.values.get(&space.id).into_iter().flatten().map(|(name, value)| (name.as_slice(), value))
    }

    pub(crate) fn dirty_files(&self) -> usize {
        self.dirty_files
    }

    /// Takes a record of the commit `lsn`. Total: what it answers takes the record back.
    pub(crate) fn apply(&mut self, lsn: u64, record: &Record<'_>) -> Option<Undo> {
        match record {
            Record::Append { place, base, events } => {
                let undo = self.undo_append(*place);
                let log = self.enter_log(*place, *base);
                events.iter().for_each(|(seq, text)| log.append(lsn, *seq, text));
                Some(undo)
            }
            Record::Truncate { place, base, upto, dropped } => {
                let undo = self.undo_log(*place);
                let log = self.enter_log(*place, *base);
                log.cut = lsn;
                log.truncate_lines(*upto);
                let rewrite = log.rewrite.get_or_insert_default();
                rewrite.upto = rewrite.upto.max(Some(*upto));
                rewrite.dropped = *dropped;
                Some(undo)
            }
            Record::Mend { place, base } => {
                let undo = self.undo_log(*place);
                let log = self.enter_log(*place, *base);
                log.cut = lsn;
                log.rewrite.get_or_insert_default().mend = true;
                Some(undo)
            }
            Record::Cut { place, base, kept, last_seq } => {
                let undo = self.undo_log(*place);
                let kept = usize::try_from(*kept).unwrap_or(usize::MAX);
                self.enter_log(*place, *base).cut(*base, kept, *last_seq);
                Some(undo)
            }
            Record::Drop { place } => {
                let undo = self.undo_log(*place);
                *self.enter_log(*place, Mark::default()) = PendingLog::dropped();
                Some(undo)
            }
            Record::Put { place, value } => {
                Some(self.set(*place, PendingValue::Put { bytes: value.to_vec(), version: lsn }))
            }
            Record::Remove { place } => Some(self.set(*place, PendingValue::Removed)),
            Record::Present { digest } => {
                Some(self.set(Place { space: &BLOBS, name: digest }, PendingValue::Present))
            }
            Record::Rewritten { logs } => {
                // Logs of an earlier such frame keep its word: a checkpoint that was cut off may have put them in place, and
                // the one that came after it had no more to do there.
                for log in logs {
                    if let Some(pending) = self.log_mut(log.place.space, log.place.name) {
                        pending.rewritten = Some((log.length_bytes, log.crc));
                    }
                }
                None
            }
        }
    }

    /// Takes the records of a commit that is read from a journal.
    pub(crate) fn replay(&mut self, lsn: u64, records: &[Record<'_>]) {
        for record in records {
            let _ = self.apply(lsn, record);
        }
    }

    /// Takes back what [`Overlay::apply`] did last.
    pub(crate) fn undo(&mut self, undo: Undo) {
        match undo {
            Undo::Log { space, name, log } => {
                let logs = self.logs.entry(space).or_default();
                match log {
                    Some(log) => drop(logs.insert(name, *log)),
                    None => self.dirty_files -= logs.remove(&name).map_or(0, |_| 2),
                }
            }
            Undo::Appended { space, name, log, bytes, lines } => {
                if let Some(pending) = self.logs.get_mut(&space).and_then(|logs| logs.get_mut(&name)) {
                    let (mut kept_bytes, mut kept_lines) =
                        (std::mem::take(&mut pending.bytes), std::mem::take(&mut pending.lines));
                    kept_bytes.truncate(bytes);
                    kept_lines.truncate(lines);
                    *pending = PendingLog { bytes: kept_bytes, lines: kept_lines, ..*log };
                }
            }
            Undo::Value { space, name, value } => {
                let values = self.values.entry(space).or_default();
                match value {
                    Some(value) => drop(values.insert(name, value)),
                    None => self.dirty_files -= values.remove(&name).map_or(0, |_| 1),
                }
            }
        }
    }

    fn enter_log(&mut self, place: Place<'_>, base: Mark) -> &mut PendingLog {
        let logs = self.logs.entry(place.space.id).or_default();
        if !logs.contains_key(place.name) {
            self.dirty_files += 2;
        }
        logs.entry(place.name.to_vec()).or_insert_with(|| PendingLog::new(base))
    }

    fn undo_log(&self, place: Place<'_>) -> Undo {
        let log = self.log(place.space, place.name).cloned().map(Box::new);
        Undo::Log { space: place.space.id, name: place.name.to_vec(), log }
    }

    /// As [`Overlay::undo_log`], without a copy of the lines: an append only adds to them.
    fn undo_append(&self, place: Place<'_>) -> Undo {
        let (space, name) = (place.space.id, place.name.to_vec());
        match self.log(place.space, place.name) {
            None => Undo::Log { space, name, log: None },
            Some(log) => {
                let (bytes, lines) = (log.bytes.len(), log.lines.len());
                let log = Box::new(PendingLog { bytes: Vec::new(), lines: Vec::new(), ..*log });
                Undo::Appended { space, name, log, bytes, lines }
            }
        }
    }

    fn set(&mut self, place: Place<'_>, value: PendingValue) -> Undo {
        debug_assert!(place.space.shape != Shape::Log);
        let values = self.values.entry(place.space.id).or_default();
        let old = values.insert(place.name.to_vec(), value);
        if old.is_none() {
            self.dirty_files += 1;
        }
        Undo::Value { space: place.space.id, name: place.name.to_vec(), value: old }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::space::{KV, STREAMS};

    const LOG: Place<'static> = Place { space: &STREAMS, name: b"s" };

    fn append<'a>(events: &[(u64, &'a str)]) -> Record<'a> {
        Record::Append { place: LOG, base: Mark::default(), events: events.to_vec() }
    }

    fn lines(overlay: &Overlay) -> Vec<(u64, u64, String)> {
        let log = overlay.log(&STREAMS, b"s").unwrap();
        log.lines.iter().map(|line| (line.nth, line.seq, log.text(*line).to_owned())).collect()
    }

    #[test]
    fn appended_lines_have_the_bytes_of_the_base() {
        let mut overlay = Overlay::default();
        overlay.apply(1, &append(&[(5, "{:seq 5}"), (3, "{:seq 3}"), (9, "{:seq 9}")]));
        let log = overlay.log(&STREAMS, b"s").unwrap();
        let parsed: Vec<_> = log.bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let trailer = |index: usize| match line::parse(parsed[index].trim_ascii_end()) {
            line::Text::Whole(_, trailer) => trailer,
            other => panic!("{other:?}"),
        };
        assert_eq!(trailer(0), Trailer { nth: Some(1), cut: None, last_seq: None });
        // From the first descent on every line says so.
        assert_eq!(trailer(1), Trailer { nth: Some(2), cut: None, last_seq: Some(5) });
        assert_eq!(trailer(2), Trailer { nth: Some(3), cut: None, last_seq: Some(9) });
        assert_eq!((log.last_seq, log.last_nth, log.rising), (9, 3, false));
    }

    #[test]
    fn truncation_drops_by_seq_and_keeps_later_appends_of_lower_seqs() {
        let mut overlay = Overlay::default();
        overlay.apply(1, &append(&[(1, "{:seq 1}"), (10, "{:seq 10}")]));
        overlay.apply(2, &Record::Truncate { place: LOG, base: Mark::default(), upto: 5, dropped: 0 });
        overlay.apply(3, &append(&[(2, "{:seq 2}")]));
        assert_eq!(lines(&overlay), [(2, 10, "{:seq 10}".to_owned()), (3, 2, "{:seq 2}".to_owned())]);
        assert_eq!(overlay.log(&STREAMS, b"s").unwrap().cut, 2);
    }

    #[test]
    fn a_log_is_ready_though_a_later_frame_names_another() {
        let other = Place { space: &STREAMS, name: b"t" };
        let ready = |place, length_bytes| Record::Rewritten {
            logs: vec![crate::record::Rewritten { place, length_bytes, crc: 7 }],
        };
        let mut overlay = Overlay::default();
        for place in [LOG, other] {
            overlay.apply(1, &Record::Truncate { place, base: Mark::default(), upto: 5, dropped: 0 });
        }
        overlay.apply(2, &ready(LOG, 10));
        overlay.apply(3, &ready(other, 20));
        assert_eq!(overlay.log(&STREAMS, b"s").unwrap().rewritten, Some((10, 7)));
        assert_eq!(overlay.log(&STREAMS, b"t").unwrap().rewritten, Some((20, 7)));
    }

    #[test]
    fn undo_restores_what_was_there() {
        let key = Place { space: &KV, name: b"k" };
        let mut overlay = Overlay::default();
        overlay.apply(1, &append(&[(1, "{:seq 1}")]));
        overlay.apply(2, &Record::Put { place: key, value: b"1" });
        let before = format!("{overlay:?}");
        let records = [
            append(&[(1, "{:seq 1}"), (0, "{:seq 0}")]),
            Record::Truncate { place: LOG, base: Mark::default(), upto: 1, dropped: 0 },
            append(&[(7, "{:seq 7}")]),
            Record::Remove { place: key },
            Record::Put { place: Place { space: &KV, name: b"new" }, value: b"2" },
            Record::Append {
                place: Place { space: &STREAMS, name: b"new" },
                base: Mark::default(),
                events: vec![(1, "{}")],
            },
        ];
        let undos: Vec<_> = records.iter().filter_map(|record| overlay.apply(3, record)).collect();
        assert_eq!(overlay.dirty_files(), 6);
        undos.into_iter().rev().for_each(|undo| overlay.undo(undo));
        let restored = format!("{overlay:?}");
        assert_eq!(restored, before);
    }
}
