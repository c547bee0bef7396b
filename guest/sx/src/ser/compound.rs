//! Lists and dicts that are being made.

use std::collections::BTreeMap;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant,
};

use super::key::Key;
use super::{Serializer, variant};
use crate::error::{Error, ErrorKind};
use crate::tag::{Tag, unescaped};
use crate::value::Value;

/// A list.
pub(super) struct Items<'a> {
    serializer: Serializer<'a>,
    variant: Option<&'static str>,
    done: Vec<Value>,
}

/// A dict from a map.
pub(super) struct Entries<'a> {
    serializer: Serializer<'a>,
    done: BTreeMap<String, Value>,
    key: Option<String>,
    /// The first entry is not counted yet: it may be all of a symbol or keyword.
    is_uncounted: bool,
}

/// A dict from a struct, or what a [`Value`]'s symbol or keyword travels as.
pub(super) struct Record<'a> {
    entries: Entries<'a>,
    tag: Option<Tag>,
    tagged: Option<Value>,
    variant: Option<&'static str>,
}

impl<'a> Items<'a> {
    pub(super) fn new(serializer: Serializer<'a>, variant: Option<&'static str>) -> Self {
        Self { serializer, variant, done: Vec::new() }
    }

    fn push<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.done.push(item.serialize(self.serializer.inner()?)?);
        Ok(())
    }

    fn finish(self) -> Value {
        named(self.variant, Value::List(self.done))
    }
}

impl<'a> Entries<'a> {
    pub(super) fn new(serializer: Serializer<'a>) -> Self {
        Self { serializer, done: BTreeMap::new(), key: None, is_uncounted: false }
    }

    fn insert<T: Serialize + ?Sized>(&mut self, key: String, value: &T) -> Result<(), Error> {
        if self.done.contains_key(&key) {
            return Err(ErrorKind::DuplicateKey.into());
        }
        let serializer = if self.done.is_empty() && Tag::of_key(&key).is_some() {
            self.is_uncounted = true;
            self.serializer.uncounted()
        } else {
            self.count()?;
            self.serializer.inner()?
        };
        self.done.insert(key, value.serialize(serializer)?);
        Ok(())
    }

    fn count(&mut self) -> Result<(), Error> {
        if std::mem::take(&mut self.is_uncounted) {
            self.serializer.inner()?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Value, Error> {
        let value = unescaped(std::mem::take(&mut self.done));
        if let Value::Dict(_) = value {
            self.count()?;
        }
        Ok(value)
    }
}

impl<'a> Record<'a> {
    pub(super) fn new(serializer: Serializer<'a>, tag: Option<Tag>, variant: Option<&'static str>) -> Self {
        Self { entries: Entries::new(serializer), tag, tagged: None, variant }
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        match self.tag {
            // The name of a symbol is no value of its own, so it is not counted.
            Some(tag) if tag.key() == name => {
                self.tagged = Some(match value.serialize(self.entries.serializer)? {
                    Value::String(name) => tag.value(name)?,
                    _ => return Err(ErrorKind::Name.into()),
                });
                Ok(())
            }
            _ => self.entries.insert(name.to_owned(), value),
        }
    }

    fn finish(self) -> Result<Value, Error> {
        match self.tagged {
            None => Ok(named(self.variant, self.entries.finish()?)),
            Some(value) if self.entries.done.is_empty() => Ok(value),
            // serde writes the tag of an internally tagged enum as one more field.
            Some(_) => Err(Error::message("a symbol or keyword cannot carry the tag of an enum")),
        }
    }
}

fn named(name: Option<&str>, value: Value) -> Value {
    match name {
        Some(name) => variant(name, value),
        None => value,
    }
}

impl SerializeSeq for Items<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.push(item)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.finish())
    }
}

impl SerializeTuple for Items<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.push(item)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.finish())
    }
}

impl SerializeTupleStruct for Items<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.push(item)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.finish())
    }
}

impl SerializeTupleVariant for Items<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.push(item)
    }

    fn end(self) -> Result<Value, Error> {
        Ok(self.finish())
    }
}

impl SerializeMap for Entries<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = Some(key.serialize(Key::default())?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = self.key.take().ok_or_else(|| Error::message("a map's value without a key"))?;
        self.insert(key, value)
    }

    fn end(self) -> Result<Value, Error> {
        self.finish()
    }
}

impl SerializeStruct for Record<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<Value, Error> {
        self.finish()
    }
}

impl SerializeStructVariant for Record<'_> {
    type Ok = Value;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<Value, Error> {
        self.finish()
    }
}
