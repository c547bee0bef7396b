//! Files that are no part of a run any more, and are kept for the values that entries have there.

use super::list::{ListedFile, Runs};
use super::value::{self, ValueBytes};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is dead in files that are kept.
#[derive(Debug, Default)]
pub(crate) struct Dead {
    /// The files of which half or more is so: merges empty them.
    pub(crate) emptied: BTreeSet<u64>,
    /// In those.
    emptied_bytes: u64,
    /// In all others, where it stays.
    pub(crate) left_bytes: u64,
}

impl Dead {
    pub(crate) fn bytes(&self) -> u64 {
        self.emptied_bytes.saturating_add(self.left_bytes)
    }
}

impl Runs {
    /// The list, with the files that are to be kept; `before` is one that has the files which it had before. What is said of a file that
    /// is not there protects nothing, and goes.
    pub(crate) fn with_kept(mut self, before: &Self) -> Self {
        self.kept = self.to_be_kept(before);
        let named: BTreeSet<u64> = self.numbers().collect();
        for run in &mut self.runs {
            if run.values.keys().any(|number| !named.contains(number)) {
                Arc::make_mut(run).values.retain(|number, _| named.contains(number));
            }
        }
        self
    }

    pub(super) fn to_be_kept(&self, before: &Self) -> BTreeMap<u64, u64> {
        let had = |file: &ListedFile| (file.file.number, file.file.length_bytes);
        let lengths: BTreeMap<u64, u64> = before.files().map(had).chain(before.kept.clone()).collect();
        let pointed_at = self.runs.iter().flat_map(|run| run.values.keys());
        let mut kept: BTreeMap<u64, u64> =
            pointed_at.filter_map(|number| Some((*number, *lengths.get(number)?))).collect();
        for file in self.files() {
            kept.remove(&file.file.number);
        }
        kept
    }

    /// What is dead in each file that is kept, and its length, by its number.
    pub(crate) fn dead_by_file(&self) -> impl Iterator<Item = (u64, u64, u64)> {
        let mut values = ValueBytes::new();
        self.runs.iter().for_each(|run| value::add(&mut values, &run.values));
        self.kept.iter().map(move |(number, length)| {
            let live = values.get(number).copied().unwrap_or(0);
            (*number, length.saturating_sub(live), *length)
        })
    }

    /// What is dead in all of them.
    pub(crate) fn dead(&self) -> Dead {
        let mut all = Dead::default();
        for (number, dead, length) in self.dead_by_file() {
            let sum = if dead >= length / 2 {
                all.emptied.insert(number);
                &mut all.emptied_bytes
            } else {
                &mut all.left_bytes
            };
            *sum = sum.saturating_add(dead);
        }
        all
    }

    /// The numbers of all files.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.files().map(|file| file.file.number).chain(self.kept.keys().copied())
    }
}
