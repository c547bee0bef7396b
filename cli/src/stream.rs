//! `stream`: appending and reading events.

use crate::exit::Status;
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::terminal::{self, wait_for_close};
use crate::value::{self, Form};
use clap::{Args, Subcommand};
use std::time::Duration;
use sx_persist::types::{Direction, ExpectSeq, Position};
use sx_persist::{Store, Tail, event};

/// How often a stream that is followed is looked at.
const POLL: Duration = Duration::from_millis(100);
/// Events asked for at once. A page that is not full is read again at each look, so it is no larger.
const PAGE_EVENTS: u32 = 1_024;

const APPEND_EXAMPLES: &str = "\
Examples:
  sx-persist stream append orders '{:seq 1 :sku \"A-1\"}'
  sx-persist stream append orders '{:seq 2 :sku \"B-9\"}' --expecting 1
  echo '{\"seq\": 3}' | sx-persist --json stream append orders -";

const RECORD_EXAMPLES: &str = "\
Examples:
  sx-persist stream record orders placed '{:sku \"A-1\" :qty 2}'
  sx-persist stream record notes said --string 'hello world'
  sx-persist --json stream record orders placed '{\"qty\": 2}' --expecting 3";

const READ_EXAMPLES: &str = "\
Examples:
  sx-persist stream read orders
  sx-persist stream read orders --reverse --limit 1
  sx-persist --json stream read orders --after 7 --follow

--follow prints each event once, whatever is truncated meanwhile, in the order in which they were appended. Two cases it
cannot tell: an event that comes again, letter for letter, behind a truncation that took it and all others; and, when more
than a million events were printed, seqs that repeat or descend behind a truncation.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Appends an event, a dict with its :seq; prints the stream's last seq
    #[command(after_help = APPEND_EXAMPLES)]
    Append {
        /// Its name; a stream begins with its first event
        stream: String,
        /// The event; `-` reads standard input
        event: String,
        /// Refuses when the stream's last seq is another; 0 for a new stream
        #[arg(long, value_name = "SEQ")]
        expecting: Option<u64>,
    },
    /// Makes an event {:at :data :seq :stream :type} with the next seq, and appends it; prints the event
    #[command(after_help = RECORD_EXAMPLES)]
    Record {
        /// Its name; a stream begins with its first event
        stream: String,
        /// Becomes :type
        kind: String,
        /// Becomes :data; `-` reads standard input
        #[arg(value_name = "VALUE", allow_negative_numbers = true)]
        data: String,
        #[command(flatten)]
        form: Form,
        /// Becomes :at, in milliseconds since 1970 [default: now]
        #[arg(long, value_name = "MS", allow_negative_numbers = true)]
        at: Option<i64>,
        /// Refuses when the stream's last seq is another; 0 for a new stream
        #[arg(long, value_name = "SEQ")]
        expecting: Option<u64>,
    },
    /// Prints the events of a stream, one a line; with --json an array, or a line each when it follows
    #[command(after_help = READ_EXAMPLES)]
    Read(Read),
    /// Prints the highest seq ever appended; 0 for a stream never written
    LastSeq {
        /// Its name
        stream: String,
    },
    /// Prints the names of all streams, one a line; one that holds control characters is quoted
    List,
    /// Prints how many events a stream holds
    Count {
        /// Its name
        stream: String,
    },
    /// Drops the events with a seq up to and including UPTO; prints how many
    Truncate {
        /// Its name
        stream: String,
        /// The highest seq that is dropped
        upto: u64,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Read {
    /// Its name
    stream: String,
    /// Only events with a higher seq
    #[arg(long, value_name = "SEQ", conflicts_with = "reverse")]
    after: Option<u64>,
    /// At most so many events
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// From the last event to the first
    #[arg(long)]
    reverse: bool,
    /// Goes on with events as they come, until Ctrl-C
    #[arg(long, conflicts_with = "reverse")]
    follow: bool,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Append { stream, event, expecting } => append(&stream, &event, expecting, options),
        Command::Record { stream, kind, data, form, at, expecting } => {
            let at = at.unwrap_or_else(event::now);
            let data = form.read(&data, options)?;
            options.writing(|store, output| {
                let event = store.raw().record_event(
                    &stream,
                    &kind,
                    at,
                    &data,
                    expecting.map_or(ExpectSeq::Any, ExpectSeq::At),
                )?;
                output.line(Answer::Value(&event)).map(|()| Status::Done)
            })
        }
        Command::Read(read) => options.reading(|store, output| match read {
            Read { follow: true, .. } => follow(&read, store, output),
            Read { reverse: true, .. } => read_back(&read, store, output),
            _ => read_on(&read, store, output),
        }),
        Command::LastSeq { stream } => options.reading(|store, output| {
            output.line(Answer::Number(store.raw().last_seq(&stream)?)).map(|()| Status::Done)
        }),
        Command::List => options.reading(list),
        Command::Count { stream } => options.reading(|store, output| {
            output.line(Answer::Number(store.raw().count(&stream)?)).map(|()| Status::Done)
        }),
        Command::Truncate { stream, upto } => options.writing(|store, output| {
            output.line(Answer::Number(store.raw().truncate(&stream, upto)?)).map(|()| Status::Done)
        }),
    }
}

