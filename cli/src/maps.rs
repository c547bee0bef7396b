//! `map`: tables of bytes with versions.

use crate::exit::Status;
use crate::hex::{Form, hex};
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::value;
use clap::{Args, Subcommand};
use serde::Serialize;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use sx_persist::types::{Direction, Expect, MapPair, MapRange};
use sx_persist::{Page, Store};

const PUT_EXAMPLES: &str = "\
Examples:
  sx-persist map put sessions 7 'open'
  sx-persist map put sessions 7 - < session.bin
  sx-persist map put sessions 7 'open' --if-absent        only if nobody has
  sx-persist map put sessions 7 'paid' --if-version 12   only over version 12, which `map version` shows
  sx-persist map put sessions --hex 00ff 6f70656e";

const GET_MANY_EXAMPLES: &str = "\
All are as they are at one moment.

Examples:
  sx-persist map get-many sessions 7 8 9
  sx-persist map get-many sessions --hex 00ff 00fe";

const PUT_MANY_EXAMPLES: &str = "\
Several keys are one commit: all are set or none is, and they share a version.

Examples:
  sx-persist map put-many sessions 7 'open' 8 'paid'
  sx-persist map put-many sessions 7 'open' 8 - < session.bin
  sx-persist map put-many sessions --hex 00ff 6f70656e 00fe 70616964";

const DELETE_MANY_EXAMPLES: &str = "\
Several keys are one commit: all are gone or none is.

Example:
  sx-persist map delete-many sessions 7 8 9";

const INCREMENT_EXAMPLES: &str = "\
Examples:
  sx-persist map increment hits home
  sx-persist map increment stock A-1 -3";

const LS_EXAMPLES: &str = "\
Examples:
  sx-persist map ls                            the tables
  sx-persist map ls sessions --prefix 2026-
  sx-persist map ls sessions --start a --end n --values
  sx-persist map ls sessions --reverse --limit 1";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Gives the value of a key, its bytes as they are; exit code 1 when it is absent
    Get {
        #[command(flatten)]
        place: Place,
        /// Writes it to a file, which is replaced when all of it is on the disk
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
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
    #[command(alias = "delete")]
    Rm {
        #[command(flatten)]
        place: Place,
        /// Only if it has this version; exit code 13 when not
        #[arg(long, alias = "expected", value_name = "VERSION")]
        if_version: Option<u64>,
    },
    /// Prints those of several keys that are there and their values, one a line with a tab between; exit code 1 when one is absent
    #[command(after_help = GET_MANY_EXAMPLES)]
    GetMany(Several),
    /// Sets the values of several keys, all or none; prints the version
    #[command(after_help = PUT_MANY_EXAMPLES)]
    PutMany(PutMany),
    /// Removes several keys, all or none; prints how many were there
    #[command(after_help = DELETE_MANY_EXAMPLES)]
    DeleteMany(Several),
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
    /// Prints the keys of a table, or the tables that have keys, one a line; one that holds control characters is quoted
    #[command(alias = "list", after_help = LS_EXAMPLES)]
    Ls(List),
    /// `ls`
    #[command(hide = true)]
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

#[derive(Args, Debug)]
pub(crate) struct Put {
    #[command(flatten)]
    place: Place,
    /// The value; `-` reads standard input, its bytes as they are
    #[arg(allow_negative_numbers = true)]
    value: String,
    /// Only if the key is absent; exit code 13 when not
    #[arg(long, alias = "new", conflicts_with = "if_version")]
    if_absent: bool,
    /// Only if the key has this version, which `map version` prints; exit code 13 when not
    #[arg(long, alias = "expected", value_name = "VERSION")]
    if_version: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct Several {
    /// The table
    table: String,
    /// The keys
    #[arg(required = true, value_name = "KEY")]
    keys: Vec<String>,
    #[command(flatten)]
    form: Form,
}

#[derive(Args, Debug)]
pub(crate) struct PutMany {
    /// The table
    table: String,
    /// A key and its value, as many of both as there are; one value may be `-`, standard input
    #[arg(required = true, num_args = 2.., value_names = ["KEY", "VALUE"], allow_negative_numbers = true)]
    pairs: Vec<String>,
    #[command(flatten)]
    form: Form,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// The table; without one the tables are printed
    table: Option<String>,
    /// Only keys that begin so
    #[arg(long, default_value = "", hide_default_value = true, requires = "table")]
    prefix: String,
    /// Only keys from this one on
    #[arg(long, value_name = "KEY", requires = "table")]
    start: Option<String>,
    /// Only keys before this one
    #[arg(long, value_name = "KEY", requires = "table")]
    end: Option<String>,
    /// Only keys behind this one, in reverse before it
    #[arg(long, value_name = "KEY", requires = "table")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", requires = "table")]
    limit: Option<u64>,
    /// The last first
    #[arg(long, requires = "table")]
    reverse: bool,
    /// Prints their values, too, with a tab between
    #[arg(long, requires = "table")]
    values: bool,
    #[command(flatten)]
    form: Form,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Get { place, output: file } => {
            let key = place.key()?;
            options.reading(|store, output| get(&place, &key, file.as_deref(), store, output))
        }
        Command::Version { place } => {
            let key = place.key()?;
            options.reading(|store, output| match store.raw().map_get(&place.table, &key)? {
                Some(entry) => output.line(Answer::Number(entry.version)).map(|()| Status::Done),
                None => Ok(Status::Refused),
            })
        }
        Command::Put(put) => put.perform(options),
        Command::Rm { place, if_version } => {
            let key = place.key()?;
            let expected = if_version.map_or(Expect::Any, Expect::Version);
            options.writing(|store, output| {
                let was_there = store.raw().map_delete(&place.table, &key, expected)?;
                output.line(Answer::Flag(was_there)).map(|()| Status::Done)
            })
        }
        Command::GetMany(several) => several.get(options),
        Command::PutMany(put) => put.perform(options),
        Command::DeleteMany(several) => {
            let keys = several.parse()?;
            options.writing(|store, output| {
                let removed = store.raw().map_delete_many(&several.table, &keys)?;
                output.line(Answer::Number(removed)).map(|()| Status::Done)
            })
        }
        Command::Has { place } => {
            let key = place.key()?;
            options.reading(|store, output| {
                let has = store.raw().map_has(&place.table, &key)?;
                output.line(Answer::Flag(has)).map(|()| Status::of(has))
            })
        }
        Command::Increment { place, delta } => {
            let key = place.key()?;
            options.writing(|store, output| {
                let sum = store.raw().map_increment(&place.table, &key, delta)?;
                output.line(Answer::Integer(sum)).map(|()| Status::Done)
            })
        }
        Command::Ls(list) => list.perform(options),
        Command::Tables => options.reading(tables),
        Command::Drop { table } => options.writing(|store, output| {
            output.line(Answer::Number(store.raw().map_drop_table(&table)?)).map(|()| Status::Done)
        }),
    }
}

fn tables(store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let mut list = output.list();
    for table in store.raw().map_tables()? {
        list.item(Answer::Name(&table))?;
    }
    list.end().map(|()| Status::Done)
}

fn get(
    place: &Place,
    key: &[u8],
    file: Option<&Path>,
    store: &Store,
    output: &mut Output,
) -> anyhow::Result<Status> {
    #[derive(Serialize)]
    struct Json<'a> {
        value: &'a str,
        version: u64,
    }
    let Some(entry) = store.raw().map_get(&place.table, key)? else { return Ok(Status::Refused) };
    if file.is_some() {
        output.give(&entry.value, file)?;
    } else if output.is_json() {
        let value = place.form.print(&entry.value)?;
        output.document(&Json { value: &value, version: entry.version })?;
    } else if output.is_columns() {
        output.line(Answer::MapEntry(key, &entry.value, entry.version, place.form))?;
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
        let value = form.read(&self.value)?;
        options.writing(|store, output| {
            let version = match self.if_version {
                None if self.if_absent => store.raw().map_put_new(table, &key, &value)?,
                None => store.raw().map_put(table, &key, &value)?,
                Some(version) => store.raw().map_swap(table, &key, Expect::Version(version), &value)?,
            };
            output.line(Answer::Number(version)).map(|()| Status::Done)
        })
    }
}

