//! What an instance exports, looked up when it is first called. To check the types of every function of every interface takes a good
//! part of opening a store, and calls go through one of them.

use super::state::State;
use crate::bindings::DurableStorePre;
use crate::bindings::exports::sx::persist::{admin, blob, wire};
use std::cell::OnceCell;
use std::sync::Arc;
use wasmtime::component::{Instance, InstancePre};
use wasmtime::{Engine, Result, Store};

/// A component that is ready to be instantiated, and where its functions are.
pub(crate) struct Ready {
    pre: InstancePre<State>,
    admin: admin::GuestIndices,
    blob: blob::GuestIndices,
    wire: wire::GuestIndices,
}

impl Ready {
    pub(crate) fn new(pre: InstancePre<State>) -> Result<Self> {
        Ok(Self {
            admin: admin::GuestIndices::new(&pre)?,
            blob: blob::GuestIndices::new(&pre)?,
            wire: wire::GuestIndices::new(&pre)?,
            pre,
        })
    }

    /// Compares the names of what it exports with those of a store.
    ///
    /// # Errors
    /// Something is missing.
    pub(crate) fn check(&self) -> Result<()> {
        DurableStorePre::new(self.pre.clone()).map(drop)
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.pre.engine()
    }

    pub(crate) fn instantiate(self: &Arc<Self>, store: &mut Store<State>) -> Result<Exports> {
        let instance = self.pre.instantiate(store)?;
        let (admin, blob, wire) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Ok(Exports { ready: Arc::clone(self), instance, admin, blob, wire })
    }
}

/// The functions of an instance.
pub(crate) struct Exports {
    ready: Arc<Ready>,
    instance: Instance,
    admin: OnceCell<admin::Guest>,
    blob: OnceCell<blob::Guest>,
    wire: OnceCell<wire::Guest>,
}

/// Each fails where the functions have other types.
impl Exports {
    pub(crate) fn admin(&self, store: &mut Store<State>) -> Result<&admin::Guest> {
        looked_up(&self.admin, || self.ready.admin.load(store, &self.instance))
    }

    pub(crate) fn blob(&self, store: &mut Store<State>) -> Result<&blob::Guest> {
        looked_up(&self.blob, || self.ready.blob.load(store, &self.instance))
    }

    pub(crate) fn wire(&self, store: &mut Store<State>) -> Result<&wire::Guest> {
        looked_up(&self.wire, || self.ready.wire.load(store, &self.instance))
    }
}

fn looked_up<T>(place: &OnceCell<T>, look_up: impl FnOnce() -> Result<T>) -> Result<&T> {
    if let Some(found) = place.get() {
        return Ok(found);
    }
    let found = look_up()?;
    Ok(place.get_or_init(|| found))
}
