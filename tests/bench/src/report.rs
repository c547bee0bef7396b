//! The table: medians, and ratios that are taken round by round.

use crate::round::{Outcome, Turn};
use anyhow::Result;
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
    for (peer, bar) in &outcome.bars {
        let ratio = median(ratios(turns(outcome, OURS), turns(outcome, peer)));
        let verdict = if ratio <= *bar { "met" } else { "MISSED" };
        writeln!(out, "  {verdict}: {ratio:.2}x {peer}, at most {bar}")?;
    }
    Ok(writeln!(out)?)
}