impl Several {
    fn parse(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        self.keys.iter().map(|key| self.form.parse(key)).collect()
    }

    fn get(&self, options: &Options) -> anyhow::Result<Status> {
        let keys = self.parse()?;
        options.reading(|store, output| {
            let entries = store.raw().map_get_many(&self.table, &keys)?;
            let mut list = output.list();
            for (key, entry) in keys.iter().zip(&entries) {
                if let Some(entry) = entry {
                    list.item(Answer::MapEntry(key, &entry.value, entry.version, self.form))?;
                }
            }
            list.end().map(|()| Status::of(entries.iter().all(Option::is_some)))
        })
    }
}

impl PutMany {
    fn perform(&self, options: &Options) -> anyhow::Result<Status> {
        let pairs = value::pairs(&self.pairs, "KEY", "VALUE")?.iter();
        let pairs = pairs
            .map(|[key, value]| Ok(MapPair { key: self.form.parse(key)?, value: self.form.read(value)? }));
        let pairs = pairs.collect::<anyhow::Result<Vec<_>>>()?;
        options.writing(|store, output| {
            let version = store.raw().map_put_many(&self.table, &pairs)?;
            output.line(Answer::Number(version)).map(|()| Status::Done)
        })
    }
}

impl List {
    fn perform(&self, options: &Options) -> anyhow::Result<Status> {
        let Some(table) = self.table.as_deref() else { return options.reading(tables) };
        let parse = |key: &Option<String>| key.as_deref().map(|key| self.form.parse(key)).transpose();
        let (start, end, after) = (parse(&self.start)?, parse(&self.end)?, parse(&self.after)?);
        let range = MapRange { prefix: self.form.parse(&self.prefix)?, start, end };
        let direction = if self.reverse { Direction::Backward } else { Direction::Forward };
        options.reading(|store, output| {
            let raw = store.raw();
            let after = after.as_deref().map(hex);
            if self.values {
                let page = |after: Option<&str>, limit| {
                    raw.map_scan(table, &range, after, limit, direction).map(Page::from)
                };
                return output.pages(after, self.limit, page, |item| {
                    Answer::MapEntry(&item.key, &item.value, item.version, self.form)
                });
            }
            let page = |after: Option<&str>, limit| {
                raw.map_list(table, &range, after, limit, direction).map(Page::from)
            };
            output.pages(after, self.limit, page, |key| Answer::Bytes(key, self.form))
        })
    }
}
