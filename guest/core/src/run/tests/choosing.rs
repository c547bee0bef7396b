//! Which runs are merged when, and what a commit pays for it.

use super::RunFile;
use crate::run::choose::{LeftAlone, MergePolicy, joined};
use crate::run::list::{ListedFile, ListedRun, Runs};
use std::sync::Arc;

const MIB: u64 = 1 << 20;

/// A run of one file, which has its place in the list as its number.
fn run(number: u64, length_bytes: u64, first_key: &[u8], last_key: &[u8], inputs: usize) -> Arc<ListedRun> {
    let (first_key, last_key) = (first_key.to_vec(), last_key.to_vec());
    let file =
        RunFile { number, length_bytes, entries: 1, footer_crc: 0, first_key, last_key, has_larger: false };
    Arc::new(ListedRun { inputs, ..ListedRun::new(vec![ListedFile::whole(file)]) })
}

/// Runs of so many MiB, all with the same keys.
fn of_sizes(sizes: &[u64]) -> Runs {
    let runs = (1..).zip(sizes).map(|(number, size)| run(number, size * MIB, b"a", b"z", 0));
    Runs { runs: runs.collect(), ..Runs::default() }
}

fn chosen(sizes: &[u64], garbage: u64) -> Option<std::ops::Range<usize>> {
    MergePolicy::default().choose(&of_sizes(sizes), garbage * MIB, &LeftAlone::new())
}

#[test]
fn a_fan_of_neighbours_in_one_size_class_is_merged() {
    assert_eq!(chosen(&[], 0), None);
    assert_eq!(chosen(&[8; 7], 0), None);
    assert_eq!(chosen(&[8; 8], 0), Some(0..8));
    assert_eq!(chosen(&[8; 11], 0), Some(3..11), "the oldest of them");
    assert_eq!(chosen(&[8, 8, 8, 8, 8, 8, 8, 60, 60, 500], 0), None);
    assert_eq!(chosen(&[8, 8, 8, 60, 64, 33, 255, 70, 60, 60, 60, 500], 0), Some(3..11));
    // The newest class first.
    assert_eq!(chosen(&[[8; 8], [64; 8]].concat(), 0), Some(0..8));
}

#[test]
fn a_small_run_between_large_ones_counts_as_one_of_them() {
    assert_eq!(chosen(&[60, 8, 60, 8, 60, 8, 60, 8], 0), Some(0..8));
    assert_eq!(chosen(&[8, 60, 8, 60, 8, 60, 8, 60], 0), None, "the first is of the lower class");
}

#[test]
fn all_are_merged_where_garbage_passes_half_of_what_lives() {
    assert_eq!(chosen(&[8, 82], 30), None);
    assert_eq!(chosen(&[8, 82], 31), Some(0..2));
    assert_eq!(chosen(&[90], 60), None, "one run hides nothing of its own");
    assert_eq!(chosen(&[8, 82], u64::MAX / MIB), Some(0..2));
}

#[test]
fn a_merge_goes_on_unless_newer_runs_are_to_be_merged_first_and_no_other_takes_its_runs() {
    let merging = |newer: usize| {
        let mut runs = of_sizes(&vec![8; newer + 12]);
        runs.runs[newer] = run(99, 8 * MIB, b"", b"", 8);
        runs
    };
    let choose = |runs: &Runs, damaged: &[u64]| {
        MergePolicy::default().choose(runs, 1 << 40, &damaged.iter().copied().collect())
    };
    assert_eq!(choose(&merging(0), &[]), Some(0..9));
    assert_eq!(choose(&merging(7), &[]), Some(7..16));
    assert_eq!(choose(&merging(8), &[]), Some(0..8));
    // What is left alone is so with what it is merged with.
    for damaged in [99, 9, 16] {
        assert_eq!(choose(&merging(7), &[damaged]), None, "{damaged}");
    }
    assert_eq!(choose(&merging(7), &[17]), Some(7..16));
    assert_eq!(choose(&of_sizes(&[8; 17]), &[9]), Some(0..8));
    assert_eq!(choose(&of_sizes(&[8; 15]), &[8]), None);
}

