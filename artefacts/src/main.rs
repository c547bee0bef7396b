//! Makes the files that are handed out, in `dist`. Run at the root of a workspace: `cargo run -p sx-persist-artefacts`.

use std::error::Error;
use std::fs;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = std::env::current_dir()?;
    if !workspace.join("guest/component").is_dir() {
        return Err(format!("{} is not the root of sx-persist", workspace.display()).into());
    }
    let files = sx_persist_artefacts::make(&workspace, &workspace.join("target/guest"))?;
    let folder = Path::new("dist");
    if folder.exists() {
        // Of another version, or under a name that has gone.
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir(folder)?;
    for (name, bytes) in files {
        fs::write(folder.join(&name), &bytes)?;
    }
    Ok(())
}
