//! `verify`, `repair`, `checkpoint`, `compact`, `pack`, `unpack` and `stats`.

use crate::exit::Status;
use crate::interrupt;
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::progress::Progress;
use crate::usage::{self, By};
use crate::{root, terminal};
use clap::Subcommand;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use sx_persist::Store;
use sx_persist::types::{Finding, Layout, Report};

/// Numbers of the instance that was asked, which this command has just begun.
const OF_THE_PROCESS: [&str; 5] = ["checkpoints", "folder-syncs", "syncs", "writes", "folder-sync"];

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Reads everything and changes nothing; prints what was found, exit code 12 for damage
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify {
        /// Reads only part N of M; all M parts together read everything
        #[arg(long, value_name = "N/M", value_parser = part)]
        part: Option<(u32, u32)>,
    },
    /// Copies every damaged piece to quarantine/ in the directory, and then takes it out of the store
    Repair,
    /// Writes what stands in the journal into plain files, where other programs can read it
    Checkpoint,
    /// Drops now what was overwritten, removed or truncated in runs; prints the bytes of these before and behind it
    #[command(after_help = COMPACTING)]
    Compact,
    /// Keeps streams, keys and blobs in runs from here on, where many small ones take a fraction of the time and of the disk
    #[command(after_help = PACKING)]
    Pack,
    /// Keeps streams, keys and blobs in plain files from here on, which other programs can read
    #[command(after_help = PACKING)]
    Unpack,
    /// Prints how many streams, keys and other things the store has, and what it takes on the disk
    Stats {
        /// Says instead what each of these has in the store, as `du --by` does
        #[arg(long, value_name = "WHAT")]
        by: Option<By>,
    },
}

const VERIFY_EXAMPLES: &str = "\
A large store can be read in parts, one each night. Each part takes its share of the bytes.

Examples:
  sx-persist verify
  sx-persist verify --part 3/10";

const COMPACTING: &str = "\
A store does so by itself when half of what is in its runs is garbage. It answers all the time as it did before, and
takes 16 MiB more than what it frees on the way. Interrupted, it goes on where it was when the command is run again.

Examples:
  sx-persist du --by keyspace
  sx-persist compact";

/// Bytes of the directory that `verify` reads between two steps of its bar.
const PART_BYTES: u64 = 256 << 20;
/// Steps of it at most: each lists all folders.
const PARTS_MAX: u64 = 20;

/// Streams, keys and blobs from which on a packed store serves better.
const MANY_NAMES: u64 = 10_000;

const PACKING: &str = "\
The store is packed, or plain again, in place. It answers all the time as it did before, and takes the room of what
is copied twice until the end. Interrupted, it is what it was: run the command again, or the other one.

Examples:
  sx-persist pack
  sx-persist unpack --root till";

pub(crate) fn run(command: &Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Verify { part } => options.reading(|store, output| {
            let report = verify(*part, store, options)?;
            print(&report, output)?;
            if report.logs + report.entries + report.blobs >= MANY_NAMES {
                advise(&store.admin().stats()?);
            }
            Ok(if report.damaged == 0 { Status::Done } else { Status::Damaged })
        }),
        Command::Repair => options.mending(|store, output| {
            let again = "what it has set aside stays in quarantine/: run it again";
            let report = waited("repair", again, || Ok(store.admin().repair()?))?;
            print(&report, output)?;
            terminal::note(&match report.damaged {
                0 => "nothing was damaged".to_owned(),
                1 => "1 damaged piece was taken out, and is kept in quarantine/".to_owned(),
                damaged => format!("{damaged} damaged pieces were taken out, and are kept in quarantine/"),
            });
            Ok(Status::Done)
        }),
        Command::Checkpoint => options.mending(|store, output| {
            store.admin().checkpoint()?;
            output.line(Answer::Done).map(|()| Status::Done)
        }),
        Command::Compact => options.mending(|store, output| compact(store, output, options)),
        Command::Pack => options.mending(|store, output| convert(Layout::Packed, store, output)),
        Command::Unpack => options.mending(|store, output| convert(Layout::Plain, store, output)),
        Command::Stats { by: Some(by) } => usage::print(*by, options),
        Command::Stats { by: None } => options.reading(|store, output| {
            let stats = store.admin().stats()?;
            let of_store = stats.iter().filter(|(name, _)| !OF_THE_PROCESS.contains(&name.as_str()));
            let disk_bytes = [("disk-bytes", root::disk_bytes(options.root())?)];
            // The library counts a stream as one of the logs of the store.
            let in_words = |name| if name == "logs" { "streams" } else { name };
            let numbers = of_store.map(|(name, number)| (in_words(name.as_str()), *number)).chain(disk_bytes);
            output.numbers(numbers)?;
            advise(&stats);
            Ok(Status::Done)
        }),
    }
}

