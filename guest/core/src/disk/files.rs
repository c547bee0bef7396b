//! What an engine is given: the storage, with names on its faults and a count of its steps, and the accelerators.

use crate::codec::accelerators::Accelerators;
use crate::codec::sha256::Digest;
use crate::codec::sha256::Sha256;
use crate::disk::tmp;
use crate::error::{Error, Result};
use crate::limits::{CHUNK_BYTES, SMALL_BYTES};
use crate::storage::{Entry, Fault, Storage};

/// What is wrong with something else in the place of a file, and of a folder.
pub(crate) const NO_FILE: &str = "not a regular file";
pub(crate) const NO_FOLDER: &str = "not a folder";

/// The root itself, as a path.
pub(crate) const ROOT: &str = ".";

/// Characters that the name of a file may have wherever the store may stand: an encrypting file system takes 143.
pub(crate) const SURE_NAME_CHARS: usize = 140;

/// Steps done since the instance began.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepCounts {
    pub(crate) writes: u64,
    pub(crate) syncs: u64,
    pub(crate) folder_syncs: u64,
    pub(crate) checkpoints: u64,
}

/// An open file that knows its name.
#[derive(Debug)]
pub(crate) struct Handle<F> {
    file: F,
    path: String,
}

impl<F> Handle<F> {
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The file has been renamed while it was open.
    pub(crate) fn renamed(self, path: &str) -> Self {
        Self { file: self.file, path: path.to_owned() }
    }
}

/// The storage of one root, and what computes on it.
#[derive(Debug)]
pub(crate) struct Files<S> {
    storage: S,
    accelerators: Accelerators,
    pub(crate) counts: StepCounts,
    /// The file system has refused to sync a folder: names are as durable as it makes them by itself.
    pub(crate) folder_sync_refused: bool,
    /// Characters of the longest name of a file that is known to be held.
    held_name_chars: usize,
    /// It has synced one: that this may not be done any more is a failure.
    folder_sync_offered: bool,
}

impl<S: Storage> Files<S> {
    pub(crate) fn new(storage: S, accelerators: Accelerators) -> Self {
        Self {
            storage,
            accelerators,
            counts: StepCounts::default(),
            folder_sync_refused: false,
            held_name_chars: SURE_NAME_CHARS,
            folder_sync_offered: false,
        }
    }

    /// A hash of what is to be written, or was read.
    pub(crate) fn hash(&self) -> Sha256 {
        Sha256::new(self.accelerators.compress)
    }

    /// The sha2-256 of bytes.
    pub(crate) fn digest(&self, bytes: &[u8]) -> Digest {
        Sha256::digest(self.accelerators.compress, bytes)
    }

    /// The checksums of parts of some bytes, as [`crate::codec::crc32c::Checksums`] has them.
    pub(crate) fn checksums(&self, bytes: &[u8], bounds: &[u32]) -> Vec<u32> {
        (self.accelerators.checksums)(bytes, bounds)
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.storage.is_read_only()
    }

    /// As [`Storage::is_certain`].
    pub(crate) fn is_certain(&self) -> bool {
        self.storage.is_certain()
    }

    /// As [`Storage::room`].
    pub(crate) fn room(&self) -> u64 {
        self.storage.room()
    }

    /// Refuses bytes that the store is given and has no room for.
    pub(crate) fn check_room(&self, bytes: usize, path: &str) -> Result<()> {
        let has_room = bytes as u64 <= self.room();
        if has_room { Ok(()) } else { Err(Error::at(Fault::NoSpace("quota"), "write", path)) }
    }

    pub(crate) fn open(&mut self, path: &str) -> Result<Option<Handle<S::File>>> {
        match self.storage.open(path) {
            Ok(file) => Ok(Some(Handle { file, path: path.to_owned() })),
            Err(Fault::Absent) => Ok(None),
            // What cannot be held is not there.
            Err(fault) if is_too_long(path, fault) => Ok(None),
            Err(Fault::NoFile) => Err(Error::corrupt(path, 0, NO_FILE)),
            Err(Fault::NoFolder) => Err(Error::corrupt(path, 0, "it stands in what is no folder")),
            Err(fault) => Err(Error::at(fault, "open", path)),
        }
    }

    /// Can a file have a name of so many characters? The file system is asked once, by looking for such a one.
    pub(crate) fn holds_name(&mut self, chars: usize) -> Result<bool> {
        if chars <= self.held_name_chars {
            return Ok(true);
        }
        let probe = "0".repeat(chars);
        match self.storage.open(&probe) {
            Ok(_) | Err(Fault::Absent) => self.held_name_chars = chars,
            Err(fault) if is_too_long(&probe, fault) => return Ok(false),
            Err(fault) => return Err(Error::at(fault, "open", &probe)),
        }
        Ok(true)
    }

    /// Creates a file that is not there yet. In `tmp/` a leftover of an earlier instance is unlinked first: it may be a second
    /// link to live data (D3), which opening and cutting it would destroy.
    pub(crate) fn create(&mut self, path: &str) -> Result<Handle<S::File>> {
        let mut created = self.storage.create(path);
        if matches!(created, Err(Fault::Exists)) && tmp::is_in_work(path) {
            self.remove(path)?;
            created = self.storage.create(path);
        }
        match created {
            Ok(file) => Ok(Handle { file, path: path.to_owned() }),
            Err(fault) => Err(Error::at(fault, "create", path)),
        }
    }

    pub(crate) fn size(&mut self, file: &Handle<S::File>) -> Result<u64> {
        self.storage.size(&file.file).map_err(|fault| Error::at(fault, "size", &file.path))
    }

