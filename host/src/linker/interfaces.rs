//! What guests are given, and those functions that are no rows: of `batch` and `admin`.

use super::define::{Define, Interface, refused};
use super::{rows, writers};
use crate::error::Error;
use crate::store::Store;
use crate::types::{self, Counter, Durability, Op, Outcome};

pub(super) fn all_but_admin(linker: &mut impl Define) -> wasmtime::Result<()> {
    rows::persist(linker)?;
    rows::blob(linker)?;
    writers::writer(linker)?;
    rows::refs(linker)?;
    rows::maps(linker)?;
    rows::objects(linker)?;
    rows::sessions(linker)?;
    rows::snapshots(linker)?;
    batch(linker)?;
    rows::dispatch(linker)
}

fn batch(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/batch@0.2.0" };
    on.answering("commit", |store, (ops,): (Vec<Op>,)| refused(store.commit(&ops)))?;
    on.answering("run", |store, (ops,): (Vec<Op>,)| run(store, &ops))
}

pub(super) fn admin(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/admin@0.2.0" };
    on.function("set-durability", |store, (level,): (Durability,)| store.set_durability(level))?;
    on.function("flush", |store, ()| store.flush())?;
    on.function("checkpoint", |store, ()| store.checkpoint())?;
    on.function("checkpoint-step", |store, ()| store.checkpoint_step())?;
    on.function("verify", |store, ()| store.verify())?;
    on.function("repair", |store, ()| store.repair())?;
    on.function("stats", |store, ()| {
        Ok(store.stats()?.into_iter().map(|(name, value)| Counter { name, value }).collect::<Vec<_>>())
    })
}

/// `batch.run`, where the refusal of the whole is one of each.
fn run(store: &Store, ops: &[Op]) -> wasmtime::Result<Vec<Result<Outcome, types::Error>>> {
    match store.run(ops) {
        Ok(outcomes) => Ok(outcomes),
        Err(Error::Refused(refusal)) => Ok(vec![Err(refusal); ops.len()]),
        Err(error) => Err(error.into()),
    }
}
