//! `sx:persist/*` for the guests of a host of one's own: each is served by the store of its tenant.
//!
//! Every function is defined once, in three steps, for both kinds of linkers: what it takes of the guest's view, what it does
//! then, which may block, and what it leaves in the view.

mod interfaces;
mod writers;

use crate::error::{Error, Result};
use crate::store::Store;
use crate::store::blocking;
use crate::types;
use wasmtime::StoreContextMut;
use wasmtime::component::{
    ComponentNamedList, ComponentType, Lift, Linker, Lower, Resource, ResourceTable, ResourceType,
};
use writers::Writer;

/// What one guest is served with: a view of what its host keeps for it.
#[derive(Debug)]
pub struct TenantView<'a> {
    /// The store of the tenant that the guest works for: all that it can reach. Several guests may share one.
    pub store: &'a Store,
    /// Keeps the guest's handles, that is its blobs that are being written. One that is full
    /// ([`ResourceTable::set_max_capacity`]) refuses the next with `too-large`.
    pub table: &'a mut ResourceTable,
}

/// Where the data of a guest's [`wasmtime::Store`] has it.
type Tenant<T> = fn(&mut T) -> TenantView<'_>;

/// Gives guests all interfaces of `wit/` but `admin`: `types`, `persist`, `blob`, `refs`, `maps`, `objects`, `sessions`,
/// `snapshots`, `batch` and `dispatch`.
///
/// `tenant` says which store serves the guest whose data it is given. Nothing that a guest asks for leads out of that store: a
/// name in it names something in its directory, or nothing. Give each tenant a directory of its own, none within another.
///
/// A call blocks the thread that runs the guest; [`add_to_linker_async`] is for guests that share a thread. What a call
/// refuses, the guest is told. What ends the guest instead, with this library's [`Error`] in the trap, is what it could do
/// nothing about: its tenant's store ran into its timeout or its memory cap ([`Error::Trapped`]), or cannot be opened
/// ([`Error::Host`]).
///
/// What remains for the host to bound, as for any guest: its time ([`wasmtime::Config::epoch_interruption`] or
/// [`wasmtime::Config::consume_fuel`]), its memory ([`wasmtime::Store::limiter`]), and what it hands over in one call
/// ([`wasmtime::Store::set_hostcall_fuel`], 128 MiB if nothing is said). What it may have of the disk is bounded with its
/// tenant's store ([`Builder::disk_bytes_max`](crate::Builder::disk_bytes_max),
/// [`Builder::files_max`](crate::Builder::files_max)).
///
/// ```
/// use sx_persist::{Store, TenantView};
/// use wasmtime::component::{Component, Linker, ResourceTable};
///
/// /// What this host keeps for a guest.
/// struct Guest { store: Store, table: ResourceTable }
///
/// # fn main() -> wasmtime::Result<()> {
/// # let root = tempfile::tempdir().unwrap();
/// let engine = wasmtime::Engine::default();
/// let mut linker = Linker::new(&engine);
/// sx_persist::add_to_linker(&mut linker, |guest: &mut Guest| TenantView {
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
    tenant: fn(&mut T) -> TenantView<'_>,
) -> wasmtime::Result<()> {
    interfaces::all_but_admin(&mut OnThread { linker, tenant })
}

/// As [`add_to_linker`], for guests that are called with `call_async`: a call of theirs goes to a thread that tokio keeps for
/// what blocks, and other tasks run meanwhile.
///
/// A call that was begun is done, also when the guest is dropped before its answer. A guest that is dropped while it writes a
/// blob waits for the call before, if there is one: drop it where blocking is allowed.
///
/// # Errors
/// When something of these names is defined already. Calls need a tokio runtime around them.
pub fn add_to_linker_async<T: Send + 'static>(
    linker: &mut Linker<T>,
    tenant: fn(&mut T) -> TenantView<'_>,
) -> wasmtime::Result<()> {
    interfaces::all_but_admin(&mut OffThread { linker, tenant })
}

/// Gives guests `admin`, which [`add_to_linker`] leaves out: for the tools of whoever runs the host.
///
/// It reaches the same store and no other. But it says for all guests of a tenant when their answers are durable, takes out of
/// the store what is damaged, and has calls that read the whole store, however large, and are never interrupted.
///
/// # Errors
/// When something of this name is defined already.
pub fn add_admin_to_linker<T: 'static>(
    linker: &mut Linker<T>,
    tenant: fn(&mut T) -> TenantView<'_>,
) -> wasmtime::Result<()> {
    interfaces::admin(&mut OnThread { linker, tenant })
}

/// As [`add_admin_to_linker`], for guests that are called with `call_async`.
///
/// # Errors
/// When something of this name is defined already. Calls need a tokio runtime around them.
pub fn add_admin_to_linker_async<T: Send + 'static>(
    linker: &mut Linker<T>,
    tenant: fn(&mut T) -> TenantView<'_>,
) -> wasmtime::Result<()> {
    interfaces::admin(&mut OffThread { linker, tenant })
}

