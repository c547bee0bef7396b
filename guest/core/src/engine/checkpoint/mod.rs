//! Overlay to base, in the order of docs/durability.md (K0 to K8), and what goes before the first write of an instance (J5).
//! `parts.rs` does it a few files at a time.

mod asked;
mod carry;
mod cleaning;
mod compact;
mod flush;
mod merging;
mod parts;
mod rewrite;
mod takeover;

use crate::base::layout::{self, LOG, RUNS};
use crate::base::log_state::LogState;
use crate::disk::tmp::{self, TMP};
use crate::engine::Opened;
use crate::error::Result;
use crate::journal::manifest::{LogName, Manifest};
use crate::journal::write::{self, CommitFrames};
use crate::journal::{record, within_counts};
use crate::keyspace::{self, Name};
use crate::run::list::{Garbage, Runs};
use crate::state::carried::Carried;
use crate::state::layer::Layer;
use crate::state::overlay::Overlay;
use crate::state::pending::{PendingLog, PendingValue};
use crate::state::progress::Progress;
use crate::storage::{EntryKind, Storage};
use std::collections::BTreeMap;
use std::sync::Arc;

impl<S: Storage> Opened<'_, S> {
    /// Ends the checkpoint that is going on, if one is. The journal is this instance's own.
    pub(crate) fn end_checkpoint(&mut self) -> Result<()> {
        if self.state.progress.is_none() {
            return Ok(());
        }
        while self.carry_next()? {
            self.check();
        }
        self.complete()
    }

    /// Writes everything that is pending into the base and begins a new journal. The journal is this instance's own.
    pub(crate) fn checkpoint_now(&mut self) -> Result<()> {
        self.end_checkpoint()?;
        if self.state.journal.has_frames() {
            self.begin_checkpoint()?;
            self.end_checkpoint()?;
        }
        Ok(())
    }

    /// A checkpoint that carries nothing and names what was merged or mended.
    pub(crate) fn install_merged(&mut self) -> Result<()> {
        if self.state.progress.is_none() {
            self.begin_checkpoint()?;
        }
        self.end_checkpoint()
    }

    /// K0 to K2. From here on the files of what is pending now may change.
    pub(crate) fn begin_checkpoint(&mut self) -> Result<()> {
        // Of the last one: its manifest alone says where those are.
        self.name_new_files()?;
        let journal = &mut self.state.journal;
        // ORDER: no base file ever shows what the journal could still lose.
        write::flush(&mut self.root.files, journal)?;
        // ORDER: a reader beside this writer is told before a base file changes, and behind what it has to know of by then.
        write::announce(&mut self.root.files, journal)?;
        self.root.files.make_folder(TMP)?;
        let mut left: Vec<_> = self.state.overlay.new_part().carried().collect();
        // What gives room comes before what takes it.
        left.sort_by_key(|carried| (!self.is_removed(carried), !self.gives_room(carried)));
        self.state.overlay.freeze();
        let (lsn, end) = (self.state.journal.next_lsn - 1, self.state.journal.end);
        // The names that the last checkpoint gave at its end.
        let folders = std::mem::take(&mut self.state.renamed);
        let flush = self.new_flush();
        self.state.progress = Some(Progress::new((lsn, end), left.into(), flush, folders));
        self.check();
        Ok(())
    }

    /// Gives up the checkpoint that is going on, as a crash would: what it has done is done again by the next one.
    pub(crate) fn give_up_checkpoint(&mut self) -> Result<()> {
        let Some(progress) = self.state.progress.take() else { return Ok(()) };
        self.state.overlay.thaw();
        self.state.renamed.extend(progress.folders.iter().cloned());
        for file in progress.new_files.values() {
            self.root.files.remove(&layout::run(file.number))?;
        }
        progress.flush.remove(&mut self.root.files)
    }

    /// K4 to K8: all that was frozen is in the base.
    fn complete(&mut self) -> Result<()> {
        self.end_merge_files()?;
        if self.state.merges.has_files() {
            self.enter_due(RUNS)?;
        }
        // ORDER: every name in the base is durable before the next journal can count.
        self.sync_all_due()?;
        self.check();
        let (runs, garbage) = self.next_runs();
        let Some(progress) = &self.state.progress else { return Ok(()) };
        let manifest = Manifest { runs, garbage, ..self.next_manifest(progress) };
        let from = progress.end;
        within_counts(manifest.lsn)?;
        let mut new = Layer::default();
        let payloads = |lsn, payload: &[u8]| {
            let records = record::decode(payload).ok_or("a commit of an unknown kind")?;
            new.replay(&manifest, lsn, &records)
        };
        let before = self.state.journal.manifest.runs.clone();
        // K5 and K6. This is the moment.
        let (files, journal, none) = (&mut self.root.files, &mut self.state.journal, CommitFrames::default());
        let begun = write::begin_next(files, journal, &manifest, from, none, payloads);
        if begun.is_err() {
            // Of what they have made nobody knows whether it counts.
            self.state.merges.running.clear();
        }
        begun?;
        self.settle(new);
        // K7. ORDER: a reader finds the old journal gone before a log has its new file, and before a file goes that it names.
        write::remove_older(&mut self.root.files, &mut self.state.journal)?;
        self.remove_merged(&before)?;
        self.empty_tmp()?;
        self.name_new_files()?;
        self.check();
        Ok(())
    }

    /// What the next journal says of the base that has been written, but for runs.
    fn next_manifest(&self, progress: &Progress<S::File>) -> Manifest {
        let mut lsn = progress.lsn;
        if progress.end == self.state.journal.end {
            lsn = lsn.max(self.root.lsn_floor.saturating_sub(1));
        }
        let overlay = &self.state.overlay;
        let position = overlay.frozen().and_then(|frozen| frozen.position.clone());
        Manifest {
            lsn,
            copied: lsn,
            next_file: self.state.next_file,
            pending: progress.new_files.iter().map(|(log, file)| (log.clone(), file.number)).collect(),
            marks: carried_states(overlay, progress)
                .filter(|((id, name), _)| {
                    overlay.new_part().logs(*id).is_some_and(|logs| logs.contains_key(name))
                })
                .collect(),
            position: position.unwrap_or_else(|| self.state.journal.manifest.position.clone()),
            ..Manifest::default()
        }
    }

    /// The runs, what was frozen before all, and what was merged in the place of what it was made of; and an estimate of their garbage.
    fn next_runs(&mut self) -> (Runs, Garbage) {
        let mut runs = self.state.merges.mended.as_ref().unwrap_or(self.state.stack.runs()).clone();
        let mut garbage = self.state.journal.manifest.garbage;
        if let Some(Progress { flush, .. }) = &self.state.progress {
            runs.runs.splice(..0, flush.run().map(Arc::new));
            garbage = garbage.and(flush.garbage);
        }
        let merged = self.install_merges(runs.clone()).with_kept(&self.state.journal.manifest.runs);
        let garbage = garbage.behind(&runs, &merged);
        (merged, garbage)
    }

    /// The base holds what was frozen; the overlay is what has come since.
    fn settle(&mut self, new: Layer) {
        let Some(progress) = self.state.progress.take() else { return };
        let states: BTreeMap<LogName, LogState> = carried_states(&self.state.overlay, &progress).collect();
        let frozen = self.state.overlay.settle(new);
        self.advance_index(&frozen);
        self.state.set_runs(self.state.journal.manifest.runs.clone());
        self.state.merges.mended = None;
        self.state.merges.running.retain(|running| !running.merge.is_over());
        self.begin_merges();
        for ((id, name), log_state) in states {
            if let Some(keyspace) = keyspace::by_id(id) {
                self.state.remember_log_state(keyspace, &name, log_state);
                self.state.probes.forget(keyspace, &name);
            }
        }
        for (name, value) in frozen.values(keyspace::BLOBS.id).into_iter().flatten() {
            if let (PendingValue::Put { .. }, Ok(digest)) = (value, (**name).try_into()) {
                self.root.uploads.remember_durable(digest);
            }
        }
        if !progress.new_files.is_empty() {
            self.root.places.forget();
        }
        self.state.unnamed = self.state.journal.manifest.pending.clone();
        self.root.files.counts.checkpoints += 1;
    }

    /// K8. Each new file takes the name of its log. Not synced: until the next checkpoint has done that, the manifest names it.
    pub(crate) fn name_new_files(&mut self) -> Result<()> {
        while let Some(((id, name), number)) = self.state.unnamed.first_key_value() {
            let (log, run) = ((*id, Name::clone(name)), layout::run(*number));
            if let Some(keyspace) = keyspace::by_id(log.0) {
                let path = layout::path(keyspace, &log.1, LOG);
                if self.root.files.open(&run)?.is_some() {
                    self.root.files.rename(&run, &path)?;
                    // After a loss of power it may have had both names (D3), and then a rename does nothing.
                    self.root.files.remove(&run)?;
                }
                self.state.renamed.insert(layout::parent(&path).to_owned());
            }
            self.state.unnamed.remove(&log);
        }
        Ok(())
    }

    /// The names that logs' new files have got, durable: nothing in `runs/` stands for a log any more.
    pub(crate) fn sync_renamed(&mut self) -> Result<()> {
        if self.state.renamed.is_empty() {
            return Ok(());
        }
        while let Some(folder) = self.state.renamed.first().cloned() {
            self.root.files.sync_folder(&folder)?;
            self.state.renamed.remove(&folder);
        }
        // ORDER: a file has its new name for good before the old one goes for good.
        self.root.files.sync_folder(RUNS)
    }

    /// Does a log or a key take less room in the base when it is carried?
    pub(crate) fn gives_room(&self, carried: &Carried) -> bool {
        let log = self.state.overlay.log(carried.keyspace, &carried.name);
        self.is_removed(carried) || log.is_some_and(|log| log.is_emptied || log.rewrite.is_some())
    }

    /// Does nothing stay of a log or a key but its absence?
    fn is_removed(&self, carried: &Carried) -> bool {
        let Carried { keyspace, name } = carried;
        self.state.overlay.value(keyspace, name) == Some(&PendingValue::Removed)
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

/// What the files of the logs hold that a checkpoint has carried.
fn carried_states<F>(overlay: &Overlay, progress: &Progress<F>) -> impl Iterator<Item = (LogName, LogState)> {
    let logs = keyspace::ALL
        .into_iter()
        .filter_map(|keyspace| Some((keyspace.id, overlay.frozen()?.logs(keyspace.id)?)));
    logs.flat_map(|(id, logs)| logs.iter().map(move |(name, log)| ((id, Name::clone(name)), log))).map(
        |(log, pending)| {
            let new_file = progress.new_files.get(&log).map(|file| file.log_state);
            (log, new_file.unwrap_or_else(|| PendingLog::state_in_base(pending)))
        },
    )
}
