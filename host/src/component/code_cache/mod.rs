//! A component's machine code, kept between processes: compiling takes seconds, and a command a few milliseconds.
//!
//! It lies as it is loaded, in a folder of the user's own, and is mapped rather than read, once a checksum of it is right. The
//! cache of wasmtime would hash the component, read the code, decompress it and copy it: half of what a short command took.

#[cfg(unix)]
mod kept;

pub use crate::component::engine::config;

use crate::component::preparing::preparing;
use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::Component;

/// What tells a component from others, where anybody may have made it: nothing that two can be made to share.
fn hash(component: &[u8]) -> String {
    Sha256::digest(component).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}

/// The component of these bytes, from kept code or compiled, and kept then.
///
/// # Errors
/// The bytes are no component.
pub fn load(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Component> {
    component(engine, bytes, &hash(bytes))
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
pub use kept::is_whole;
#[cfg(unix)]
pub(crate) use unix::component;

#[cfg(unix)]
mod unix {
    use super::kept::{Kept, name, read};
    use super::{Component, Engine, compile};
    use crate::component::folder::path_of_descriptor;
    use crate::component::preparing::preparing;
    use std::env;
    use std::fs::{File, TryLockError};
    use std::io;
    use std::path::PathBuf;
    use std::thread;
    use std::time::{Duration, Instant};

    /// A process that compiles for longer is not waited for: it may have been stopped.
    const PATIENCE: Duration = Duration::from_mins(1);
    /// How often is looked whether it is done.
    const PAUSE: Duration = Duration::from_millis(20);

    /// The component of these bytes, from kept code or compiled, and kept then. `hash` tells it from others.
    pub(crate) fn component(engine: &Engine, bytes: &[u8], hash: &str) -> wasmtime::Result<Component> {
        let Some(path) = folder() else {
            return compile(engine, bytes, Some("there is no HOME"));
        };
        let name = name(engine, hash);
        if let Some(component) = Kept::open(&path).ok().and_then(|kept| load(engine, &kept, &name)) {
            return Ok(component);
        }
        let (kept, turn) = match Kept::make(&path).and_then(|kept| Ok((kept.turn()?, kept))) {
            Ok((turn, kept)) => (kept, turn),
            Err(error) => return compile(engine, bytes, Some(&format!("{}: {error}", path.display()))),
        };
        // One compiles, and the others find what it has kept.
        let turn = preparing(None, || wait(turn, PATIENCE));
        if let Some(component) = load(engine, &kept, &name) {
            return Ok(component);
        }
        let component = compile(engine, bytes, None)?;
        // Every start compiles, then: slower, and nothing else.
        if let Err(error) = kept.keep(&name, component.serialize()?) {
            tracing::warn!(%error, path = %path.display(), "compiled code cannot be kept");
        }
        drop(turn);
        Ok(component)
    }

    /// `$XDG_CACHE_HOME/sx-persist` or `~/.cache/sx-persist`.
    fn folder() -> Option<PathBuf> {
        let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
        Some(caches.join("sx-persist"))
    }

    /// Kept code, if it is there, only this user can have written it, and it is unchanged.
    fn load(engine: &Engine, kept: &Kept, name: &str) -> Option<Component> {
        let file = match kept.find(name) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                tracing::warn!(%error, name, "kept code is not used");
                return None;
            }
        };
        let path = path_of_descriptor(&file);
        // Where the system has no paths for descriptors, it is copied.
        let copy = if path.is_none() { read(&file).ok()? } else { Vec::new() };
        #[expect(unsafe_code, reason = "the only way to load code that was compiled before")]
        // SAFETY: the path is that of the open file, whose bytes are what `serialize` gave to this user's process: their checksum
        // is right, and only this user can have written to it or can from now on. This library never writes to a file that
        // is in use: another takes its name. Wasmtime reads no further than the sections that it wrote, and refuses code of
        // another version, of other settings or for another processor.
        let loaded = unsafe {
            match path {
                Some(path) => Component::deserialize_file(engine, path),
                None => Component::deserialize(engine, copy),
            }
        };
        loaded.inspect_err(|error| tracing::debug!(%error, "kept code does not fit")).ok()
    }

    /// The right to compile, while it is waited for or held.
    struct Turn(File);

    impl Drop for Turn {
        /// Gives it back: a process that another thread is just starting has the file open as well.
        fn drop(&mut self) {
            let _ = self.0.unlock();
        }
    }

    /// Waits until no other process compiles. Returns `None` after `patience` and where there are no locks: then it compiles without a turn.
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

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn who_waits_has_the_turn_when_it_is_given_back_and_none_when_it_is_not() {
            let folder = tempfile::tempdir().unwrap();
            let kept = Kept::make(&folder.path().join("new")).unwrap();
            let first = wait(kept.turn().unwrap(), Duration::ZERO).expect("nobody has it");
            assert!(wait(kept.turn().unwrap(), Duration::ZERO).is_none());
            // As a child has it between fork and exec: the same open file, once more.
            let of_the_child = first.0.try_clone().unwrap();
            let waiting = thread::spawn({
                let second = kept.turn().unwrap();
                move || wait(second, Duration::from_mins(1)).is_some()
            });
            drop(first);
            assert!(waiting.join().unwrap());
            drop(of_the_child);
        }
    }
}
