//! What the suites share: the machine that runs the shipped component on the simulated disk, and operations, drawn and performed.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use sx_persist::Component;
use wasmtime::Engine;

pub use rot::damage_run;
pub use say::{counted, skipped};
pub use sx_persist::bindings;

mod called;
pub mod drive;
pub mod generate;
mod interfaces;
pub mod library;
pub mod machine;
mod moment;
pub mod observe;
mod refusal;
mod rot;
mod say;
pub mod state;
mod taste;
pub mod vectors;
pub mod work;

/// Every file below a folder of a real disk, by its path, as [`sim::disk::Disk::files`] gives those of a simulated one.
///
/// # Panics
/// When something there cannot be read.
#[must_use]
pub fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a name").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name =
                    path.strip_prefix(root).ok().and_then(Path::to_str).expect("a path below the root");
                files.insert(name.to_owned(), fs::read(&path).expect("a file that can be read"));
            }
        }
    }
    files
}

/// An epoch that no test comes to.
pub const NEVER: u64 = u64::MAX / 2;

/// An engine of a test's own that compiles as the library does: what either of them has kept, the other finds. A store in it needs a
/// deadline, [`NEVER`] for all the time that it likes.
///
/// # Panics
/// When wasmtime does not run on this machine.
#[must_use]
pub fn usual_engine() -> Engine {
    Engine::new(&sx_persist::code::config()).expect("wasmtime runs on this machine")
}

/// A store with layers before it, the top one first.
///
/// # Panics
/// When they do not fit together, or the whole is not what a store is.
#[must_use]
pub fn composed(layers: &[&[u8]], store: &[u8]) -> Component {
    let whole = sx_persist_compose::layer(layers, store).expect("a composition");
    Component::new(&whole).expect("a store")
}

/// A layer over two stores.
///
/// # Panics
/// As [`composed`].
#[must_use]
pub fn joined(layer: &[u8], upper: &[u8], lower: &[u8]) -> Component {
    let whole = sx_persist_compose::join(layer, upper, lower).expect("a composition");
    Component::new(&whole).expect("a store")
}