#[test]
fn however_many_flushes_come_there_are_few_runs() {
    for (fan, base) in [(2, 1), (3, 5), (8, 8)] {
        let policy = MergePolicy { fan, base_bytes: base * MIB };
        let (mut sizes, mut most) = (Vec::new(), 0);
        for flush in 0..2_000_u64 {
            // Some are cut short, and some merges find that half of what they read is garbage.
            sizes.insert(0, if flush % 5 == 0 { base / 2 } else { base });
            while let Some(of) = policy.choose(&of_sizes(&sizes), 0, &LeftAlone::new()) {
                let sum: u64 = sizes[of.clone()].iter().sum();
                sizes.splice(of, [if flush % 3 == 0 { sum / 2 } else { sum }]);
            }
            most = most.max(sizes.len());
        }
        let classes = 2_000_usize.ilog(fan) as usize + 2;
        assert!(most <= (fan - 1) * classes && most >= fan - 1, "fan {fan}: {most} runs");
    }
}

#[test]
fn runs_beside_each_other_are_joined_and_no_others() {
    let listed = |keys: &[(&[u8], &[u8], usize)]| {
        let runs =
            (1..).zip(keys).map(|(number, (first, last, inputs))| run(number, 9, first, last, *inputs));
        Runs { runs: runs.collect(), ..Runs::default() }
    };
    let numbers = |runs: &Runs| -> Vec<Vec<u64>> {
        runs.runs.iter().map(|run| run.files.iter().map(|file| file.file.number).collect()).collect()
    };
    let join = |keys: &[(&[u8], &[u8], usize)], damaged: &[u64]| {
        numbers(&joined(&listed(keys), &damaged.iter().copied().collect(), 0))
    };
    assert_eq!(join(&[(b"e", b"f", 0), (b"c", b"d", 0), (b"a", b"b", 0)], &[]), [vec![3, 2, 1]]);
    assert_eq!(join(&[(b"a", b"b", 0), (b"c", b"d", 0)], &[]), [vec![1, 2]]);
    let small = joined(&listed(&[(b"c", b"d", 0), (b"a", b"b", 0)]), &LeftAlone::new(), 10);
    assert_eq!(numbers(&small), [[1], [2]], "too small");
    // Past a run that lies beside it.
    assert_eq!(join(&[(b"e", b"f", 0), (b"a", b"b", 0), (b"a", b"c", 0)], &[]), [vec![2], vec![3, 1]]);
    assert_eq!(join(&[(b"a", b"c", 0), (b"c", b"d", 0)], &[]), [vec![1], vec![2]], "they share a key");
    assert_eq!(join(&[(b"a", b"d", 0), (b"b", b"c", 0), (b"e", b"f", 0)], &[]), [vec![1], vec![2, 3]]);
    assert_eq!(join(&[(b"c", b"d", 0), (b"a", b"b", 0)], &[1]), [vec![1], vec![2]], "left alone");
    let merging: [(&[u8], &[u8], usize); 4] =
        [(b"e", b"f", 0), (b"a", b"b", 1), (b"c", b"d", 0), (b"g", b"h", 0)];
    assert_eq!(join(&merging, &[]), [[1], [2], [3], [4]], "a merge keeps its runs");
    // A file that lies between those of the other run, and keys that do not count do not overlap.
    let between = joined(&listed(&[(b"e", b"f", 0), (b"a", b"b", 0), (b"c", b"d", 0)]), &LeftAlone::new(), 9);
    assert_eq!(numbers(&between), [[2, 3, 1]]);
    let mut cut = listed(&[(b"a", b"f", 0), (b"b", b"c", 0)]);
    let mut above = (*cut.runs[0]).clone();
    above.files[0].from = Some(b"c\0".to_vec());
    cut.runs[0] = Arc::new(above);
    assert_eq!(numbers(&joined(&cut, &LeftAlone::new(), 0)), [[2, 1]]);
}

#[test]
fn a_commit_pays_more_where_there_are_more_runs_than_there_are_to_be() {
    let policy = MergePolicy::default();
    for (runs, share) in [(0, 6), (8, 6), (15, 6), (16, 12), (23, 12), (24, 18), (32, 24)] {
        assert_eq!(policy.share_bytes(100, runs), 100 * share, "{runs} runs");
    }
    assert_eq!(policy.share_bytes(u64::MAX, usize::MAX), u64::MAX);
    assert_eq!(MergePolicy { fan: 0, base_bytes: 0 }.share_bytes(1, 4), 12);
}
