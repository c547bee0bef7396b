//! `admin`: durability, checkpoints, checks and numbers.

use crate::error::Result;
use crate::interface::wit;
use crate::store::Store;
use crate::types::{Durability, Layout, Report};
use std::collections::BTreeMap;

/// The store as its operator sees it. Returned by [`Store::admin`].
#[derive(Clone, Copy, Debug)]
pub struct Admin<'a> {
    store: &'a Store,
}

impl Store {
    /// Returns what an operator does with the store.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// store.kv().put("k", &1)?;
    /// store.admin().checkpoint()?;
    /// assert_eq!(store.admin().verify()?.damaged, 0);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn admin(&self) -> Admin<'_> {
        Admin { store: self }
    }
}

impl Admin<'_> {
    /// Sets when a call returns, until the store is opened again: once its effect is durable, or before that. `Always` flushes first.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`.
    pub fn set_durability(&self, level: Durability) -> Result<()> {
        wit::admin::set_durability(self.store, level)
    }

    /// Makes everything durable that was returned so far.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`.
    pub fn flush(&self) -> Result<()> {
        wit::admin::flush(self.store)
    }

    /// Makes everything durable that was returned so far, and writes it into plain files, a part at a time: calls of other threads
    /// come in between.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`; `Corrupt` when a file that it must read is damaged.
    pub fn checkpoint(&self) -> Result<()> {
        wit::admin::checkpoint(self.store)
    }

    /// Makes everything durable that was returned so far, and does a part of a checkpoint. Returns `true` if more is to be done.
    ///
    /// # Errors
    /// Those of [`Admin::checkpoint`].
    pub fn checkpoint_step(&self) -> Result<bool> {
        wit::admin::checkpoint_step(self.store)
    }

    /// Does a part of what makes the root one of this layout. Returns about how many streams, keys and blobs are left to be copied or
    /// removed, 0 when it is done. It is never interrupted.
    ///
    /// # Errors
    /// Those of [`Admin::convert`].
    pub fn convert_step(&self, to: Layout) -> Result<u64> {
        wit::admin::convert_step(self.store, to)
    }

    /// Makes the root one of this layout: `Packed` keeps streams, keys and blobs in runs, `Plain` in files that the original reads.
    /// Calls of other threads come in between, and those that write let it begin anew. `left` is told about how many streams, keys and
    /// blobs are left to be copied or removed. What ends it half-way changes no answer: call it again, or in the other direction.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`; `Corrupt` when something is damaged, and for names and texts of the original that are no UTF-8, which
    /// cannot be packed; `InvalidName` when the file system does not take a name that is to have a file.
    pub fn convert(&self, to: Layout, mut left: impl FnMut(u64)) -> Result<()> {
        loop {
            let items = self.convert_step(to)?;
            left(items);
            if items == 0 {
                return Ok(());
            }
        }
    }

    /// Reads everything and changes nothing. Returns what is damaged. It is never interrupted.
    ///
    /// # Errors
    /// `Io`; damage is no error, but a part of the report.
    pub fn verify(&self) -> Result<Report> {
        wit::admin::verify(self.store)
    }

    /// Copies what is damaged to `quarantine/` and takes it out of the store. Returns what it was. It is never interrupted.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`.
    pub fn repair(&self) -> Result<Report> {
        wit::admin::repair(self.store)
    }

    /// Returns numbers about the store and its instance, by their names.
    ///
    /// # Errors
    /// `Io`.
    pub fn stats(&self) -> Result<BTreeMap<String, u64>> {
        let counters = wit::admin::stats(self.store)?;
        Ok(counters.into_iter().map(|counter| (counter.name, counter.value)).collect())
    }
}
