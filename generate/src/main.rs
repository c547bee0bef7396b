//! Writes the files that are generated from `wit/`. Run at the root of the workspace: `cargo run -p sx-persist-generate`.

use anyhow::{Result, ensure};
use std::fs;

fn main() -> Result<()> {
    let workspace = std::env::current_dir()?;
    ensure!(workspace.join("wit").is_dir(), "{} is not the root of sx-persist", workspace.display());
    for (path, text) in sx_persist_generate::files(&workspace)? {
        let path = workspace.join(path);
        // One that is the same stays as it is, so that cargo compiles nothing for it.
        if fs::read_to_string(&path).is_ok_and(|is| is == text) {
            continue;
        }
        fs::write(path, text)?;
    }
    Ok(())
}
