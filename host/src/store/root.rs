//! The root directory and its lock: one writer at a time.

use crate::component::folder::Folder;
use crate::error::{HostError, Result};
use crate::store::adopt;
use crate::store::lock::{Lock, Lost, NoLock};
use crate::types;
use std::fs::{self, DirBuilder};
use std::io;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

/// A root that is open; for writing, it is locked while this lives.
#[derive(Debug)]
pub(crate) struct Root {
    pub(crate) folder: Folder,
    /// None for a root that is read only.
    lock: Option<Lock>,
    /// The lock was lost, for good: somebody else may have written since.
    lost: OnceLock<Lost>,
}

impl Root {
    /// Opens a directory. Without `init`, one that holds something and is not a store is refused.
    pub(crate) fn open(path: &Path, read_only: bool, create: bool, init: bool) -> Result<Self> {
        let fail = |source| HostError::Root { root: path.to_owned(), source };
        if create && !read_only {
            make(path).map_err(fail)?;
        }
        let folder = Folder::open(path).map_err(fail)?;
        if !read_only && !init {
            // Before the lock: nothing is left in a directory that is refused.
            adopt::check(&folder)?;
        }
        let lock = if read_only { None } else { Some(Lock::take(&folder)) };
        let lock = lock.transpose().map_err(|refusal| match refusal {
            NoLock::Held(holder) => {
                HostError::Locked { root: path.to_owned(), holder, waited: Duration::ZERO }
            }
            NoLock::Failed(source) => fail(source),
        })?;
        Ok(Self { folder, lock, lost: OnceLock::new() })
    }

    /// Refuses what may write when the lock is lost. It costs a look at one name.
    pub(crate) fn check_lock(&self) -> Result<(), types::Error> {
        let Some(lock) = &self.lock else { return Ok(()) };
        let lost = match self.lost.get() {
            Some(lost) => lost,
            None => match lock.check(&self.folder) {
                Ok(()) => return Ok(()),
                Err(lost) => {
                    tracing::warn!(%lost, root = %self.folder.path.display(), "the lock of the root is lost");
                    self.lost.get_or_init(|| lost)
                }
            },
        };
        let (step, file, code) = ("lock".to_owned(), "lock".to_owned(), lost.to_string());
        Err(types::Error::Closed(types::Failure { step, file, code }))
    }

    /// Returns `true` if an instance that is opened now may write.
    pub(crate) fn may_write(&self) -> bool {
        self.lock.is_some() && self.check_lock().is_ok()
    }
}

