//! `ref`: names that point to hashes.

use crate::exit::{CliError, Status};
use crate::options::Options;
use crate::output::Answer;
use clap::{Args, Subcommand};

const SET_EXAMPLES: &str = "\
Examples:
  sx-persist ref put refs/heads/main \"$(git rev-parse main)\"
  sx-persist ref put refs/heads/main 3b18... --if-value 95d0...";

const SWAP_EXAMPLES: &str = "\
`ref put` and `ref rm` take the same conditions, and end with exit code 13 where one does not hold.

Examples:
  sx-persist ref swap refs/heads/main --if-absent --to 95d0...      makes it when there is none
  sx-persist ref swap refs/heads/main --if-value 95d0... --to 3b18...
  sx-persist ref swap refs/heads/main --if-value 3b18... --delete";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints the hash that a ref points to; exit code 1 when it is absent
    Get {
        /// Its name, as git would take it
        name: String,
    },
    /// Points a ref to a hash
    #[command(alias = "set", after_help = SET_EXAMPLES)]
    Put {
        /// Its name, as git would take it
        name: String,
        /// The hash: 40 or 64 lower-case hex digits
        hash: String,
        /// Only if the ref points to this hash
        #[arg(long, value_name = "HASH")]
        if_value: Option<String>,
        /// Only if the ref is absent
        #[arg(long, conflicts_with = "if_value")]
        if_absent: bool,
    },
    /// Points a ref to a hash if it points to the expected one; prints whether it did, exit code 1 when not
    #[command(after_help = SWAP_EXAMPLES)]
    Swap(Swap),
    /// Removes a ref; prints whether it was there
    #[command(alias = "delete")]
    Rm {
        /// Its name
        name: String,
        /// Only if the ref points to this hash
        #[arg(long, value_name = "HASH")]
        if_value: Option<String>,
    },
    /// Prints refs, one a line
    Ls {
        #[command(flatten)]
        list: List,
        /// Prints their hashes, too, with a tab between
        #[arg(long)]
        values: bool,
    },
    /// `ls --values`
    #[command(hide = true)]
    List(List),
}

#[derive(Args, Debug)]
pub(crate) struct Swap {
    /// Its name, as git would take it
    name: String,
    /// Swaps only if the ref points to this hash
    #[arg(long, alias = "expected", value_name = "HASH", required_unless_present = "if_absent")]
    if_value: Option<String>,
    /// Swaps only if the ref is absent
    #[arg(long, alias = "absent", conflicts_with = "if_value")]
    if_absent: bool,
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
        Command::Put { name, hash, if_value: None, if_absent: false } => options.writing(|store, output| {
            store.raw().ref_set(&name, &hash)?;
            output.line(Answer::Done).map(|()| Status::Done)
        }),
        Command::Put { name, hash, if_value, .. } => options.writing(|store, output| {
            held(store.raw().ref_test_and_set(&name, if_value.as_deref(), Some(&hash))?, &name)?;
            output.line(Answer::Done).map(|()| Status::Done)
        }),
        Command::Swap(Swap { name, if_value, to, .. }) => options.writing(|store, output| {
            let swapped = store.raw().ref_test_and_set(&name, if_value.as_deref(), to.as_deref())?;
            output.line(Answer::Flag(swapped)).map(|()| Status::of(swapped))
        }),
        Command::Rm { name, if_value } => options.writing(|store, output| {
            let was_there = match if_value {
                None => store.raw().ref_delete(&name)?,
                Some(hash) => {
                    held(store.raw().ref_test_and_set(&name, Some(&hash), None)?, &name)?;
                    true
                }
            };
            output.line(Answer::Flag(was_there)).map(|()| Status::Done)
        }),
        Command::Ls { list, values } => list.perform(values, options),
        Command::List(list) => list.perform(true, options),
    }
}

/// An error where a condition did not hold.
fn held(holds: bool, name: &str) -> Result<(), CliError> {
    let refused = || CliError::Stale(format!("{name} points elsewhere; `ref get` shows where"));
    holds.then_some(()).ok_or_else(refused)
}

impl List {
    fn perform(self, has_values: bool, options: &Options) -> anyhow::Result<Status> {
        let Self { prefix, after, limit } = self;
        options.reading(|store, output| {
            let page = |after: Option<&str>, limit| store.raw().ref_list(&prefix, after, limit);
            output.pages(after, limit, page, |entry| match has_values {
                true => Answer::Ref(entry),
                false => Answer::Name(&entry.name),
            })
        })
    }
}
