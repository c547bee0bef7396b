//! What a canonical text may be made of, passed over piece by piece.

use std::fmt::{self, Write as _};

use crate::string::{plain_bytes, unescape};
use crate::token::{digit_bytes, is_first, is_symbol, is_token, run_bytes};

/// An open list, or an open dict with its last key.
pub(super) type Level<'a> = Option<&'a str>;

/// What a value's first bytes are.
pub(super) enum Begun<'a> {
    /// All of it.
    Whole,
    /// The beginning of a list or dict, up to its first value.
    Level(Level<'a>),
}

/// A place in a text. Its methods pass over what is canonical and answer `None` at anything else.
pub(super) struct Pass<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
}

impl<'a> Pass<'a> {
    pub(super) fn value(&mut self) -> Option<Begun<'a>> {
        match self.peek()? {
            b'"' => {
                self.string()?;
            }
            b':' => {
                self.keyword()?;
            }
            b'{' => return self.dict(),
            b'(' => return self.list_or_symbol(),
            b'n' => self.word("nil")?,
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            _ => self.number()?,
        }
        Some(Begun::Whole)
    }

    fn dict(&mut self) -> Option<Begun<'a>> {
        self.at += 1;
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(Begun::Whole);
        }
        self.key().map(|key| Begun::Level(Some(key)))
    }

    fn list_or_symbol(&mut self) -> Option<Begun<'a>> {
        if self.word("(list").is_some() {
            let next = self.peek()?;
            self.at += 1;
            return match next {
                b')' => Some(Begun::Whole),
                b' ' => Some(Begun::Level(None)),
                _ => None,
            };
        }
        self.word("(quote ")?;
        let name = self.run();
        self.word(")")?;
        is_symbol(name).then_some(Begun::Whole)
    }

    /// A key and the space behind it.
    pub(super) fn key(&mut self) -> Option<&'a str> {
        let key = if self.peek()? == b':' {
            self.keyword()?
        } else {
            let key = self.string()?;
            // An escape changes the order and what the key is; the reader knows both.
            if is_token(key) || key.contains('\\') {
                return None;
            }
            key
        };
        self.word(" ")?;
        Some(key)
    }

    fn keyword(&mut self) -> Option<&'a str> {
        self.word(":")?;
        if !is_first(self.peek()?) {
            return None;
        }
        Some(self.run())
    }

    /// What stands between the quotes, escapes unread.
    fn string(&mut self) -> Option<&'a str> {
        self.word("\"")?;
        let start = self.at;
        loop {
            self.at += plain_bytes(self.rest());
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    unescape(*self.text.as_bytes().get(self.at + 1)?)?;
                    self.at += 2;
                }
                b'\n' | b'\r' | b'\t' => return None,
                _ => self.at += 1,
            }
        }
        let text = self.text.get(start..self.at);
        self.at += 1;
        text
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        let _ = self.word("-");
        let digits = digit_bytes(self.rest());
        let first = self.peek()?;
        self.at += digits;
        if matches!(self.peek(), Some(b'.' | b'e')) {
            self.run();
            let text = self.text.get(start..self.at)?;
            let canonical = is_short_decimal(text) || prints_as(text.parse().ok()?, text);
            return canonical.then_some(());
        }
        let text = self.text.get(start..self.at)?;
        match digits {
            1 if first == b'0' => (text == "0").then_some(()),
            1..=18 => (first != b'0').then_some(()),
            19 if first != b'0' => text.parse::<i64>().is_ok().then_some(()),
            _ => None,
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        if !self.rest().starts_with(word.as_bytes()) {
            return None;
        }
        self.at += word.len();
        Some(())
    }

    fn run(&mut self) -> &'a str {
        let start = self.at;
        self.at += run_bytes(self.rest());
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// Whether this is a decimal fraction of at most 15 digits as the printer writes it. No two of those are the
/// same float, so each is the shortest text of its own, and needs no conversion to tell.
fn is_short_decimal(text: &str) -> bool {
    let Some((whole, fraction)) = text.strip_prefix('-').unwrap_or(text).split_once('.') else {
        return false;
    };
    let (whole_bytes, fraction_bytes) = (digit_bytes(whole.as_bytes()), digit_bytes(fraction.as_bytes()));
    whole_bytes == whole.len()
        && fraction_bytes == fraction.len()
        && whole_bytes.min(fraction_bytes) > 0
        && whole_bytes + fraction_bytes <= 15
        // From 0.0001 down the printer writes an exponent, but for zero.
        && (if whole == "0" { !fraction.starts_with("0000") } else { !whole.starts_with('0') })
        && (fraction == "0" || !fraction.ends_with('0'))
}

/// Whether the printer prints this float so.
fn prints_as(float: f64, text: &str) -> bool {
    let mut rest = Remaining(text);
    float.is_finite() && write!(rest, "{float:?}").is_ok() && rest.0.is_empty()
}

/// Takes what is written off a text, and fails where they differ: a comparison without a buffer.
struct Remaining<'a>(&'a str);

impl fmt::Write for Remaining<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
        Ok(())
    }
}
