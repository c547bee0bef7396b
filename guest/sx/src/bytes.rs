//! SX text whose strings hold any bytes, for what takes or gives bytes where others have text.
//!
//! A [`Value`](crate::Value) is Unicode. What an operation passes on as bytes never becomes one: it is cut out of the text
//! in which it travels, and quoted into such a text.
//!
//! ```
//! use sx::bytes::{self, Parts};
//!
//! let Parts::List(items) = bytes::parts(b"[\"\xff\\n\" 5]")? else { panic!() };
//! assert_eq!(items, [&b"\"\xff\\n\""[..], b"5"]);
//! assert_eq!(bytes::unquote(&items[0]), Some(b"\xff\n".to_vec()));
//! assert_eq!(bytes::quote(b"\xff\n"), items[0]);
//! # Ok::<(), sx::Error>(())
//! ```

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};
use crate::event::{Event, Source as _};
use crate::limits::TEXT_BYTES_MAX;
use crate::print::print;
use crate::reader::Reader;
use crate::string::{escape, plain_bytes, unescape};
use crate::token::is_token;

/// What a text holds, taken apart one level deep. Each part is in canonical form, in whose strings any bytes may stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parts {
    /// Neither a list nor a dict.
    Atom(Vec<u8>),
    /// The items of a list.
    List(Vec<Vec<u8>>),
    /// The values of a dict by their keys, which may be any bytes as well.
    Dict(BTreeMap<Vec<u8>, Vec<u8>>),
}

/// Takes a text apart in whose strings, and keys in quotes, any bytes may stand.
///
/// # Shape
///
/// `text` is what [`parse`](crate::parse()) takes, but for such strings. Where it is UTF-8, the parts are those of its
/// [`canonical`](crate::canonical()) text.
///
/// # Cost
///
/// Two passes, memory for the text and the parts, and calls at most
/// [`limits::DEPTH_MAX`](crate::limits::DEPTH_MAX) deep.
///
/// # Errors
///
/// Those of [`canonical`](crate::canonical()), with the same offsets; `UnexpectedText` for a byte above 127 outside of
/// strings and comments.
///
/// # Source
///
/// docs/semantics.md O3
pub fn parts(text: &[u8]) -> Result<Parts, Error> {
    let masked = masked(text);
    let mut reader = Pieces { reader: Reader::whole(&masked)?, text };
    let parts = match reader.reader.next_event()? {
        Event::List => Parts::List(reader.items()?),
        Event::Dict => Parts::Dict(reader.entries()?),
        event => {
            let mut out = Vec::new();
            reader.print(event, &mut out)?;
            Parts::Atom(out)
        }
    };
    reader.reader.finish()?;
    Ok(parts)
}

/// The canonical form of a text in whose strings, and keys in quotes, any bytes may stand: one line, as
/// [`canonical`](crate::canonical()) has it.
///
/// # Errors
///
/// Those of [`parts`].
pub fn canonical(text: &[u8]) -> Result<Vec<u8>, Error> {
    let masked = masked(text);
    let mut reader = Pieces { reader: Reader::whole(&masked)?, text };
    let event = reader.reader.next_event()?;
    let mut out = Vec::new();
    reader.print(event, &mut out)?;
    reader.reader.finish()?;
    Ok(out)
}

/// The bytes that a string in quotes holds, as [`parts`] gives it; `None` when it is no such string.
#[must_use]
pub fn unquote(string: &[u8]) -> Option<Vec<u8>> {
    let mut rest = string.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let mut bytes = Vec::with_capacity(rest.len());
    while let Some((plain, behind)) = rest.split_at_checked(plain_bytes(rest)) {
        bytes.extend_from_slice(plain);
        rest = match behind {
            [] => return Some(bytes),
            [b'"', ..] | [b'\\'] => return None,
            [b'\\', letter, behind @ ..] => {
                bytes.push(u8::try_from(unescape(*letter)?).ok()?);
                behind
            }
            [byte, behind @ ..] => {
                bytes.push(*byte);
                behind
            }
        };
    }
    None
}

/// A string in quotes that holds these bytes: [`quote`](crate::quote()) for what may be no text.
#[must_use]
pub fn quote(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 2);
    add_quoted(bytes, &mut out);
    out
}

fn add_quoted(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    out.push(b'"');
    while let Some((plain, [special, behind @ ..])) = rest.split_at_checked(plain_bytes(rest)) {
        out.extend_from_slice(plain);
        match escape(char::from(*special)).and_then(|letter| u8::try_from(letter).ok()) {
            Some(letter) => out.extend([b'\\', letter]),
            None => out.push(*special),
        }
        rest = behind;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// A text of the same length for the reader. Outside of strings and comments the byte that stands for others is refused as they
/// would be, and it needs no escape in them.
fn masked(text: &[u8]) -> String {
    const DELETE: char = '\u{7f}';
    text.iter().map(|&byte| if byte.is_ascii() { char::from(byte) } else { DELETE }).collect()
}

/// The events of a masked text, and the bytes behind the mask.
struct Pieces<'a> {
    reader: Reader<'a>,
    text: &'a [u8],
}

impl Pieces<'_> {
    /// The items of the list that has begun.
    fn items(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        let mut items = Vec::new();
        loop {
            match self.reader.next_event()? {
                Event::End => return Ok(items),
                event => {
                    let mut item = Vec::new();
                    self.print(event, &mut item)?;
                    items.push(item);
                }
            }
        }
    }

    /// The entries of the dict that has begun.
    fn entries(&mut self) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, Error> {
        let mut entries = BTreeMap::new();
        while let Event::Key(name) = self.reader.next_event()? {
            let key = self.string().unwrap_or_else(|| name.into_owned().into_bytes());
            if entries.contains_key(&key) {
                return Err(Error::from(ErrorKind::DuplicateKey).or_at(self.reader.offset()));
            }
            let mut value = Vec::new();
            let event = self.reader.next_event()?;
            self.print(event, &mut value)?;
            entries.insert(key, value);
        }
        Ok(entries)
    }

    /// Adds the canonical form of the value that begins with an event. It calls itself no deeper than the reader counts.
    fn print(&mut self, event: Event<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        match event {
            Event::String(_) => {
                let string = self.string();
                let escape = || Error::from(ErrorKind::Escape).or_at(self.reader.offset());
                add_quoted(&string.ok_or_else(escape)?, out);
            }
            Event::List => {
                out.extend_from_slice(b"(list");
                for item in self.items()? {
                    out.push(b' ');
                    out.extend_from_slice(&item);
                }
                out.push(b')');
            }
            Event::Dict => {
                out.push(b'{');
                let mut between: &[u8] = b"";
                for (key, value) in self.entries()? {
                    out.extend_from_slice(between);
                    between = b" ";
                    match std::str::from_utf8(&key) {
                        Ok(name) if is_token(name) => out.extend([b":", name.as_bytes()].concat()),
                        _ => add_quoted(&key, out),
                    }
                    out.push(b' ');
                    out.extend_from_slice(&value);
                }
                out.push(b'}');
            }
            atom => out.extend_from_slice(print(&atom.into_value())?.as_bytes()),
        }
        if out.len() > TEXT_BYTES_MAX {
            return Err(ErrorKind::TooLong { limit: TEXT_BYTES_MAX, actual: out.len() }.into());
        }
        Ok(())
    }

    /// The bytes of the string or key in quotes that was the last event.
    fn string(&self) -> Option<Vec<u8>> {
        let literal = self.text.get(self.reader.literal()?)?;
        unquote(&[b"\"", literal, b"\""].concat())
    }
}
