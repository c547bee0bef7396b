//! Parts of a canonical text, found without reading all of it into a value.

use crate::string::{plain_bytes, unescape};

/// Finds the text of one entry of a dict.
///
/// # Shape
///
/// `canonical_dict` is a dict's canonical text, and `key` the text of a key: `"seq"` finds `:seq`. The answer
/// is the canonical text of its value; `None` when the key is absent or the text is no dict. On text that is
/// not canonical the answer can be any part of it, or `None`.
///
/// # Cost
///
/// One pass over the entries before the wanted one, and over that; no allocation.
///
/// # Examples
///
/// ```
/// let event = r#"{:at 0 :data {:seq "not this"} :seq 7}"#;
/// assert_eq!(sx::field(event, "seq"), Some("7"));
/// assert_eq!(sx::field(event, "data"), Some(r#"{:seq "not this"}"#));
///
/// assert_eq!(sx::field(event, ":seq"), None);
/// assert_eq!(sx::field("(list :seq 7)", "seq"), None);
/// ```
///
/// # Source
///
/// docs/semantics.md V2
#[must_use]
pub fn field<'a>(canonical_dict: &'a str, key: &str) -> Option<&'a str> {
    let mut parts = Parts(canonical_dict.strip_prefix('{')?.strip_suffix('}')?);
    loop {
        let name = parts.next()?;
        let value = parts.next()?;
        if is_key(name, key) {
            return Some(value);
        }
    }
}

/// Gives the texts of a list's items, one after the other.
///
/// # Shape
///
/// `canonical_list` is a list's canonical text. The answers are the canonical texts of its items, none for
/// `(list)`; `None` when the text is no list. On text that is not canonical they can be any parts of it.
///
/// # Cost
///
/// One pass in all, done as far as items are taken; no allocation.
///
/// # Examples
///
/// ```
/// let items: Vec<&str> = sx::items(r#"(list 1 (list 2 3) "a b")"#).unwrap().collect();
/// assert_eq!(items, ["1", "(list 2 3)", r#""a b""#]);
///
/// // A symbol stands in brackets too, and is no list.
/// assert!(sx::items("(quote list)").is_none());
/// ```
///
/// # Source
///
/// docs/semantics.md V2
#[must_use]
pub fn items(canonical_list: &str) -> Option<impl Iterator<Item = &str>> {
    let items = canonical_list.strip_prefix("(list")?.strip_suffix(')')?;
    (items.is_empty() || items.starts_with(' ')).then(|| Parts(items.strip_prefix(' ').unwrap_or(items)))
}

/// Values and keys with a space between two.
struct Parts<'a>(&'a str);

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (part, rest) = self.0.split_at_checked(part_bytes(self.0.as_bytes())?)?;
        self.0 = rest.strip_prefix(' ').unwrap_or_default();
        Some(part)
    }
}

/// How long the first value or key is; `None` when there is none, or it does not end.
fn part_bytes(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut depth = 0_usize;
    loop {
        match text.get(at) {
            Some(b'"') => at = string_end(text, at)?,
            Some(b'(' | b'{') => {
                depth += 1;
                at += 1;
            }
            Some(b')' | b'}') if depth > 0 => {
                depth -= 1;
                at += 1;
            }
            Some(b' ' | b')' | b'}') | None if depth == 0 => return (at > 0).then_some(at),
            Some(_) => at += 1,
            None => return None,
        }
    }
}

/// The place behind the string that starts at `start`.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += plain_bytes(text.get(at..)?);
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Whether `name`, as it stands in the text, is this key.
fn is_key(name: &str, key: &str) -> bool {
    if let Some(token) = name.strip_prefix(':') {
        return token == key;
    }
    let Some(quoted) = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) else { return false };
    if !quoted.contains('\\') {
        return quoted == key;
    }
    let mut wanted = key.chars();
    let mut given = quoted.chars();
    loop {
        let character = match given.next() {
            Some('\\') => given.next().and_then(|letter| unescape(u8::try_from(letter).ok()?)),
            other => other,
        };
        match (character, wanted.next()) {
            (None, None) => return true,
            (given, wanted) if given == wanted => {}
            _ => return false,
        }
    }
}
