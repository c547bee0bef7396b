//! The value type.

use std::collections::BTreeMap;

/// One SX value.
///
/// A program can build values that have no text: a NaN, a symbol called `first name`, more levels than
/// [`limits::DEPTH_MAX`](crate::limits::DEPTH_MAX). [`print`](crate::print()) refuses them. No reader of this
/// crate makes one, so cloning, comparing and dropping what was read never goes deep.
///
/// # Source
///
/// docs/semantics.md V1
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing; stored, it is present and nil.
    #[default]
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of 64 bits with its sign.
    Int(i64),
    /// A floating-point number; finite where it has a text. It stays a float: `3.0` is not `3`.
    Float(f64),
    /// Any Unicode text.
    String(String),
    /// A name that stands for something; `(quote name)` in text.
    Symbol(String),
    /// A name that stands for itself; `:name` in text, and the name is kept without its colon.
    Keyword(String),
    /// Values in order.
    List(Vec<Value>),
    /// Values by key, sorted by the bytes of the keys, as their text is.
    Dict(BTreeMap<String, Value>),
}

impl Value {
    /// Whether this is nil.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Nil)
    }

    /// The truth value, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(flag) = self { Some(*flag) } else { None }
    }

    /// The integer, if it is one; a float is none.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(integer) = self { Some(*integer) } else { None }
    }

    /// The float, if it is one; an integer is none.
    #[must_use]
    pub fn as_float(&self) -> Option<f64> {
        if let Self::Float(float) = self { Some(*float) } else { None }
    }

    /// The text of a string; a symbol or keyword is none.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The name of a symbol.
    #[must_use]
    pub fn as_symbol(&self) -> Option<&str> {
        if let Self::Symbol(name) = self { Some(name) } else { None }
    }

    /// The name of a keyword, without its colon.
    #[must_use]
    pub fn as_keyword(&self) -> Option<&str> {
        if let Self::Keyword(name) = self { Some(name) } else { None }
    }

    /// The items of a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// The entries of a dict.
    #[must_use]
    pub fn as_dict(&self) -> Option<&BTreeMap<String, Value>> {
        if let Self::Dict(entries) = self { Some(entries) } else { None }
    }

    /// The value of one key of a dict; `None` when it is absent or this is no dict.
    ///
    /// # Shape
    ///
    /// `key` is the key's text: `"qty"` finds `:qty`, and `":qty"` does not.
    ///
    /// # Examples
    ///
    /// ```
    /// let order = sx::parse(r#"{:qty 2 "first name" "Ann"}"#)?;
    /// assert_eq!(order.get("qty").and_then(sx::Value::as_int), Some(2));
    /// assert_eq!(order.get("first name").and_then(sx::Value::as_str), Some("Ann"));
    /// assert_eq!(order.get(":qty"), None);
    /// # Ok::<(), sx::Error>(())
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_dict()?.get(key)
    }
}

impl From<()> for Value {
    fn from((): ()) -> Self {
        Self::Nil
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Int(integer)
    }
}

impl From<i32> for Value {
    fn from(integer: i32) -> Self {
        Self::Int(integer.into())
    }
}

impl From<u32> for Value {
    fn from(integer: u32) -> Self {
        Self::Int(integer.into())
    }
}

impl From<f64> for Value {
    fn from(float: f64) -> Self {
        Self::Float(float)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(items)
    }
}

impl From<BTreeMap<String, Value>> for Value {
    fn from(entries: BTreeMap<String, Value>) -> Self {
        Self::Dict(entries)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nil, Into::into)
    }
}

impl FromIterator<Value> for Value {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::List(items.into_iter().collect())
    }
}

impl FromIterator<(String, Value)> for Value {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        Self::Dict(entries.into_iter().collect())
    }
}
