//! The tables, as markdown.

use super::{Row, short};
use crate::contender::{CORE, OURS};
use crate::round::{Column, Outcome};
use crate::turn::{Turn, ratio};
use std::fmt::Write as _;
use std::path::Path;

/// What the sandbox may cost.
const SANDBOX_AT_MOST: f64 = 1.3;

/// What is counted, after the variant and the contender.
const COUNTED: [&str; 13] = [
    "",
    "",
    "time, to the first's",
    "syncs",
    "folder syncs",
    "writes",
    "write calls",
    "flushes",
    "longest call",
    "peak MiB",
    "given",
    "dirtied",
    "on disk",
];

/// All of it, in the order of what one asks first.
pub(crate) fn print(
    outcomes: &[Outcome],
    rows: &[Row],
    (folder, plots): (&Path, &[String]),
    rounds: usize,
    machine: &str,
) -> String {
    let mut out = format!(
        "# The table\n\nWritten by the benchmark; [benchmarks.md](../benchmarks.md) says what is compared with what.\n\n\
         Rounds: {rounds}. Medians, lowest to highest behind them; in each round every contender had its turn. Where a row had \
         fewer rounds, or one, it says so. {machine}\n"
    );
    for failure in super::failures(outcomes) {
        let _ = writeln!(out, "\n**Failed:** {failure}");
    }
    requirements(&mut out, rows);
    peers(&mut out, outcomes);
    sandbox(&mut out, outcomes);
    growth(&mut out, outcomes);
    counts(&mut out, outcomes);
    if !plots.is_empty() {
        out.push_str("\n## Drawn\n\n");
        for plot in plots {
            let name = plot.trim_end_matches(".svg").replace('-', " ");
            let _ = writeln!(out, "![{name}]({})\n", folder.join(plot).display());
        }
    }
    out
}

fn head(out: &mut String, names: &[&str]) {
    let rule = "---|".repeat(names.len());
    let _ = writeln!(out, "\n| {} |\n|{rule}", names.join(" | "));
}

fn requirements(out: &mut String, rows: &[Row]) {
    out.push_str("\n## What is asked, and what came of it\n");
    head(out, &["what", "against", "at most", "measured", ""]);
    for row in rows {
        let Row { what, against, at_most, .. } = row;
        let measured = row.measured.map_or_else(String::new, |spread| spread.to_string());
        let at_most = short(*at_most);
        let _ = writeln!(out, "| {what} | {against} | {at_most}x | **{measured}** | {} |", row.verdict());
    }
}

/// This store's time divided by that of each other.
fn peers(out: &mut String, outcomes: &[Outcome]) {
    out.push_str("\n## This store's time, divided by that of the others\n");
    for outcome in outcomes {
        let others: Vec<_> = outcome.contenders().into_iter().filter(|name| *name != OURS).collect();
        if others.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n### {}", outcome.workload);
        head(out, &[&[""], others.as_slice()].concat());
        for variant in outcome.variants() {
            let Some(ours) = outcome.column(OURS, variant) else { continue };
            let ratio = |name: &&str| Some(ours.over(outcome.column(name, variant)?)?.to_string());
            let ratios: Vec<_> = others.iter().map(|name| ratio(name).unwrap_or_default()).collect();
            let _ = writeln!(out, "| {variant} | {} |", ratios.join(" | "));
        }
    }
}

/// The component's time divided by its core's, compiled for this machine.
fn sandbox(out: &mut String, outcomes: &[Outcome]) {
    let _ = writeln!(out, "\n## What the sandbox costs: at most {SANDBOX_AT_MOST}x of the native core");
    head(out, &["what", "measured", ""]);
    for outcome in outcomes {
        for variant in outcome.variants() {
            let both = outcome.column(OURS, variant).zip(outcome.column(CORE, variant));
            let Some(spread) = both.and_then(|(ours, core)| ours.over(core)) else { continue };
            let verdict = if spread.median <= SANDBOX_AT_MOST { "met" } else { "MISSED" };
            let _ = writeln!(out, "| {}: {variant} | {spread} | {verdict} |", outcome.workload);
        }
    }
}

/// Each contender's time, divided by its own at the smallest size.
fn growth(out: &mut String, outcomes: &[Outcome]) {
    out.push_str("\n## What grows: each divided by its own time at the smallest size\n");
    for outcome in outcomes.iter().filter(|outcome| outcome.grows) {
        let variants = outcome.variants();
        let _ = writeln!(out, "\n### {}", outcome.workload);
        head(out, &[&[""], variants.as_slice()].concat());
        for contender in outcome.contenders() {
            let first = variants.iter().find_map(|variant| outcome.column(contender, variant));
            let ratio = |variant: &&str| outcome.column(contender, variant)?.over(first?);
            let ratios = variants.iter().map(|variant| ratio(variant).map(|spread| spread.to_string()));
            let ratios: Vec<_> = ratios.map(Option::unwrap_or_default).collect();
            let _ = writeln!(out, "| {contender} | {} |", ratios.join(" | "));
        }
    }
}

/// What was counted beside each time.
fn counts(out: &mut String, outcomes: &[Outcome]) {
    out.push_str(
        "\n## What was counted\n\nAn operation's, but for the last three: bytes written and taken up are for each byte stored. *Syncs*, \
         *folder syncs* and *writes* are what the contender counts itself, *write calls* and *given* what the process gave to the \
         system, *dirtied* what the file system has to write of it at some time, *flushes* what the disk was asked for meanwhile, by \
         whomever.\n",
    );
    for outcome in outcomes {
        let _ = writeln!(out, "\n### {}", outcome.workload);
        head(out, &COUNTED);
        for variant in outcome.variants() {
            let base = outcome.of_variant(variant).next();
            outcome.of_variant(variant).for_each(|column| counts_of(out, column, base));
        }
    }
}

fn counts_of(out: &mut String, column: &Column, base: Option<&Column>) {
    let each = |of: fn(&Turn) -> Option<u64>| number(column, |turn| Some(ratio(of(turn)?, turn.operations)));
    let of_payload = |of: fn(&Turn) -> Option<u64>| {
        number(column, |turn| (turn.payload_bytes > 0).then_some(ratio(of(turn)?, turn.payload_bytes)))
    };
    let longest =
        |column: &Column| column.median(|turn| turn.longest_nanoseconds.map(|longest| ratio(longest, 1)));
    let longest = longest(column).zip(base.and_then(longest)).map(|(longest, base)| longest / base);
    let cells = [
        base.and_then(|base| column.over(base)).map_or_else(String::new, |spread| spread.to_string()),
        each(|turn| Some(turn.steps?.syncs)),
        each(|turn| Some(turn.steps?.folder_syncs)),
        each(|turn| Some(turn.steps?.writes)),
        each(|turn| Some(turn.io.write_calls)),
        each(|turn| turn.io.flushes),
        longest.map_or_else(String::new, |ratio| format!("{}x", short(ratio))),
        number(column, |turn| Some(ratio(turn.peak_bytes, 1 << 20))),
        of_payload(|turn| Some(turn.io.written_bytes)),
        of_payload(|turn| Some(turn.io.dirtied_bytes)),
        of_payload(|turn| turn.disk_bytes),
    ];
    let _ = writeln!(out, "| {} | {} | {} |", column.variant, column.contender, cells.join(" | "));
}

fn number(column: &Column, of: impl Fn(&Turn) -> Option<f64>) -> String {
    column.median(of).map_or_else(String::new, short)
}
