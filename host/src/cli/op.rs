//! `op`: an operation of an SX program.

use crate::cli::exit::{CliError, Status};
use crate::cli::options::Options;
use crate::cli::output::{Answer, Output};
use crate::cli::value;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use clap::Args;
use std::io::Write as _;
use sx::bytes;
use sx_persist::Store;

const NIL: &str = "nil";
/// The only key of an object that stands for bytes.
const BYTES: &str = "$bytes";

/// The operations that need the lock.
const WRITES: [&str; 5] =
    ["persist/append", "persist/truncate", "persist/kv-put", "persist/kv-delete", "blob/put"];

const EXAMPLES: &str = "\
Examples:
  sx-persist op persist/append '(\"orders\" {:seq 1 :sku \"A-1\"})'
  sx-persist op 'persist/kv-has?' '(\"greeting\")'
  sx-persist --json op persist/read '[\"orders\"]'
  sx-persist op persist/streams
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
    let args = match (op.args.as_str(), options.json) {
        // The default is SX in JSON, too.
        (NIL, _) => NIL.as_bytes().to_owned(),
        (args, false) => value::read_bytes(args)?,
        (args, true) => of_json(&op.name, &value::parse_json(&value::read_text(args)?)?)?,
    };
    let perform = |store: &Store, output: &mut Output| {
        let Some(answer) = store.handle_op_bytes(&op.name, &args)? else {
            let unhandled =
                format!("{} is no operation of the store: those begin persist/ or blob/", op.name);
            return Err(CliError::Refused(unhandled).into());
        };
        print(&op.name, &answer, output).map(|()| Status::Done)
    };
    if WRITES.contains(&op.name.as_str()) { options.writing(perform) } else { options.reading(perform) }
}

/// The arguments of an operation, where an object can stand for the content of a blob.
fn of_json(name: &str, args: &sx::Value) -> Result<Vec<u8>, CliError> {
    if name == "blob/put"
        && let Some([sx::Value::Dict(content), ..]) = args.as_list()
        && content.len() == 1
        && let Some(encoded) = content.get(BYTES)
    {
        let content = BASE64
            .decode(encoded.as_str().unwrap_or("-"))
            .map_err(|error| CliError::Refused(format!("{BYTES} holds no base64: {error}")))?;
        return Ok([b"(list ", &bytes::quote(&content)[..], b")"].concat());
    }
    value::print(args).map(String::into_bytes)
}

fn print(name: &str, answer: &[u8], output: &mut Output) -> anyhow::Result<()> {
    match std::str::from_utf8(answer) {
        Ok(text) => output.line(Answer::Value(text)),
        Err(_) if output.json => {
            let content = bytes::unquote(answer).filter(|_| name == "blob/get").ok_or_else(|| {
                let text = "what the original store wrote is no UTF-8, and so no JSON: ask without --json";
                CliError::Refused(text.to_owned())
            })?;
            output.document(&serde_json::json!({ BYTES: BASE64.encode(content) }))
        }
        Err(_) => {
            output.bytes().write_all(answer)?;
            output.text("")
        }
    }
}
