//! What is not in the base yet: the commits of the journal, in memory. While a checkpoint carries some of them into the base, in
//! two parts: the frozen one, which it carries, and the new one, of the commits that have come since.

use crate::invariants::ARE_CHECKED;
use crate::journal::manifest::Manifest;
use crate::journal::record::Record;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{Keyspace, Name};
use crate::state::layer::{Layer, Undo};
use crate::state::pending::{PendingLog, PendingValue};
use std::collections::BTreeMap;

/// The pending part of the store: what the new part says, else what the frozen one does.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    frozen: Option<Layer>,
    new: Layer,
}

impl Overlay {
    pub(crate) fn log(&self, keyspace: &Keyspace, name: &[u8]) -> Option<&PendingLog> {
        self.new.log(keyspace, name).or_else(|| self.frozen.as_ref()?.log(keyspace, name))
    }

    /// A log of the new part.
    pub(crate) fn new_log_mut(&mut self, keyspace: &Keyspace, name: &[u8]) -> Option<&mut PendingLog> {
        self.new.log_mut(keyspace, name)
    }

    pub(crate) fn value(&self, keyspace: &Keyspace, name: &[u8]) -> Option<&PendingValue> {
        self.new.value(keyspace, name).or_else(|| self.frozen.as_ref()?.value(keyspace, name))
    }

    /// The logs of a keyspace, in the order of their names.
    pub(crate) fn logs(&self, keyspace: &Keyspace) -> impl Iterator<Item = (&[u8], &PendingLog)> {
        let frozen = self.frozen.as_ref().and_then(|frozen| frozen.logs(keyspace.id));
        merged(self.new.logs(keyspace.id), frozen)
    }

    /// The keys of a keyspace, in the order of their names.
    pub(crate) fn values(&self, keyspace: &Keyspace) -> impl Iterator<Item = (&[u8], &PendingValue)> {
        let frozen = self.frozen.as_ref().and_then(|frozen| frozen.values(keyspace.id));
        merged(self.new.values(keyspace.id), frozen)
    }

    /// The first log or key that has one of these names, or the last one; one that was removed, too.
    pub(crate) fn next_name(
        &self,
        keyspace: &Keyspace,
        names: &NameRange,
        is_forward: bool,
    ) -> Option<&Name> {
        let new = self.new.next_name(keyspace, names, is_forward);
        let frozen = self.frozen.as_ref().and_then(|frozen| frozen.next_name(keyspace, names, is_forward));
        match (new, frozen) {
            (Some(new), Some(frozen)) if new != frozen && (frozen < new) == is_forward => Some(frozen),
            (new, frozen) => new.or(frozen),
        }
    }

    /// What a checkpoint carries; none when none is going on.
    pub(crate) fn frozen(&self) -> Option<&Layer> {
        self.frozen.as_ref()
    }

    /// What has come since it began, or all.
    pub(crate) fn new_part(&self) -> &Layer {
        &self.new
    }

    /// K0. What is there is carried from here on, and nothing changes it.
    pub(crate) fn freeze(&mut self) {
        debug_assert!(self.frozen.is_none(), "a checkpoint is going on");
        self.frozen = Some(std::mem::take(&mut self.new));
    }

    /// Takes back [`Overlay::freeze`]: both parts are one again.
    pub(crate) fn thaw(&mut self) {
        if let Some(frozen) = self.frozen.take() {
            self.new.take_in(frozen);
        }
    }

    /// The base holds the frozen part; `new` is what has come since, as it rests on that base. Answers what was carried.
    pub(crate) fn settle(&mut self, new: Layer) -> Layer {
        self.new = new;
        self.frozen.take().unwrap_or_default()
    }

    /// Takes a record of the commit `lsn`. Total: what it answers takes the record back.
    pub(crate) fn apply(&mut self, lsn: u64, record: &Record<'_>) -> Option<Undo> {
        self.new.apply(self.frozen.as_ref(), lsn, record)
    }

    /// Takes the records of a commit that is read from a journal.
    pub(crate) fn replay(
        &mut self,
        manifest: &Manifest,
        lsn: u64,
        records: &[Record<'_>],
    ) -> Result<(), &'static str> {
        self.new.replay(manifest, lsn, records)
    }

    /// As if a record named each log that a manifest has a mark of. For `repair` alone.
    pub(crate) fn enter_marked(&mut self, manifest: &Manifest) {
        self.new.enter_marked(manifest);
    }

    /// Takes back what [`Overlay::apply`] did last.
    pub(crate) fn undo(&mut self, undo: Undo) {
        self.new.undo(undo);
    }

    /// Both parts are what they are to be.
    pub(crate) fn check(&self) {
        if ARE_CHECKED {
            self.new.check();
            self.frozen.iter().for_each(Layer::check);
        }
    }
}

/// What one map has, and what only the other has, in the order of their keys.
fn merged<'a, V>(
    above: Option<&'a BTreeMap<Name, V>>,
    below: Option<&'a BTreeMap<Name, V>>,
) -> impl Iterator<Item = (&'a [u8], &'a V)> {
    let mut above = above.into_iter().flatten().peekable();
    let mut below = below.into_iter().flatten().peekable();
    std::iter::from_fn(move || {
        let order = match (above.peek(), below.peek()) {
            (Some((left, _)), Some((right, _))) => left.cmp(right),
            (None, _) => std::cmp::Ordering::Greater,
            (_, None) => std::cmp::Ordering::Less,
        };
        if order.is_eq() {
            below.next();
        }
        if order.is_le() { above.next() } else { below.next() }
    })
    .map(|(name, item)| (&**name, item))
}
