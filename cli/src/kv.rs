//! `kv`: keys and their values.

use crate::exit::{CliError, Status};
use crate::options::Options;
use crate::output::Answer;
use crate::terminal;
use crate::value::{self, Form};
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use sx_persist::Page;

const PUT_EXAMPLES: &str = "\
Examples:
  sx-persist kv put limits '{:open 3 :tags [:eu :us]}'
  sx-persist kv put greeting --string 'hello world'
  sx-persist kv put leader 7 --if-absent
  sx-persist --json kv put limits - < limits.json";

const SWAP_EXAMPLES: &str = "\
`kv put` and `kv rm` take the same conditions, and end with exit code 13 where one does not hold.

Examples:
  sx-persist kv swap leader --if-absent --to 7      takes it when nobody has it
  sx-persist kv swap leader --if-value 7 --to 8
  sx-persist kv swap leader --if-value 8 --delete";

const LS_EXAMPLES: &str = "\
Examples:
  sx-persist kv ls
  sx-persist kv ls --prefix user/ --values
  sx-persist --format table kv ls --values";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prints the value of a key; exit code 1 when it is absent
    Get {
        /// Its name
        key: String,
        /// Gives a string as it is, without quotes
        #[arg(long)]
        raw: bool,
        /// Writes it to a file, which is replaced when all of it is on the disk
        #[arg(short, long, value_name = "FILE", requires = "raw")]
        output: Option<PathBuf>,
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
        #[command(flatten)]
        condition: Condition,
    },
    /// Removes a key; prints whether it was there
    #[command(alias = "delete")]
    Rm {
        /// Its name
        key: String,
        /// Only if the key has this value; `-` reads standard input
        #[arg(long, value_name = "VALUE", allow_negative_numbers = true)]
        if_value: Option<String>,
    },
    /// Prints whether a key is there; exit code 1 when it is not
    Has {
        /// Its name
        key: String,
    },
    /// Prints keys, one a line; one that holds control characters is quoted
    #[command(alias = "keys", after_help = LS_EXAMPLES)]
    Ls {
        #[command(flatten)]
        list: List,
        /// Prints their values, too, with a tab between
        #[arg(long)]
        values: bool,
    },
    /// `ls --values`
    #[command(hide = true)]
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
pub(crate) struct Condition {
    /// Only if the key has this value; `-` reads standard input
    #[arg(long, alias = "expected", value_name = "VALUE", allow_negative_numbers = true)]
    if_value: Option<String>,
    /// Only if the key is absent
    #[arg(long, alias = "absent", conflicts_with = "if_value")]
    if_absent: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Swap {
    /// Its name
    key: String,
    /// Swaps only if the key has this value; `-` reads standard input
    #[arg(
        long,
        alias = "expected",
        value_name = "VALUE",
        required_unless_present = "if_absent",
        allow_negative_numbers = true
    )]
    if_value: Option<String>,
    /// Swaps only if the key is absent
    #[arg(long, alias = "absent", conflicts_with = "if_value")]
    if_absent: bool,
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
        Command::Get { key, raw, output } => get(&key, raw, output.as_deref(), options),
        Command::Put { key, value, form, condition } => put(&key, &value, form, &condition, options),
        Command::Rm { key, if_value: None } => options.writing(|store, output| {
            output.line(Answer::Flag(store.kv().remove(&key)?)).map(|()| Status::Done)
        }),
        Command::Rm { key, if_value: Some(value) } => {
            let value = value::read(&value, options)?;
            options.writing(|store, output| {
                let is_removed = store.raw().kv_swap(&key, Some(&value), None)?;
                held(is_removed, &key)?;
                output.line(Answer::Flag(true)).map(|()| Status::Done)
            })
        }
        Command::Has { key } => options.reading(|store, output| {
            let has = store.kv().contains(&key)?;
            output.line(Answer::Flag(has)).map(|()| Status::of(has))
        }),
        Command::Ls { list, values } => list.perform(values, options),
        Command::List(list) => list.perform(true, options),
        Command::Swap(swap) => swap.perform(options),
    }
}

