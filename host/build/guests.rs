//! Builds the guests of the workspace: for the host's build script, and for whoever makes the files that are handed out.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// A component that ships, and what it is called in each place.
pub(crate) struct Component {
    package: &'static str,
    /// What cargo makes of the package.
    pub(crate) built: &'static str,
    /// In the packaged crate, and where it is embedded from.
    pub(crate) file: &'static str,
    /// Names one that was built elsewhere.
    pub(crate) variable: &'static str,
}

pub(crate) const CORE: &str = "sx-persist-core.wasm";
pub(crate) const DIGEST: &str = "sx-persist-digest.wasm";

/// The components that ship. The portable one is composed of the first two.
pub(crate) const COMPONENTS: &[Component] = &[
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
        file: "sx-persist-readonly.wasm",
        variable: "SX_PERSIST_READONLY_COMPONENT",
    },
    Component {
        package: "sx-persist-cached",
        built: "sx_persist_cached.wasm",
        file: "sx-persist-cached.wasm",
        variable: "SX_PERSIST_CACHED_COMPONENT",
    },
    Component {
        package: "sx-persist-layered",
        built: "sx_persist_layered.wasm",
        file: "sx-persist-layered.wasm",
        variable: "SX_PERSIST_LAYERED_COMPONENT",
    },
    Component {
        package: "sx-persist-lower-root",
        built: "sx_persist_lower_root.wasm",
        file: "sx-persist-lower-root.wasm",
        variable: "SX_PERSIST_SECOND_COMPONENT",
    },
    Component {
        package: "sx-persist-keyvalue-draft",
        built: "sx_persist_keyvalue_draft.wasm",
        file: "sx-persist-keyvalue-draft.wasm",
        variable: "SX_PERSIST_KEYVALUE_DRAFT_COMPONENT",
    },
    Component {
        package: "sx-persist-keyvalue-draft2",
        built: "sx_persist_keyvalue_draft2.wasm",
        file: "sx-persist-keyvalue-draft2.wasm",
        variable: "SX_PERSIST_KEYVALUE_DRAFT2_COMPONENT",
    },
];

/// Where guests are built: a folder of this name for build, test and clippy, beside their own, whose lock the outer cargo holds.
///
/// Build scripts that run at once take one each: who waits for the other's lock keeps a processor from those that have work.
pub(crate) fn target_folder(out: &Path, name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let profile_folder = out.ancestors().nth(3).ok_or("no target folder above OUT_DIR")?;
    Ok(profile_folder.with_file_name(name))
}

/// Builds components that ship; answers the folder that they are in.
///
/// What is handed out is built together: what one component asks of a crate that others use, too, is compiled into all.
pub(crate) fn build_components(
    workspace: &Path,
    target_folder: &Path,
    components: &[&Component],
) -> Result<PathBuf, Box<dyn Error>> {
    build(workspace, target_folder, "component", components.iter().map(|component| component.package))
}

/// Builds guests of a workspace in one of its profiles; answers the folder that they are in.
pub(crate) fn build(
    workspace: &Path,
    target_folder: &Path,
    profile: &str,
    packages: impl IntoIterator<Item = &'static str>,
) -> Result<PathBuf, Box<dyn Error>> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    add_target(&rustc, workspace, target_folder)?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    clear_environment(&mut cargo);
    let packages: Vec<_> = packages.into_iter().collect();
    say(&format!("building {} components for {TARGET}", packages.len()));
    let status = cargo
        .current_dir(workspace)
        .args(["build", "--locked", "--profile", profile, "--target", TARGET])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .arg("--target-dir")
        .arg(target_folder)
        .env("CARGO_ENCODED_RUSTFLAGS", flags(&rustc, workspace)?)
        .status()?;
    if !status.success() {
        return Err("building the components failed; the errors are above".into());
    }
    Ok(target_folder.join(TARGET).join(profile))
}

/// Tells whoever waits. What a build script prints cargo shows when it is done, if at all, so this goes to the terminal, if
/// there is one.
fn say(what: &str) {
    if let Ok(mut terminal) = File::options().write(true).open("/dev/tty") {
        let _ = write!(terminal, "\r\x1b[K    Building {what}, which takes a minute\n");
    }
}

/// Adds the wasm target when the toolchain lacks it.
fn add_target(rustc: &OsString, workspace: &Path, target_folder: &Path) -> Result<(), Box<dyn Error>> {
    let libraries = output(Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]))?;
    let is_there = || Path::new(libraries.trim()).is_dir();
    if is_there() {
        return Ok(());
    }
    // Another build script may be about to add it, and two rustups at once take each other's files away.
    fs::create_dir_all(target_folder)?;
    let lock = File::create(target_folder.with_file_name("rustup.lock"))?;
    lock.lock()?;
    if is_there() {
        return Ok(());
    }
    writeln!(
        io::stdout(),
        "cargo::warning=adding the Rust target {TARGET}, which the component is built for"
    )?;
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
