//! Files that are no part of a run any more, and are kept for the values that entries have there.

use super::list::{ListedFile, Runs};
use super::value::{self, ValueBytes};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

    /// What is dead in each file that is kept, and its length.
    pub(crate) fn dead(&self) -> impl Iterator<Item = (u64, u64, u64)> {
        let mut values = ValueBytes::new();
        self.runs.iter().for_each(|run| value::add(&mut values, &run.values));
        self.kept.iter().map(move |(number, length)| {
            let live = values.get(number).copied().unwrap_or(0);
            (*number, length.saturating_sub(live), *length)
        })
    }

    /// Bytes that are dead in files that are kept; those of which half or more is so can be left out.
    pub(crate) fn dead_bytes(&self, with_half_dead: bool) -> u64 {
        let counted = self.dead().filter(|(_, dead, length)| with_half_dead || !is_half(*dead, *length));
        counted.fold(0, |sum, (_, dead, _)| sum.saturating_add(dead))
    }

    /// The kept files of which half or more is dead: merges write anew what lives in them.
    pub(crate) fn half_dead(&self) -> BTreeSet<u64> {
        let half = self.dead().filter(|(_, dead, length)| is_half(*dead, *length));
        half.map(|(number, ..)| number).collect()
    }

    /// The numbers of all files.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> {
        self.files().map(|file| file.file.number).chain(self.kept.keys().copied())
    }
}

fn is_half(dead: u64, length: u64) -> bool {
    dead >= length / 2
}
