//! Overlay to base, in the order of docs/durability.md (C0 to C6), and what goes before the first write of an instance (J5).
//! `spread.rs` does the same a few files at a time.

use crate::base::layout::{self, FORMAT, JOURNAL, LOG, SEQ, TMP};
use crate::base::{line, value};
use crate::engine::{Engine, FORMAT_TEXT};
use crate::error::{Error, Result};
use crate::files::{Handle, ROOT};
use crate::journal::{within_counts, write};
use crate::limits::{CHUNK_BYTES, FOLDERS_MAX, PASSED_BYTES_MAX};
use crate::overlay::{Name, PendingLog, PendingValue};
use crate::record::{Place, Record, Rewritten};
use crate::rewrite::NewFile;
use crate::space::{self, Shape, Space};
use crate::spread::Spread;
use crate::storage::{EntryKind, Storage};
use std::collections::BTreeSet;

/// A log or a key of the overlay whose files do not show what is pending.
#[derive(Clone, Debug)]
pub(crate) struct Dirty {
    pub(crate) space: &'static Space,
    pub(crate) name: Name,
}

impl<S: Storage> Engine<S> {
    /// Makes the root this instance's own: what an earlier one left may be readable and yet never have reached the disk (J5). Begins
    /// a journal with the frames that the earlier one wrote; answers whether there were any, and then a checkpoint is due.
    pub(crate) fn own_journal(&mut self) -> Result<bool> {
        let top = self.files.list(ROOT)?;
        let folders: Vec<_> = top.into_iter().filter(|entry| entry.kind == EntryKind::Folder).collect();
        self.files.make_folder(JOURNAL)?;
        // ORDER: the names that earlier instances made are durable before anything is built on them.
        self.files.sync_folder(ROOT)?;
        self.folders = folders.into_iter().map(|entry| entry.name).collect();
        self.folders.insert(JOURNAL.to_owned());
        let Some(journal) = &mut self.journal else { return Ok(false) };
        if journal.has_frames() {
            write::adopt(&mut self.files, journal)?;
            return Ok(true);
        }
        write::announce(&mut self.files, journal)?;
        write::open_next(&mut self.files, journal)?;
        write::remove_older(&mut self.files, journal).map(|()| false)
    }

    /// Writes everything that is pending into the base and begins a new journal. The journal is this instance's own.
    pub(crate) fn checkpoint_now(&mut self) -> Result<()> {
        let Some(journal) = &self.journal else { return Ok(()) };
        within_counts(journal.next_lsn.max(self.lsn_floor) + 1)?;
        let dirty = self.begin_round()?;
        self.check();
        self.write_logs(&dirty)?;
        self.check();
        for (index, key) in dirty.iter().enumerate().filter(|(_, dirty)| dirty.space.shape != Shape::Log) {
            self.write_value(index, key)?;
            // The longest names stand in nine folders each: those of a large batch do not fit into memory.
            if self.spread.folders.len() >= FOLDERS_MAX {
                self.sync_all_due()?;
            }
        }
        // C4. ORDER: every name in the base is durable before the next journal can count.
        if !self.has_format {
            self.write_format()?;
            self.spread.folders.insert(ROOT.to_owned());
        }
        self.sync_all_due()?;
        self.check();
        // C5. This is the moment.
        let Some(journal) = &mut self.journal else { return Ok(()) };
        journal.next_lsn = journal.next_lsn.max(self.lsn_floor);
        write::open_next(&mut self.files, journal)?;
        self.has_format = true;
        self.finish_checkpoint();
        // C6.
        let Some(journal) = &mut self.journal else { return Ok(()) };
        write::remove_older(&mut self.files, journal)?;
        self.check();
        self.empty_tmp()
    }

    /// Does a log or a key take less room in the base when it is carried?
    pub(crate) fn gives_room(&self, dirty: &Dirty) -> bool {
        let log = self.overlay.log(dirty.space, &dirty.name);
        self.is_removed(dirty) || log.is_some_and(|log| log.shortened || log.rewrite.is_some())
    }

