//! `wit` and `components`: what others are built with, as files.

use crate::exit::{CliError, Status};
use crate::options::Options;
use crate::output::Answer;
use crate::target;
use clap::Args;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use sx_persist::{keyvalue, middleware};

const WIT_EXAMPLES: &str = "\
Examples:
  sx-persist wit              writes wit/deps/sx-persist/persist.wit and so on
  sx-persist wit orders/wit

The folder is one that wit-bindgen takes: your own world stands beside `deps`, in wit/world.wit, and imports
sx:persist/persist@0.2.0 or what else it needs. docs/composition.md builds a guest so.";

const COMPONENTS_EXAMPLES: &str = "\
Examples:
  sx-persist components       writes components/sx-persist.wasm and so on
  sx-persist components dist
  sx-persist compose --layer dist/sx-persist-readonly.wasm -o store.wasm";

/// Writes the interfaces of the store, and those that guests of it use, as files for wit-bindgen
#[derive(Args, Debug)]
#[command(after_help = WIT_EXAMPLES)]
pub(crate) struct Wit {
    /// The folder, which is made where there is none; files of the same names are replaced
    #[arg(default_value = "wit")]
    folder: PathBuf,
}

/// Writes every component that the documents name: stores, layers, adapters
#[derive(Args, Debug)]
#[command(after_help = COMPONENTS_EXAMPLES)]
pub(crate) struct Components {
    /// The folder, which is made where there is none; files of the same names are replaced
    #[arg(default_value = "components")]
    folder: PathBuf,
}

/// A file of `cli/wit`, with its path there.
macro_rules! interfaces {
    ($($path:literal)*) => {
        [$(($path, include_str!(concat!("../wit/", $path)))),*]
    };
}

/// Each below the folder of its package.
const INTERFACES: [(&str, &str); 23] = interfaces! {
    "sx-persist/admin.wit"
    "sx-persist/batch.wit"
    "sx-persist/blob.wit"
    "sx-persist/digest.wit"
    "sx-persist/dispatch.wit"
    "sx-persist/maps.wit"
    "sx-persist/objects.wit"
    "sx-persist/persist.wit"
    "sx-persist/refs.wit"
    "sx-persist/sessions.wit"
    "sx-persist/snapshots.wit"
    "sx-persist/types.wit"
    "sx-persist/wire.wit"
    "sx-persist/world.wit"
    "wasi-cli/run.wit"
    "wasi-keyvalue-draft/atomics.wit"
    "wasi-keyvalue-draft/batch.wit"
    "wasi-keyvalue-draft/store.wit"
    "wasi-keyvalue-draft/world.wit"
    "wasi-keyvalue-draft2/atomics.wit"
    "wasi-keyvalue-draft2/batch.wit"
    "wasi-keyvalue-draft2/store.wit"
    "wasi-keyvalue-draft2/world.wit"
};

/// Every component but the portable store, which is composed when it is asked for. A constant would hold a copy of each.
fn built() -> [(&'static str, &'static [u8]); 9] {
    [
        ("sx-persist-core.wasm", sx_persist::CORE_COMPONENT),
        ("sx-persist-digest.wasm", sx_persist::DIGEST_COMPONENT),
        ("sx-persist-memory.wasm", sx_persist::MEMORY_COMPONENT),
        ("sx-persist-readonly.wasm", middleware::READONLY),
        ("sx-persist-cached.wasm", middleware::CACHED),
        ("sx-persist-layered.wasm", middleware::LAYERED),
        ("sx-persist-lower-root.wasm", middleware::LOWER_ROOT),
        ("sx-persist-keyvalue-draft.wasm", keyvalue::DRAFT),
        ("sx-persist-keyvalue-draft2.wasm", keyvalue::DRAFT2),
    ]
}

pub(crate) fn wit(wit: &Wit, options: &Options) -> anyhow::Result<Status> {
    let deps = wit.folder.join("deps");
    give(INTERFACES.iter().map(|(path, text)| (deps.join(path), text.as_bytes())), options)
}

pub(crate) fn components(components: &Components, options: &Options) -> anyhow::Result<Status> {
    let portable = [("sx-persist.wasm", sx_persist::COMPONENT.as_slice())];
    let all = portable.into_iter().chain(built());
    give(all.map(|(name, component)| (components.folder.join(name), component)), options)
}

/// Writes files, and answers their paths. One that is there with the same bytes is left as it is, so that nobody builds anew for it.
fn give<'a>(files: impl Iterator<Item = (PathBuf, &'a [u8])>, options: &Options) -> anyhow::Result<Status> {
    let mut output = options.output();
    let mut list = output.list();
    for (path, bytes) in files {
        if !fs::read(&path).is_ok_and(|there| there == bytes) {
            make_folder(&path)?;
            target::write(&path, |file| Ok(file.write_all(bytes)?))?;
        }
        list.item(Answer::Name(&path.to_string_lossy()))?;
    }
    list.end()?;
    output.flush()?;
    Ok(Status::Done)
}

fn make_folder(path: &Path) -> Result<(), CliError> {
    let Some(folder) = path.parent() else { return Ok(()) };
    fs::create_dir_all(folder)
        .map_err(|error| CliError::Misused(format!("cannot make {}: {error}", folder.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every file of a folder, with its path below it.
    fn files(folder: &Path, below: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = below.to_owned() + entry.file_name().to_str().unwrap();
            if fs::metadata(entry.path()).unwrap().is_dir() {
                found.extend(files(&entry.path(), &(name + "/")));
            } else {
                found.push((name, fs::read_to_string(entry.path()).unwrap()));
            }
        }
        found.sort();
        found
    }

    #[test]
    fn no_interface_is_left_out() {
        let there = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("wit"), "");
        assert_eq!(INTERFACES.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec(), there);
    }

    /// The build script of the library has the list of what ships.
    #[test]
    fn no_component_is_left_out() {
        let list = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/build/guests.rs"))
            .unwrap();
        let shipped: Vec<_> = list
            .split('"')
            .filter(|part| part.starts_with("sx-persist-") && part.ends_with(".wasm"))
            .collect();
        let mut given = built().map(|(name, _)| name).to_vec();
        given.sort_unstable();
        let mut due = shipped;
        due.sort_unstable();
        assert_eq!(given, due);
    }
}
