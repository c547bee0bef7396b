//! Values and text to Rust types.

mod access;
mod key;
mod walk;

use std::borrow::Cow;
use std::collections::VecDeque;

use serde::de::value::MapDeserializer;
use serde::de::{Deserialize as _, DeserializeOwned, DeserializeSeed, IntoDeserializer as _, Visitor};
use serde::forward_to_deserialize_any;

use crate::error::{Error, ErrorKind};
use crate::event::{Event, Source};
use crate::limits::DEPTH_MAX;
use crate::reader::Reader;
use crate::tag::{Tag, escaped};
use crate::value::Value;
use access::{Entries, Items, Variant};
use walk::Walk;

/// Makes any type that serde can deserialize of a value.
///
/// # Shape
///
/// The reverse of [`to_value`](crate::to_value). The name of a symbol or keyword is taken where a type asks
/// for a string or an enum's variant, and an integer where it asks for a float (rounded past 2^53); a float
/// is not taken for an integer. A type that asks for nothing certain gets a symbol or keyword as JSON has it
/// (see the [crate's](crate#json) page).
///
/// # Cost
///
/// One walk over `value`, as deep in calls as it is, and memory for the answer.
///
/// # Errors
///
/// `Message` when the value does not fit the type; `TooDeep` (also for a type that goes on through more than
/// 128 `Option`s and newtypes in one value) and `TooManyNodes` past a limit. These are the only errors, and
/// their offset is 0.
///
/// # Examples
///
/// ```
/// use serde::Deserialize;
///
/// #[derive(Debug, Deserialize, PartialEq)]
/// #[serde(rename_all = "kebab-case")]
/// enum State { Open, PaidBy(String) }
///
/// assert_eq!(sx::from_value::<State>(sx::Value::Keyword("open".into()))?, State::Open);
/// assert_eq!(sx::from_value::<State>(sx::parse("{:paid-by \"Ann\"}")?)?, State::PaidBy("Ann".into()));
///
/// assert!(sx::from_value::<i64>(sx::Value::Float(3.0)).is_err());
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V8
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    let mut deserializer = Deserializer::new(Walk::new(value));
    T::deserialize(&mut deserializer)
}

/// Reads any type that serde can deserialize from a text that holds exactly one value.
///
/// # Shape
///
/// As [`from_value`] has it, from what [`parse`](crate::parse()) takes. A key given twice is refused at every
/// depth, also where the type looks at no keys.
///
/// # Cost
///
/// One pass over the text, without a [`Value`] in between, as deep in calls as the value is.
///
/// # Errors
///
/// Those of [`parse`](crate::parse()), and those of [`from_value`], each with the byte at which the value
/// begins that was wrong: of the number that does not fit, of the dict that lacks a field. These are the only
/// errors.
///
/// # Examples
///
/// ```
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Order { sku: String, qty: u8 }
///
/// let order: Order = sx::from_str(r#"{:sku "A-1" :qty 2}"#)?;
/// assert_eq!((order.sku.as_str(), order.qty), ("A-1", 2));
///
/// let error = sx::from_str::<Order>(r#"{:sku "A-1" :qty 300}"#).err().unwrap();
/// assert_eq!(error.offset(), 17);
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V8
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let mut deserializer = Deserializer::new(Reader::whole(text)?);
    let start = deserializer.start()?;
    let answer = T::deserialize(&mut deserializer).map_err(|error| error.or_at(start))?;
    deserializer.source.finish()?;
    Ok(answer)
}

/// Gives the events of a source to serde. Its recursion is that of the value, which the source keeps within
/// the depth limit.
struct Deserializer<'de, S> {
    source: S,
    peeked: Option<Placed<'de>>,
    /// Events that were looked at and given back, behind the one that is peeked.
    ahead: VecDeque<Placed<'de>>,
    /// How many `Option`s and newtypes have asked for the next value. They take nothing from the source, so
    /// its depth alone would not end the recursion of a type that consists of them.
    wraps: usize,
}

/// An event and where it begins.
type Placed<'de> = (Event<'de>, Option<usize>);