fn append(stream: &str, event: &str, expecting: Option<u64>, options: &Options) -> anyhow::Result<Status> {
    let event = value::read(event, options)?;
    options.writing(|store, output| {
        let text = store.raw();
        let last_seq = match expecting {
            None => text.append(stream, &event)?,
            Some(expected) => text.append_expecting(stream, expected, &[event])?,
        };
        output.line(Answer::Number(last_seq)).map(|()| Status::Done)
    })
}

fn list(store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let mut list = output.list();
    for stream in store.streams()? {
        list.item(Answer::Name(&stream))?;
    }
    list.end().map(|()| Status::Done)
}

fn read_on(read: &Read, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let mut tail = read.tail(store);
    let mut left = read.limit();
    let mut list = output.list();
    while left > 0 {
        let events = tail.next_events()?;
        for event in events.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            list.item(Answer::Value(event))?;
            left -= 1;
        }
        if tail.is_at_end() {
            break;
        }
    }
    read.say_if_absent(store, left);
    list.end().map(|()| Status::Done)
}

fn read_back(read: &Read, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let mut left = read.limit();
    let mut at = Some(Position::End);
    let mut list = output.list();
    while left > 0
        && let Some(place) = at
    {
        let limit = u32::try_from(left).map_or(PAGE_EVENTS, |left| left.min(PAGE_EVENTS));
        let page = store.raw().read_page(&read.stream, &place, limit, Direction::Backward)?;
        for event in page.lines.lines() {
            list.item(Answer::Value(event))?;
            left -= 1;
        }
        at = (!page.done).then_some(Position::Cursor(page.through));
    }
    read.say_if_absent(store, left);
    list.end().map(|()| Status::Done)
}

fn follow(read: &Read, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let mut tail = read.tail(store);
    let mut left = read.limit();
    let mut is_waiting = false;
    while left > 0 {
        let events = tail.next_events()?;
        for event in events.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
            output.line(Answer::Value(event))?;
            left -= 1;
        }
        output.flush()?;
        if tail.is_at_end() && !std::mem::replace(&mut is_waiting, true) {
            read.say_if_absent(store, left);
        }
        if left > 0 && tail.is_at_end() && wait_for_close(POLL) {
            break;
        }
    }
    Ok(Status::Done)
}

impl Read {
    /// At most so many events.
    fn limit(&self) -> u64 {
        self.limit.unwrap_or(u64::MAX)
    }

    /// Says that there is no such stream, where nothing was found of it.
    fn say_if_absent(&self, store: &Store, left: u64) {
        let is_absent = || store.streams().is_ok_and(|streams| !streams.contains(&self.stream));
        if left == self.limit() && is_absent() {
            let advice = if self.follow { "waiting for it" } else { "`stream list` shows those that are" };
            terminal::note(&format!("there is no stream {} yet; {advice}", self.stream));
        }
    }

    fn tail<'a>(&'a self, store: &'a Store) -> Tail<'a> {
        let from = self.after.map_or(Position::Start, Position::After);
        Tail::new(store, &self.stream, from, PAGE_EVENTS)
    }
}
