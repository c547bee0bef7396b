//! `kv`: keys and their values.

use crate::exit::{CliError, Status};
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::value::Form;
use clap::{Args, Subcommand};
use sx_persist::{Page, Store};

const PUT_EXAMPLES: &str = "\
Examples:
  sx-persist kv put limits '{:open 3 :tags [:eu :us]}'
  sx-persist kv put greeting --string 'hello world'
  sx-persist --json kv put limits - < limits.json";

const SWAP_EXAMPLES: &str = "\
Examples:
  sx-persist kv swap leader --absent --to 7      takes it when nobody has it
  sx-persist kv swap leader --expected 7 --to 8
  sx-persist kv swap leader --expected 8 --delete";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints the value of a key; exit code 1 when it is absent
    Get {
        /// Its name
        key: String,
    },
    /// Sets the value of a key
    #[command(after_help = PUT_EXAMPLES)]
    Put {
        /// Its name
        key: String,
        /// The value; `-` reads standard input
        #[arg(allow_negative_numbers = true)]
        value: String,
        #[command(flatten)]
        form: Form,
    },
    /// Removes a key; prints whether it was there
    Delete {
        /// Its name
        key: String,
    },
    /// Prints whether a key is there; exit code 1 when it is not
    Has {
        /// Its name
        key: String,
    },
    /// Prints all keys, one a line; one that holds control characters is quoted
    Keys,
    /// Prints keys and their values, one a line with a tab between
    List(List),
    /// Replaces the value of a key if it is the expected one; prints whether it was, exit code 1 when not
    #[command(after_help = SWAP_EXAMPLES)]
    Swap(Swap),
}

#[derive(Args, Debug)]
pub(crate) struct List {
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

#[derive(Args, Debug)]
pub(crate) struct Swap {
    /// Its name
    key: String,
    /// Swaps only if the key has this value; `-` reads standard input
    #[arg(long, value_name = "VALUE", required_unless_present = "absent", allow_negative_numbers = true)]
    expected: Option<String>,
    /// Swaps only if the key is absent
    #[arg(long, conflicts_with = "expected")]
    absent: bool,
    /// The new value; `-` reads standard input
    #[arg(long, value_name = "VALUE", required_unless_present = "delete", allow_negative_numbers = true)]
    to: Option<String>,
    /// Removes the key
    #[arg(long, conflicts_with = "to")]
    delete: bool,
    #[command(flatten)]
    form: Form,
}

pub(crate) fn run(command: Command, options: &Options) -> anyhow::Result<Status> {
    match command {
        Command::Get { key } => options.reading(|store, output| match store.raw().kv_get(&key)? {
            Some(value) => output.line(Answer::Value(&value)).map(|()| Status::Done),
            None => Ok(Status::Refused),
        }),
        Command::Put { key, value, form } => {
            let value = form.read(&value, options)?;
            options.writing(|store, output| {
                store.raw().kv_put(&key, &value)?;
                output.line(Answer::Done).map(|()| Status::Done)
            })
        }
        Command::Delete { key } => options.writing(|store, output| {
            output.line(Answer::Flag(store.kv().remove(&key)?)).map(|()| Status::Done)
        }),
        Command::Has { key } => options.reading(|store, output| {
            let has = store.kv().contains(&key)?;
            output.line(Answer::Flag(has)).map(|()| Status::of(has))
        }),
        Command::Keys => options.reading(keys),
        Command::List(List { prefix, after, limit }) => options.reading(|store, output| {
            let page =
                |after: Option<&str>, limit| store.raw().kv_list(&prefix, after, limit).map(Page::from);
            output.pages(after, limit, page, |entry| Answer::Entry(entry))
        }),
        Command::Swap(swap) => swap.perform(options),
    }
}

fn keys(store: &Store, output: &mut Output) -> anyhow::Result<Status> {
    let mut list = output.list();
    for key in store.kv().keys()? {
        list.item(Answer::Name(&key))?;
    }
    list.end().map(|()| Status::Done)
}

impl Swap {
    fn perform(&self, options: &Options) -> anyhow::Result<Status> {
        if self.expected.as_deref() == Some("-") && self.to.as_deref() == Some("-") {
            let both = "only one of --expected and --to can be `-`, standard input";
            return Err(CliError::Misused(both.to_owned()).into());
        }
        let read =
            |value: &Option<String>| value.as_deref().map(|value| self.form.read(value, options)).transpose();
        let (expected, to) = (read(&self.expected)?, read(&self.to)?);
        options.writing(|store, output| {
            let swapped = store.raw().kv_swap(&self.key, expected.as_deref(), to.as_deref())?;
            output.line(Answer::Flag(swapped)).map(|()| Status::of(swapped))
        })
    }
}
