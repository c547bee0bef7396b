//! The files that a checkpoint writes: a log's (C1), a key's (C3), and `format`.

use crate::base::layout::{self, FORMAT, LOG, SEQ};
use crate::base::{line, value_file};
use crate::disk::files::Handle;
use crate::disk::tmp::{self, TMP};
use crate::engine::{FORMAT_TEXT, Opened};
use crate::error::{Error, Result};
use crate::limits::{CHUNK_BYTES, PASSED_BYTES_MAX};
use crate::state::overlay::{PendingLog, PendingValue};
use crate::state::progress::Dirty;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// C1 for one log: the pending lines go behind what stood there at the last checkpoint, whatever is there now, and behind
    /// those that this one has put there already.
    pub(crate) fn extend_log(&mut self, log: &Dirty) -> Result<()> {
        let path = layout::path(log.keyspace, &log.name, LOG);
        let Some(pending) = self.state.overlay.log(log.keyspace, &log.name) else { return Ok(()) };
        let (length, last_seq) = (pending.base.length_bytes + pending.carried as u64, pending.last_seq);
        let is_shortened = pending.shortened;
        if pending.dropped {
            self.state.spread.folders.insert(layout::parent(&path).to_owned());
            self.root.files.remove(&path)?;
            self.root.files.remove(&layout::path(log.keyspace, &log.name, SEQ))?;
            self.state.overlay.carried(log.keyspace, &log.name);
            return Ok(());
        }
        self.enter_due(layout::parent(&path))?;
        let file = match self.root.files.open(&path)? {
            Some(file) => file,
            None if length == 0 => self.root.files.create(&path)?,
            None => return Err(Error::corrupt(&path, 0, "gone, and the journal goes on behind it")),
        };
        let size = self.root.files.size(&file)?;
        self.check_end(&file, length, size)?;
        if size > length {
            if !is_shortened {
                self.keep_foreign_tail(log, &file, length, size)?;
            }
            self.root.files.set_size(&file, length)?;
        }
        let Some(pending) = self.state.overlay.log(log.keyspace, &log.name) else { return Ok(()) };
        self.root.files.write(&file, length, pending.uncarried()?)?;
        self.root.files.sync(&file)?;
        self.write_seq(log, last_seq)?;
        self.state.overlay.carried(log.keyspace, &log.name);
        Ok(())
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
            self.root.files.read(file, at, CHUNK_BYTES, &mut chunk)?;
            let pending = self.state.overlay.log(log.keyspace, &log.name);
            let pending = pending.map(PendingLog::uncarried).transpose()?;
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
            self.root.set_aside(file, length..size, "bytes behind the log that this store did not write")?;
        }
        Ok(())
    }

    /// The journal covers a torn `.seq`, so it is written in place.
    pub(super) fn write_seq(&mut self, log: &Dirty, last_seq: u64) -> Result<()> {
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

    /// C3 for one key.
    pub(crate) fn write_value(&mut self, index: usize, key: &Dirty) -> Result<()> {
        let path = layout::path(key.keyspace, &key.name, "");
        let bytes = match self.state.overlay.value(key.keyspace, &key.name) {
            Some(PendingValue::Put { bytes, version }) => {
                Some(value_file::encode(key.keyspace, &key.name, bytes, *version))
            }
            Some(PendingValue::Removed) => {
                self.root.files.remove(&path)?;
                None
            }
            Some(PendingValue::Present) | None => None,
        };
        match bytes {
            Some(bytes) => {
                self.enter_due(layout::parent(&path))?;
                let tmp = tmp::path(&format!("{}-{index}", key.keyspace.folder));
                self.replace_file(&tmp, &path, &bytes)?;
            }
            None => drop(self.state.spread.folders.insert(layout::parent(&path).to_owned())),
        }
        self.state.overlay.carried(key.keyspace, &key.name);
        Ok(())
    }

    pub(super) fn write_format(&mut self) -> Result<()> {
        self.root.files.make_folder(TMP)?;
        self.replace_file(&tmp::path("format"), FORMAT, FORMAT_TEXT.as_bytes())
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