/// What a guest hands over.
trait Parameters: ComponentNamedList + Lift + Send + 'static {}
impl<P: ComponentNamedList + Lift + Send + 'static> Parameters for P {}

/// What a guest is answered.
trait Answer: ComponentType + Lower + Send + 'static {}
impl<R: ComponentType + Lower + Send + 'static> Answer for R {}

/// A linker that functions are defined in.
trait Define {
    /// Defines a function of an interface. `take` and `give` have the guest's view; what blocks is done in between, in `call`.
    fn define<P: Parameters, A: Send + 'static, B: Send + 'static, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        take: fn(TenantView<'_>, P) -> wasmtime::Result<A>,
        call: impl Fn(A) -> B + Copy + Send + Sync + 'static,
        give: fn(TenantView<'_>, B) -> wasmtime::Result<R>,
    ) -> wasmtime::Result<()>;

    /// Defines the resource that [`Writer`]s are.
    fn define_writer(&mut self, interface: &str, name: &str) -> wasmtime::Result<()>;
}

/// Calls are done on the thread of the guest.
struct OnThread<'a, T: 'static> {
    linker: &'a mut Linker<T>,
    tenant: Tenant<T>,
}

impl<T: 'static> Define for OnThread<'_, T> {
    fn define<P: Parameters, A: Send + 'static, B: Send + 'static, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        take: fn(TenantView<'_>, P) -> wasmtime::Result<A>,
        call: impl Fn(A) -> B + Copy + Send + Sync + 'static,
        give: fn(TenantView<'_>, B) -> wasmtime::Result<R>,
    ) -> wasmtime::Result<()> {
        let tenant = self.tenant;
        self.linker.instance(interface)?.func_wrap(name, move |mut guest: StoreContextMut<'_, T>, params| {
            let taken = take(tenant(guest.data_mut()), params)?;
            let done = call(taken);
            Ok((give(tenant(guest.data_mut()), done)?,))
        })
    }

    fn define_writer(&mut self, interface: &str, name: &str) -> wasmtime::Result<()> {
        let tenant = self.tenant;
        let kind = ResourceType::host::<Writer>();
        self.linker.instance(interface)?.resource(name, kind, move |mut guest, number| {
            drop(tenant(guest.data_mut()).table.delete::<Writer>(Resource::new_own(number))?);
            Ok(())
        })
    }
}

/// Calls are done on another thread, and the guest's task waits for it.
struct OffThread<'a, T: 'static> {
    linker: &'a mut Linker<T>,
    tenant: Tenant<T>,
}

impl<T: Send + 'static> Define for OffThread<'_, T> {
    fn define<P: Parameters, A: Send + 'static, B: Send + 'static, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        take: fn(TenantView<'_>, P) -> wasmtime::Result<A>,
        call: impl Fn(A) -> B + Copy + Send + Sync + 'static,
        give: fn(TenantView<'_>, B) -> wasmtime::Result<R>,
    ) -> wasmtime::Result<()> {
        let tenant = self.tenant;
        self.linker.instance(interface)?.func_wrap_async(
            name,
            move |mut guest: StoreContextMut<'_, T>, params| {
                Box::new(async move {
                    let taken = take(tenant(guest.data_mut()), params)?;
                    let done = blocking::spawn(move || call(taken)).await?;
                    Ok((give(tenant(guest.data_mut()), done)?,))
                })
            },
        )
    }

    fn define_writer(&mut self, interface: &str, name: &str) -> wasmtime::Result<()> {
        let tenant = self.tenant;
        let kind = ResourceType::host::<Writer>();
        self.linker.instance(interface)?.resource_async(name, kind, move |mut guest, number| {
            Box::new(async move {
                let writer = tenant(guest.data_mut()).table.delete::<Writer>(Resource::new_own(number))?;
                Ok(blocking::spawn(move || drop(writer)).await?)
            })
        })
    }
}

/// One interface of a linker.
struct Interface<'a, D> {
    linker: &'a mut D,
    name: &'static str,
}

impl<D: Define> Interface<'_, D> {
    /// Defines a function that a method of the store performs.
    fn function<P: Parameters, R: Answer>(
        &mut self,
        name: &str,
        call: fn(&Store, P) -> Result<R>,
    ) -> wasmtime::Result<()> {
        self.answering(name, move |store, params| answer(call(store, params)))
    }

    /// Defines a function whose answer is not the usual one. What it fails with ends the guest.
    fn answering<P: Parameters, R: Answer>(
        &mut self,
        name: &str,
        call: impl Fn(&Store, P) -> wasmtime::Result<R> + Copy + Send + Sync + 'static,
    ) -> wasmtime::Result<()> {
        self.linker.define(
            self.name,
            name,
            |view, params: P| Ok((view.store.clone(), params)),
            move |(store, params)| call(&store, params),
            |_, answer| answer,
        )
    }
}

/// What a guest is told, or what ends it.
type Answered<R, E = types::Error> = wasmtime::Result<Result<R, E>>;

/// All that is no refusal of its store ends a guest.
fn answer<R>(answer: Result<R>) -> Answered<R> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error.into()),
    }
}
