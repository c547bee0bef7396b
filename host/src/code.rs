//! A component's machine code, kept between processes: compiling takes seconds, and a command a few milliseconds.
//!
//! It lies as it is loaded, in a folder of the user's own, and is mapped rather than read. The cache of wasmtime would
//! hash the component, read the code, decompress it and copy it: half of what a short command took.

use crate::preparing::preparing;
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

/// What tells a component from others, where anybody may have made it: nothing that two can be made to share.
pub(crate) fn hash(component: &[u8]) -> String {
    Sha256::digest(component).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}

/// Compiles, and tells of it when that takes long; `unkept` says why it is done again at the next start.
fn compile(engine: &Engine, bytes: &[u8], unkept: Option<&str>) -> wasmtime::Result<Component> {
    let _span = tracing::debug_span!("sx_persist_compile").entered();
    preparing(unkept, || Component::from_binary(engine, bytes))
}

#[cfg(not(unix))]
pub(crate) fn component(engine: &Engine, bytes: &[u8], _hash: &str) -> wasmtime::Result<Component> {
    compile(engine, bytes, None)
}

#[cfg(unix)]
pub(crate) use unix::component;

#[cfg(unix)]
mod unix {
    use super::{Component, Engine, compile};
    use crate::preparing::preparing;
    use rustix::fs::OFlags;
    use std::env;
    use std::fs::{self, DirBuilder, File, Metadata, TryLockError};
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    use std::io::{self, Write as _};
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::{Path, PathBuf};
    use std::thread;
    use std::time::{Duration, Instant};

    const SUFFIX: &str = "code";
    /// Locked by the process that compiles.
    const TURN: &str = "lock";
    /// Code of other versions goes when it is this old.
    const OLD: Duration = Duration::from_hours(24 * 30);
    /// Whoever compiles for longer is not waited for: it may have been stopped.
    const PATIENCE: Duration = Duration::from_mins(1);
    /// How often is looked whether it is done.
    const PAUSE: Duration = Duration::from_millis(20);

    /// The component of these bytes, from kept code or compiled, and kept then. `hash` tells it from others.
    pub(crate) fn component(engine: &Engine, bytes: &[u8], hash: &str) -> wasmtime::Result<Component> {
        let Some(folder) = folder() else {
            return compile(engine, bytes, Some("there is no HOME"));
        };
        let path = folder.join(name(engine, hash));
        if let Some(component) = load(engine, &folder, &path) {
            return Ok(component);
        }
        let turn = match turn(&folder) {
            Ok(turn) => turn,
            Err(error) => return compile(engine, bytes, Some(&format!("{}: {error}", folder.display()))),
        };
        // One compiles, and the others find what it has kept.
        let turn = preparing(None, || wait(turn, PATIENCE));
        if let Some(component) = load(engine, &folder, &path) {
            return Ok(component);
        }
        let component = compile(engine, bytes, None)?;
        let code = component.serialize()?;
        // Every start compiles, then: slower, and nothing else.
        if let Err(error) = keep(&folder, &path, &code) {
            tracing::warn!(%error, path = %path.display(), "compiled code cannot be kept");
        }
        drop(turn);
        Ok(component)
    }

    /// The right to compile, while it is waited for or held.
    struct Turn(File);

    impl Drop for Turn {
        /// Gives it back: a process that another thread is just starting has the file open as well.
        fn drop(&mut self) {
            let _ = self.0.unlock();
        }
    }

