//! A part of what is not in the base yet: what some commits have made of logs and keys.

mod names;

use crate::base::log_state::LogState;
use crate::invariants::ARE_CHECKED;
use crate::journal::manifest::Manifest;
use crate::journal::record::{Place, Record};
use crate::keyspace::{BLOBS, Keyspace, Name, Shape};
use crate::state::pending::{PendingLog, PendingValue};
use std::collections::{BTreeMap, BTreeSet};

/// Logs or keys by keyspace and name.
type Named<T> = BTreeMap<u8, BTreeMap<Name, T>>;

/// How to take one applied record back.
#[derive(Debug)]
pub(crate) struct Undo {
    keyspace: u8,
    name: Name,
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

/// What some commits have made of logs and keys. A log that they name is here whole: all that is pending of it.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    logs: Named<PendingLog>,
    values: Named<PendingValue>,
    /// How far a replica has come, where a commit said so.
    pub(crate) position: Option<Vec<u8>>,
    /// Damaged lines are to leave a log: the numbers of those that stay change with its new file, so no commit may come before it.
    pub(crate) is_mending: bool,
}

impl Undo {
    /// The key that the record changed, and what the same layer had of it before; none where it changed a log.
    pub(crate) fn value_before(&self) -> Option<(u8, &Name, Option<&PendingValue>)> {
        match &self.before {
            Before::Value(value) => Some((self.keyspace, &self.name, value.as_ref())),
            Before::Log(_) | Before::Lines { .. } => None,
        }
    }
}

impl Layer {
    pub(crate) fn logs(&self, keyspace: u8) -> Option<&BTreeMap<Name, PendingLog>> {
        self.logs.get(&keyspace)
    }

    pub(crate) fn values(&self, keyspace: u8) -> Option<&BTreeMap<Name, PendingValue>> {
        self.values.get(&keyspace)
    }

    pub(crate) fn log(&self, keyspace: &Keyspace, name: &[u8]) -> Option<&PendingLog> {
        self.logs.get(&keyspace.id)?.get(name)
    }

    pub(crate) fn log_mut(&mut self, keyspace: &Keyspace, name: &[u8]) -> Option<&mut PendingLog> {
        self.logs.get_mut(&keyspace.id)?.get_mut(name)
    }

    pub(crate) fn value(&self, keyspace: &Keyspace, name: &[u8]) -> Option<&PendingValue> {
        self.values.get(&keyspace.id)?.get(name)
    }

    /// Takes in what lies below it, and is older.
    pub(crate) fn take_in(&mut self, below: Self) {
        for (id, logs) in below.logs {
            let mine = self.logs.entry(id).or_default();
            for (name, log) in logs {
                mine.entry(name).or_insert(log);
            }
        }
        for (id, values) in below.values {
            let mine = self.values.entry(id).or_default();
            for (name, value) in values {
                mine.entry(name).or_insert(value);
            }
        }
        self.position = self.position.take().or(below.position);
        self.is_mending |= below.is_mending;
    }

    /// Takes the records of a commit that is read from a journal, whose manifest says what the files of logs held: all of them, or
    /// none where it cannot be taken.
    pub(crate) fn replay(
        &mut self,
        manifest: &Manifest,
        lsn: u64,
        records: &[Record<'_>],
    ) -> Result<(), &'static str> {
        let mut entered = BTreeSet::new();
        for record in records {
            let new = |place: &Place<'_>| self.log(place.keyspace, place.name).is_none();
            if let Some(place) = record.unmarked().filter(new)
                && !entered.contains(&(place.keyspace.id, place.name))
                && manifest.mark(place).is_none()
            {
                return Err("a log without what its file held");
            }
            entered.extend(record.log().filter(new).map(|place| (place.keyspace.id, place.name)));
        }
        for record in records {
            if let Some(place) = record.unmarked()
                && self.log(place.keyspace, place.name).is_none()
            {
                let mark = manifest.mark(place).ok_or("a log without what its file held")?;
                self.insert_log(place, PendingLog::new(mark));
            }
            self.apply(None, lsn, record);
        }
        Ok(())
    }

