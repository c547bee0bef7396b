//! `stdio`: the bridge for a program that performs the store's operations, one a line.

use crate::cli::exit::{Complaint, Status};
use crate::cli::lines::{Line, Lines};
use crate::cli::options::{Made, Options};
use clap::Args;
use std::io::{self, Write};
use sx::limits::TEXT_BYTES_MAX;
use sx_persist::{Error, Store, types};

const EXAMPLES: &str = "\
One operation a line in, one answer a line out, flushed; docs/stdio.md has the whole protocol.
  (\"persist/append\" \"orders\" {:seq 1 :sku \"A-1\"})       answers nil
  {:op \"persist/last-seq\" :args (\"orders\")}             answers 1
  (\"ui/render\")                                         answers (unhandled)
  (\"persist/append\" \"orders\" {:sku \"A-1\"})              answers (error \"invalid-event\" \"...\")
Blank lines and lines that start with `;` get no answer. The end of the input checkpoints and ends.";

/// Serves another program on standard input and output, as SX
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Stdio {
    /// Keeps everything in memory, where it is gone at the end; no directory is touched
    #[arg(long)]
    in_memory: bool,
}

/// What became of a line.
enum Answer {
    /// The operation's own, as canonical text.
    Value(String),
    Unhandled,
    /// The name of the error, and what is wrong.
    Error(&'static str, String),
}

pub(crate) fn run(stdio: &Stdio, options: &Options) -> anyhow::Result<Status> {
    if options.json {
        return Err(Complaint::Misused("stdio speaks SX only; run it without --json".to_owned()).into());
    }
    let store = if stdio.in_memory { Store::in_memory()? } else { options.open()? };
    let mut made = if stdio.in_memory { Made::nothing() } else { Made::by(options.root()) };
    let mut out = io::stdout().lock();
    for line in Lines::new(io::stdin().lock(), TEXT_BYTES_MAX) {
        if let Some(answer) = answer(&store, line?) {
            // A line of its own goes out in one piece: whoever waits for it may read by chunks.
            out.write_all(print(&answer).as_bytes())?;
            out.flush()?;
            made.say();
        }
    }
    store.close()?;
    Ok(Status::Done)
}

fn answer(store: &Store, line: Line) -> Option<Answer> {
    let line = match line {
        Line::Whole(line) => line,
        Line::TooLong(bytes) => {
            let text = format!("the line has {bytes} bytes, the limit is {TEXT_BYTES_MAX}");
            return Some(Answer::Error("too-large", text));
        }
        Line::NotUtf8(byte) => {
            return Some(Answer::Error("invalid-value", format!("not UTF-8 at byte {byte} of the line")));
        }
    };
    let text = line.trim_start();
    if text.is_empty() || text.starts_with(';') {
        return None;
    }
    Some(perform(store, text).unwrap_or_else(|error| error))
}

/// Performs the operation of a line; a line that names none is its own answer.
fn perform(store: &Store, line: &str) -> Result<Answer, Answer> {
    let line = sx::canonical(line).map_err(|error| {
        let is_limit = matches!(
            error.kind(),
            sx::ErrorKind::TooDeep { .. }
                | sx::ErrorKind::TooLong { .. }
                | sx::ErrorKind::TooManyNodes { .. }
        );
        Answer::Error(if is_limit { "too-large" } else { "invalid-value" }, error.to_string())
    })?;
    let (name, args) = cut(&line)?;
    match store.handle_op(&name, &args) {
        Ok(Some(value)) => Ok(Answer::Value(value)),
        Ok(None) => Ok(Answer::Unhandled),
        Err(error) => Err(Answer::of(&error)),
    }
}

/// The name and the argument list of an operation, from the canonical text of a line.
fn cut(line: &str) -> Result<(String, String), Answer> {
    let refuse = |text: &str| Answer::Error("invalid-argument", text.to_owned());
    let (name, args) = if line.starts_with('{') {
        let name = sx::field(line, "op").ok_or_else(|| refuse("the dict has no :op"))?;
        (name, sx::field(line, "args").unwrap_or("nil").to_owned())
    } else {
        let mut items = sx::items(line).ok_or_else(|| refuse("the line is no list and no dict"))?;
        let name =
            items.next().ok_or_else(|| refuse("the list is empty: it begins with an operation's name"))?;
        // The arguments are what follows the name, in the same brackets.
        let rest = line.strip_prefix("(list ").and_then(|rest| rest.strip_prefix(name)).unwrap_or(")");
        (name, format!("(list{rest}"))
    };
    match sx::parse(name) {
        Ok(sx::Value::String(name)) => Ok((name, args)),
        _ => Err(refuse("the operation's name is no string")),
    }
}

fn print(answer: &Answer) -> String {
    match answer {
        Answer::Value(value) => format!("{value}\n"),
        Answer::Unhandled => "(unhandled)\n".to_owned(),
        Answer::Error(name, text) => {
            let mut line = format!("(error \"{name}\" ");
            sx::quote(text, &mut line);
            line + ")\n"
        }
    }
}

impl Answer {
    fn of(error: &Error) -> Self {
        let text = error.to_string();
        let Error::Refused(refusal) = error else {
            return Self::Error(
                if matches!(error, Error::Trapped { .. }) { "trapped" } else { "host" },
                text,
            );
        };
        let name = name(refusal);
        // The words begin with the name in other letters: once is enough.
        let reason = match text.split_at_checked(name.len()) {
            Some((first, rest)) if first.replace(' ', "-").eq_ignore_ascii_case(name) => rest,
            _ => &text,
        };
        Self::Error(name, reason.trim_start_matches([':', ' ']).to_owned())
    }
}

/// The name of an error in `wit/types.wit`.
fn name(refusal: &types::Error) -> &'static str {
    use types::Error as E;
    match refusal {
        E::InvalidName(_) => "invalid-name",
        E::InvalidValue(_) => "invalid-value",
        E::InvalidEvent(_) => "invalid-event",
        E::InvalidCid(_) => "invalid-cid",
        E::InvalidHash(_) => "invalid-hash",
        E::InvalidArgument(_) => "invalid-argument",
        E::TooLarge(_) => "too-large",
        E::Stale(_) => "stale",
        E::Conflict(_) => "conflict",
        E::NotFound(_) => "not-found",
        E::Corrupt(_) => "corrupt",
        E::ReadOnly => "read-only",
        E::NoSpace(_) => "no-space",
        E::Io(_) => "io",
        E::Closed(_) => "closed",
    }
}
