//! How a function is defined for guests.
//!
//! Every function is defined once, in three steps, for both kinds of linkers: what it takes of the guest's view, what it does
//! then, which may block, and what it leaves in the view.

use crate::error::{Error, Result};
use crate::interface::batch::CommitError;
use crate::interface::writer::BlobWriter;
use crate::store::{Store, blocking};
use crate::types::{self, Refusal};
use std::sync::{Arc, Mutex};
use wasmtime::StoreContextMut;
use wasmtime::component::{
    ComponentNamedList, ComponentType, Lift, Linker, Lower, Resource, ResourceTable, ResourceTableError,
    ResourceType,
};

/// What one guest is served with: a view of what its host keeps for it.
#[derive(Debug)]
pub struct PersistView<'a> {
    /// The store of the tenant that the guest works for: all that it can reach. Several guests may share one.
    pub store: &'a Store,
    /// Keeps the guest's handles: its blobs that are being written, its transactions and reads. One that is full
    /// ([`ResourceTable::set_max_capacity`]) refuses the next with `too-large`.
    pub table: &'a mut ResourceTable,
}

/// Where the data of a guest's [`wasmtime::Store`] has it.
pub(super) type Tenant<T> = fn(&mut T) -> PersistView<'_>;

/// A blob that a guest is writing, when it has begun. It is in the guest's table, and on another thread while that adds to it.
pub(super) type Writer = Arc<Mutex<Option<BlobWriter>>>;

/// What a guest hands over.
pub(super) trait Parameters: ComponentNamedList + Lift + Send + 'static {}
impl<P: ComponentNamedList + Lift + Send + 'static> Parameters for P {}

/// What a guest is answered.
pub(super) trait Answer: ComponentType + Lower + Send + 'static {}
impl<R: ComponentType + Lower + Send + 'static> Answer for R {}

/// A linker that functions are defined in.
pub(super) trait Define {
    /// Defines a function of an interface. `take` and `give` have the guest's view; what blocks is done in between, in `call`.
    fn define<P: Parameters, A: Send + 'static, B: Send + 'static, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        take: fn(PersistView<'_>, P) -> wasmtime::Result<A>,
        call: impl Fn(A) -> B + Copy + Send + Sync + 'static,
        give: fn(PersistView<'_>, B) -> wasmtime::Result<R>,
    ) -> wasmtime::Result<()>;

    /// Defines a function that needs the guest's view only, and does not block.
    fn define_at_once<P: Parameters, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        call: impl Fn(PersistView<'_>, P) -> wasmtime::Result<R> + Copy + Send + Sync + 'static,
    ) -> wasmtime::Result<()>;

    /// Defines a resource. To drop one may block.
    fn define_resource<R: Send + 'static>(&mut self, interface: &str, name: &str) -> wasmtime::Result<()>;
}

/// Calls are done on the thread of the guest.
pub(super) struct OnThread<'a, T: 'static> {
    pub(super) linker: &'a mut Linker<T>,
    pub(super) tenant: Tenant<T>,
}

impl<T: 'static> Define for OnThread<'_, T> {
    fn define<P: Parameters, A: Send + 'static, B: Send + 'static, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        take: fn(PersistView<'_>, P) -> wasmtime::Result<A>,
        call: impl Fn(A) -> B + Copy + Send + Sync + 'static,
        give: fn(PersistView<'_>, B) -> wasmtime::Result<R>,
    ) -> wasmtime::Result<()> {
        let tenant = self.tenant;
        self.linker.instance(interface)?.func_wrap(name, move |mut guest: StoreContextMut<'_, T>, params| {
            let taken = take(tenant(guest.data_mut()), params)?;
            let done = call(taken);
            Ok((give(tenant(guest.data_mut()), done)?,))
        })
    }

    fn define_at_once<P: Parameters, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        call: impl Fn(PersistView<'_>, P) -> wasmtime::Result<R> + Copy + Send + Sync + 'static,
    ) -> wasmtime::Result<()> {
        at_once(self.linker, self.tenant, interface, name, call)
    }

