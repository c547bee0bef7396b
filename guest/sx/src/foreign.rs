//! `Value` in serde's model, so that any format can hold one; JSON first of all.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::ErrorKind;
use crate::limits::Budget;
use crate::tag::{Tag, escaped, unescaped};
use crate::value::Value;

/// Gives the value to any serde format, and refuses what [`print`](crate::print()) refuses, but for the
/// length of its text.
///
/// # Source
///
/// docs/semantics.md V8
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Nested { value: self, depth: 1, budget: &Budget::default() }.serialize(serializer)
    }
}

/// A value at its depth.
struct Nested<'a> {
    value: &'a Value,
    depth: usize,
    budget: &'a Budget,
}

impl Nested<'_> {
    fn inner<'a>(&'a self, value: &'a Value) -> Nested<'a> {
        Nested { value, depth: self.depth + 1, budget: self.budget }
    }
}

impl Serialize for Nested<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.budget.admit(self.depth).map_err(serde::ser::Error::custom)?;
        match self.value {
            Value::Nil => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Int(integer) => serializer.serialize_i64(*integer),
            // JSON would write `null` for it.
            Value::Float(float) if !float.is_finite() => Err(serde::ser::Error::custom(ErrorKind::NonFinite)),
            Value::Float(float) => serializer.serialize_f64(*float),
            Value::String(text) => serializer.serialize_str(text),
            Value::Symbol(name) => serialize_tagged(Tag::Symbol, name, serializer),
            Value::Keyword(name) => serialize_tagged(Tag::Keyword, name, serializer),
            Value::List(items) => serializer.collect_seq(items.iter().map(|item| self.inner(item))),
            Value::Dict(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                let is_single = entries.len() == 1;
                for (key, value) in entries {
                    let escaped = if is_single { escaped(key, value) } else { None };
                    map.serialize_entry(escaped.as_ref().unwrap_or(key), &self.inner(value))?;
                }
                map.end()
            }
        }
    }
}

fn serialize_tagged<S: Serializer>(tag: Tag, name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    tag.check(name).map_err(serde::ser::Error::custom)?;
    let mut structure = serializer.serialize_struct(tag.structure(), 1)?;
    structure.serialize_field(tag.key(), name)?;
    structure.end()
}

/// Takes a value from any serde format that describes itself.
///
/// # Source
///
/// docs/semantics.md V8
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Seed { depth: 1, budget: &Budget::default() }.deserialize(deserializer)
    }
}

/// Takes one value at its depth.
#[derive(Clone, Copy)]
struct Seed<'a> {
    depth: usize,
    budget: &'a Budget,
}

impl Seed<'_> {
    fn inner(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn admit<E: serde::de::Error>(self) -> Result<(), E> {
        self.budget.admit(self.depth).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.admit()?;
        deserializer.deserialize_any(self)
    }
}

/// Takes what may turn out to be the name of a symbol, which is no value of its own, and leaves it to its
/// caller to admit the value.
struct NotAdmitted<'a>(Seed<'a>);

impl<'de> DeserializeSeed<'de> for NotAdmitted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self.0)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an SX value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, integer: i64) -> Result<Value, E> {
        Ok(Value::Int(integer))
    }

    fn visit_u64<E: serde::de::Error>(self, integer: u64) -> Result<Value, E> {
        i64::try_from(integer).map(Value::Int).map_err(|_| E::custom(ErrorKind::IntegerRange))
    }

    fn visit_i128<E: serde::de::Error>(self, integer: i128) -> Result<Value, E> {
        i64::try_from(integer).map(Value::Int).map_err(|_| E::custom(ErrorKind::IntegerRange))
    }

    fn visit_u128<E: serde::de::Error>(self, integer: u128) -> Result<Value, E> {
        i64::try_from(integer).map(Value::Int).map_err(|_| E::custom(ErrorKind::IntegerRange))
    }

    fn visit_f64<E: serde::de::Error>(self, float: f64) -> Result<Value, E> {
        if float.is_finite() { Ok(Value::Float(float)) } else { Err(E::custom(ErrorKind::NonFinite)) }
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        let mut items = Vec::new();
        for &byte in bytes {
            self.inner().admit()?;
            items.push(Value::Int(byte.into()));
        }
        Ok(Value::List(items))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.inner())? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = BTreeMap::new();
        let mut next = map.next_key::<String>()?;
        if let Some(tag) = next.as_deref().and_then(Tag::of_key) {
            let value = map.next_value_seed(NotAdmitted(self.inner()))?;
            let first = next.unwrap_or_default();
            next = map.next_key()?;
            match value {
                Value::String(name) if next.is_none() && first == tag.key() && tag.check(&name).is_ok() => {
                    return tag.value(name).map_err(serde::de::Error::custom);
                }
                value => {
                    self.inner().admit()?;
                    entries.insert(first, value);
                }
            }
        }
        while let Some(key) = next {
            if entries.contains_key(&key) {
                return Err(serde::de::Error::custom(ErrorKind::DuplicateKey));
            }
            entries.insert(key, map.next_value_seed(self.inner())?);
            next = map.next_key()?;
        }
        Ok(unescaped(entries))
    }
}
