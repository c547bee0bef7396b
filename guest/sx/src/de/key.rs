//! A dict key, as the type that a map's key is.

use std::borrow::Cow;
use std::str::FromStr;

use serde::de::{IntoDeserializer as _, Visitor};
use serde::forward_to_deserialize_any;

use super::visit_text;
use crate::error::{Error, ErrorKind};
use crate::limits::DEPTH_MAX;

/// Deserializes one key.
pub(super) struct Key<'de> {
    text: Cow<'de, str>,
    /// How many `Option`s and newtypes have asked for it.
    wraps: usize,
}

impl<'de> Key<'de> {
    pub(super) fn new(text: Cow<'de, str>) -> Self {
        Self { text, wraps: 0 }
    }

    /// The key as a number, or `None` where the number has another text: else two keys could be one number.
    fn number<T: FromStr + ToString>(&self) -> Option<T> {
        self.text.parse::<T>().ok().filter(|number| number.to_string() == self.text)
    }

    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if let Some(number) = self.number::<i64>() {
            visitor.visit_i64(number)
        } else if let Some(number) = self.number::<u64>() {
            visitor.visit_u64(number)
        } else if let Some(number) = self.number::<i128>() {
            visitor.visit_i128(number)
        } else if let Some(number) = self.number::<u128>() {
            visitor.visit_u128(number)
        } else {
            visit_text(self.text, visitor)
        }
    }

    fn wrapped(self) -> Result<Self, Error> {
        let wraps = self.wraps + 1;
        if wraps > DEPTH_MAX {
            return Err(ErrorKind::TooDeep { limit: DEPTH_MAX, actual: wraps }.into());
        }
        Ok(Self { wraps, ..self })
    }
}

macro_rules! visit_integer {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.integer(visitor)
        })*
    };
}

impl<'de> serde::Deserializer<'de> for Key<'de> {
    type Error = Error;

    visit_integer! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    forward_to_deserialize_any! {
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visit_text(self.text, visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text.as_ref() {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => visit_text(self.text, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self.wrapped()?)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self.wrapped()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.text.into_deserializer())
    }
}
