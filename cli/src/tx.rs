//! `tx`: a transaction from lines.

use crate::exit::{CliError, Status};
use crate::lines::{Line, Lines};
use crate::operations::json::Call;
use crate::operations::{self, Integers};
use crate::options::Options;
use crate::output::Answer;
use crate::progress::{self, Source};
use crate::report::AtLine;
use crate::value;
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use sx::Value;
use sx::limits::TEXT_BYTES_MAX;
use sx_persist::CommitError;

const COMMIT: &str = "persist/batch/commit";

/// Commits operations, one a line: all of them are performed or none is; prints the answers and the lsn
#[derive(Args, Debug)]
#[command(after_help = "\
The operations are those of persist/batch/commit in docs/stdio.md, each a list that begins with its name; with --json each
is an array. Blank lines and lines that begin with `;` are passed over. A check that does not hold refuses the whole.

Examples:
  printf '%s\\n' '(\"append\" \"orders\" {:seq 1})' '(\"kv-put\" \"last\" 1)' | sx-persist tx
  sx-persist tx move.sx
  echo '[\"kv-put\", \"last\", 2]' | sx-persist --json tx")]
pub(crate) struct Tx {
    /// The file of the lines
    #[arg(default_value = "-")]
    file: PathBuf,
}

pub(crate) fn run(tx: &Tx, options: &Options) -> anyhow::Result<Status> {
    let (numbers, items) = tx.read(options.is_json())?;
    if items.is_empty() {
        let text = "there are no operations; give one a line, such as (\"kv-put\" \"key\" 1)";
        return Err(CliError::Misused(text.to_owned()).into());
    }
    let items = Value::List(vec![Value::List(items)]);
    let operation = operations::find(COMMIT).context("the table has it")?;
    options.writing(|store, output| {
        let commit = |args: &[u8]| {
            let answer =
                store.raw().handle_op_bytes(COMMIT, args).map_err(|refused| at_line(refused, &numbers))?;
            answer.ok_or_else(|| CliError::Failed(format!("no operation {COMMIT}")).into())
        };
        if !output.is_json() {
            let args = value::print(&items)?;
            let answer: anyhow::Result<Vec<u8>> = commit(args.as_bytes());
            let answer = String::from_utf8(answer?)?;
            output.line(Answer::Value(&answer))?;
            return Ok(Status::Done);
        }
        let call = Call::new(operation, &items, Integers::Number)
            .map_err(|error| CliError::Refused(error.to_string()))?;
        let answer = commit(&call.args)?;
        output.document(&call.answer(&answer).map_err(|error| CliError::Refused(error.to_string()))?)?;
        Ok(Status::Done)
    })
}

/// The refusal of an operation, with its line.
fn at_line(refused: CommitError, numbers: &[u64]) -> anyhow::Error {
    let Some(index) = refused.index else { return refused.into() };
    let line = usize::try_from(index).ok().and_then(|index| numbers.get(index)).copied().unwrap_or_default();
    anyhow::Error::new(refused.error).context(AtLine { line, index: index.into() })
}

impl Tx {
    /// The operations, and the lines that they stand in.
    fn read(&self, is_json: bool) -> anyhow::Result<(Vec<u64>, Vec<Value>)> {
        let name = progress::name(&self.file);
        let mut found = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(Lines::new(Source::open(&self.file)?, TEXT_BYTES_MAX)) {
            let place = || format!("{name} line {number}");
            let Line::Whole(line) = line.with_context(place)? else {
                return Err(
                    CliError::Refused(format!("{}: longer than a transaction may be", place())).into()
                );
            };
            let line = String::from_utf8(line).with_context(place)?;
            let line = line.trim();
            if line.is_empty() || !is_json && line.starts_with(';') {
                continue;
            }
            let item = match is_json {
                true => value::parse_json(line),
                false => sx::parse(line).map_err(|error| {
                    let advice = if line.starts_with('[') { "; JSON is taken with --json" } else { "" };
                    CliError::Refused(format!("{error}{advice}"))
                }),
            };
            let item = item.with_context(place)?;
            if !matches!(item, Value::List(_)) {
                let text = format!("{}: an operation is a list that begins with its name", place());
                return Err(CliError::Refused(text).into());
            }
            found.0.push(number);
            found.1.push(item);
        }
        Ok(found)
    }
}
