//! A part of what is not in the base yet: what some commits have made of logs and keys.

mod names;

use crate::base::log_state::LogState;
use crate::invariants::ARE_CHECKED;
use crate::journal::manifest::Manifest;
use crate::journal::record::{Place, Record};
use crate::keyspace::{self, BLOBS, Keyspace, Name, Shape};
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
    Value {
        before: Option<PendingValue>,
        /// The size of what it was set to.
        size: Option<u64>,
    },
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

/// What a record has made of a key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ValueChange<'a> {
    pub(crate) keyspace: u8,
    pub(crate) name: &'a [u8],
    /// What the same layer had of it.
    pub(crate) before: Option<&'a PendingValue>,
    /// The size of what it has; none where that is nothing.
    pub(crate) size: Option<u64>,
}

impl Undo {
    /// Is it of a table in runs? What is not has a file of its own, or a log.
    pub(crate) fn is_in_runs(&self) -> bool {
        keyspace::is_in_runs(self.keyspace)
    }

    /// The key that the record changed: what the same layer had of it before, and the size of what it has since. None where it changed
    /// a log.
    pub(crate) fn value_change(&self) -> Option<ValueChange<'_>> {
        match &self.before {
            Before::Value { before, size } => {
                let (keyspace, name) = (self.keyspace, self.name.as_ref());
                Some(ValueChange { keyspace, name, before: before.as_ref(), size: *size })
            }
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
            Record::Empty { place, last_seq } => {
                let before = self.before_log(*place);
                self.insert_log(*place, PendingLog::emptied(*last_seq));
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
            Before::Value { before, .. } => {
                let values = self.values.entry(keyspace).or_default();
                match before {
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
        let (keyspace, name, size) = (place.keyspace.id, Name::from(place.name), value.size());
        let before = self.values.entry(keyspace).or_default().insert(Name::clone(&name), value);
        Undo { keyspace, name, before: Before::Value { before, size } }
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
mod tests;
