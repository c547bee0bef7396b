//! `export`: a stream as lines of JSON.

use crate::exit::Status;
use crate::interrupt;
use crate::options::Options;
use crate::output::Output;
use crate::progress::Progress;
use clap::Args;
use sx_persist::types::Position;
use sx_persist::{Store, Tail};

/// Events asked for at once.
const PAGE_EVENTS: u32 = 65_536;

/// Prints the events of a stream as lines of JSON, as `import` takes them
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sx-persist export --stream orders > orders.jsonl")]
pub(crate) struct Export {
    /// The stream to read
    #[arg(long)]
    stream: String,
}

pub(crate) fn run(export: &Export, options: &Options) -> anyhow::Result<Status> {
    options.reading(|store, output| {
        print(&export.stream, store, output)?;
        Ok(Status::Done)
    })
}

fn print(stream: &str, store: &Store, output: &mut Output) -> anyhow::Result<()> {
    // The bar's alone. A damaged stream may have no count, and what precedes the damage is printed all the same.
    let progress = Progress::events(store.raw().count(stream).unwrap_or(0)).beside_stdout();
    let bar = progress.bar();
    let _waiting = interrupt::say(move || {
        bar.finish_and_clear();
        "interrupted; the last line may be cut off".to_owned()
    })?;
    let mut tail = Tail::new(store, stream, Position::Start, PAGE_EVENTS);
    while !tail.is_at_end() {
        let events = tail.next_events()?;
        for event in &events {
            output.document(&sx::parse(event)?)?;
        }
        progress.inc(events.len() as u64);
    }
    Ok(())
}
