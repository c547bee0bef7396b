//! A store on a fresh directory, and what tests say about answers.

use std::collections::BTreeMap;
use std::path::Path;
use sx_persist::types::Error as Refusal;
use sx_persist::{Result, Store};
use tempfile::TempDir;

/// A store, and the directory that goes with it.
pub(crate) struct Fixture {
    pub(crate) store: Store,
    root: TempDir,
}

impl std::ops::Deref for Fixture {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Fixture {
    /// A store on an empty directory.
    pub(crate) fn new() -> Self {
        Self::on(tempfile::tempdir().unwrap())
    }

    /// A store on a directory that holds something.
    pub(crate) fn on(root: TempDir) -> Self {
        let store = Store::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
        Self { store, root }
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.path()
    }

    /// The same directory after the store has been closed and opened again.
    pub(crate) fn reopen(self) -> Self {
        self.store.close().unwrap();
        Self::on(self.root)
    }

    /// Closes the store, does something to its directory, and opens it again.
    pub(crate) fn meanwhile(self, change: impl FnOnce(&Path)) -> Self {
        self.store.close().unwrap();
        change(self.root.path());
        Self::on(self.root)
    }
}

/// Why the store said no.
pub(crate) fn refusal<R: std::fmt::Debug>(result: Result<R>) -> Refusal {
    match result {
        Err(sx_persist::Error::Refused(refusal)) => refusal,
        other => panic!("a refusal was due, not {other:?}"),
    }
}

/// Every file below a folder, by its path, but for the host's lock.
pub(crate) fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = support::files(root);
    files.remove("lock");
    files
}

/// An event with a seq and something in it.
pub(crate) fn event(seq: u64) -> String {
    format!("{{:data \"event {seq}\" :seq {seq}}}")
}
