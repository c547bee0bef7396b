//! Rounds: in each, every contender has one turn on a fresh directory, so that what drifts drifts for all.

use anyhow::Result;
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// How large the data is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    /// Divides the numbers of operations and of stored items.
    pub(crate) divisor: u64,
}

impl Scale {
    pub(crate) fn full() -> Self {
        Self { divisor: 1 }
    }

    pub(crate) fn quick() -> Self {
        Self { divisor: 100 }
    }

    pub(crate) fn of(self, number: u64) -> u64 {
        (number / self.divisor).max(10)
    }
}

/// What one turn came to.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Turn {
    pub(crate) operations: u64,
    pub(crate) nanoseconds: u64,
}

impl Turn {
    pub(crate) fn new(operations: u64, time: Duration) -> Self {
        Self { operations, nanoseconds: u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) }
    }

    /// Nanoseconds an operation.
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    pub(crate) fn each(self) -> f64 {
        self.nanoseconds as f64 / self.operations.max(1) as f64
    }
}

/// One turn of one contender, on an empty directory.
pub(crate) type Run = Box<dyn FnMut(&Path) -> Result<Turn>>;

/// The same work, done by several.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// The contender that the others are measured by comes first.
    pub(crate) contenders: Vec<(&'static str, Run)>,
    /// What is asked of this store: at most so many times what this contender takes.
    pub(crate) bars: Vec<(&'static str, f64)>,
}

/// The turns of all contenders.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) workload: &'static str,
    pub(crate) contenders: Vec<(&'static str, Vec<Turn>)>,
    pub(crate) bars: Vec<(&'static str, f64)>,
}

pub(crate) fn run(mut workload: Workload, rounds: usize, folder: &Path) -> Result<Outcome> {
    let mut contenders: Vec<_> = workload.contenders.iter().map(|(name, _)| (*name, Vec::new())).collect();
    for round in 0..rounds {
        for ((name, run), (_, turns)) in workload.contenders.iter_mut().zip(&mut contenders) {
            let root = folder.join(format!("{}-{name}-{round}", workload.name).replace([' ', ','], "_"));
            std::fs::create_dir_all(&root)?;
            turns.push(run(&root)?);
            std::fs::remove_dir_all(&root)?;
        }
    }
    Ok(Outcome { workload: workload.name, contenders, bars: workload.bars })
}
