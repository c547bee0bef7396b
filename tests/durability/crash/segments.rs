//! Sessions alone, where runs are small and two of them are merged: segments that grow, shrink, go and come back, with merges between any
//! two of these. A merge knows of segments, so it is the one place where what is there by right could go.

use crate::arguments::Arguments;
use crate::each::{Outcome, each};
use crate::harness::Start;
use crate::random::{crash_drawn, depth_of};
use crate::say::say;
use crate::scripted;
use sim::random::Random;
use support::generate::{Taste, trace};
use trace::Op;

/// Traces of every run, and of a long one.
const SEEDS: u64 = 120;
const SEEDS_LONG: u64 = 10_000;
/// Operations in a trace.
const LENGTH: usize = 12;
/// Operations that these are chosen from.
const DRAWN: usize = 1_000;

/// Runs the tier.
pub(crate) fn tier(arguments: &Arguments) -> Outcome {
    let crash = |seed: &u64, draws| crash_drawn("segments", *seed, drawn(*seed), depth_of(draws));
    if let Some(seed) = arguments.number("segments") {
        return each(&[seed], |seed| crash(seed, arguments.number("draws").unwrap_or(2)));
    }
    let seeds = if arguments.is_long() { SEEDS_LONG } else { SEEDS };
    say(&format!("segments: seeds 0 to {}", seeds - 1));
    each(&(0..seeds).collect::<Vec<_>>(), |seed| crash(seed, 2))
}

/// Where the trace of a seed begins, and its operations. Behind two runs that have entries of the same segments.
fn drawn(seed: u64) -> (Start, Vec<Op>) {
    let mut writes = trace(seed, DRAWN, Taste::Dense).into_iter().filter(is_of_sessions);
    let mut next = |count: usize| writes.by_ref().take(count).collect::<Vec<_>>();
    let (before, since, ops) = (next(5), next(3), next(LENGTH));
    let begin = [before, vec![Op::Checkpoint], since, vec![Op::Checkpoint]].concat();
    let start = scripted::of_geometry("journal 256 file 128 block 64 fan 2", &begin);
    let mut random = Random::new(seed);
    let ops = ops.into_iter().map(|op| match random.below(10) {
        0..=2 => Op::CheckpointStep,
        3 => Op::Checkpoint,
        4 => Op::Restart,
        5 => random.pick(&[Op::Relaxed, Op::Always, Op::Flush]).clone(),
        _ => op,
    });
    (start, ops.collect())
}

fn is_of_sessions(op: &Op) -> bool {
    matches!(op, Op::Session(op) if op.is_write())
}
