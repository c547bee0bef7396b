//! Stores behind middleware, and what tests say about them.

use std::path::Path;
use sx_persist::types::Error as Refusal;
use sx_persist::{Builder, CORE_COMPONENT, CommitError, Component, MEMORY_COMPONENT, Result, Store};
use tempfile::TempDir;

/// A store behind layers, and the directory that goes with it where it has one.
pub(crate) struct Place {
    pub(crate) store: Store,
    root: Option<TempDir>,
}

impl std::ops::Deref for Place {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Place {
    pub(crate) fn path(&self) -> &Path {
        self.root.as_ref().expect("a store on a disk").path()
    }
}

/// An empty store on a disk and one in memory, behind layers, the top one first.
pub(crate) fn both(layers: &[&[u8]]) -> [Place; 2] {
    let in_memory = opener(&support::composed(layers, MEMORY_COMPONENT)).in_memory().unwrap();
    [on_disk(layers), Place { store: in_memory, root: None }]
}

/// An empty store on a disk behind layers, the top one first.
pub(crate) fn on_disk(layers: &[&[u8]]) -> Place {
    let root = tempfile::tempdir().unwrap();
    let store = opener(&support::composed(layers, CORE_COMPONENT)).open(root.path()).unwrap();
    Place { store, root: Some(root) }
}

pub(crate) fn opener(component: &Component) -> Builder {
    Store::builder().checkpoint_when_idle(None).component(component)
}

/// A plain store on a directory.
pub(crate) fn plain(root: &Path) -> Store {
    Store::builder().checkpoint_when_idle(None).open(root).unwrap()
}

/// Why the store said no.
pub(crate) fn refusal<R: std::fmt::Debug>(result: Result<R, impl Into<CommitError>>) -> Refusal {
    match result.map_err(Into::into) {
        Err(CommitError { error: sx_persist::Error::Refused(refusal), .. }) => refusal,
        other => panic!("a refusal was due, not {other:?}"),
    }
}
