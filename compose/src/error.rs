use std::fmt;

/// The result of a function of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why components were not put together.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The bytes are no component, or one that uses what this crate does not know.
    NotAComponent {
        /// Which of those given.
        part: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A part imports nothing that the parts below it export.
    NothingMatches {
        /// The part that imports.
        part: String,
    },
    /// A part imports what is exported below it, and with another type.
    Mismatch {
        /// The part that imports.
        part: String,
        /// What it imports.
        import: String,
        /// How the types differ.
        reason: String,
    },
    /// A layer imports an interface of the store's package that nothing below it exports.
    Unmet {
        /// The part that imports.
        part: String,
        /// What it imports.
        import: String,
    },
    /// What was to be given a capacity is not the middleware `cached` alone.
    NotCached,
    /// The parts were wired, and the whole is no component: two of them import, under one name, what cannot be one.
    Unfit {
        /// What does not fit.
        reason: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAComponent { part, reason } => write!(out, "{part} is no component: {reason}"),
            Self::NothingMatches { part } => {
                write!(out, "{part} imports nothing that is exported below it")
            }
            Self::Mismatch { part, import, reason } => {
                write!(out, "{part} imports {import} with another type than it is exported with: {reason}")
            }
            Self::Unmet { part, import } => {
                write!(out, "{part} imports {import}, which nothing below it exports")
            }
            Self::NotCached => {
                write!(out, "only sx-persist-cached.wasm, before it is composed, has a capacity")
            }
            Self::Unfit { reason } => write!(out, "the parts do not fit together: {reason}"),
        }
    }
}

impl std::error::Error for Error {}
