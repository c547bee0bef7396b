//! A component's machine code, kept between processes: compiling takes seconds, and a command a few milliseconds.
//!
//! It lies as it is loaded, in a folder of the user's own, and is mapped rather than read. The cache of wasmtime would
//! hash the component, read the code, decompress it and copy it: half of what a short command took.

use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

/// What tells a component from others, where anybody may have made it: nothing that two can be made to share.
pub(crate) fn hash(component: &[u8]) -> String {
    Sha256::digest(component).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}

#[cfg(not(unix))]
pub(crate) fn component(engine: &Engine, bytes: &[u8], _hash: &str) -> wasmtime::Result<Component> {
    Component::from_binary(engine, bytes)
}

#[cfg(unix)]
pub(crate) use unix::component;

#[cfg(unix)]
mod unix {
    use super::{Component, Engine};
    use std::env;
    use std::fs::{self, DirBuilder, File, Metadata};
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    use std::io::{self, Write as _};
    use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    const SUFFIX: &str = "code";
    /// Code of other versions goes when it is this old.
    const OLD: Duration = Duration::from_hours(24 * 30);

    /// The component of these bytes, from kept code or compiled, and kept then. `hash` tells it from others.
    pub(crate) fn component(engine: &Engine, bytes: &[u8], hash: &str) -> wasmtime::Result<Component> {
        let Some(folder) = folder() else { return Component::from_binary(engine, bytes) };
        let path = folder.join(name(engine, hash));
        if let Some(component) = load(engine, &folder, &path) {
            return Ok(component);
        }
        let component = Component::from_binary(engine, bytes)?;
        let code = component.serialize()?;
        // Every start compiles, then: slower, and nothing else.
        if let Err(error) = keep(&folder, &path, &code) {
            tracing::warn!(%error, path = %path.display(), "compiled code cannot be kept");
        }
        Ok(component)
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
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
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
            if age.is_some_and(|age| age > OLD) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}
