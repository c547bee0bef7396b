//! One answer, as each format has it.

use crate::hex::Form;
use crate::output::{Row, plain};
use serde::Serialize;
use serde_json::Value as Json;
use std::io::{self, Write};
use sx::Value;
use sx_persist::types::{Entry, RefEntry};

/// One answer, or one item of a list of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer<'a> {
    /// A value, as canonical text.
    Value(&'a str),
    /// An event of one of several streams.
    EventOf(&'a str, &'a str),
    /// A stream, a key, a hash or an address.
    Name(&'a str),
    Number(u64),
    Flag(bool),
    Entry(&'a Entry),
    Ref(&'a RefEntry),
    Integer(i64),
    /// A key of any bytes.
    Bytes(&'a [u8], Form),
    /// A key of any bytes, its value and its version.
    MapEntry(&'a [u8], &'a [u8], u64, Form),
    /// Named facts.
    Fields(&'a [(&'a str, Json)]),
    /// It is done. Nothing in SX, null in JSON, where each command gives a document.
    Done,
}

impl Answer<'_> {
    pub(super) fn write_sx(self, out: &mut impl Write) -> anyhow::Result<()> {
        match self {
            Self::Value(text) => write!(out, "{text}")?,
            Self::EventOf(stream, event) => write!(out, "{}\t{event}", plain(stream))?,
            Self::Name(name) => write!(out, "{}", plain(name))?,
            Self::Number(number) => write!(out, "{number}")?,
            Self::Flag(flag) => write!(out, "{flag}")?,
            Self::Entry(entry) => write!(out, "{}\t{}", plain(&entry.key), entry.value)?,
            Self::Ref(entry) => write!(out, "{}\t{}", plain(&entry.name), entry.hash)?,
            Self::Integer(integer) => write!(out, "{integer}")?,
            Self::Bytes(bytes, form) => write!(out, "{}", plain(&form.print(bytes)?))?,
            Self::MapEntry(key, value, _, form) => {
                let (key, value) = (form.print(key)?, form.print(value)?);
                write!(out, "{}\t{}", plain(&key), plain(&value))?;
            }
            Self::Fields(fields) => {
                let texts: Vec<_> = fields.iter().map(|(_, field)| text_of(field)).collect();
                write!(out, "{}", texts.join("\t"))?;
            }
            Self::Done => {}
        }
        Ok(())
    }

    pub(super) fn write_json(self, out: &mut impl Write) -> anyhow::Result<()> {
        match self {
            Self::Value(text) => serde_json::to_writer(out, &sx::parse(text)?),
            Self::EventOf(stream, event) => {
                #[derive(Serialize)]
                struct Item<'a> {
                    stream: &'a str,
                    event: Value,
                }
                serde_json::to_writer(out, &Item { stream, event: sx::parse(event)? })
            }
            Self::Name(name) => serde_json::to_writer(out, name),
            Self::Number(number) => serde_json::to_writer(out, &number),
            Self::Flag(flag) => serde_json::to_writer(out, &flag),
            Self::Entry(entry) => {
                #[derive(Serialize)]
                struct Item<'a> {
                    key: &'a str,
                    value: Value,
                }
                let value = sx::parse(&entry.value)?;
                serde_json::to_writer(out, &Item { key: &entry.key, value })
            }
            Self::Ref(entry) => serde_json::to_writer(out, entry),
            Self::Integer(integer) => serde_json::to_writer(out, &integer),
            Self::Bytes(bytes, form) => serde_json::to_writer(out, &form.print(bytes)?),
            Self::MapEntry(key, value, version, form) => {
                #[derive(Serialize)]
                struct Item<'a> {
                    key: &'a str,
                    value: &'a str,
                    version: u64,
                }
                let (key, value) = (form.print(key)?, form.print(value)?);
                serde_json::to_writer(out, &Item { key: &key, value: &value, version })
            }
            Self::Fields(fields) => {
                let fields = fields.iter().map(|(name, field)| ((*name).to_owned(), field.clone()));
                serde_json::to_writer(out, &Json::Object(fields.collect()))
            }
            Self::Done => serde_json::to_writer(out, &()),
        }
        .map_err(|error| io::Error::from(error).into())
    }

    /// The cells of a row, each with the name of its column: those of an event or another dict are its own.
    pub(super) fn row(self) -> anyhow::Result<Row> {
        Ok(match self {
            Self::Value(text) => fields(sx::parse(text)?)?,
            Self::EventOf(stream, event) => {
                let mut row = vec![cell("stream", stream)];
                row.extend(fields(sx::parse(event)?)?.into_iter().filter(|(name, _)| name != "stream"));
                row
            }
            Self::Name(name) => vec![cell("name", name)],
            Self::Number(number) => vec![cell("value", number.to_string())],
            Self::Flag(flag) => vec![cell("value", flag.to_string())],
            Self::Entry(entry) => {
                vec![cell("key", entry.key.as_str()), ("value".to_owned(), text(sx::parse(&entry.value)?)?)]
            }
            Self::Ref(entry) => vec![cell("name", entry.name.as_str()), cell("hash", entry.hash.as_str())],
            Self::Integer(integer) => vec![cell("value", integer.to_string())],
            Self::Bytes(bytes, form) => vec![cell("key", form.print(bytes)?)],
            Self::MapEntry(key, value, version, form) => vec![
                cell("key", form.print(key)?),
                cell("value", form.print(value)?),
                cell("version", version.to_string()),
            ],
            Self::Fields(fields) => fields.iter().map(|(name, field)| cell(name, text_of(field))).collect(),
            Self::Done => Vec::new(),
        })
    }
}

/// A string as it is, anything else as JSON.
fn text_of(field: &Json) -> String {
    match field {
        Json::Null => String::new(),
        Json::String(text) => plain(text).into_owned(),
        field => field.to_string(),
    }
}

fn cell(name: &str, content: impl Into<String>) -> (String, String) {
    (name.to_owned(), content.into())
}

fn fields(value: Value) -> anyhow::Result<Row> {
    match value {
        Value::Dict(fields) => fields.into_iter().map(|(name, value)| Ok((name, text(value)?))).collect(),
        value => Ok(vec![("value".to_owned(), text(value)?)]),
    }
}

/// A value in a cell: a string as it is, nothing for nil, anything else as SX.
fn text(value: Value) -> anyhow::Result<String> {
    Ok(match value {
        Value::String(text) => text,
        Value::Nil => String::new(),
        value => sx::print(&value)?,
    })
}
