//! Makes the files that are handed out, in `dist`, or with the argument `pack` what the packages of the crates need. Run at the root
//! of a workspace: `cargo run -p sx-persist-artefacts`.

use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use sx_persist_artefacts::{CRATES, PACKED_COMPONENTS};

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = std::env::current_dir()?;
    if !workspace.join("guest/component").is_dir() {
        return Err(format!("{} is not the root of sx-persist", workspace.display()).into());
    }
    let target_folder = workspace.join("target/guest");
    match std::env::args().nth(1).as_deref() {
        None => make(&workspace, &target_folder),
        Some("pack") => pack(&workspace, &target_folder),
        Some(other) => Err(format!("{other}: the only argument is `pack`").into()),
    }
}

fn pack(workspace: &Path, target_folder: &Path) -> Result<(), Box<dyn Error>> {
    sx_persist_artefacts::pack(workspace, target_folder)?;
    let mut out = io::stdout().lock();
    writeln!(out, "the components are in {PACKED_COMPONENTS}; publish, in this order:")?;
    CRATES.iter().try_for_each(|name| writeln!(out, "cargo publish -p {name}"))?;
    Ok(())
}

fn make(workspace: &Path, target_folder: &Path) -> Result<(), Box<dyn Error>> {
    let files = sx_persist_artefacts::make(workspace, target_folder)?;
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
