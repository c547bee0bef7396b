//! `stream`: appending and reading events.

mod read;

use crate::exit::Status;
use crate::options::Options;
use crate::output::Answer;
use crate::value::{self, Form};
use clap::{Args, Subcommand};
use read::Read;
use sx_persist::types::ExpectSeq;
use sx_persist::{Store, event};

const APPEND_EXAMPLES: &str = "\
Examples:
  sx-persist stream append orders '{:seq 1 :sku \"A-1\"}'
  sx-persist stream append orders '{:seq 2 :sku \"B-9\"}' --if-seq 1
  echo '{\"seq\": 3}' | sx-persist --json stream append orders -";

const RECORD_EXAMPLES: &str = "\
Examples:
  sx-persist stream record orders placed '{:sku \"A-1\" :qty 2}'
  sx-persist stream record notes said --string 'hello world'
  sx-persist --json stream record orders placed '{\"qty\": 2}' --if-seq 3";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Appends an event, a dict with its :seq; prints the stream's last seq
    #[command(visible_alias = "put", after_help = APPEND_EXAMPLES)]
    Append {
        /// Its name; a stream begins with its first event
        stream: String,
        /// The event; `-` reads standard input
        event: String,
        #[command(flatten)]
        condition: Condition,
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
        #[command(flatten)]
        condition: Condition,
    },
    /// Prints the events of a stream, one a line; with --json an array, or a line each when it follows
    #[command(visible_alias = "get", after_help = read::EXAMPLES)]
    Read(Read),
    /// Prints the highest seq ever appended; 0 for a stream never written
    LastSeq {
        /// Its name
        stream: String,
    },
    /// Prints the names of streams, one a line; one that holds control characters is quoted
    #[command(alias = "list")]
    Ls(List),
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
    /// Drops all events of a stream; prints how many. The stream goes on behind its last seq
    Rm {
        /// Its name
        stream: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only streams that begin so
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// Only streams behind this one
    #[arg(long, value_name = "STREAM")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct Condition {
    /// Only if this is the stream's last seq; exit code 13 when not
    #[arg(long, alias = "expecting", value_name = "SEQ")]
    if_seq: Option<u64>,
    /// Only if nothing was ever appended to the stream
    #[arg(long, conflicts_with = "if_seq")]
    if_absent: bool,
}

impl Condition {
    fn expected(&self) -> Option<u64> {
        self.if_seq.or(self.if_absent.then_some(0))
    }
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Append { stream, event, condition } => {
            append(&stream, &event, condition.expected(), options)
        }
        Command::Record { stream, kind, data, form, at, condition } => {
            let at = at.unwrap_or_else(event::now);
            let data = form.read(&data, options)?;
            options.writing(|store, output| {
                let expected = condition.expected().map_or(ExpectSeq::Any, ExpectSeq::At);
                let event = store.raw().record_event(&stream, &kind, at, &data, expected)?;
                output.line(Answer::Value(&event)).map(|()| Status::Done)
            })
        }
        Command::Read(read) => read.perform(options),
        Command::LastSeq { stream } => options.reading(|store, output| {
            output.line(Answer::Number(store.raw().last_seq(&stream)?)).map(|()| Status::Done)
        }),
        Command::Ls(List { prefix, after, limit }) => options.reading(|store, output| {
            let page = |after: Option<&str>, limit| store.raw().list_streams(&prefix, after, limit);
            output.pages(after, limit, page, |stream| Answer::Name(stream))
        }),
        Command::Count { stream } => options.reading(|store, output| {
            output.line(Answer::Number(store.raw().count(&stream)?)).map(|()| Status::Done)
        }),
        Command::Truncate { stream, upto } => truncate(&stream, Some(upto), options),
        Command::Rm { stream } => truncate(&stream, None, options),
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

fn truncate(stream: &str, upto: Option<u64>, options: &Options) -> anyhow::Result<Status> {
    options.writing(|store, output| {
        let upto = upto.map_or_else(|| store.raw().last_seq(stream), Ok)?;
        output.line(Answer::Number(store.raw().truncate(stream, upto)?)).map(|()| Status::Done)
    })
}

/// Is there a stream of this name?
pub(crate) fn is_there(stream: &str, store: &Store) -> sx_persist::Result<bool> {
    let first = store.raw().list_streams(stream, None, 1)?.items;
    Ok(first.first().is_some_and(|first| first == stream))
}
