//! Compositions against the model: a reader cannot tell them from a store.

use crate::compare::{Place, compare, follow, holds};
use crate::composed::OVER;
use model::State;
use sim::disk::Disk;
use sim::simfs::Plan;
use std::thread;
use support::generate::{Taste, shrink, trace};
use support::machine::Machine;
use trace::Op;
use trace::sessions::SessionOp;

#[test]
fn random_traces_equal_the_model_through_the_cache() {
    compare(Place::Cached, 0..700, 30, Taste::Hostile);
    compare(Place::Cached, 700..1_400, 30, Taste::Dense);
    compare(Place::Cached, 1_000_000..1_000_005, 1_000, Taste::Dense);
}

#[test]
fn random_traces_equal_the_model_over_an_empty_store() {
    compare(Place::Layered, 0..700, 30, Taste::Hostile);
    compare(Place::Layered, 700..1_400, 30, Taste::Dense);
    compare(Place::Layered, 1_000_000..1_000_005, 1_000, Taste::Dense);
}

/// Where the answers of a store over another one leave those of a single store that was told all of it.
fn difference(below: &[Op], above: &[Op]) -> Option<String> {
    over(below, above).err()
}

fn over(below: &[Op], above: &[Op]) -> Result<(), String> {
    let boot = |disk| Machine::boot(disk, Plan::default());
    let mut model = State::default();
    let disk = follow(boot(Disk::default()), &mut model, below, boot)?.kill();
    let (before, plan) = (disk.files(), Plan { read_only: true, ..Plan::default() });
    let machine = Machine::boot_composed(&OVER, disk, plan);
    let machine = follow(machine, &mut model, above, |_| unreachable!("what is in memory has no restart"))?;
    match holds(machine, &model)?.files() == before {
        true => Ok(()),
        false => Err("the lower store was written to".to_owned()),
    }
}

/// Two traces, the second without restarts, and without entries for the trace of a segment and metas: where that has to be copied for
/// one, it counts as written to, which in a single store it does not (docs/middleware.md).
fn traces(seed: u64, length: usize, taste: Taste) -> (Vec<Op>, Vec<Op>) {
    let is_copied =
        |op: &Op| matches!(op, Op::Session(SessionOp::AppendTrace { .. } | SessionOp::SetMeta { .. }));
    let mut above = trace(seed ^ 0xa5a5_0000, length, taste);
    above.retain(|op| match op {
        Op::Commit(ops) | Op::Run(ops) => !ops.iter().any(is_copied),
        op => *op != Op::Restart && !is_copied(op),
    });
    (trace(seed, length, taste), above)
}

#[test]
fn a_store_over_another_one_equals_one_that_was_told_all() {
    let compare = |seeds: std::ops::Range<u64>, length, taste| {
        for seed in seeds {
            let (below, above) = traces(seed, length, taste);
            if difference(&below, &above).is_some() {
                let above = shrink(above, |above| difference(&below, above).is_some());
                let below = shrink(below, |below| difference(below, &above).is_some());
                let lines =
                    |ops: &[Op]| ops.iter().map(|op| format!("  {op}")).collect::<Vec<_>>().join("\n");
                panic!(
                    "seed {seed}, {taste:?}: below\n{}\nabove\n{}\n{}",
                    lines(&below),
                    lines(&above),
                    difference(&below, &above).unwrap_or_default()
                );
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| compare(0..1_500, 25, Taste::Hostile));
        scope.spawn(|| compare(1_500..3_000, 25, Taste::Dense));
    });
    compare(1_000_000..1_000_004, 400, Taste::Dense);
}
