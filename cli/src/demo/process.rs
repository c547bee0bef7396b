//! The other processes of the demo: this program again, on the same directory.

use crate::exit::{CliError, Status};
use crate::options::Options;
use anyhow::Context as _;
use clap::Subcommand;
use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{self, Child, Stdio};
use std::time::{Duration, Instant};
use sx_persist::types::ExpectSeq;

/// Far more than the writer gets to before it is killed.
const EVENTS_MAX: usize = 1_000_000;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Records the events of one stream in another, over and over; prints each seq once it is acknowledged
    Write { from: String, to: String },
}

pub(crate) fn run(command: &Command, options: &Options) -> anyhow::Result<Status> {
    let Command::Write { from, to } = command;
    let store = options.open()?;
    let events = store.raw().read(from)?;
    let mut out = io::stdout().lock();
    for event in events.iter().cycle().take(EVENTS_MAX) {
        let data = sx::field(event, "data").unwrap_or("nil");
        let recorded = store.raw().record_event(to, "replayed", 0, data, ExpectSeq::Any)?;
        // One write of a whole line: a kill leaves no half of it in the pipe.
        out.write_all(format!("{}\n", sx::field(&recorded, "seq").unwrap_or_default()).as_bytes())?;
        out.flush()?;
    }
    Ok(Status::Done)
}

/// Runs a command of this program to its end; answers what it prints.
pub(crate) fn output(root: &Path, args: &[&str]) -> anyhow::Result<Vec<u8>> {
    let output = this_program(root)?.args(args).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(CliError::Failed(format!("`sx-persist {}`: {}", args.join(" "), output.status)).into());
    }
    Ok(output.stdout)
}

/// A writer that was killed.
pub(crate) struct Killed {
    pub(crate) pid: u32,
    /// The seqs that it had acknowledged.
    pub(crate) acknowledged: Vec<u64>,
}

/// Starts a writer and kills it after a while, whatever it is doing then.
pub(crate) fn kill_writer(root: &Path, from: &str, to: &str, after: Duration) -> anyhow::Result<Killed> {
    let mut command = this_program(root)?;
    command.args(["demo-process", "write", from, to]).stdout(Stdio::piped());
    let mut writer = KillOnDrop(command.spawn().context("cannot start a writer")?);
    let mut lines = BufReader::new(writer.0.stdout.take().context("the writer has no output")?).lines();
    let mut acknowledged = Vec::new();
    let mut first = None;
    // What it had printed before it was killed was acknowledged, too, and is read to the end.
    while let Some(line) = lines.next().transpose()? {
        acknowledged.push(line.parse().context("the writer prints seqs")?);
        if first.get_or_insert_with(Instant::now).elapsed() >= after {
            writer.0.kill()?;
        }
    }
    let (pid, status) = (writer.0.id(), writer.0.wait()?);
    if status.code().is_some() {
        return Err(CliError::Failed(format!("the writer ended before it was killed: {status}")).into());
    }
    Ok(Killed { pid, acknowledged })
}

fn this_program(root: &Path) -> anyhow::Result<process::Command> {
    let mut command = process::Command::new(env::current_exe()?);
    command.arg("--root").arg(root).stdin(Stdio::null());
    Ok(command)
}

/// A process that does not outlive the demo.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
