//! A workload: the same work, at several sizes, done by several.

use crate::contender::Kind;
use crate::measure;
use crate::shelf::{Data, Shelf};
use crate::turn::Turn;
use crate::variant::Variant;
use anyhow::Result;

/// One turn of one contender.
pub(crate) type Run = Box<dyn FnMut(&mut Shelf) -> Result<Turn>>;

/// One contender at one size.
pub(crate) struct Cell {
    pub(crate) contender: &'static str,
    pub(crate) variant: String,
    /// What it works on, so that the shelf knows how long to keep it.
    pub(crate) data: Data,
    pub(crate) rounds_max: usize,
    pub(crate) run: Run,
}

/// What is asked: at most so many times what another cell takes.
#[derive(Clone, Debug)]
pub(crate) struct Bar {
    pub(crate) of: Place,
    pub(crate) to: Place,
    pub(crate) at_most: f64,
    pub(crate) of_what: Measure,
}

/// What a bar is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Measure {
    /// Time an operation, divided by that of the other.
    Time,
    /// The longest call, divided by so many milliseconds.
    LongestMs(f64),
    /// Bytes taken up by each byte stored.
    DiskBytes,
    /// Bytes written for each byte stored.
    WrittenBytes,
    /// All syncs, divided by so many.
    Syncs(f64),
}

/// A cell, by its contender and its variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) contender: &'static str,
    pub(crate) variant: String,
}

pub(crate) struct Workload {
    pub(crate) name: String,
    /// Of a variant, the contender that the others are measured by comes first.
    pub(crate) cells: Vec<Cell>,
    pub(crate) bars: Vec<Bar>,
    /// The variants are sizes of one thing: a cost that grows is looked for.
    pub(crate) grows: bool,
}

impl Workload {
    pub(crate) fn new(name: impl Into<String>, variants: impl IntoIterator<Item = Variant>) -> Self {
        let cells = variants.into_iter().flat_map(|variant| cells(&variant)).collect();
        Self { name: name.into(), cells, bars: Vec::new(), grows: false }
    }

    pub(crate) fn growing(self) -> Self {
        Self { grows: true, ..self }
    }

    /// Asks that one contender takes at most so many times what another does, in this variant.
    pub(crate) fn bar(self, variant: &str, of: &'static str, to: &'static str, at_most: f64) -> Self {
        self.between((of, variant), (to, variant), at_most)
    }

    /// Asks that one cell takes at most so many times what another does.
    pub(crate) fn between(
        mut self,
        of: (&'static str, &str),
        to: (&'static str, &str),
        at_most: f64,
    ) -> Self {
        self.bars.push(Bar { of: place(of), to: place(to), at_most, of_what: Measure::Time });
        self
    }

    /// Asks that no call of a cell takes longer than so many milliseconds.
    pub(crate) fn longest(self, of: (&'static str, &str), at_most_ms: f64) -> Self {
        self.counted(of, Measure::LongestMs(at_most_ms), 1.0)
    }

    /// Asks that what is counted of a cell is so much at most.
    pub(crate) fn counted(mut self, of: (&'static str, &str), of_what: Measure, at_most: f64) -> Self {
        self.bars.push(Bar { of: place(of), to: place(of), at_most, of_what });
        self
    }
}

fn place((contender, variant): (&'static str, &str)) -> Place {
    Place { contender, variant: variant.to_owned() }
}

fn cells(variant: &Variant) -> Vec<Cell> {
    let cell = |kind: &Kind| {
        let (kind, variant) = (*kind, variant.clone());
        Cell {
            contender: kind.name(variant.promise),
            variant: variant.label.clone(),
            data: variant.data,
            rounds_max: variant.rounds_max,
            run: Box::new(move |shelf| measure::turn(kind, &variant, shelf)),
        }
    };
    variant.kinds.iter().map(cell).collect()
}
