//! Builds the components and puts them where `src/component/mod.rs` embeds them from.
//!
//! In a checkout of the workspace they are built for `wasm32-unknown-unknown`, and that target is added when it is
//! missing. In a packaged crate they are carried along. `SX_PERSIST_COMPONENT=path` takes one that was built elsewhere, whether it
//! imports the digest or not, and `SX_PERSIST_MEMORY_COMPONENT=path` the one without a disk.
//!
//! It depends on nothing, so that cargo can begin with it: the components take a third of what wasmtime takes.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

#[path = "build/guests.rs"]
mod guests;

use guests::{COMPONENTS, Component};

fn main() -> Result<(), Box<dyn Error>> {
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);
    let workspace = here.join("..");
    let is_given = |component: &Component| env::var_os(component.variable).is_some();
    let built = if workspace.join("guest/component").is_dir() && !COMPONENTS.iter().all(is_given) {
        Some(build(&workspace.canonicalize()?, &out)?)
    } else {
        None
    };
    for Component { built: name, file, variable, .. } in COMPONENTS {
        println!("cargo::rerun-if-env-changed={variable}");
        let component = match (env::var_os(variable), &built) {
            (Some(path), _) => PathBuf::from(path),
            (None, Some(folder)) => folder.join(name),
            (None, None) => here.join("component").join(file),
        };
        println!("cargo::rerun-if-changed={}", component.display());
        fs::copy(&component, out.join(file))
            .map_err(|error| format!("cannot copy the component {}: {error}", component.display()))?;
        // Its compiled code is kept under this, so that no start has to hash it.
        let mut hasher = DefaultHasher::new();
        hasher.write(&fs::read(&component)?);
        println!("cargo::rustc-env={variable}_HASH={:016x}", hasher.finish());
    }
    Ok(())
}

/// Builds the guests in the workspace; answers the folder that they are in.
fn build(workspace: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    for input in ["guest", "wit", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(input).display());
    }
    let components: Vec<_> = COMPONENTS.iter().collect();
    guests::build_components(workspace, &guests::target_folder(out, "guest")?, &components)
}

fn variable(name: &str) -> Result<OsString, Box<dyn Error>> {
    env::var_os(name).ok_or_else(|| format!("cargo did not set {name}").into())
}
