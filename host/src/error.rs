//! Why a call failed: the store refused it, the component trapped, or this host could not do its part.

use crate::types;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not succeed.
///
/// [`Error::is_stale`], [`Error::is_locked`], [`Error::is_retryable`] and [`Error::may_have_taken_effect`] say what a program can do
/// about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// The store refused the call.
    Refused(types::Error),
    /// The store refused one of several operations, and so performed none of them.
    Operation {
        /// Which one, 0 for the first.
        index: usize,
        /// Why.
        refusal: types::Error,
    },
    /// What a transaction has read has changed before it was committed. Nothing was written.
    Changed(types::Error),
    /// The component ended in the middle of a call. The instance is gone, and the next call opens the store afresh, which
    /// recovers it. A write that was interrupted may have taken effect. A store in memory is gone with its instance: from then
    /// on every call is [`HostError::Lost`].
    Trapped {
        /// The function that was called.
        function: &'static str,
        /// Set when the call ran longer than it was allowed to.
        timeout: Option<Duration>,
        /// What the engine says of it.
        source: Arc<wasmtime::Error>,
    },
    /// The host could not do its part.
    Host(Arc<HostError>),
}

/// What can fail outside of the component.
#[derive(Debug)]
#[non_exhaustive]
pub enum HostError {
    /// Another process, or another store of this one, has the root open for writing.
    Locked {
        /// The root.
        root: PathBuf,
        /// The process that has it, where its lock file says so.
        holder: Option<u32>,
        /// How long it was waited for ([`Builder::wait`](crate::Builder::wait)).
        waited: Duration,
    },
    /// The root is missing, no directory, or cannot be opened.
    Root {
        /// The root.
        root: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The path of the root leads to another directory than the one that was opened, and that one cannot be reached by its
    /// descriptor on this system. Nothing was written to either.
    Moved {
        /// The root.
        root: PathBuf,
    },
    /// The root holds something and is not a store, and [`Builder::init`](crate::Builder::init) is off.
    NotAStore {
        /// The root.
        root: PathBuf,
        /// The first name in it, in byte order, that a store does not have.
        found: String,
    },
    /// The store was in memory, and is gone with the instance that ended in an earlier call.
    Lost,
    /// The component could not be compiled, linked or started.
    Component(wasmtime::Error),
    /// A value could not be turned into SX, or an answer into the type that was asked for.
    Value(sx::Error),
    /// A value is of another type than was asked for.
    ValueOf {
        /// What it is the value of.
        name: String,
        /// What is wrong with it.
        source: sx::Error,
    },
    /// The bytes of a key in a map are not of its type: what is wrong with them.
    Key(&'static str),
    /// The bytes of a value in a map are not text.
    Utf8(std::str::Utf8Error),
    /// The text of a value in a map is not an integer.
    Integer(std::num::ParseIntError),
    /// The reader that gives a blob failed, or the writer that takes one.
    Stream(std::io::Error),
}

impl Error {
    /// Returns the refusal of the store, if it is one.
    #[must_use]
    pub fn refusal(&self) -> Option<&types::Error> {
        match self {
            Self::Refused(refusal) | Self::Operation { refusal, .. } | Self::Changed(refusal) => {
                Some(refusal)
            }
            Self::Trapped { .. } | Self::Host(_) => None,
        }
    }

    /// Returns `true` if the store was not as the caller expected it: somebody else has written since. Read again, and decide again.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        matches!(self, Self::Changed(_)) || matches!(self.refusal(), Some(types::Error::Stale(_)))
    }

    /// Returns `true` if another process, or another store of this one, has the root.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Host(error) if matches!(**error, HostError::Locked { .. }))
    }

    /// Returns `true` if the same call may succeed when it is made again, since the cause may pass: a lock, a call that took too long,
    /// a disk or memory that was full. Where [`Error::may_have_taken_effect`] is `true` as well, look first.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use types::Error as E;
        let is_passing =
            |refusal: &E| matches!(refusal, E::NoSpace(_) | E::OutOfMemory | E::Io(_) | E::Closed(_));
        match self {
            Self::Trapped { timeout, .. } => timeout.is_some(),
            Self::Host(_) => self.is_locked(),
            _ => self.refusal().is_some_and(is_passing),
        }
    }

    /// Returns `true` if a write that ended with this error may be there nevertheless: after a failure in the middle of it. The next call
    /// opens the store afresh and shows what is there.
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        use types::Error as E;
        let is_unsure = |refusal: &E| matches!(refusal, E::NoSpace(_) | E::Io(_) | E::Closed(_));
        matches!(self, Self::Trapped { .. }) || self.refusal().is_some_and(is_unsure)
    }
}

impl From<types::Error> for Error {
    fn from(error: types::Error) -> Self {
        Self::Refused(error)
    }
}

impl From<HostError> for Error {
    fn from(error: HostError) -> Self {
        Self::Host(Arc::new(error))
    }
}

