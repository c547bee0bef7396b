//! A value in memory as events.

use std::borrow::Cow;
use std::collections::btree_map;
use std::vec;

use crate::error::{Error, ErrorKind};
use crate::event::{Event, Source};
use crate::limits::Budget;
use crate::value::Value;

/// Walks through a value and takes it apart.
pub(super) struct Walk {
    /// The value that comes next, where no list gives it.
    next: Option<Value>,
    open: Vec<Open>,
    budget: Budget,
}

enum Open {
    List(vec::IntoIter<Value>),
    Dict(btree_map::IntoIter<String, Value>),
}

impl Walk {
    pub(super) fn new(value: Value) -> Self {
        Self { next: Some(value), open: Vec::new(), budget: Budget::default() }
    }

    fn enter(&mut self, value: Value) -> Result<Event<'static>, Error> {
        self.budget.admit(self.open.len() + 1)?;
        Ok(match value {
            Value::Nil => Event::Nil,
            Value::Bool(flag) => Event::Bool(flag),
            Value::Int(integer) => Event::Int(integer),
            Value::Float(float) => Event::Float(float),
            Value::String(text) => Event::String(Cow::Owned(text)),
            Value::Symbol(name) => Event::Symbol(Cow::Owned(name)),
            Value::Keyword(name) => Event::Keyword(Cow::Owned(name)),
            Value::List(items) => {
                self.open.push(Open::List(items.into_iter()));
                Event::List
            }
            Value::Dict(entries) => {
                self.open.push(Open::Dict(entries.into_iter()));
                Event::Dict
            }
        })
    }
}

impl<'a> Source<'a> for Walk {
    fn next_event(&mut self) -> Result<Event<'a>, Error> {
        if let Some(value) = self.next.take() {
            return self.enter(value);
        }
        let item = match self.open.last_mut() {
            None => return Err(ErrorKind::UnexpectedEnd.into()),
            Some(Open::List(items)) => items.next(),
            Some(Open::Dict(entries)) => match entries.next() {
                Some((key, value)) => {
                    self.next = Some(value);
                    return Ok(Event::Key(Cow::Owned(key)));
                }
                None => None,
            },
        };
        if let Some(value) = item {
            return self.enter(value);
        }
        self.open.pop();
        Ok(Event::End)
    }

    fn offset(&self) -> Option<usize> {
        None
    }
}
