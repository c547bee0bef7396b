//! `stdio`: the bridge for a program that performs the store's operations, one a line.

mod bridge;
mod json_rpc;
mod sx;

use crate::exit::{CliError, Status};
use crate::lines::Lines;
use crate::operations::Integers;
use crate::options::{Made, Options};
use crate::terminal;
use ::sx::limits::TEXT_BYTES_MAX;
use bridge::Bridge;
use clap::Args;
use std::io::{self, Write};
use sx_persist::{Error, Store, types};

const EXAMPLES: &str = "\
One operation a line in, one answer a line out, flushed; docs/stdio.md has the whole protocol.
  (\"persist/append\" \"orders\" {:seq 1 :sku \"A-1\"})       answers nil
  {:op \"persist/last-seq\" :args (\"orders\")}             answers 1
  (\"ui/render\")                                         answers (unhandled)
  (\"persist/append\" \"orders\" {:sku \"A-1\"})              answers (error \"invalid-event\" \"...\")
Blank lines and lines that start with `;` get no answer. The end of the input checkpoints and ends.

With --jsonrpc, JSON-RPC 2.0, one object a line:
  {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"persist/append\",\"params\":[\"orders\",{\"seq\":1}]}
  {\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"persist/last-seq\",\"params\":{\"stream\":\"orders\"}}";

/// Serves another program on standard input and output, as SX or JSON-RPC
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Stdio {
    /// Keeps everything in memory, where it is gone at the end; no directory is touched
    #[arg(long)]
    in_memory: bool,
    /// Speaks JSON-RPC 2.0, one object a line, instead of SX
    #[arg(long)]
    jsonrpc: bool,
    /// How integers beyond 2^53-1 stand in JSON
    #[arg(long, value_enum, default_value_t, requires = "jsonrpc")]
    integers: Integers,
}

pub(crate) fn run(stdio: &Stdio, options: &Options) -> anyhow::Result<Status> {
    if options.is_json() {
        let text = "stdio speaks SX, or JSON with --jsonrpc behind its name; run it without --json";
        return Err(CliError::Misused(text.to_owned()).into());
    }
    let store = if stdio.in_memory { Store::in_memory()? } else { options.open()? };
    let mut bridge = Bridge::new(store);
    let mut made = if stdio.in_memory { Made::nothing() } else { Made::by(options.root()) };
    let mut out = terminal::stdout();
    for line in Lines::new(io::stdin().lock(), TEXT_BYTES_MAX) {
        let answer = match stdio.jsonrpc {
            true => json_rpc::answer(&mut bridge, line?, stdio.integers),
            false => sx::answer(&mut bridge, line?),
        };
        if let Some(answer) = answer {
            // A line of its own goes out in one piece: whoever waits for it may read by chunks.
            out.write_all(&answer)?;
            out.flush()?;
        }
        made.say();
    }
    bridge.end()?;
    Ok(Status::Done)
}

/// What an error tells besides, as JSON.
pub(crate) fn facts(refusal: &types::Error) -> serde_json::Value {
    json_rpc::facts(refusal).1
}

/// The name of an error, and what is wrong.
pub(crate) fn error_name(error: &Error) -> (String, String) {
    let text = error.to_string();
    let Error::Refused(refusal) = error else {
        let name = if matches!(error, Error::Trapped { .. }) { "trapped" } else { "host" };
        return (name.to_owned(), text);
    };
    let name = name(refusal);
    // The words begin with the name in other letters: once is enough.
    let reason = match text.split_at_checked(name.len()) {
        Some((first, rest)) if first.replace(' ', "-").eq_ignore_ascii_case(name) => {
            rest.strip_prefix(": ").unwrap_or(&text)
        }
        _ => &text,
    };
    (name.to_owned(), reason.to_owned())
}

/// The name of an error in `wit/types.wit`.
fn name(refusal: &types::Error) -> &str {
    use types::Error as E;
    match refusal {
        E::InvalidName(_) => "invalid-name",
        E::InvalidValue(_) => "invalid-value",
        E::InvalidEvent(_) => "invalid-event",
        E::InvalidCid(_) => "invalid-cid",
        E::InvalidHash(_) => "invalid-hash",
        E::InvalidArgument(_) => "invalid-argument",
        E::TooLarge(_) => "too-large",
        E::Stale(_) => "stale",
        E::Conflict(_) => "conflict",
        E::NotFound(_) => "not-found",
        E::Corrupt(_) => "corrupt",
        E::ReadOnly => "read-only",
        E::NoSpace(_) => "no-space",
        E::Io(_) => "io",
        E::Closed(_) => "closed",
        E::OutOfMemory => "out-of-memory",
        E::Gone(_) => "gone",
        E::Quota(_) => "quota",
        E::Other(detail) => &detail.code,
    }
}
