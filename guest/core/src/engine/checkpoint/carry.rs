//! The files that a checkpoint writes: a log's (K3a, K3b), a key's (K3c), and `format`.

use crate::base::format::Layout;
use crate::base::layout::{self, FORMAT, LOG, RUNS, SEQ};
use crate::base::{line, value_file};
use crate::disk::files::Handle;
use crate::disk::tmp::{self, TMP};
use crate::engine::Opened;
use crate::error::{Error, Result};
use crate::journal::within_counts;
use crate::keyspace::Shape;
use crate::limits::{CHUNK_BYTES, PASSED_BYTES_MAX};
use crate::state::carried::Carried;
use crate::state::pending::{PendingLog, PendingValue};
use crate::state::progress::NewFile;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// What is carried of a log.
    fn frozen_log(&self, log: &Carried) -> Option<&PendingLog> {
        self.state.overlay.frozen()?.log(log.keyspace, &log.name)
    }

    pub(super) fn carry_log(&mut self, log: &Carried) -> Result<()> {
        let Some(pending) = self.frozen_log(log) else { return Ok(()) };
        let (last_seq, is_rewritten) = (pending.last_seq, pending.rewrite.is_some());
        let path = layout::path(log.keyspace, &log.name, LOG);
        self.enter_due(layout::parent(&path))?;
        if is_rewritten {
            let last_seq = self.write_new_file(log)?;
            return self.write_seq(log, last_seq);
        }
        self.extend_log(log, &path)?;
        self.write_seq(log, last_seq)
    }

    /// K3a: the pending lines go behind what stood there when the journal began, whatever is there now.
    fn extend_log(&mut self, log: &Carried, path: &str) -> Result<()> {
        let Some(pending) = self.frozen_log(log) else { return Ok(()) };
        let (length, is_emptied) = (pending.base.length_bytes, pending.is_emptied);
        let file = match self.root.files.open(path)? {
            Some(file) => file,
            None if length == 0 => self.root.files.create(path)?,
            None => return Err(Error::corrupt(path, 0, "gone, and the journal goes on behind it")),
        };
        let size = self.root.files.size(&file)?;
        self.check_end(&file, length, size)?;
        if size > length {
            if !is_emptied {
                self.keep_foreign_tail(log, &file, length, size)?;
            }
            self.root.files.set_size(&file, length)?;
        }
        let overlay = &self.state.overlay;
        let pending = overlay.frozen().and_then(|frozen| frozen.log(log.keyspace, &log.name));
        let bytes = pending.map_or(&[][..], |pending| &pending.bytes);
        self.root.files.write(&file, length, bytes)?;
        self.root.files.sync(&file)
    }

    /// K3b: the lines that stay go to a file of their own, which takes the log's name when the journal that needs the old one no
    /// longer counts. Answers the log's last-seq.
    fn write_new_file(&mut self, log: &Carried) -> Result<u64> {
        let number = self.state.next_file;
        within_counts(number + 1)?;
        self.state.next_file = number + 1;
        self.enter_due(RUNS)?;
        let path = layout::run(number);
        let log_state = match self.rewrite_log(log, &path) {
            Err(error) if self.found_no_room(&error) => {
                self.root.files.remove(&path)?;
                return Err(error);
            }
            written => written?,
        };
        if let Some(progress) = &mut self.state.progress {
            let name = (log.keyspace.id, log.name.clone());
            progress.new_files.insert(name, NewFile { number, log_state });
        }
        Ok(log_state.last_seq)
    }

    /// A log that is shorter than its recorded length, or does not end in a newline there, is never extended (J6).
    pub(crate) fn check_end(&mut self, file: &Handle<S::File>, length: u64, size: u64) -> Result<()> {
        let Some(newline) = length.checked_sub(1) else { return Ok(()) };
        let mut last = Vec::new();
        if size >= length {
            self.root.files.read(file, newline, 1, &mut last)?;
        }
        match last.as_slice() {
            [b'\n'] => Ok(()),
            [] => Err(Error::corrupt(file.path(), size, "shorter than the journal knows it")),
            _ => Err(Error::corrupt(file.path(), newline, "no newline where the journal goes on")),
        }
    }

    /// Copies what stands behind the recorded length to quarantine, unless it is zeros, blank, or a part of what goes there
    /// anyway: the original may have written after our crash.
    fn keep_foreign_tail(
        &mut self,
        log: &Carried,
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
            self.root.files.read(file, at, CHUNK_BYTES, &mut chunk)?;
            let start = usize::try_from(at - length).unwrap_or(usize::MAX);
            let ours = self.frozen_log(log).and_then(|pending| pending.bytes.get(start..));
            let ours = ours.unwrap_or_default().iter().copied();
            is_ours = !chunk.is_empty()
                && chunk
                    .iter()
                    .zip(ours.chain(std::iter::repeat(0)))
                    .all(|(byte, our)| *byte == 0 || byte.is_ascii_whitespace() || *byte == our);
            at += chunk.len() as u64;
        }
        if !is_ours {
            self.root.set_aside(file, length..size, "bytes behind the log that this store did not write")?;
        }
        Ok(())
    }

    /// The journal covers a torn `.seq`, so it is written in place.
    fn write_seq(&mut self, log: &Carried, last_seq: u64) -> Result<()> {
        let path = layout::path(log.keyspace, &log.name, SEQ);
        let text = line::print_seq(last_seq);
        let file = match self.root.files.open(&path)? {
            Some(file) => {
                self.root.files.set_size(&file, text.len() as u64)?;
                file
            }
            None => self.root.files.create(&path)?,
        };
        self.root.files.write(&file, 0, text.as_bytes())?;
        self.root.files.sync(&file)
    }

    /// K3c for one key.
    pub(super) fn carry_value(&mut self, key: &Carried) -> Result<()> {
        let path = layout::path(key.keyspace, &key.name, "");
        let frozen = self.state.overlay.frozen().and_then(|frozen| frozen.value(key.keyspace, &key.name));
        let bytes = match frozen {
            Some(PendingValue::Put { bytes, version }) => value_file::encode(key.keyspace, bytes, *version),
            Some(PendingValue::Removed) => {
                self.folder_is_due(layout::parent(&path));
                return if self.is_blob_again(key) { Ok(()) } else { self.root.files.remove(&path) };
            }
            Some(PendingValue::Present) | None => {
                self.folder_is_due(layout::parent(&path));
                return Ok(());
            }
        };
        self.enter_due(layout::parent(&path))?;
        self.replace_file(&tmp::path(key.keyspace.folder), &path, &bytes)
    }

    /// Has a blob that is to go been put again since the checkpoint began? A large one is in its place by then.
    fn is_blob_again(&self, key: &Carried) -> bool {
        let new = self.state.overlay.new_part().value(key.keyspace, &key.name);
        key.keyspace.shape == Shape::Blob && new.is_some_and(|value| *value != PendingValue::Removed)
    }

    pub(crate) fn write_format(&mut self, layout: Layout) -> Result<()> {
        let text = self.root.geometry.print(layout);
        self.root.files.make_folder(TMP)?;
        self.replace_file(&tmp::path("format"), FORMAT, text.as_bytes())
    }

    /// Puts a whole file in the place of another, or of none. Its name is durable once the folder is synced.
    fn replace_file(&mut self, tmp: &str, path: &str, bytes: &[u8]) -> Result<()> {
        let file = self.root.files.create(tmp)?;
        self.root.files.write(&file, 0, bytes)?;
        // ORDER: the bytes are durable before the name shows them.
        self.root.files.sync(&file)?;
        self.root.files.rename(tmp, path)
    }
}
