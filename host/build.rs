//! Builds the components and puts them where `src/engine.rs` embeds them from.
//!
//! In a checkout of the workspace they are built for `wasm32-unknown-unknown`, and that target is added when it is
//! missing. In a packaged crate they are carried along. The portable component is composed of two of them here.
//! `SX_PERSIST_COMPONENT=path` takes one that was built elsewhere, whether it imports the digest or not, and
//! `SX_PERSIST_MEMORY_COMPONENT=path` the one without a disk.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// A component, and what it is called in each place.
struct Component {
    package: &'static str,
    /// What cargo makes of the package.
    built: &'static str,
    /// In the packaged crate, and where it is embedded from.
    file: &'static str,
    variable: &'static str,
}

const CORE: &str = "sx-persist-core.wasm";
const DIGEST: &str = "sx-persist-digest.wasm";
const PORTABLE: &str = "sx-persist.wasm";

const COMPONENTS: [Component; 7] = [
    Component {
        package: "sx-persist-guest",
        built: "sx_persist_guest.wasm",
        file: CORE,
        variable: "SX_PERSIST_COMPONENT",
    },
    Component {
        package: "sx-persist-digest",
        built: "sx_persist_digest.wasm",
        file: DIGEST,
        variable: "SX_PERSIST_DIGEST_COMPONENT",
    },
    Component {
        package: "sx-persist-memory",
        built: "sx_persist_memory.wasm",
        file: "sx-persist-memory.wasm",
        variable: "SX_PERSIST_MEMORY_COMPONENT",
    },
    Component {
        package: "sx-persist-readonly",
        built: "sx_persist_readonly.wasm",
        file: "readonly.wasm",
        variable: "SX_PERSIST_READONLY_COMPONENT",
    },
    Component {
        package: "sx-persist-cached",
        built: "sx_persist_cached.wasm",
        file: "cached.wasm",
        variable: "SX_PERSIST_CACHED_COMPONENT",
    },
    Component {
        package: "sx-persist-layered",
        built: "sx_persist_layered.wasm",
        file: "layered.wasm",
        variable: "SX_PERSIST_LAYERED_COMPONENT",
    },
    Component {
        package: "sx-persist-second",
        built: "sx_persist_second.wasm",
        file: "second.wasm",
        variable: "SX_PERSIST_SECOND_COMPONENT",
    },
];

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
    if env::var_os(COMPONENTS[0].variable).is_some() {
        // What was built elsewhere is taken as it is.
        fs::copy(out.join(CORE), out.join(PORTABLE))?;
        return Ok(());
    }
    compose(&out)
}

/// Puts the digest into the core. What the two import is then a directory.
fn compose(out: &Path) -> Result<(), Box<dyn Error>> {
    let (core, digest) = (fs::read(out.join(CORE))?, fs::read(out.join(DIGEST))?);
    Ok(fs::write(out.join(PORTABLE), sx_persist_compose::plug(&core, &digest)?)?)
}

/// Builds the components in the workspace; answers the folder that they are in.
fn build(workspace: &Path, out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    for input in ["guest", "wit", "Cargo.toml", "Cargo.lock", ".cargo/config.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(input).display());
    }
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    add_target(&rustc, workspace)?;

    // One folder for build, test and clippy, beside their own, whose lock the outer cargo holds.
    let profile_folder = out.ancestors().nth(3).ok_or("no target folder above OUT_DIR")?;
    let target_folder = profile_folder.with_file_name("guest");
    let mut cargo = Command::new(variable("CARGO")?);
    clear_environment(&mut cargo);
    let status = cargo
        .current_dir(workspace)
        .args(["build", "--locked", "--profile", "component", "--target", TARGET])
        .args(COMPONENTS.iter().flat_map(|component| ["--package", component.package]))
        .arg("--target-dir")
        .arg(&target_folder)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(&rustc, workspace)?)
        .status()?;
    if !status.success() {
        return Err("building the components failed; the errors are above".into());
    }
    Ok(target_folder.join(TARGET).join("component"))
}

/// Adds the wasm target when the toolchain lacks it.
fn add_target(rustc: &OsString, workspace: &Path) -> Result<(), Box<dyn Error>> {
    let libraries = output(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))?;
    if Path::new(libraries.trim()).is_dir() {
        return Ok(());
    }
    println!("cargo::warning=adding the Rust target {TARGET}, which the component is built for");
    let added = Command::new("rustup").current_dir(workspace).args(["target", "add", TARGET]).status();
    match added {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("the Rust target {TARGET} is missing: run `rustup target add {TARGET}`").into()),
    }
}

/// What cargo set for this crate would build another component, or check it with this crate's lints.
fn clear_environment(cargo: &mut Command) {
    const KEPT: [&str; 6] =
        ["CARGO_HOME", "CARGO_NET", "CARGO_HTTP", "CARGO_REGISTR", "CARGO_TERM", "CARGO_MAKEFLAGS"];
    const DROPPED: [&str; 4] = ["RUSTC", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS", "CLIPPY_ARGS"];
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let is_cargos = text.starts_with("CARGO") && !KEPT.iter().any(|kept| text.starts_with(kept));
        if is_cargos || DROPPED.contains(&text.as_ref()) {
            cargo.env_remove(&name);
        }
    }
}

/// Vectors, which every host of components has had for years: checksums and searches take a half to a quarter of the time
/// with them. And a component holds no path of the machine that built it: two folders and two cargo homes give the same
/// bytes.
fn flags(rustc: &OsString, workspace: &Path) -> Result<OsString, Box<dyn Error>> {
    let sysroot = output(Command::new(rustc).args(["--print", "sysroot"]))?;
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    let mut flags = OsString::from("-Ctarget-feature=+simd128");
    let mut remap = |from: &Path, to: &str| {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(from);
        flags.push(format!("={to}"));
    };
    remap(workspace, "/sx-persist");
    remap(Path::new(sysroot.trim()), "/rust");
    if let Some(home) = home {
        remap(&home, "/cargo");
    }
    Ok(flags)
}

fn output(command: &mut Command) -> Result<String, Box<dyn Error>> {
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn variable(name: &str) -> Result<OsString, Box<dyn Error>> {
    env::var_os(name).ok_or_else(|| format!("cargo did not set {name}").into())
}
