//! The three shapes, logs, tables and blobs in named spaces, and one commit at a time on them.
//!
//! ```text
//! operation -> decide -> one frame in the journal, one sync -> overlay -> answer
//! checkpoint: overlay -> base files, synced -> a new, empty journal
//! opening:    journal -> overlay
//! reading:    overlay first, then base
//! ```

use crate::base::layout::{self, FORMAT};
use crate::base::log::LogFile;
use crate::base::mark;
use crate::cache::Cache;
use crate::checksum;
use crate::commit::Commit;
use crate::error::{Error, Failure, Result};
use crate::files::Files;
use crate::index::Names;
use crate::journal::{Journal, read};
use crate::limits::{CHUNK_BYTES, MARKS_MAX, READ_ATTEMPTS_MAX};
use crate::newer;
use crate::overlay::{Overlay, PendingLog};
use crate::processor::Processor;
use crate::record::{Mark, Record};
use crate::reserve::Reserve;
use crate::space::{self, Space};
use crate::spread::Spread;
use crate::storage::Storage;
use std::collections::{BTreeMap, BTreeSet};

/// What the file `format` holds.
pub(crate) const FORMAT_TEXT: &str = "sx-persist 1 plain\n";

/// Bytes of that file that are looked at: more than any version of it has.
pub(crate) const FORMAT_BYTES_MAX: usize = 256;

/// When an answer is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Before it is given.
    #[default]
    Always,
    /// At the next flush or checkpoint.
    Relaxed,
}

/// A store over one root: the engine below every interface.
///
/// Opening does nothing; the first call reads the journal, and the first write makes the root this instance's own.
#[derive(Debug)]
pub struct Engine<S: Storage> {
    pub(crate) files: Files<S>,
    pub(crate) journal: Option<Journal<S::File>>,
    pub(crate) overlay: Overlay,
    pub(crate) durability: Durability,
    pub(crate) folders: BTreeSet<String>,
    pub(crate) has_format: bool,
    /// No commit after the next checkpoint has a lower lsn: `repair` lost sight of some.
    pub(crate) lsn_floor: u64,
    pub(crate) blobs: crate::blob::Blobs<S::File>,
    marks: BTreeMap<(u8, Vec<u8>), Mark>,
    pub(crate) index: BTreeMap<u8, Names>,
    pub(crate) cache: Cache,
    pub(crate) objects: crate::objects::Counts,
    pub(crate) commit: Commit,
    pub(crate) spread: Spread,
    pub(crate) reserve: Reserve,
    /// A log was put in the place of another, and no frame says yet that its name is durable: a commit may not stand on it.
    pub(crate) is_unsettled: bool,
    pub(crate) closed: Option<Failure>,
}

impl<S: Storage> Engine<S> {
    /// An engine over a root.
    pub fn new(storage: S) -> Self {
        Self::on(Processor::default(), storage)
    }

    /// As [`Engine::new`], on another processor; the crate's own hash is not linked then.
    pub fn on(processor: Processor, storage: S) -> Self {
        Self {
            files: Files::new(storage, processor),
            journal: None,
            overlay: Overlay::default(),
            durability: Durability::default(),
            folders: BTreeSet::new(),
            has_format: false,
            lsn_floor: 0,
            blobs: crate::blob::Blobs::default(),
            marks: BTreeMap::new(),
            index: BTreeMap::new(),
            cache: Cache::default(),
            objects: crate::objects::Counts::default(),
            commit: Commit::default(),
            spread: Spread::default(),
            reserve: Reserve::default(),
            is_unsettled: false,
            closed: None,
        }
    }

