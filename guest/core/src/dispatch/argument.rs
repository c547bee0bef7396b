//! The arguments of an operation, taken out of their canonical text.

use crate::base::line;
use crate::check::not_utf8;
use crate::error::{Error, Result};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::Utf8Error;
use sx::bytes::{self, Parts};

const NIL: &[u8] = b"nil";

/// The arguments of one operation.
#[derive(Debug)]
pub struct Arguments<'a> {
    items: Vec<Cow<'a, [u8]>>,
    not_utf8: Option<Utf8Error>,
}

/// An argument, or a part of one: its canonical text, in whose strings any bytes may stand.
#[derive(Clone, Debug)]
pub struct Argument<'a> {
    text: Cow<'a, [u8]>,
    /// What it is, for people.
    what: &'static str,
    /// Where the text that it came in is no UTF-8.
    not_utf8: Option<Utf8Error>,
}

impl<'a> Arguments<'a> {
    /// Those of a canonical text: a list, nil for none, or one that stands alone.
    pub(super) fn of_text(text: &'a str) -> Self {
        let items = match text.as_bytes() {
            NIL => Vec::new(),
            alone => items(text).unwrap_or_else(|| vec![alone.into()]),
        };
        Self { items, not_utf8: None }
    }

    /// The same of a text in whose strings there are bytes that are no UTF-8.
    pub(super) fn of_bytes(text: &[u8], error: Utf8Error) -> Result<Self> {
        let items = match bytes::parts(text)? {
            Parts::List(items) => items.into_iter().map(Cow::Owned).collect(),
            Parts::Atom(text) => vec![text.into()],
            Parts::Dict(_) => vec![bytes::canonical(text)?.into()],
        };
        Ok(Self { items, not_utf8: Some(error) })
    }

    /// The argument at a place.
    ///
    /// # Errors
    /// There are fewer.
    pub fn get(&self, index: usize, what: &'static str) -> Result<Argument<'_>> {
        let text =
            self.items.get(index).ok_or_else(|| Error::InvalidArgument(format!("no {what}").into()))?;
        Ok(Argument { text: Cow::Borrowed(text), what, not_utf8: self.not_utf8 })
    }

    /// The argument at a place, nil when there are fewer: for one that may be left out, which [`Argument::optional`] takes.
    #[must_use]
    pub fn find(&self, index: usize, what: &'static str) -> Argument<'_> {
        let text = self.items.get(index).map_or(NIL, |text| text);
        Argument { text: Cow::Borrowed(text), what, not_utf8: self.not_utf8 }
    }
}

fn items(list: &str) -> Option<Vec<Cow<'_, [u8]>>> {
    Some(sx::items(list)?.map(|item| Cow::Borrowed(item.as_bytes())).collect())
}

impl Argument<'_> {
    fn refused(&self, wanted: &str) -> Error {
        Error::InvalidArgument(format!("argument {} is {wanted}", self.what).into())
    }

    /// What is UTF-8; the whole text tells where it is not.
    fn utf8(&self) -> Result<&str> {
        std::str::from_utf8(&self.text)
            .map_err(|error| not_utf8(self.not_utf8.unwrap_or(error), "the arguments are not UTF-8"))
    }

