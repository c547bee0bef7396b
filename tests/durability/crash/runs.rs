//! What a history does in `runs/`, moment by moment: whether it keeps the rules of that folder, and how often it came to what they are
//! about. A draw that comes to none of it says nothing of it.

use crate::each::Outcome;
use crate::manifest::{Manifest, RunFile, highest_version, numbers, partitions, path};
use sim::disk::Disk;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is counted.
#[derive(Clone, Copy)]
enum Sight {
    Flush,
    SeveralFiles,
    SeveralPartitions,
    OneEntry,
    Merge,
    Removed,
    MergeInPart,
    Trim,
    Kept,
    MergeGoneOnWith,
    KeptGone,
}

const NAMES: [&str; 11] = [
    "flushes",
    "runs of several files",
    "files of several partitions",
    "runs of one entry",
    "merges installed",
    "files removed",
    "of the merges in part",
    "trims",
    "files kept for values",
    "merges that another instance went on with",
    "kept files gone",
];

static SEEN: [AtomicU64; NAMES.len()] = [const { AtomicU64::new(0) }; NAMES.len()];

fn count(sight: Sight, times: usize) {
    SEEN[sight as usize].fetch_add(times as u64, Ordering::Relaxed);
}

/// How often each was seen so far.
pub(crate) fn seen() -> [u64; NAMES.len()] {
    std::array::from_fn(|at| SEEN[at].load(Ordering::Relaxed))
}

/// What a tier is to come to.
#[derive(Clone, Copy)]
pub(crate) enum Due {
    Nothing,
    /// All that can be told from a disk before and a disk behind: not who went on with a merge.
    BothEnds,
    /// All that a few operations come to.
    Most,
    All,
}

/// What was seen since, in words; an error where something was not that is due.
pub(crate) fn since(before: [u64; NAMES.len()], due: Due) -> Outcome<String> {
    let due = match due {
        Due::Nothing => 0,
        Due::BothEnds => Sight::MergeGoneOnWith as usize,
        Due::Most => Sight::KeptGone as usize,
        Due::All => NAMES.len(),
    };
    let now = seen();
    let counts: Vec<_> = (0..NAMES.len()).map(|at| (now[at] - before[at], NAMES[at])).collect();
    match counts[..due].iter().find(|(count, _)| *count == 0) {
        Some((_, name)) => Err(format!("no {name}")),
        None => {
            Ok(counts.iter().map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Goes through a history. A number is never given twice, what the manifest names is there, and what none names any more goes.
pub(crate) fn watch<'a>(disks: impl IntoIterator<Item = &'a Disk>) -> Outcome {
    let (mut there, mut ever) = (BTreeSet::<u64>::new(), BTreeSet::<u64>::new());
    let mut before: Option<Manifest> = None;
    let (mut is_cut_off, mut to_go) = (false, Vec::new());
    for disk in disks {
        let now = numbers(disk);
        if let Some(again) = now.difference(&there).find(|number| ever.contains(*number)) {
            return Err(format!("the number {again} was given twice in runs/"));
        }
        ever.extend(&now);
        there = now;
        let Some(manifest) = Manifest::of(disk) else { continue };
        for (number, length_bytes) in manifest.lengths() {
            let found = disk.find(&path(number)).map(|inode| disk.bytes(inode).len() as u64);
            if found != Some(length_bytes) {
                return Err(format!(
                    "the manifest says that {} has {length_bytes} bytes, and {found:?} are there",
                    path(number)
                ));
            }
        }
        if let Some(before) = before.filter(|before| before.journal != manifest.journal) {
            are_gone(&to_go, &there)?;
            to_go = removed(&before, &manifest);
            compare(&before, &manifest, disk, &mut is_cut_off);
        }
        before = Some(manifest);
    }
    are_gone(&to_go, &there)
}

/// Counts what an instance has done, by what it began with and what it left.
pub(crate) fn meet(before: &Disk, now: &Disk) {
    if let (Some(before), Some(manifest)) = (Manifest::of(before), Manifest::of(now)) {
        compare(&before, &manifest, now, &mut false);
    }
}

/// The files that a manifest names, and the one behind it does not.
fn removed(before: &Manifest, now: &Manifest) -> Vec<u64> {
    before.lengths().into_keys().filter(|number| !now.names(*number)).collect()
}

fn are_gone(to_go: &[u64], there: &BTreeSet<u64>) -> Outcome {
    match to_go.iter().find(|number| there.contains(number)) {
        Some(number) => Err(format!("{} has been merged, and stays", path(*number))),
        None => Ok(()),
    }
}

/// Counts what one manifest has done with the runs of the one before.
fn compare(before: &Manifest, now: &Manifest, disk: &Disk, is_cut_off: &mut bool) {
    let held: BTreeSet<_> = before.files().map(|file| file.number).collect();
    let removed = removed(before, now).len();
    let new: Vec<&RunFile> = now.files().filter(|file| !held.contains(&file.number)).collect();
    // What was committed behind the base of before has come from no merge.
    let is_flushed = |number| highest_version(disk, number) > Some(before.lsn);
    let (flushed, merged): (Vec<&RunFile>, Vec<_>) = new.iter().partition(|file| is_flushed(file.number));
    let trims = |manifest: &Manifest| manifest.files().filter(|file| file.is_cut).count();
    let going_on = now.runs.iter().filter(|run| run.inputs > 0).count();
    count(Sight::Flush, usize::from(!flushed.is_empty()));
    count(Sight::SeveralFiles, usize::from(flushed.len() > 1 || merged.len() > 1));
    count(
        Sight::SeveralPartitions,
        new.iter().filter(|file| partitions(disk, file.number) > Some(1)).count(),
    );
    count(Sight::OneEntry, usize::from(flushed.len() == 1 && flushed[0].entries == 1));
    if removed > 0 || !merged.is_empty() {
        count(Sight::Merge, 1);
        count(Sight::MergeInPart, going_on);
        count(Sight::Trim, trims(now).saturating_sub(trims(before)).max(usize::from(trims(now) > 0)));
        count(Sight::MergeGoneOnWith, usize::from(*is_cut_off));
        *is_cut_off = false;
    } else if new.is_empty() && now.lsn == before.lsn {
        // The first journal of an instance says what the last one of the instance before did.
        *is_cut_off = going_on > 0;
    }
    count(Sight::Removed, removed);
    count(Sight::Kept, now.kept.keys().filter(|number| !before.kept.contains_key(number)).count());
    count(Sight::KeptGone, before.kept.keys().filter(|number| !now.names(**number)).count());
}

/// Behind the first write of an instance nothing is in `runs/` that the manifest does not name, but what the instance is writing.
pub(crate) fn check_claimed(disk: &Disk) -> Outcome {
    let Some(manifest) = Manifest::of(disk) else { return Ok(()) };
    match numbers(disk).into_iter().find(|number| *number < manifest.next_file && !manifest.names(*number)) {
        Some(number) => Err(format!("nobody needs {} any more", path(number))),
        None => Ok(()),
    }
}
