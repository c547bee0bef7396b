//! `op`: an operation of an SX program.

use crate::exit::{CliError, Status};
use crate::operations::json::Call;
use crate::operations::{self, Integers, Operation};
use crate::options::Options;
use crate::output::{Answer, Output};
use crate::value;
use clap::Args;
use std::io::Write as _;
use sx_persist::Store;

const NIL: &str = "nil";
const EXAMPLES: &str = "\
Examples:
  sx-persist op persist/append '(\"orders\" {:seq 1 :sku \"A-1\"})'
  sx-persist op 'persist/kv-has?' '(\"greeting\")'
  sx-persist --json op persist/read '[\"orders\"]'
  sx-persist op persist/streams
  sx-persist --json op persist/map/put '{\"table\": \"carts\", \"key\": \"7\", \"value\": \"open\"}'
  sx-persist --json op blob/put '[{\"$bytes\": \"iVBORw==\"}]'";

/// Performs one operation as an SX program does; prints its answer
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Op {
    /// Its name, such as persist/append
    name: String,
    /// Its arguments, a list [default: none]; `-` reads standard input
    #[arg(default_value = "nil", hide_default_value = true)]
    args: String,
}

pub(crate) fn run(op: &Op, options: &Options) -> anyhow::Result<Status> {
    // What a session of `stdio` has for itself is none here.
    let operation =
        operations::find(&op.name).filter(|operation| !operation.name.starts_with("blob/writer/"));
    if options.is_json() {
        let operation = operation.ok_or_else(|| unhandled(&op.name))?;
        let args = match op.args.as_str() {
            // The default is SX in JSON, too.
            NIL => sx::Value::Nil,
            args => value::parse_json(&value::read_text(args)?)?,
        };
        let call = Call::new(operation, &args, Integers::Number)
            .map_err(|error| CliError::Refused(error.to_string()))?;
        return opened(Some(operation), options, |store, output| {
            let answer =
                store.raw().handle_op_bytes(&op.name, &call.args)?.ok_or_else(|| unhandled(&op.name))?;
            let answer = call.answer(&answer).map_err(|error| CliError::Refused(error.to_string()))?;
            output.document(&answer)
        });
    }
    let args = value::read_bytes(&op.args)?;
    opened(operation, options, |store, output| {
        let answer = store.raw().handle_op_bytes(&op.name, &args)?.ok_or_else(|| unhandled(&op.name))?;
        if let Ok(text) = std::str::from_utf8(&answer) {
            return output.line(Answer::Value(text));
        }
        output.bytes().write_all(&answer)?;
        output.text("")
    })
}

/// With the store as the operation needs it; one that there is not is refused by the store.
fn opened(
    operation: Option<&Operation>,
    options: &Options,
    perform: impl FnOnce(&Store, &mut Output) -> anyhow::Result<()>,
) -> anyhow::Result<Status> {
    let perform = |store: &Store, output: &mut Output| perform(store, output).map(|()| Status::Done);
    match operation {
        Some(Operation { writes: true, .. }) => options.writing(perform),
        _ => options.reading(perform),
    }
}

fn unhandled(name: &str) -> CliError {
    CliError::Refused(format!(
        "{name} is no operation of the store: those begin persist/ or blob/, and docs/stdio.md has them all"
    ))
}
