//! What went wrong and what to do: one line, in words or as JSON.

use crate::exit::{CliError, Status};
use crate::terminal::Colour;
use crate::{refusal, terminal};
use clap::ValueEnum as _;
use clap::error::ErrorKind;
use serde_json::{Value as Json, json};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fmt, io};
use sx_persist::{CommitError, Error, HostError, types};

static IN_JSON: AtomicBool = AtomicBool::new(false);

/// From now on errors are JSON.
pub(crate) fn speak_json() {
    IN_JSON.store(true, Ordering::Relaxed);
}

/// Says what went wrong, unless it is only that nobody reads on.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return Status::Done.into();
    }
    let advice = store_error(error).and_then(advice).unwrap_or_default();
    let (message, status) = (in_words(error), status(error));
    if IN_JSON.load(Ordering::Relaxed) {
        let mut facts = json!({ "code": code(error), "message": message, "exit": status as u8 });
        if let Json::Object(object) = &mut facts {
            let advice = advice.trim_start_matches("; ");
            object.extend(Some(("advice".to_owned(), json!(advice))).filter(|_| !advice.is_empty()));
            object.extend(refused_index(error).map(|index| ("index".to_owned(), json!(index))));
            let refusal = store_error(error).and_then(Error::refusal);
            let details =
                refusal.map(|refusal| refusal::facts(refusal).1).filter(|details| !details.is_null());
            object.extend(details.map(|details| ("details".to_owned(), details)));
        }
        terminal::print_error_json(&json!({ "error": facts }));
    } else {
        terminal::print_error(&format!("{message}{advice}"));
    }
    status.into()
}

/// The name of an error, for programs: that of `wit/types.wit` for a refusal of the store.
fn code(error: &anyhow::Error) -> String {
    if let Some(error) = error.downcast_ref::<CliError>() {
        return error.code().to_owned();
    }
    match store_error(error) {
        Some(Error::Host(host)) => match status_of_host(host) {
            Status::NoStore => "no-store",
            Status::Locked => "locked",
            _ => "host",
        }
        .to_owned(),
        Some(Error::Changed(_)) => "stale".to_owned(),
        Some(error) => match error.refusal() {
            Some(refusal) if refusal::is_other_version(refusal) => "other-version",
            Some(refusal) => refusal::name(refusal),
            None => "trapped",
        }
        .to_owned(),
        None => "failed".to_owned(),
    }
}

fn refused_index(error: &anyhow::Error) -> Option<u64> {
    let of_line = error.downcast_ref::<AtLine>().map(|at| at.index);
    of_line.or_else(|| error.downcast_ref::<CommitError>()?.index.map(u64::from))
}

/// Where one of several operations stands that was refused.
#[derive(Debug)]
pub(crate) struct AtLine {
    pub(crate) line: u64,
    pub(crate) index: u64,
}

impl fmt::Display for AtLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}", self.line)
    }
}

/// An error in words, and what to do about it.
pub(crate) fn in_full(error: &Error) -> String {
    format!("{error}{}", advice(error).unwrap_or_default())
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
        _ => {
            let arguments = env::args_os().map(|argument| argument.to_string_lossy().into_owned());
            let arguments: Vec<_> = arguments.take_while(|argument| argument != "--").collect();
            if let Some(Ok(colour)) = said(&arguments, "--color").map(|when| Colour::from_str(when, true)) {
                colour.choose();
            }
            let line = usage_line(&error.render().to_string());
            let format = said(&arguments, "--format").unwrap_or_default();
            if format.starts_with("json") || arguments.iter().any(|argument| argument == "--json") {
                let exit = Status::Misused as u8;
                let error = json!({ "code": "usage", "message": line, "exit": exit });
                terminal::print_error_json(&json!({ "error": error }));
            } else {
                terminal::print_error(&line);
            }
        }
    }
    Status::Misused.into()
}

/// The value of an option in arguments that could not be understood.
fn said<'a>(arguments: &'a [String], option: &str) -> Option<&'a str> {
    arguments.iter().enumerate().find_map(|(at, argument)| match argument.strip_prefix(option)? {
        "" => arguments.get(at + 1).map(String::as_str),
        joined => joined.strip_prefix('='),
    })
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
    let is_closed = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    let of_store = |error: &Error| match error {
        Error::Host(host) => matches!(&**host, HostError::Stream(error) if is_closed(error)),
        _ => false,
    };
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(is_closed))
        || store_error(error).is_some_and(of_store)
}

