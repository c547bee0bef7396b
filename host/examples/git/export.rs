//! From a store to a new bare repository.

use crate::about::{ABOUT, About};
use crate::import::all_refs;
use crate::repository::{Hasher, Repository};
use anyhow::{Context as _, Result, ensure};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use sx_persist::Store;
use tempfile::NamedTempFile;

/// What was given back.
#[derive(Debug)]
pub(crate) struct Exported {
    pub(crate) objects: u64,
    pub(crate) refs: usize,
}

/// Makes a bare repository of what a store holds.
pub(crate) fn export(store: &Store, path: &Path, bar: &ProgressBar) -> Result<Exported> {
    let about: About = store.kv().get(ABOUT)?.context("the store holds no repository; import one first")?;
    let repository = Repository::init_bare(path, &about.format)?;
    bar.set_length(store.objects().stats()?.objects);
    let objects = export_objects(store, &repository, bar)?;
    if !about.shallow.is_empty() {
        repository.set_shallow(&about.shallow)?;
    }
    // Where it has no branch, `HEAD` is not to lead to the one that git begins with.
    let refs = all_refs(store)?;
    let lines = refs.iter().fold(String::new(), |lines, (name, hash)| {
        lines
            + "option no-deref
update " + name
            + " "
            + hash
            + "
"
    });
    repository.tell(&["update-ref", "--stdin"], &lines)?;
    for (name, target) in &about.symbolic {
        repository.ask(&["symbolic-ref", name, target])?;
    }
    Ok(Exported { objects, refs: refs.len() })
}

fn export_objects(store: &Store, repository: &Repository, bar: &ProgressBar) -> Result<u64> {
    let mut hashers: BTreeMap<String, Hasher> = BTreeMap::new();
    let file = NamedTempFile::new()?;
    let mut count = 0;
    for hash in store.objects().hashes() {
        let hash = hash?;
        let object = store.objects().get(&hash)?.with_context(|| format!("{hash} has gone meanwhile"))?;
        let (kind, content) = split(&object).with_context(|| format!("{hash} is no object of git's"))?;
        let hasher = match hashers.get_mut(kind) {
            Some(hasher) => hasher,
            None => hashers.entry(kind.to_owned()).or_insert(repository.hasher(kind)?),
        };
        fs::write(file.path(), content)?;
        let written = hasher.write(file.path())?;
        // Git has computed it anew: what it was given is what it once gave.
        ensure!(written == hash.as_str(), "{hash} has the hash {written}");
        count += 1;
        bar.inc(1);
    }
    hashers.into_values().try_for_each(Hasher::finish)?;
    Ok(count)
}

/// The kind and the content of an object: `blob 5`, a zero byte, `hello`.
fn split(object: &[u8]) -> Option<(&str, &[u8])> {
    let end = object.iter().position(|byte| *byte == 0)?;
    let (head, content) = (&object[..end], &object[end + 1..]);
    let (kind, size) = std::str::from_utf8(head).ok()?.split_once(' ')?;
    (size.parse() == Ok(content.len())).then_some((kind, content))
}
