//! `export`: a store, or streams of it, as lines of JSON.

use crate::archive::{self, Wanted};
use crate::exit::{CliError, Status};
use crate::interrupt::{self, Waiting};
use crate::options::Options;
use crate::progress::Progress;
use crate::stream;
use crate::target;
use clap::{ArgGroup, Args};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use sx_persist::types::Position;
use sx_persist::{Store, Tail};

/// Events asked for at once.
const PAGE_EVENTS: u32 = 65_536;
/// Bytes that are written to a file at once.
const BUFFER_BYTES: usize = 1 << 20;

const EXAMPLES: &str = "\
An archive has a head, an end with a checksum, and all that `import` needs to make the same store again; docs/archive.md
says what each line is. One --stream alone gives its events as they are, as `import --stream` takes them.

Examples:
  sx-persist export --all -o backup.jsonl
  sx-persist export --all --blobs backup-blobs -o backup.jsonl
  sx-persist export --stream orders > orders.jsonl
  sx-persist export --stream orders --after 1000 >> orders.jsonl
  sx-persist export --stream orders --stream payments -o both.jsonl";

/// Prints a store as an archive, or the events of streams, as lines of JSON, as `import` takes them
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("what").args(["all", "streams"]).required(true).multiple(true))]
pub(crate) struct Export {
    /// The whole store
    #[arg(long, conflicts_with_all = ["streams", "after"])]
    all: bool,
    /// A stream; given several times, or with --archive, an archive of these
    #[arg(long = "stream", value_name = "STREAM")]
    streams: Vec<String>,
    /// Only events with a seq above this one
    #[arg(long, value_name = "SEQ")]
    after: Option<u64>,
    /// Writes an archive of one stream, too
    #[arg(long)]
    archive: bool,
    /// Puts each blob into a file of this folder, and not into the archive
    #[arg(long, value_name = "DIR", requires = "all")]
    blobs: Option<PathBuf>,
    /// Keeps writers out meanwhile, so that the archive is of one moment; waits for one that is at work, as --wait says
    #[arg(long)]
    lock: bool,
    /// Writes into this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(export: &Export, options: &Options) -> anyhow::Result<Status> {
    if !export.lock {
        return options.reading(|store, output| {
            export.write(store, output.bytes())?;
            Ok(Status::Done)
        });
    }
    let store = options.builder().create(false).open(options.root())?;
    let mut output = options.output();
    export.write(&store, output.bytes())?;
    output.flush()?;
    store.close()?;
    Ok(Status::Done)
}

impl Export {
    fn write(&self, store: &Store, stdout: &mut dyn Write) -> anyhow::Result<()> {
        if let Some(folder) = &self.blobs {
            fs::create_dir_all(folder).map_err(|error| {
                CliError::Misused(format!("cannot make the folder {}: {error}", folder.display()))
            })?;
        }
        let Some(path) = &self.output else {
            return self.fill(store, stdout, true);
        };
        target::write(path, |file| {
            let mut file = BufWriter::with_capacity(BUFFER_BYTES, file);
            self.fill(store, &mut file, false)?;
            Ok(file.flush()?)
        })
    }

    fn fill(&self, store: &Store, to: &mut dyn Write, is_stdout: bool) -> anyhow::Result<()> {
        if let ([stream], false) = (self.streams.as_slice(), self.archive) {
            // Behind a seq there are fewer, and nobody knows how many. A damaged stream may have no count, and what precedes the damage is written all the same.
            let total = if self.after.is_none() { store.raw().count(stream).unwrap_or(0) } else { 0 };
            let progress = beside(Progress::events(total), is_stdout);
            let _waiting = self.on_interrupt(&progress)?;
            return events(stream, self.after, store, to, &progress);
        }
        let progress = beside(Progress::bytes(None), is_stdout);
        let _waiting = self.on_interrupt(&progress)?;
        let streams = (!self.all).then_some(self.streams.as_slice());
        let wanted = Wanted { streams, after: self.after, blobs: self.blobs.as_deref() };
        archive::export(&wanted, store, to, &progress)
    }

    /// Nothing is changed here, so an interrupt may come at any time.
    fn on_interrupt(&self, progress: &Progress) -> io::Result<Waiting> {
        let words = match &self.output {
            Some(file) => format!("interrupted; {} is as it was: run it again", file.display()),
            None if self.all || self.archive || self.streams.len() > 1 => {
                "interrupted; what was written is no whole archive: run it again".to_owned()
            }
            None => {
                "interrupted; the last line may be cut off: --after SEQ goes on behind the last whole one"
                    .to_owned()
            }
        };
        let bar = progress.bar();
        interrupt::say(move || {
            bar.finish_and_clear();
            words.clone()
        })
    }
}

/// No bar where the lines themselves go to the terminal.
fn beside(progress: Progress, is_stdout: bool) -> Progress {
    if is_stdout { progress.beside_stdout() } else { progress }
}

/// The events of a stream, each a line.
fn events(
    stream: &str,
    after: Option<u64>,
    store: &Store,
    to: &mut dyn Write,
    progress: &Progress,
) -> anyhow::Result<()> {
    let at = after.map_or(Position::Start, Position::After);
    let mut tail = Tail::new(store, stream, at, PAGE_EVENTS);
    let mut is_found = false;
    while !tail.is_at_end() {
        let events = tail.next_events()?;
        is_found |= !events.is_empty();
        for event in &events {
            serde_json::to_writer(&mut *to, &sx::parse(event)?).map_err(io::Error::from)?;
            to.write_all(b"\n")?;
        }
        progress.inc(events.len() as u64);
    }
    // An empty file would be taken for a backup.
    if !is_found && !stream::is_there(stream, store)? {
        return Err(CliError::Refused(format!(
            "the store has no stream {stream}; `stream ls` shows those that are"
        ))
        .into());
    }
    Ok(())
}
