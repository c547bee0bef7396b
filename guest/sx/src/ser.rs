//! Rust types to values and text.

mod compound;
mod key;

use serde::ser::{Serialize, SerializeSeq as _};

use crate::error::{Error, ErrorKind};
use crate::limits::{Budget, DEPTH_MAX};
use crate::print::print;
use crate::tag::Tag;
use crate::value::Value;
use compound::{Entries, Items, Record};

/// Makes a value of any type that serde can serialize.
///
/// # Shape
///
/// A struct or map becomes a dict; a unit variant its name as a string, any other variant a dict of one entry
/// from its name; `None`, `()` and unit structs nil, and `Some(x)` what `x` becomes; a sequence, tuple or
/// byte string a list; a `char` a string. A map's keys are strings, characters, unit variants, integers or
/// bools, the last two as their text.
///
/// # Cost
///
/// One walk over `data`, as deep in calls as the value is, and memory for the value.
///
/// # Errors
///
/// `IntegerRange` for an integer outside 64 bits with a sign; `NonFinite` for a NaN or an infinity;
/// `DuplicateKey` for two keys of the same text; `Name` for a [`Value`]'s symbol or keyword that has no text;
/// `TooDeep` (also for more than 128 `Some` and newtypes around one value) and `TooManyNodes` past a limit;
/// `Message` for a map's key of another kind, and for what the type's own `Serialize` says. These are the
/// only errors, and their offset is 0.
///
/// # Examples
///
/// ```
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// enum State { Open, Paid { by: Option<String> } }
///
/// assert_eq!(sx::to_value(&State::Open)?, sx::Value::from("Open"));
/// assert_eq!(sx::print(&sx::to_value(&State::Paid { by: None })?)?, "{:Paid {:by nil}}");
///
/// // Nothing is rounded to fit.
/// assert_eq!(sx::to_value(&u64::MAX).unwrap_err().kind(), &sx::ErrorKind::IntegerRange);
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V8
pub fn to_value<T: Serialize + ?Sized>(data: &T) -> Result<Value, Error> {
    let budget = Budget::default();
    budget.admit(1)?;
    data.serialize(Serializer { budget: &budget, depth: 1, wraps: 0 })
}

/// Prints any type that serde can serialize as canonical text.
///
/// # Shape
///
/// The text of [`to_value`]'s answer; of a [`Value`] therefore what [`print`](print()) gives.
///
/// # Cost
///
/// That of [`to_value`] and of [`print`](print()).
///
/// # Errors
///
/// Those of [`to_value`], and `TooLong` as [`print`](print()) has it. These are the only errors.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
///
/// let stock = BTreeMap::from([("A-1", 2), ("10 mm", 3)]);
/// assert_eq!(sx::to_string(&stock)?, r#"{"10 mm" 3 :A-1 2}"#);
///
/// // Symbols are not wrapped, as they are in JSON.
/// assert_eq!(sx::to_string(&sx::Value::Symbol("shipped".into()))?, "(quote shipped)");
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V8
pub fn to_string<T: Serialize + ?Sized>(data: &T) -> Result<String, Error> {
    print(&to_value(data)?)
}

/// Serializes one value, already counted, at its depth.
#[derive(Clone, Copy)]
struct Serializer<'a> {
    budget: &'a Budget,
    depth: usize,
    /// How many `Some` and newtypes stand around this value. They leave no trace in it, so the depth alone
    /// would not end the recursion over a type that consists of them.
    wraps: usize,
}

impl Serializer<'_> {
    /// The serializer of a value inside this one.
    fn inner(self) -> Result<Self, Error> {
        let depth = self.depth + 1;
        self.budget.admit(depth)?;
        Ok(Self { depth, wraps: 0, ..self })
    }

    /// The serializer of what may turn out to be the name of a symbol, which is no value of its own. Whoever asks for it counts the
    /// value when it is one.
    fn uncounted(self) -> Self {
        Self { depth: self.depth + 1, wraps: 0, ..self }
    }

    fn wrapped(self) -> Result<Self, Error> {
        let wraps = self.wraps + 1;
        if wraps > DEPTH_MAX {
            return Err(ErrorKind::TooDeep { limit: DEPTH_MAX, actual: wraps }.into());
        }
        Ok(Self { wraps, ..self })
    }
}

fn integer(integer: impl TryInto<i64>) -> Result<Value, Error> {
    integer.try_into().map(Value::Int).map_err(|_| ErrorKind::IntegerRange.into())
}

fn variant(name: &str, value: Value) -> Value {
    [(name.to_owned(), value)].into_iter().collect()
}

impl<'a> serde::Serializer for Serializer<'a> {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Items<'a>;
    type SerializeTuple = Items<'a>;
    type SerializeTupleStruct = Items<'a>;
    type SerializeTupleVariant = Items<'a>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Record<'a>;
    type SerializeStructVariant = Record<'a>;

    fn serialize_bool(self, flag: bool) -> Result<Value, Error> {
        Ok(Value::Bool(flag))
    }

    fn serialize_i8(self, value: i8) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_i16(self, value: i16) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_i32(self, value: i32) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_i64(self, value: i64) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_i128(self, value: i128) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_u16(self, value: u16) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_u32(self, value: u32) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_u64(self, value: u64) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<Value, Error> {
        integer(value)
    }

    fn serialize_f32(self, value: f32) -> Result<Value, Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<Value, Error> {
        if value.is_finite() { Ok(Value::Float(value)) } else { Err(ErrorKind::NonFinite.into()) }
    }

    fn serialize_char(self, value: char) -> Result<Value, Error> {
        Ok(Value::String(value.into()))
    }

    fn serialize_str(self, value: &str) -> Result<Value, Error> {
        Ok(Value::from(value))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, Error> {
        let mut items = self.serialize_seq(None)?;
        for byte in bytes {
            items.serialize_element(byte)?;
        }
        items.end()
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Nil)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self.wrapped()?)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Nil)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Value, Error> {
        Ok(Value::Nil)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Value, Error> {
        Ok(Value::from(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        value.serialize(self.wrapped()?)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        Ok(variant(name, value.serialize(self.inner()?)?))
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Items<'a>, Error> {
        Ok(Items::new(self, None))
    }

    fn serialize_tuple(self, _len: usize) -> Result<Items<'a>, Error> {
        Ok(Items::new(self, None))
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<Items<'a>, Error> {
        Ok(Items::new(self, None))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Items<'a>, Error> {
        Ok(Items::new(self.inner()?, Some(variant)))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Entries<'a>, Error> {
        Ok(Entries::new(self))
    }

    fn serialize_struct(self, name: &'static str, _len: usize) -> Result<Record<'a>, Error> {
        Ok(Record::new(self, Tag::of_structure(name), None))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Record<'a>, Error> {
        Ok(Record::new(self.inner()?, None, Some(variant)))
    }
}
