//! What a root holds, counted below the component where a bound is set: the bytes of its files, and how many there are.

use crate::component::folder::Folder;
use crate::error::HostError;
use std::collections::HashSet;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// What tells a file from others, whatever its names are.
pub(crate) type Identity = (u64, u64);

/// What a root may hold at most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    /// Of files, each by its size.
    pub(crate) bytes_max: Option<u64>,
    /// Files, folders and links.
    pub(crate) files_max: Option<u64>,
}

/// What a root holds, and what it may hold. All that changes it goes through here, or is not noticed.
#[derive(Debug)]
pub(crate) struct Room {
    bounds: Bounds,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bytes: u64,
    files: u64,
    open: Vec<Open>,
}

/// A file that is open, under one descriptor or several.
#[derive(Debug)]
struct Open {
    identity: Identity,
    /// Streams of a descriptor share its file.
    descriptors: Vec<Weak<File>>,
    /// As they are counted.
    bytes: u64,
    /// It has no name any more, and takes its room until it is closed.
    is_removed: bool,
}

/// What stands under a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) identity: Identity,
    /// What goes with the name: none for what is no file, or has other names.
    pub(crate) bytes: Option<u64>,
}

impl Room {
    /// Counts what a root holds; nothing where nothing is bounded.
    pub(crate) fn of(folder: &Folder, bounds: Bounds) -> Result<Option<Arc<Self>>, HostError> {
        if bounds.bytes_max.is_none() && bounds.files_max.is_none() {
            return Ok(None);
        }
        let mut held = Held::default();
        held.count(&folder.present_path(), &mut HashSet::new()).map_err(|error| folder.fail(error))?;
        Ok(Some(Arc::new(Self { bounds, held: Mutex::new(held) })))
    }

    /// Refuses one more file, folder or link where there may be no more.
    pub(crate) fn check_file(&self) -> Result<(), ErrorCode> {
        let files = self.held().files;
        if self.bounds.files_max.is_some_and(|max| files >= max) {
            return Err(ErrorCode::InsufficientSpace);
        }
        Ok(())
    }

    pub(crate) fn add_file(&self) {
        self.held().files += 1;
    }

    /// What stood under a name is there no more.
    pub(crate) fn remove(&self, found: Found) {
        let mut held = self.held();
        held.files = held.files.saturating_sub(1);
        let Some(bytes) = found.bytes else { return };
        held.sweep();
        match held.open.iter_mut().find(|open| open.identity == found.identity) {
            Some(open) => open.is_removed = true,
            None => held.bytes = held.bytes.saturating_sub(bytes),
        }
    }

    /// Notes that a file is open under a descriptor, and counts `bytes` of it if it was not open before.
    pub(crate) fn open(&self, identity: Identity, file: &Arc<File>, bytes: u64) {
        let mut held = self.held();
        held.sweep();
        let descriptor = Arc::downgrade(file);
        match held.open.iter_mut().find(|open| open.identity == identity) {
            Some(open) => open.descriptors.push(descriptor),
            None => {
                held.open.push(Open { identity, descriptors: vec![descriptor], bytes, is_removed: false });
            }
        }
    }

    /// Gives back the room of files without names that are closed by now.
    pub(crate) fn sweep(&self) {
        self.held().sweep();
    }

    /// Does what makes a file `end` bytes long at most, if that is no longer than it is or there is room for it.
    pub(crate) fn write<R>(
        &self,
        file: &Arc<File>,
        end: u64,
        step: impl FnOnce() -> R,
    ) -> Result<R, ErrorCode> {
        if !self.check_end(file, end)? {
            return Ok(step());
        }
        let done = step();
        self.count(file);
        Ok(done)
    }

    /// Counts an open file again, after a step that may have changed its size.
    pub(crate) fn count(&self, file: &Arc<File>) {
        // Where the file does not say how long it is, it stays counted as it was.
        let Ok(found) = file.metadata() else { return };
        let mut held = self.held();
        let Some(open) = held.of(file) else { return };
        let before = std::mem::replace(&mut open.bytes, found.len());
        held.bytes = held.bytes.saturating_sub(before).saturating_add(found.len());
    }

    /// Bytes and files, as they are counted now.
    #[cfg(test)]
    pub(crate) fn counted(&self) -> (u64, u64) {
        let held = self.held();
        (held.bytes, held.files)
    }

    /// Does a file grow when it becomes so long? Refuses that without room for it.
    fn check_end(&self, file: &Arc<File>, end: u64) -> Result<bool, ErrorCode> {
        let mut held = self.held();
        let Some(more) = held.of(file).map(|open| end.saturating_sub(open.bytes)) else {
            return Err(ErrorCode::BadDescriptor);
        };
        let Some(max) = self.bounds.bytes_max.filter(|_| more > 0) else { return Ok(more > 0) };
        if held.bytes.saturating_add(more) > max {
            held.sweep();
        }
        if held.bytes.saturating_add(more) > max {
            return Err(ErrorCode::InsufficientSpace);
        }
        Ok(true)
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Counts what is in a folder and below; of a file with several names the bytes once.
    fn count(&mut self, folder: &Path, shared: &mut HashSet<Identity>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let found = entry.metadata()?;
            self.files += 1;
            if found.is_dir() {
                self.count(&entry.path(), shared)?;
            } else if found.is_file() && shared_identity(&found).is_none_or(|file| shared.insert(file)) {
                self.bytes = self.bytes.saturating_add(found.len());
            }
        }
        Ok(())
    }

    fn of(&mut self, file: &Arc<File>) -> Option<&mut Open> {
        let is_it = |descriptor: &Weak<File>| std::ptr::eq(descriptor.as_ptr(), Arc::as_ptr(file));
        self.open.iter_mut().find(|open| open.descriptors.iter().any(is_it))
    }

    fn sweep(&mut self) {
        let mut given = 0;
        self.open.retain_mut(|open| {
            open.descriptors.retain(|descriptor| descriptor.strong_count() > 0);
            if open.is_removed && !open.is_alive() {
                given += open.bytes;
            }
            open.is_alive()
        });
        self.bytes = self.bytes.saturating_sub(given);
    }
}

impl Open {
    fn is_alive(&self) -> bool {
        self.descriptors.iter().any(|descriptor| descriptor.strong_count() > 0)
    }
}

/// What tells a file that has several names from others.
#[cfg(unix)]
fn shared_identity(found: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    (found.nlink() > 1).then(|| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn shared_identity(_found: &Metadata) -> Option<Identity> {
    None
}
