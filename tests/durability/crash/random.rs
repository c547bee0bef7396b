//! Tier 3: random traces. Fixed seeds in every run, fresh ones in the long run; a failing trace is shrunk. Odd seeds run on the
//! portable component; of four, two begin on a store with a short journal.

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

/// Traces of every run.
const SEEDS: u64 = 1_200;
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

fn depth_of(draws: u64) -> Depth {
    // Every recovery at one loss of power for each of its steps, where there is time for it.
    Depth { draws, again: draws / 8, again_one_in: 1, first_draw: 1, from: 0 }
}

fn crash(seed: u64, depth: Depth) -> Outcome {
    let words = format!("seed={seed} draws={}", depth.draws);
    let ops = trace(seed, LENGTH, Taste::Dense);
    let weakness = Weakness::none(!seed.is_multiple_of(2));
    let start = if seed % 4 < 2 { Start::default() } else { scripted::short() };
    let crash = |ops: &[Op]| crash_ops(&start, ops, depth, &words, &weakness);
    let Err(failure) = crash(&ops) else { return Ok(()) };
    let replay = context();
    let shrunk = shrink(ops, |ops| crash(ops).is_err());
    let failure = crash(&shrunk).err().unwrap_or(failure);
    at(replay);
    let lines: Vec<_> = shrunk.iter().map(|op| format!("\n    {op}")).collect();
    Err(format!("{failure}\n  shrunk to:{}", lines.concat()))
}

fn crash_ops(start: &Start, ops: &[Op], depth: Depth, words: &str, weakness: &Weakness) -> Outcome {
    at(words);
    guarded(|| {
        let run = record(start, ops, weakness)?;
        run.crash(depth, words)
    })
}
