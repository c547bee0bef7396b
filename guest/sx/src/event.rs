//! A value as a flat row of events, so that whoever reads one needs no recursion.

use std::borrow::Cow;

use crate::error::Error;
use crate::value::Value;

/// One step through a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event<'a> {
    Nil,
    Bool(bool),
    Int(i64),
    Float(f64),
    String(Cow<'a, str>),
    Symbol(Cow<'a, str>),
    Keyword(Cow<'a, str>),
    /// A list begins.
    List,
    /// A dict begins: from here to its end, a key stands before each value.
    Dict,
    Key(Cow<'a, str>),
    /// The innermost list or dict ends.
    End,
}

impl Event<'_> {
    /// The value of an event that is one by itself; the others have none, and answer nil.
    pub(crate) fn into_value(self) -> Value {
        match self {
            Self::Bool(flag) => Value::Bool(flag),
            Self::Int(integer) => Value::Int(integer),
            Self::Float(float) => Value::Float(float),
            Self::String(text) => Value::String(text.into_owned()),
            Self::Symbol(name) => Value::Symbol(name.into_owned()),
            Self::Keyword(name) => Value::Keyword(name.into_owned()),
            Self::Nil | Self::List | Self::Dict | Self::Key(_) | Self::End => Value::Nil,
        }
    }
}

/// Where events come from: a text, or a value in memory.
///
/// INVARIANT: the events are those of exactly one value, well nested and within the limits, and keys may
/// repeat. Past the value's end the answer is an error.
pub(crate) trait Source<'a> {
    fn next_event(&mut self) -> Result<Event<'a>, Error>;

    /// Where in the text the last event began.
    fn offset(&self) -> Option<usize>;
}
