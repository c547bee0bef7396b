//! The files that are handed out: the components, the interfaces as WebAssembly, and checksums of both.
//!
//! They are made from what stands in a workspace and from nothing else, so that two folders give the same bytes.

#![forbid(unsafe_code)]

#[path = "../../host/build/guests.rs"]
#[expect(dead_code, reason = "the host's build script takes components from elsewhere, too")]
mod guests;

use guests::{COMPONENTS, CORE, DIGEST};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;
use wit_parser::Resolve;

/// The file with a line for each of the others, as `sha256sum --check` reads it.
pub const CHECKSUMS: &str = "SHA256SUMS";

/// Files, each by its name.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Builds a workspace and returns the files, each with its name.
///
/// `target_folder` is where cargo keeps what it built.
///
/// # Errors
///
/// Building fails, a file cannot be read, or the interfaces do not fit together.
pub fn make(workspace: &Path, target_folder: &Path) -> Result<Files, Box<dyn Error>> {
    let components: Vec<_> = COMPONENTS.iter().collect();
    let built = guests::build_components(workspace, target_folder, &components)?;
    let mut files = Files::new();
    for component in components {
        files.insert(versioned(component.file), fs::read(built.join(component.built))?);
    }
    let portable = sx_persist_compose::plug(&files[&versioned(CORE)], &files[&versioned(DIGEST)])?;
    files.insert(versioned("sx-persist.wasm"), portable);
    files.insert(versioned("sx-persist-wit.wasm"), interfaces(&workspace.join("wit"))?);
    let checksums = checksums(&files);
    files.insert(CHECKSUMS.to_owned(), checksums.into_bytes());
    Ok(files)
}

/// The crates that are published, in that order: each depends on some before it.
pub const CRATES: [&str; 5] =
    ["sx-value", "sx-persist-wire", "sx-persist-compose", "sx-persist", "sx-persist-cli"];

/// Where the library's package takes its components from, since a package has no guests to build.
pub const PACKED_COMPONENTS: &str = "host/component";

/// Builds the components and puts them where the library's package takes them from.
///
/// # Errors
///
/// Building fails, or a file cannot be copied.
pub fn pack(workspace: &Path, target_folder: &Path) -> Result<(), Box<dyn Error>> {
    let components: Vec<_> = COMPONENTS.iter().collect();
    let built = guests::build_components(workspace, target_folder, &components)?;
    let folder = workspace.join(PACKED_COMPONENTS);
    fs::create_dir_all(&folder)?;
    for component in components {
        fs::copy(built.join(component.built), folder.join(component.file))?;
    }
    Ok(())
}

/// A WIT package in the form in which registries hand it out, its documentation included.
fn interfaces(folder: &Path) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(folder)?;
    Ok(wit_component::encode(&resolve, package)?)
}

fn checksums(files: &Files) -> String {
    files.iter().fold(String::new(), |list, (name, bytes)| format!("{list}{}  {name}\n", sha256(bytes)))
}

/// SHA-256 in lower-case hex digits.
fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// `sx-persist-0.1.0.wasm` for `sx-persist.wasm`.
fn versioned(file: &str) -> String {
    format!("{}-{}.wasm", file.trim_end_matches(".wasm"), env!("CARGO_PKG_VERSION"))
}
