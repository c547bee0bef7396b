//! `session`: segments of entries, grouped by session.

use crate::exit::Status;
use crate::options::Options;
use crate::output::Answer;
use crate::value::Form;
use clap::builder::{StringValueParser, TypedValueParser as _};
use clap::{Args, Subcommand};
use sx_persist::types::{Direction, ExpectSeq, Position};
use sx_persist::{Page, Uuid};
use uuid::fmt::Hyphenated;

const CREATE_EXAMPLES: &str = "\
Example:
  sx-persist session create \"$session\" \"$segment\" '{:from :user :text \"hello\"}'";

const APPEND_EXAMPLES: &str = "\
Examples:
  sx-persist session append \"$session\" \"$segment\" '{:from :user :text \"hello\"}'
  sx-persist session append \"$session\" \"$segment\" --string 'hello' --if-seq 4
  sx-persist --json session append \"$session\" \"$segment\" - < turn.json";

const READ_EXAMPLES: &str = "\
Examples:
  sx-persist session read \"$session\" \"$segment\"
  sx-persist --json session read \"$session\" \"$segment\" --after 100 --limit 10";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Write(Write),
    #[command(flatten)]
    Look(Look),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Write {
    /// Makes a segment with these entries, in the place of the one that is there
    #[command(after_help = CREATE_EXAMPLES)]
    Create {
        #[command(flatten)]
        at: Segment,
        /// Its entries; `-` reads one from standard input
        #[arg(value_name = "VALUE", allow_negative_numbers = true)]
        entries: Vec<String>,
        #[command(flatten)]
        form: Form,
    },
    /// Appends an entry, and makes the segment when it is missing; prints how many it has
    #[command(visible_alias = "put", after_help = APPEND_EXAMPLES)]
    Append {
        #[command(flatten)]
        at: Segment,
        #[command(flatten)]
        entry: Entry,
        #[command(flatten)]
        condition: Condition,
    },
    /// Keeps the first entries of a segment; prints how many were dropped
    Truncate {
        #[command(flatten)]
        at: Segment,
        /// How many stay
        entries: u64,
        /// Only if the segment has so many entries; exit code 13 when not
        #[arg(long, value_name = "COUNT")]
        if_seq: Option<u64>,
    },
    /// Removes a segment and its trace; prints whether it was there
    #[command(alias = "delete")]
    Rm {
        #[command(flatten)]
        at: Segment,
    },
    /// Appends an entry to the trace of a segment; prints how many it has
    AppendTrace {
        #[command(flatten)]
        at: Segment,
        #[command(flatten)]
        entry: Entry,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Look {
    /// Prints the entries of a segment, one a line
    #[command(visible_alias = "get", after_help = READ_EXAMPLES)]
    Read(Read),
    /// Prints how many entries a segment has
    Count {
        #[command(flatten)]
        at: Segment,
    },
    /// Prints whether a segment is there; exit code 1 when it is not
    #[command(visible_alias = "has")]
    Exists {
        #[command(flatten)]
        at: Segment,
    },
    /// Prints the sessions, or the segments of one, one a line, the one that was last written to first
    #[command(alias = "list")]
    Ls {
        /// A UUID; without one the sessions are printed
        #[arg(value_parser = StringValueParser::new().map(folded))]
        session: Option<String>,
        /// At most so many
        #[arg(long, value_name = "N")]
        limit: Option<u64>,
    },
    /// `ls SESSION`
    #[command(hide = true)]
    Segments {
        /// A UUID
        #[arg(value_parser = StringValueParser::new().map(folded))]
        session: String,
        /// At most so many
        #[arg(long, value_name = "N")]
        limit: Option<u64>,
    },
    /// Prints the session of a segment; exit code 1 when it is missing
    Of {
        /// A UUID
        #[arg(value_parser = StringValueParser::new().map(folded))]
        segment: String,
    },
    /// Prints the trace of a segment, one entry a line
    ReadTrace(Read),
}

#[derive(Args, Debug)]
pub(crate) struct Segment {
    /// A UUID
    #[arg(value_parser = StringValueParser::new().map(folded))]
    session: String,
    /// A UUID
    #[arg(value_parser = StringValueParser::new().map(folded))]
    segment: String,
}

/// A UUID in lower case, as the store has them; what is none is refused by the store.
fn folded(text: String) -> String {
    let is_one = text.len() == Hyphenated::LENGTH && Uuid::try_parse(&text).is_ok();
    if is_one { text.to_ascii_lowercase() } else { text }
}

#[derive(Args, Debug)]
pub(crate) struct Condition {
    /// Only if the segment has so many entries; exit code 13 when not
    #[arg(long, alias = "expecting", value_name = "COUNT")]
    if_seq: Option<u64>,
    /// Only if the segment has no entries yet
    #[arg(long, conflicts_with = "if_seq")]
    if_absent: bool,
}

impl Condition {
    fn expected(&self) -> Option<u64> {
        self.if_seq.or(self.if_absent.then_some(0))
    }
}

#[derive(Args, Debug)]
pub(crate) struct Entry {
    /// The entry; `-` reads standard input
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    entry: String,
    #[command(flatten)]
    form: Form,
}

#[derive(Args, Debug)]
pub(crate) struct Read {
    #[command(flatten)]
    at: Segment,
    /// Only entries behind the first so many
    #[arg(long, value_name = "INDEX")]
    after: Option<u64>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Write(command) => write(command, options),
        Command::Look(command) => look(command, options),
    }
}

fn write(command: Write, options: &Options) -> anyhow::Result<Status> {
    match command {
        Write::Create { at, entries, form } => {
            let entries = entries.iter().map(|entry| form.read(entry, options));
            let entries = entries.collect::<anyhow::Result<Vec<_>>>()?;
            options.writing(|store, output| {
                store.raw().session_create_segment(&at.session, &at.segment, &entries)?;
                output.line(Answer::Done).map(|()| Status::Done)
            })
        }
        Write::Append { at, entry, condition } => {
            let entry = entry.read(options)?;
            options.writing(|store, output| {
                let text = store.raw();
                let count = match condition.expected() {
                    None => text.session_append(&at.session, &at.segment, &entry)?,
                    Some(expected) => {
                        text.session_append_expecting(&at.session, &at.segment, expected, &[entry])?
                    }
                };
                output.line(Answer::Number(count)).map(|()| Status::Done)
            })
        }
        Write::AppendTrace { at, entry } => {
            let entry = entry.read(options)?;
            options.writing(|store, output| {
                let count = store.raw().session_append_trace(&at.session, &at.segment, &entry)?;
                output.line(Answer::Number(count)).map(|()| Status::Done)
            })
        }
        Write::Truncate { at, entries, if_seq } => options.writing(|store, output| {
            let expected = if_seq.map_or(ExpectSeq::Any, ExpectSeq::At);
            let dropped = store.raw().session_truncate(&at.session, &at.segment, entries, expected)?;
            output.line(Answer::Number(dropped)).map(|()| Status::Done)
        }),
        Write::Rm { at } => options.writing(|store, output| {
            let was_there = store.raw().session_delete_segment(&at.session, &at.segment)?;
            output.line(Answer::Flag(was_there)).map(|()| Status::Done)
        }),
    }
}

fn look(command: Look, options: &Options) -> anyhow::Result<Status> {
    options.reading(|store, output| {
        let text = store.raw();
        match command {
            Look::Read(Read { at: Segment { session, segment }, after, limit }) => {
                let page = |after: Option<&str>, limit| {
                    text.session_read_page(&session, &segment, &place(after), limit, Direction::Forward)
                        .map(Page::from)
                };
                output.pages(first(after), limit, page, |entry| Answer::Value(entry))
            }
            Look::ReadTrace(Read { at: Segment { session, segment }, after, limit }) => {
                let page = |after: Option<&str>, limit| {
                    text.session_read_trace(&session, &segment, &place(after), limit, Direction::Forward)
                        .map(Page::from)
                };
                output.pages(first(after), limit, page, |entry| Answer::Value(entry))
            }
            Look::Count { at } => {
                let count = text.session_entry_count(&at.session, &at.segment)?;
                output.line(Answer::Number(count)).map(|()| Status::Done)
            }
            Look::Exists { at } => {
                let exists = text.session_exists(&at.session, &at.segment)?;
                output.line(Answer::Flag(exists)).map(|()| Status::of(exists))
            }
            Look::Ls { session: None, limit } => {
                let page = |after: Option<&str>, limit| text.session_list(after, limit).map(Page::from);
                output.pages(None, limit, page, |id| Answer::Name(id))
            }
            Look::Ls { session: Some(session), limit } | Look::Segments { session, limit } => {
                let page = |after: Option<&str>, limit| {
                    text.session_list_segments(&session, after, limit).map(Page::from)
                };
                output.pages(None, limit, page, |id| Answer::Name(id))
            }
            Look::Of { segment } => match text.session_of(&segment)? {
                Some(session) => output.line(Answer::Name(&session)).map(|()| Status::Done),
                None => Ok(Status::Refused),
            },
        }
    })
}

impl Entry {
    fn read(&self, options: &Options) -> anyhow::Result<String> {
        self.form.read(&self.entry, options)
    }
}

fn first(after: Option<u64>) -> Option<String> {
    after.map(|index| index.to_string())
}

/// The cursor of a segment is an index.
fn place(after: Option<&str>) -> Position {
    after.map_or(Position::Start, |index| Position::Cursor(index.to_owned()))
}
