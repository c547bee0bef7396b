//! Absences that `cas` handles remember.
//!
//! The store gives a version to what a key holds and none to its absence, so a key that came and went is absent as before. A
//! handle is to notice that too: each absence that one remembers has a token here, which a write of the key spends.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// A table and a key.
type Name = (String, Vec<u8>);

thread_local! {
    static TOKENS: RefCell<HashMap<Name, Rc<Cell<bool>>>> = RefCell::default();
}

/// The absence of a key, from some moment until the key is written.
pub(crate) struct Absence {
    name: Name,
    is_over: Rc<Cell<bool>>,
}

impl Absence {
    pub(crate) fn of(table: &str, key: &[u8]) -> Self {
        let name = (table.to_owned(), key.to_vec());
        let is_over = TOKENS.with_borrow_mut(|tokens| Rc::clone(tokens.entry(name.clone()).or_default()));
        Self { name, is_over }
    }

    /// Whether the key has been written since, be it that it is absent again.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over.get()
    }
}

impl Drop for Absence {
    /// The last handle takes the token with it: there are as many as absences that are remembered.
    fn drop(&mut self) {
        TOKENS.with_borrow_mut(|tokens| {
            // The one of the table, and this one's own.
            if Rc::strong_count(&self.is_over) == 2 && !self.is_over() {
                tokens.remove(&self.name);
            }
        });
    }
}

/// A key was written.
pub(crate) fn end(table: &str, key: &[u8]) {
    TOKENS.with_borrow_mut(|tokens| {
        // As it is for all who hold no handle; a name costs two allocations.
        if tokens.is_empty() {
            return;
        }
        if let Some(token) = tokens.remove(&(table.to_owned(), key.to_vec())) {
            token.set(true);
        }
    });
}