    /// Does nothing stay of a log or a key but its absence?
    fn is_removed(&self, dirty: &Dirty) -> bool {
        match dirty.space.shape {
            Shape::Log => self.overlay.log(dirty.space, &dirty.name).is_some_and(|log| log.gone),
            Shape::Text | Shape::Bytes | Shape::Blob => {
                self.overlay.value(dirty.space, &dirty.name) == Some(&PendingValue::Removed)
            }
        }
    }

    /// C0. From here on the files of what is pending now may change; answers those that have to.
    pub(crate) fn begin_round(&mut self) -> Result<Vec<Dirty>> {
        let Some(journal) = &mut self.journal else { return Ok(Vec::new()) };
        // ORDER: a reader beside this writer is told before a base file changes.
        write::announce(&mut self.files, journal)?;
        // ORDER: no base file ever shows what the journal could still lose.
        write::flush(&mut self.files, journal)?;
        self.files.make_folder(TMP)?;
        let dirty = self.overlay.dirty().iter();
        let mut dirty: Vec<_> = dirty
            .filter_map(|(id, name)| Some(Dirty { space: space::by_id(*id)?, name: Name::clone(name) }))
            .collect();
        // What gives room comes before what takes it.
        dirty.sort_by_key(|dirty| !self.is_removed(dirty));
        Ok(dirty)
    }

    /// The base holds all: the overlay is empty, and the marks are those of the files.
    fn finish_checkpoint(&mut self) {
        let overlay = std::mem::take(&mut self.overlay);
        self.spread = Spread::default();
        self.is_unsettled = false;
        self.advance_index(&overlay);
        for space in space::ALL {
            for (name, log) in overlay.logs(space) {
                self.remember_mark(space, name, log.mark_in_base());
            }
        }
        for (name, value) in overlay.values(&space::BLOBS) {
            if let (PendingValue::Put { .. }, Ok(digest)) = (value, name.try_into()) {
                self.blobs.remember_durable(digest);
            }
        }
        self.files.counts.checkpoints += 1;
    }

    /// C1 and C2.
    fn write_logs(&mut self, dirty: &[Dirty]) -> Result<()> {
        let logs = dirty.iter().filter(|dirty| dirty.space.shape == Shape::Log).cloned();
        let (truncated, extended): (Vec<_>, Vec<_>) = logs.partition(|log| self.is_truncated(log));
        for log in &extended {
            self.extend_log(log)?;
        }
        self.rewrite_logs(&truncated)
    }

    /// Has a log lost lines from its beginning, or damaged ones?
    pub(crate) fn is_truncated(&self, log: &Dirty) -> bool {
        self.overlay.log(log.space, &log.name).is_some_and(|pending| pending.rewrite.is_some())
    }

    /// C2 for some logs.
    pub(crate) fn rewrite_logs(&mut self, truncated: &[Dirty]) -> Result<()> {
        if truncated.is_empty() {
            return Ok(());
        }
        let mut ready = Vec::new();
        for (index, log) in truncated.iter().enumerate() {
            let path = layout::in_work(&format!("log-{index}"));
            ready.push(self.rewrite_log(log.space, &log.name, &path)?);
        }
        // ORDER: the journal knows the new files, durable as they are, before any of them replaces an old one.
        let logs = truncated.iter().zip(&ready).map(|(log, new)| log.rewritten(new)).collect();
        self.write_frame(&Record::Rewritten { logs }, true)?;
        for (log, new) in truncated.iter().zip(ready) {
            let path = layout::path(log.space, &log.name, LOG);
            self.enter_due(layout::parent(&path))?;
            self.files.rename(&new.path, &path)?;
            self.is_unsettled = true;
            if let Some(pending) = self.overlay.log_mut(log.space, &log.name) {
                *pending = PendingLog::new(new.mark);
            }
            self.write_seq(log, new.mark.last_seq)?;
            self.overlay.carried(log.space, &log.name);
        }
        Ok(())
    }

