//! Opening: what the journal says becomes the overlay.

use crate::base::layout::{self, FORMAT};
use crate::base::log_file::LogFile;
use crate::base::log_state::{self, Mark};
use crate::base::newer;
use crate::codec::crc32c;
use crate::engine::{Engine, FORMAT_BYTES_MAX, FORMAT_TEXT};
use crate::error::{Error, Result};
use crate::journal::read;
use crate::keyspace::{self, Space};
use crate::limits::CHUNK_BYTES;
use crate::state::cache::Cache;
use crate::state::overlay::{Overlay, PendingLog};
use crate::state::progress::Spread;
use crate::storage::Storage;

impl<S: Storage> Engine<S> {
    /// Forgets what was read, so that the next call reads it anew.
    pub(crate) fn forget(&mut self) {
        self.journal = None;
        self.overlay = Overlay::default();
        self.marks.clear();
        self.index.clear();
        self.cache = Cache::default();
        self.spread = Spread::default();
    }

    /// Reads the journal, once. Writes nothing.
    pub(crate) fn load(&mut self) -> Result<()> {
        if self.journal.is_some() {
            return Ok(());
        }
        self.load_format()?;
        let mut overlay = Overlay::default();
        let journal = read::load(&mut self.files, |lsn, records| {
            overlay.replay(lsn, records);
            Ok(())
        })?;
        if journal.file.is_none() && self.has_format {
            return Err(Error::corrupt(layout::JOURNAL, 0, "no valid journal"));
        }
        self.overlay = overlay;
        self.settle_rewritten()?;
        self.journal = Some(journal);
        self.check();
        Ok(())
    }

    pub(crate) fn load_format(&mut self) -> Result<()> {
        self.has_format = false;
        if let Some(file) = self.files.open(FORMAT)? {
            let mut text = Vec::new();
            self.files.read(&file, 0, FORMAT_BYTES_MAX, &mut text)?;
            if text != FORMAT_TEXT.as_bytes() {
                let reason = newer::of_format(&text).unwrap_or("not the format of this version");
                return Err(Error::corrupt(FORMAT, 0, reason));
            }
            self.has_format = true;
        }
        Ok(())
    }

    /// A log whose rewritten file is in place is done: what the journal says of it is in the file already.
    /// Answers whether there was one.
    pub(crate) fn settle_rewritten(&mut self) -> Result<bool> {
        let mut is_any = false;
        for space in keyspace::ALL {
            let waiting =
                self.overlay.logs(space).filter_map(|(name, log)| Some((name.to_vec(), log.rewritten?)));
            let waiting: Vec<_> = waiting.collect();
            for (name, (length_bytes, crc)) in waiting {
                let Some(mark) = self.mark_of_rewritten(space, &name, length_bytes, crc)? else { continue };
                is_any = true;
                self.is_unsettled = true;
                if let Some(log) = self.overlay.log_mut(space, &name) {
                    // A file that repair has written may know of a higher one than the commit did.
                    let last_seq = log.last_seq;
                    *log = PendingLog::new(Mark { last_seq: last_seq.max(mark.last_seq), ..mark });
                }
            }
        }
        Ok(is_any)
    }

    /// The mark of a log whose whole file has this length and checksum.
    fn mark_of_rewritten(
        &mut self,
        space: &Space,
        name: &[u8],
        length: u64,
        crc: u32,
    ) -> Result<Option<Mark>> {
        let Some(file) = self.files.open(&layout::path(space, name, layout::LOG))? else { return Ok(None) };
        if self.files.size(&file)? != length {
            return Ok(None);
        }
        let mut found = 0;
        let mut chunk = Vec::new();
        let mut at = 0;
        while at < length {
            chunk.clear();
            self.files.read(&file, at, CHUNK_BYTES, &mut chunk)?;
            if chunk.is_empty() {
                return Ok(None);
            }
            found = crc32c::crc32c_append(found, &chunk);
            at += chunk.len() as u64;
        }
        if found != crc {
            return Ok(None);
        }
        log_state::of_lines(&mut self.files, LogFile::new(file, length), Some(0)).map(Some)
    }

    /// Refuses what cannot be written to, and reads the journal.
    pub(crate) fn check_writable(&mut self) -> Result<()> {
        self.check_open()?;
        self.load()
    }

    /// As [`Engine::check_writable`], without a look at what is stored.
    pub(crate) fn check_open(&self) -> Result<()> {
        if self.files.is_read_only() {
            return Err(Error::ReadOnly);
        }
        match &self.closed {
            Some(failure) => Err(Error::Closed(failure.clone())),
            None => Ok(()),
        }
    }
}
