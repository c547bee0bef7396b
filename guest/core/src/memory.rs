//! A storage without a disk: files and folders in memory, gone with the instance.

use crate::storage::{Entry, EntryKind, Fault, Storage};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The bytes of one file, shared by its names and by those who have it open.
pub type Bytes = Rc<RefCell<Vec<u8>>>;

/// Files and folders in memory. A clone shows the same files.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    inner: Rc<RefCell<Tree>>,
    read_only: bool,
}

#[derive(Debug, Default)]
struct Tree {
    files: BTreeMap<String, Bytes>,
    folders: BTreeSet<String>,
}

impl Memory {
    /// An empty root.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same files, for an instance that may not write.
    #[must_use]
    pub fn reader(&self) -> Self {
        Self { inner: Rc::clone(&self.inner), read_only: true }
    }
}

fn parent(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

impl Tree {
    fn has_parent(&self, path: &str) -> bool {
        parent(path).is_none_or(|folder| self.folders.contains(folder))
    }
}

impl Storage for Memory {
    type File = Bytes;

    fn is_read_only(&self) -> bool {
        self.read_only
    }

    fn open(&mut self, path: &str) -> Result<Bytes, Fault> {
        let tree = self.inner.borrow();
        match tree.files.get(path) {
            Some(file) => Ok(Rc::clone(file)),
            None if tree.folders.contains(path) => Err(FOLDER),
            None => Err(Fault::Absent),
        }
    }

    fn create(&mut self, path: &str) -> Result<Bytes, Fault> {
        let mut tree = self.inner.borrow_mut();
        if tree.files.contains_key(path) || tree.folders.contains(path) {
            return Err(Fault::Exists);
        }
        if !tree.has_parent(path) {
            return Err(Fault::Absent);
        }
        let file = Bytes::default();
        tree.files.insert(path.to_owned(), Rc::clone(&file));
        Ok(file)
    }

    fn size(&mut self, file: &Bytes) -> Result<u64, Fault> {
        Ok(file.borrow().len() as u64)
    }

    fn read(&mut self, file: &Bytes, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        let bytes = file.borrow();
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
        let end = start.saturating_add(length).min(bytes.len());
        into.extend_from_slice(bytes.get(start..end).unwrap_or_default());
        Ok(())
    }

    fn write(&mut self, file: &Bytes, offset: u64, written: &[u8]) -> Result<(), Fault> {
        let mut bytes = file.borrow_mut();
        let start = usize::try_from(offset).map_err(|_| FULL)?;
        let end = start.checked_add(written.len()).ok_or(FULL)?;
        if end > bytes.len() {
            let additional = end - bytes.len();
            bytes.try_reserve(additional).map_err(|_| FULL)?;
            bytes.resize(end, 0);
        }
        if let Some(place) = bytes.get_mut(start..end) {
            place.copy_from_slice(written);
        }
        Ok(())
    }

    fn set_size(&mut self, file: &Bytes, size: u64) -> Result<(), Fault> {
        let mut bytes = file.borrow_mut();
        let size = usize::try_from(size).map_err(|_| FULL)?;
        let additional = size.saturating_sub(bytes.len());
        bytes.try_reserve(additional).map_err(|_| FULL)?;
        bytes.resize(size, 0);
        Ok(())
    }

    fn sync(&mut self, _: &Bytes) -> Result<(), Fault> {
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
        tree.files.insert(to.to_owned(), file);
        Ok(())
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        let mut tree = self.inner.borrow_mut();
        if tree.folders.contains(path) {
            return Err(FOLDER);
        }
        tree.files.remove(path).map(drop).ok_or(Fault::Absent)
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        let mut tree = self.inner.borrow_mut();
        if !tree.has_parent(path) {
            return Err(Fault::Absent);
        }
        let is_free = !tree.files.contains_key(path) && tree.folders.insert(path.to_owned());
        if is_free { Ok(()) } else { Err(Fault::Exists) }
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        let tree = self.inner.borrow();
        let prefix = if path == "." { String::new() } else { format!("{path}/") };
        if path != "." && !tree.folders.contains(path) {
            return Err(if tree.files.contains_key(path) { NO_FOLDER } else { Fault::Absent });
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
            false => Err(if tree.files.contains_key(path) { NO_FOLDER } else { Fault::Absent }),
        }
    }
}

const FULL: Fault = Fault::NoSpace("insufficient-memory");
/// As file systems answer, so that what stands where it should not is met here, too.
const FOLDER: Fault = Fault::Failed("is-directory");
const NO_FOLDER: Fault = Fault::Failed("not-directory");
