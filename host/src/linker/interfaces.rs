//! What guests are given, and those functions that are no rows: of `dispatch` and `admin`.

use super::define::{Define, Interface, refused};
use super::{batch, rows, writers};
use crate::error::Error;
use crate::interface::batch::CommitError;
use crate::interface::wit;
use crate::types::{self, Counter, Durability, Layout, UsageBy};

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
    dispatch(linker)
}

/// The operations of `admin` are not among them: a guest calls that interface, if it is given it.
fn dispatch(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/dispatch@0.2.0" };
    on.answering("handle-op", |store, (op, args): (String, String)| {
        refused(reachable(&op).and_then(|()| store.raw().handle_op(&op, &args)))
    })?;
    on.answering("handle-op-bytes", |store, (op, args): (String, Vec<u8>)| {
        refused(reachable(&op).and_then(|()| store.raw().handle_op_bytes(&op, &args)))
    })
}

fn reachable(op: &str) -> Result<(), CommitError> {
    if op.starts_with("persist/admin/") {
        let text = format!("no operation {op} for guests: call `admin`, if the host gives it");
        return Err(Error::Refused(types::Error::InvalidArgument(text)).into());
    }
    Ok(())
}

pub(super) fn admin(linker: &mut impl Define) -> wasmtime::Result<()> {
    let on = &mut Interface { linker, name: "sx:persist/admin@0.2.0" };
    on.function("set-durability", |store, (level,): (Durability,)| store.admin().set_durability(level))?;
    on.function("flush", |store, ()| store.admin().flush())?;
    on.function("checkpoint", |store, ()| store.admin().checkpoint())?;
    on.function("checkpoint-step", |store, ()| store.admin().checkpoint_step())?;
    on.function("convert-step", |store, (to,): (Layout,)| store.admin().convert_step(to))?;
    on.function("compact-step", |store, ()| store.admin().compact_step())?;
    on.function("verify", |store, ()| store.admin().verify())?;
    on.function("verify-part", |store, (part, parts): (u32, u32)| store.admin().verify_part(part, parts))?;
    on.function("usage", |store, (by, after, limit): (UsageBy, Option<String>, u32)| {
        wit::admin::usage(store, by, after.as_deref(), limit)
    })?;
    on.function("repair", |store, ()| store.admin().repair())?;
    on.function("stats", |store, ()| {
        Ok(store
            .admin()
            .stats()?
            .into_iter()
            .map(|(name, value)| Counter { name, value })
            .collect::<Vec<_>>())
    })
}