    /// The file that is locked by who compiles, in a folder where code can be kept; the folder is made when it is missing.
    fn turn(folder: &Path) -> io::Result<File> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        if !is_own(&fs::metadata(folder)?) {
            return Err(io::Error::other("others can write to it"));
        }
        let mut options = File::options();
        // Never through a link: what is opened is in the folder.
        options.write(true).create(true).truncate(false).mode(0o600);
        options.custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(folder.join(TURN))
    }

    /// Waits until nobody else compiles. Answers none for who compiles without a turn, after so long or where there are no locks.
    fn wait(turn: File, patience: Duration) -> Option<Turn> {
        let begun = Instant::now();
        loop {
            match turn.try_lock() {
                Ok(()) => return Some(Turn(turn)),
                Err(TryLockError::WouldBlock) if begun.elapsed() < patience => thread::sleep(PAUSE),
                Err(_) => return None,
            }
        }
    }

    /// `$XDG_CACHE_HOME/sx-persist` or `~/.cache/sx-persist`.
    fn folder() -> Option<PathBuf> {
        let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
        Some(caches.join("sx-persist"))
    }

    /// Tells apart what must not be mistaken for each other: components, versions and settings of wasmtime, processors.
    fn name(engine: &Engine, component_hash: &str) -> String {
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        format!("{component_hash}-{:016x}.{SUFFIX}", hasher.finish())
    }

    /// Kept code, if it is there and nobody else can have written it.
    fn load(engine: &Engine, folder: &Path, path: &Path) -> Option<Component> {
        let (folder, file) = (fs::metadata(folder).ok()?, fs::symlink_metadata(path).ok()?);
        if !(file.is_file() && is_own(&folder) && is_own(&file)) {
            tracing::warn!(path = %path.display(), "kept code that others could have written is not used");
            return None;
        }
        #[expect(unsafe_code, reason = "the only way to load code that was compiled before")]
        // SAFETY: the file holds what `serialize` gave to this user's process, whole (it has its name only when it is synced),
        // and only this user can write to it or to its folder. A file in use is never written to: another takes its name.
        // Wasmtime itself refuses code of another version, of other settings or for another processor.
        let loaded = unsafe { Component::deserialize_file(engine, path) };
        loaded.inspect_err(|error| tracing::debug!(%error, "kept code does not fit")).ok()
    }

    /// Does this user alone decide what is in it?
    fn is_own(metadata: &Metadata) -> bool {
        metadata.uid() == rustix::process::geteuid().as_raw() && metadata.mode() & 0o022 == 0
    }

    fn keep(folder: &Path, path: &Path, code: &[u8]) -> io::Result<()> {
        let partial = path.with_extension(std::process::id().to_string());
        let written = write(&partial, code).and_then(|()| fs::rename(&partial, path));
        if written.is_err() {
            let _ = fs::remove_file(&partial);
        }
        remove_old(folder);
        written
    }

    fn write(path: &Path, code: &[u8]) -> io::Result<()> {
        let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(code)?;
        // ORDER: whole before it has a name that is trusted.
        file.sync_all()
    }

    /// Removes what has not been written for long: code of versions that are gone, and what was being written in a crash.
    fn remove_old(folder: &Path) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            let age = modified.ok().and_then(|modified| modified.elapsed().ok());
            // Whoever holds the lock holds the one that others find.
            if entry.file_name() != TURN && age.is_some_and(|age| age > OLD) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::fs::Permissions;
        use std::os::unix::fs::{PermissionsExt as _, symlink};

        #[test]
        fn who_waits_has_the_turn_when_it_is_given_back_and_none_when_it_is_not() {
            let folder = tempfile::tempdir().unwrap();
            let folder = folder.path().join("new");
            let first = wait(turn(&folder).unwrap(), Duration::ZERO).expect("nobody has it");
            let second = || turn(&folder).unwrap();
            assert!(wait(second(), Duration::ZERO).is_none());
            // As a child has it between fork and exec: the same open file, once more.
            let of_the_child = first.0.try_clone().unwrap();
            let waiting = thread::spawn({
                let second = second();
                move || wait(second, Duration::from_mins(1)).is_some()
            });
            drop(first);
            assert!(waiting.join().unwrap());
            drop(of_the_child);
        }

        #[test]
        fn a_folder_where_nothing_can_be_kept_is_refused_with_the_reason() {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("file");
            fs::write(&file, "").unwrap();
            assert_eq!(turn(&file).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            assert_eq!(turn(&file.join("below")).unwrap_err().kind(), io::ErrorKind::NotADirectory);
            fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
            assert_eq!(turn(folder.path()).unwrap_err().to_string(), "others can write to it");
            fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
            symlink(&file, folder.path().join(TURN)).unwrap();
            assert!(turn(folder.path()).is_err(), "a link is not followed");
        }
    }
}
