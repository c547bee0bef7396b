//! The same seed twice: the same calls of the disk, in the same order. What a replay rests on. And the same on the portable
//! component, so that what is found of the one holds of the other.

use crate::arguments::Arguments;
use crate::each::{Outcome, each};
use crate::random;
use crate::runs;
use sim::disk::Disk;
use sim::simfs::{Call, Plan};
use support::drive::perform;
use support::machine::Machine;
use trace::Op;

const SEEDS: u64 = 100;
const LENGTH: usize = 40;

/// Runs the tier.
pub(crate) fn tier(_: &Arguments) -> Outcome {
    each(&(0..SEEDS).collect::<Vec<_>>(), |seed| {
        let (start, ops) = random::drawn(*seed, LENGTH);
        let first = calls(&start.disk, &ops, Machine::boot);
        for (again, second) in [
            ("two runs", calls(&start.disk, &ops, Machine::boot)),
            ("the components", calls(&start.disk, &ops, Machine::boot_portable)),
        ] {
            match first.iter().zip(&second).position(|(one, other)| one != other) {
                None if first.len() == second.len() => {}
                at => return Err(format!("seed {seed}: {again} differ at call {at:?}")),
            }
        }
        Ok(())
    })
}

/// All calls that a trace makes of the disk, over all its instances.
fn calls(start: &Disk, ops: &[Op], boot: fn(Disk, Plan) -> Machine) -> Vec<Call> {
    let plan = Plan { traced: true, ..Plan::default() };
    let mut machine = boot(start.clone(), plan.clone());
    let mut calls = Vec::new();
    for op in ops {
        if *op == Op::Restart {
            calls.append(&mut machine.simfs().trace);
            machine = boot(machine.kill(), plan.clone());
        } else {
            perform(&mut machine, op).expect("no crash is planned");
        }
    }
    calls.append(&mut machine.simfs().trace);
    runs::meet(start, &machine.kill());
    calls
}
