//! `map`: tables of bytes with versions.

use crate::cli::exit::{Complaint, Status};
use crate::cli::options::Options;
use crate::cli::output::{Answer, Output};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Read as _, Write as _};
use sx_persist::Store;
use sx_persist::types::MapRange;

/// One byte more than a value may have, so that the store refuses what is longer.
const STDIN_BYTES_MAX: u64 = (16 << 20) + 1;

const PUT_EXAMPLES: &str = "\
Examples:
  sx-persist map put sessions 7 'open'
  sx-persist map put sessions 7 - < session.bin
  sx-persist map put sessions 7 'open' --new             only if nobody has
  sx-persist map put sessions 7 'paid' --expected 12     only over version 12, which `map version` shows
  sx-persist map put sessions --hex 00ff 6f70656e";

const INCREMENT_EXAMPLES: &str = "\
Examples:
  sx-persist map increment hits home
  sx-persist map increment stock A-1 -3";

const LIST_EXAMPLES: &str = "\
Examples:
  sx-persist map list sessions --prefix 2026-
  sx-persist map list sessions --start a --end n
  sx-persist map list sessions --reverse --limit 1";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Gives the value of a key, its bytes as they are; exit code 1 when it is absent
    Get {
        #[command(flatten)]
        place: Place,
    },
    /// Prints the version of a key; exit code 1 when it is absent
    Version {
        #[command(flatten)]
        place: Place,
    },
    /// Sets the value of a key; prints the version
    #[command(after_help = PUT_EXAMPLES)]
    Put(Put),
    /// Removes a key; prints whether it was there
    Delete {
        #[command(flatten)]
        place: Place,
        /// Only if it has this version, 0 for absent
        #[arg(long, value_name = "VERSION")]
        expected: Option<u64>,
    },
    /// Prints whether a key is there; exit code 1 when it is not
    Has {
        #[command(flatten)]
        place: Place,
    },
    /// Adds to a decimal integer, 0 when the key is absent; prints the sum
    #[command(after_help = INCREMENT_EXAMPLES)]
    Increment {
        #[command(flatten)]
        place: Place,
        /// What is added
        #[arg(default_value_t = 1, allow_negative_numbers = true)]
        delta: i64,
    },
    /// Prints the keys of a table, one a line; one that holds control characters is quoted
    #[command(after_help = LIST_EXAMPLES)]
    List(List),
    /// Prints the tables that have keys, one a line
    Tables,
    /// Removes all keys of a table; prints how many
    Drop {
        /// Its name
        table: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Place {
    /// The table
    table: String,
    /// The key
    key: String,
    #[command(flatten)]
    form: Form,
}

/// How bytes are written.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Keys and values are hex digits, two a byte, where they are no text
    #[arg(long)]
    hex: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Put {
    #[command(flatten)]
    place: Place,
    /// The value; `-` reads standard input, its bytes as they are
    #[arg(allow_negative_numbers = true)]
    value: String,
    /// Only if the key is absent
    #[arg(long, conflicts_with = "expected")]
    new: bool,
    /// Only if the key has this version, 0 for absent
    #[arg(long, value_name = "VERSION")]
    expected: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// The table
    table: String,
    /// Only keys that begin so
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// Only keys from this one on
    #[arg(long, value_name = "KEY")]
    start: Option<String>,
    /// Only keys before this one
    #[arg(long, value_name = "KEY")]
    end: Option<String>,
    /// Only keys behind this one, in reverse before it
    #[arg(long, value_name = "KEY")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
    /// The last first
    #[arg(long)]
    reverse: bool,
    #[command(flatten)]
    form: Form,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Get { place } => {
            let key = place.key()?;
            options.reading(|store, output| get(&place, &key, store, output))
        }
        Command::Version { place } => {
            let key = place.key()?;
            options.reading(|store, output| match store.map_get(&place.table, &key)? {
                Some(entry) => output.line(Answer::Number(entry.version)).map(|()| Status::Done),
                None => Ok(Status::No),
            })
        }
        Command::Put(put) => put.perform(options),
        Command::Delete { place, expected } => {
            let key = place.key()?;
            options.writing(|store, output| {
                let was_there = store.map_delete(&place.table, &key, expected)?;
                output.line(Answer::Flag(was_there)).map(|()| Status::Done)
            })
        }
        Command::Has { place } => {
            let key = place.key()?;
            options.reading(|store, output| {
                let has = store.map_has(&place.table, &key)?;
                output.line(Answer::Flag(has)).map(|()| Status::of(has))
            })
        }
        Command::Increment { place, delta } => {
            let key = place.key()?;
            options.writing(|store, output| {
                let sum = store.map_increment(&place.table, &key, delta)?;
                output.line(Answer::Integer(sum)).map(|()| Status::Done)
            })
        }
        Command::List(list) => list.perform(options),
        Command::Tables => options.reading(|store, output| {
            let mut list = output.list();
            for table in store.map_tables()? {
                list.item(Answer::Name(&table))?;
            }
            list.end().map(|()| Status::Done)
        }),
        Command::Drop { table } => options.writing(|store, output| {
            output.line(Answer::Number(store.map_drop_table(&table)?)).map(|()| Status::Done)
        }),
    }
}

