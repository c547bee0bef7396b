//! What guests are given, and those functions that are no rows: of `admin`.

use super::define::{Define, Interface};
use super::{batch, rows, writers};
use crate::types::{Counter, Durability};

pub(super) fn all_but_admin(linker: &mut impl Define) -> wasmtime::Result<()> {
    rows::persist(linker)?;
    rows::blob(linker)?;
    writers::writer(linker)?;
    rows::refs(linker)?;
    rows::maps(linker)?;
    rows::objects(linker)?;
    rows::sessions(linker)?;
    rows::snapshots(linker)?;
    batch::transactions(linker)?;
    batch::reads(linker)?;
    rows::dispatch(linker)
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
