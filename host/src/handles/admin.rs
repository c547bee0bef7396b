//! `admin`: durability, checkpoints, checks and numbers.

use crate::error::Result;
use crate::handles::Items;
use crate::interface::wit;
use crate::store::Store;
use crate::types::{Durability, Layout, Report, Usage, UsageBy};
use std::collections::BTreeMap;

/// Names that one call reads all of.
const PAGE_USAGES: u32 = 16;
/// Findings of a report at most, as of one that is made in one call.
const FINDINGS_MAX: usize = 1_000;

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

    /// Reads one of so many parts of everything, from 1, and changes nothing. Returns what is damaged in it. All parts together find what
    /// [`Admin::verify`] does. It is never interrupted.
    ///
    /// # Errors
    /// `InvalidArgument` for a part that there is not; `Io`.
    pub fn verify_part(&self, part: u32, parts: u32) -> Result<Report> {
        wit::admin::verify_part(self.store, part, parts)
    }

    /// Reads everything in so many parts, as [`Admin::verify_part`] does, and returns what is damaged. `done` is told how many parts are.
    /// Calls of other threads come in between; what they write may be read or not.
    ///
    /// # Errors
    /// Those of [`Admin::verify_part`].
    pub fn verify_in_parts(&self, parts: u32, mut done: impl FnMut(u32)) -> Result<Report> {
        let mut whole = self.verify_part(1, parts)?;
        done(1);
        for part in 2..=parts {
            let Report { logs, events, entries, blobs, bytes, foreign, damaged, findings } =
                self.verify_part(part, parts)?;
            whole.logs += logs;
            whole.events += events;
            whole.entries += entries;
            whole.blobs += blobs;
            whole.bytes += bytes;
            whole.foreign += foreign;
            whole.damaged += damaged;
            whole.findings.extend(findings);
            whole.findings.truncate(FINDINGS_MAX);
            done(part);
        }
        Ok(whole)
    }

    /// Does a part of what makes one run of all, without what was overwritten, removed or truncated. Returns about how many bytes are left
    /// to be merged, 0 when it is done.
    ///
    /// # Errors
    /// Those of [`Admin::compact`].
    pub fn compact_step(&self) -> Result<u64> {
        wit::admin::compact_step(self.store)
    }

    /// Makes one run of all, without what was overwritten, removed or truncated: what the store does by itself when half of it is
    /// that. Calls of other threads come in between, and what they write is left to the next time. `left` is told about how many bytes
    /// are left to be merged. What ends it half-way changes no answer: called again it goes on.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// # let store = sx_persist::Store::open(root.path())?;
    /// for value in 0..3 {
    ///     store.map("visits").put("home", &value)?;
    ///     store.admin().checkpoint()?;
    /// }
    /// store.admin().compact(|_left| {})?;
    /// let tables = store.admin().usage(sx_persist::types::UsageBy::Tables).collect::<Result<Vec<_>, _>>()?;
    /// assert_eq!((tables[0].items, tables[0].garbage_bytes), (1, 0));
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// `ReadOnly`; `NoSpace`; `Io`; `Corrupt` when a run is damaged: [`Admin::repair`].
    pub fn compact(&self, mut left: impl FnMut(u64)) -> Result<()> {
        loop {
            let bytes = self.compact_step()?;
            left(bytes);
            if bytes == 0 {
                return Ok(());
            }
        }
    }

    /// Returns how much of the store is whose: of each keyspace, or of each stream, table or session. All that it tells of is read for that.
    ///
    /// # Errors
    /// In the items: `Io`; `Corrupt`.
    #[must_use]
    pub fn usage(&self, by: UsageBy) -> Items<'_, Usage> {
        let store = self.store;
        Items::new(move |after| Ok(wit::admin::usage(store, by, after, PAGE_USAGES)?.into()))
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
