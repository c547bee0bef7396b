//! What came of it: medians, and ratios that are taken round by round.

pub(crate) mod markdown;
pub(crate) mod plots;

use crate::round::{Column, Outcome};
use crate::turn::{Turn, ratio};
use crate::workload::{Bar, Measure, Workload};
use anyhow::Result;
use serde::Serialize;
use std::fmt;
use std::io::Write as _;

/// What several rounds say.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) rounds: usize,
}

impl Spread {
    /// None where there are no values.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<_> = values.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        // Of an even number, halfway between the two in the middle.
        let median =
            f64::midpoint(*sorted.get((sorted.len().max(1) - 1) / 2)?, *sorted.get(sorted.len() / 2)?);
        Some(Self { median, low: *sorted.first()?, high: *sorted.last()?, rounds: sorted.len() })
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, low, high, rounds } = *self;
        write!(out, "{}x", short(median))?;
        match rounds {
            1 => write!(out, " (one round)"),
            _ => write!(out, " ({} to {})", short(low), short(high)),
        }
    }
}

/// As many digits as say something.
pub(crate) fn short(number: f64) -> String {
    match number.abs() {
        none if none < 1e-9 => "0".to_owned(),
        tiny if tiny < 0.000_5 => format!("{number:.0e}"),
        small if small < 0.095 => format!("{number:.3}"),
        middle if middle < 99.5 => format!("{number:.2}"),
        _ => format!("{number:.0}"),
    }
}

impl Outcome {
    pub(crate) fn column(&self, contender: &str, variant: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.contender == contender && column.variant == variant)
    }

    /// Those of a variant, the one that the others are measured by first.
    pub(crate) fn of_variant<'a>(&'a self, variant: &'a str) -> impl Iterator<Item = &'a Column> {
        self.columns.iter().filter(move |column| column.variant == variant)
    }

    pub(crate) fn variants(&self) -> Vec<&str> {
        self.firsts(|column| &column.variant)
    }

    pub(crate) fn contenders(&self) -> Vec<&str> {
        self.firsts(|column| column.contender)
    }

    fn firsts<'a>(&'a self, of: impl Fn(&'a Column) -> &'a str) -> Vec<&'a str> {
        self.columns.iter().map(of).fold(Vec::new(), |mut names, name| {
            if !names.contains(&name) {
                names.push(name);
            }
            names
        })
    }
}

impl Column {
    /// Its times divided by another's of the same round.
    pub(crate) fn over(&self, other: &Self) -> Option<Spread> {
        Spread::of(ratios(&self.turns, &other.turns))
    }

    /// The median of something of its turns.
    pub(crate) fn median(&self, of: impl Fn(&Turn) -> Option<f64>) -> Option<f64> {
        Spread::of(self.turns.iter().filter_map(of)).map(|spread| spread.median)
    }
}

fn ratios(of: &[Turn], to: &[Turn]) -> Vec<f64> {
    of.iter().zip(to).map(|(of, to)| of.each() / to.each()).collect()
}

/// One requirement and what came of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) against: String,
    pub(crate) at_most: f64,
    pub(crate) measured: Option<Spread>,
}

impl Row {
    pub(crate) fn new(what: &str, against: &str, at_most: f64, ratios: Vec<f64>) -> Self {
        Self { what: what.to_owned(), against: against.to_owned(), at_most, measured: Spread::of(ratios) }
    }

    pub(crate) fn verdict(&self) -> &'static str {
        match self.measured {
            Some(spread) if spread.median <= self.at_most => "met",
            Some(_) => "MISSED",
            None => "not measured",
        }
    }
}

/// What is asked of this store in a workload.
pub(crate) fn rows(workload: &Workload, outcome: &Outcome) -> Vec<Row> {
    workload.bars.iter().map(|bar| row(bar, outcome)).collect()
}

fn row(bar: &Bar, outcome: &Outcome) -> Row {
    let turns = |contender, variant| {
        outcome.column(contender, variant).map(|column| column.turns.as_slice()).unwrap_or_default()
    };
    let of = turns(bar.of.contender, &bar.of.variant);
    let what = format!("{}: {}", outcome.workload, bar.of.variant);
    let counted = |against: &str, count: &dyn Fn(&Turn) -> Option<f64>| {
        Row::new(&what, against, bar.at_most, of.iter().filter_map(count).collect())
    };
    let of_payload = |turn: &Turn, bytes| (turn.payload_bytes > 0).then(|| ratio(bytes, turn.payload_bytes));
    match bar.of_what {
        Measure::Time => {}
        Measure::LongestMs(milliseconds) => {
            return counted(&format!("the longest call, {milliseconds} ms"), &|turn| {
                Some(ratio(turn.longest_nanoseconds?, 1) / 1e6 / milliseconds)
            });
        }
        Measure::DiskBytes => {
            return counted("bytes on disk a byte", &|turn| of_payload(turn, turn.disk_bytes?));
        }
        Measure::WrittenBytes => {
            return counted("bytes written a byte", &|turn| of_payload(turn, turn.io.written_bytes));
        }
        Measure::Syncs(most) => {
            return counted(&format!("{most} syncs"), &|turn| Some(ratio(turn.steps?.all_syncs(), 1) / most));
        }
    }
    let against = match bar.of.variant == bar.to.variant {
        true => bar.to.contender.to_owned(),
        false => format!("its own {}", bar.to.variant),
    };
    Row::new(&what, &against, bar.at_most, ratios(of, turns(bar.to.contender, &bar.to.variant)))
}

/// Turns that could not be taken, and why.
pub(crate) fn failures(outcomes: &[Outcome]) -> Vec<String> {
    let failed = |outcome: &Outcome, column: &Column| {
        let failure = column.failure.as_ref()?;
        Some(format!("{}: {}, {}: {failure}", outcome.workload, column.variant, column.contender))
    };
    outcomes
        .iter()
        .flat_map(|outcome| outcome.columns.iter().filter_map(move |column| failed(outcome, column)))
        .collect()
}

/// Tells what came of a workload, as soon as it is known.
pub(crate) fn print(outcome: &Outcome, rows: &[Row]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", outcome.workload)?;
    for variant in outcome.variants() {
        let mut base = None;
        for column in outcome.of_variant(variant) {
            let base = *base.get_or_insert(column);
            let Some(spread) = column.over(base) else { continue };
            let contender = column.contender;
            writeln!(out, "  {variant:<24} {contender:<22} {spread}")?;
        }
    }
    print_rows(&mut out, rows)
}

pub(crate) fn print_rows(out: &mut impl std::io::Write, rows: &[Row]) -> Result<()> {
    for row in rows {
        let Row { what, against, at_most, .. } = row;
        let measured = row.measured.map_or_else(String::new, |spread| format!(" {spread}"));
        writeln!(
            out,
            "  {}: {what} against {against}, at most {}x:{measured}",
            row.verdict(),
            short(*at_most)
        )?;
    }
    Ok(writeln!(out)?)
}
