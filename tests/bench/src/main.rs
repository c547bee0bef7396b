//! The benchmark: every contender does the same work with the same bytes and the same promise, in one run, in one directory.
//!
//! Times are reported as ratios to the floor of the same round, or to a peer's; absolute times mean nothing on a shared
//! machine. `cargo run --profile dist -p sx-persist-bench` prints what it finds; `--markdown FILE` writes the tables down,
//! `--plots DIR` draws them, `--json FILE` keeps the numbers.

mod act;
mod contender;
mod dearest;
mod kept;
mod large;
mod machine;
mod made;
mod map_act;
mod measure;
mod memory;
mod meter;
mod program;
mod report;
mod round;
mod scale;
mod session_act;
mod shelf;
mod stream_act;
mod table;
mod turn;
mod variant;
mod work;
mod workload;

use anyhow::{Result, ensure};
use clap::Parser;
use contender::{Kind, Promise};
use indicatif::{ProgressBar, ProgressStyle};
use report::{Row, markdown, plots};
use round::{Column, Outcome};
use scale::Scale;
use shelf::{Making, Shelf};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use workload::Workload;

#[derive(Debug, Parser)]
#[command(about = "sx-persist measured against what a user would pick instead")]
struct Arguments {
    /// A run that checks that everything works, not how fast: small, and one round.
    #[arg(long)]
    quick: bool,
    /// Rounds; in each, every contender has its turn. 5 unless said otherwise, 1 in a quick run.
    #[arg(long)]
    rounds: Option<usize>,
    /// Only workloads with this in their name, or with that, where it is given more than once.
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Not those with this in their name, nor with that, where it is given more than once.
    #[arg(long, value_name = "TEXT")]
    without: Vec<String>,
    /// The names of the workloads, and nothing else.
    #[arg(long)]
    list: bool,
    /// Where the data goes; the same file system for all.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Write the tables here, as markdown.
    #[arg(long)]
    markdown: Option<PathBuf>,
    /// Only load so many keys once, and open them: 10,000,000 are 2.7 GB, twice.
    #[arg(long, value_name = "KEYS", conflicts_with_all = ["only", "without", "quick", "rounds", "json", "markdown", "plots"])]
    large: Option<u64>,
    /// Keep all numbers here.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Draw each workload into this folder, as SVG.
    #[arg(long)]
    plots: Option<PathBuf>,
}

impl Arguments {
    fn asks_for(&self, name: &str) -> bool {
        let has = |texts: &[String]| texts.iter().any(|text| name.contains(text));
        (self.only.is_empty() || has(&self.only)) && !has(&self.without)
    }
}

/// All that was found out.
struct Found {
    outcomes: Vec<Outcome>,
    rows: Vec<Row>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let scale = if arguments.quick { Scale::quick() } else { Scale::full() };
    let rounds = arguments.rounds.unwrap_or(if arguments.quick { 1 } else { 5 }).max(1);
    let mut workloads = table::all(scale);
    workloads.retain(|workload| arguments.asks_for(&workload.name));
    if arguments.list {
        let mut out = std::io::stdout().lock();
        let others = [memory::NAME, kept::NAME, dearest::NAME];
        let others = others.into_iter().filter(|name| arguments.asks_for(name));
        let names = workloads.iter().map(|workload| workload.name.as_str()).chain(others);
        return Ok(names.into_iter().try_for_each(|name| writeln!(out, "{name}"))?);
    }
    let is_program = |workload: &Workload| program::NAMES.contains(&workload.name.as_str());
    if workloads.iter().any(is_program) && !program::are_there() {
        writeln!(
            std::io::stderr(),
            "left out, for want of sx-persist beside this or of sqlite3: {}",
            program::NAMES.join("; ")
        )?;
        workloads.retain(|workload| !is_program(workload));
    }
    if !machine::can_drop_caches() {
        writeln!(std::io::stderr(), "left out, for want of the right to drop caches: {}", table::COLD)?;
        workloads.retain(|workload| workload.name != table::COLD);
    }
    let has_memory = arguments.asks_for(memory::NAME);
    let has_dearest = arguments.asks_for(dearest::NAME);
    let has_kept = arguments.asks_for(kept::NAME) && program::is_there();
    ensure!(
        has_memory || has_kept || has_dearest || !workloads.is_empty(),
        "no workload has a name that --only and --without ask for; --list has the names"
    );
    let folder = match &arguments.folder {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            tempfile::tempdir_in(folder)?
        }
        None => tempfile::tempdir()?,
    };
    if let Some(keys) = arguments.large {
        let rows = large::measure(keys.max(1), folder.path())?;
        return report::print_rows(&mut std::io::stdout().lock(), &rows);
    }
    let machine = machine::describe(folder.path());
    let mut shelf = Shelf::new(folder.path(), machine::disk(folder.path()));
    let mut found = measure(&mut workloads, rounds, &mut shelf)?;
    let memory = has_memory.then(|| memory::measure(scale, folder.path())).transpose()?;
    let kept = has_kept.then(|| kept::measure(folder.path())).transpose()?;
    let dearest = has_dearest.then(|| dearest::measure(scale, folder.path())).transpose()?;
    for row in memory.into_iter().chain(kept).chain(dearest.into_iter().flatten()) {
        report::print_rows(&mut std::io::stdout().lock(), std::slice::from_ref(&row))?;
        found.rows.push(row);
    }
    write(&arguments, &found, rounds, &machine)?;
    let failures = report::failures(&found.outcomes);
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}