    /// Reads, beside a writer if the root is read-only: what the writer's checkpoint changed under a call is read again.
    pub(crate) fn read<R>(&mut self, mut call: impl FnMut(&mut Self) -> Result<R>) -> Result<R> {
        if !self.files.is_read_only() {
            self.load()?;
            return call(self);
        }
        let mut failed_at = None;
        for _ in 0..READ_ATTEMPTS_MAX {
            let outcome = self.refresh().and_then(|()| call(self));
            let numbers = read::numbers(&mut self.files)?;
            let is_settled = self.is_settled(&numbers);
            match outcome {
                Ok(answer) if is_settled => return Ok(answer),
                // What looks like damage may be a file that the writer was changing: believed when it is seen twice.
                Err(error @ (Error::Corrupt(_) | Error::Io(_))) => {
                    if failed_at.as_ref() == Some(&numbers) && (is_settled || self.journal.is_none()) {
                        return Err(error);
                    }
                    failed_at = Some(numbers);
                    self.forget();
                }
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        let failure = Failure { step: "read", file: layout::JOURNAL.to_owned(), code: "busy" };
        Err(Error::Io(failure))
    }

    /// Has nothing happened, since the journal was read, that changes the base where this reader looks into it?
    ///
    /// Before the writer changes base files it makes a file in `journal/`, and then changes those of what the journal names by
    /// then. Who has seen that file, and then read the journal, has all of these in the overlay, and looks at nothing of theirs
    /// that a checkpoint changes, but for the new file of a truncated log: that one is in the journal before it takes its place.
    fn is_settled(&mut self, numbers: &[u64]) -> bool {
        let Some(journal) = self.journal.as_ref().filter(|journal| journal.numbers == numbers) else {
            return false;
        };
        let in_checkpoint = numbers.last().is_some_and(|last| *last != journal.number);
        !in_checkpoint || self.follow() == Ok(false)
    }

    /// Brings a reader up to date with the writer.
    fn refresh(&mut self) -> Result<()> {
        let numbers = read::numbers(&mut self.files)?;
        match &mut self.journal {
            // Above it another may have come to count: no commit goes there before this one is gone.
            Some(journal) if numbers.contains(&journal.number) => {
                journal.numbers = numbers;
                self.follow().map(drop)
            }
            _ => {
                self.forget();
                self.load()
            }
        }
    }

    /// Reads on in the journal. Answers whether a log has a new file since, or may have.
    fn follow(&mut self) -> Result<bool> {
        let Some(journal) = &mut self.journal else { return Ok(false) };
        let overlay = &mut self.overlay;
        let mut is_rewritten = false;
        read::follow(&mut self.files, journal, |lsn, records| {
            is_rewritten |= records.iter().any(|record| matches!(record, Record::Rewritten { .. }));
            overlay.replay(lsn, records);
            Ok(())
        })?;
        Ok(self.settle_rewritten()? || is_rewritten)
    }

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
        for space in space::ALL {
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
            found = checksum::crc32c_append(found, &chunk);
            at += chunk.len() as u64;
        }
        if found != crc {
            return Ok(None);
        }
        mark::of_lines(&mut self.files, LogFile::new(file, length), Some(0)).map(Some)
    }

    /// The mark of a log's base file: what the overlay says, else what the files say.
    pub(crate) fn mark(&mut self, space: &Space, name: &[u8]) -> Result<Mark> {
        if let Some(log) = self.overlay.log(space, name) {
            return Ok(log.base);
        }
        // One that the base cannot change under: a writer's own, or a reader's until the journal's number changes.
        if let Some(mark) = self.marks.get(&(space.id, name.to_vec())) {
            return Ok(*mark);
        }
        let mark = mark::load(&mut self.files, space, name)?;
        self.remember_mark(space, name, mark);
        Ok(mark)
    }

    /// How many marks are kept.
    pub(crate) fn marks_count(&self) -> usize {
        self.marks.len()
    }

    pub(crate) fn remember_mark(&mut self, space: &Space, name: &[u8], mark: Mark) {
        if self.marks.len() >= MARKS_MAX {
            self.marks.clear();
        }
        self.marks.insert((space.id, name.to_vec()), mark);
    }

    /// The highest seq ever appended to a log.
    pub(crate) fn log_last_seq(&mut self, space: &Space, name: &[u8]) -> Result<u64> {
        match self.overlay.log(space, name) {
            Some(log) => Ok(log.last_seq),
            None => Ok(self.mark(space, name)?.last_seq),
        }
    }
}