fn get(key: &str, raw: bool, file: Option<&Path>, options: &Options) -> anyhow::Result<Status> {
    options.reading(|store, output| {
        let Some(value) = store.raw().kv_get(key)? else { return Ok(Status::Refused) };
        if !raw {
            return output.line(Answer::Value(&value)).map(|()| Status::Done);
        }
        let sx::Value::String(text) = sx::parse(&value)? else {
            let text = format!("the value of {key} is no string; get it without --raw");
            return Err(CliError::Refused(text).into());
        };
        output.give(text.as_bytes(), file).map(|()| Status::Done)
    })
}

fn put(
    key: &str,
    value: &str,
    form: Form,
    condition: &Condition,
    options: &Options,
) -> anyhow::Result<Status> {
    only_one_is_input(condition.if_value.as_deref(), value, "--if-value and VALUE")?;
    let expected = condition.if_value.as_deref().map(|value| form.read(value, options)).transpose()?;
    let value = form.read(value, options)?;
    let status = options.writing(|store, output| {
        if expected.is_some() || condition.if_absent {
            let is_put = store.raw().kv_swap(key, expected.as_deref(), Some(&value))?;
            if condition.if_absent && !is_put {
                return Err(CliError::Stale(format!("{key} is there already; `kv get` shows it")).into());
            }
            held(is_put, key)?;
        } else {
            store.raw().kv_put(key, &value)?;
        }
        output.line(Answer::Done).map(|()| Status::Done)
    })?;
    if let Ok(sx::Value::Symbol(symbol)) = sx::parse(&value) {
        terminal::note(&format!("{key} is the symbol {symbol}; with --string it is the string \"{symbol}\""));
    }
    Ok(status)
}

/// An error where a condition did not hold.
fn held(holds: bool, key: &str) -> Result<(), CliError> {
    let refused = || CliError::Stale(format!("the value of {key} is another; `kv get` shows it"));
    holds.then_some(()).ok_or_else(refused)
}

fn only_one_is_input(first: Option<&str>, second: &str, names: &str) -> Result<(), CliError> {
    if first == Some("-") && second == "-" {
        return Err(CliError::Misused(format!("only one of {names} can be `-`, standard input")));
    }
    Ok(())
}

impl List {
    fn perform(self, has_values: bool, options: &Options) -> anyhow::Result<Status> {
        let Self { prefix, after, limit } = self;
        options.reading(|store, output| {
            if has_values {
                let page =
                    |after: Option<&str>, limit| store.raw().kv_list(&prefix, after, limit).map(Page::from);
                return output.pages(after, limit, page, |entry| Answer::Entry(entry));
            }
            let mut list = output.list();
            let is_behind = |key: &String| after.as_ref().is_none_or(|after| key > after);
            let keys =
                store.kv().keys()?.into_iter().filter(|key| key.starts_with(&prefix) && is_behind(key));
            for key in keys.take(limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)) {
                list.item(Answer::Name(&key))?;
            }
            list.end().map(|()| Status::Done)
        })
    }
}

impl Swap {
    fn perform(&self, options: &Options) -> anyhow::Result<Status> {
        only_one_is_input(
            self.if_value.as_deref(),
            self.to.as_deref().unwrap_or_default(),
            "--if-value and --to",
        )?;
        let read =
            |value: &Option<String>| value.as_deref().map(|value| self.form.read(value, options)).transpose();
        let (expected, to) = (read(&self.if_value)?, read(&self.to)?);
        options.writing(|store, output| {
            let swapped = store.raw().kv_swap(&self.key, expected.as_deref(), to.as_deref())?;
            output.line(Answer::Flag(swapped)).map(|()| Status::of(swapped))
        })
    }
}
