//! VALUE and EVENT arguments: SX text, JSON, a string, or what stands on standard input.

use crate::cli::exit::Complaint;
use crate::cli::options::Options;
use clap::Args;
use std::io::Read as _;

/// More than any text that the store takes, in SX or JSON.
const STDIN_BYTES_MAX: u64 = 64 << 20;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Takes VALUE as a string, as it is
    #[arg(long)]
    string: bool,
}

impl Form {
    /// The SX text of an argument.
    pub(crate) fn read(self, argument: &str, options: &Options) -> anyhow::Result<String> {
        let given = read_argument(argument)?;
        if self.string {
            let mut quoted = String::new();
            sx::quote(&given, &mut quoted);
            return Ok(quoted);
        }
        from_text(given, options)
    }
}

/// Arguments that go in pairs, of which one alone may be standard input.
pub(crate) fn pairs<'a>(
    arguments: &'a [String],
    first: &str,
    second: &str,
) -> Result<&'a [[String; 2]], Complaint> {
    let (pairs, rest) = arguments.as_chunks::<2>();
    if let [left] = rest {
        return Err(Complaint::Misused(format!("{left} has no {second}: each {first} takes one")));
    }
    if pairs.iter().filter(|[_, given]| given == "-").count() > 1 {
        return Err(Complaint::Misused(format!("only one {second} can be `-`, standard input")));
    }
    Ok(pairs)
}

/// The SX text of an argument that cannot be a string.
pub(crate) fn read(argument: &str, options: &Options) -> anyhow::Result<String> {
    from_text(read_argument(argument)?, options)
}

/// The SX text of a value in JSON.
pub(crate) fn from_json(json: &str) -> Result<String, Complaint> {
    parse_json(json).and_then(|value| print(&value))
}

pub(crate) fn parse_json(json: &str) -> Result<sx::Value, Complaint> {
    let mut reader = serde_json::Deserializer::from_str(json);
    // `sx::Value` counts the depth itself, and takes one level more where a symbol is an object.
    reader.disable_recursion_limit();
    serde::Deserialize::deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| Complaint::Refused(format!("invalid JSON: {error}")))
}

pub(crate) fn print(value: &sx::Value) -> Result<String, Complaint> {
    sx::print(value).map_err(|error| Complaint::Refused(format!("invalid value: {error}")))
}

fn from_text(text: String, options: &Options) -> anyhow::Result<String> {
    Ok(if options.json { from_json(&text)? } else { text })
}

fn read_argument(argument: &str) -> anyhow::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut text = Vec::new();
    std::io::stdin().lock().take(STDIN_BYTES_MAX + 1).read_to_end(&mut text)?;
    if text.len() as u64 > STDIN_BYTES_MAX {
        let limit = STDIN_BYTES_MAX >> 20;
        return Err(
            Complaint::Refused(format!("standard input holds more than {limit} MiB; use a blob")).into()
        );
    }
    String::from_utf8(text).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        Complaint::Refused(format!("standard input is not UTF-8 at byte {valid}; use a blob")).into()
    })
}
