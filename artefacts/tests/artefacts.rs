//! The files that are handed out: which they are, and that their bytes are those of every other machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use sx_persist_artefacts::{CHECKSUMS, Files, make};

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

/// The sums were written in another folder, on another machine: what is built depends on the sources and on nothing else.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[test]
fn every_file_has_the_bytes_that_were_recorded() {
    let made = std::str::from_utf8(&files()[CHECKSUMS]).unwrap();
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join(CHECKSUMS);
    if env::var_os("BLESS").is_some() {
        fs::write(recorded, made).unwrap();
        return;
    }
    let recorded = fs::read_to_string(recorded).unwrap();
    let changed: Vec<_> = made.lines().filter(|line| !recorded.lines().any(|other| other == *line)).collect();
    assert!(
        made == recorded,
        "not the bytes of artefacts/{CHECKSUMS}: {changed:#?}\nIf a change of the sources is the reason, write the sums with \
         `BLESS=1 cargo test -p sx-persist-artefacts`. If not, the build has looked at something that is not in the sources."
    );
}

#[test]
fn no_file_names_a_folder_of_this_machine() {
    let home = env::home_dir().unwrap();
    let cargo_home = env::var_os("CARGO_HOME").map_or_else(|| home.join(".cargo"), PathBuf::from);
    for folder in [workspace(), cargo_home, home.join(".rustup")] {
        let folder = folder.into_os_string().into_string().unwrap();
        for (name, bytes) in files() {
            let is_in = bytes.windows(folder.len()).any(|part| part == folder.as_bytes());
            assert!(!is_in, "{name} has {folder} in it");
        }
    }
}

#[test]
fn readme_names_the_sums_of_what_was_crash_tested() {
    let readme = include_str!("../../README.md");
    let sums = include_str!("../SHA256SUMS");
    for (name, host) in [("sx-persist-core", "the host library runs"), ("sx-persist", "any host can run")] {
        let file = format!("  {name}-{}.wasm", env!("CARGO_PKG_VERSION"));
        let sum = sums.lines().find_map(|line| line.strip_suffix(&file)).unwrap();
        let line = format!("component sha256 {}... as {host} it", &sum[..8]);
        assert!(readme.contains(&line), "README.md has no line `{line}`");
    }
}