/// Says when a packed store would serve better.
fn advise(stats: &BTreeMap<String, u64>) {
    let names: u64 = ["logs", "keys", "blobs"].iter().filter_map(|name| stats.get(*name)).sum();
    if names >= MANY_NAMES && stats.get("packed") == Some(&0) {
        terminal::note(&format!(
            "{names} streams, keys and blobs have files of their own: `sx-persist pack` keeps them in less room, and in less time"
        ));
    }
}

fn convert(to: Layout, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let name = if to == Layout::Packed { "pack" } else { "unpack" };
    let again = "the store is what it was: run it again, or the other way";
    let (progress, _waiting) = interruptible(name, again, Progress::items(0))?;
    store.admin().convert(to, |left| progress.left(left))?;
    drop(progress);
    output.line(Answer::Done).map(|()| Status::Done)
}

/// The progress of work that may be cut off anywhere. An interrupt says how to go on.
fn interruptible(
    name: &'static str,
    again: &'static str,
    progress: Progress,
) -> anyhow::Result<(Progress, interrupt::Waiting)> {
    let bar = progress.bar();
    let waiting = interrupt::say(move || {
        bar.finish_and_clear();
        format!("{name} was interrupted; {again}")
    })?;
    Ok((progress, waiting))
}

/// Reads everything, of a large store a part at a time, or the part that was asked for.
fn verify(part: Option<(u32, u32)>, store: &Store, options: &Options) -> anyhow::Result<Report> {
    let again = "it changes nothing: run it again";
    if let Some((part, parts)) = part {
        return waited("verify", again, || Ok(store.admin().verify_part(part, parts)?));
    }
    let parts = (root::disk_bytes(options.root())? / PART_BYTES).clamp(1, PARTS_MAX);
    let Some(parts) = u32::try_from(parts).ok().filter(|parts| *parts > 1) else {
        return waited("verify", again, || Ok(store.admin().verify()?));
    };
    let progress = Progress::parts(parts.into());
    let bar = progress.bar();
    let _waiting = interrupt::say(move || {
        let done = bar.position();
        bar.finish_and_clear();
        format!(
            "verify was interrupted behind {done} of {parts} parts; {again}, or `verify --part {}/{parts}` and the next ones",
            done + 1
        )
    })?;
    Ok(store.admin().verify_in_parts(parts, |_| progress.inc(1))?)
}

fn compact(store: &Store, output: &mut Output, options: &Options) -> anyhow::Result<Status> {
    let before = root::run_bytes(options.root())?;
    let again = "no answer is another: run it again, and it goes on";
    let (progress, _waiting) = interruptible("compact", again, Progress::bytes(Some(0)))?;
    store.admin().compact(|left| progress.left(left))?;
    drop(progress);
    // Files that the last part has replaced go with it.
    let after = root::run_bytes(options.root())?;
    output.numbers([("run-bytes-before", before), ("run-bytes", after)])?;
    Ok(Status::Done)
}

/// `3/10`
fn part(text: &str) -> Result<(u32, u32), String> {
    let numbers =
        text.split_once('/').and_then(|(part, parts)| Some((part.parse().ok()?, parts.parse().ok()?)));
    let is_one = |(part, parts): &(u32, u32)| (1..=*parts).contains(part) && *parts <= 65_536;
    numbers.filter(is_one).ok_or_else(|| "a part is N/M, from 1/M to M/M, as 3/10".to_owned())
}

/// Does what is one call of the store, however long it takes. An interrupt says what is to be done then.
fn waited(
    name: &'static str,
    again: &'static str,
    call: impl FnOnce() -> anyhow::Result<Report>,
) -> anyhow::Result<Report> {
    let (progress, _waiting) = interruptible(name, again, Progress::work(name))?;
    progress.inc(0);
    call()
}

fn print(report: &Report, output: &mut Output) -> anyhow::Result<()> {
    let numbers = [
        ("streams-and-segments", report.logs),
        ("events", report.events),
        ("values", report.entries),
        ("blobs", report.blobs),
        ("bytes", report.bytes),
        ("foreign-files", report.foreign),
        ("damaged", report.damaged),
    ];
    if output.is_json() {
        let numbers = numbers.iter().map(|(name, number)| (name.replace('-', "_"), (*number).into()));
        let mut document: serde_json::Map<_, _> = numbers.collect();
        document.insert("findings".to_owned(), serde_json::to_value(&report.findings)?);
        return output.document(&document);
    }
    output.numbers(numbers)?;
    if output.is_columns() {
        let mut list = output.list();
        report.findings.iter().try_for_each(|finding| list.item(Answer::Fields(&fields(finding))))?;
        list.end()?;
        return Ok(());
    }
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

fn fields(finding: &Finding) -> [(&'static str, Json); 5] {
    let damage = &finding.damage;
    [
        ("file", damage.file.as_str().into()),
        ("line", damage.line.into()),
        ("offset", damage.offset.into()),
        ("reason", damage.reason.as_str().into()),
        ("set_aside", finding.set_aside.clone().into()),
    ]
}
