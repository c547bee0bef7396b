//! A table of values: the meaning of `persist.kv-*` (K1 to K4) on the engine's tables.

use crate::base::layout;
use crate::base::line::ORIGINAL;
use crate::check::{check_name, check_part, text_name, within_answer};
use crate::engine::listing::Page;
use crate::engine::streams::kv_of;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::{KV, Keyspace};
use crate::limits::NAME_BYTES_MAX;
use crate::storage::Storage;

impl<S: Storage> Engine<S> {
    /// `persist.kv-get`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_get(&mut self, key: &str) -> Result<Option<String>> {
        check_name(key)?;
        self.read(|engine| engine.kv_value(key))
    }

    /// `persist/kv-get` of `dispatch.handle-op-bytes`: what the original wrote as bytes that are no UTF-8 comes as it stands, and so
    /// does the value of such a key.
    pub(crate) fn kv_get_bytes(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        check_part(key.len(), NAME_BYTES_MAX)?;
        self.read(|engine| match engine.value(engine.kv(), key) {
            Ok(None) => text_name(key).map(|_| None),
            Err(Error::Corrupt(damage)) if damage.reason == ORIGINAL => engine.original_value(&KV, key),
            found => found,
        })
    }

    /// `persist.kv-has`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_has(&mut self, key: &str) -> Result<bool> {
        check_name(key)?;
        self.read(|engine| engine.has_value(engine.kv(), key.as_bytes()))
    }

    /// `persist.kv-put`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_put(&mut self, key: &str, value: &str) -> Result<()> {
        self.write(|engine| engine.decide_kv_put(key, value))
    }

    /// `persist.kv-delete`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_delete(&mut self, key: &str) -> Result<bool> {
        self.write(|engine| engine.decide_kv_delete(key))
    }

    /// `persist.kv-swap`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_swap(&mut self, key: &str, expected: Option<&str>, replacement: Option<&str>) -> Result<bool> {
        self.write(|engine| engine.decide_kv_swap(key, expected, replacement))
    }

    /// `persist.kv-keys`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_keys(&mut self) -> Result<Vec<String>> {
        self.read(|engine| within_answer(engine.names(engine.kv())?))
    }

    /// `persist.kv-list`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_list(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<(String, String)>> {
        self.pairs_page(kv_of, (prefix, after), limit, |engine, key, value| kv_text(engine.kv(), key, value))
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn kv_value(&mut self, key: &str) -> Result<Option<String>> {
        let value = self.value(self.kv(), key.as_bytes())?;
        value.map(|value| kv_text(self.kv(), key, value)).transpose()
    }

    pub(crate) fn decide_kv_put(&mut self, key: &str, value: &str) -> Result<()> {
        check_name(key)?;
        let text = sx::canonical(value)?;
        self.put_value(self.kv(), key.as_bytes(), text.as_bytes())
    }

    pub(crate) fn decide_kv_delete(&mut self, key: &str) -> Result<bool> {
        check_name(key)?;
        self.take_value(self.kv(), key.as_bytes())
    }

    /// C2.
    pub(crate) fn decide_check_key(&mut self, key: &str, value: Option<&str>) -> Result<()> {
        check_name(key)?;
        let value = value.map(sx::canonical).transpose()?;
        let held = self.value(self.kv(), key.as_bytes())?;
        let is_so = held.as_deref() == value.as_ref().map(|text| text.as_bytes());
        if is_so { Ok(()) } else { Err(Error::Conflict(key.to_owned())) }
    }

    pub(crate) fn decide_kv_swap(
        &mut self,
        key: &str,
        expected: Option<&str>,
        replacement: Option<&str>,
    ) -> Result<bool> {
        check_name(key)?;
        let expected = expected.map(sx::canonical).transpose()?;
        let replacement = replacement.map(sx::canonical).transpose()?;
        self.swap_value(
            self.kv(),
            key.as_bytes(),
            expected.as_ref().map(|text| text.as_bytes()),
            replacement.as_ref().map(|text| text.as_bytes()),
        )
    }
}

/// The value of a key.
fn kv_text(keyspace: &Keyspace, key: &str, value: Vec<u8>) -> Result<String> {
    // INVARIANT: what is stored in kv was text, and what is read from the base is checked to be.
    String::from_utf8(value)
        .map_err(|_| Error::corrupt(&layout::path(keyspace, key.as_bytes(), ""), 0, "not UTF-8"))
}
