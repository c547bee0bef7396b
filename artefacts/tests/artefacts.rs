//! The files that are handed out: which they are, and that another folder gives the same bytes.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use sx_persist_artefacts::{CHECKSUMS, Files, make, make_some, sha256};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Those of this checkout, from the folder that the host's build script has filled.
fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        let guests = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("guest");
        make(&workspace(), &guests).unwrap()
    })
}

#[test]
fn what_is_handed_out_has_its_version_in_its_name() {
    let expected = [
        "SHA256SUMS",
        "sx-persist-0.1.0.wasm",
        "sx-persist-cached-0.1.0.wasm",
        "sx-persist-core-0.1.0.wasm",
        "sx-persist-digest-0.1.0.wasm",
        "sx-persist-keyvalue-draft-0.1.0.wasm",
        "sx-persist-keyvalue-draft2-0.1.0.wasm",
        "sx-persist-layered-0.1.0.wasm",
        "sx-persist-lower-root-0.1.0.wasm",
        "sx-persist-memory-0.1.0.wasm",
        "sx-persist-readonly-0.1.0.wasm",
        "sx-persist-wit-0.1.0.wasm",
    ];
    assert_eq!(files().keys().collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_handed_out_imports_a_directory_at_most() {
    let imports = |name: &str| sx_persist_compose::imports(&files()[name]).unwrap();
    let listed: Vec<_> = include_str!("../../tests/contract/acceptance/imports.txt").lines().collect();
    assert_eq!(imports("sx-persist-0.1.0.wasm"), listed);
    assert_eq!(imports("sx-persist-memory-0.1.0.wasm"), [""; 0]);
}

#[test]
fn the_interfaces_can_be_read_back() {
    let wit_component::DecodedWasm::WitPackage(resolve, package) =
        wit_component::decode(&files()["sx-persist-wit-0.1.0.wasm"]).unwrap()
    else {
        panic!("a component, and no package of interfaces");
    };
    let package = &resolve.packages[package];
    assert_eq!(package.name.to_string(), "sx:persist@0.2.0");
    let persist = &resolve.interfaces[package.interfaces["persist"]];
    assert!(persist.functions["append"].docs.contents.is_some(), "the documentation is left behind");
    assert!(package.worlds.contains_key("durable-store"));
}

/// What cargo once built in the other folder it does not build again, unless this checkout has changed since: a first run takes
/// as long as building these guests, and a later one as long as building what changed.
///
/// All of them in CI, and some else: the engine is in other components, too, and they are built by the same compiler with the same
/// flags.
#[cfg(unix)]
#[test]
fn another_folder_and_another_cargo_home_give_the_same_bytes() {
    let elsewhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("in another folder, with a longer path");
    let copy = elsewhere.join("sx-persist");
    mirror(&workspace(), &copy).unwrap();
    let home = elsewhere.join("home");
    link_home(&home).unwrap();

    let is_all = env::var_os("SX_PERSIST_REQUIRE_HOSTS").is_some();
    let some;
    let (files, arguments): (_, &[&str]) = if is_all {
        (files(), &[])
    } else {
        let guests = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("guest");
        some = make_some(&workspace(), &guests).unwrap();
        let names = some.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
        // Past what the test harness keeps back.
        let _ = writeln!(
            io::stderr(),
            "SKIPPED: the components but for {names}; SX_PERSIST_REQUIRE_HOSTS=1 builds all of them in another folder"
        );
        (&some, &["some"])
    };

    let status = Command::new(env!("CARGO_BIN_EXE_sx-persist-artefacts"))
        .args(arguments)
        .current_dir(&copy)
        .env("CARGO_HOME", &home)
        .status()
        .unwrap();
    assert!(status.success());

    let dist = copy.join("dist");
    let check =
        Command::new("sha256sum").args(["--check", "--strict", CHECKSUMS]).current_dir(&dist).output();
    let check = check.unwrap();
    assert!(check.status.success(), "{check:?}");
    assert_eq!(String::from_utf8_lossy(&check.stdout).lines().count(), files.len() - 1);
    let made: Vec<_> = fs::read_dir(&dist).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(made.len(), files.len(), "{made:?}");
    for (name, bytes) in files {
        let other = fs::read(dist.join(name)).unwrap();
        assert!(other == *bytes, "{name}: {} here, {} there", sha256(bytes), sha256(&other));
    }
}

/// Cargo's home under another path. What it has fetched is not fetched again.
#[cfg(unix)]
fn link_home(link: &Path) -> io::Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.unwrap_or_else(|| env::home_dir().unwrap().join(".cargo"));
    match fs::remove_file(link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    std::os::unix::fs::symlink(home, link)
}

/// Makes a folder hold the sources that another one holds. A file that is the same stays as it is, so that cargo sees what has
/// changed.
#[cfg(unix)]
fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)? {
        let path = entry?.path();
        if is_source(&path) && !from.join(path.file_name().unwrap()).exists() {
            if path.is_dir() { fs::remove_dir_all(path)? } else { fs::remove_file(path)? }
        }
    }
    for entry in fs::read_dir(from)? {
        let path = entry?.path();
        let copy = to.join(path.file_name().unwrap());
        if !is_source(&path) {
            continue;
        }
        // What a link leads to is a folder in the copy.
        if path.is_dir() {
            mirror(&path, &copy)?;
        } else {
            let bytes = fs::read(&path)?;
            if fs::read(&copy).ok().as_ref() != Some(&bytes) {
                fs::write(&copy, bytes)?;
            }
        }
    }
    Ok(())
}

/// Neither built nor fetched nor hidden.
#[cfg(unix)]
fn is_source(path: &Path) -> bool {
    const MADE: [&str; 4] = ["target", "dist", "node_modules", "persist-data"];
    let name = path.file_name().unwrap().to_str().unwrap();
    name == ".cargo" || !name.starts_with('.') && !MADE.contains(&name)
}
