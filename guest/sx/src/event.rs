//! A value as a flat row of events, so that whoever reads one needs no recursion.

use std::borrow::Cow;

use crate::error::Error;

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

/// Where events come from: a text, or a value in memory.
///
/// INVARIANT: the events are those of exactly one value, well nested and within the limits, and keys may
/// repeat. Past the value's end the answer is an error.
pub(crate) trait Source<'a> {
    fn next_event(&mut self) -> Result<Event<'a>, Error>;

    /// Where in the text the last event began.
    fn offset(&self) -> Option<usize>;
}
