//! The crates that are published: each packs, and holds what its build asks for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use sx_persist_artefacts::{CRATES, PACKED_COMPONENTS, pack};

/// Held by who packs: what another test puts into the library's folder meanwhile, or removes there, would be half of a package.
static PACKING: Mutex<()> = Mutex::new(());

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
    let _packing = PACKING.lock().unwrap();
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
fn the_library_carries_its_interfaces_its_build_and_its_components() {
    let _packing = PACKING.lock().unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    pack(&workspace, &workspace.join("target/guest")).unwrap();
    let listed = package(&["--list", "-p", "sx-persist"]);
    fs::remove_dir_all(workspace.join(PACKED_COMPONENTS)).unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let wit = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")).unwrap();
    let wit = wit.map(|entry| format!("wit/{}", entry.unwrap().file_name().to_str().unwrap()));
    let needed = ["build.rs", "build/guests.rs", "src/lib.rs", "src/bindings.rs"].map(str::to_owned);
    // What the build script of the package copies.
    let build = include_str!("../../host/build/guests.rs");
    let components =
        build.split('"').filter(|part| part.starts_with("sx-persist-") && part.ends_with(".wasm"));
    let components: Vec<_> = components.map(|file| format!("component/{file}")).collect();
    assert!(components.len() > 5, "{components:?}");
    for file in needed.into_iter().chain(wit).chain(components) {
        assert!(listed.lines().any(|line| line == file), "{file} is left behind");
    }
}
