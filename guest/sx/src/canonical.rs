//! A text to its canonical form: checked in one pass where it is canonical already.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use crate::error::Error;
use crate::limits::{DEPTH_MAX, NODES_MAX, TEXT_BYTES_MAX};
use crate::parse::parse;
use crate::print::print;
use crate::string::{plain_bytes, unescape};
use crate::token::{digit_bytes, is_first, is_symbol, is_token, run_bytes};

/// Levels that need no array of the full depth, which costs more to clear than most values to check.
const SHALLOW: usize = 16;

/// An open list, or an open dict with its last key.
type Level<'a> = Option<&'a str>;

/// What one pass over a text tells.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    /// The text is canonical.
    Canonical,
    /// It is not, or this pass does not know it; the reader decides.
    Unsure,
    /// It has more levels than there was room for.
    Deep,
}

/// Gives the canonical text of the value that a text holds.
///
/// # Shape
///
/// The answer is what printing the parsed `text` gives, borrowed when `text` is that already.
///
/// # Cost
///
/// One pass over the bytes and no allocation when `text` is canonical and none of its dict keys has an escape;
/// otherwise that of [`parse`] and [`print`](print()).
///
/// # Errors
///
/// Those of [`parse`], and `TooLong` when the canonical text is longer than
/// [`limits::TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX), as `[]` is shorter than `(list)`. These are the only
/// errors.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// let event = r#"{:at 0 :data "x" :seq 1}"#;
/// assert!(matches!(sx::canonical(event)?, Cow::Borrowed(_)));
///
/// // Keys are sorted, and `-0` is the integer 0.
/// assert_eq!(sx::canonical("{:b [x] :a -0}")?, "{:a 0 :b (list (quote x))}");
/// # Ok::<(), sx::Error>(())
/// ```
///
/// # Source
///
/// docs/semantics.md V2, V6
pub fn canonical(text: &str) -> Result<Cow<'_, str>, Error> {
    if is_surely_canonical(text) {
        return Ok(Cow::Borrowed(text));
    }
    let printed = print(&parse(text)?)?;
    Ok(if printed == text { Cow::Borrowed(text) } else { Cow::Owned(printed) })
}

fn is_surely_canonical(text: &str) -> bool {
    if text.len() > TEXT_BYTES_MAX {
        return false;
    }
    let mut verdict = check(text, &mut [None; SHALLOW]);
    if verdict == Verdict::Deep {
        verdict = check(text, &mut [None; DEPTH_MAX]);
    }
    verdict == Verdict::Canonical
}

/// Checks a text, with room for as many open lists and dicts as `outer` has places.
fn check<'a>(text: &'a str, outer: &mut [Level<'a>]) -> Verdict {
    let mut scan = Scan { text, at: 0 };
    let mut level: Level<'a> = None;
    let mut depth = 0_usize;
    let mut nodes = 0_usize;
    loop {
        nodes += 1;
        if depth >= DEPTH_MAX || nodes > NODES_MAX {
            return Verdict::Unsure;
        }
        match scan.value() {
            None => return Verdict::Unsure,
            Some(Begun::Whole) => {}
            Some(Begun::Level(inner)) => {
                let Some(place) = outer.get_mut(depth) else { return Verdict::Deep };
                *place = std::mem::replace(&mut level, inner);
                depth += 1;
                continue;
            }
        }
        // A value has ended, and with it whatever closes here.
        loop {
            if depth == 0 {
                return if scan.at == text.len() { Verdict::Canonical } else { Verdict::Unsure };
            }
            match (scan.peek(), level) {
                (Some(b' '), None) => {
                    scan.at += 1;
                    break;
                }
                (Some(b' '), Some(last)) => {
                    scan.at += 1;
                    match scan.key() {
                        Some(key) if last < key => level = Some(key),
                        _ => return Verdict::Unsure,
                    }
                    break;
                }
                (Some(b')'), None) | (Some(b'}'), Some(_)) => {
                    scan.at += 1;
                    depth -= 1;
                    level = outer.get(depth).copied().flatten();
                }
                _ => return Verdict::Unsure,
            }
        }
    }
}

/// What a value's first bytes are.
enum Begun<'a> {
    /// All of it.
    Whole,
    /// The beginning of a list or dict, up to its first value.
    Level(Level<'a>),
}

/// A place in a text. Its methods pass over what is canonical and answer `None` at anything else.
struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn value(&mut self) -> Option<Begun<'a>> {
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
    fn key(&mut self) -> Option<&'a str> {
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

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// Whether this is a decimal fraction of at most 15 digits as the printer writes it. No two of those are the same
/// float, so each is the shortest text of its own, and needs no conversion to tell.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn is_checked_in_one_pass(text: &str) -> bool {
        assert_eq!(print(&parse(text).unwrap()).unwrap(), text);
        is_surely_canonical(text)
    }

    #[test]
    fn canonical_text_is_checked_in_one_pass() {
        for text in [
            "nil",
            "false",
            "-7",
            "0",
            "9223372036854775807",
            "-9223372036854775808",
            "3.0",
            "-0.0",
            "1e-7",
            "5e-324",
            "\"\\\"\\\\\\n\\r\\t\u{0}\u{7f}☃\"",
            "(quote ->x)",
            ":-1",
            "(list)",
            "{}",
            r#"{"" 0 "first name" {:b (list 1 "x")} :kw :k "é" (list {} (list))}"#,
        ] {
            assert!(is_checked_in_one_pass(text), "{text}");
        }
    }

    #[test]
    fn every_depth_up_to_the_limit_is_checked_in_one_pass() {
        for depth in [SHALLOW, SHALLOW + 1, SHALLOW + 2, DEPTH_MAX - 1, DEPTH_MAX] {
            let lists = format!("{}nil{}", "(list ".repeat(depth - 1), ")".repeat(depth - 1));
            assert!(is_checked_in_one_pass(&lists), "{depth}");
        }
    }

    #[test]
    fn number_is_checked_as_the_printer_writes_it() {
        let canonical =
            ["0.0", "-0.0", "0.5", "10.25", "0.0001", "-0.00012", "100000000000.125", "0.1234567890123456"];
        for text in canonical {
            assert!(is_checked_in_one_pass(text), "{text}");
        }
        let others = [
            "-",
            "-.55",
            "12.",
            ".5",
            "00.5",
            "01.5",
            "0.50",
            "0.00",
            "0.00001",
            "0.00000",
            "1.5.5",
            "1.0e3",
            "1e3x",
            "1e+16",
            "1E16",
            "-00",
            "-0",
            "01",
            "10000000000000000.0",
            "0.1234567890123456789",
            "1e999",
            "1.5-",
        ];
        for text in others {
            assert!(!is_surely_canonical(text), "{text}");
        }
    }

    #[test]
    fn key_with_an_escape_is_left_to_the_reader() {
        assert!(!is_checked_in_one_pass(r#"{"a\nb" 1}"#));
    }
}
