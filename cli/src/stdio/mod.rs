//! `stdio`: the bridge for a program that performs the store's operations, one a line.

mod ahead;
mod bridge;
mod json_rpc;
mod sx;

use crate::exit::{CliError, Status};
use crate::operations::Integers;
use crate::options::{Made, Options};
use crate::terminal;
use crate::{refusal, report};
use ::sx::limits::TEXT_BYTES_MAX;
use ahead::{Ahead, BOUNDS};
use bridge::Bridge;
use clap::Args;
use std::io;
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
    let ahead = Ahead::begin(|| io::stdin().lock(), TEXT_BYTES_MAX, BOUNDS, say_full)?;
    while let Some(line) = ahead.line() {
        let answer = match stdio.jsonrpc {
            true => json_rpc::answer(&mut bridge, line?, stdio.integers),
            false => sx::answer(&mut bridge, line?),
        };
        if let Some(answer) = answer {
            ahead.answer(&mut out, &answer)?;
        }
        made.say();
    }
    bridge.end()?;
    Ok(Status::Done)
}

/// Says why nothing goes on, where the client waits for the bridge as the bridge does for it.
fn say_full() {
    terminal::print_error(&format!(
        "{} MiB of operations wait, and nobody reads the answers; the client has to read before it writes more",
        BOUNDS.answering >> 20
    ));
}

/// The name of an error, and what is wrong; where the directory or the machine failed, what to do about it as well.
fn error_name(error: &Error) -> (String, String) {
    use types::Error as E;
    let mut text = error.to_string();
    if error.refusal().is_none_or(refusal::is_failure) {
        text += report::advice(error).unwrap_or_default();
    }
    let Error::Refused(refusal) = error else {
        let name = if matches!(error, Error::Trapped { .. }) { "trapped" } else { "host" };
        return (name.to_owned(), text);
    };
    let name = refusal::name(refusal);
    // Of these the rest alone would be what was given, or a word of it.
    let is_whole = matches!(refusal, E::InvalidName(_) | E::InvalidCid(_) | E::InvalidHash(_));
    // The words begin with the name in other letters: once is enough.
    let reason = match text.split_at_checked(name.len()).filter(|_| !is_whole) {
        Some((first, rest)) if first.replace(' ', "-").eq_ignore_ascii_case(name) => {
            rest.strip_prefix(": ").unwrap_or(&text)
        }
        _ => &text,
    };
    (name.to_owned(), reason.to_owned())
}
