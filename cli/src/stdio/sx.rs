//! Operations and answers as SX, a line each.

use crate::lines::Line;
use crate::stdio::bridge::Bridge;
use crate::stdio::error_name;
use std::str::Utf8Error;
use sx::bytes::{self, Parts};
use sx::limits::TEXT_BYTES_MAX;
use sx_persist::{CommitError, Error, types};

/// What became of a line.
enum Answer {
    /// The operation's own, in canonical form.
    Value(Vec<u8>),
    Unhandled,
    /// The name of the error, what is wrong, and which of several was refused.
    Error(String, String, Option<u32>),
}

/// The line that answers one; none for a blank line and a comment.
pub(super) fn answer(bridge: &mut Bridge, line: Line) -> Option<Vec<u8>> {
    perform_line(bridge, line).map(print)
}

fn perform_line(bridge: &mut Bridge, line: Line) -> Option<Answer> {
    let line = match line {
        Line::Whole(line) => line,
        Line::TooLong(bytes) => {
            let text = format!("the line has {bytes} bytes, the limit is {TEXT_BYTES_MAX}");
            return Some(Answer::Error("too-large".to_owned(), text, None));
        }
    };
    if matches!(line.trim_ascii_start(), [] | [b';', ..]) {
        return None;
    }
    Some(perform(bridge, &line).unwrap_or_else(|error| error))
}

/// Performs the operation of a line; a line that names none is its own answer.
fn perform(bridge: &mut Bridge, line: &[u8]) -> Result<Answer, Answer> {
    let text = std::str::from_utf8(line);
    let (name, args) = match text {
        Ok(text) => cut(&sx::canonical(text).map_err(|error| refused(&error))?)?,
        Err(error) => cut_bytes(bytes::parts(line).map_err(|error| refused(&error))?, error)?,
    };
    match (bridge.perform(&name, &args), text) {
        (Ok(Some(value)), _) => Ok(Answer::Value(value)),
        (Ok(None), _) => Ok(Answer::Unhandled),
        // The line was a value but for such bytes, and its place is what the program knows of them.
        (Err(CommitError { error: Error::Refused(types::Error::InvalidValue(_)), index }), Err(error)) => {
            Err(not_utf8(error, index))
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
    Ok((name_of(name.as_bytes()).ok_or_else(|| wrong(NO_NAME))?, args.into_bytes()))
}

/// As [`cut`], from a line in whose strings there are bytes that are no text.
fn cut_bytes(line: Parts, error: Utf8Error) -> Result<(String, Vec<u8>), Answer> {
    // What is a string and no text is none for that reason.
    let name_of = |name: &[u8]| {
        let is_string = bytes::unquote(name).is_some();
        name_of(name).ok_or_else(|| if is_string { not_utf8(error, None) } else { wrong(NO_NAME) })
    };
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

const NO_NAME: &str = "the operation's name is no string";
const NO_OP: &str = "the dict has no :op";
const NEITHER: &str = "the line is no list and no dict";
const EMPTY: &str = "the list is empty: it begins with an operation's name";

/// The name of an operation, from its canonical form.
fn name_of(name: &[u8]) -> Option<String> {
    String::from_utf8(bytes::unquote(name)?).ok()
}

/// A line is a value but for bytes in it that are no text.
fn not_utf8(error: Utf8Error, index: Option<u32>) -> Answer {
    let text = format!("not UTF-8 at byte {} of the line", error.valid_up_to());
    Answer::Error("invalid-value".to_owned(), text, index)
}

fn wrong(text: &str) -> Answer {
    Answer::Error("invalid-argument".to_owned(), text.to_owned(), None)
}

/// The answer to a line that is no value.
fn refused(error: &sx::Error) -> Answer {
    let is_limit = matches!(
        error.kind(),
        sx::ErrorKind::TooDeep { .. } | sx::ErrorKind::TooLong { .. } | sx::ErrorKind::TooManyNodes { .. }
    );
    Answer::Error(if is_limit { "too-large" } else { "invalid-value" }.to_owned(), error.to_string(), None)
}

fn print(answer: Answer) -> Vec<u8> {
    match answer {
        Answer::Value(mut value) => {
            value.push(b'\n');
            value
        }
        Answer::Unhandled => b"(unhandled)\n".to_vec(),
        Answer::Error(name, text, index) => {
            let mut line = "(error ".to_owned();
            sx::quote(&name, &mut line);
            line.push(' ');
            sx::quote(&text, &mut line);
            if let Some(index) = index {
                line.push(' ');
                line.push_str(&index.to_string());
            }
            (line + ")\n").into_bytes()
        }
    }
}

impl Answer {
    fn of(error: &CommitError) -> Self {
        let (name, reason) = error_name(&error.error);
        Self::Error(name, reason, error.index)
    }
}
