//! Interfaces as they stand in a folder, and as an edit would leave them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata, semver_check};
use wit_parser::{ManglingAndAbi, PackageId, Resolve, Stability, WorldId, WorldItem};

/// The files of a package, by their names.
#[derive(Clone)]
pub(crate) struct Edited(BTreeMap<String, String>);

impl Edited {
    pub(crate) fn of(folder: &Path) -> Self {
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "wit"));
        Self(
            files
                .map(|path| {
                    (
                        path.file_name().unwrap().to_str().unwrap().to_owned(),
                        fs::read_to_string(&path).unwrap(),
                    )
                })
                .collect(),
        )
    }

    /// With a piece of a file in the place of another.
    pub(crate) fn with(&self, file: &str, before: &str, after: &str) -> Self {
        let mut edited = self.clone();
        let text = edited.0.get_mut(file).unwrap();
        assert!(text.contains(before), "{file}: no {before}");
        *text = text.replacen(before, after, 1);
        edited
    }

    /// Adds the package, under this version, to those that are known.
    fn push(&self, resolve: &mut Resolve, version: &str) -> PackageId {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &self.0 {
            let (_, interfaces) = text.split_once('\n').unwrap();
            let text = format!("package sx:persist@{version};\n{interfaces}");
            fs::write(folder.path().join(name), text).unwrap();
        }
        resolve.push_dir(folder.path()).unwrap().0
    }

    fn resolved(&self, version: &str) -> (Resolve, PackageId) {
        let mut resolve = Resolve::default();
        let package = self.push(&mut resolve, version);
        (resolve, package)
    }
}

fn guest(resolve: &Resolve, package: PackageId) -> WorldId {
    resolve.select_world(&[package], Some("guest")).unwrap()
}

/// Can a guest of the one be linked with the other?
pub(crate) fn is_compatible(old: &Edited, new: &Edited) -> anyhow::Result<()> {
    let mut resolve = Resolve::default();
    let old = old.push(&mut resolve, "0.2.0");
    let new = new.push(&mut resolve, "0.2.1");
    let (old, new) = (guest(&resolve, old), guest(&resolve, new));
    semver_check(resolve, old, new)
}

/// A component that imports every function of the world `guest`, and does nothing.
pub(crate) fn guest_of(wit: &Edited) -> Vec<u8> {
    let (resolve, package) = wit.resolved("0.2.0");
    let world = guest(&resolve, package);
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default().module(&module).unwrap().validate(true).encode().unwrap()
}

/// The interfaces that a guest imports.
pub(crate) fn interfaces(wit: &Edited) -> Vec<String> {
    let (resolve, package) = wit.resolved("0.2.0");
    let imports = &resolve.worlds[guest(&resolve, package)].imports;
    let names = imports.values().filter_map(|item| match item {
        WorldItem::Interface { id, .. } => resolve.interfaces[*id].name.clone(),
        _ => None,
    });
    names.collect()
}

/// Every function and type that a guest can import, and since when it is there.
pub(crate) fn since(wit: &Edited) -> BTreeMap<String, String> {
    // Of whatever version: what says that it is of a later one than its package is refused.
    let (resolve, package) = wit.resolved("0.2.999");
    let mut found = BTreeMap::new();
    for item in resolve.worlds[guest(&resolve, package)].imports.values() {
        let WorldItem::Interface { id, .. } = item else { continue };
        let interface = &resolve.interfaces[*id];
        let of = interface.name.as_deref().unwrap();
        let functions = interface.functions.iter().map(|(name, function)| (name, &function.stability));
        let types = interface.types.iter().map(|(name, id)| (name, &resolve.types[*id].stability));
        for (name, stability) in functions.chain(types) {
            let Stability::Stable { since, .. } = stability else { panic!("{of}.{name}: no @since") };
            found.insert(format!("{of}.{name}"), since.to_string());
        }
    }
    found
}