fn measure(workloads: &mut [Workload], rounds: usize, shelf: &mut Shelf) -> Result<Found> {
    let mut found = Found { outcomes: Vec::new(), rows: Vec::new() };
    let turns: usize = workloads.iter().map(|workload| workload.cells.len() * rounds).sum();
    let bar = ProgressBar::new(turns as u64);
    bar.set_style(ProgressStyle::with_template("{elapsed_precise} {pos}/{len} {wide_msg}")?);
    while let Some(at) = workloads.get_mut(found.outcomes.len()) {
        let outcome = round::run(at, rounds, shelf, |what| {
            bar.set_message(what.to_owned());
            bar.inc(1);
        });
        let rows = report::rows(at, &outcome);
        bar.suspend(|| report::print(&outcome, &rows))?;
        found.rows.extend(rows);
        found.outcomes.push(outcome);
        let rest = workloads.get(found.outcomes.len()..).unwrap_or_default();
        shelf.keep(|data| rest.iter().flat_map(|workload| &workload.cells).any(|cell| cell.data == data))?;
    }
    bar.finish_and_clear();
    for outcome in makings(&shelf.makings) {
        report::print(&outcome, &[])?;
        found.outcomes.push(outcome);
    }
    Ok(found)
}

/// How the kept sets came about, as workloads of one round: what a store of a size costs to fill and to keep.
fn makings(makings: &[Making]) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    // They were made when a workload asked for them; what grows is read from the smallest on.
    let mut makings: Vec<_> = makings.iter().collect();
    makings.sort_by_key(|making| making.data.size());
    for Making { data, kind, turn } in makings {
        let workload = format!("making {}, relaxed", data.name());
        let packed = if *kind == Kind::Packed { ", packed" } else { "" };
        let column = Column {
            contender: kind.name(Promise::Relaxed),
            variant: table::grouped(data.size()) + packed,
            turns: vec![turn.clone()],
            failure: None,
        };
        match outcomes.iter_mut().find(|outcome| outcome.workload == workload) {
            Some(outcome) => outcome.columns.push(column),
            None => outcomes.push(Outcome { workload, grows: true, columns: vec![column] }),
        }
    }
    outcomes
}

fn write(arguments: &Arguments, found: &Found, rounds: usize, machine: &str) -> Result<()> {
    let Found { outcomes, rows } = found;
    let plots = match &arguments.plots {
        Some(folder) => plots::draw(outcomes, folder)?,
        None => Vec::new(),
    };
    if let Some(path) = &arguments.markdown {
        // Links are from the page on.
        let folder = arguments.plots.as_deref().unwrap_or(Path::new(""));
        let folder = path.parent().and_then(|page| folder.strip_prefix(page).ok()).unwrap_or(folder);
        std::fs::write(path, markdown::print(outcomes, rows, (folder, &plots), rounds, machine))?;
    }
    if let Some(path) = &arguments.json {
        let all =
            serde_json::json!({ "machine": machine, "rounds": rounds, "rows": rows, "workloads": outcomes });
        std::fs::write(path, serde_json::to_string_pretty(&all)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shelf::Data;

    #[test]
    fn what_was_made_is_shown_from_the_smallest_on() {
        let making =
            |size| Making { data: Data::Events(size), kind: Kind::Component, turn: turn::Turn::default() };
        let outcomes = makings(&[10_000, 1_000_000, 1_000].map(making));
        assert_eq!(outcomes[0].variants(), ["1,000", "10,000", "1,000,000"]);
    }
}
