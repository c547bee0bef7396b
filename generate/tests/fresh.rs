//! Is what was generated from `wit/` what would be generated now?

use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn generated_files_are_what_wit_says_today() {
    if Command::new("rustfmt").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no rustfmt; `rustup component add rustfmt`");
        return;
    }
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let files = sx_persist_generate::files(&workspace).unwrap();
    let stale: Vec<_> = files
        .into_iter()
        .filter(|(path, text)| fs::read_to_string(workspace.join(path)).ok().as_ref() != Some(text))
        .collect();
    let paths: Vec<_> = stale.iter().map(|(path, _)| path).collect();
    assert!(stale.is_empty(), "`cargo run -p sx-persist-generate` writes anew: {paths:?}");
}
