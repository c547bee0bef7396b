//! How symbols and keywords travel through serde's model, which has neither: as a map of one entry whose key
//! starts with `$`, so a dict's own key that starts with `$` gets one `$` more.

use std::borrow::Cow;

use crate::error::ErrorKind;
use crate::token::{is_symbol, is_token};
use crate::value::Value;

/// The newtype struct around an escaped key, by which [`to_value`](crate::to_value) knows to undo the escape.
pub(crate) const KEY_NEWTYPE: &str = "$sx::key";

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

    pub(crate) fn of_key(key: &str) -> Option<Self> {
        [Self::Symbol, Self::Keyword].into_iter().find(|tag| tag.key() == key)
    }

    pub(crate) fn of_structure(name: &str) -> Option<Self> {
        [Self::Symbol, Self::Keyword].into_iter().find(|tag| tag.structure() == name)
    }

    /// The value of this kind with a name, if the name reads back.
    pub(crate) fn value(self, name: String) -> Result<Value, ErrorKind> {
        self.check(&name)?;
        Ok(match self {
            Self::Symbol => Value::Symbol(name),
            Self::Keyword => Value::Keyword(name),
        })
    }

    pub(crate) fn check(self, name: &str) -> Result<(), ErrorKind> {
        let valid = match self {
            Self::Symbol => is_symbol(name),
            Self::Keyword => is_token(name),
        };
        valid.then_some(()).ok_or(ErrorKind::Name)
    }
}

/// A dict's key as it travels, or `None` where it travels as it is.
pub(crate) fn escape_key(key: &str) -> Option<String> {
    key.starts_with('$').then(|| format!("${key}"))
}

/// The key that travelled as this one. A key of one `$` was never escaped and is what it is.
pub(crate) fn unescape_key(key: Cow<'_, str>) -> Cow<'_, str> {
    if !key.starts_with("$$") {
        return key;
    }
    match key {
        Cow::Borrowed(key) => Cow::Borrowed(key.strip_prefix('$').unwrap_or(key)),
        Cow::Owned(mut key) => {
            key.remove(0);
            Cow::Owned(key)
        }
    }
}
