//! From a repository to a store.

use crate::about::{ABOUT, About};
use crate::repository::Repository;
use anyhow::Result;
use indicatif::ProgressBar;
use std::collections::BTreeSet;
use sx_persist::{Hash, Store};

/// Objects and bytes of one commit: many for one sync, few enough for the memory of the component.
const BATCH_OBJECTS: usize = 1_024;
const BATCH_BYTES: usize = 4 << 20;

/// What was brought.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) objects: u64,
    pub(crate) refs: usize,
}

/// Writes all of a repository into a store. The refs come last and together: whoever finds one finds all of its history.
pub(crate) fn import(repository: &Repository, store: &Store, bar: &ProgressBar) -> Result<Imported> {
    // Read first, so that what a push brings meanwhile has no ref yet.
    let refs = repository.refs()?;
    let mut symbolic: std::collections::BTreeMap<_, _> =
        refs.iter().filter_map(|a_ref| Some((a_ref.name.clone(), a_ref.target.clone()?))).collect();
    symbolic.extend(repository.head()?.map(|branch| ("HEAD".to_owned(), branch)));
    let format = repository.ask(&["rev-parse", "--show-object-format"])?.trim().to_owned();
    let about = About { format, symbolic, shallow: repository.shallow()? };

    bar.set_length(repository.count_objects()?);
    let objects = import_objects(repository, store, bar)?;

    let set: Vec<_> = refs.into_iter().filter(|a_ref| a_ref.target.is_none()).collect();
    let names: BTreeSet<_> = set.iter().map(|a_ref| a_ref.name.as_str()).collect();
    let mut tx = store.transaction();
    for (name, _) in all_refs(store)?.into_iter().filter(|(name, _)| !names.contains(name.as_str())) {
        let _ = tx.refs().remove(&name);
    }
    for a_ref in &set {
        tx.refs().set(&a_ref.name, &a_ref.hash.parse()?);
    }
    tx.kv().put(ABOUT, &about)?;
    tx.commit()?;
    Ok(Imported { objects, refs: set.len() })
}

fn import_objects(repository: &Repository, store: &Store, bar: &ProgressBar) -> Result<u64> {
    let mut objects = repository.objects()?;
    let (mut batch, mut bytes, mut count) = (Vec::new(), 0, 0);
    loop {
        let next = objects.next_object()?;
        if next.is_none() || batch.len() == BATCH_OBJECTS || bytes >= BATCH_BYTES {
            bar.inc(batch.len() as u64);
            store.objects().put_many(batch.drain(..))?;
            bytes = 0;
        }
        let Some(object) = next else { return Ok(count) };
        bytes += object.1.len();
        count += 1;
        batch.push((object.0.parse::<Hash>()?, object.1));
    }
}

/// The refs of a store and their hashes.
pub(crate) fn all_refs(store: &Store) -> Result<Vec<(String, String)>> {
    Ok(store
        .refs()
        .iter()
        .map(|entry| entry.map(|(name, hash)| (name, hash.into())))
        .collect::<Result<_, _>>()?)
}
