//! How symbols and keywords travel through serde's model, which has neither: as a map of one entry, `$symbol` or `$keyword`
//! and the name. A dict of that very form has one `$` more in front of its key, whatever it has there. Every other key travels as
//! it is.

use std::collections::BTreeMap;

use crate::error::ErrorKind;
use crate::token::{is_symbol, is_token};
use crate::value::Value;

/// A kind of value that serde does not know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Tag {
    Symbol,
    Keyword,
}

impl Tag {
    /// The key of its one entry.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Symbol => "$symbol",
            Self::Keyword => "$keyword",
        }
    }

    /// The name of its struct, by which [`to_value`](crate::to_value) tells it from a dict.
    pub(crate) const fn structure(self) -> &'static str {
        match self {
            Self::Symbol => "$sx::symbol",
            Self::Keyword => "$sx::keyword",
        }
    }

    /// The kind whose key this is, or would be without some `$` in front.
    pub(crate) fn of_key(key: &str) -> Option<Self> {
        let key = &key[key.bytes().take_while(|byte| *byte == b'$').count().saturating_sub(1)..];
        [Self::Symbol, Self::Keyword].into_iter().find(|tag| tag.key() == key)
    }

    pub(crate) fn of_structure(name: &str) -> Option<Self> {
        [Self::Symbol, Self::Keyword].into_iter().find(|tag| tag.structure() == name)
    }

    /// The value of this kind with a name, if the name reads back.
    pub(crate) fn value(self, name: String) -> Result<Value, ErrorKind> {
        self.check(&name)?;
        Ok(self.named(name))
    }

    fn named(self, name: String) -> Value {
        match self {
            Self::Symbol => Value::Symbol(name),
            Self::Keyword => Value::Keyword(name),
        }
    }

    pub(crate) fn check(self, name: &str) -> Result<(), ErrorKind> {
        let valid = match self {
            Self::Symbol => is_symbol(name),
            Self::Keyword => is_token(name),
        };
        valid.then_some(()).ok_or(ErrorKind::Name)
    }
}

/// The key with which a dict of this one entry travels, where that is another.
pub(crate) fn escaped(key: &str, value: &Value) -> Option<String> {
    is_escape(key, value).then(|| format!("${key}"))
}

/// What a map of these entries stands for, that has travelled.
pub(crate) fn unescaped(mut entries: BTreeMap<String, Value>) -> Value {
    let form = entries.first_key_value().filter(|(key, value)| entries.len() == 1 && is_escape(key, value));
    let Some(tag) = form.and_then(|(key, _)| Tag::of_key(key)) else { return Value::Dict(entries) };
    match entries.pop_first() {
        Some((key, Value::String(name))) if key == tag.key() => tag.named(name),
        Some((mut key, value)) => {
            key.remove(0);
            Value::Dict(BTreeMap::from([(key, value)]))
        }
        None => Value::Dict(entries),
    }
}

/// Would a dict of this one entry be taken for a symbol, a keyword, or one with some `$` more?
fn is_escape(key: &str, value: &Value) -> bool {
    Tag::of_key(key).is_some_and(|tag| value.as_str().is_some_and(|name| tag.check(name).is_ok()))
}
