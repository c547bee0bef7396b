//! What is not in the base yet: the commits of the journal, in memory.
//!
//! [`Overlay::apply`] is the one place where a commit takes effect, be it new or read from a journal.

use crate::base::log_state::LogState;
use crate::invariants::ARE_CHECKED;
use crate::journal::record::{Place, Record};
use crate::keyspace::{self, BLOBS, Keyspace, Shape};
pub(crate) use crate::state::pending::{PendingLine, PendingLog, PendingValue, Rewrite};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The name of a log or a key, once for all who speak of it: a batch may have 64 MiB of names.
pub(crate) type Name = Arc<[u8]>;

/// How to take one applied record back.
#[derive(Debug)]
pub(crate) struct Undo {
    keyspace: u8,
    name: Name,
    was_dirty: bool,
    before: Before,
}

/// What was pending before a record.
#[derive(Debug)]
enum Before {
    Log(Option<Box<PendingLog>>),
    /// All but its lines, and how much there was of those: an append only adds to them.
    Lines {
        log: Box<PendingLog>,
        bytes: usize,
        lines: usize,
    },
    Value(Option<PendingValue>),
}

/// The pending part of the store.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    logs: BTreeMap<u8, BTreeMap<Name, PendingLog>>,
    values: BTreeMap<u8, BTreeMap<Name, PendingValue>>,
    /// The logs and keys whose files do not show what is pending: keyspaces and names.
    dirty: BTreeSet<(u8, Name)>,
    /// How many files those are.
    dirty_files: usize,
}

impl Overlay {
    pub(crate) fn log(&self, keyspace: &Keyspace, name: &[u8]) -> Option<&PendingLog> {
        self.logs.get(&keyspace.id)?.get(name)
    }

    pub(crate) fn log_mut(&mut self, keyspace: &Keyspace, name: &[u8]) -> Option<&mut PendingLog> {
        self.logs.get_mut(&keyspace.id)?.get_mut(name)
    }

    pub(crate) fn value(&self, keyspace: &Keyspace, name: &[u8]) -> Option<&PendingValue> {
        self.values.get(&keyspace.id)?.get(name)
    }

    pub(crate) fn logs(&self, keyspace: &Keyspace) -> impl Iterator<Item = (&[u8], &PendingLog)> {
        self.logs.get(&keyspace.id).into_iter().flatten().map(|(name, log)| (&**name, log))
    }

    pub(crate) fn values(&self, keyspace: &Keyspace) -> impl Iterator<Item = (&[u8], &PendingValue)> {
        self.values.get(&keyspace.id).into_iter().flatten().map(|(name, value)| (&**name, value))
    }

    /// Base files that the next checkpoint writes or removes.
    pub(crate) fn dirty_files(&self) -> usize {
        self.dirty_files
    }

    /// The logs and keys that these belong to.
    pub(crate) fn dirty(&self) -> &BTreeSet<(u8, Name)> {
        &self.dirty
    }

    pub(crate) fn is_dirty(&self, keyspace: &Keyspace, name: &Name) -> bool {
        self.dirty.contains(&(keyspace.id, Name::clone(name)))
    }

    /// The files of a log or a key show what is pending. It stays here all the same: the journal that names it still counts.
    pub(crate) fn carried(&mut self, keyspace: &Keyspace, name: &Name) {
        if self.dirty.remove(&(keyspace.id, Name::clone(name))) {
            self.dirty_files -= files_of(keyspace);
        }
        if let Some(log) = self.log_mut(keyspace, name) {
            log.carried = log.bytes.len();
        }
    }

    /// What was carried is not relied on.
    pub(crate) fn forget_carried(&mut self) {
        for keyspace in keyspace::ALL {
            let logs = self.logs.get(&keyspace.id).into_iter().flat_map(BTreeMap::keys);
            let values = self.values.get(&keyspace.id).into_iter().flat_map(BTreeMap::keys);
            let names: Vec<_> = logs.chain(values).cloned().collect();
            for name in names {
                self.touch(keyspace, Name::clone(&name));
                if let Some(log) = self.log_mut(keyspace, &name) {
                    log.carried = 0;
                }
            }
        }
    }

    /// Takes a record of the commit `lsn`. Total: what it answers takes the record back.
    pub(crate) fn apply(&mut self, lsn: u64, record: &Record<'_>) -> Option<Undo> {
        let undo = self.take(lsn, record);
        if let Some(undo) = &undo {
            self.check_touched(undo.keyspace, &undo.name);
        }
        undo
    }

    /// The log that a step has changed is what it is to be.
    fn check_touched(&self, keyspace: u8, name: &Name) {
        if ARE_CHECKED && let Some(log) = self.logs.get(&keyspace).and_then(|logs| logs.get(name)) {
            log.check();
        }
    }

