//! What is in a layer, by name: what a checkpoint of it carries, and where.

use super::Layer;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{self, Keyspace, Name, Shape};
use crate::state::carried::Carried;
use crate::state::pending::PendingValue;
use std::collections::BTreeMap;
use std::ops::Bound;

impl Layer {
    /// The first log or key in it that has one of these names, or the last one.
    pub(crate) fn next_name(
        &self,
        keyspace: &Keyspace,
        names: &NameRange,
        is_forward: bool,
    ) -> Option<&Name> {
        match keyspace.shape {
            Shape::Log => next_in(self.logs.get(&keyspace.id)?, names, is_forward),
            Shape::Table | Shape::Blob => next_in(self.values.get(&keyspace.id)?, names, is_forward),
        }
    }

    /// Its keys that stand in runs, in the order of these: those behind one, or all.
    pub(crate) fn in_runs(
        &self,
        behind: Option<&(u8, Name)>,
    ) -> impl Iterator<Item = (u8, &Name, &PendingValue)> {
        let first = behind.map_or(0, |(id, _)| *id);
        let tables = self.values.range(first..).filter(|(id, _)| keyspace::is_in_runs(**id));
        tables.flat_map(move |(id, values)| {
            let from = match behind {
                Some((last, name)) if last == id => Bound::Excluded(&**name),
                _ => Bound::Unbounded,
            };
            let values = values.range::<[u8], _>((from, Bound::Unbounded));
            values.map(move |(name, value)| (*id, name, value))
        })
    }

    /// Was a key removed that stands in runs?
    pub(crate) fn has_removals_in_runs(&self) -> bool {
        self.in_runs(None).any(|(_, _, value)| *value == PendingValue::Removed)
    }

    /// Its keys that have files of their own.
    fn in_files(&self) -> impl Iterator<Item = (&u8, &BTreeMap<Name, PendingValue>)> {
        self.values.iter().filter(|(id, _)| !keyspace::is_in_runs(**id))
    }

    /// The files that a checkpoint of it carries: each log in it, and each key that has one.
    pub(crate) fn carried(&self) -> impl Iterator<Item = Carried> {
        let logs = self.logs.iter().flat_map(|(id, logs)| logs.keys().map(move |name| (*id, name)));
        let values = self.in_files().flat_map(|(id, values)| values.keys().map(move |name| (*id, name)));
        logs.chain(values).filter_map(|(id, name)| {
            Some(Carried { keyspace: keyspace::by_id(id)?, name: Name::clone(name) })
        })
    }

    /// Base files that a checkpoint of it writes or removes: of a log, its lines and its `.seq`.
    pub(crate) fn files(&self) -> usize {
        let logs: usize = self.logs.values().map(BTreeMap::len).sum();
        let values: usize = self.in_files().map(|(_, values)| values.len()).sum();
        2 * logs + values
    }
}

/// The first of these names that a map has, or the last one.
fn next_in<'a, V>(map: &'a BTreeMap<Name, V>, names: &NameRange, is_forward: bool) -> Option<&'a Name> {
    let mut range = map.range::<[u8], _>(names.bounds()?);
    let next = if is_forward { range.next() } else { range.next_back() };
    next.map(|(name, _)| name)
}
