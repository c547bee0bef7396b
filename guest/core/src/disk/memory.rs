//! A storage without a disk: files and folders in memory, gone with the instance.

use crate::limits::CHUNK_BYTES;
use crate::storage::{Entry, EntryKind, Fault, Storage};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What a file or folder takes up besides its bytes and its path: the nodes and the heads of what holds it.
const ENTRY_BYTES: u64 = 256;

/// A file, shared by its names and by those who have it open.
pub type Shared = Rc<RefCell<Contents>>;

/// The bytes of one file, in chunks, so that a file which grows is never copied. All chunks but the last are full.
#[derive(Debug)]
pub struct Contents {
    chunks: Vec<Vec<u8>>,
    length: usize,
    used: Rc<Cell<u64>>,
}

/// Files and folders in memory. A clone shows the same files.
#[derive(Clone, Debug)]
pub struct Memory {
    inner: Rc<RefCell<Tree>>,
    used: Rc<Cell<u64>>,
    limit: u64,
    read_only: bool,
}

#[derive(Debug, Default)]
struct Tree {
    files: BTreeMap<String, Shared>,
    folders: BTreeSet<String>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::bounded(u64::MAX)
    }
}

impl Memory {
    /// An empty root that has room for whatever the machine has.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty root with room for so many bytes, paths and all.
    #[must_use]
    pub fn bounded(limit: u64) -> Self {
        Self { inner: Rc::default(), used: Rc::default(), limit, read_only: false }
    }

    /// The same files, for an instance that may not write.
    #[must_use]
    pub fn reader(&self) -> Self {
        Self { read_only: true, ..self.clone() }
    }

    fn entered(&self, path: &str) {
        self.used.set(self.used.get() + path.len() as u64 + ENTRY_BYTES);
    }

    fn left(&self, path: &str) {
        self.used.set(self.used.get().saturating_sub(path.len() as u64 + ENTRY_BYTES));
    }
}

impl Contents {
    fn new(used: &Rc<Cell<u64>>) -> Self {
        Self { chunks: Vec::new(), length: 0, used: Rc::clone(used) }
    }

    /// Extends the file with zeros, or leaves it as it is.
    fn extend(&mut self, length: usize) -> Result<(), Fault> {
        let before = self.length;
        let extended = self.extend_chunks(length);
        if extended.is_err() {
            self.shorten(before);
        }
        extended
    }

    fn extend_chunks(&mut self, length: usize) -> Result<(), Fault> {
        while self.length < length {
            let filled = self.length % CHUNK_BYTES;
            if filled == 0 {
                self.chunks.try_reserve(1).map_err(|_| FULL)?;
                self.chunks.push(Vec::new());
            }
            let added = (length - self.length).min(CHUNK_BYTES - filled);
            let Some(last) = self.chunks.last_mut() else { return Err(FULL) };
            last.try_reserve_exact(added).map_err(|_| FULL)?;
            last.resize(filled + added, 0);
            self.set_length(self.length + added);
        }
        Ok(())
    }

    fn shorten(&mut self, length: usize) {
        self.chunks.truncate(length.div_ceil(CHUNK_BYTES));
        let filled = length % CHUNK_BYTES;
        if let Some(last) = self.chunks.last_mut().filter(|_| filled > 0) {
            last.truncate(filled);
        }
        self.set_length(length);
    }

    fn set_length(&mut self, length: usize) {
        let others = self.used.get().saturating_sub(self.length as u64);
        self.used.set(others + length as u64);
        self.length = length;
    }

    /// The bytes from a place on, to the end of its chunk.
    fn rest_of_chunk(&self, at: usize) -> &[u8] {
        self.chunks.get(at / CHUNK_BYTES).and_then(|chunk| chunk.get(at % CHUNK_BYTES..)).unwrap_or_default()
    }

    fn rest_of_chunk_mut(&mut self, at: usize) -> &mut [u8] {
        let chunk = self.chunks.get_mut(at / CHUNK_BYTES);
        chunk.and_then(|chunk| chunk.get_mut(at % CHUNK_BYTES..)).unwrap_or_default()
    }
}

impl Drop for Contents {
    fn drop(&mut self) {
        // Not before: a file that was removed takes its room until nobody has it open.
        self.set_length(0);
    }
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

impl Tree {
    fn has_parent(&self, path: &str) -> bool {
        parent(path).is_none_or(|folder| self.folders.contains(folder))
    }

    /// Is a file where the path has a folder?
    fn leads_through_file(&self, path: &str) -> bool {
        let mut above = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
        above.any(|above| self.files.contains_key(above))
    }
}

impl Storage for Memory {
    type File = Shared;

    fn is_read_only(&self) -> bool {
        self.read_only
    }

    fn is_certain(&self) -> bool {
        true
    }

    fn room(&self) -> u64 {
        self.limit.saturating_sub(self.used.get())
    }

    fn open(&mut self, path: &str) -> Result<Shared, Fault> {
        let tree = self.inner.borrow();
        match tree.files.get(path) {
            Some(file) => Ok(Rc::clone(file)),
            None if tree.folders.contains(path) => Err(Fault::NoFile),
            None if tree.leads_through_file(path) => Err(Fault::NoFolder),
            None => Err(Fault::Absent),
        }
    }