    /// Appends up to `length` bytes from `offset` on to `into`; fewer only where the file ends.
    pub(crate) fn read(
        &mut self,
        file: &Handle<S::File>,
        offset: u64,
        length: usize,
        into: &mut Vec<u8>,
    ) -> Result<()> {
        reserve(into, length)?;
        self.storage
            .read(&file.file, offset, length, into)
            .map_err(|fault| Error::at(fault, "read", &file.path))
    }

    /// The whole of a file that is at most `limit` bytes long.
    pub(crate) fn read_all(&mut self, file: &Handle<S::File>, limit: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        // Small files are read in one step, without asking for their size.
        self.read(file, 0, SMALL_BYTES, &mut bytes)?;
        if bytes.len() < SMALL_BYTES {
            return within(bytes, limit);
        }
        let size = self.size(file)?;
        if size > limit as u64 {
            return Err(Error::TooLarge { limit: limit as u64, actual: size });
        }
        let rest = usize::try_from(size).unwrap_or(limit).saturating_sub(bytes.len());
        self.read(file, bytes.len() as u64, rest, &mut bytes)?;
        within(bytes, limit)
    }

    pub(crate) fn write(&mut self, file: &Handle<S::File>, offset: u64, bytes: &[u8]) -> Result<()> {
        self.counts.writes += 1;
        self.storage.write(&file.file, offset, bytes).map_err(|fault| Error::at(fault, "write", &file.path))
    }

    pub(crate) fn set_size(&mut self, file: &Handle<S::File>, size: u64) -> Result<()> {
        self.storage.set_size(&file.file, size).map_err(|fault| Error::at(fault, "set-size", &file.path))
    }

    pub(crate) fn sync(&mut self, file: &Handle<S::File>) -> Result<()> {
        self.counts.syncs += 1;
        self.storage.sync(&file.file).map_err(|fault| Error::at(fault, "sync", &file.path))
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        self.storage.rename(from, to).map_err(|fault| Error::at(fault, "rename", to))
    }

    /// Removes a file; one that is not there is fine.
    pub(crate) fn remove(&mut self, path: &str) -> Result<()> {
        match self.storage.remove(path) {
            Ok(()) | Err(Fault::Absent) => Ok(()),
            Err(fault) => Err(Error::at(fault, "remove", path)),
        }
    }

    /// Makes a folder; one that is there is fine. Answers whether it was made.
    pub(crate) fn make_folder(&mut self, path: &str) -> Result<bool> {
        match self.storage.make_folder(path) {
            Ok(()) => Ok(true),
            Err(Fault::Exists) => Ok(false),
            Err(fault) => Err(Error::at(fault, "make-folder", path)),
        }
    }

    /// Removes an empty folder; one that is not there is fine.
    pub(crate) fn remove_folder(&mut self, path: &str) -> Result<()> {
        match self.storage.remove_folder(path) {
            Ok(()) | Err(Fault::Absent) => Ok(()),
            Err(fault) => Err(Error::at(fault, "remove-folder", path)),
        }
    }

    /// What a folder holds, sorted by name; nothing when it is not there.
    pub(crate) fn list(&mut self, path: &str) -> Result<Vec<Entry>> {
        match self.storage.list(path) {
            Ok(mut entries) => {
                entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
                Ok(entries)
            }
            Err(Fault::Absent) => Ok(Vec::new()),
            Err(fault) if is_too_long(path, fault) => Ok(Vec::new()),
            Err(Fault::NoFolder) => Err(Error::corrupt(path, 0, NO_FOLDER)),
            Err(fault) => Err(Error::at(fault, "list", path)),
        }
    }

    pub(crate) fn sync_folder(&mut self, path: &str) -> Result<()> {
        self.counts.folder_syncs += 1;
        match self.storage.sync_folder(path) {
            Ok(()) => {
                self.folder_sync_offered = true;
                Ok(())
            }
            // A folder that is not there has no names to lose.
            Err(Fault::Absent) => Ok(()),
            Err(Fault::Refused(code)) if !(self.folder_sync_offered && is_permission(code)) => {
                self.folder_sync_refused = true;
                Ok(())
            }
            Err(fault) => Err(Error::at(fault, "sync-folder", path)),
        }
    }

    /// The sha2-256 of a whole file.
    pub(crate) fn hash_file(&mut self, file: &Handle<S::File>) -> Result<Digest> {
        let mut hash = self.hash();
        let mut chunk = Vec::new();
        let mut at = 0;
        loop {
            chunk.clear();
            self.read(file, at, CHUNK_BYTES, &mut chunk)?;
            hash.update(&chunk);
            at += chunk.len() as u64;
            if chunk.len() < CHUNK_BYTES {
                return Ok(hash.finish());
            }
        }
    }
}

/// Is a name in this path one that the file system cannot hold?
fn is_too_long(path: &str, fault: Fault) -> bool {
    fault == Fault::Failed("name-too-long") && path.split('/').any(|name| name.len() > SURE_NAME_CHARS)
}

fn within(bytes: Vec<u8>, limit: usize) -> Result<Vec<u8>> {
    if bytes.len() > limit { Err(Error::too_large(limit, bytes.len())) } else { Ok(bytes) }
}

/// Does a code say that somebody may not do a step, rather than that there is no such step?
fn is_permission(code: &str) -> bool {
    matches!(code, "not-permitted" | "access")
}

/// Makes room for `additional` bytes, or answers that there is none.
pub(crate) fn reserve<T>(items: &mut Vec<T>, additional: usize) -> Result<()> {
    items.try_reserve(additional).map_err(|_| Error::OutOfMemory)
}