    fn take(&mut self, lsn: u64, record: &Record<'_>) -> Option<Undo> {
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
                log.generation = lsn;
                log.truncate_lines(*upto);
                let rewrite = log.rewrite.get_or_insert_default();
                rewrite.upto = rewrite.upto.max(Some(*upto));
                rewrite.dropped = *dropped;
                Some(undo)
            }
            Record::DropDamaged { place, base } => {
                let undo = self.undo_log(*place);
                let log = self.enter_log(*place, *base);
                log.generation = lsn;
                log.rewrite.get_or_insert_default().drop_damaged = true;
                Some(undo)
            }
            Record::TruncateTail { place, base, kept, last_seq } => {
                let undo = self.undo_log(*place);
                let kept = usize::try_from(*kept).unwrap_or(usize::MAX);
                self.enter_log(*place, *base).shorten(*base, kept, *last_seq);
                Some(undo)
            }
            Record::Drop { place } => {
                let undo = self.undo_log(*place);
                *self.enter_log(*place, LogState::default()) = PendingLog::dropped();
                Some(undo)
            }
            Record::Put { place, value } => {
                Some(self.set(*place, PendingValue::Put { bytes: value.to_vec(), version: lsn }))
            }
            Record::Remove { place } => Some(self.set(*place, PendingValue::Removed)),
            Record::Present { digest } => {
                Some(self.set(Place { keyspace: &BLOBS, name: digest }, PendingValue::Present))
            }
            Record::RewritePrepared { logs } => {
                // Logs of an earlier such frame keep its word: a checkpoint that was cut off may have put them in place, and
                // the one that came after it had no more to do there.
                for log in logs {
                    if let Some(pending) = self.log_mut(log.place.keyspace, log.place.name) {
                        pending.rewritten = Some((log.length_bytes, log.crc));
                    }
                }
                None
            }
            Record::RewriteInstalled { place, base } => {
                let undo = self.undo_log(*place);
                *self.enter_log(*place, *base) = PendingLog::new(*base);
                Some(undo)
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
    pub(crate) fn undo(&mut self, Undo { keyspace, name, was_dirty, before }: Undo) {
        if !was_dirty && self.dirty.remove(&(keyspace, Name::clone(&name))) {
            self.dirty_files -= keyspace::by_id(keyspace).map_or(0, files_of);
        }
        let touched = Name::clone(&name);
        match before {
            Before::Log(log) => {
                let logs = self.logs.entry(keyspace).or_default();
                match log {
                    Some(log) => drop(logs.insert(name, *log)),
                    None => drop(logs.remove(&*name)),
                }
            }
            Before::Lines { log, bytes, lines } => {
                if let Some(pending) = self.logs.get_mut(&keyspace).and_then(|logs| logs.get_mut(&*name)) {
                    let (mut kept_bytes, mut kept_lines) =
                        (std::mem::take(&mut pending.bytes), std::mem::take(&mut pending.lines));
                    kept_bytes.truncate(bytes);
                    kept_lines.truncate(lines);
                    *pending = PendingLog { bytes: kept_bytes, lines: kept_lines, ..*log };
                }
            }
            Before::Value(value) => {
                let values = self.values.entry(keyspace).or_default();
                match value {
                    Some(value) => drop(values.insert(name, value)),
                    None => drop(values.remove(&*name)),
                }
            }
        }
        self.check_touched(keyspace, &touched);
    }

    fn enter_log(&mut self, place: Place<'_>, base: LogState) -> &mut PendingLog {
        let logs = self.logs.entry(place.keyspace.id).or_default();
        logs.entry(place.name.into()).or_insert_with(|| PendingLog::new(base))
    }

    /// The files of a log or a key no longer show what is pending. Answers whether that was so before.
    fn touch(&mut self, keyspace: &Keyspace, name: Name) -> bool {
        let is_new = self.dirty.insert((keyspace.id, name));
        if is_new {
            self.dirty_files += files_of(keyspace);
        }
        !is_new
    }

    fn undo_to(&mut self, keyspace: &Keyspace, name: Name, before: Before) -> Undo {
        let was_dirty = self.touch(keyspace, Name::clone(&name));
        Undo { keyspace: keyspace.id, name, was_dirty, before }
    }

    fn undo_log(&mut self, place: Place<'_>) -> Undo {
        let log = self.log(place.keyspace, place.name).cloned().map(Box::new);
        self.undo_to(place.keyspace, place.name.into(), Before::Log(log))
    }

    /// As [`Overlay::undo_log`], without a copy of the lines.
    fn undo_append(&mut self, place: Place<'_>) -> Undo {
        let before = match self.log(place.keyspace, place.name) {
            None => Before::Log(None),
            Some(log) => {
                let (bytes, lines) = (log.bytes.len(), log.lines.len());
                let log = Box::new(PendingLog { bytes: Vec::new(), lines: Vec::new(), ..*log });
                Before::Lines { log, bytes, lines }
            }
        };
        self.undo_to(place.keyspace, place.name.into(), before)
    }

    fn set(&mut self, place: Place<'_>, value: PendingValue) -> Undo {
        debug_assert!(place.keyspace.shape != Shape::Log);
        let values = self.values.entry(place.keyspace.id).or_default();
        let name: Name = place.name.into();
        let old = values.insert(Name::clone(&name), value);
        self.undo_to(place.keyspace, name, Before::Value(old))
    }
}

/// How many files a log or a key of a keyspace has: of a log, its lines and its `.seq`.
pub(crate) fn files_of(keyspace: &Keyspace) -> usize {
    if keyspace.shape == Shape::Log { 2 } else { 1 }
}

impl Overlay {
    /// What changes its files is pending, and the files are counted.
    pub(crate) fn check(&self) {
        let mut files = 0;
        for (id, name) in self.dirty() {
            let keyspace = keyspace::by_id(*id);
            assert!(
                keyspace.is_some_and(
                    |keyspace| self.log(keyspace, name).is_some() || self.value(keyspace, name).is_some()
                ),
                "a file is to be written of which nothing is pending"
            );
            files += keyspace.map_or(0, files_of);
        }
        assert!(
            files == self.dirty_files(),
            "{files} files are to be written, and {} were counted",
            self.dirty_files()
        );
        keyspace::ALL.iter().flat_map(|keyspace| self.logs(keyspace)).for_each(|(_, log)| log.check());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::line::{self, Trailer};
    use crate::keyspace::{KV, STREAMS};

    const LOG: Place<'static> = Place { keyspace: &STREAMS, name: b"s" };

    fn append<'a>(events: &[(u64, &'a str)]) -> Record<'a> {
        Record::Append { place: LOG, base: LogState::default(), events: events.to_vec() }
    }

    fn lines(overlay: &Overlay) -> Vec<(u64, u64, String)> {
        let log = overlay.log(&STREAMS, b"s").unwrap();
        log.lines.iter().map(|line| (line.nth, line.seq, log.text(*line).unwrap().to_owned())).collect()
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
        assert_eq!(trailer(0), Trailer { nth: Some(1), generation: None, last_seq: None });
        // From the first descent on every line says so.
        assert_eq!(trailer(1), Trailer { nth: Some(2), generation: None, last_seq: Some(5) });
        assert_eq!(trailer(2), Trailer { nth: Some(3), generation: None, last_seq: Some(9) });
        assert_eq!((log.last_seq, log.last_nth, log.monotonic), (9, 3, false));
    }

    #[test]
    fn truncation_drops_by_seq_and_keeps_later_appends_of_lower_seqs() {
        let mut overlay = Overlay::default();
        overlay.apply(1, &append(&[(1, "{:seq 1}"), (10, "{:seq 10}")]));
        overlay.apply(2, &Record::Truncate { place: LOG, base: LogState::default(), upto: 5, dropped: 0 });
        overlay.apply(3, &append(&[(2, "{:seq 2}")]));
        assert_eq!(lines(&overlay), [(2, 10, "{:seq 10}".to_owned()), (3, 2, "{:seq 2}".to_owned())]);
        assert_eq!(overlay.log(&STREAMS, b"s").unwrap().generation, 2);
    }

    #[test]
    fn a_log_is_ready_though_a_later_frame_names_another() {
        let other = Place { keyspace: &STREAMS, name: b"t" };
        let ready = |place, length_bytes| Record::RewritePrepared {
            logs: vec![crate::journal::record::PreparedLog { place, length_bytes, crc: 7 }],
        };
        let mut overlay = Overlay::default();
        for place in [LOG, other] {
            overlay.apply(1, &Record::Truncate { place, base: LogState::default(), upto: 5, dropped: 0 });
        }
        overlay.apply(2, &ready(LOG, 10));
        overlay.apply(3, &ready(other, 20));
        assert_eq!(overlay.log(&STREAMS, b"s").unwrap().rewritten, Some((10, 7)));
        assert_eq!(overlay.log(&STREAMS, b"t").unwrap().rewritten, Some((20, 7)));
    }

    #[test]
    fn undo_restores_what_was_there() {
        let key = Place { keyspace: &KV, name: b"k" };
        let mut overlay = Overlay::default();
        overlay.apply(1, &append(&[(1, "{:seq 1}")]));
        overlay.apply(2, &Record::Put { place: key, value: b"1" });
        let before = format!("{overlay:?}");
        let records = [
            append(&[(1, "{:seq 1}"), (0, "{:seq 0}")]),
            Record::Truncate { place: LOG, base: LogState::default(), upto: 1, dropped: 0 },
            append(&[(7, "{:seq 7}")]),
            Record::Remove { place: key },
            Record::Put { place: Place { keyspace: &KV, name: b"new" }, value: b"2" },
            Record::Append {
                place: Place { keyspace: &STREAMS, name: b"new" },
                base: LogState::default(),
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