    /// C1 for one log: the pending lines go behind what stood there at the last checkpoint, whatever is there now, and behind
    /// those that this one has put there already.
    pub(crate) fn extend_log(&mut self, log: &Dirty) -> Result<()> {
        let path = layout::path(log.space, &log.name, LOG);
        let Some(pending) = self.overlay.log(log.space, &log.name) else { return Ok(()) };
        let (length, last_seq) = (pending.base.length_bytes + pending.carried as u64, pending.last_seq);
        let is_shortened = pending.shortened;
        if pending.gone {
            self.spread.folders.insert(layout::parent(&path).to_owned());
            self.files.remove(&path)?;
            self.files.remove(&layout::path(log.space, &log.name, SEQ))?;
            self.overlay.carried(log.space, &log.name);
            return Ok(());
        }
        self.enter_due(layout::parent(&path))?;
        let file = match self.files.open(&path)? {
            Some(file) => file,
            None if length == 0 => self.files.create(&path)?,
            None => return Err(Error::corrupt(&path, 0, "gone, and the journal goes on behind it")),
        };
        let size = self.files.size(&file)?;
        self.check_end(&file, length, size)?;
        if size > length {
            if !is_shortened {
                self.keep_foreign_tail(log, &file, length, size)?;
            }
            self.files.set_size(&file, length)?;
        }
        let Some(pending) = self.overlay.log(log.space, &log.name) else { return Ok(()) };
        self.files.write(&file, length, pending.uncarried())?;
        self.files.sync(&file)?;
        self.write_seq(log, last_seq)?;
        self.overlay.carried(log.space, &log.name);
        Ok(())
    }

    /// A log that is shorter than its recorded length, or does not end in a newline there, is never extended (J6).
    pub(crate) fn check_end(&mut self, file: &Handle<S::File>, length: u64, size: u64) -> Result<()> {
        let Some(newline) = length.checked_sub(1) else { return Ok(()) };
        let mut last = Vec::new();
        if size >= length {
            self.files.read(file, newline, 1, &mut last)?;
        }
        match last.as_slice() {
            [b'\n'] => Ok(()),
            [] => Err(Error::corrupt(file.path(), size, "shorter than the journal knows it")),
            _ => Err(Error::corrupt(file.path(), newline, "no newline where the journal goes on")),
        }
    }

    /// Copies what stands behind the recorded length to quarantine, unless it is zeros, blank, or a part of what goes there
    /// anyway: the twin may have written after our crash.
    fn keep_foreign_tail(
        &mut self,
        log: &Dirty,
        file: &Handle<S::File>,
        length: u64,
        size: u64,
    ) -> Result<()> {
        if size - length > PASSED_BYTES_MAX {
            return Err(Error::corrupt(file.path(), length, line::TOO_LONG));
        }
        let mut at = length;
        let mut chunk = Vec::new();
        let mut is_ours = true;
        while at < size && is_ours {
            chunk.clear();
            self.files.read(file, at, CHUNK_BYTES, &mut chunk)?;
            let pending = self.overlay.log(log.space, &log.name).map(PendingLog::uncarried);
            let start = usize::try_from(at - length).unwrap_or(usize::MAX);
            let ours = pending.and_then(|bytes| bytes.get(start..)).unwrap_or_default().iter().copied();
            is_ours = !chunk.is_empty()
                && chunk
                    .iter()
                    .zip(ours.chain(std::iter::repeat(0)))
                    .all(|(byte, our)| *byte == 0 || byte.is_ascii_whitespace() || *byte == our);
            at += chunk.len() as u64;
        }
        if !is_ours {
            self.set_aside(file, length..size, "bytes behind the log that this store did not write")?;
        }
        Ok(())
    }

    /// The journal covers a torn `.seq`, so it is written in place.
    fn write_seq(&mut self, log: &Dirty, last_seq: u64) -> Result<()> {
        let path = layout::path(log.space, &log.name, SEQ);
        let text = line::print_seq(last_seq);
        let file = match self.files.open(&path)? {
            Some(file) => {
                self.files.set_size(&file, text.len() as u64)?;
                file
            }
            None => self.files.create(&path)?,
        };
        self.files.write(&file, 0, text.as_bytes())?;
        self.files.sync(&file)
    }

