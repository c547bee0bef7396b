//! The table: medians, and ratios that are taken round by round.

use crate::round::{Outcome, Turn};
use anyhow::Result;
use std::fmt::Write as _;
use std::io::Write as _;

/// This store, among the contenders.
pub(crate) const OURS: &str = "sx-persist";

pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<_> = values.into_iter().collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The ratios of two contenders, round by round.
fn ratios(of: &[Turn], to: &[Turn]) -> Vec<f64> {
    of.iter().zip(to).map(|(of, to)| of.each() / to.each()).collect()
}

fn turns<'a>(outcome: &'a Outcome, name: &str) -> &'a [Turn] {
    outcome.contenders.iter().find(|(found, _)| *found == name).map_or(&[], |(_, turns)| turns)
}

/// One requirement and what came of it.
pub(crate) struct Row {
    what: String,
    peer: String,
    bar: f64,
    ratios: Vec<f64>,
}

impl Row {
    pub(crate) fn new(what: &str, peer: &str, bar: f64, ratios: Vec<f64>) -> Self {
        Self { what: what.to_owned(), peer: peer.to_owned(), bar, ratios }
    }

    fn median(&self) -> f64 {
        median(self.ratios.iter().copied())
    }

    fn verdict(&self) -> &'static str {
        if self.median() <= self.bar { "met" } else { "MISSED" }
    }

    /// The lowest and the highest.
    fn spread(&self) -> (f64, f64) {
        let start = (f64::INFINITY, f64::NEG_INFINITY);
        self.ratios.iter().fold(start, |(low, high), ratio| (low.min(*ratio), high.max(*ratio)))
    }

    pub(crate) fn line(&self) -> String {
        let Self { peer, bar, .. } = self;
        format!("  {}: {:.2}x {peer}, at most {bar}", self.verdict(), self.median())
    }
}

/// What is asked of this store, and its ratios to each peer.
pub(crate) fn rows(outcome: &Outcome) -> Vec<Row> {
    let row = |(peer, bar): &(&str, f64)| {
        let ratios = ratios(turns(outcome, OURS), turns(outcome, peer));
        Row::new(outcome.workload, peer, *bar, ratios)
    };
    outcome.bars.iter().map(row).collect()
}

/// The table as markdown, with the machine below it.
pub(crate) fn markdown(rows: &[Row], rounds: usize, machine: &str) -> String {
    let mut out = String::from(
        "| what | against | at most | measured | lowest to highest | |\n|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let Row { what, peer, bar, .. } = row;
        let (low, high) = row.spread();
        let (median, verdict) = (row.median(), row.verdict());
        let _ = writeln!(
            out,
            "| {what} | {peer} | {bar:.3}x | **{median:.2}x** | {low:.2} to {high:.2} | {verdict} |"
        );
    }
    let _ = writeln!(out, "\nMedians of {rounds} rounds; in each, every contender had its turn. {machine}");
    out
}

pub(crate) fn print(outcome: &Outcome) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let first = outcome.contenders.first().map_or("", |(name, _)| *name);
    writeln!(out, "{}", outcome.workload)?;
    for (name, found) in &outcome.contenders {
        let ratios = ratios(found, turns(outcome, first));
        let (low, high) = ratios
            .iter()
            .fold((f64::MAX, f64::MIN), |(low, high), ratio| (low.min(*ratio), high.max(*ratio)));
        let each = median(found.iter().map(|turn| turn.each())) / 1_000.0;
        writeln!(
            out,
            "  {name:<24} {each:>12.2} us  {:>7.2}x {first} ({low:.2} to {high:.2})",
            median(ratios.iter().copied())
        )?;
    }
    for row in rows(outcome) {
        writeln!(out, "{}", row.line())?;
    }
    Ok(writeln!(out)?)
}

pub(crate) fn print_row(title: &str, row: &Row) -> Result<()> {
    Ok(writeln!(std::io::stdout().lock(), "{title}\n{}\n", row.line())?)
}
