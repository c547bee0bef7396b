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
    /// The directory, the component or the machine failed.
    Failed = 3,
    /// There is no store in the directory.
    NoStore = 10,
    /// Another process has the directory.
    Locked = 11,
    /// Damage was found.
    Damaged = 12,
    /// A condition did not hold: somebody else has written since.
    Stale = 13,
    /// Ctrl-C.
    Interrupted = 130,
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
    /// A condition did not hold.
    Stale(String),
    /// There is no store in the directory.
    NoStore(String),
    /// It was interrupted, and stands there.
    Interrupted(String),
}

impl CliError {
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Refused(_) => Status::Refused,
            Self::Misused(_) => Status::Misused,
            Self::Failed(_) => Status::Failed,
            Self::Stale(_) => Status::Stale,
            Self::NoStore(_) => Status::NoStore,
            Self::Interrupted(_) => Status::Interrupted,
        }
    }

    /// Its name, for programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "invalid",
            Self::Misused(_) => "usage",
            Self::Failed(_) => "failed",
            Self::Stale(_) => "stale",
            Self::NoStore(_) => "no-store",
            Self::Interrupted(_) => "interrupted",
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(text)
        | Self::Misused(text)
        | Self::Failed(text)
        | Self::Stale(text)
        | Self::NoStore(text)
        | Self::Interrupted(text)) = self;
        out.write_str(text)
    }
}

impl std::error::Error for CliError {}