    /// C3 for one key.
    pub(crate) fn write_value(&mut self, index: usize, key: &Dirty) -> Result<()> {
        let path = layout::path(key.space, &key.name, "");
        let bytes = match self.overlay.value(key.space, &key.name) {
            Some(PendingValue::Put { bytes, version }) => {
                Some(value::encode(key.space, &key.name, bytes, *version))
            }
            Some(PendingValue::Removed) => {
                self.files.remove(&path)?;
                None
            }
            Some(PendingValue::Present) | None => None,
        };
        match bytes {
            Some(bytes) => {
                self.enter_due(layout::parent(&path))?;
                let tmp = layout::in_work(&format!("{}-{index}", key.space.folder));
                self.replace_file(&tmp, &path, &bytes)?;
            }
            None => drop(self.spread.folders.insert(layout::parent(&path).to_owned())),
        }
        self.overlay.carried(key.space, &key.name);
        Ok(())
    }

    fn write_format(&mut self) -> Result<()> {
        self.files.make_folder(TMP)?;
        self.replace_file(&layout::in_work("format"), FORMAT, FORMAT_TEXT.as_bytes())
    }

    /// Puts a whole file in the place of another, or of none. Its name is durable once the folder is synced.
    fn replace_file(&mut self, tmp: &str, path: &str, bytes: &[u8]) -> Result<()> {
        let file = self.files.create(tmp)?;
        self.files.write(&file, 0, bytes)?;
        // ORDER: the bytes are durable before the name shows them.
        self.files.sync(&file)?;
        self.files.rename(tmp, path)
    }

    /// Makes a folder that a file is about to stand in, and has it synced, with every parent whose own name may not be durable.
    pub(crate) fn enter_folder(&mut self, folder: &str, folders: &mut BTreeSet<String>) -> Result<()> {
        folders.insert(folder.to_owned());
        if self.folders.len() >= FOLDERS_MAX {
            // Those that are needed again are made again, which they are already, and have their parents synced.
            self.folders.clear();
        }
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for above in ends.filter_map(|end| folder.get(..end)) {
            if !self.folders.contains(above) {
                self.files.make_folder(above)?;
                folders.insert(layout::parent(above).to_owned());
                self.folders.insert(above.to_owned());
            }
        }
        Ok(())
    }

    /// As [`Engine::enter_folder`], for a folder that the checkpoint syncs in the end.
    fn enter_due(&mut self, folder: &str) -> Result<()> {
        let mut due = std::mem::take(&mut self.spread.folders);
        let entered = self.enter_folder(folder, &mut due);
        self.spread.folders = due;
        entered
    }

    /// C4 for all folders that are due.
    pub(crate) fn sync_all_due(&mut self) -> Result<()> {
        while let Some(folder) = self.spread.folders.first().cloned() {
            self.sync_due(&folder)?;
        }
        Ok(())
    }

    /// C4 for one folder.
    pub(crate) fn sync_due(&mut self, folder: &str) -> Result<()> {
        self.files.sync_folder(folder)?;
        self.spread.folders.remove(folder);
        Ok(())
    }

    /// Removes the files in work that earlier instances and this checkpoint left, but not those of open writers, nor anything
    /// that somebody else keeps in a folder of that name.
    pub(crate) fn empty_tmp(&mut self) -> Result<()> {
        for entry in self.files.list(TMP)? {
            let path = format!("{TMP}/{}", entry.name);
            if entry.kind != EntryKind::Folder && layout::is_in_work(&path) && !self.blobs.is_open(&path) {
                self.files.remove(&path)?;
            }
        }
        Ok(())
    }
}

impl Dirty {
    fn rewritten<'a>(&'a self, new: &NewFile) -> Rewritten<'a> {
        let place = Place { space: self.space, name: &self.name };
        Rewritten { place, length_bytes: new.mark.length_bytes, crc: new.crc }
    }
}
