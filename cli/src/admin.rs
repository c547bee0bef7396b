//! `verify`, `repair`, `checkpoint` and `stats`.

use crate::exit::Status;
use crate::options::Options;
use crate::output::{Answer, Output};
use clap::Subcommand;
use sx_persist::types::Report;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Reads everything and changes nothing; prints what was found, exit code 3 for damage
    Verify,
    /// Copies every damaged piece to quarantine/ in the directory, and then takes it out of the store
    Repair,
    /// Writes what stands in the journal into plain files, where other programs can read it
    Checkpoint,
    /// Prints named numbers about the store
    Stats,
}

pub(crate) fn run(command: &Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Verify => options.reading(|store, output| {
            let report = store.admin().verify()?;
            print(&report, output)?;
            Ok(if report.damaged == 0 { Status::Done } else { Status::Failed })
        }),
        Command::Repair => {
            options.writing(|store, output| print(&store.admin().repair()?, output).map(|()| Status::Done))
        }
        Command::Checkpoint => options.writing(|store, output| {
            store.admin().checkpoint()?;
            output.line(Answer::Done).map(|()| Status::Done)
        }),
        Command::Stats => options.reading(|store, output| {
            let stats = store.admin().stats()?;
            output.numbers(stats.iter().map(|(name, number)| (name.as_str(), *number)))?;
            Ok(Status::Done)
        }),
    }
}

fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
    if output.json {
        return output.document(report);
    }
    output.numbers([
        ("logs", report.logs),
        ("events", report.events),
        ("entries", report.entries),
        ("blobs", report.blobs),
        ("bytes", report.bytes),
        ("foreign", report.foreign),
        ("damaged", report.damaged),
    ])?;
    for finding in &report.findings {
        let damage = &finding.damage;
        let line = damage.line.map(|line| format!(" line {line}")).unwrap_or_default();
        let copy = finding.set_aside.as_ref().map(|copy| format!("; copied to {copy}")).unwrap_or_default();
        output.text(&format!("{}{line} at byte {}: {}{copy}", damage.file, damage.offset, damage.reason))?;
    }
    let untold = report.damaged.saturating_sub(report.findings.len() as u64);
    if untold > 0 {
        output.text(&format!("and {untold} more"))?;
    }
    Ok(())
}
