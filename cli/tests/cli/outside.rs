//! A crate outside of this repository, as docs/composition.md has it: its files and its commands are those of the document.

#![cfg(unix)]

use crate::support::program;
use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The part of the document, from its title to the next.
fn chapter() -> &'static str {
    let page = include_str!("../../../docs/composition.md");
    page.split("\n## ").find(|part| part.starts_with("A guest of your own\n")).unwrap()
}

/// The block behind the line that begins with the file's name.
fn file(name: &str) -> String {
    let (_, behind) = chapter().split_once(&format!("\n`{name}`")).unwrap();
    let block = behind.split("```").nth(1).unwrap();
    block.split_once('\n').unwrap().1.to_owned()
}

/// The commands of the document's sessions, each with the lines that it prints, if the document shows any.
fn commands() -> Vec<(&'static str, String)> {
    let blocks = chapter().split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in blocks.flat_map(str::lines) {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, printed))) => printed.extend([line, "\n"]),
            (None, None) => panic!("{line}"),
        }
    }
    commands
}

/// A shell that finds the program under test, and the cargo that runs this test, before all others.
fn shell(command: &str, folder: &Path) -> Command {
    let beside = |file: &str| Path::new(file).parent().unwrap().to_owned();
    let found = [beside(env!("CARGO_BIN_EXE_sx-persist")), beside(env!("CARGO"))];
    let path = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths(found.into_iter().chain(env::split_paths(&path))).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(folder).env("PATH", path);
    // What cargo set for this test is not for the other crate, which takes its own packages from where this one has them.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let is_kept = ["CARGO_HOME", "CARGO_REGISTR", "CARGO_TERM"].iter().any(|kept| name.starts_with(kept));
        if name.starts_with("CARGO") && !is_kept
            || name.starts_with("RUSTFLAGS")
            || name.starts_with("SX_PERSIST")
        {
            shell.env_remove(name);
        }
    }
    shell.env("CARGO_NET_OFFLINE", "true");
    shell
}

fn write(crate_folder: &Path, name: &str, text: &str) {
    let path = crate_folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_guest_is_written_built_composed_and_run_as_the_document_says() {
    let folder = tempfile::tempdir().unwrap();
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (shop, mut here) = (folder.path().join("shop"), folder.path().to_owned());
    for (command, printed) in commands() {
        let output = shell(command, &here).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{command}: {said}");
        if !printed.is_empty() {
            assert_eq!(String::from_utf8(output.stdout).unwrap(), printed, "{command}: {said}");
        }
        if command.contains("sx-persist wit") {
            here.clone_from(&shop);
            let mut manifest = file("Cargo.toml");
            // It is in no registry yet. And the crate would be a member of a workspace above it, if there were one.
            let sx = repository.join("guest/sx");
            manifest = manifest.replace("sx-value = \"0.1\"", &format!("sx-value = {{ path = {sx:?} }}"));
            write(&shop, "Cargo.toml", &(manifest + "\n[workspace]\n"));
            for name in ["wit/world.wit", ".cargo/config.toml", "src/lib.rs"] {
                write(&shop, name, &file(name));
            }
            // The versions are those that are on this machine; what was compiled once serves the next time.
            fs::copy(repository.join("Cargo.lock"), shop.join("Cargo.lock")).unwrap();
            let built: PathBuf = [env!("CARGO_TARGET_TMPDIR"), "outside"].iter().collect();
            fs::create_dir_all(&built).unwrap();
            symlink(built, shop.join("target")).unwrap();
        }
    }
}

#[test]
fn interfaces_and_components_are_files_under_the_names_of_the_documents() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| {
        let output = program().args(args).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let listed = run(&["components"]);
    let portable = fs::read(folder.path().join("components/sx-persist.wasm")).unwrap();
    assert!(portable == *sx_persist::COMPONENT);
    for page in ["ARCHITECTURE.md", "docs/composition.md", "docs/keyvalue.md", "docs/middleware.md"] {
        let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page)).unwrap();
        let words = page.split(|letter: char| !(letter.is_ascii_alphanumeric() || "-._".contains(letter)));
        for name in words.filter(|word| word.starts_with("sx-persist") && word.ends_with(".wasm")) {
            assert!(name.contains("0.1.0") || listed.contains(&format!("components/{name}\n")), "{name}");
        }
    }
    // Read by what reads WIT, one package after the other.
    let listed = run(&["wit", "given"]);
    assert!(listed.contains("given/deps/sx-persist/persist.wit\n"), "{listed}");
    let persist = fs::read(folder.path().join("given/deps/sx-persist/persist.wit")).unwrap();
    assert!(persist == include_bytes!("../../../wit/persist.wit"));
    // What is there with the same bytes stays as it is; what differs is replaced.
    let (same, changed) = (
        folder.path().join("given/deps/sx-persist/blob.wit"),
        folder.path().join("given/deps/sx-persist/refs.wit"),
    );
    let before = fs::metadata(&same).unwrap().modified().unwrap();
    fs::write(&changed, "changed").unwrap();
    let again = run(&["--json", "wit", "given"]);
    assert!(again.starts_with("[\"given/deps/sx-persist/admin.wit\","), "{again}");
    assert_eq!(fs::metadata(&same).unwrap().modified().unwrap(), before);
    assert!(fs::read(&changed).unwrap() == include_bytes!("../../../wit/refs.wit"));
    fs::write(folder.path().join("file"), "").unwrap();
    let refused = program().args(["wit", "file"]).current_dir(folder.path()).output().unwrap();
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}
