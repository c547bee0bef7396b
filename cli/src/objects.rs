//! `object`: bytes under a hash that the caller computed.

use crate::exit::Status;
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::{progress, value};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use sx_persist::Store;

/// What the store takes, and one byte more: it says itself what is too much.
const READ_BYTES_MAX: u64 = (16 << 20) + 1;

const READ_EXAMPLES: &str = "\
Examples:
  sx-persist object read 95d09f2b10159347eece71399a7e2e907ea3df4f
  sx-persist object read 95d0... -o object";

const WRITE_EXAMPLES: &str = "\
Several objects are one commit: all are stored or none is. What is there already stays as it is.

Examples:
  sx-persist object write \"$(sha256sum < picture.png | cut -d' ' -f1)\" picture.png
  sx-persist object write 95d0... one 3b18... two
  printf 'blob 5\\0hello' | sx-persist object write b6fc4c620b67d95f953a5c1c1230aaab5db5a1b0 -";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Gives the bytes of an object, as they are; exit code 1 when it is absent
    #[command(visible_alias = "get", after_help = READ_EXAMPLES)]
    Read {
        /// Its hash: 40 or 64 lower-case hex digits
        hash: String,
        /// Writes them to a file, which is replaced when all of them are on the disk
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Stores files under hashes; `-` is standard input
    #[command(visible_alias = "put", after_help = WRITE_EXAMPLES)]
    Write {
        /// A hash, 40 or 64 lower-case hex digits, and the file of its bytes; as many of both as there are
        #[arg(required = true, num_args = 2.., value_names = ["HASH", "FILE"])]
        objects: Vec<String>,
    },
    /// Prints whether an object is there; exit code 1 when it is not
    #[command(visible_alias = "has")]
    Exists {
        /// Its hash
        hash: String,
    },
    /// Removes an object; prints whether it was there
    #[command(alias = "delete")]
    Rm {
        /// Its hash
        hash: String,
    },
    /// Prints all hashes, one a line
    #[command(alias = "list")]
    Ls(List),
    /// Prints how many objects there are, and their bytes
    Stats,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only hashes behind this one
    #[arg(long, value_name = "HASH")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Read { hash, output: file } => {
            options.reading(|store, output| read(&hash, file.as_deref(), store, output))
        }
        Command::Write { objects } => write(&objects, options),
        Command::Exists { hash } => options.reading(|store, output| {
            let exists = store.raw().object_exists(&hash)?;
            output.line(Answer::Flag(exists)).map(|()| Status::of(exists))
        }),
        Command::Rm { hash } => options.writing(|store, output| {
            output.line(Answer::Flag(store.raw().object_delete(&hash)?)).map(|()| Status::Done)
        }),
        Command::Ls(List { after, limit }) => options.reading(|store, output| {
            let page = |after: Option<&str>, limit| store.raw().object_list(after, limit);
            output.pages(after, limit, page, |hash| Answer::Name(hash))
        }),
        // What an instance has read and written says nothing of one that a command has just begun.
        Command::Stats => options.reading(|store, output| {
            let stats = store.raw().object_stats()?;
            output.numbers([("objects", stats.objects), ("bytes", stats.bytes)]).map(|()| Status::Done)
        }),
    }
}

fn read(hash: &str, file: Option<&Path>, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let Some(bytes) = store.raw().object_read(hash)? else { return Ok(Status::Refused) };
    output.give(&bytes, file).map(|()| Status::Done)
}

fn write(arguments: &[String], options: &Options) -> anyhow::Result<Status> {
    let pairs = value::pairs(arguments, "HASH", "FILE")?;
    let bytes = |file: &str| progress::read(Path::new(file), READ_BYTES_MAX);
    let objects = pairs.iter().map(|[hash, file]| Ok((hash.clone(), bytes(file)?)));
    let objects = objects.collect::<anyhow::Result<Vec<_>>>()?;
    options.writing(|store, output| {
        store.raw().object_write_batch(&objects)?;
        output.line(Answer::Done).map(|()| Status::Done)
    })
}
