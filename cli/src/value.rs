//! VALUE and EVENT arguments: SX text, JSON, a string, or what stands on standard input.

use crate::exit::CliError;
use crate::options::Options;
use clap::Args;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::io::Read as _;
use std::iter;
use std::ops::Range;

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
        let given = read_text(argument)?;
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
) -> Result<&'a [[String; 2]], CliError> {
    let (pairs, rest) = arguments.as_chunks::<2>();
    if let [left] = rest {
        return Err(CliError::Misused(format!("{left} has no {second}: each {first} takes one")));
    }
    if pairs.iter().filter(|[_, given]| given == "-").count() > 1 {
        return Err(CliError::Misused(format!("only one {second} can be `-`, standard input")));
    }
    Ok(pairs)
}

/// The SX text of an argument that cannot be a string.
pub(crate) fn read(argument: &str, options: &Options) -> anyhow::Result<String> {
    from_text(read_text(argument)?, options)
}

/// The SX text of a value in JSON.
pub(crate) fn from_json(json: &str) -> Result<String, CliError> {
    parse_json::<sx::Value>(json).and_then(|value| print(&value))
}

/// The value of a text in JSON, or what has values in it. A byte order mark before it is passed by.
pub(crate) fn parse_json<T: DeserializeOwned>(json: &str) -> Result<T, CliError> {
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let json = &*without_minus_zeros(json);
    let mut reader = serde_json::Deserializer::from_str(json);
    // `sx::Value` counts the depth itself, and takes one level more where a symbol is an object.
    reader.disable_recursion_limit();
    T::deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| CliError::Refused(format!("invalid JSON: {error}")))
        .and_then(|value| large_integer(json).map_or(Ok(value), |found| Err(no_integer(json, found))))
}

/// `-0` is the integer 0, of which `serde_json` makes the float -0.0. A space in the place of the sign moves nothing.
fn without_minus_zeros(json: &str) -> Cow<'_, str> {
    let mut without = Cow::Borrowed(json);
    for place in numbers(json).filter(|place| &json[place.clone()] == "-0") {
        without.to_mut().replace_range(place.start..=place.start, " ");
    }
    without
}

/// Where an integer of more than 64 bits stands in valid JSON. `serde_json` makes a float of it, which is another number.
fn large_integer(json: &str) -> Option<Range<usize>> {
    numbers(json).find(|place| {
        let number = &json[place.clone()];
        let is_integer = !number.contains(['.', 'e', 'E']);
        is_integer && number.parse::<i64>().is_err() && number.parse::<u64>().is_err()
    })
}

/// Where numbers stand in valid JSON.
fn numbers(json: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = json.as_bytes();
    let mut at = 0;
    iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
            let is_number = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
            match rest[0] {
                b'"' => at += string_bytes(rest),
                b'-' | b'0'..=b'9' => {
                    let place = at..at + rest.iter().take_while(|byte| is_number(byte)).count();
                    at = place.end;
                    return Some(place);
                }
                _ => at += 1,
            }
        }
    })
}

/// The length of a string, with its quotes.
fn string_bytes(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    at
}

fn no_integer(json: &str, place: Range<usize>) -> CliError {
    let (before, number) = (&json[..place.start], &json[place]);
    let line = before.matches('\n').count() + 1;
    let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
    CliError::Refused(format!(
        "invalid JSON: {number} at line {line} column {column} is no integer of 64 bits; write it as a string"
    ))
}

pub(crate) fn print(value: &sx::Value) -> Result<String, CliError> {
    sx::print(value).map_err(|error| CliError::Refused(format!("invalid value: {error}")))
}

fn from_text(text: String, options: &Options) -> anyhow::Result<String> {
    Ok(if options.is_json() { from_json(&text)? } else { text })
}

/// An argument, or standard input for `-`, as text.
pub(crate) fn read_text(argument: &str) -> anyhow::Result<String> {
    String::from_utf8(read_bytes(argument)?).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        CliError::Refused(format!("standard input is not UTF-8 at byte {valid}; use a blob")).into()
    })
}

/// An argument, or standard input for `-`, as it is.
pub(crate) fn read_bytes(argument: &str) -> anyhow::Result<Vec<u8>> {
    if argument != "-" {
        return Ok(argument.as_bytes().to_owned());
    }
    let mut text = Vec::new();
    std::io::stdin().lock().take(STDIN_BYTES_MAX + 1).read_to_end(&mut text)?;
    if text.len() as u64 > STDIN_BYTES_MAX {
        let limit = STDIN_BYTES_MAX >> 20;
        return Err(
            CliError::Refused(format!("standard input holds more than {limit} MiB; use a blob")).into()
        );
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_integer_beyond_64_bits_is_refused_with_its_place_and_others_keep_every_digit() {
        for (json, text) in [
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("[-0, -0.0, 1e19, 9223372036854775808.0]", "(list 0 -0.0 1e19 9.223372036854776e18)"),
            ("{\"-0\":-0,\"b\":\"\\\"-0\"}", "{:-0 0 :b \"\\\"-0\"}"),
            (
                "\u{feff}[\"18446744073709551616 \\\" 18446744073709551616\", 1]",
                "(list \"18446744073709551616 \\\" 18446744073709551616\" 1)",
            ),
        ] {
            assert_eq!(from_json(json).unwrap(), text, "{json}");
        }
        for (json, place) in [
            ("18446744073709551616", "18446744073709551616 at line 1 column 1 "),
            ("{\"a\\\\\": [\n1, -9223372036854775809]}", "-9223372036854775809 at line 2 column 4 "),
            ("123456789012345678901234567890", "123456789012345678901234567890 at line 1 column 1 "),
        ] {
            let refused = from_json(json).unwrap_err().to_string();
            assert!(refused.contains(place), "{refused}");
        }
        // One that has 64 bits without a sign SX does not have either.
        from_json("9223372036854775808").unwrap_err();
    }
}
