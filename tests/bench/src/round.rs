//! Rounds: in each, every contender has one turn, so that what drifts drifts for all.

use crate::shelf::Shelf;
use crate::turn::Turn;
use crate::workload::{Cell, Workload};
use serde::Serialize;

/// The turns of one contender at one size.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    pub(crate) contender: &'static str,
    pub(crate) variant: String,
    pub(crate) turns: Vec<Turn>,
    /// Why there are no more of them.
    pub(crate) failure: Option<String>,
}

/// The turns of all.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) workload: String,
    pub(crate) grows: bool,
    pub(crate) columns: Vec<Column>,
}

pub(crate) fn run(
    workload: &mut Workload,
    rounds: usize,
    shelf: &mut Shelf,
    mut progress: impl FnMut(&str),
) -> Outcome {
    let column = |cell: &Cell| Column {
        contender: cell.contender,
        variant: cell.variant.clone(),
        turns: Vec::new(),
        failure: None,
    };
    let mut columns: Vec<_> = workload.cells.iter().map(column).collect();
    for round in 0..rounds {
        for (cell, column) in workload.cells.iter_mut().zip(&mut columns) {
            progress(&format!("{}: {}, {}", workload.name, cell.variant, cell.contender));
            if round >= cell.rounds_max || column.failure.is_some() {
                continue;
            }
            // The others have been measured for an hour, it may be: theirs is worth something all the same.
            match (cell.run)(shelf) {
                Ok(turn) => column.turns.push(turn),
                Err(error) => column.failure = Some(format!("{error:#}")),
            }
        }
    }
    Outcome { workload: workload.name.clone(), grows: workload.grows, columns }
}
