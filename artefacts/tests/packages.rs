//! The crates that are published: each packs, and holds what its build asks for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// In the order in which they are published.
const CRATES: [&str; 5] =
    ["sx-value", "sx-persist-wire", "sx-persist-compose", "sx-persist", "sx-persist-cli"];

fn package(arguments: &[&str]) -> Output {
    let output = Command::new(env!("CARGO"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args(["package", "--allow-dirty", "--offline"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

#[test]
fn every_crate_that_is_published_packs() {
    let folder: PathBuf = [env!("CARGO_TARGET_TMPDIR"), "packages"].iter().collect();
    let mut arguments = vec!["--no-verify", "--target-dir", folder.to_str().unwrap()];
    arguments.extend(CRATES.iter().flat_map(|name| ["-p", *name]));
    package(&arguments);
    for name in CRATES {
        let packed = folder.join(format!("package/{name}-{}.crate", env!("CARGO_PKG_VERSION")));
        assert!(fs::metadata(packed).unwrap().len() > 1_000, "{name}");
    }
}

/// What `sx-persist wit` gives out; in the repository links lead to it.
#[test]
fn the_program_carries_the_interfaces_that_it_gives_out() {
    let listed = String::from_utf8(package(&["--list", "-p", "sx-persist-cli"]).stdout).unwrap();
    let source = include_str!("../../cli/src/give.rs");
    let given: Vec<_> =
        source.split('"').filter(|part| part.ends_with(".wit") && part.contains('/')).collect();
    let given =
        given.into_iter().filter(|path| ["sx-persist/", "wasi-"].iter().any(|start| path.starts_with(start)));
    let given: Vec<_> = given.map(|path| format!("wit/{path}")).collect();
    assert!(given.len() > 20, "{given:?}");
    for file in given {
        assert!(listed.lines().any(|line| line == file), "{file} is left behind");
    }
}

#[test]
fn the_library_carries_its_interfaces_and_its_build() {
    let listed = package(&["--list", "-p", "sx-persist"]);
    let listed = String::from_utf8(listed.stdout).unwrap();
    let wit = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")).unwrap();
    let wit = wit.map(|entry| format!("wit/{}", entry.unwrap().file_name().to_str().unwrap()));
    let needed = ["build.rs", "build/guests.rs", "src/lib.rs", "src/bindings.rs"].map(str::to_owned);
    for file in needed.into_iter().chain(wit) {
        assert!(listed.lines().any(|line| line == file), "{file} is left behind");
    }
    // The components are put there by whoever publishes.
    let manifest = include_str!("../../host/Cargo.toml");
    assert!(manifest.lines().any(|line| line.starts_with("include = ") && line.contains("\"/component\"")));
}