    fn create(&mut self, path: &str) -> Result<Shared, Fault> {
        let mut tree = self.inner.borrow_mut();
        if tree.files.contains_key(path) || tree.folders.contains(path) {
            return Err(Fault::Exists);
        }
        if !tree.has_parent(path) {
            return Err(Fault::Absent);
        }
        let file = Rc::new(RefCell::new(Contents::new(&self.used)));
        tree.files.insert(path.to_owned(), Rc::clone(&file));
        self.entered(path);
        Ok(file)
    }

    fn size(&mut self, file: &Shared) -> Result<u64, Fault> {
        Ok(file.borrow().length as u64)
    }

    fn read(&mut self, file: &Shared, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        let contents = file.borrow();
        let mut at = usize::try_from(offset).unwrap_or(usize::MAX).min(contents.length);
        let end = at.saturating_add(length).min(contents.length);
        while at < end {
            let rest = contents.rest_of_chunk(at);
            let part = rest.get(..end - at).unwrap_or(rest);
            into.extend_from_slice(part);
            at += part.len();
        }
        Ok(())
    }

    fn write(&mut self, file: &Shared, offset: u64, written: &[u8]) -> Result<(), Fault> {
        let mut contents = file.borrow_mut();
        let mut at = usize::try_from(offset).map_err(|_| FULL)?;
        let end = at.checked_add(written.len()).ok_or(FULL)?;
        contents.extend(end)?;
        let mut left = written;
        while !left.is_empty() {
            let place = contents.rest_of_chunk_mut(at);
            // INVARIANT: the file reaches to `end`, so that no chunk is missing.
            let length = place.len().min(left.len());
            let (part, rest) = left.split_at(length);
            if let Some(place) = place.get_mut(..length) {
                place.copy_from_slice(part);
            }
            at += length;
            left = rest;
        }
        Ok(())
    }

    fn set_size(&mut self, file: &Shared, size: u64) -> Result<(), Fault> {
        let mut contents = file.borrow_mut();
        let size = usize::try_from(size).map_err(|_| FULL)?;
        if size < contents.length {
            contents.shorten(size);
        }
        contents.extend(size)
    }

    fn sync(&mut self, _: &Shared) -> Result<(), Fault> {
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        let mut tree = self.inner.borrow_mut();
        if !tree.has_parent(to) {
            return Err(Fault::Absent);
        }
        if tree.folders.contains(to) {
            return Err(FOLDER);
        }
        let file = tree.files.remove(from).ok_or(Fault::Absent)?;
        self.left(from);
        if tree.files.insert(to.to_owned(), file).is_none() {
            self.entered(to);
        }
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        let mut tree = self.inner.borrow_mut();
        if tree.folders.contains(path) {
            return Err(FOLDER);
        }
        tree.files.remove(path).ok_or(Fault::Absent)?;
        self.left(path);
        Ok(())
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        let mut tree = self.inner.borrow_mut();
        if !tree.has_parent(path) {
            return Err(Fault::Absent);
        }
        let is_free = !tree.files.contains_key(path) && tree.folders.insert(path.to_owned());
        if !is_free {
            return Err(Fault::Exists);
        }
        self.entered(path);
        Ok(())
    }

    fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        let mut tree = self.inner.borrow_mut();
        let below = format!("{path}/");
        let is_below = |name: Option<&String>| name.is_some_and(|name| name.starts_with(&below));
        if is_below(tree.files.range(below.clone()..).next().map(|(path, _)| path))
            || is_below(tree.folders.range(below.clone()..).next())
        {
            return Err(Fault::Failed("not-empty"));
        }
        if !tree.folders.remove(path) {
            return Err(if tree.files.contains_key(path) { Fault::NoFolder } else { Fault::Absent });
        }
        self.left(path);
        Ok(())
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        let tree = self.inner.borrow();
        let prefix = if path == "." { String::new() } else { format!("{path}/") };
        if path != "." && !tree.folders.contains(path) {
            return Err(if tree.files.contains_key(path) { Fault::NoFolder } else { Fault::Absent });
        }
        let entry = |path: &String, kind| {
            let name = path.strip_prefix(&prefix).filter(|name| !name.contains('/'))?;
            Some(Entry { name: name.to_owned(), kind })
        };
        let files = tree.files.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        let folders = tree.folders.range(prefix.clone()..).take_while(|path| path.starts_with(&prefix));
        Ok(files
            .filter_map(|(path, _)| entry(path, EntryKind::File))
            .chain(folders.filter_map(|path| entry(path, EntryKind::Folder)))
            .collect())
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        let tree = self.inner.borrow();
        match path == "." || tree.folders.contains(path) {
            true => Ok(()),
            false => Err(if tree.files.contains_key(path) { Fault::NoFolder } else { Fault::Absent }),
        }
    }
}

const FULL: Fault = Fault::NoSpace("insufficient-memory");
/// As file systems answer, so that what stands where it should not is met here, too.
const FOLDER: Fault = Fault::Failed("is-directory");
