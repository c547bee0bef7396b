//! A store, on a fresh directory or in memory as the suite has it, and what tests say about answers.

use data_encoding::HEXLOWER;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use sx_persist::types::Error as Refusal;
use sx_persist::{Builder, CommitError, Result, Store};
use tempfile::TempDir;

/// A store, and the directory that goes with it where it has one.
pub(crate) struct Fixture {
    pub(crate) store: Store,
    root: Option<TempDir>,
}

impl std::ops::Deref for Fixture {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl Fixture {
    /// An empty store.
    pub(crate) fn new() -> Self {
        Self::built(crate::builder().checkpoint_when_idle(None))
    }

    /// An empty store that is opened so.
    pub(crate) fn built(builder: Builder) -> Self {
        let root = (!crate::IN_MEMORY).then(|| tempfile::tempdir().unwrap());
        let store = match &root {
            Some(root) => builder.open(root.path()),
            None => builder.in_memory(),
        };
        Self { store: store.unwrap(), root }
    }

    /// An empty store whose files can be looked at; none in memory.
    pub(crate) fn with_files() -> Option<Self> {
        if crate::IS_PACKED {
            support::skipped("this is about files that a packed store has not");
            return None;
        }
        directory().map(Self::on)
    }

    /// An empty store in whose runs each key has a block of its own: damage of one is damage of no other.
    pub(crate) fn with_small_blocks() -> Option<Self> {
        let store = Self::with_files()?;
        store.raw().kv_put("k", "1").unwrap();
        store.raw().kv_delete("k").unwrap();
        let format = "sx-persist 5 plain\njournal 8388608 file 16777216 block 16\n";
        Some(store.meanwhile(|root| fs::write(root.join("format"), format).unwrap()))
    }

    /// A store on a directory that holds something.
    pub(crate) fn on(root: TempDir) -> Self {
        let store = crate::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
        Self { store, root: Some(root) }
    }

    pub(crate) fn has_files(&self) -> bool {
        self.root.is_some()
    }

    pub(crate) fn path(&self) -> &Path {
        self.root.as_ref().expect("a store with files").path()
    }

    /// The same directory after a checkpoint, closed and opened again; closing alone may leave a short journal. In memory the checkpoint.
    pub(crate) fn reopen(self) -> Self {
        self.store.admin().checkpoint().unwrap();
        match self.root {
            Some(root) => {
                self.store.close().unwrap();
                Self::on(root)
            }
            None => self,
        }
    }

    /// Closes the store, does something to its directory, and opens it again.
    pub(crate) fn meanwhile(self, change: impl FnOnce(&Path)) -> Self {
        self.store.close().unwrap();
        let root = self.root.expect("a store with files");
        change(root.path());
        Self::on(root)
    }

    /// Changes a bit where a run has these bytes, and opens the store again. Answers the file that has them.
    pub(crate) fn with_damaged_run(self, bytes: &[u8]) -> (Self, String) {
        let mut file = String::new();
        self.store.admin().checkpoint().unwrap();
        let store = self.meanwhile(|root| file = support::damage_run(root, bytes));
        (store, file)
    }
}

/// A directory for a store; none where stores have none.
pub(crate) fn directory() -> Option<TempDir> {
    if crate::IN_MEMORY {
        support::skipped("this is about the files of a store, and this suite has none");
        return None;
    }
    Some(tempfile::tempdir().unwrap())
}

/// Why the store said no.
pub(crate) fn refusal<R: std::fmt::Debug>(result: Result<R, impl Into<CommitError>>) -> Refusal {
    match result.map_err(Into::into) {
        Err(CommitError { error: sx_persist::Error::Refused(refusal), .. }) => refusal,
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

/// The cursor of a key of a map.
pub(crate) fn hex(key: &[u8]) -> String {
    HEXLOWER.encode(key)
}

/// The key of a map's cursor.
pub(crate) fn unhex(cursor: &str) -> Vec<u8> {
    HEXLOWER.decode(cursor.as_bytes()).unwrap()
}

/// A hash of one digit, forty times.
pub(crate) fn hash(digit: &str) -> String {
    digit.repeat(40)
}

/// Texts that are no hashes (R2).
pub(crate) fn bad_hashes() -> Vec<String> {
    let wrong = [hash("A"), hash("g"), "é".repeat(20), format!("../{}", "0".repeat(37)), "../format".into()];
    let lengths = [0, 1, 39, 41, 63, 65].map(|length| "0".repeat(length));
    lengths.into_iter().chain(wrong).collect()
}
