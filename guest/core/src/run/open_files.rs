//! The files of runs, opened when something is first read of them, and the bytes of new ones on their way to the disk.

use super::entry::RunEntry;
use super::list::ListedFile;
use super::value::{self, ValueBytes};
use super::writer::{Piece, RunWriter, WrittenFile};
use super::{RunFiles, RunGeometry};
use crate::base::layout;
use crate::disk::files::{Files, Handle};
use crate::error::{Error, Result};
use crate::limits::{RUN_FILES_OPEN_MAX, RUN_PIECE_BYTES, RUN_SYNC_BYTES};
use crate::storage::Storage;
use lru::LruCache;
use std::hash::{BuildHasherDefault, DefaultHasher};

/// Files of runs that are open: those that were read last. Its hasher is the same in each run (A1).
#[derive(Debug)]
pub(crate) struct OpenRuns<F> {
    handles: LruCache<u64, Handle<F>, BuildHasherDefault<DefaultHasher>>,
}

impl<F> Default for OpenRuns<F> {
    fn default() -> Self {
        Self { handles: LruCache::with_hasher(RUN_FILES_OPEN_MAX, BuildHasherDefault::default()) }
    }
}

/// The files of runs on the disk.
#[derive(Debug)]
pub(crate) struct DiskRuns<'a, S: Storage> {
    pub(crate) files: &'a mut Files<S>,
    pub(crate) open: &'a mut OpenRuns<S::File>,
}

impl<S: Storage> RunFiles for DiskRuns<'_, S> {
    fn read(&mut self, number: u64, offset: u64, length: usize) -> Result<Vec<u8>> {
        if !self.open.handles.contains(&number) {
            let path = layout::run(number);
            let Some(file) = self.files.open(&path)? else {
                return Err(Error::corrupt(&path, offset, "the file is gone"));
            };
            self.open.handles.put(number, file);
        }
        let mut bytes = Vec::new();
        if let Some(file) = self.open.handles.get(&number) {
            self.files.read(file, offset, length, &mut bytes)?;
        }
        Ok(bytes)
    }

    fn checksums(&self, bytes: &[u8], bounds: &[u32]) -> Vec<u32> {
        self.files.checksums(bytes, bounds)
    }
}

impl<F> OpenRuns<F> {
    /// The file is about to go.
    pub(crate) fn close(&mut self, number: u64) {
        self.handles.pop(&number);
    }
}

/// New files of one run, of which the bytes are made elsewhere.
#[derive(Debug)]
pub(crate) struct NewFiles<F> {
    /// The numbers of those that were made.
    numbers: Vec<u64>,
    /// The one that is being written, and its bytes that are not synced.
    file: Option<Handle<F>>,
    unsynced_bytes: usize,
}

impl<F> Default for NewFiles<F> {
    fn default() -> Self {
        Self { numbers: Vec::new(), file: None, unsynced_bytes: 0 }
    }
}

impl<F> NewFiles<F> {
    /// The numbers of the files that were made.
    pub(crate) fn numbers(&self) -> &[u64] {
        &self.numbers
    }

    /// Removes them: no manifest will name one.
    ///
    /// # Errors
    /// Those of the storage.
    pub(crate) fn remove<S: Storage<File = F>>(&self, files: &mut Files<S>) -> Result<()> {
        self.numbers.iter().try_for_each(|number| files.remove(&layout::run(*number)))
    }

    /// Writes what comes next. After an error the files are of no use: what the piece held is nowhere.
    ///
    /// # Errors
    /// Those of the storage.
    pub(crate) fn write<S: Storage<File = F>>(
        &mut self,
        files: &mut Files<S>,
        piece: &Piece<'_>,
    ) -> Result<()> {
        if piece.offset == 0 {
            self.file = Some(files.create(&layout::run(piece.number))?);
            self.numbers.push(piece.number);
        }
        let Some(file) = &self.file else { return Ok(()) };
        files.write(file, piece.offset, piece.bytes)?;
        self.unsynced_bytes += piece.bytes.len();
        if piece.finished.is_some() || self.unsynced_bytes >= RUN_SYNC_BYTES {
            // ORDER: all of a file is durable before a manifest can name it. What is synced as it comes is not waited for at the end.
            files.sync(file)?;
            self.unsynced_bytes = 0;
        }
        if piece.finished.is_some() {
            self.file = None;
        }
        Ok(())
    }
}

/// A run that is being written: entries go in, and files come out.
#[derive(Debug)]
pub(crate) struct NewRun<F> {
    writer: RunWriter,
    files: NewFiles<F>,
    /// Those that are whole.
    whole: Vec<WrittenFile>,
}

impl<F> NewRun<F> {
    pub(crate) fn new(geometry: RunGeometry) -> Self {
        Self { writer: RunWriter::new(geometry), files: NewFiles::default(), whole: Vec::new() }
    }

    /// As [`RunWriter::push`].
    ///
    /// # Errors
    /// Its own.
    pub(crate) fn push(&mut self, entry: &RunEntry<'_>, next_number: &mut u64) -> Result<()> {
        self.writer.push(entry, next_number)
    }

    /// No entry follows.
    ///
    /// # Errors
    /// Memory.
    pub(crate) fn finish(&mut self) -> Result<()> {
        self.writer.finish()
    }

    /// Bytes that can be written.
    pub(crate) fn pending_bytes(&self) -> usize {
        self.writer.pending_bytes()
    }

    /// Writes the next piece. False where there is none. After an error the run is of no use.
    ///
    /// # Errors
    /// Those of the storage.
    pub(crate) fn write_piece<S: Storage<File = F>>(&mut self, files: &mut Files<S>) -> Result<bool> {
        let Some(piece) = self.writer.take(RUN_PIECE_BYTES) else { return Ok(false) };
        self.files.write(files, &piece)?;
        self.whole.extend(piece.finished);
        Ok(true)
    }

    /// Writes pieces while so many bytes are there.
    ///
    /// # Errors
    /// As [`Self::write_piece`].
    pub(crate) fn write<S: Storage<File = F>>(
        &mut self,
        files: &mut Files<S>,
        least_bytes: usize,
    ) -> Result<()> {
        while self.pending_bytes() >= least_bytes && self.write_piece(files)? {}
        Ok(())
    }

    /// As [`NewFiles::remove`].
    ///
    /// # Errors
    /// Those of the storage.
    pub(crate) fn remove<S: Storage<File = F>>(&self, files: &mut Files<S>) -> Result<()> {
        self.files.remove(files)
    }

    /// The files that are whole.
    pub(crate) fn whole(&self) -> Vec<ListedFile> {
        self.whole.iter().map(|written| ListedFile::whole(written.file.clone())).collect()
    }

    /// What their entries have in other files.
    pub(crate) fn values(&self) -> ValueBytes {
        let mut values = ValueBytes::new();
        self.whole.iter().for_each(|written| value::add(&mut values, &written.values));
        values
    }
}