impl<'de, S: Source<'de>> Deserializer<'de, S> {
    fn new(source: S) -> Self {
        Self { source, peeked: None, ahead: VecDeque::new(), wraps: 0 }
    }

    fn next(&mut self) -> Result<Placed<'de>, Error> {
        if let Some(event) = self.peeked.take().or_else(|| self.ahead.pop_front()) {
            return Ok(event);
        }
        let event = self.source.next_event()?;
        Ok((event, self.source.offset()))
    }

    fn peek_placed(&mut self) -> Result<&Placed<'de>, Error> {
        let event = self.next()?;
        Ok(self.peeked.insert(event))
    }

    fn peek(&mut self) -> Result<&Event<'de>, Error> {
        Ok(&self.peek_placed()?.0)
    }

    fn take(&mut self) -> Result<Event<'de>, Error> {
        self.wraps = 0;
        Ok(self.next()?.0)
    }

    /// Where the next event begins.
    fn start(&mut self) -> Result<Option<usize>, Error> {
        Ok(self.peek_placed()?.1)
    }

    /// Takes the rest of a dict that travels with another key, and answers that and the value; none, and nothing taken, of any
    /// other dict.
    fn take_escaped(&mut self) -> Result<Option<(String, String)>, Error> {
        match self.peek()? {
            Event::Key(key) if Tag::of_key(key).is_some() => {}
            _ => return Ok(None),
        }
        let taken = [self.next()?, self.next()?];
        if let [(Event::Key(key), _), (Event::String(text), _)] = &taken {
            let value = Value::from(text.as_ref());
            let end = self.next()?;
            if end.0 == Event::End
                && let (Some(key), Value::String(text)) = (escaped(key, &value), value)
            {
                return Ok(Some((key, text)));
            }
            self.ahead.push_front(end);
        }
        let [key, value] = taken;
        self.ahead.push_front(value);
        self.peeked = Some(key);
        Ok(None)
    }

    /// Deserializes the next value, whose place every error without one gets.
    fn seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Error> {
        let start = self.start()?;
        seed.deserialize(self).map_err(|error| error.or_at(start))
    }

    fn wrap(&mut self) -> Result<(), Error> {
        self.wraps += 1;
        if self.wraps > DEPTH_MAX {
            return Err(ErrorKind::TooDeep { limit: DEPTH_MAX, actual: self.wraps }.into());
        }
        Ok(())
    }

    /// Gives the next value to a type. One that did not say what it wants, and a map, gets symbols, keywords and dicts that look
    /// like one as they travel (`tagged`); any other gets them as they are.
    fn visit<V: Visitor<'de>>(&mut self, visitor: V, tagged: bool) -> Result<V::Value, Error> {
        match self.take()? {
            Event::Nil => visitor.visit_unit(),
            Event::Bool(flag) => visitor.visit_bool(flag),
            Event::Int(integer) => visitor.visit_i64(integer),
            Event::Float(float) => visitor.visit_f64(float),
            Event::Symbol(name) if tagged => visit_tagged(Tag::Symbol, name, visitor),
            Event::Keyword(name) if tagged => visit_tagged(Tag::Keyword, name, visitor),
            Event::String(text) | Event::Symbol(text) | Event::Keyword(text) => visit_text(text, visitor),
            Event::List => {
                let answer = visitor.visit_seq(Items(&mut *self))?;
                self.end()?;
                Ok(answer)
            }
            Event::Dict => {
                if tagged && let Some(entry) = self.take_escaped()? {
                    return visitor.visit_map(MapDeserializer::new(std::iter::once(entry)));
                }
                let answer = visitor.visit_map(Entries::new(&mut *self))?;
                self.end()?;
                Ok(answer)
            }
            // INVARIANT: whoever reads a list or dict takes these itself.
            Event::Key(_) | Event::End => Err(ErrorKind::UnexpectedText.into()),
        }
    }

    /// Ends a list or dict, of which the type must have taken everything.
    fn end(&mut self) -> Result<(), Error> {
        let start = self.start()?;
        match self.take()? {
            Event::End => Ok(()),
            _ => Err(Error::message("more items than the type takes").or_at(start)),
        }
    }
}

fn visit_text<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, Error> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

fn visit_tagged<'de, V: Visitor<'de>>(tag: Tag, name: Cow<'de, str>, visitor: V) -> Result<V::Value, Error> {
    visitor.visit_map(MapDeserializer::new(std::iter::once((tag.key(), name))))
}

/// A type that says what it wants gets names and keys as they are.
macro_rules! visit_untagged {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            self.visit(visitor, false)
        })*
    };
}

impl<'de, S: Source<'de>> serde::Deserializer<'de> for &mut Deserializer<'de, S> {
    type Error = Error;

    visit_untagged! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32
        deserialize_f64 deserialize_char deserialize_str deserialize_string deserialize_unit deserialize_seq
        deserialize_identifier
    }

    // What is ignored is read like everything else, so that a key given twice does not pass.
    forward_to_deserialize_any! { ignored_any }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, true)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, true)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if *self.peek()? == Event::List {
            return visitor.visit_byte_buf(Vec::deserialize(self)?);
        }
        self.visit(visitor, false)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if *self.peek()? == Event::Nil {
            self.take()?;
            return visitor.visit_none();
        }
        self.wrap()?;
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.wrap()?;
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit(visitor, false)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor, false)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit(visitor, false)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        // A struct that has such a field itself was written as what it looks like.
        self.visit(visitor, fields.iter().any(|field| Tag::of_key(field).is_some()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.peek()? {
            Event::Dict => {
                self.take()?;
                let answer = visitor.visit_enum(Variant(&mut *self))?;
                self.end()?;
                Ok(answer)
            }
            Event::String(_) | Event::Symbol(_) | Event::Keyword(_) => match self.take()? {
                Event::String(name) | Event::Symbol(name) | Event::Keyword(name) => {
                    visitor.visit_enum(name.into_deserializer())
                }
                _ => Err(ErrorKind::UnexpectedText.into()),
            },
            _ => self.visit(visitor, false),
        }
    }
}