impl From<sx::Error> for Error {
    fn from(error: sx::Error) -> Self {
        HostError::Value(error).into()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(out, "{}", Shown(error)),
            Self::Operation { index, refusal } => write!(out, "operation {index}: {}", Shown(refusal)),
            Self::Changed(refusal) => {
                write!(out, "what was read has changed before the commit: {}", Shown(refusal))
            }
            Self::Trapped { function, timeout: Some(timeout), .. } => write!(
                out,
                "{function} took longer than {timeout:?} and was interrupted; it may have taken effect"
            ),
            Self::Trapped { function, source, .. } => {
                write!(out, "the component trapped in {function}: {}", source.root_cause())
            }
            Self::Host(error) => write!(out, "{error}"),
        }
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked { root, holder, waited } => {
                write!(out, "{} is locked by ", root.display())?;
                match holder {
                    Some(holder) => write!(out, "process {holder}")?,
                    None => out.write_str("another process")?,
                }
                if !waited.is_zero() {
                    write!(out, ", after a wait of {waited:.1?}")?;
                }
                out.write_str("; close it there, or open this one read-only")
            }
            Self::Root { root, source } => write!(out, "cannot open {}: {source}", root.display()),
            Self::Moved { root } => {
                let root = root.display();
                write!(
                    out,
                    "{root} is no longer the directory that was opened; close the store and open it again"
                )
            }
            Self::NotAStore { root, found } => write!(
                out,
                "{} holds {found} and is no store; name another directory, or let it become one: `--init`, `Builder::init`",
                root.display()
            ),
            Self::Lost => {
                out.write_str("the store was in memory, and ended with the component in an earlier call")
            }
            Self::Component(source) => write!(out, "the component cannot be started: {source:#}"),
            Self::Value(source) => write!(out, "{source}"),
            Self::ValueOf { name, source } => write!(out, "the value of {name} is of another type: {source}"),
            Self::Key(reason) => write!(out, "a key of the map is of another type: {reason}"),
            Self::Utf8(source) => write!(out, "a value of the map is no text: {source}"),
            Self::Integer(source) => write!(out, "a value of the map is no integer: {source}"),
            Self::Stream(source) => write!(out, "{source}"),
        }
    }
}

/// A refusal in words, for people.
struct Shown<'a>(&'a types::Error);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use types::Error as E;
        let failure = |failure: &types::Failure| {
            format!("{} of {} failed: {}", failure.step, failure.file, failure.code)
        };
        match self.0 {
            E::InvalidName(reason) => write!(out, "invalid name: {reason}"),
            E::InvalidValue(at) => write!(out, "invalid value at byte {}: {}", at.offset, at.reason),
            E::InvalidEvent(reason) => write!(out, "invalid event: {reason}"),
            E::InvalidCid(text) => write!(out, "invalid CID: {text}"),
            E::InvalidHash(text) => write!(out, "invalid hash: {text}"),
            E::InvalidArgument(reason) => write!(out, "invalid argument: {reason}"),
            E::TooLarge(excess) => write!(out, "too large: {}, the limit is {}", excess.actual, excess.limit),
            E::Stale(stale) => {
                write!(out, "stale: expected {}, the store has {}", stale.expected, stale.actual)
            }
            E::Conflict(name) => {
                write!(out, "conflict: {name} is not what was expected, or is another session's segment")
            }
            E::NotFound(name) => write!(out, "not found: {name}"),
            E::Corrupt(damage) => {
                let line = damage.line.map(|line| format!(" line {line}")).unwrap_or_default();
                write!(out, "corrupt: {}{line} at byte {}: {}", damage.file, damage.offset, damage.reason)?;
                out.write_str(if damage.reason.starts_with("written by ") {
                    "; nothing was changed; the version that wrote it reads it, and its `export --all` writes what this one imports"
                } else {
                    "; `sx-persist verify` shows all damage, `repair` sets it aside"
                })
            }
            E::ReadOnly => out.write_str("the store is open for reading only"),
            E::NoSpace(at) => write!(out, "no space left: {}", failure(at)),
            E::Io(at) => write!(out, "the file system failed: {}", failure(at)),
            E::Closed(at) if at.step == "lock" => {
                let file = &at.file;
                write!(
                    out,
                    "closed: the file `{file}` of the root, which keeps other writers out, was {}; ",
                    at.code
                )?;
                out.write_str(
                    "what was answered is kept; let nobody remove that file, and open the store again",
                )
            }
            E::Closed(at) => write!(out, "closed by an earlier failure: {}", failure(at)),
            E::OutOfMemory => out.write_str("the component is out of memory"),
            E::Gone(first) => write!(out, "gone: what is kept begins at {first}"),
            E::Quota(excess) => write!(out, "over quota: {}, the limit is {}", excess.actual, excess.limit),
            E::Other(detail) => other(out, detail),
        }
    }
}

/// An error that this version of the library has no case for.
fn other(out: &mut fmt::Formatter<'_>, detail: &types::Detail) -> fmt::Result {
    write!(out, "{}: {}", detail.code, detail.message)?;
    detail.facts.iter().try_for_each(|fact| write!(out, "; {}: {}", fact.name, fact.value))
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) | Self::Operation { .. } | Self::Changed(_) => None,
            Self::Trapped { source, .. } => Some(source.as_ref().as_ref()),
            // It says all that the host's own says.
            Self::Host(error) => error.source(),
        }
    }
}

impl std::error::Error for HostError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Locked { .. } | Self::Moved { .. } | Self::NotAStore { .. } | Self::Lost | Self::Key(_) => {
                None
            }
            // What is shown has the words of the source already: what stands behind that follows.
            Self::Root { source, .. } | Self::Stream(source) => source.source(),
            Self::Component(source) => source.source(),
            Self::Value(source) | Self::ValueOf { source, .. } => source.source(),
            Self::Utf8(source) => source.source(),
            Self::Integer(source) => source.source(),
        }
    }
}