fn get(place: &Place, key: &[u8], store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    #[derive(Serialize)]
    struct Json<'a> {
        value: &'a str,
        version: u64,
    }
    let Some(entry) = store.map_get(&place.table, key)? else { return Ok(Status::No) };
    if output.json {
        let value = place.form.print(&entry.value)?;
        output.document(&Json { value: &value, version: entry.version })?;
    } else if place.form.hex {
        output.text(&place.form.print(&entry.value)?)?;
    } else {
        output.bytes().write_all(&entry.value)?;
    }
    Ok(Status::Done)
}

impl Place {
    fn key(&self) -> anyhow::Result<Vec<u8>> {
        self.form.parse(&self.key)
    }
}

impl Put {
    fn perform(&self, options: &Options) -> anyhow::Result<Status> {
        let Place { table, form, .. } = &self.place;
        let key = self.place.key()?;
        let mut value = Vec::new();
        if self.value == "-" {
            io::stdin().lock().take(STDIN_BYTES_MAX).read_to_end(&mut value).context("standard input")?;
        } else {
            value = form.parse(&self.value)?;
        }
        options.writing(|store, output| {
            let version = match self.expected {
                None if self.new => store.map_put_new(table, &key, &value)?,
                None => store.map_put(table, &key, &value)?,
                expected => store.map_swap(table, &key, expected, &value)?,
            };
            output.line(Answer::Number(version)).map(|()| Status::Done)
        })
    }
}

impl List {
    fn perform(&self, options: &Options) -> anyhow::Result<Status> {
        let parse = |key: &Option<String>| key.as_deref().map(|key| self.form.parse(key)).transpose();
        let (start, end, after) = (parse(&self.start)?, parse(&self.end)?, parse(&self.after)?);
        let range = MapRange { prefix: self.form.parse(&self.prefix)?, start, end };
        options.reading(|store, output| {
            // Between pages a key travels as text, and any key is that in hex.
            let page = |after: Option<&str>, limit| {
                let after = after.and_then(unhex);
                let page = store.map_list(&self.table, &range, after.as_deref(), limit, self.reverse)?;
                Ok((page.keys, page.next.as_deref().map(hex)))
            };
            output.pages(after.as_deref().map(hex), self.limit, page, |key| Answer::Bytes(key, self.form))
        })
    }
}

impl Form {
    fn parse(self, text: &str) -> anyhow::Result<Vec<u8>> {
        if !self.hex {
            return Ok(text.as_bytes().to_vec());
        }
        let refused = || Complaint::Misused(format!("{text:?} is not in hex, two digits a byte"));
        Ok(unhex(text).ok_or_else(refused)?)
    }

    /// Bytes as they are to be shown.
    pub(crate) fn print(self, bytes: &[u8]) -> anyhow::Result<Cow<'_, str>> {
        if self.hex {
            return Ok(hex(bytes).into());
        }
        let refused = |_| Complaint::Refused(format!("{} in hex is no text; give --hex", hex(bytes)));
        Ok(std::str::from_utf8(bytes).map_err(refused)?.into())
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(nibble.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}