    /// As [`crate::state::overlay::Overlay::enter_marked`].
    pub(crate) fn enter_marked(&mut self, manifest: &Manifest) {
        for ((id, name), mark) in &manifest.marks {
            let logs = self.logs.entry(*id).or_default();
            logs.entry(Name::clone(name)).or_insert_with(|| PendingLog::new(*mark));
        }
    }

    /// Takes a record of the commit `lsn`. `below` is what it rests on. Total: what it answers takes the record back.
    pub(crate) fn apply(&mut self, below: Option<&Self>, lsn: u64, record: &Record<'_>) -> Option<Undo> {
        let undo = match record {
            Record::Append { place, mark, events } => {
                let before = self.before_append(*place);
                let log = self.enter_log(below, *place, *mark);
                events.iter().for_each(|(seq, text)| log.append(lsn, *seq, text));
                undo(*place, before)
            }
            Record::Truncate { place, mark, upto, last_nth, monotonic } => {
                let before = self.before_log(*place);
                let log = self.enter_log(below, *place, *mark);
                log.truncate(lsn, *upto, *last_nth, *monotonic);
                undo(*place, before)
            }
            Record::DropDamaged { place, mark } => {
                let before = self.before_log(*place);
                self.is_mending = true;
                self.enter_log(below, *place, *mark).drop_damaged(lsn);
                undo(*place, before)
            }
            Record::TruncateTail { place, mark, end, last_seq } => {
                let before = self.before_log(*place);
                self.enter_log(below, *place, *mark).cut(*end, *last_seq);
                undo(*place, before)
            }
            Record::Drop { place } => {
                let before = self.before_log(*place);
                self.insert_log(*place, PendingLog::dropped());
                undo(*place, before)
            }
            Record::Put { place, value } => {
                self.set(*place, PendingValue::Put { bytes: value.to_vec(), version: lsn })
            }
            Record::Remove { place } => self.set(*place, PendingValue::Removed),
            Record::Present { digest } => {
                self.set(Place { keyspace: &BLOBS, name: digest }, PendingValue::Present)
            }
            Record::Position { bytes } => {
                self.position = Some(bytes.to_vec());
                return None;
            }
        };
        self.check_touched(undo.keyspace, &undo.name);
        Some(undo)
    }

