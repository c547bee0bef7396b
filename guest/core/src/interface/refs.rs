//! Named pointers to hashes, with compare-and-set: the meaning of `refs` (R1 to R5) on the engine's tables.

use crate::base::layout;
use crate::engine::listing::Page;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::REFS;
use crate::keyspace::rules::{check_hash, check_ref_name, quote_hash, unquote_hash};
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

    /// `refs.set`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_set(&mut self, name: &str, hash: &str) -> Result<()> {
        self.write(|engine| engine.decide_ref_set(name, hash))
    }

    /// `refs.test-and-set`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_test_and_set(&mut self, name: &str, test: Option<&str>, set: Option<&str>) -> Result<bool> {
        self.write(|engine| engine.decide_ref_test_and_set(name, test, set))
    }

    /// `refs.delete`.
    ///
    /// # Errors
    /// As in `wit/refs.wit`.
    pub fn ref_delete(&mut self, name: &str) -> Result<bool> {
        self.write(|engine| engine.decide_ref_delete(name))
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
        self.pairs_page(|_| &REFS, (prefix, after), limit, |_, name, held| ref_text(name, &held))
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn ref_hash(&mut self, name: &str) -> Result<Option<String>> {
        let held = self.value(&REFS, name.as_bytes())?;
        held.map(|held| ref_text(name, &held)).transpose()
    }

    pub(crate) fn decide_ref_set(&mut self, name: &str, hash: &str) -> Result<()> {
        check_ref_name(name)?;
        check_hash(hash)?;
        self.put_value(&REFS, name.as_bytes(), quote_hash(hash).as_bytes())
    }

    pub(crate) fn decide_ref_test_and_set(
        &mut self,
        name: &str,
        test: Option<&str>,
        set: Option<&str>,
    ) -> Result<bool> {
        check_ref_name(name)?;
        test.into_iter().chain(set).try_for_each(check_hash)?;
        let (test, set) = (test.map(quote_hash), set.map(quote_hash));
        self.swap_value(
            &REFS,
            name.as_bytes(),
            test.as_ref().map(String::as_bytes),
            set.as_ref().map(String::as_bytes),
        )
    }

    /// C2.
    pub(crate) fn decide_check_ref(&mut self, name: &str, hash: Option<&str>) -> Result<()> {
        check_ref_name(name)?;
        hash.map(check_hash).transpose()?;
        let is_so = self.ref_hash(name)?.as_deref() == hash;
        if is_so { Ok(()) } else { Err(Error::Conflict(name.to_owned())) }
    }

    pub(crate) fn decide_ref_delete(&mut self, name: &str) -> Result<bool> {
        check_ref_name(name)?;
        self.take_value(&REFS, name.as_bytes())
    }
}

/// The hash of a ref.
fn ref_text(name: &str, held: &[u8]) -> Result<String> {
    // INVARIANT: what was put is a hash, and what the base holds is checked to be one.
    let hash = std::str::from_utf8(held).ok().and_then(unquote_hash).map(str::to_owned);
    hash.ok_or_else(|| Error::corrupt(&layout::path(&REFS, name.as_bytes(), ""), 0, "not a hash"))
}
