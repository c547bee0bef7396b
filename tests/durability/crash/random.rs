//! Tier 3: random traces. Fixed seeds in every run, fresh ones in the long run; a failing trace is shrunk. Odd seeds run on the
//! portable component; half of them begin on a store with a short journal, and half of those have small runs, too. A quarter begin on a
//! packed root.

use crate::arguments::Arguments;
use crate::each::{Outcome, each, guarded};
use crate::harness::{Depth, Start, record};
use crate::recover::CASES;
use crate::replay::{at, context};
use crate::say::say;
use crate::scripted;
use crate::weakness::Weakness;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};
use support::generate::{Taste, shrink, trace};
use trace::Op;
use trace::maps::MapOp;

/// Traces of every run.
const SEEDS: u64 = 400;
/// Operations in a trace.
const LENGTH: usize = 10;
/// Cases of a long run, all from fresh seeds.
const LONG_CASES: u64 = 1_000_000;
/// Traces between two looks at how many cases there are.
const LONG_SEEDS: u64 = 500;

/// Runs the tier.
pub(crate) fn tier(arguments: &Arguments) -> Outcome {
    if let Some(seed) = arguments.number("seed") {
        return each(&[seed], |seed| crash(*seed, depth_of(arguments.number("draws").unwrap_or(2))));
    }
    if !arguments.is_long() {
        say(&format!("random: seeds 0 to {}", SEEDS - 1));
        return each(&(0..SEEDS).collect::<Vec<_>>(), |seed| crash(*seed, depth_of(2)));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let mut first = now << 20;
    let before = CASES.load(Ordering::Relaxed);
    let made = || CASES.load(Ordering::Relaxed) - before;
    while made() < LONG_CASES {
        say(&format!("random: seeds from {first}, {} cases so far", made()));
        each(&(first..first + LONG_SEEDS).collect::<Vec<_>>(), |seed| crash(*seed, depth_of(8)))?;
        first += LONG_SEEDS;
    }
    Ok(())
}

pub(crate) fn depth_of(draws: u64) -> Depth {
    // Every recovery at one loss of power for each of its steps, where there is time for it.
    Depth { draws, again: draws / 8, again_one_in: 1, first_draw: 1, from: 0 }
}

fn crash(seed: u64, depth: Depth) -> Outcome {
    crash_drawn("seed", seed, drawn(seed, LENGTH), depth)
}

/// Crashes a trace that was drawn from a seed, whose failure is replayed by this word. Odd seeds run on the portable component.
pub(crate) fn crash_drawn(word: &str, seed: u64, (start, ops): (Start, Vec<Op>), depth: Depth) -> Outcome {
    let words = format!("{word}={seed} draws={}", depth.draws);
    let weakness = Weakness::none(!seed.is_multiple_of(2));
    let crash = |ops: &[Op]| crash_ops(&start, ops, depth, &words, &weakness);
    let Err(failure) = crash(&ops) else { return Ok(()) };
    let replay = context();
    let shrunk = shrink(ops, |ops| crash(ops).is_err());
    let failure = crash(&shrunk).err().unwrap_or(failure);
    at(replay);
    let lines: Vec<_> = shrunk.iter().map(|op| format!("\n    {op}")).collect();
    Err(format!("{failure}\n  shrunk to:{}", lines.concat()))
}

/// Where the trace of a seed begins, and its operations.
pub(crate) fn drawn(seed: u64, length: usize) -> (Start, Vec<Op>) {
    match seed % 8 {
        0 | 1 => (Start::default(), trace(seed, length, Taste::Dense)),
        2 | 3 => drawn_of_packed(seed, length),
        4 | 5 => (scripted::of_geometry("journal 256", &[]), trace(seed, length, Taste::Dense)),
        _ => drawn_of_runs(seed, length),
    }
}

/// The same, all of it about tables in small runs: most of what a trace has is about plain files, or a read. Half of them begin with two
/// runs that it takes many commits to merge.
pub(crate) fn drawn_of_runs(seed: u64, length: usize) -> (Start, Vec<Op>) {
    let mut ops = trace(seed, 4 * length, Taste::Dense);
    ops.retain(is_of_runs);
    ops.truncate(length);
    let start = if seed.is_multiple_of(2) {
        scripted::of_geometry("journal 64 file 128 block 64 fan 2", &[])
    } else {
        let put = |byte, length| {
            let pairs = (b'a'..=b'z').map(|key| (vec![b'k', key], vec![byte; length])).collect();
            Op::Map(MapOp::PutMany { table: "t".to_owned(), pairs })
        };
        let since = [put(b'1', 20), Op::Checkpoint, put(b'2', 33), Op::Checkpoint];
        scripted::of_geometry("journal 256 file 256 block 64 fan 2", &since)
    };
    (start, ops)
}

/// A trace on a packed root, half of them with small runs. One in four is made a plain one in the middle, and another a packed one again.
fn drawn_of_packed(seed: u64, length: usize) -> (Start, Vec<Op>) {
    let numbers = if seed % 16 < 8 { "journal 8388608" } else { "journal 256 file 256 block 64 fan 2" };
    let mut ops = trace(seed, length, Taste::Dense);
    let convert = |packed| Op::Convert { packed, whole: true };
    if (seed / 16).is_multiple_of(2) {
        ops.insert(length / 3, convert(false));
    }
    if (seed / 16).is_multiple_of(4) {
        ops.insert(2 * length / 3, convert(true));
    }
    (scripted::of_geometry(numbers, &[convert(true)]), ops)
}

/// Does an operation change a table in runs, or when and how anything comes there?
fn is_of_runs(op: &Op) -> bool {
    match op {
        Op::Ref(_) | Op::Snapshot(_) | Op::Object(_) | Op::Map(_) | Op::Session(_) => op.is_write(),
        Op::Commit(ops) | Op::Run(ops) => ops.iter().any(is_of_runs),
        Op::Relaxed
        | Op::Always
        | Op::Flush
        | Op::Restart
        | Op::Checkpoint
        | Op::CheckpointStep
        | Op::CompactStep => true,
        _ => false,
    }
}

fn crash_ops(start: &Start, ops: &[Op], depth: Depth, words: &str, weakness: &Weakness) -> Outcome {
    at(words);
    guarded(|| {
        let run = record(start, ops, weakness)?;
        run.crash(depth, words)
    })
}
