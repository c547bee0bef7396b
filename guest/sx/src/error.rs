//! What went wrong, and at which byte.

use std::fmt;

/// Why a text, a value or a Rust type was refused, and at which byte of the text.
///
/// # Source
///
/// docs/semantics.md V8
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// `None` where there is no text, or where serde made the error and the reader has not placed it yet.
    offset: Option<usize>,
    kind: ErrorKind,
}

/// The cases of an [`Error`]. A text that was cut inside brackets or quotes is always
/// [`UnexpectedEnd`](Self::UnexpectedEnd), wherever the cut is; nothing else is, but a text without a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The text ends inside a value, or before one.
    UnexpectedEnd,
    /// A byte that cannot stand here: no value or key starts so, or this bracket closes nothing.
    UnexpectedText,
    /// There is more behind the value.
    TrailingText,
    /// A rational number such as `1/3` (docs/semantics.md V1).
    Rational,
    /// A character such as `#\a` (docs/semantics.md V1).
    Character,
    /// It starts as a number does and is none: `1.`, `1x`, `+1`.
    NumberSyntax,
    /// An integer that does not fit 64 bits with a sign.
    IntegerRange,
    /// A NaN, an infinity, or a number so large that it would read as one.
    NonFinite,
    /// A dict key that was given before.
    DuplicateKey,
    /// A backslash in a string before anything but `"`, `\`, `n`, `r` and `t`.
    Escape,
    /// The name of a symbol or keyword that is no token, or of a symbol that would read back as something
    /// else (docs/semantics.md V4).
    Name,
    /// A value nested deeper than [`limits::DEPTH_MAX`](crate::limits::DEPTH_MAX).
    TooDeep {
        /// The deepest that is taken.
        limit: usize,
        /// The depth that was met first beyond it.
        actual: usize,
    },
    /// A text longer than [`limits::TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX).
    TooLong {
        /// The most bytes that are taken.
        limit: usize,
        /// How long it is, or how long it had grown when counting stopped.
        actual: usize,
    },
    /// More values in one than [`limits::NODES_MAX`](crate::limits::NODES_MAX).
    TooManyNodes {
        /// The most that are taken.
        limit: usize,
        /// How many had been counted when counting stopped.
        actual: usize,
    },
    /// What serde or a type's own `Serialize` or `Deserialize` says: a wrong type, a missing field.
    Message(String),
}

impl Error {
    /// An error at a byte of the text.
    pub(crate) fn at(offset: usize, kind: ErrorKind) -> Self {
        Self { offset: Some(offset), kind }
    }

    /// An error in words, where serde's model leaves no other.
    pub(crate) fn message(message: &str) -> Self {
        ErrorKind::Message(message.to_owned()).into()
    }

    /// The same error, at `offset` unless it has a place already: the innermost value names the place.
    pub(crate) fn or_at(mut self, offset: Option<usize>) -> Self {
        self.offset = self.offset.or(offset);
        self
    }

    /// The byte of the text at which it went wrong, counted from 0. It is 0 for an error about a [`Value`]
    /// or a Rust type, where there is no text.
    ///
    /// [`Value`]: crate::Value
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(sx::parse("(list 1 1/3)").unwrap_err().offset(), 8);
    /// ```
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset.unwrap_or(0)
    }

    /// Which case it is, with its facts.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(sx::parse("(list").unwrap_err().kind(), &sx::ErrorKind::UnexpectedEnd);
    /// ```
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The error as a short phrase without place and numbers. The phrases are stable.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(sx::parse("1/3").unwrap_err().reason(), "rational numbers are not stored");
    /// ```
    #[must_use]
    pub fn reason(&self) -> &str {
        self.kind.reason()
    }
}

impl ErrorKind {
    /// The case as a short phrase, as [`Error::reason`] gives it.
    #[must_use]
    pub fn reason(&self) -> &str {
        match self {
            Self::UnexpectedEnd => "the text ends too early",
            Self::UnexpectedText => "unexpected text",
            Self::TrailingText => "text after the value",
            Self::Rational => "rational numbers are not stored",
            Self::Character => "characters are not stored",
            Self::NumberSyntax => "malformed number",
            Self::IntegerRange => "integer outside 64 bits",
            Self::NonFinite => "NaN and infinities are not stored",
            Self::DuplicateKey => "dict key given twice",
            Self::Escape => "unknown string escape",
            Self::Name => "not a name that reads back",
            Self::TooDeep { .. } => "nested too deep",
            Self::TooLong { .. } => "text too long",
            Self::TooManyNodes { .. } => "too many values in one",
            Self::Message(message) => message,
        }
    }

    /// The case that a message stands for. An error of [`Value`](crate::Value)'s own `Serialize` must pass
    /// through `serde::ser::Error::custom`, which keeps nothing but its text.
    fn of_message(message: String) -> Self {
        [Self::IntegerRange, Self::NonFinite, Self::DuplicateKey, Self::Name]
            .into_iter()
            .find(|kind| kind.reason() == message)
            .unwrap_or(Self::Message(message))
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { offset: None, kind }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.reason())?;
        match self {
            Self::TooDeep { limit, actual }
            | Self::TooLong { limit, actual }
            | Self::TooManyNodes { limit, actual } => write!(out, ": {actual}, at most {limit}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(out, "{} (at byte {offset})", self.kind),
            None => self.kind.fmt(out),
        }
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ErrorKind::of_message(message.to_string()).into()
    }
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        ErrorKind::of_message(message.to_string()).into()
    }
}