    fn define_resource<R: Send + 'static>(&mut self, interface: &str, name: &str) -> wasmtime::Result<()> {
        let tenant = self.tenant;
        let kind = ResourceType::host::<R>();
        self.linker.instance(interface)?.resource(name, kind, move |mut guest, number| {
            drop(tenant(guest.data_mut()).table.delete::<R>(Resource::new_own(number))?);
            Ok(())
        })
    }
}

/// Calls are done on another thread, and the guest's task waits for it.
pub(super) struct OffThread<'a, T: 'static> {
    pub(super) linker: &'a mut Linker<T>,
    pub(super) tenant: Tenant<T>,
}

impl<T: Send + 'static> Define for OffThread<'_, T> {
    fn define<P: Parameters, A: Send + 'static, B: Send + 'static, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        take: fn(PersistView<'_>, P) -> wasmtime::Result<A>,
        call: impl Fn(A) -> B + Copy + Send + Sync + 'static,
        give: fn(PersistView<'_>, B) -> wasmtime::Result<R>,
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

    fn define_at_once<P: Parameters, R: Answer>(
        &mut self,
        interface: &str,
        name: &str,
        call: impl Fn(PersistView<'_>, P) -> wasmtime::Result<R> + Copy + Send + Sync + 'static,
    ) -> wasmtime::Result<()> {
        at_once(self.linker, self.tenant, interface, name, call)
    }

    fn define_resource<R: Send + 'static>(&mut self, interface: &str, name: &str) -> wasmtime::Result<()> {
        let tenant = self.tenant;
        let kind = ResourceType::host::<R>();
        self.linker.instance(interface)?.resource_async(name, kind, move |mut guest, number| {
            Box::new(async move {
                let dropped = tenant(guest.data_mut()).table.delete::<R>(Resource::new_own(number))?;
                Ok(blocking::spawn(move || drop(dropped)).await?)
            })
        })
    }
}

fn at_once<T: 'static, P: Parameters, R: Answer>(
    linker: &mut Linker<T>,
    tenant: Tenant<T>,
    interface: &str,
    name: &str,
    call: impl Fn(PersistView<'_>, P) -> wasmtime::Result<R> + Copy + Send + Sync + 'static,
) -> wasmtime::Result<()> {
    linker.instance(interface)?.func_wrap(name, move |mut guest: StoreContextMut<'_, T>, params| {
        Ok((call(tenant(guest.data_mut()), params)?,))
    })
}

/// One interface of a linker.
pub(super) struct Interface<'a, D> {
    pub(super) linker: &'a mut D,
    pub(super) name: &'static str,
}

impl<D: Define> Interface<'_, D> {
    /// Defines a function that a method of the store performs.
    pub(super) fn function<P: Parameters, R: Answer>(
        &mut self,
        name: &str,
        call: fn(&Store, P) -> Result<R>,
    ) -> wasmtime::Result<()> {
        self.answering(name, move |store, params| answer(call(store, params)))
    }

    /// Defines a function whose answer is not the usual one. What it fails with ends the guest.
    pub(super) fn answering<P: Parameters, R: Answer>(
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

/// A place in a guest's table for what it begins, or the refusal of a table that is full.
pub(super) fn place<R: Send + 'static>(table: &mut ResourceTable, resource: R) -> Answered<Resource<R>> {
    match table.push(resource) {
        Ok(place) => Ok(Ok(place)),
        Err(ResourceTableError::Full) => {
            let limit = table.max_capacity() as u64;
            Ok(Err(types::Error::TooLarge(types::Excess { limit, actual: limit + 1 })))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a guest is told, or what ends it.
pub(super) type Answered<R, E = types::Error> = wasmtime::Result<Result<R, E>>;

/// All that is no refusal of its store ends a guest.
pub(super) fn answer<R>(answer: Result<R>) -> Answered<R> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(Error::Refused(refusal)) => Ok(Err(refusal)),
        Err(error) => Err(error.into()),
    }
}

/// The answer of a function that says which of several was refused.
pub(super) fn refused<R>(answered: Result<R, CommitError>) -> Answered<R, Refusal> {
    match answered {
        Ok(answered) => Ok(Ok(answered)),
        Err(CommitError { index, error }) => {
            Ok(answer::<R>(Err(error))?.map_err(|reason| Refusal { index, reason }))
        }
    }
}