/// Makes a root that is missing, for its owner alone: the component makes files that others may read.
fn make(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    // Somebody else may have made it by now.
    builder.create(path).or_else(|error| if path.is_dir() { Ok(()) } else { Err(error) })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::PathBuf;
    use tempfile::TempDir;

    fn open(root: &Path) -> Result<Root> {
        Root::open(root, false, true, false)
    }

    #[test]
    fn a_root_that_is_made_is_its_owners_alone_and_one_that_is_there_keeps_its_mode() {
        let above = tempfile::tempdir().unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        let root = above.path().join("folder/root");
        let plain = above.path().join("plain");
        fs::create_dir(&plain).unwrap();
        drop(open(&root).unwrap());
        assert_eq!((mode(&root), mode(root.parent().unwrap())), (0o700, mode(&plain)));
        fs::set_permissions(&root, fs::Permissions::from_mode(0o750)).unwrap();
        drop(open(&root).unwrap());
        assert_eq!(mode(&root), 0o750);
        // A link to a directory is one; a file is none.
        let (link, file) = (above.path().join("link"), above.path().join("file"));
        symlink(&root, &link).unwrap();
        open(&link).unwrap();
        fs::write(&file, "").unwrap();
        assert!(matches!(open(&file), Err(crate::Error::Host(_))));
    }

    #[test]
    fn the_lock_goes_with_the_root_also_when_a_process_is_just_being_started() {
        let folder = tempfile::tempdir().unwrap();
        let root = open(folder.path()).unwrap();
        // As the child has them between fork and exec: the same open files, once more.
        let of_the_child = [root.folder.handle.0.try_clone(), root.lock.as_ref().unwrap().file().try_clone()];
        assert!(open(folder.path()).unwrap_err().to_string().contains("is locked by process"));
        drop(root);
        open(folder.path()).unwrap();
        drop(of_the_child);
    }

    #[test]
    fn who_removes_the_file_of_the_lock_is_refused_and_so_is_the_one_that_held_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = open(folder.path()).unwrap();
        root.check_lock().unwrap();
        fs::remove_file(folder.path().join("lock")).unwrap();
        assert!(
            matches!(open(folder.path()).unwrap_err().to_string(), text if text.contains("is locked by"))
        );
        let lost = |code| format!("Closed(Failure {{ step: \"lock\", file: \"lock\", code: \"{code}\" }})");
        assert!(format!("{:?}", root.check_lock()).contains(&lost("removed")) && !root.may_write());
        // What is there now is not what was locked.
        fs::write(folder.path().join("lock"), "").unwrap();
        assert!(format!("{:?}", root.check_lock()).contains(&lost("removed")) && !root.may_write());
        drop(root);
        let root = open(folder.path()).unwrap();
        fs::rename(folder.path().join("lock"), folder.path().join("aside")).unwrap();
        fs::write(folder.path().join("lock"), "").unwrap();
        assert!(format!("{:?}", root.check_lock()).contains(&lost("replaced")));
    }

    #[test]
    fn a_file_that_flock_alone_has_locked_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = fs::File::create(folder.path().join("lock")).unwrap();
        file.try_lock().unwrap();
        assert!(open(folder.path()).unwrap_err().to_string().contains("is locked by another process"));
        file.unlock().unwrap();
        // Neither lock was left behind.
        open(folder.path()).unwrap();
    }

    /// A root with something in the place of its lock, and a file of somebody else's beside it.
    fn planted(plant: impl FnOnce(&Path, &Path)) -> (TempDir, PathBuf) {
        let above = tempfile::tempdir().unwrap();
        let (root, target) = (above.path().join("root"), above.path().join("target"));
        fs::create_dir(&root).unwrap();
        fs::write(&target, "of somebody else").unwrap();
        plant(&target, &root.join("lock"));
        (above, root)
    }

    fn is_refused(plant: impl FnOnce(&Path, &Path), what: &str) {
        let (above, root) = planted(plant);
        let error = open(&root).unwrap_err().to_string();
        assert!(error.contains(what) && error.contains(root.to_str().unwrap()), "{error}");
        assert_eq!(fs::read_to_string(above.path().join("target")).unwrap(), "of somebody else");
        assert!(!above.path().join("new").exists());
        // A reader opens no lock.
        Root::open(&root, true, false, false).unwrap();
        fs::remove_file(root.join("lock")).or_else(|_| fs::remove_dir(root.join("lock"))).unwrap();
        open(&root).unwrap();
    }

    #[test]
    fn a_link_in_the_place_of_the_lock_is_refused_and_what_it_leads_to_is_as_it_was() {
        is_refused(|target, lock| symlink(target, lock).unwrap(), "is a symbolic link");
        is_refused(|target, lock| symlink(target.with_file_name("new"), lock).unwrap(), "is a symbolic link");
        is_refused(|target, lock| fs::hard_link(target, lock).unwrap(), "has other names");
    }

    #[test]
    fn what_is_no_file_in_the_place_of_the_lock_is_refused_and_nobody_waits_for_it() {
        let pipe = |lock: &Path| {
            let made = std::process::Command::new("mkfifo").arg(lock).status().unwrap();
            assert!(made.success());
        };
        is_refused(|_, lock| pipe(lock), "is no regular file");
        is_refused(|_, lock| fs::create_dir(lock).unwrap(), "is no regular file");
        is_refused(
            |_, lock| drop(std::os::unix::net::UnixListener::bind(lock).unwrap()),
            "is no regular file",
        );
    }
}
