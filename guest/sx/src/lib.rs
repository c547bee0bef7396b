//! SX values: an s-expression language for data, with one canonical text for each value.
//!
//! ```
//! let event = sx::parse("{:type 'placed :seq 1 :data [2 \"A-1\"]} ; an order")?;
//! assert_eq!(sx::print(&event)?, r#"{:data (list 2 "A-1") :seq 1 :type (quote placed)}"#);
//! # Ok::<(), sx::Error>(())
//! ```
//!
//! | to | call |
//! |---|---|
//! | read and print a [`Value`] | [`parse()`], [`parse_prefix`], [`print()`] |
//! | check a text, or bring it to canonical form | [`canonical()`] |
//! | take a part out of a canonical text | [`field`], [`items`] |
//! | carry bytes in a string of SX text | [`bytes`] |
//! | read and write Rust types | [`from_str`], [`to_string`], [`from_value`], [`to_value`] |
//!
//! Nothing here panics or recurses as deep as a text says: depth, length and the number of values have
//! [`limits`], and every part of the crate counts them alike.
//!
//! # Types and canonical text
//!
//! | value | canonical text |
//! |---|---|
//! | nil, bool | `nil` `true` `false` |
//! | integer (`i64`) | `-7` |
//! | float (`f64`, finite) | `3.0` `-0.0` `1e300`: the shortest text that reads back to the same bits |
//! | string | `"a \"b\"\n"`; the escapes are `\" \\ \n \r \t`, all else is raw |
//! | symbol | `(quote name)` |
//! | keyword | `:name` |
//! | list | `(list 1 2)` `(list)` |
//! | dict | `{:a 1 "first name" 2}` `{}`, sorted by the bytes of the keys |
//!
//! A key that is a token ([`is_token`]) prints as `:key`, and any other quoted. Depth counts from 1: an atom
//! has it, `(quote name)` too, and so have `(list)` and `{}`; `(list 1)` has depth 2. Every value is a node;
//! keys are none.
//!
//! # What the reader takes
//!
//! - White space is space, tab, newline, carriage return and form feed. `;` starts a comment, up to the end
//!   of its line. Commas are token characters, not white space.
//! - `(a b)` and `[a b]` are lists, and a bare name is a symbol: `foo` is `(quote foo)`.
//! - `(list ...)` is a list of what follows the word, and `(quote x)` is `x`; it takes exactly one. Both
//!   words are special only bare and first in round brackets: `[list 1]` is a list of two.
//! - `'x` is `(quote x)`.
//! - Inside quoted data nothing is special: there `(list 1)` is the list of the symbol `list` and 1, and `'x`
//!   the list of the symbols `quote` and `x`, one level deeper for each tick.
//! - Dict keys are `"..."`, `:k` or a bare symbol; a bare `true`, `nil` or `-1` is no key. A key given twice
//!   and a missing value are errors.
//! - A run of token characters that starts with a digit, or with `-` and a digit, is a number as a whole:
//!   `-?digits(.digits)?([eE][+-]?digits)?`. Leading zeros are read. A float that overflows is refused; one
//!   too small becomes zero.
//! - A name that starts with `+` or `-` and a digit is no symbol, though it is a token, because other readers
//!   take it for a number. As a keyword or key it stands: `:-1`.
//! - A string may hold raw newlines and any other character.
//!
//! # Serde
//!
//! [`to_value`] and [`from_value`] say what becomes what. Symbols and keywords are given by name to a type
//! that asks for a string or a variant. Only [`Value`] makes them, so a type that must write one has a field
//! of that type. Since nil stands for both, `Some(None)` comes back as `None`.
//!
//! # JSON
//!
//! [`Value`] goes through any self-describing serde format. In JSON (`serde_json::to_string(&value)`,
//! `serde_json::from_str::<sx::Value>(text)`) a symbol is `{"$symbol":"name"}`, a keyword
//! `{"$keyword":"name"}`. A dict of that very form, with no other key and a name, has one `$` more in front of
//! its key, and so has that of the form that this is. Every other key is what it is, and everything else is
//! what JSON has for it. So JSON that is read and printed comes back as it was, and so does a value:
//!
//! ```
//! let value = sx::parse(r#"{:state 'shipped :tags [:eu 3.0 3] "$ref" nil}"#)?;
//! let json = serde_json::to_string(&value).unwrap();
//! assert_eq!(
//!     json,
//!     r#"{"$ref":null,"state":{"$symbol":"shipped"},"tags":[{"$keyword":"eu"},3.0,3]}"#
//! );
//! assert_eq!(serde_json::from_str::<sx::Value>(&json).unwrap(), value);
//! # Ok::<(), sx::Error>(())
//! ```
//!
//! `{"$symbol":"no name"}` is a dict, since no symbol has that name. The same form meets a type that asks for
//! nothing certain, such as `serde_json::Value` or an untagged enum, and every map; a map or struct whose one
//! field is `$symbol` or `$keyword` with a name is written as what it looks like, and comes back.
//!
//! JSON can say every value of ours. What it can say and we cannot is refused: a key given twice, and an
//! integer from 2^63 to 2^64-1. Three things lie in `serde_json` itself: it reads integers beyond those as
//! floats before we see them; without its feature `float_roundtrip` it can miss a float by its last bit, and
//! with `arbitrary_precision` it hides numbers from us; and it reads at most 127 brackets deep, where a
//! symbol is one.

#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

pub mod bytes;
pub mod limits;

mod canonical;
mod de;
mod error;
mod event;
mod foreign;
mod parse;
mod print;
mod reader;
mod scan;
mod ser;
mod string;
mod tag;
mod token;
mod value;

pub use canonical::canonical;
pub use de::{from_str, from_value};
pub use error::{Error, ErrorKind};
pub use parse::{parse, parse_prefix};
pub use print::print;
pub use scan::{field, items};
pub use ser::{to_string, to_value};
pub use string::quote;
pub use token::is_token;
pub use value::Value;
