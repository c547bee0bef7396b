//! One line that says what went wrong and what to do.

use crate::exit::{CliError, Status};
use crate::terminal;
use clap::error::ErrorKind;
use std::io;
use std::process::ExitCode;
use sx_persist::{CommitError, Error, HostError, types};

/// Says what went wrong, unless it is only that nobody reads on.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return Status::Done.into();
    }
    let advice = store_error(error).and_then(advice).unwrap_or_default();
    terminal::print_error(&format!("{}{advice}", in_words(error)));
    status(error).into()
}

/// Says what is wrong with the arguments, or shows the help that was asked for.
pub(crate) fn report_usage(error: &clap::Error) -> ExitCode {
    match error.kind() {
        // Nothing can be said where standard output is closed.
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            return if error.use_stderr() { Status::Misused } else { Status::Done }.into();
        }
        _ => terminal::print_error(&usage_line(&error.render().to_string())),
    }
    Status::Misused.into()
}

/// What clap says in several paragraphs, in one line.
fn usage_line(rendered: &str) -> String {
    let mut line = String::new();
    let paragraphs = rendered.lines().map(str::trim).filter(|part| !part.is_empty());
    for part in paragraphs.take_while(|part| !part.starts_with("Usage:")) {
        if !line.is_empty() {
            line.push_str(if line.ends_with(':') { " " } else { "; " });
        }
        line.push_str(part.trim_start_matches("error: "));
    }
    if !line.contains("--help") {
        line.push_str("; --help says how it is used");
    }
    line
}

/// The error and what led to it; the store's own errors say that themselves.
fn in_words(error: &anyhow::Error) -> String {
    let mut words = Vec::new();
    for cause in error.chain() {
        words.push(cause.to_string());
        if cause.is::<Error>() || cause.is::<CommitError>() {
            break;
        }
    }
    words.join(": ")
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

fn status(error: &anyhow::Error) -> Status {
    if let Some(error) = error.downcast_ref::<CliError>() {
        return match error {
            CliError::Refused(_) => Status::Refused,
            CliError::Misused(_) => Status::Misused,
            CliError::Failed(_) => Status::Failed,
        };
    }
    match store_error(error) {
        Some(error) if error.refusal().is_some_and(|refusal| !is_failure(refusal)) => Status::Refused,
        _ => Status::Failed,
    }
}

fn store_error(error: &anyhow::Error) -> Option<&Error> {
    let refused = error.downcast_ref::<CommitError>().map(|refused| &refused.error);
    refused.or_else(|| error.downcast_ref::<Error>())
}

/// Does the directory, and not what was asked of it, stand behind this refusal?
fn is_failure(refusal: &types::Error) -> bool {
    use types::Error as E;
    matches!(refusal, E::Corrupt(_) | E::ReadOnly | E::NoSpace(_) | E::Io(_) | E::Closed(_) | E::OutOfMemory)
}

/// What to do about an error that does not say so itself.
fn advice(error: &Error) -> Option<&'static str> {
    use types::Error as E;
    Some(match (error.refusal(), error) {
        (Some(refusal), _) => match refusal {
            E::InvalidValue(_) => "; write it as SX, or give --string or --json",
            E::InvalidEvent(_) => "; `stream record` makes an event of any value",
            E::InvalidCid(_) => "; `blob list` shows the addresses",
            E::NotFound(_) => "; `session list` and `session segments` show what is there",
            E::InvalidHash(_) => "; it is 40 or 64 digits of 0-9 a-f",
            E::Stale(_) => "; read what is new and try again",
            E::ReadOnly => "; make the directory writable",
            E::NoSpace(_) => "; free some space and run it again",
            E::OutOfMemory => "; ask for less at once, or give the component more memory",
            E::Io(at) | E::Closed(at) => match at.code.as_str() {
                "is-directory" | "not-directory" | "exist" | "loop" | "invalid" => {
                    "; something else stands there: `sx-persist repair` sets it aside"
                }
                "not-permitted" | "access" | "read-only" => {
                    "; make it writable; a link that leads out of the directory `sx-persist repair` sets aside"
                }
                _ => "; run it again: opening recovers what was acknowledged",
            },
            _ => return None,
        },
        (None, Error::Trapped { function: "run", timeout: Some(_), .. }) => {
            "; --timeout SECONDS gives it longer"
        }
        (None, Error::Trapped { .. }) => "; run it again: opening recovers what was acknowledged",
        (None, Error::Host(error)) => match error.as_ref() {
            HostError::Root { .. } => "; name the store's directory with --root or SX_PERSIST_ROOT",
            HostError::Locked { .. } => "; --wait SECONDS waits longer",
            HostError::Component(_) => "; where `ulimit -v` limits its address space, raise that",
            _ => return None,
        },
        (None, _) => return None,
    })
}
