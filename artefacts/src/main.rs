//! Makes the files that are handed out, in `dist`. Run at the root of a workspace: `cargo run -p sx-persist-artefacts`.

use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = std::env::current_dir()?;
    if !workspace.join("guest/component").is_dir() {
        return Err(format!("{} is not the root of sx-persist", workspace.display()).into());
    }
    let files = sx_persist_artefacts::make(&workspace, &workspace.join("target/guest"))?;
    // Beside the folder first: what is there stays until all of it can be replaced.
    let (folder, partial) = (Path::new("dist"), Path::new("dist.new"));
    remove(partial)?;
    fs::create_dir(partial)?;
    for (name, bytes) in files {
        fs::write(partial.join(&name), &bytes)?;
    }
    // Its files may be of another version, or under a name that has gone.
    remove(folder)?;
    Ok(fs::rename(partial, folder)?)
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