    /// Takes back what [`Layer::apply`] did last.
    pub(crate) fn undo(&mut self, Undo { keyspace, name, before }: Undo) {
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

    fn enter_log(
        &mut self,
        below: Option<&Self>,
        place: Place<'_>,
        mark: Option<LogState>,
    ) -> &mut PendingLog {
        let logs = self.logs.entry(place.keyspace.id).or_default();
        logs.entry(place.name.into()).or_insert_with(|| {
            let below = below.and_then(|below| below.log(place.keyspace, place.name)).cloned();
            below.unwrap_or_else(|| PendingLog::new(mark.unwrap_or_default()))
        })
    }

    fn insert_log(&mut self, place: Place<'_>, log: PendingLog) {
        self.logs.entry(place.keyspace.id).or_default().insert(place.name.into(), log);
    }

    fn before_log(&self, place: Place<'_>) -> Before {
        Before::Log(self.log(place.keyspace, place.name).cloned().map(Box::new))
    }

    /// As [`Layer::before_log`], without a copy of the lines.
    fn before_append(&self, place: Place<'_>) -> Before {
        match self.log(place.keyspace, place.name) {
            None => Before::Log(None),
            Some(log) => {
                let (bytes, lines) = (log.bytes.len(), log.lines.len());
                let log = Box::new(PendingLog { bytes: Vec::new(), lines: Vec::new(), ..*log });
                Before::Lines { log, bytes, lines }
            }
        }
    }

    fn set(&mut self, place: Place<'_>, value: PendingValue) -> Undo {
        debug_assert!(place.keyspace.shape != Shape::Log);
        let values = self.values.entry(place.keyspace.id).or_default();
        let old = values.insert(place.name.into(), value);
        undo(place, Before::Value(old))
    }

    /// The log that a step has changed is what it is to be.
    fn check_touched(&self, keyspace: u8, name: &Name) {
        if ARE_CHECKED && let Some(log) = self.logs.get(&keyspace).and_then(|logs| logs.get(name)) {
            log.check();
        }
    }

    /// All logs are what they are to be.
    pub(crate) fn check(&self) {
        self.logs.values().flat_map(BTreeMap::values).for_each(PendingLog::check);
    }
}

fn undo(place: Place<'_>, before: Before) -> Undo {
    Undo { keyspace: place.keyspace.id, name: place.name.into(), before }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::line::{self, Trailer};
    use crate::base::log_state::emptied;
    use crate::keyspace::{KV, STREAMS};

    const LOG: Place<'static> = Place { keyspace: &STREAMS, name: b"s" };
    const KEY: Place<'static> = Place { keyspace: &KV, name: b"k" };

    fn append<'a>(events: &[(u64, &'a str)]) -> Record<'a> {
        Record::Append { place: LOG, mark: Some(LogState::default()), events: events.to_vec() }
    }

    fn truncate(upto: u64, last_nth: u64) -> Record<'static> {
        Record::Truncate { place: LOG, mark: Some(LogState::default()), upto, last_nth, monotonic: true }
    }

    fn lines(layer: &Layer) -> Vec<(u64, u64, String)> {
        let log = layer.log(&STREAMS, b"s").unwrap();
        log.lines.iter().map(|line| (line.nth, line.seq, log.text(*line).unwrap().to_owned())).collect()
    }

    #[test]
    fn appended_lines_have_the_bytes_of_the_base() {
        let mut layer = Layer::default();
        layer.apply(None, 1, &append(&[(5, "{:seq 5}"), (3, "{:seq 3}"), (9, "{:seq 9}")]));
        let log = layer.log(&STREAMS, b"s").unwrap();
        let parsed: Vec<_> = log.bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let trailer = |index: usize| match line::parse(parsed[index].trim_ascii_end()) {
            line::Text::Whole(_, trailer) => trailer,
            other => panic!("{other:?}"),
        };
        let due = |nth, last_seq| Trailer { nth: Some(nth), lsn: Some(1), generation: None, last_seq };
        // From the first descent on every line says so.
        assert_eq!([0, 1, 2].map(trailer), [due(1, None), due(2, Some(5)), due(3, Some(9))]);
        assert_eq!((log.last_seq, log.last_nth, log.monotonic), (9, 3, false));
    }

    #[test]
    fn truncation_drops_by_seq_and_keeps_later_appends_of_lower_seqs() {
        let mut layer = Layer::default();
        layer.apply(None, 1, &append(&[(1, "{:seq 1}"), (10, "{:seq 10}")]));
        layer.apply(None, 2, &truncate(5, 2));
        layer.apply(None, 3, &append(&[(2, "{:seq 2}")]));
        assert_eq!(lines(&layer), [(2, 10, "{:seq 10}".to_owned()), (3, 2, "{:seq 2}".to_owned())]);
        assert_eq!(layer.log(&STREAMS, b"s").unwrap().generation, 2);
    }

    #[test]
    fn an_emptied_log_is_as_its_empty_file_says_it() {
        let mut layer = Layer::default();
        layer.apply(None, 1, &append(&[(5, "{:seq 5}"), (3, "{:seq 3}")]));
        let end = LogState { generation: emptied(5), ..LogState::default() };
        layer.apply(None, 2, &Record::TruncateTail { place: LOG, mark: None, end, last_seq: 5 });
        let log = layer.log(&STREAMS, b"s").unwrap();
        assert_eq!(log.state_in_base(), LogState { last_seq: 5, ..end });
        for (seq, generation, last_seq) in [(6, emptied(5), None), (4, 3, Some(5))] {
            let undo = layer.apply(None, 3, &append(&[(seq, &format!("{{:seq {seq}}}"))])).unwrap();
            let due = Trailer { nth: Some(1), lsn: Some(3), generation: Some(generation), last_seq };
            assert_eq!(layer.log(&STREAMS, b"s").unwrap().trailer(0), Ok(due));
            layer.undo(undo);
        }
    }

    #[test]
    fn undo_restores_what_was_there() {
        let mut layer = Layer::default();
        layer.apply(None, 1, &append(&[(1, "{:seq 1}")]));
        layer.apply(None, 2, &Record::Put { place: KEY, value: b"1" });
        let before = format!("{layer:?}");
        let new = Place { keyspace: &STREAMS, name: b"new" };
        let records = [
            append(&[(1, "{:seq 1}"), (0, "{:seq 0}")]),
            truncate(1, 0),
            append(&[(7, "{:seq 7}")]),
            Record::Remove { place: KEY },
            Record::Put { place: Place { keyspace: &KV, name: b"new" }, value: b"2" },
            Record::Append { place: new, mark: Some(LogState::default()), events: vec![(1, "{}")] },
            Record::Drop { place: LOG },
        ];
        let undos: Vec<_> = records.iter().filter_map(|record| layer.apply(None, 3, record)).collect();
        assert_eq!(layer.files(), 6);
        undos.into_iter().rev().for_each(|undo| layer.undo(undo));
        assert_eq!(format!("{layer:?}"), before);
    }

    #[test]
    fn a_log_of_the_part_below_is_taken_whole_and_stays_there_as_it_is() {
        let mut below = Layer::default();
        below.apply(None, 1, &append(&[(1, "{:seq 1}")]));
        let frozen = format!("{below:?}");
        let mut layer = Layer::default();
        let record = Record::Append { place: LOG, mark: None, events: vec![(2, "{:seq 2}")] };
        let undo = layer.apply(Some(&below), 2, &record).unwrap();
        assert_eq!(lines(&layer).iter().map(|line| line.1).collect::<Vec<_>>(), [1, 2]);
        layer.undo(undo);
        assert!(layer.log(&STREAMS, b"s").is_none());
        assert_eq!(format!("{below:?}"), frozen);
    }

    #[test]
    fn a_log_that_nobody_says_the_file_of_is_not_replayed() {
        let record = Record::Append { place: LOG, mark: None, events: vec![(2, "{:seq 2}")] };
        let mut layer = Layer::default();
        assert!(layer.replay(&Manifest::default(), 1, std::slice::from_ref(&record)).is_err());
        let mark = LogState { length_bytes: 40, last_seq: 1, last_nth: 1, ..LogState::default() };
        let marks = [((STREAMS.id, Name::from(&b"s"[..])), mark)].into();
        let manifest = Manifest { marks, ..Manifest::default() };
        assert_eq!(layer.replay(&manifest, 1, &[record]), Ok(()));
        assert_eq!(lines(&layer), [(2, 2, "{:seq 2}".to_owned())]);
    }

    #[test]
    fn of_a_commit_that_cannot_be_replayed_nothing_is() {
        let unmarked = Record::Append { place: LOG, mark: None, events: vec![(2, "{:seq 2}")] };
        let records = [Record::Put { place: KEY, value: b"1" }, unmarked.clone()];
        let mut layer = Layer::default();
        assert!(layer.replay(&Manifest::default(), 1, &records).is_err());
        assert_eq!(layer.files(), 0);
        // An earlier record of the same commit says it.
        assert_eq!(layer.replay(&Manifest::default(), 1, &[append(&[]), unmarked]), Ok(()));
        assert_eq!(lines(&layer), [(1, 2, "{:seq 2}".to_owned())]);
    }
}
