//! The lock of a root: `flock` on its directory and on the file `lock` in it, in this order.
//!
//! The directory's cannot be taken away while the root is there: removing the file lets no other writer in. The file's is the one that
//! flock(1) around a command line takes, and it says who has the root.

use crate::component::folder::Folder;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};

/// The name of the file in the root.
const LOCK: &str = "lock";

/// Bytes of a number that says which process has the root, at most.
const HOLDER_BYTES_MAX: u64 = 32;

/// A lock that is held while this lives, and goes with the process, also when that is killed.
pub(crate) struct Lock {
    file: Flock,
    /// As long as the file's: dropped behind it. None where the file system has no locks for directories.
    _folder: Option<Flock>,
    identity: Identity,
}

/// Why a lock is not had.
pub(crate) enum NoLock {
    /// Somebody else has it: the process of this number, where the file says so.
    Held(Option<u32>),
    Failed(io::Error),
}

/// What became of the file of a lock that is lost.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lost {
    Removed,
    Replaced,
    /// Nobody can say whether it is there.
    Unreadable,
}

impl Lock {
    pub(crate) fn take(root: &Folder) -> Result<Self, NoLock> {
        let held_or = |error| match error {
            TryLockError::WouldBlock => NoLock::Held(holder(root)),
            TryLockError::Error(error) => NoLock::Failed(error),
        };
        let folder = lock_folder(root).map_err(held_or)?;
        let file = open(root, true).map_err(NoLock::Failed)?;
        let file = Flock::take(file).map_err(held_or)?;
        let identity = Identity::of(&file.0).map_err(NoLock::Failed)?;
        let lock = Self { file, _folder: folder, identity };
        if lock.check(root).is_err() {
            let error = "its file `lock` was removed while it was being locked; open it again";
            return Err(NoLock::Failed(io::Error::other(error)));
        }
        lock.say_who().map_err(NoLock::Failed)?;
        Ok(lock)
    }

    /// Checks that the locked file is the one that others find.
    pub(crate) fn check(&self, root: &Folder) -> Result<(), Lost> {
        self.identity.check(root)
    }

    #[cfg(test)]
    pub(crate) fn file(&self) -> &File {
        &self.file.0
    }

    /// Writes who has it, for others that find it locked; the lock itself is not in the content. So a full disk stops no writer, and
    /// it goes where the last one stands, without giving its room away in between.
    fn say_who(&self) -> io::Result<()> {
        let pid = std::process::id().to_string();
        let mut file = &self.file.0;
        let said = file.write_all(pid.as_bytes()).and_then(|()| file.set_len(pid.len() as u64));
        said.or_else(|error| {
            tracing::warn!(%error, "the lock does not say who holds it");
            // Rather nobody than the one before.
            file.set_len(0)
        })
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Lock").finish_non_exhaustive()
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Removed => "removed",
            Self::Replaced => "replaced",
            Self::Unreadable => "unreadable",
        })
    }
}

/// An open file that is locked while this lives.
struct Flock(File);

impl Flock {
    fn take(file: File) -> Result<Self, TryLockError> {
        file.try_lock()?;
        Ok(Self(file))
    }
}

impl Drop for Flock {
    /// To close the file would not be enough: a process that another thread of this one is just starting has it open as well,
    /// until it becomes its own program.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the root was not unlocked");
        }
    }
}

/// The process that has the lock, where its file says so.
fn holder(root: &Folder) -> Option<u32> {
    let mut text = String::new();
    open(root, false).ok()?.take(HOLDER_BYTES_MAX).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(not(unix))]
use elsewhere::{Identity, lock_folder, open};
#[cfg(unix)]
use unix::{Identity, lock_folder, open};

#[cfg(unix)]
mod unix {
    use super::{Flock, LOCK, Lost};
    use crate::component::folder::Folder;
    use rustix::fs::{AtFlags, Mode, OFlags, Stat, fstat, openat, statat};
    use rustix::io::Errno;
    use std::fs::{File, TryLockError};
    use std::io;
    use std::os::unix::fs::MetadataExt as _;

