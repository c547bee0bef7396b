//! What a command answers, on standard output.

use crate::exit::Status;
use crate::hex::Form;
use crate::target;
use crate::terminal::{self, Shown};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;
use sx_persist::Page;
use sx_persist::types::{Entry, MapEntry, RefEntry};

/// Items of a list that are asked for at once: each page lists the folder anew, so as many as there can be.
const PAGE_ITEMS: u32 = 65_536;

/// One answer, or one item of a list of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer<'a> {
    /// A value, as canonical text.
    Value(&'a str),
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
    MapEntry(&'a [u8], &'a MapEntry, Form),
    /// It is done. Nothing in SX, null in JSON, where each command gives a document.
    Done,
}

/// Standard output, as SX and plain text or as JSON.
#[derive(Debug)]
pub(crate) struct Output {
    out: BufWriter<Shown<StdoutLock<'static>>>,
    pub(crate) json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { out: BufWriter::new(terminal::stdout()), json }
    }

    /// A line of its own.
    pub(crate) fn line(&mut self, answer: Answer<'_>) -> anyhow::Result<()> {
        if matches!(answer, Answer::Done) && !self.json {
            return Ok(());
        }
        self.write(answer)?;
        self.end_line()
    }

    /// Text for people.
    pub(crate) fn text(&mut self, text: &str) -> anyhow::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.end_line()
    }

    /// A JSON document of its own.
    pub(crate) fn document(&mut self, document: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.out, document).map_err(io::Error::from)?;
        self.end_line()
    }

    /// Named numbers: a line each, or an object.
    pub(crate) fn numbers<'a>(
        &mut self,
        numbers: impl IntoIterator<Item = (&'a str, u64)>,
    ) -> anyhow::Result<()> {
        if self.json {
            let numbers: serde_json::Map<_, _> =
                numbers.into_iter().map(|(name, number)| (name.to_owned(), number.into())).collect();
            return self.document(&numbers);
        }
        numbers.into_iter().try_for_each(|(name, number)| self.text(&format!("{name} {number}")))
    }

    /// Begins a list: a line an item, or one JSON array.
    pub(crate) fn list(&mut self) -> List<'_> {
        List { output: self, is_empty: true }
    }

    /// A list whose items come in pages: at most `limit` of them, those behind `after`. `page` is asked for so many at most.
    pub(crate) fn pages<T>(
        &mut self,
        mut after: Option<String>,
        limit: Option<u64>,
        page: impl Fn(Option<&str>, u32) -> sx_persist::Result<Page<T>>,
        show: impl Fn(&T) -> Answer<'_>,
    ) -> anyhow::Result<Status> {
        let mut left = limit.unwrap_or(u64::MAX);
        let mut list = self.list();
        while left > 0 {
            let wanted = u32::try_from(left).map_or(PAGE_ITEMS, |left| left.min(PAGE_ITEMS));
            let page = page(after.as_deref(), wanted)?;
            page.items.iter().try_for_each(|item| list.item(show(item)))?;
            left -= page.items.len() as u64;
            if page.done {
                break;
            }
            after = Some(page.through);
        }
        list.end().map(|()| Status::Done)
    }

    /// Bytes as they are, or into a file.
    pub(crate) fn give(&mut self, bytes: &[u8], file: Option<&Path>) -> anyhow::Result<()> {
        match file {
            Some(path) => target::write(path, |file| Ok(file.write_all(bytes)?)),
            None => Ok(self.out.write_all(bytes)?),
        }
    }

    pub(crate) fn bytes(&mut self) -> &mut impl Write {
        &mut self.out
    }

    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }

    fn write(&mut self, answer: Answer<'_>) -> anyhow::Result<()> {
        if self.json {
            return self.write_json(answer);
        }
        match answer {
            Answer::Value(text) => write!(self.out, "{text}")?,
            Answer::Name(name) => write!(self.out, "{}", plain(name))?,
            Answer::Number(number) => write!(self.out, "{number}")?,
            Answer::Flag(flag) => write!(self.out, "{flag}")?,
            Answer::Entry(entry) => write!(self.out, "{}\t{}", plain(&entry.key), entry.value)?,
            Answer::Ref(entry) => write!(self.out, "{}\t{}", plain(&entry.name), entry.hash)?,
            Answer::Integer(integer) => write!(self.out, "{integer}")?,
            Answer::Bytes(bytes, form) => write!(self.out, "{}", plain(&form.print(bytes)?))?,
            Answer::MapEntry(key, entry, form) => {
                let (key, value) = (form.print(key)?, form.print(&entry.value)?);
                write!(self.out, "{}\t{}", plain(&key), plain(&value))?;
            }
            Answer::Done => {}
        }
        Ok(())
    }

    fn write_json(&mut self, answer: Answer<'_>) -> anyhow::Result<()> {
        let out = &mut self.out;
        match answer {
            Answer::Value(text) => serde_json::to_writer(out, &sx::parse(text)?),
            Answer::Name(name) => serde_json::to_writer(out, name),
            Answer::Number(number) => serde_json::to_writer(out, &number),
            Answer::Flag(flag) => serde_json::to_writer(out, &flag),
            Answer::Entry(entry) => {
                #[derive(Serialize)]
                struct Json<'a> {
                    key: &'a str,
                    value: sx::Value,
                }
                let value = sx::parse(&entry.value)?;
                serde_json::to_writer(out, &Json { key: &entry.key, value })
            }
            Answer::Ref(entry) => serde_json::to_writer(out, entry),
            Answer::Integer(integer) => serde_json::to_writer(out, &integer),
            Answer::Bytes(bytes, form) => serde_json::to_writer(out, &form.print(bytes)?),
            Answer::MapEntry(key, entry, form) => {
                #[derive(Serialize)]
                struct Json<'a> {
                    key: &'a str,
                    value: &'a str,
                    version: u64,
                }
                let (key, value) = (form.print(key)?, form.print(&entry.value)?);
                serde_json::to_writer(out, &Json { key: &key, value: &value, version: entry.version })
            }
            Answer::Done => serde_json::to_writer(out, &()),
        }
        .map_err(|error| io::Error::from(error).into())
    }

    fn end_line(&mut self) -> anyhow::Result<()> {
        Ok(self.out.write_all(b"\n")?)
    }
}

/// A list that is being answered.
#[derive(Debug)]
pub(crate) struct List<'a> {
    output: &'a mut Output,
    is_empty: bool,
}

impl List<'_> {
    pub(crate) fn item(&mut self, answer: Answer<'_>) -> anyhow::Result<()> {
        if self.output.json {
            self.output.out.write_all(if self.is_empty { b"[" } else { b"," })?;
            self.is_empty = false;
            return self.output.write(answer);
        }
        self.output.line(answer)
    }

    /// Ends the list; without it a JSON array is cut short, so that nobody takes a part for the whole.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        if self.output.json {
            self.output.out.write_all(if self.is_empty { b"[]" } else { b"]" })?;
            self.output.end_line()?;
        }
        Ok(())
    }
}

/// A name as it is, or quoted where it would not stand alone on a line.
fn plain(name: &str) -> Cow<'_, str> {
    if !name.starts_with('"') && !name.contains(char::is_control) {
        return name.into();
    }
    let mut quoted = String::new();
    sx::quote(name, &mut quoted);
    quoted.into()
}
