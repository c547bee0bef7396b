//! What a map's key becomes: the text of a dict key.

use serde::ser::{Impossible, Serialize};

use crate::error::{Error, ErrorKind};
use crate::limits::DEPTH_MAX;

type None = Impossible<String, Error>;

/// Serializes one key.
#[derive(Clone, Copy, Default)]
pub(super) struct Key {
    /// How many `Some` and newtypes stand around it.
    wraps: usize,
}

impl Key {
    fn wrapped<T: Serialize + ?Sized>(self, key: &T) -> Result<String, Error> {
        let wraps = self.wraps + 1;
        if wraps > DEPTH_MAX {
            return Err(ErrorKind::TooDeep { limit: DEPTH_MAX, actual: wraps }.into());
        }
        key.serialize(Self { wraps })
    }
}

fn refused<T>() -> Result<T, Error> {
    Err(Error::message("a dict key must be a string, a character, an integer or a bool"))
}

impl serde::Serializer for Key {
    type Ok = String;
    type Error = Error;
    type SerializeSeq = None;
    type SerializeTuple = None;
    type SerializeTupleStruct = None;
    type SerializeTupleVariant = None;
    type SerializeMap = None;
    type SerializeStruct = None;
    type SerializeStructVariant = None;

    fn serialize_bool(self, flag: bool) -> Result<String, Error> {
        Ok(flag.to_string())
    }

    fn serialize_i8(self, key: i8) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_i16(self, key: i16) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_i32(self, key: i32) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_i64(self, key: i64) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_i128(self, key: i128) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_u8(self, key: u8) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_u16(self, key: u16) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_u32(self, key: u32) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_u64(self, key: u64) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_u128(self, key: u128) -> Result<String, Error> {
        Ok(key.to_string())
    }

    fn serialize_f32(self, _key: f32) -> Result<String, Error> {
        refused()
    }

    fn serialize_f64(self, _key: f64) -> Result<String, Error> {
        refused()
    }

    fn serialize_char(self, key: char) -> Result<String, Error> {
        Ok(key.into())
    }

    fn serialize_str(self, key: &str) -> Result<String, Error> {
        Ok(key.to_owned())
    }

    fn serialize_bytes(self, _key: &[u8]) -> Result<String, Error> {
        refused()
    }

    fn serialize_none(self) -> Result<String, Error> {
        refused()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, key: &T) -> Result<String, Error> {
        self.wrapped(key)
    }

    fn serialize_unit(self) -> Result<String, Error> {
        refused()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<String, Error> {
        refused()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<String, Error> {
        Ok(variant.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        key: &T,
    ) -> Result<String, Error> {
        self.wrapped(key)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _key: &T,
    ) -> Result<String, Error> {
        refused()
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<None, Error> {
        refused()
    }

    fn serialize_tuple(self, _len: usize) -> Result<None, Error> {
        refused()
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<None, Error> {
        refused()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<None, Error> {
        refused()
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<None, Error> {
        refused()
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<None, Error> {
        refused()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<None, Error> {
        refused()
    }
}
