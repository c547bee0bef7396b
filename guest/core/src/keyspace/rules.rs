//! What each keyspace takes for a name or a value: what an interface refuses, and what in the base is foreign or damaged.

use crate::check::check_name;
use crate::codec::hex::unhex;
use crate::codec::sha256::Digest;
use crate::codec::uuid::Id;
use crate::error::{Error, Result};
use crate::keyspace::composite;
use crate::limits::NAME_BYTES_MAX;

pub(crate) fn any(_: &str) -> bool {
    true
}

pub(crate) fn is_digest(name: &[u8]) -> bool {
    name.len() == size_of::<Digest>()
}

/// A hash that the caller computed: 40 or 64 hex digits.
pub(crate) fn is_hash(name: &[u8]) -> bool {
    matches!(name.len(), 20 | 32)
}

/// S1.
pub(crate) fn is_text(name: &[u8]) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len()) && std::str::from_utf8(name).is_ok()
}

/// R1: the rules of git check-ref-format, with one part allowed.
pub(crate) fn check_ref_name(name: &str) -> Result<()> {
    check_name(name)?;
    let refused = |reason: &'static str| Err(Error::InvalidName(reason.into()));
    if name.bytes().any(|byte| byte.is_ascii_control() || b" ~^:?*[\\".contains(&byte)) {
        return refused("a control character, a blank, or one of ~ ^ : ? * [ \\");
    }
    if name.contains("..") || name.contains("@{") || name == "@" || name.ends_with('.') {
        return refused("`..`, `@{`, a single `@`, or a dot at the end");
    }
    match name.split('/').find(|part| part.is_empty() || part.starts_with('.') || part.ends_with(".lock")) {
        None => Ok(()),
        Some("") => refused("an empty part between slashes"),
        Some(_) => refused("a part that begins with a dot or ends in .lock"),
    }
}

/// Is this the name of a ref?
pub(crate) fn is_ref_name(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| check_ref_name(name).is_ok())
}

/// Is this what the base holds for a ref?
pub(crate) fn is_ref_value(text: &str) -> bool {
    unquote_hash(text).is_some()
}

pub(crate) fn unquote_hash(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"').filter(|hash| is_hash_text(hash))
}

/// The bytes that a hash spells: the name of its object (G1).
pub(crate) fn parse_hash(hash: &str) -> Result<Vec<u8>> {
    let bytes = if is_hash_text(hash) { unhex(hash) } else { None };
    bytes.ok_or_else(|| Error::InvalidHash(hash.chars().take(100).collect()))
}

/// R2.
pub(crate) fn check_hash(hash: &str) -> Result<()> {
    parse_hash(hash).map(drop)
}

pub(crate) fn is_hash_text(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// In the base a hash is an SX string: a value like any other, with its checksum.
pub(crate) fn quote_hash(hash: &str) -> String {
    format!("\"{hash}\"")
}

/// Is this the name of a key in a table?
pub(crate) fn is_map_name(name: &[u8]) -> bool {
    composite::is_name(name)
        && composite::split(name).is_some_and(|(table, _)| std::str::from_utf8(table).is_ok())
}

/// Is this the name of a count: a keyspace, and of a map its name?
pub(crate) fn is_count_name(name: &[u8]) -> bool {
    !name.is_empty()
}

/// Is this a session or a segment?
pub(crate) fn is_id(bytes: &[u8]) -> bool {
    bytes.len() == size_of::<Id>()
}

/// Is this the name of an entry, a segment and a number, or of a session by the time of its last write?
pub(crate) fn is_entry_name(name: &[u8]) -> bool {
    name.len() == size_of::<Id>() + size_of::<u64>()
}

/// Is this a session, and behind it a segment?
pub(crate) fn is_member_name(name: &[u8]) -> bool {
    name.len() == 2 * size_of::<Id>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_obey_the_rules_of_git() {
        for good in ["HEAD", "refs/heads/main", "a/b", "refs/heads/é", "a.b", "@a", "a@", "-", "x.locks"] {
            assert_eq!(check_ref_name(good), Ok(()), "{good}");
        }
        for bad in [
            "", "/a", "a/", "a//b", ".a", "a/.b", "a..b", "a.lock", "a.lock/b", "a.", "a b", "a~", "a^",
            "a:", "a?", "a*", "a[", "a\\", "a\u{7f}", "a\n", "@", "a@{b",
        ] {
            assert!(matches!(check_ref_name(bad), Err(Error::InvalidName(_))), "{bad:?}");
        }
    }

    #[test]
    fn a_hash_is_40_or_64_digits_in_lower_case() {
        assert!(is_hash_text(&"a0".repeat(20)) && is_hash_text(&"f9".repeat(32)));
        for bad in ["", &"A0".repeat(20), &"a".repeat(41), &"g".repeat(40), &"é".repeat(20)] {
            assert!(!is_hash_text(bad), "{bad}");
        }
    }

    #[test]
    fn a_name_is_a_table_in_text_and_a_key_of_any_bytes() {
        assert!(is_map_name(&composite::name("\u{fc}".as_bytes(), b"\xff\0")));
        assert!(!is_map_name(&composite::name(b"\xff", b"k")));
        assert!(!is_map_name(&composite::name(b"t", b"")));
    }
}
