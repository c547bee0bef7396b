//! Builds the guests that tests and examples run, apart from those that ship: who only wants the store does not wait for them.

use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;

#[path = "../../host/build/guests.rs"]
#[expect(dead_code, reason = "the components that ship are built there")]
mod guests;

/// They are built more often than they run for long.
const PROFILE: &str = "test-component";

/// Packages, and what cargo makes of them.
const GUESTS: [(&str, &str); 4] = [
    ("sx-persist-client", "sx_persist_client.wasm"),
    ("sx-persist-visits-draft", "sx_persist_visits_draft.wasm"),
    ("sx-persist-visits-draft2", "sx_persist_visits_draft2.wasm"),
    ("sx-persist-tenant", "sx_persist_tenant.wasm"),
];

/// The component that ships, which checks itself here. It is built apart: features are unified, and what is built with it would
/// have a core that checks itself, too.
const CHECKED: (&str, &str) = ("sx-persist-checked", "sx_persist_checked.wasm");

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = Path::new("../..").canonicalize()?;
    for input in ["guest", "examples/client", "examples/keyvalue", "tests/guests/tenant", "wit", "Cargo.lock"]
    {
        println!("cargo::rerun-if-changed={}", workspace.join(input).display());
    }
    let out = env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?;
    let out = Path::new(&out);
    let folder = guests::target_folder(out, "test-guest")?;
    let built = guests::build(&workspace, &folder, PROFILE, GUESTS.map(|(package, _)| package))?;
    for (_, file) in GUESTS {
        fs::copy(built.join(file), out.join(file))?;
    }
    let (package, file) = CHECKED;
    let built = guests::build(&workspace, &folder, PROFILE, [package])?;
    fs::copy(built.join(file), out.join("checked.wasm"))?;
    Ok(())
}