    /// Locks the directory; none where its file system locks files alone, as NFS does.
    pub(super) fn lock_folder(root: &Folder) -> Result<Option<Flock>, TryLockError> {
        // The same open file, and so the same lock, under a number of its own.
        let folder = root.handle.0.try_clone().map_err(TryLockError::Error)?;
        match Flock::take(folder) {
            Ok(lock) => Ok(Some(lock)),
            Err(TryLockError::Error(error)) if has_no_locks(&error) => {
                tracing::warn!(%error, "the directory cannot be locked, its file `lock` alone is");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn has_no_locks(error: &io::Error) -> bool {
        let none = [Errno::BADF, Errno::INVAL, Errno::NOLCK, Errno::NOSYS, Errno::NOTSUP, Errno::OPNOTSUPP];
        Errno::from_io_error(error).is_some_and(|error| none.contains(&error))
    }

    /// Opens the file, which a writer makes. What a link of that name leads to is somebody else's: it is not opened,
    /// and neither is anything that is no file, for which opening might wait.
    pub(super) fn open(root: &Folder, for_writing: bool) -> io::Result<File> {
        let access = if for_writing { OFlags::RDWR | OFlags::CREATE } else { OFlags::RDONLY };
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file: File = match openat(&root.handle.0, LOCK, flags, Mode::from_raw_mode(0o666)) {
            Ok(file) => file.into(),
            Err(Errno::LOOP | Errno::MLINK) => return Err(foreign("a symbolic link")),
            Err(Errno::ISDIR | Errno::NXIO | Errno::NODEV) => return Err(foreign("no regular file")),
            Err(error) => return Err(error.into()),
        };
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(foreign("no regular file"));
        }
        if found.nlink() > 1 {
            return Err(foreign("a file that has other names, too"));
        }
        Ok(file)
    }

    fn foreign(what: &str) -> io::Error {
        let error =
            format!("its file `lock` is {what}, which is not opened; remove it if nobody has the root open");
        io::Error::new(io::ErrorKind::InvalidInput, error)
    }

    /// What tells the file that is locked from any other, as long as it is open.
    pub(super) struct Identity(Stat);

    impl Identity {
        pub(super) fn of(file: &File) -> io::Result<Self> {
            Ok(Self(fstat(file)?))
        }

        pub(super) fn check(&self, root: &Folder) -> Result<(), Lost> {
            match statat(&root.handle.0, LOCK, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(there) if (there.st_dev, there.st_ino) == (self.0.st_dev, self.0.st_ino) => Ok(()),
                Ok(_) => Err(Lost::Replaced),
                Err(Errno::NOENT) => Err(Lost::Removed),
                Err(_) => Err(Lost::Unreadable),
            }
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use super::{Flock, LOCK, Lost};
    use crate::component::folder::Folder;
    use std::fs::{self, File, TryLockError};
    use std::io;

    /// There are no locks for directories.
    pub(super) fn lock_folder(_root: &Folder) -> Result<Option<Flock>, TryLockError> {
        Ok(None)
    }

    pub(super) fn open(root: &Folder, for_writing: bool) -> io::Result<File> {
        let path = root.path.join(LOCK);
        if fs::symlink_metadata(&path).is_ok_and(|found| !found.is_file()) {
            return Err(io::Error::other("its file `lock` is no regular file, which is not opened"));
        }
        File::options().read(true).write(for_writing).create(for_writing).truncate(false).open(path)
    }

    /// Nothing: a file that is open is not removed here.
    pub(super) struct Identity;

    impl Identity {
        pub(super) fn of(_file: &File) -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) fn check(&self, _root: &Folder) -> Result<(), Lost> {
            Ok(())
        }
    }
}
