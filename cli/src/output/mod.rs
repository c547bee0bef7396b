//! What a command answers, on standard output.

mod answer;
mod table;

pub(crate) use answer::Answer;

use crate::exit::Status;
use crate::target;
use crate::terminal::{self, Shown};
use clap::ValueEnum;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;
use sx_persist::Page;

/// Items of a list that are asked for at once: each page lists the folder anew, so as many as there can be.
const PAGE_ITEMS: u32 = 65_536;

/// Cells, each with the name of its column.
type Row = Vec<(String, String)>;

/// How answers are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Sx,
    Json,
    Jsonl,
    Table,
    Csv,
}

impl Format {
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonl)
    }

    /// Returns `true` if nothing can be printed before all of it is there.
    pub(crate) fn is_columns(self) -> bool {
        matches!(self, Self::Table | Self::Csv)
    }
}

/// Standard output, in a format.
#[derive(Debug)]
pub(crate) struct Output {
    out: BufWriter<Shown<StdoutLock<'static>>>,
    format: Format,
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { out: BufWriter::new(terminal::stdout()), format }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.format.is_json()
    }

    pub(crate) fn is_columns(&self) -> bool {
        self.format.is_columns()
    }

    /// A line of its own.
    pub(crate) fn line(&mut self, answer: Answer<'_>) -> anyhow::Result<()> {
        match self.format {
            Format::Sx if matches!(answer, Answer::Done) => return Ok(()),
            Format::Sx => answer.write_sx(&mut self.out)?,
            Format::Json | Format::Jsonl => answer.write_json(&mut self.out)?,
            Format::Table | Format::Csv => return self.rows(&[answer.row()?]),
        }
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

    /// Named numbers: a line each, an object, or a row each.
    pub(crate) fn numbers<'a>(
        &mut self,
        numbers: impl IntoIterator<Item = (&'a str, u64)>,
    ) -> anyhow::Result<()> {
        let mut numbers = numbers.into_iter();
        match self.format {
            Format::Sx => numbers.try_for_each(|(name, number)| self.text(&format!("{name} {number}"))),
            Format::Json | Format::Jsonl => {
                let numbers: serde_json::Map<_, _> =
                    numbers.map(|(name, number)| (name.replace('-', "_"), number.into())).collect();
                self.document(&numbers)
            }
            Format::Table | Format::Csv => {
                let row = |(name, number): (&str, u64)| {
                    vec![("name".to_owned(), name.to_owned()), ("value".to_owned(), number.to_string())]
                };
                self.rows(&numbers.map(row).collect::<Vec<_>>())
            }
        }
    }

    fn rows(&mut self, rows: &[Row]) -> anyhow::Result<()> {
        if rows.iter().all(Vec::is_empty) {
            return Ok(());
        }
        match self.format {
            Format::Csv => table::write_csv(rows, &mut self.out),
            _ => table::write_table(rows, &mut self.out),
        }
    }

    /// Begins a list: a line an item, one JSON array, or a row an item.
    pub(crate) fn list(&mut self) -> List<'_> {
        List { output: self, is_empty: true, rows: Vec::new() }
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

    fn end_line(&mut self) -> anyhow::Result<()> {
        Ok(self.out.write_all(b"\n")?)
    }
}

/// A list that is being answered.
#[derive(Debug)]
pub(crate) struct List<'a> {
    output: &'a mut Output,
    is_empty: bool,
    /// Those so far, where columns are as wide as the widest of their cells, or not all known before the end.
    rows: Vec<Row>,
}

impl List<'_> {
    pub(crate) fn item(&mut self, answer: Answer<'_>) -> anyhow::Result<()> {
        match self.output.format {
            Format::Json => {
                self.output.out.write_all(if self.is_empty { b"[" } else { b"," })?;
                self.is_empty = false;
                answer.write_json(&mut self.output.out)
            }
            Format::Sx | Format::Jsonl => self.output.line(answer),
            Format::Table | Format::Csv => {
                self.rows.push(answer.row()?);
                Ok(())
            }
        }
    }

    /// Ends the list; without it a JSON array is cut short, so that nobody takes a part for the whole.
    pub(crate) fn end(self) -> anyhow::Result<()> {
        match self.output.format {
            Format::Json => {
                self.output.out.write_all(if self.is_empty { b"[]" } else { b"]" })?;
                self.output.end_line()
            }
            Format::Sx | Format::Jsonl => Ok(()),
            Format::Table | Format::Csv => self.output.rows(&self.rows),
        }
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
