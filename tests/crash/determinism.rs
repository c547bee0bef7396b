//! The same seed twice: the same calls of the disk, in the same order. What a replay rests on.

use crate::harness::Outcome;
use crate::{Arguments, each};
use sha2::{Digest as _, Sha256};
use support::disk::Disk;
use support::drive::perform;
use support::generate::{Taste, trace};
use support::machine::Machine;
use support::simfs::{Call, Plan};
use support::trace::Op;

const SEEDS: u64 = 100;
const LENGTH: usize = 40;

/// What was tested: the name of the bytes.
pub(crate) fn component_sha256() -> String {
    let digest = Sha256::digest(sx_persist::COMPONENT);
    digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Runs the tier.
pub(crate) fn tier(_: &Arguments) -> Outcome {
    each(&(0..SEEDS).collect::<Vec<_>>(), |seed| {
        let ops = trace(*seed, LENGTH, Taste::Dense);
        let (first, second) = (calls(&ops), calls(&ops));
        match first.iter().zip(&second).position(|(one, other)| one != other) {
            None if first.len() == second.len() => Ok(()),
            at => Err(format!("seed {seed}: two runs differ at call {at:?}")),
        }
    })
}

/// All calls that a trace makes of the disk, over all its instances.
fn calls(ops: &[Op]) -> Vec<Call> {
    let plan = Plan { traced: true, ..Plan::default() };
    let mut machine = Machine::boot(Disk::default(), plan.clone());
    let mut calls = Vec::new();
    for op in ops {
        if *op == Op::Restart {
            calls.append(&mut machine.simfs().trace);
            machine = Machine::boot(machine.kill(), plan.clone());
        } else {
            perform(&mut machine, op).expect("no crash is planned");
        }
    }
    calls.append(&mut machine.simfs().trace);
    calls
}
