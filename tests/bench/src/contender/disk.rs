//! The core's storage over `std::fs`: the steps that the component makes through `wasi:filesystem`, each the same system call.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use sx_persist_core::storage::{Entry, EntryKind, Fault, Storage};

/// A folder. Links in it are followed, since a benchmark's own folder has none.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
}

impl Disk {
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

fn fault(error: &io::Error) -> Fault {
    match error.kind() {
        ErrorKind::NotFound => Fault::Absent,
        ErrorKind::AlreadyExists => Fault::Exists,
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Fault::Failed("not-permitted"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Fault::NoSpace("insufficient-space"),
        ErrorKind::NotADirectory => Fault::Failed("not-directory"),
        ErrorKind::IsADirectory => Fault::Failed("is-directory"),
        _ => Fault::Failed("io"),
    }
}

fn step<R>(done: io::Result<R>) -> Result<R, Fault> {
    done.map_err(|error| fault(&error))
}

impl Storage for Disk {
    type File = File;

    fn is_read_only(&self) -> bool {
        false
    }

    fn open(&mut self, path: &str) -> Result<File, Fault> {
        step(OpenOptions::new().read(true).write(true).open(self.path(path)))
    }

    fn create(&mut self, path: &str) -> Result<File, Fault> {
        step(OpenOptions::new().read(true).write(true).create_new(true).open(self.path(path)))
    }

    fn size(&mut self, file: &File) -> Result<u64, Fault> {
        step(file.metadata()).map(|found| found.len())
    }

    fn read(&mut self, file: &File, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        let start = into.len();
        into.resize(start + length, 0);
        let mut done = 0;
        while done < length {
            let Some(rest) = into.get_mut(start + done..) else { break };
            match file.read_at(rest, offset + done as u64) {
                Ok(0) => break,
                Ok(read) => done += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    into.truncate(start + done);
                    return Err(fault(&error));
                }
            }
        }
        into.truncate(start + done);
        Ok(())
    }

    fn write(&mut self, file: &File, offset: u64, bytes: &[u8]) -> Result<(), Fault> {
        step(file.write_all_at(bytes, offset))
    }

    fn set_size(&mut self, file: &File, size: u64) -> Result<(), Fault> {
        step(file.set_len(size))
    }

    fn sync(&mut self, file: &File) -> Result<(), Fault> {
        step(file.sync_data())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        step(fs::rename(self.path(from), self.path(to)))
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        step(fs::remove_file(self.path(path)))
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        step(fs::create_dir(self.path(path)))
    }

    fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        step(fs::remove_dir(self.path(path)))
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        let mut found = Vec::new();
        for entry in step(fs::read_dir(self.path(path)))? {
            let entry = step(entry)?;
            let kind = match step(entry.file_type())? {
                kind if kind.is_file() => EntryKind::File,
                kind if kind.is_dir() => EntryKind::Folder,
                _ => EntryKind::Other,
            };
            // What is no text is not the store's.
            found.extend(entry.file_name().into_string().ok().map(|name| Entry { name, kind }));
        }
        Ok(found)
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        step(File::open(self.path(path)).and_then(|folder| folder.sync_all()))
    }
}
