//! How a command ends: its exit code, and what the command line itself finds wrong.

use std::fmt;
use std::process::ExitCode;

/// The exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Done = 0,
    /// The store said no, or what was asked for is absent.
    Refused = 1,
    Misused = 2,
    /// The directory, the component or the machine failed, or damage was found.
    Failed = 3,
}

impl Status {
    /// `Done` if so.
    pub(crate) fn of(yes: bool) -> Self {
        if yes { Self::Done } else { Self::Refused }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// What the command line itself finds wrong.
#[derive(Debug)]
pub(crate) enum CliError {
    /// What was given is no value or no event.
    Refused(String),
    /// The arguments do not fit together, or name a file that cannot be read.
    Misused(String),
    /// What was promised was not kept.
    Failed(String),
}

impl fmt::Display for CliError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(text) | Self::Misused(text) | Self::Failed(text)) = self;
        out.write_str(text)
    }
}

impl std::error::Error for CliError {}
