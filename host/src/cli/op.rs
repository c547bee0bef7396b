//! `op`: an operation of an SX program.

use crate::cli::exit::{Complaint, Status};
use crate::cli::options::Options;
use crate::cli::output::{Answer, Output};
use crate::cli::value;
use clap::Args;
use sx_persist::Store;

/// The operations that need the lock.
const WRITES: [&str; 5] =
    ["persist/append", "persist/truncate", "persist/kv-put", "persist/kv-delete", "blob/put"];

const EXAMPLES: &str = "\
Examples:
  sx-persist op persist/append '(\"orders\" {:seq 1 :sku \"A-1\"})'
  sx-persist op 'persist/kv-has?' '(\"greeting\")'
  sx-persist --json op persist/read '[\"orders\"]'
  sx-persist op persist/streams";

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
    // The default is SX in JSON, too.
    let args = if op.args == "nil" { op.args.clone() } else { value::read(&op.args, options)? };
    let perform = |store: &Store, output: &mut Output| {
        let Some(answer) = store.handle_op(&op.name, &args)? else {
            let unhandled =
                format!("{} is no operation of the store: those begin persist/ or blob/", op.name);
            return Err(Complaint::Refused(unhandled).into());
        };
        output.line(Answer::Value(&answer)).map(|()| Status::Done)
    };
    if WRITES.contains(&op.name.as_str()) { options.writing(perform) } else { options.reading(perform) }
}
