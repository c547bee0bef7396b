//! Overlay to base, in the order of docs/durability.md (C0 to C6), and what goes before the first write of an instance (J5).
//! `incremental.rs` does the same a few files at a time.

mod files;
mod incremental;
mod rewrite;

use crate::base::layout::{self, JOURNAL, LOG};
use crate::disk::files::ROOT;
use crate::disk::tmp::{self, TMP};
use crate::engine::Opened;
use crate::engine::checkpoint::rewrite::NewFile;
use crate::error::Result;
use crate::journal::record::{Place, PreparedLog, Record};
use crate::journal::{within_counts, write};
use crate::keyspace::{self, Shape};
use crate::limits::FOLDERS_MAX;
use crate::state::overlay::{Name, PendingLog, PendingValue};
use crate::state::progress::Dirty;
use crate::state::progress::Spread;
use crate::storage::{EntryKind, Storage};

impl<S: Storage> Opened<'_, S> {
    /// Makes the root this instance's own: what an earlier one left may be readable and yet never have reached the disk (J5). Begins
    /// a journal with the frames that the earlier one wrote; answers whether there were any, and then a checkpoint is due.
    pub(crate) fn own_journal(&mut self) -> Result<bool> {
        let top = self.root.files.list(ROOT)?;
        let folders: Vec<_> = top.into_iter().filter(|entry| entry.kind == EntryKind::Folder).collect();
        self.root.files.make_folder(JOURNAL)?;
        // ORDER: the names that earlier instances made are durable before anything is built on them.
        self.root.files.sync_folder(ROOT)?;
        self.root.folders = folders.into_iter().map(|entry| entry.name).collect();
        self.root.folders.insert(JOURNAL.to_owned());
        let journal = &mut self.state.journal;
        if journal.has_frames() {
            write::adopt(&mut self.root.files, journal)?;
            return Ok(true);
        }
        write::announce(&mut self.root.files, journal)?;
        write::open_next(&mut self.root.files, journal)?;
        write::remove_older(&mut self.root.files, journal).map(|()| false)
    }

    /// Writes everything that is pending into the base and begins a new journal. The journal is this instance's own.
    pub(crate) fn checkpoint_now(&mut self) -> Result<()> {
        let journal = &self.state.journal;
        within_counts(journal.next_lsn.max(self.root.lsn_floor) + 1)?;
        let dirty = self.begin_round()?;
        self.check();
        self.write_logs(&dirty)?;
        self.check();
        for (index, key) in dirty.iter().enumerate().filter(|(_, dirty)| dirty.keyspace.shape != Shape::Log) {
            self.write_value(index, key)?;
            // The longest names stand in nine folders each: those of a large batch do not fit into memory.
            if self.state.spread.folders.len() >= FOLDERS_MAX {
                self.sync_all_due()?;
            }
        }
        // C4. ORDER: every name in the base is durable before the next journal can count.
        if !self.root.has_format {
            self.write_format()?;
            self.state.spread.folders.insert(ROOT.to_owned());
        }
        self.sync_all_due()?;
        self.check();
        // C5. This is the moment.
        let journal = &mut self.state.journal;
        journal.next_lsn = journal.next_lsn.max(self.root.lsn_floor);
        write::open_next(&mut self.root.files, journal)?;
        self.root.has_format = true;
        self.finish_checkpoint();
        // C6.
        let journal = &mut self.state.journal;
        write::remove_older(&mut self.root.files, journal)?;
        self.check();
        self.empty_tmp()
    }

    /// Does a log or a key take less room in the base when it is carried?
    pub(crate) fn gives_room(&self, dirty: &Dirty) -> bool {
        let log = self.state.overlay.log(dirty.keyspace, &dirty.name);
        self.is_removed(dirty) || log.is_some_and(|log| log.shortened || log.rewrite.is_some())
    }

    /// Does nothing stay of a log or a key but its absence?
    fn is_removed(&self, dirty: &Dirty) -> bool {
        match dirty.keyspace.shape {
            Shape::Log => self.state.overlay.log(dirty.keyspace, &dirty.name).is_some_and(|log| log.dropped),
            Shape::Text | Shape::Bytes | Shape::Blob => {
                self.state.overlay.value(dirty.keyspace, &dirty.name) == Some(&PendingValue::Removed)
            }
        }
    }

    /// C0. From here on the files of what is pending now may change; answers those that have to.
    pub(crate) fn begin_round(&mut self) -> Result<Vec<Dirty>> {
        let journal = &mut self.state.journal;
        // ORDER: a reader beside this writer is told before a base file changes.
        write::announce(&mut self.root.files, journal)?;
        // ORDER: no base file ever shows what the journal could still lose.
        write::flush(&mut self.root.files, journal)?;
        self.root.files.make_folder(TMP)?;
        let dirty = self.state.overlay.dirty().iter();
        let mut dirty: Vec<_> = dirty
            .filter_map(|(id, name)| Some(Dirty { keyspace: keyspace::by_id(*id)?, name: Name::clone(name) }))
            .collect();
        // What gives room comes before what takes it.
        dirty.sort_by_key(|dirty| !self.is_removed(dirty));
        Ok(dirty)
    }

    /// The base holds all: the overlay is empty, and the states are those of the files.
    fn finish_checkpoint(&mut self) {
        let overlay = std::mem::take(&mut self.state.overlay);
        self.state.spread = Spread::default();
        self.state.is_unsettled = false;
        self.advance_index(&overlay);
        for keyspace in keyspace::ALL {
            for (name, log) in overlay.logs(keyspace) {
                self.state.remember_log_state(keyspace, name, log.state_in_base());
            }
        }
        for (name, value) in overlay.values(&keyspace::BLOBS) {
            if let (PendingValue::Put { .. }, Ok(digest)) = (value, name.try_into()) {
                self.root.uploads.remember_durable(digest);
            }
        }
        self.root.files.counts.checkpoints += 1;
    }

    /// C1 and C2.
    fn write_logs(&mut self, dirty: &[Dirty]) -> Result<()> {
        let logs = dirty.iter().filter(|dirty| dirty.keyspace.shape == Shape::Log).cloned();
        let (truncated, extended): (Vec<_>, Vec<_>) = logs.partition(|log| self.is_truncated(log));
        for log in &extended {
            self.extend_log(log)?;
        }
        self.rewrite_logs(&truncated)
    }

    /// Has a log lost lines from its beginning, or damaged ones?
    pub(crate) fn is_truncated(&self, log: &Dirty) -> bool {
        self.state.overlay.log(log.keyspace, &log.name).is_some_and(|pending| pending.rewrite.is_some())
    }

    /// C2 for some logs.
    pub(crate) fn rewrite_logs(&mut self, truncated: &[Dirty]) -> Result<()> {
        if truncated.is_empty() {
            return Ok(());
        }
        let mut ready = Vec::new();
        for (index, log) in truncated.iter().enumerate() {
            let path = tmp::path(&format!("log-{index}"));
            ready.push(self.rewrite_log(log.keyspace, &log.name, &path)?);
        }
        // ORDER: the journal knows the new files, durable as they are, before any of them replaces an old one.
        let logs = truncated.iter().zip(&ready).map(|(log, new)| log.rewritten(new)).collect();
        self.write_frame(&Record::RewritePrepared { logs }, true)?;
        for (log, new) in truncated.iter().zip(ready) {
            let path = layout::path(log.keyspace, &log.name, LOG);
            self.enter_due(layout::parent(&path))?;
            self.root.files.rename(&new.path, &path)?;
            self.state.is_unsettled = true;
            if let Some(pending) = self.state.overlay.log_mut(log.keyspace, &log.name) {
                *pending = PendingLog::new(new.log_state);
            }
            self.write_seq(log, new.log_state.last_seq)?;
            self.state.overlay.carried(log.keyspace, &log.name);
        }
        Ok(())
    }

    /// Removes the files in work that earlier instances and this checkpoint left, but not those of open writers, nor anything
    /// that somebody else keeps in a folder of that name.
    pub(crate) fn empty_tmp(&mut self) -> Result<()> {
        for entry in self.root.files.list(TMP)? {
            let path = format!("{TMP}/{}", entry.name);
            if entry.kind != EntryKind::Folder && tmp::is_in_work(&path) && !self.root.uploads.is_open(&path)
            {
                self.root.files.remove(&path)?;
            }
        }
        Ok(())
    }
}

impl Dirty {
    fn rewritten<'a>(&'a self, new: &NewFile) -> PreparedLog<'a> {
        let place = Place { keyspace: self.keyspace, name: &self.name };
        PreparedLog { place, length_bytes: new.log_state.length_bytes, crc: new.crc }
    }
}
