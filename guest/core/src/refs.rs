//! Named pointers to hashes, with compare-and-set: the meaning of `refs` (R1 to R5) on the engine's tables.

use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::persist::{Page, check_name};
use crate::space::REFS;
use crate::storage::Storage;

impl<S: Storage> Engine<S> {
    /// `refs.get`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_get(&mut self, name: &str) -> Result<Option<String>> {
        check_ref_name(name)?;
        self.read(|engine| engine.ref_hash(name))
    }

    fn ref_hash(&mut self, name: &str) -> Result<Option<String>> {
        let Some(bytes) = self.value(&REFS, name.as_bytes())? else { return Ok(None) };
        // INVARIANT: what was put is a hash, and what the base holds is checked to be one.
        Ok(std::str::from_utf8(&bytes).ok().and_then(unquote).map(str::to_owned))
    }

    /// `refs.set`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_set(&mut self, name: &str, hash: &str) -> Result<()> {
        self.write(|engine| engine.decide_ref_set(name, hash))
    }

    pub(crate) fn decide_ref_set(&mut self, name: &str, hash: &str) -> Result<()> {
        check_ref_name(name)?;
        check_hash(hash)?;
        self.put_value(&REFS, name.as_bytes(), quote(hash).as_bytes())
    }

    /// `refs.test-and-set`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_test_and_set(&mut self, name: &str, test: Option<&str>, set: Option<&str>) -> Result<bool> {
        self.write(|engine| engine.decide_ref_test_and_set(name, test, set))
    }

    pub(crate) fn decide_ref_test_and_set(
        &mut self,
        name: &str,
        test: Option<&str>,
        set: Option<&str>,
    ) -> Result<bool> {
        check_ref_name(name)?;
        test.into_iter().chain(set).try_for_each(check_hash)?;
        let (test, set) = (test.map(quote), set.map(quote));
        self.swap_value(
            &REFS,
            name.as_bytes(),
            test.as_ref().map(String::as_bytes),
            set.as_ref().map(String::as_bytes),
        )
    }

    /// `refs.delete`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_delete(&mut self, name: &str) -> Result<bool> {
        self.write(|engine| engine.decide_ref_delete(name))
    }

    pub(crate) fn decide_ref_delete(&mut self, name: &str) -> Result<bool> {
        check_ref_name(name)?;
        self.take_value(&REFS, name.as_bytes())
    }

    /// `refs.list`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_list(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<(String, String)>> {
        self.text_page(&REFS, (prefix, after), limit, |engine, name| {
            Ok(engine.ref_hash(name)?.map(|hash| {
                let bytes = name.len() + hash.len();
                ((name.to_owned(), hash), bytes)
            }))
        })
    }
}

/// R1: the rules of git check-ref-format, with one part allowed.
fn check_ref_name(name: &str) -> Result<()> {
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

/// R2.
pub(crate) fn check_hash(hash: &str) -> Result<()> {
    if is_hash(hash) { Ok(()) } else { Err(Error::InvalidHash(hash.chars().take(100).collect())) }
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// In the base a hash is an SX string: a value like any other, with its checksum.
fn quote(hash: &str) -> String {
    format!("\"{hash}\"")
}

/// Is this the name of a ref?
pub(crate) fn is_name(name: &[u8]) -> bool {
    std::str::from_utf8(name).is_ok_and(|name| check_ref_name(name).is_ok())
}

/// Is this what the base holds for a ref?
pub(crate) fn is_value(text: &str) -> bool {
    unquote(text).is_some()
}

fn unquote(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"').filter(|hash| is_hash(hash))
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
        assert!(is_hash(&"a0".repeat(20)) && is_hash(&"f9".repeat(32)));
        for bad in ["", &"A0".repeat(20), &"a".repeat(41), &"g".repeat(40), &"é".repeat(20)] {
            assert!(!is_hash(bad), "{bad}");
        }
    }
}