fn status(error: &anyhow::Error) -> Status {
    if let Some(error) = error.downcast_ref::<CliError>() {
        return error.status();
    }
    let is_of_several = refused_index(error).is_some();
    let Some(error) = store_error(error) else { return Status::Failed };
    match error {
        Error::Host(host) => status_of_host(host),
        Error::Changed(_) => Status::Stale,
        _ => error.refusal().map_or(Status::Failed, |refusal| status_of_refusal(refusal, is_of_several)),
    }
}

fn status_of_host(error: &HostError) -> Status {
    match error {
        HostError::Locked { .. } => Status::Locked,
        HostError::NotAStore { .. } => Status::NoStore,
        HostError::Root { source, .. } if source.kind() == io::ErrorKind::NotFound => Status::NoStore,
        _ => Status::Failed,
    }
}

fn status_of_refusal(refusal: &types::Error, is_of_several: bool) -> Status {
    use types::Error as E;
    match refusal {
        // Of a segment's owner it tells as well, which no condition asked for.
        E::Conflict(_) if is_of_several => Status::Stale,
        E::Stale(_) => Status::Stale,
        E::Corrupt(_) if !refusal::is_other_version(refusal) => Status::Damaged,
        _ if refusal::is_failure(refusal) => Status::Failed,
        _ => Status::Refused,
    }
}

fn store_error(error: &anyhow::Error) -> Option<&Error> {
    let refused = error.downcast_ref::<CommitError>().map(|refused| &refused.error);
    refused.or_else(|| error.downcast_ref::<Error>())
}

/// What to do about an error that does not say so itself.
pub(crate) fn advice(error: &Error) -> Option<&'static str> {
    use types::Error as E;
    Some(match (error.refusal(), error) {
        (Some(refusal), _) => match refusal {
            E::InvalidValue(_) => "; write it as SX, or give --string or --json",
            E::InvalidEvent(_) => "; `stream record` makes an event of any value",
            E::InvalidCid(_) => "; `blob ls` shows the addresses",
            E::NotFound(_) => "; `session ls` shows what is there",
            E::InvalidHash(_) => "; it is 40 or 64 digits of 0-9 a-f",
            E::Stale(_) => "; read what is new and try again",
            E::ReadOnly => "; make the directory writable",
            E::NoSpace(_) => "; free some space and run it again",
            E::OutOfMemory => "; ask for less at once, or give the component more memory",
            // It says what to do.
            E::Closed(at) if at.step == "lock" => return None,
            E::Io(at) | E::Closed(at) => match at.code.as_str() {
                "is-directory" | "not-directory" | "exist" | "loop" | "invalid" => {
                    "; something else stands there: `sx-persist repair` sets it aside"
                }
                "not-permitted" | "access" | "read-only" => {
                    "; look at its permissions; a link that leads out of the directory `sx-persist repair` sets aside"
                }
                _ => "; run it again: opening recovers what was acknowledged",
            },
            _ => return None,
        },
        (None, Error::Trapped { function: "run", timeout: Some(_), .. }) => {
            "; --timeout SECONDS gives it longer"
        }
        (None, Error::Trapped { function: "run", .. }) => {
            "; the program panicked or trapped itself; what it was answered before is kept"
        }
        (None, Error::Trapped { .. }) => "; run it again: opening recovers what was acknowledged",
        (None, Error::Host(error)) => match error.as_ref() {
            HostError::Root { source, .. } if source.kind() != io::ErrorKind::NotFound => {
                "; look at what stands there, and at its permissions"
            }
            HostError::Root { .. } => {
                "; name the store's directory with --root or SX_PERSIST_ROOT, or make one with `sx-persist init`"
            }
            HostError::Locked { .. } => "; --wait SECONDS waits longer",
            HostError::Component(_) => "; where `ulimit -v` limits its address space, raise that",
            _ => return None,
        },
        (None, _) => return None,
    })
}
