//! `snapshot`: durable state of replicated data.

use crate::exit::{CliError, Status};
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::progress;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use sx_persist::Store;

/// More than any snapshot that the store takes.
const FILE_BYTES_MAX: u64 = 64 << 20;

const PERSIST_EXAMPLES: &str = "\
Examples:
  sx-persist snapshot persist counter/visits visits.bin
  printf '{\"node-1\":3}' | sx-persist snapshot persist counter/visits -";

const LOAD_EXAMPLES: &str = "\
Examples:
  sx-persist snapshot load counter/visits -o visits.bin
  sx-persist snapshot load counter/visits | xxd";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Keeps the bytes of a file under a key, `-` for standard input
    #[command(visible_alias = "put", after_help = PERSIST_EXAMPLES)]
    Persist {
        /// The key
        key: String,
        /// The file, of 16 MiB at most
        file: PathBuf,
    },
    /// Notes a key; what it holds stays as it is
    PersistMarker {
        /// The key
        key: String,
    },
    /// Removes a key and what it holds; prints whether it was there
    #[command(alias = "delete-marker")]
    Rm {
        /// The key
        key: String,
    },
    /// Gives the bytes of a key, as they are, none for one that is only noted; exit code 1 when it is absent
    #[command(visible_alias = "get", after_help = LOAD_EXAMPLES)]
    Load {
        /// The key
        key: String,
        /// Writes them to a file, which is replaced when all of them are on the disk
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Prints keys, one a line; one that holds control characters is quoted
    #[command(alias = "keys")]
    Ls(Keys),
    /// Prints whether a key is there; exit code 1 when it is not
    #[command(visible_alias = "has")]
    Contains {
        /// The key
        key: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct Keys {
    /// Only keys that begin so
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// Only keys behind this one
    #[arg(long, value_name = "KEY")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Persist { key, file } => {
            let bytes = read(&file)?;
            options.writing(|store, output| {
                store.raw().snapshot_persist(&key, &bytes)?;
                output.line(Answer::Done).map(|()| Status::Done)
            })
        }
        Command::PersistMarker { key } => options.writing(|store, output| {
            store.raw().snapshot_persist_marker(&key)?;
            output.line(Answer::Done).map(|()| Status::Done)
        }),
        Command::Rm { key } => options.writing(|store, output| {
            output.line(Answer::Flag(store.raw().snapshot_delete_marker(&key)?)).map(|()| Status::Done)
        }),
        Command::Load { key, output: file } => {
            options.reading(|store, output| load(&key, file.as_deref(), store, output))
        }
        Command::Ls(Keys { prefix, after, limit }) => options.reading(|store, output| {
            let page = |after: Option<&str>, limit| store.raw().snapshot_keys(&prefix, after, limit);
            output.pages(after, limit, page, |key| Answer::Name(key))
        }),
        Command::Contains { key } => options.reading(|store, output| {
            let contains = store.raw().snapshot_contains(&key)?;
            output.line(Answer::Flag(contains)).map(|()| Status::of(contains))
        }),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = progress::read(file, FILE_BYTES_MAX + 1)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        let limit = FILE_BYTES_MAX >> 20;
        let refused = format!("{} holds more than {limit} MiB; use a blob", file.display());
        return Err(CliError::Refused(refused).into());
    }
    Ok(bytes)
}

fn load(key: &str, file: Option<&Path>, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let Some(bytes) = store.raw().snapshot_load(key)? else { return Ok(Status::Refused) };
    output.give(&bytes, file).map(|()| Status::Done)
}
