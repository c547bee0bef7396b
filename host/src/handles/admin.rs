//! `admin`: durability, checkpoints, checks and numbers.

use crate::error::Result;
use crate::store::Store;
use crate::store::told::Told;
use crate::types::{Durability, Report};
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
        self.store.core().set_durability(level)
    }

    /// Makes everything durable that was returned so far.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`.
    pub fn flush(&self) -> Result<()> {
        let _span = Told::of("admin.flush").begin();
        self.store.core().with_writer(|_, instance| {
            Ok(instance
                .call("admin.flush", |exports, store| exports.sx_persist_admin().call_flush(store))??)
        })
    }

    /// Makes everything durable that was returned so far, and writes it into plain files, a part at a time: calls of other threads
    /// come in between.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`; `Corrupt` when a file that it must read is damaged.
    pub fn checkpoint(&self) -> Result<()> {
        self.store.core().checkpoint()
    }

    /// Makes everything durable that was returned so far, and does a part of a checkpoint. Returns `true` if more is to be done.
    ///
    /// # Errors
    /// Those of [`Admin::checkpoint`].
    pub fn checkpoint_step(&self) -> Result<bool> {
        let _span = Told::of("admin.checkpoint-step").begin();
        self.store.core().checkpoint_step()
    }

    /// Reads everything and changes nothing. Returns what is damaged. It is never interrupted.
    ///
    /// # Errors
    /// `Io`; damage is no error, but a part of the report.
    pub fn verify(&self) -> Result<Report> {
        let _span = Told::of("admin.verify").begin();
        self.store.core().with_instance(|_, instance| {
            Ok(instance.call_within("admin.verify", None, |exports, store| {
                exports.sx_persist_admin().call_verify(store)
            })??)
        })
    }

    /// Copies what is damaged to `quarantine/` and takes it out of the store. Returns what it was. It is never interrupted.
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`.
    pub fn repair(&self) -> Result<Report> {
        let _span = Told::of("admin.repair").begin();
        self.store.core().with_writer(|_, instance| {
            Ok(instance.call_within("admin.repair", None, |exports, store| {
                exports.sx_persist_admin().call_repair(store)
            })??)
        })
    }

    /// Returns numbers about the store and its instance, by their names.
    ///
    /// # Errors
    /// `Io`.
    pub fn stats(&self) -> Result<BTreeMap<String, u64>> {
        let told = Told::of("admin.stats");
        let counters =
            self.store.call(told, |exports, store| exports.sx_persist_admin().call_stats(store))?;
        Ok(counters.into_iter().map(|counter| (counter.name, counter.value)).collect())
    }
}
