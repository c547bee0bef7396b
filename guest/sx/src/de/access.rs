//! Lists, dicts and variants that are being read.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Deserialize as _;
use serde::de::{
    DeserializeSeed, Deserializer as _, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::Deserializer;
use super::key::Key;
use crate::error::{Error, ErrorKind};
use crate::event::{Event, Source};

/// The items of a list.
pub(super) struct Items<'r, 'de, S>(pub(super) &'r mut Deserializer<'de, S>);

/// The entries of a dict.
pub(super) struct Entries<'r, 'de, S> {
    deserializer: &'r mut Deserializer<'de, S>,
    seen: BTreeSet<Cow<'de, str>>,
}

/// The one entry of a dict that stands for an enum's variant.
pub(super) struct Variant<'r, 'de, S>(pub(super) &'r mut Deserializer<'de, S>);

/// A key and where it begins.
type PlacedKey<'de> = (Cow<'de, str>, Option<usize>);

impl<'r, 'de, S: Source<'de>> Entries<'r, 'de, S> {
    pub(super) fn new(deserializer: &'r mut Deserializer<'de, S>) -> Self {
        Self { deserializer, seen: BTreeSet::new() }
    }
}

impl<'de, S: Source<'de>> Deserializer<'de, S> {
    /// Takes a dict's next key and its place, or nothing at the dict's end.
    fn key(&mut self) -> Result<Option<PlacedKey<'de>>, Error> {
        let start = self.start()?;
        if *self.peek()? == Event::End {
            return Ok(None);
        }
        match self.take()? {
            Event::Key(key) => Ok(Some((key, start))),
            _ => Err(Error::from(ErrorKind::UnexpectedText).or_at(start)),
        }
    }
}

impl<'de, S: Source<'de>> SeqAccess<'de> for Items<'_, 'de, S> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        if *self.0.peek()? == Event::End {
            return Ok(None);
        }
        self.0.seed(seed).map(Some)
    }
}

impl<'de, S: Source<'de>> MapAccess<'de> for Entries<'_, 'de, S> {
    type Error = Error;

    fn next_key_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some((key, start)) = self.deserializer.key()? else { return Ok(None) };
        if !self.seen.insert(key.clone()) {
            return Err(Error::from(ErrorKind::DuplicateKey).or_at(start));
        }
        seed.deserialize(Key::new(key)).map(Some).map_err(|error| error.or_at(start))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        self.deserializer.seed(seed)
    }
}

impl<'de, S: Source<'de>> EnumAccess<'de> for Variant<'_, 'de, S> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<(T::Value, Self), Error> {
        let Some((key, start)) = self.0.key()? else {
            return Err(Error::message("an empty dict names no variant"));
        };
        let variant = seed.deserialize(Key::new(key)).map_err(|error| error.or_at(start))?;
        Ok((variant, self))
    }
}

impl<'de, S: Source<'de>> VariantAccess<'de> for Variant<'_, 'de, S> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        let start = self.0.start()?;
        <()>::deserialize(self.0).map_err(|error| error.or_at(start))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.0.seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        let start = self.0.start()?;
        self.0.deserialize_tuple(len, visitor).map_err(|error| error.or_at(start))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let start = self.0.start()?;
        self.0.deserialize_struct("", fields, visitor).map_err(|error| error.or_at(start))
    }
}
