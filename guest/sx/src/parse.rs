//! Text to a value.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};
use crate::event::{Event, Source};
use crate::reader::Reader;
use crate::value::Value;

/// A list or dict that is not whole yet.
enum Open {
    List(Vec<Value>),
    Dict { entries: BTreeMap<String, Value>, key: String },
}

/// Reads a text that holds exactly one value.
///
/// # Shape
///
/// `text` may have white space and comments around the value, and be written in any way that the reader
/// takes, at most [`limits::TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX) bytes in all.
///
/// # Cost
///
/// One pass, without recursion; memory for the value, and for a stack of at most
/// [`limits::DEPTH_MAX`](crate::limits::DEPTH_MAX) levels.
///
/// # Errors
///
/// Each with its byte: [`UnexpectedEnd`] when the text ends too early; [`TrailingText`] when there is more
/// behind the value; [`UnexpectedText`], [`Rational`], [`Character`], [`NumberSyntax`], [`IntegerRange`],
/// [`NonFinite`], [`Escape`], [`Name`] and [`DuplicateKey`] for what no value is; [`TooDeep`], [`TooLong`]
/// and [`TooManyNodes`] past a limit. These are the only errors.
///
/// [`UnexpectedEnd`]: ErrorKind::UnexpectedEnd
/// [`TrailingText`]: ErrorKind::TrailingText
/// [`UnexpectedText`]: ErrorKind::UnexpectedText
/// [`Rational`]: ErrorKind::Rational
/// [`Character`]: ErrorKind::Character
/// [`NumberSyntax`]: ErrorKind::NumberSyntax
/// [`IntegerRange`]: ErrorKind::IntegerRange
/// [`NonFinite`]: ErrorKind::NonFinite
/// [`Escape`]: ErrorKind::Escape
/// [`Name`]: ErrorKind::Name
/// [`DuplicateKey`]: ErrorKind::DuplicateKey
/// [`TooDeep`]: ErrorKind::TooDeep
/// [`TooLong`]: ErrorKind::TooLong
/// [`TooManyNodes`]: ErrorKind::TooManyNodes
///
/// # Examples
///
/// ```
/// let order = sx::parse("{:qty 2 :tags [eu \"x\"]} ; two of them")?;
/// assert_eq!(order.get("qty"), Some(&sx::Value::Int(2)));
///
/// // What stands behind the value is refused, and named by its own place.
/// let error = sx::parse("1 2").unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (&sx::ErrorKind::TrailingText, 2));
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V1, V5, V7
pub fn parse(text: &str) -> Result<Value, Error> {
    let mut reader = Reader::whole(text)?;
    let value = build(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// Reads the first value of a text.
///
/// # Shape
///
/// The answer is the value and the offset of the byte just behind it, which can be the text's length. What
/// follows is not looked at, however long it is.
///
/// # Cost
///
/// That of [`parse`] on the value alone.
///
/// # Errors
///
/// Those of [`parse`] but `TrailingText`. These are the only errors.
///
/// # Examples
///
/// ```
/// let line = "{:seq 7} :crc32c 12";
/// let (event, end) = sx::parse_prefix(line)?;
/// assert_eq!(event.get("seq"), Some(&sx::Value::Int(7)));
/// assert_eq!(&line[end..], " :crc32c 12");
///
/// // A value ends where it cannot go on: no space is needed behind it.
/// assert_eq!(sx::parse_prefix("7\"seven\"")?, (sx::Value::Int(7), 1));
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V5
pub fn parse_prefix(text: &str) -> Result<(Value, usize), Error> {
    let mut reader = Reader::new(text);
    let value = build(&mut reader)?;
    Ok((value, reader.position()))
}

/// Builds the value that the events describe.
fn build<'a>(source: &mut impl Source<'a>) -> Result<Value, Error> {
    let mut open: Vec<Open> = Vec::new();
    loop {
        let value = match source.next_event()? {
            Event::List => {
                open.push(Open::List(Vec::new()));
                continue;
            }
            Event::Dict => {
                open.push(Open::Dict { entries: BTreeMap::new(), key: String::new() });
                continue;
            }
            Event::Key(name) => {
                if let Some(Open::Dict { entries, key }) = open.last_mut() {
                    if entries.contains_key(name.as_ref()) {
                        return Err(Error::from(ErrorKind::DuplicateKey).or_at(source.offset()));
                    }
                    *key = name.into_owned();
                }
                continue;
            }
            Event::End => match open.pop() {
                Some(Open::List(items)) => Value::List(items),
                Some(Open::Dict { entries, .. }) => Value::Dict(entries),
                None => Value::Nil,
            },
            atom => atom.into_value(),
        };
        match open.last_mut() {
            None => return Ok(value),
            Some(Open::List(items)) => items.push(value),
            Some(Open::Dict { entries, key }) => {
                entries.insert(std::mem::take(key), value);
            }
        }
    }
}
