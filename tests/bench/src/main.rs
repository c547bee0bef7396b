//! The benchmark: every contender does the same work with the same bytes and the same promise, in one run, in one directory.
//!
//! Times are reported as ratios to the floor of the same round, or to a peer's; absolute times mean nothing on a shared
//! machine. `cargo run --release -p sx-persist-bench` prints the table; `--markdown FILE` writes it
//! down, `--json FILE` keeps the numbers.

mod contenders;
mod machine;
mod memory;
mod program;
mod report;
mod round;
mod workloads;

use anyhow::Result;
use clap::Parser;
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(about = "sx-persist measured against what a user would pick instead")]
struct Arguments {
    /// A run that checks that everything works, not how fast: small, and one round.
    #[arg(long)]
    quick: bool,
    /// Rounds; in each, every contender has its turn.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Only workloads with this in their name.
    #[arg(long, default_value = "")]
    only: String,
    /// Where the data goes; the same file system for all.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Write the table here, as markdown.
    #[arg(long)]
    markdown: Option<PathBuf>,
    /// Keep all numbers here.
    #[arg(long)]
    json: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let scale = if arguments.quick { round::Scale::quick() } else { round::Scale::full() };
    let rounds = if arguments.quick { 1 } else { arguments.rounds };
    let folder = match arguments.folder {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let machine = machine::describe(folder.path());
    let (mut results, mut rows) = (Vec::new(), Vec::new());
    for workload in
        workloads::all(scale).into_iter().filter(|workload| workload.name.contains(&arguments.only))
    {
        let result = round::run(workload, rounds, folder.path())?;
        report::print(&result)?;
        rows.extend(report::rows(&result));
        results.push(result);
    }
    if memory::NAME.contains(&arguments.only) {
        let row = memory::measure(scale, folder.path())?;
        report::print_row(memory::NAME, &row)?;
        rows.push(row);
    }
    if let Some(path) = arguments.markdown {
        std::fs::write(path, report::markdown(&rows, rounds, &machine))?;
    }
    if let Some(path) = arguments.json {
        std::fs::write(path, serde_json::to_string_pretty(&results)?)?;
    }
    Ok(())
}
