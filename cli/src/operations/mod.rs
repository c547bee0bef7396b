//! The operations of `handle-op`: what each takes and answers, for those who speak JSON.

mod arguments;
pub(crate) mod json;
mod table;

use clap::ValueEnum;
use std::fmt;

/// The only key of an object that stands for bytes.
const BYTES: &str = "$bytes";

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    /// `persist/map/swap`
    pub(crate) name: &'static str,
    /// Does it need the lock?
    pub(crate) writes: bool,
    pub(crate) parameters: Parameters,
    pub(crate) answer: Kind,
}

/// An operation of a transaction, or a question of several reads.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: &'static str,
    pub(crate) parameters: Parameters,
    pub(crate) answer: Kind,
}

/// Names and kinds, in order.
pub(crate) type Parameters = &'static [(&'static str, Kind)];

/// What an argument or an answer is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Nothing,
    Flag,
    /// From 0 on, of 64 bits.
    Number,
    /// The same, and what is below 0 counts as none: the seed has it so.
    NumberOrBelow,
    /// Of 32 bits.
    Small,
    /// Of 64 bits, with its sign.
    Signed,
    Text,
    Value,
    /// A list of one value or none.
    OptionalValue,
    Bytes,
    List(&'static Kind),
    /// Nil, or such a thing.
    Optional(&'static Kind),
    Tuple(&'static [Kind]),
    Record(Parameters),
    /// The name of a case, or a dict of its name and what it holds.
    Cases(&'static [(&'static str, Option<Kind>)]),
    /// Lists that begin with the name of a method.
    Gathered(&'static [Method]),
    /// An answer to each of what was gathered, which says what that is, and an lsn.
    Answers,
}

/// How integers beyond 2^53-1 stand in JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Integers {
    /// As numbers, which some readers round
    #[default]
    Number,
    /// As strings of their digits; strings of digits are numbers where a number is due
    String,
}

/// What is wrong with arguments, in words.
#[derive(Debug)]
pub(crate) enum Wrong {
    /// They do not fit.
    Unfit(String),
    /// As SX a value of them is longer than it may be.
    TooLarge { reason: String, limit: usize, actual: usize },
}

impl Wrong {
    /// The same of a part.
    fn within(self, name: &str) -> Self {
        match self {
            Self::Unfit(reason) => Self::Unfit(format!("{name}: {reason}")),
            Self::TooLarge { reason, limit, actual } => {
                Self::TooLarge { reason: format!("{name}: {reason}"), limit, actual }
            }
        }
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unfit(reason) | Self::TooLarge { reason, .. }) = self;
        out.write_str(reason)
    }
}

impl std::error::Error for Wrong {}

/// The operation of a name.
pub(crate) fn find(name: &str) -> Option<&'static Operation> {
    table::OPERATIONS.iter().find(|operation| operation.name == name)
}

/// A name as JSON has it: `set_aside`.
fn key(name: &str) -> String {
    name.replace('-', "_")
}
