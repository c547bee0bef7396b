//! A directory that is held by its descriptor: the same one for as long as this lives, whatever becomes of its name.

use crate::error::HostError;
use std::io;
use std::path::{Path, PathBuf};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::filesystem::FsPerms;

/// A directory, held from the moment that it is opened.
#[derive(Debug)]
pub(crate) struct Folder {
    /// Absolute: a program may go to another working directory.
    pub(crate) path: PathBuf,
    pub(crate) handle: Handle,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let path = std::path::absolute(path)?;
        let handle = Handle::open(&path)?;
        Ok(Self { path, handle })
    }

    /// Gives a component this directory, also when its name leads elsewhere by now.
    pub(crate) fn mount(
        &self,
        wasi: &mut WasiCtxBuilder,
        name: &str,
        perms: FsPerms,
    ) -> Result<(), HostError> {
        let path = self.present_path();
        // Before and after: what is mounted is opened by a name, since wasmtime takes nothing else.
        self.check(&path)?;
        wasi.preopened_dir(&path, name, perms)
            .map_err(|error| self.fail(io::Error::other(format!("{error:#}"))))?;
        self.check(&path)
    }

    /// A path that leads to it now; where the system has none for descriptors, the one that did.
    pub(crate) fn present_path(&self) -> PathBuf {
        let of_the_descriptor = self.handle.path().filter(|path| self.check(path).is_ok());
        of_the_descriptor.unwrap_or_else(|| self.path.clone())
    }

    /// Refuses a path that leads to another directory than this.
    fn check(&self, path: &Path) -> Result<(), HostError> {
        match self.handle.is_at(path) {
            Ok(true) => Ok(()),
            Ok(false) => Err(HostError::Moved { root: self.path.clone() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(HostError::Moved { root: self.path.clone() })
            }
            Err(error) => Err(self.fail(error)),
        }
    }

    pub(crate) fn fail(&self, source: io::Error) -> HostError {
        HostError::Root { root: self.path.clone(), source }
    }
}

#[cfg(not(unix))]
pub(crate) use elsewhere::{Handle, open_regular};
#[cfg(unix)]
pub(crate) use unix::{Handle, open_file, open_regular, path_of_descriptor};

#[cfg(unix)]
mod unix {
    use rustix::fs::{CWD, Mode, OFlags, RawMode, open, openat};
    use std::fs::{self, File};
    use std::io;
    use std::os::fd::{AsFd, AsRawFd as _};
    use std::os::unix::fs::MetadataExt as _;
    use std::path::{Path, PathBuf};

    /// Opens a file in a folder. What a link of that name leads to is somebody else's: it is not opened, and neither is anything
    /// that is no file, for which opening might wait.
    pub(crate) fn open_file(
        folder: impl AsFd,
        name: &Path,
        access: OFlags,
        mode: RawMode,
    ) -> io::Result<File> {
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(openat(folder, name, flags, Mode::from_raw_mode(mode))?);
        if !file.metadata()?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no regular file"));
        }
        Ok(file)
    }

    /// Opens a file for reading that is no link and no pipe.
    pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
        open_file(CWD, path, OFlags::RDONLY, 0)
    }

    /// A path that leads to what is open, whatever its name is, where the system has such paths.
    pub(crate) fn path_of_descriptor(file: &File) -> Option<PathBuf> {
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        path.exists().then_some(path)
    }

    /// The descriptor of a directory.
    #[derive(Debug)]
    pub(crate) struct Handle(pub(crate) File);

    impl Handle {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            Ok(Self(open(path, flags, Mode::empty())?.into()))
        }

        /// A path that leads to it whatever its name is, where the system has such paths.
        pub(crate) fn path(&self) -> Option<PathBuf> {
            path_of_descriptor(&self.0)
        }

        pub(super) fn is_at(&self, path: &Path) -> io::Result<bool> {
            let (held, there) = (self.0.metadata()?, fs::metadata(path)?);
            Ok((held.dev(), held.ino()) == (there.dev(), there.ino()))
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    use std::fs::{self, File};
    use std::io;
    use std::path::{Path, PathBuf};

    /// Opens a file for reading that is no link.
    pub(crate) fn open_regular(path: &Path) -> io::Result<File> {
        if !fs::symlink_metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no regular file"));
        }
        File::open(path)
    }

    /// Nothing: a directory is known by its path here.
    #[derive(Debug)]
    pub(crate) struct Handle;

    impl Handle {
        pub(super) fn open(path: &Path) -> io::Result<Self> {
            let is_folder = fs::metadata(path)?.is_dir();
            if is_folder { Ok(Self) } else { Err(io::ErrorKind::NotADirectory.into()) }
        }

        pub(crate) fn path(&self) -> Option<PathBuf> {
            None
        }

        pub(super) fn is_at(&self, path: &Path) -> io::Result<bool> {
            Ok(fs::metadata(path)?.is_dir())
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_path_that_leads_to_another_directory_than_the_one_that_is_held_is_refused() {
        let above = tempfile::tempdir().unwrap();
        let path = above.path().join("root");
        fs::create_dir(&path).unwrap();
        let folder = Folder::open(&path).unwrap();
        folder.check(&path).unwrap();
        let is_moved = || matches!(folder.check(&path), Err(HostError::Moved { root }) if root == path);
        fs::rename(&path, above.path().join("aside")).unwrap();
        assert!(is_moved(), "nothing is there");
        fs::create_dir(&path).unwrap();
        assert!(is_moved(), "another is there");
        folder.check(&above.path().join("aside")).unwrap();
        // Where the system has a path for the descriptor, that leads to it still.
        let of_the_descriptor = folder.handle.path();
        assert_eq!(of_the_descriptor.is_some(), Path::new("/proc/self/fd").exists());
        let mounted = folder.mount(&mut WasiCtxBuilder::new(), ".", FsPerms::ReadWrite);
        match of_the_descriptor {
            Some(of_the_descriptor) => folder.check(&of_the_descriptor).and(mounted).unwrap(),
            None => assert!(matches!(mounted, Err(HostError::Moved { .. }))),
        }
    }
}