    /// The bytes of a string.
    ///
    /// # Errors
    /// It is no string.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        bytes::unquote(&self.text).ok_or_else(|| self.refused("no string"))
    }

    /// A string.
    ///
    /// # Errors
    /// It is no string, or no UTF-8.
    pub fn text(&self) -> Result<String> {
        self.utf8()?;
        String::from_utf8(self.bytes()?)
            .map_err(|error| not_utf8(error.utf8_error(), "a string is not UTF-8"))
    }

    /// Any value.
    ///
    /// # Errors
    /// It is no UTF-8.
    pub fn value(&self) -> Result<String> {
        self.utf8().map(str::to_owned)
    }

    /// A whole number from 0 on, be it written as a float.
    ///
    /// # Errors
    /// It is no such number.
    pub fn number(&self) -> Result<u64> {
        self.number_or_below()?.ok_or_else(|| self.refused("below 0"))
    }

    /// A whole number; none for one below 0.
    ///
    /// # Errors
    /// It is no whole number.
    pub fn number_or_below(&self) -> Result<Option<u64>> {
        let text = self.utf8()?;
        let is_negative = text.parse::<f64>().is_ok_and(|float| float.fract() == 0.0 && float < 0.0);
        let number = line::whole_number(text.strip_prefix('-').unwrap_or(text)).map(Some);
        let number = if is_negative { Some(None) } else { number };
        number.ok_or_else(|| self.refused("no whole number"))
    }

    /// The same of 32 bits.
    ///
    /// # Errors
    /// It is no such number.
    pub fn small(&self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| self.refused("more than 4294967295"))
    }

    /// An integer, be it written as a float.
    ///
    /// # Errors
    /// It is none, or none of 64 bits.
    pub fn signed(&self) -> Result<i64> {
        let text = self.utf8()?;
        if let Ok(number) = text.parse() {
            return Ok(number);
        }
        let number = text.parse::<f64>().ok().filter(|float| float.fract() == 0.0);
        let number = number.and_then(|float| format!("{float:.0}").parse().ok());
        number.ok_or_else(|| self.refused("no integer of 64 bits"))
    }

    /// What `take` makes of it, none for nil.
    ///
    /// # Errors
    /// Those of `take`.
    pub fn optional<T>(&self, take: impl FnOnce(&Self) -> Result<T>) -> Result<Option<T>> {
        if *self.text == *NIL { Ok(None) } else { take(self).map(Some) }
    }

    /// A value in a list, none for an empty list: nil is a value.
    ///
    /// # Errors
    /// It is no list of one or none.
    pub fn optional_value(&self) -> Result<Option<String>> {
        let items = self.items().unwrap_or_default();
        match &items[..] {
            [] if *self.text == *b"(list)" => Ok(None),
            [one] => one.value().map(Some),
            _ => Err(self.refused("no list of one value or none")),
        }
    }

    /// What `take` makes of each item of a list.
    ///
    /// # Errors
    /// It is no list; those of `take`.
    pub fn list<'s, T>(&'s self, take: impl Fn(&Argument<'s>) -> Result<T>) -> Result<Vec<T>> {
        self.items()?.iter().map(take).collect()
    }

    /// The items of a list.
    ///
    /// # Errors
    /// It is no list.
    pub fn items(&self) -> Result<Vec<Argument<'_>>> {
        Ok(self.parts()?.into_iter().map(|text| self.part(text)).collect())
    }

    /// The items of a list, as the arguments of another operation.
    ///
    /// # Errors
    /// It is no list.
    pub(super) fn arguments(&self) -> Result<Arguments<'_>> {
        Ok(Arguments { items: self.parts()?, not_utf8: self.not_utf8 })
    }

    fn parts(&self) -> Result<Vec<Cow<'_, [u8]>>> {
        let parts = match std::str::from_utf8(&self.text) {
            Ok(text) => items(text),
            Err(_) => match bytes::parts(&self.text)? {
                Parts::List(items) => Some(items.into_iter().map(Cow::Owned).collect()),
                _ => None,
            },
        };
        parts.ok_or_else(|| self.refused("no list"))
    }

    fn part<'p>(&self, text: Cow<'p, [u8]>) -> Argument<'p> {
        Argument { text, what: self.what, not_utf8: self.not_utf8 }
    }

    /// The fields of a dict that has no others than these, nil for one that is not there.
    ///
    /// # Errors
    /// It is no dict, or has another key.
    pub fn fields<const N: usize>(&self, names: [&'static str; N]) -> Result<[Argument<'static>; N]> {
        let Parts::Dict(mut fields) = bytes::parts(&self.text)? else { return Err(self.refused("no dict")) };
        let found = names.map(|what| {
            let text = fields.remove(what.as_bytes()).unwrap_or_else(|| NIL.to_owned());
            Argument { text: text.into(), what, not_utf8: self.not_utf8 }
        });
        if fields.is_empty() { Ok(found) } else { Err(self.unknown_field(&fields)) }
    }

    fn unknown_field(&self, fields: &BTreeMap<Vec<u8>, Vec<u8>>) -> Error {
        let name = fields.keys().next().map(|name| String::from_utf8_lossy(name)).unwrap_or_default();
        self.refused(&format!("a dict with a key that it does not take: {name}"))
    }

    /// A case: a string that names it, or a dict of its name and what it holds.
    ///
    /// # Errors
    /// It is neither.
    pub fn case(&self) -> Result<(String, Option<Argument<'static>>)> {
        let what = self.what;
        match bytes::parts(&self.text)? {
            Parts::Atom(_) => Ok((self.text()?, None)),
            Parts::Dict(fields) if fields.len() == 1 => {
                let (name, text) = fields.into_iter().next().unwrap_or_default();
                let name = String::from_utf8(name).map_err(|_| self.no_case())?;
                Ok((name, Some(Argument { text: text.into(), what, not_utf8: self.not_utf8 })))
            }
            _ => Err(self.no_case()),
        }
    }

    /// The error for a case that there is not.
    #[must_use]
    pub fn no_case(&self) -> Error {
        self.refused("none of those that it may be")
    }
}
