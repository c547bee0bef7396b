//! A component beside the model: the same operations, and where their answers part.

use crate::composed::{CACHED, LAYERED};
use model::State;
use sim::disk::Disk;
use sim::simfs::Plan;
use support::drive::perform;
use support::generate::{Taste, shrink, trace};
use support::machine::Machine;
use support::observe::observe;
use trace::Op;

/// A component, and where it keeps its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Disk,
    /// On a disk, too.
    Portable,
    Memory,
    /// On a disk, behind `cached`.
    Cached,
    /// On a disk, over an empty store in memory.
    Layered,
}

impl Place {
    fn boot(self, disk: Disk) -> Machine {
        match self {
            Self::Disk => Machine::boot(disk, Plan::default()),
            Self::Portable => Machine::boot_portable(disk, Plan::default()),
            Self::Memory => Machine::boot_in_memory(),
            Self::Cached => Machine::boot_composed(&CACHED, disk, Plan::default()),
            Self::Layered => Machine::boot_composed(&LAYERED, disk, Plan::default()),
        }
    }

    /// A trace that can be performed there. Of four one is on a packed root from its beginning, one to its middle, and one from there on.
    fn trace(self, seed: u64, length: usize, taste: Taste) -> Vec<Op> {
        let mut ops = trace(seed, length, taste);
        if self == Self::Memory {
            ops.retain(|op| *op != Op::Restart);
        }
        let (middle, convert) = (ops.len() / 2, |packed| Op::Convert { packed, whole: true });
        if seed % 4 >= 2 {
            ops.insert(middle, convert(seed % 4 == 3));
        }
        if (1..3).contains(&(seed % 4)) {
            ops.insert(0, convert(true));
        }
        ops
    }
}

/// Where the component's answers leave the model's, if they do.
fn difference(place: Place, ops: &[Op]) -> Option<String> {
    let mut model = State::default();
    let boot = |disk| place.boot(disk);
    follow(boot(Disk::default()), &mut model, ops, boot).and_then(|machine| holds(machine, &model)).err()
}

/// Performs operations on both. Answers the instance that has performed the last of them, or where its answers leave the model's.
pub(crate) fn follow(
    mut machine: Machine,
    model: &mut State,
    ops: &[Op],
    boot: impl Fn(Disk) -> Machine,
) -> Result<Machine, String> {
    for (index, op) in ops.iter().enumerate() {
        let due = model.apply(op);
        let given = if *op == Op::Restart {
            machine = boot(machine.kill());
            "ok".to_owned()
        } else {
            perform(&mut machine, op).expect("no crash is planned")
        };
        if given != due {
            let cut = |text: &str| text.chars().take(400).collect::<String>();
            return Err(format!(
                "operation {index}, {op}\n  the model:     {}\n  the component: {}",
                cut(&due),
                cut(&given)
            ));
        }
    }
    Ok(machine)
}

/// Does it hold what the model holds? Answers its disk.
pub(crate) fn holds(mut machine: Machine, model: &State) -> Result<Disk, String> {
    match observe(&mut machine).expect("no crash is planned") {
        Ok(held) if held == *model => Ok(machine.kill()),
        Ok(held) => Err(format!("at the end\n  the model:     {model:?}\n  the component: {held:?}")),
        Err(error) => Err(format!("at the end {error:?}")),
    }
}

/// Compares the traces of some seeds; on a difference says the seed, and what is left of the trace when it is shrunk.
pub(crate) fn compare(place: Place, seeds: std::ops::Range<u64>, length: usize, taste: Taste) {
    for seed in seeds {
        let ops = place.trace(seed, length, taste);
        if difference(place, &ops).is_some() {
            let shrunk = shrink(ops, |ops| difference(place, ops).is_some());
            let lines: Vec<_> = shrunk.iter().map(|op| format!("  {op}")).collect();
            panic!(
                "seed {seed}, {place:?}, {taste:?}:\n{}\n{}",
                lines.join("\n"),
                difference(place, &shrunk).unwrap_or_default()
            );
        }
    }
}
