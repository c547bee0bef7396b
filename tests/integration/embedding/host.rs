//! A host as an embedder writes one: an engine of its own, and tenants, each with a store.

use std::path::{Path, PathBuf};
use support::{NEVER, usual_engine};
use sx_persist::types::Error;
use sx_persist::{Builder, PersistView, Store};
use tempfile::TempDir;
use wasmtime::Engine;
use wasmtime::component::{
    Component, ComponentNamedList, Instance, InstancePre, Lift, Linker, Lower, ResourceTable,
};

/// What the host keeps for a guest.
pub(crate) struct Guest {
    pub(crate) store: Store,
    pub(crate) table: ResourceTable,
}

impl Guest {
    pub(crate) fn of(store: &Store) -> Self {
        Self { store: store.clone(), table: ResourceTable::new() }
    }

    pub(crate) fn view(&mut self) -> PersistView<'_> {
        PersistView { store: &self.store, table: &mut self.table }
    }
}

/// The tenants' host.
pub(crate) struct Host {
    pub(crate) engine: Engine,
    pub(crate) program: InstancePre<Guest>,
}

impl Host {
    /// One whose guests are called on the threads that they are called from.
    pub(crate) fn new() -> Self {
        Self::with(|linker| {
            sx_persist::add_to_linker(linker, Guest::view)?;
            sx_persist::add_admin_to_linker(linker, Guest::view)
        })
        .unwrap()
    }

    /// One whose guests are tasks.
    pub(crate) fn asynchronous() -> Self {
        Self::with(|linker| {
            sx_persist::add_to_linker_async(linker, Guest::view)?;
            sx_persist::add_admin_to_linker_async(linker, Guest::view)
        })
        .unwrap()
    }

    pub(crate) fn with(
        link: impl FnOnce(&mut Linker<Guest>) -> wasmtime::Result<()>,
    ) -> wasmtime::Result<Self> {
        let engine = usual_engine();
        let mut linker = Linker::new(&engine);
        link(&mut linker)?;
        let program = linker.instantiate_pre(&component(&engine))?;
        Ok(Self { engine, program })
    }

    /// Data of a guest, with all the time that it likes.
    pub(crate) fn data(&self, guest: Guest) -> wasmtime::Store<Guest> {
        let mut data = wasmtime::Store::new(&self.engine, guest);
        data.set_epoch_deadline(NEVER);
        data
    }

    /// A guest that is served by a store.
    pub(crate) fn guest(&self, store: &Store) -> Running {
        self.start(Guest::of(store))
    }

    pub(crate) fn start(&self, guest: Guest) -> Running {
        let mut data = self.data(guest);
        let instance = self.program.instantiate(&mut data).unwrap();
        Running { data, instance }
    }
}

/// `tests/guests/tenant`.
pub(crate) fn component(engine: &Engine) -> Component {
    sx_persist::code::load(engine, sx_persist_test_guests::TENANT).unwrap()
}

/// A guest that was started.
pub(crate) struct Running {
    pub(crate) data: wasmtime::Store<Guest>,
    pub(crate) instance: Instance,
}

impl Running {
    /// Calls what the guest exports. An error is how it was ended.
    pub(crate) fn call<P, R>(&mut self, function: &str, params: P) -> wasmtime::Result<R>
    where
        P: ComponentNamedList + Lower,
        R: ComponentNamedList + Lift,
    {
        self.instance.get_typed_func::<P, R>(&mut self.data, function)?.call(&mut self.data, params)
    }

    /// The answer of a call that ends nobody.
    #[track_caller]
    pub(crate) fn ask<P, R>(&mut self, function: &str, params: P) -> R
    where
        P: ComponentNamedList + Lower,
        (R,): ComponentNamedList + Lift,
    {
        self.call::<P, (R,)>(function, params).unwrap().0
    }

    #[track_caller]
    pub(crate) fn work(&mut self, orders: u32) -> Result<u64, Error> {
        self.ask("work", (orders,))
    }

    #[track_caller]
    pub(crate) fn open_writers(&mut self, count: u32) -> (u32, Option<Error>) {
        self.ask("open-writers", (count,))
    }
}

/// Two tenants, in one folder.
pub(crate) struct Tenants {
    folder: TempDir,
    pub(crate) north: Store,
    pub(crate) south: Store,
}

impl Tenants {
    pub(crate) fn new() -> Self {
        Self::open(tempfile::tempdir().unwrap(), Store::builder())
    }

    /// The store of `north` with limits of its own.
    pub(crate) fn open(folder: TempDir, north: Builder) -> Self {
        let open = |builder: Builder, name: &str| {
            builder.checkpoint_when_idle(None).open(folder.path().join(name)).unwrap()
        };
        let (north, south) = (open(north, "north"), open(Store::builder(), "south"));
        Self { folder, north, south }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn root(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Closes both; answers the folder.
    pub(crate) fn close(self) -> TempDir {
        self.north.close().unwrap();
        self.south.close().unwrap();
        self.folder
    }
}
