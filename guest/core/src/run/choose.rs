//! Which runs are merged, and how much of that a commit pays for.

use super::list::{ListedRun, Runs};
use crate::limits::JOURNAL_BYTES;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Bytes that are merged for each byte that is committed, while there are few runs: a merge in each size class.
const SHARE: u64 = 6;

/// How many runs there are to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MergePolicy {
    /// So many runs of a size become one, 2 or more.
    pub(crate) fan: usize,
    /// Bytes of a run that has not been merged.
    pub(crate) base_bytes: u64,
}

impl Default for MergePolicy {
    fn default() -> Self {
        Self { fan: 8, base_bytes: JOURNAL_BYTES }
    }
}

/// Numbers of files: a run that has one is left alone, with what it is being merged with. Such are files in which damage was found, and
/// those of merges that the caller goes on with by itself, since the list does not tell of a merge before its first file is whole.
pub(crate) type LeftAlone = BTreeSet<u64>;

impl MergePolicy {
    /// The runs that are to be merged now; where the first is the output of a merge, with that merge. None: there are few enough.
    ///
    /// `garbage_bytes` is an estimate of what newer entries hide.
    pub(crate) fn choose(&self, runs: &Runs, garbage_bytes: u64, left: &LeftAlone) -> Option<Range<usize>> {
        let classes = self.classes(runs, left);
        let live_bytes = runs.length_bytes().saturating_sub(garbage_bytes);
        let are_free = classes.iter().all(Option::is_some);
        // What is dead in a file that is kept goes with the rest of it, once that is half.
        let dead = runs.dead();
        let goes_bytes = garbage_bytes.saturating_sub(dead.left_bytes);
        let is_of_use = classes.len() > 1 || !dead.emptied.is_empty();
        if are_free && is_of_use && goes_bytes > live_bytes / 2 {
            return Some(0..classes.len());
        }
        // The newest first: they are the smallest, and the first to become many while a large merge is going on.
        let mut end = 0;
        for stretch in classes.chunk_by(|a, b| a == b) {
            let start = end;
            end += stretch.len();
            if stretch.first() == Some(&None) {
                let going_on = (start..end).map(|at| at..at + runs.group(at));
                if let Some(group) = going_on.into_iter().find(|group| is_free(runs, group, left)) {
                    return Some(group);
                }
            } else if stretch.len() >= self.fan.max(2) {
                // The oldest of them: what they become is of the next class, and has newer ones before it alone.
                return Some(end - self.fan.max(2)..end);
            }
        }
        None
    }

    /// The size class of each run, at least that of each newer one: a small run between larger ones, where it would have no equals
    /// beside it, counts as one of them. So no class has more than `fan` runs for long. None for a run that takes part in a merge or
    /// is left alone.
    fn classes(&self, runs: &Runs, left: &LeftAlone) -> Vec<Option<u32>> {
        let mut highest = 0;
        let class = |(run, is_free): (u64, bool)| {
            is_free.then(|| {
                highest = self.class(run).max(highest);
                highest
            })
        };
        let sizes = runs.runs.iter().map(|run| run.length_bytes());
        sizes.zip(free(runs, left)).map(class).collect()
    }

    /// How often `fan` runs were merged to come to such a size, give or take: half of what they had may have been garbage.
    fn class(&self, bytes: u64) -> u32 {
        let fan = self.fan.max(2) as u64;
        let (mut class, mut end) = (0, self.base_bytes.max(1).saturating_mul(fan) / 2);
        while bytes >= end && end < u64::MAX / fan {
            class += 1;
            end = end.saturating_mul(fan);
        }
        class
    }

    /// Bytes that a commit has merged before it, by its own bytes and how many runs there are: more where more have come than could
    /// be merged.
    pub(crate) fn share_bytes(&self, commit_bytes: u64, runs: usize) -> u64 {
        let fan = self.fan.max(2);
        let late = runs.saturating_sub(fan) / fan;
        commit_bytes.saturating_mul(SHARE).saturating_mul(late as u64 + 1)
    }
}

/// The runs that become one where somebody asks for that: the longest stretch of those that are not left alone. None where nothing is
/// gained.
pub(crate) fn all(runs: &Runs, left: &LeftAlone) -> Option<Range<usize>> {
    let free = free(runs, left);
    let mut end = 0;
    let stretches = free.chunk_by(|a, b| a == b).map(|stretch| {
        end += stretch.len();
        (stretch.first() == Some(&true), end - stretch.len()..end)
    });
    let longest = stretches.filter(|(is_free, _)| *is_free).map(|(_, of)| of).max_by_key(Range::len)?;
    let is_of_use =
        longest.len() > 1 || (longest.len() == runs.runs.len() && !runs.dead().emptied.is_empty());
    is_of_use.then_some(longest)
}

/// The list with each file as far back as it may stand without being written: it goes into an older run, past others, as long as it
/// overlaps none of their files. Runs of keys that only rise become one so. Files of fewer bytes than these are left to merges, or there
/// would be more and more of them.
pub(crate) fn joined(runs: &Runs, left: &LeftAlone, least_bytes: u64) -> Runs {
    let free = free(runs, left);
    // The oldest first, and with each whether files may go into it and past it.
    let mut older: Vec<(Arc<ListedRun>, bool)> = Vec::new();
    for (run, is_free) in runs.runs.iter().zip(free).rev() {
        let mut stay = Vec::new();
        // Where entries have values in other files, nobody knows which files those entries are in.
        let may_go = is_free && run.values.is_empty();
        for file in run.files.iter().filter(|_| may_go) {
            let is_passed = |(run, is_free): &&(Arc<ListedRun>, bool)| *is_free && !run.overlaps(file);
            let is_large = file.file.length_bytes >= least_bytes;
            let passed = older.iter().rev().take_while(|older| is_large && is_passed(older)).count();
            match older.len().checked_sub(passed).and_then(|at| older.get_mut(at)).filter(|_| passed > 0) {
                Some((into, _)) => Arc::make_mut(into).insert(file.clone()),
                None => stay.push(file.clone()),
            }
        }
        if !may_go || stay.len() == run.files.len() {
            older.push((Arc::clone(run), is_free));
        } else if !stay.is_empty() {
            older.push((Arc::new(ListedRun::new(stay)), true));
        }
    }
    Runs { runs: older.into_iter().rev().map(|(run, _)| run).collect(), kept: runs.kept.clone() }
}

/// Which runs neither take part in a merge nor are left alone.
fn free(runs: &Runs, left: &LeftAlone) -> Vec<bool> {
    let mut merged_end = 0;
    let free = |at: usize| {
        merged_end = merged_end.max(at + runs.group(at));
        at >= merged_end && is_free(runs, &(at..at + 1), left)
    };
    (0..runs.runs.len()).map(free).collect()
}

/// Are there such runs, and is none of them left alone?
fn is_free(runs: &Runs, of: &Range<usize>, left: &LeftAlone) -> bool {
    let runs = runs.runs.get(of.clone()).unwrap_or_default();
    !runs.is_empty() && !runs.iter().flat_map(|run| &run.files).any(|file| left.contains(&file.file.number))
}
