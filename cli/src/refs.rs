//! `ref`: names that point to hashes.

use crate::exit::Status;
use crate::options::Options;
use crate::output::Answer;
use clap::{Args, Subcommand};

const SET_EXAMPLES: &str = "\
Example:
  sx-persist ref set refs/heads/main \"$(git rev-parse main)\"";

const SWAP_EXAMPLES: &str = "\
Examples:
  sx-persist ref swap refs/heads/main --absent --to 95d0...      makes it when there is none
  sx-persist ref swap refs/heads/main --expected 95d0... --to 3b18...
  sx-persist ref swap refs/heads/main --expected 3b18... --delete";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints the hash that a ref points to; exit code 1 when it is absent
    Get {
        /// Its name, as git would take it
        name: String,
    },
    /// Points a ref to a hash
    #[command(after_help = SET_EXAMPLES)]
    Set {
        /// Its name, as git would take it
        name: String,
        /// The hash: 40 or 64 lower-case hex digits
        hash: String,
    },
    /// Points a ref to a hash if it points to the expected one; prints whether it did, exit code 1 when not
    #[command(after_help = SWAP_EXAMPLES)]
    Swap(Swap),
    /// Removes a ref; prints whether it was there
    Delete {
        /// Its name
        name: String,
    },
    /// Prints refs and their hashes, one a line with a tab between
    List(List),
}

#[derive(Args, Debug)]
pub(crate) struct Swap {
    /// Its name, as git would take it
    name: String,
    /// Swaps only if the ref points to this hash
    #[arg(long, value_name = "HASH", required_unless_present = "absent")]
    expected: Option<String>,
    /// Swaps only if the ref is absent
    #[arg(long, conflicts_with = "expected")]
    absent: bool,
    /// The new hash
    #[arg(long, value_name = "HASH", required_unless_present = "delete")]
    to: Option<String>,
    /// Removes the ref
    #[arg(long, conflicts_with = "to")]
    delete: bool,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only refs that begin so
    #[arg(long, default_value = "", hide_default_value = true)]
    prefix: String,
    /// Only refs behind this one
    #[arg(long, value_name = "NAME")]
    after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<u64>,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Get { name } => options.reading(|store, output| match store.raw().ref_get(&name)? {
            Some(hash) => output.line(Answer::Name(&hash)).map(|()| Status::Done),
            None => Ok(Status::Refused),
        }),
        Command::Set { name, hash } => options.writing(|store, output| {
            store.raw().ref_set(&name, &hash)?;
            output.line(Answer::Done).map(|()| Status::Done)
        }),
        Command::Swap(Swap { name, expected, to, .. }) => options.writing(|store, output| {
            let swapped = store.raw().ref_test_and_set(&name, expected.as_deref(), to.as_deref())?;
            output.line(Answer::Flag(swapped)).map(|()| Status::of(swapped))
        }),
        Command::Delete { name } => options.writing(|store, output| {
            output.line(Answer::Flag(store.raw().ref_delete(&name)?)).map(|()| Status::Done)
        }),
        Command::List(List { prefix, after, limit }) => options.reading(|store, output| {
            let page = |after: Option<&str>, limit| store.raw().ref_list(&prefix, after, limit);
            output.pages(after, limit, page, |entry| Answer::Ref(entry))
        }),
    }
}
