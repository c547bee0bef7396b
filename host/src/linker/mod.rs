//! `sx:persist/*` for the guests of a host of one's own: each is served by the store of its tenant.

mod batch;
mod define;
mod interfaces;
mod rows;
mod writers;

pub use define::PersistView;

use define::{OffThread, OnThread};
use wasmtime::component::Linker;

/// Gives guests all interfaces of `wit/` but `admin`: `types`, `persist`, `blob`, `refs`, `maps`, `objects`, `sessions`,
/// `snapshots`, `batch` and `dispatch`.
///
/// `tenant` says which store serves the guest whose data it is given. Nothing that a guest asks for leads out of that store: a
/// name in it names something in its directory, or nothing. Give each tenant a directory of its own, none within another.
///
/// A call blocks the thread that runs the guest; [`add_to_linker_async`] is for guests that share a thread. What a call
/// refuses, the guest is told. What ends the guest instead, with this library's [`Error`](crate::Error) in the trap, is what it
/// could do nothing about: its tenant's store ran into its timeout or its memory cap
/// ([`Error::Trapped`](crate::Error::Trapped)), or cannot be opened ([`Error::Host`](crate::Error::Host)).
///
/// What remains for the host to bound, as for any guest: its time ([`wasmtime::Config::epoch_interruption`] or
/// [`wasmtime::Config::consume_fuel`]), its memory ([`wasmtime::Store::limiter`]), and what it hands over in one call
/// ([`wasmtime::Store::set_hostcall_fuel`], 128 MiB if nothing is said). What it may have of the disk is bounded with its
/// tenant's store ([`Builder::disk_bytes_max`](crate::Builder::disk_bytes_max),
/// [`Builder::files_max`](crate::Builder::files_max)).
///
/// ```
/// use sx_persist::{Store, PersistView};
/// use wasmtime::component::{Component, Linker, ResourceTable};
///
/// /// What this host keeps for a guest.
/// struct Guest { store: Store, table: ResourceTable }
///
/// # fn main() -> wasmtime::Result<()> {
/// # let root = tempfile::tempdir().unwrap();
/// let engine = wasmtime::Engine::default();
/// let mut linker = Linker::new(&engine);
/// sx_persist::add_to_linker(&mut linker, |guest: &mut Guest| PersistView {
///     store: &guest.store,
///     table: &mut guest.table,
/// })?;
///
/// # let bytes = b"\0asm\x0d\0\x01\0";
/// // Any component that imports `sx:persist/...`.
/// let component = Component::new(&engine, bytes)?;
/// let program = linker.instantiate_pre(&component)?;
/// for tenant in ["north", "south"] {
///     let store = Store::open(root.path().join(tenant))?;
///     let mut guest = wasmtime::Store::new(&engine, Guest { store, table: ResourceTable::new() });
///     program.instantiate(&mut guest)?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When something of these names is defined already.
pub fn add_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    tenant: fn(&mut T) -> PersistView<'_>,
) -> wasmtime::Result<()> {
    interfaces::all_but_admin(&mut OnThread { linker, tenant })
}

/// As [`add_to_linker`], for guests that are called with `call_async`: a call of theirs goes to a thread that tokio keeps for
/// what blocks, and other tasks run meanwhile.
///
/// A call that has begun is completed even when the guest is dropped before it returns. A guest that is dropped while it writes a
/// blob waits for the call before, if there is one: drop it where blocking is allowed.
///
/// # Errors
/// When something of these names is defined already. Calls need a tokio runtime around them.
pub fn add_to_linker_async<T: Send + 'static>(
    linker: &mut Linker<T>,
    tenant: fn(&mut T) -> PersistView<'_>,
) -> wasmtime::Result<()> {
    interfaces::all_but_admin(&mut OffThread { linker, tenant })
}

/// Gives guests `admin`, which [`add_to_linker`] leaves out: for the tools of the host's operator.
///
/// It reaches the same store and no other. But it decides for all guests of a tenant when their writes are durable, removes damaged
/// data from the store, and has calls that read the whole store, however large, and are never interrupted.
///
/// # Errors
/// When something of this name is defined already.
pub fn add_admin_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    tenant: fn(&mut T) -> PersistView<'_>,
) -> wasmtime::Result<()> {
    interfaces::admin(&mut OnThread { linker, tenant })
}

/// As [`add_admin_to_linker`], for guests that are called with `call_async`.
///
/// # Errors
/// When something of this name is defined already. Calls need a tokio runtime around them.
pub fn add_admin_to_linker_async<T: Send + 'static>(
    linker: &mut Linker<T>,
    tenant: fn(&mut T) -> PersistView<'_>,
) -> wasmtime::Result<()> {
    interfaces::admin(&mut OffThread { linker, tenant })
}
