//! `blob`: bytes under their own address.

use crate::exit::Status;
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::{progress, target};
use anyhow::Context as _;
use cid::Cid;
use cid::multihash::Multihash;
use clap::{Args, Subcommand};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use sx_persist::types::{self, Damage};
use sx_persist::{Error, Store};

const RAW_CODEC: u64 = 0x55;
const SHA2_256: u64 = 0x12;

const PUT_EXAMPLES: &str = "\
Examples:
  sx-persist blob put picture.png
  tar c folder | sx-persist blob put -";

const GET_EXAMPLES: &str = "\
Examples:
  sx-persist blob get bafkrei... -o picture.png
  sx-persist blob get bafkrei... | tar x";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Stores a file of any size, `-` for standard input; prints its address
    #[command(after_help = PUT_EXAMPLES)]
    Put {
        /// The file
        file: PathBuf,
    },
    /// Gives the bytes of an address, as they are; exit code 1 when it is absent
    #[command(after_help = GET_EXAMPLES)]
    Get {
        /// Its address, as `blob put` printed it
        cid: String,
        /// Writes them to a file, which is replaced when all of them are on the disk
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Prints whether a blob is there; exit code 1 when it is not
    Has {
        /// Its address
        cid: String,
    },
    /// Prints the size of a blob in bytes; exit code 1 when it is absent
    Size {
        /// Its address
        cid: String,
    },
    /// Prints all addresses, one a line
    #[command(alias = "list")]
    Ls(List),
    /// Removes a blob; prints whether it was there
    #[command(alias = "delete")]
    Rm {
        /// Its address
        cid: String,
    },
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only addresses behind this one
    #[arg(long, value_name = "CID")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Put { file } => put(&file, options),
        Command::Get { cid, output: file } => {
            options.reading(|store, output| get(&cid, file.as_deref(), store, output))
        }
        Command::Has { cid } => options.reading(|store, output| {
            let has = store.raw().blob_has(&cid)?;
            output.line(Answer::Flag(has)).map(|()| Status::of(has))
        }),
        Command::Size { cid } => options.reading(|store, output| match store.raw().blob_size(&cid)? {
            Some(bytes) => output.line(Answer::Number(bytes)).map(|()| Status::Done),
            None => Ok(Status::Refused),
        }),
        Command::Ls(List { after, limit }) => options.reading(|store, output| {
            let page = |after: Option<&str>, limit| store.raw().blob_list(after, limit);
            output.pages(after, limit, page, |cid| Answer::Name(cid))
        }),
        Command::Rm { cid } => options.writing(|store, output| {
            output.line(Answer::Flag(store.raw().blob_delete(&cid)?)).map(|()| Status::Done)
        }),
    }
}

fn put(file: &Path, options: &Options) -> anyhow::Result<Status> {
    let source = progress::Source::open(file)?;
    options.writing(|store, output| {
        let cid = store.raw().blob_put_from(source).with_context(|| progress::name(file).into_owned())?;
        output.line(Answer::Name(&cid)).map(|()| Status::Done)
    })
}

fn get(cid: &str, file: Option<&Path>, store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let Some(size) = store.raw().blob_size(cid)? else { return Ok(Status::Refused) };
    let Some(path) = file else {
        copy(cid, size, store, output.bytes())?;
        return Ok(Status::Done);
    };
    target::write(path, |file| copy(cid, size, store, file))?;
    Ok(Status::Done)
}

/// Copies a blob and checks its bytes against the address.
fn copy(cid: &str, size: u64, store: &Store, to: impl Write) -> anyhow::Result<()> {
    let mut hashing = Hashing { to, hash: Sha256::new() };
    let bar = progress::to_stdout(size);
    store.raw().blob_get_to(cid, bar.wrap_write(&mut hashing))?;
    bar.finish_and_clear();
    let hash = Multihash::wrap(SHA2_256, &hashing.hash.finalize())?;
    if Cid::new_v1(RAW_CODEC, hash).to_string() != cid {
        let (file, reason) = (format!("blobs/{cid}"), "the bytes do not match the address".to_owned());
        return Err(Error::from(types::Error::Corrupt(Damage { file, line: None, offset: 0, reason })).into());
    }
    Ok(())
}

struct Hashing<W> {
    to: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}
