//! What an instance knows of blobs besides the base and the overlay.

use crate::codec::sha256::{Digest, Sha256};
use crate::disk::files::Handle;
use std::collections::{BTreeMap, BTreeSet};

/// What an instance knows of blobs besides the base and the overlay.
#[derive(Debug)]
pub(crate) struct Uploads<F> {
    pub(crate) open: BTreeMap<u32, Upload<F>>,
    pub(crate) next_id: u32,
    /// Blobs in the base that this instance has written or synced: another program may have left the others unsynced.
    pub(crate) durable: BTreeSet<Digest>,
}

impl<F> Default for Uploads<F> {
    fn default() -> Self {
        Self { open: BTreeMap::new(), next_id: 0, durable: BTreeSet::new() }
    }
}

/// A blob that is being written.
#[derive(Debug)]
pub(crate) struct Upload<F> {
    pub(crate) hash: Sha256,
    /// What has not gone to the file: all of it, while it could still go through the journal.
    pub(crate) buffer: Vec<u8>,
    pub(crate) file: Option<Handle<F>>,
    pub(crate) written: u64,
}

/// Blobs known to be durable at most; beyond, they are found out again.
const DURABLE_MAX: usize = 65_536;

impl<F> Uploads<F> {
    /// Is this the file of an open writer?
    pub(crate) fn is_open(&self, path: &str) -> bool {
        self.open.values().any(|upload| upload.file.as_ref().is_some_and(|file| file.path() == path))
    }

    pub(crate) fn remember_durable(&mut self, digest: Digest) {
        if self.durable.len() >= DURABLE_MAX {
            self.durable.clear();
        }
        self.durable.insert(digest);
    }
}
