//! The root directory and its lock: one writer at a time.

use crate::error::{HostError, Result};
use crate::folder::Folder;
use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

/// A root that is open; for writing, it is locked while this lives.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) folder: Folder,
    pub(crate) read_only: bool,
    lock: Option<File>,
}

impl Root {
    pub(crate) fn open(path: &Path, read_only: bool, create: bool) -> Result<Self> {
        let fail = |source| HostError::Root { root: path.to_owned(), source };
        if create && !read_only {
            fs::create_dir_all(path).map_err(fail)?;
        }
        let folder = Folder::open(path).map_err(fail)?;
        let lock = if read_only { None } else { Some(lock(path)?) };
        Ok(Self { folder, read_only, lock })
    }
}

impl Drop for Root {
    /// Gives the lock back. To close the file would not be enough: a process that another thread of this one is just starting
    /// has it open as well, until it becomes its own program.
    fn drop(&mut self) {
        if let Some(Err(error)) = self.lock.as_ref().map(File::unlock) {
            tracing::warn!(%error, "the root was not unlocked");
        }
    }
}

/// Takes the lock, which goes with the file: also when the process is killed.
fn lock(root: &Path) -> Result<File, HostError> {
    let fail = |source| HostError::Root { root: root.to_owned(), source };
    let path = root.join("lock");
    let mut file =
        File::options().read(true).write(true).create(true).truncate(false).open(path).map_err(fail)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let holder = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            return Err(HostError::Locked { root: root.to_owned(), holder, waited: Duration::ZERO });
        }
        Err(TryLockError::Error(source)) => return Err(fail(source)),
    }
    // For whoever finds it locked; the lock itself is not in the content. So a disk that has no room for it refuses nobody,
    // and it goes where the last one stands, without giving its room away in between.
    let pid = std::process::id().to_string();
    let said = file.write_all(pid.as_bytes()).and_then(|()| file.set_len(pid.len() as u64));
    if let Err(error) = said {
        tracing::warn!(%error, "the lock does not say who holds it");
        // Rather nobody than the one before.
        file.set_len(0).map_err(fail)?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_goes_with_the_root_also_when_a_process_is_just_being_started() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Root::open(folder.path(), false, true);
        let root = open().unwrap();
        // As the child has it between fork and exec: the same open file, once more.
        let of_the_child = root.lock.as_ref().unwrap().try_clone().unwrap();
        assert!(open().unwrap_err().to_string().contains("is locked by process"));
        drop(root);
        open().unwrap();
        drop(of_the_child);
    }
}
