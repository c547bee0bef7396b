//! `stdio`: the bridge for a program that performs the store's operations, one a line.

use crate::cli::exit::{CliError, Status};
use crate::cli::lines::{Line, Lines};
use crate::cli::options::{Made, Options};
use crate::cli::terminal;
use clap::Args;
use std::io::{self, Write};
use sx::bytes::{self, Parts};
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
    /// The operation's own, in canonical form.
    Value(Vec<u8>),
    Unhandled,
    /// The name of the error, and what is wrong.
    Error(String, String),
}

pub(crate) fn run(stdio: &Stdio, options: &Options) -> anyhow::Result<Status> {
    if options.json {
        return Err(CliError::Misused("stdio speaks SX only; run it without --json".to_owned()).into());
    }
    let store = if stdio.in_memory { Store::in_memory()? } else { options.open()? };
    let mut made = if stdio.in_memory { Made::nothing() } else { Made::by(options.root()) };
    let mut out = terminal::stdout();
    for line in Lines::new(io::stdin().lock(), TEXT_BYTES_MAX) {
        if let Some(answer) = answer(&store, line?) {
            // A line of its own goes out in one piece: whoever waits for it may read by chunks.
            out.write_all(&print(answer))?;
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
            return Some(Answer::Error("too-large".to_owned(), text));
        }
    };
    if matches!(line.trim_ascii_start(), [] | [b';', ..]) {
        return None;
    }
    Some(perform(store, &line).unwrap_or_else(|error| error))
}

/// Performs the operation of a line; a line that names none is its own answer.
fn perform(store: &Store, line: &[u8]) -> Result<Answer, Answer> {
    let text = std::str::from_utf8(line);
    let (name, args) = match text {
        Ok(text) => cut(&sx::canonical(text).map_err(|error| refused(&error))?)?,
        Err(_) => cut_bytes(bytes::parts(line).map_err(|error| refused(&error))?)?,
    };
    match (store.handle_op_bytes(&name, &args), text) {
        (Ok(Some(value)), _) => Ok(Answer::Value(value)),
        (Ok(None), _) => Ok(Answer::Unhandled),
        // The line was a value but for such bytes, and its place is what the program knows of them.
        (Err(Error::Refused(types::Error::InvalidValue(_))), Err(error)) => {
            let byte = error.valid_up_to();
            Err(Answer::Error("invalid-value".to_owned(), format!("not UTF-8 at byte {byte} of the line")))
        }
        (Err(error), _) => Err(Answer::of(&error)),
    }
}

/// The name and the argument list of an operation, from the canonical text of a line.
fn cut(line: &str) -> Result<(String, Vec<u8>), Answer> {
    let (name, args) = if line.starts_with('{') {
        let name = sx::field(line, "op").ok_or_else(|| wrong(NO_OP))?;
        (name, sx::field(line, "args").unwrap_or("nil").to_owned())
    } else {
        let mut items = sx::items(line).ok_or_else(|| wrong(NEITHER))?;
        let name = items.next().ok_or_else(|| wrong(EMPTY))?;
        // The arguments are what follows the name, in the same brackets.
        let rest = line.strip_prefix("(list ").and_then(|rest| rest.strip_prefix(name)).unwrap_or(")");
        (name, format!("(list{rest}"))
    };
    Ok((name_of(name.as_bytes())?, args.into_bytes()))
}

/// As [`cut`], from a line in whose strings there are bytes that are no text.
fn cut_bytes(line: Parts) -> Result<(String, Vec<u8>), Answer> {
    match line {
        Parts::Atom(_) => Err(wrong(NEITHER)),
        Parts::Dict(mut entries) => {
            let name = entries.get(&b"op"[..]).ok_or_else(|| wrong(NO_OP))?;
            let name = name_of(name)?;
            Ok((name, entries.remove(&b"args"[..]).unwrap_or_else(|| b"nil".to_vec())))
        }
        Parts::List(items) => {
            let (name, rest) = items.split_first().ok_or_else(|| wrong(EMPTY))?;
            let mut args = b"(list".to_vec();
            rest.iter().for_each(|item| args.extend([b" ", &item[..]].concat()));
            args.push(b')');
            Ok((name_of(name)?, args))
        }
    }
}

const NO_OP: &str = "the dict has no :op";
const NEITHER: &str = "the line is no list and no dict";
const EMPTY: &str = "the list is empty: it begins with an operation's name";

/// The name of an operation, from its canonical form.
fn name_of(name: &[u8]) -> Result<String, Answer> {
    let name = bytes::unquote(name).and_then(|name| String::from_utf8(name).ok());
    name.ok_or_else(|| wrong("the operation's name is no string"))
}

fn wrong(text: &str) -> Answer {
    Answer::Error("invalid-argument".to_owned(), text.to_owned())
}

/// The answer to a line that is no value.
fn refused(error: &sx::Error) -> Answer {
    let is_limit = matches!(
        error.kind(),
        sx::ErrorKind::TooDeep { .. } | sx::ErrorKind::TooLong { .. } | sx::ErrorKind::TooManyNodes { .. }
    );
    Answer::Error(if is_limit { "too-large" } else { "invalid-value" }.to_owned(), error.to_string())
}

fn print(answer: Answer) -> Vec<u8> {
    match answer {
        Answer::Value(mut value) => {
            value.push(b'\n');
            value
        }
        Answer::Unhandled => b"(unhandled)\n".to_vec(),
        Answer::Error(name, text) => {
            let mut line = "(error ".to_owned();
            sx::quote(&name, &mut line);
            line.push(' ');
            sx::quote(&text, &mut line);
            (line + ")\n").into_bytes()
        }
    }
}

impl Answer {
    fn of(error: &Error) -> Self {
        let text = error.to_string();
        let Error::Refused(refusal) = error else {
            let name = if matches!(error, Error::Trapped { .. }) { "trapped" } else { "host" };
            return Self::Error(name.to_owned(), text);
        };
        let name = name(refusal);
        // The words begin with the name in other letters: once is enough.
        let reason = match text.split_at_checked(name.len()) {
            Some((first, rest)) if first.replace(' ', "-").eq_ignore_ascii_case(name) => rest,
            _ => &text,
        };
        Self::Error(name.to_owned(), reason.trim_start_matches([':', ' ']).to_owned())
    }
}

/// The name of an error in `wit/types.wit`.
fn name(refusal: &types::Error) -> &str {
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
        E::OutOfMemory => "out-of-memory",
        E::Gone(_) => "gone",
        E::Quota(_) => "quota",
        E::Other(detail) => &detail.code,
    }
}
