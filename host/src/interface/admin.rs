//! `admin`: durability, checkpoints, checks and numbers.

use crate::error::Result;
use crate::store::Store;
use crate::types::{Durability, Report};
use std::collections::BTreeMap;

/// `admin`: each method is the function of its name in `wit/admin.wit`.
impl Store {
    /// Says when answers are durable, until the store is opened again. `Always` flushes first.
    ///
    /// # Errors
    /// As `wit/admin.wit` has them.
    pub fn set_durability(&self, level: Durability) -> Result<()> {
        self.core().set_durability(level)
    }

    /// Makes everything answered so far durable.
    ///
    /// # Errors
    /// As `wit/admin.wit` has them.
    pub fn flush(&self) -> Result<()> {
        self.core().with_writer(|_, instance| {
            Ok(instance
                .call("admin.flush", |exports, store| exports.sx_persist_admin().call_flush(store))??)
        })
    }

    /// Makes everything answered so far durable and writes it into the base files, a part at a time: calls of other threads
    /// come in between.
    ///
    /// # Errors
    /// As `wit/admin.wit` has them.
    pub fn checkpoint(&self) -> Result<()> {
        self.core().checkpoint()
    }

    /// Makes everything answered so far durable and does a part of a checkpoint. Answers whether more is to be done.
    ///
    /// # Errors
    /// As `wit/admin.wit` has them.
    pub fn checkpoint_step(&self) -> Result<bool> {
        self.core().checkpoint_step()
    }

    /// Reads everything and changes nothing. Never interrupted.
    ///
    /// # Errors
    /// As `wit/admin.wit` has them.
    pub fn verify(&self) -> Result<Report> {
        self.core().with_instance(|_, instance| {
            Ok(instance.call_within("admin.verify", None, |exports, store| {
                exports.sx_persist_admin().call_verify(store)
            })??)
        })
    }

    /// Copies what is damaged to `quarantine/` and takes it out of the store. Never interrupted.
    ///
    /// # Errors
    /// As `wit/admin.wit` has them.
    pub fn repair(&self) -> Result<Report> {
        self.core().with_writer(|_, instance| {
            Ok(instance.call_within("admin.repair", None, |exports, store| {
                exports.sx_persist_admin().call_repair(store)
            })??)
        })
    }

    /// Named numbers about the store and its instance.
    ///
    /// # Errors
    /// As `wit/admin.wit` has them.
    pub fn stats(&self) -> Result<BTreeMap<String, u64>> {
        let counters =
            self.call("admin.stats", 0, |exports, store| exports.sx_persist_admin().call_stats(store))?;
        Ok(counters.into_iter().map(|counter| (counter.name, counter.value)).collect())
    }
}
