//! A table of values: the meaning of `persist.kv-*` (K1 to K4) on the engine's tables.

use crate::engine::Engine;
use crate::error::Result;
use crate::limits::PAGE_BYTES_MAX;
use crate::persist::{Page, check_limit, check_name, within_answer};
use crate::space::KV;
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

    fn kv_value(&mut self, key: &str) -> Result<Option<String>> {
        let value = self.value(&KV, key.as_bytes())?;
        // INVARIANT: what is stored in kv was text, and what is read from the base is checked to be.
        Ok(value.map(|bytes| String::from_utf8(bytes).unwrap_or_default()))
    }

    /// `persist.kv-has`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_has(&mut self, key: &str) -> Result<bool> {
        check_name(key)?;
        self.read(|engine| engine.has_value(&KV, key.as_bytes()))
    }

    /// `persist.kv-put`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_put(&mut self, key: &str, value: &str) -> Result<()> {
        self.write(|engine| engine.decide_kv_put(key, value))
    }

    pub(crate) fn decide_kv_put(&mut self, key: &str, value: &str) -> Result<()> {
        check_name(key)?;
        let text = sx::canonical(value)?;
        self.put_value(&KV, key.as_bytes(), text.as_bytes())
    }

    /// `persist.kv-delete`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_delete(&mut self, key: &str) -> Result<bool> {
        self.write(|engine| engine.decide_kv_delete(key))
    }

    pub(crate) fn decide_kv_delete(&mut self, key: &str) -> Result<bool> {
        check_name(key)?;
        let was_there = self.has_value(&KV, key.as_bytes())?;
        if was_there {
            self.remove_value(&KV, key.as_bytes())?;
        }
        Ok(was_there)
    }

    /// `persist.kv-swap`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_swap(&mut self, key: &str, expected: Option<&str>, replacement: Option<&str>) -> Result<bool> {
        self.write(|engine| engine.decide_kv_swap(key, expected, replacement))
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
        let found = self.kv_value(key)?;
        if found.as_deref() != expected.as_deref() {
            return Ok(false);
        }
        match (found, replacement) {
            (None, None) => {}
            (Some(_), None) => self.remove_value(&KV, key.as_bytes())?,
            // The same value over itself changes nothing.
            (Some(found), Some(text)) if found == text => {}
            (_, Some(text)) => self.put_value(&KV, key.as_bytes(), text.as_bytes())?,
        }
        Ok(true)
    }

    /// `persist.kv-keys`.
    ///
    /// # Errors
    /// As in `wit/persist.wit`.
    pub fn kv_keys(&mut self) -> Result<Vec<String>> {
        self.read(|engine| within_answer(engine.names(&KV)?))
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
        let items = check_limit(limit)?;
        self.read(|engine| {
            let mut page = Page { items: Vec::new(), next: None };
            let mut bytes = 0;
            for key in engine.names_from(&KV, prefix, after)? {
                let Some(value) = engine.kv_value(&key)? else { continue };
                bytes += key.len() + value.len();
                if page.items.len() >= items || (!page.items.is_empty() && bytes > PAGE_BYTES_MAX) {
                    page.next = page.items.last().map(|(key, _): &(String, String)| key.clone());
                    break;
                }
                page.items.push((key, value));
            }
            Ok(page)
        })
    }
}
