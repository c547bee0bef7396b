//! The original's operations, its answers, and the directory that it left; kept beside the project, not in it.

use crate::say::skipped;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the vectors, when it is there. A test without them says so and passes.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors");
    if folder.is_dir() {
        return Some(folder);
    }
    skipped(&format!("{} is not there; the original's vectors were not checked", folder.display()));
    None
}

/// Copies a folder with all that is in it.
///
/// # Panics
/// When a file cannot be copied.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("make the folder");
    for entry in fs::read_dir(from).expect("list the folder") {
        let entry = entry.expect("read the folder");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copy the file");
        }
    }
}
