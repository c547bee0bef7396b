//! What a component stands on: a store of the host library that threads share, a directory, or a simulated disk.

use sim::disk::Disk;
use sim::simfs::{self, HasSimFs, Plan, SimFs};
use std::path::Path;
use std::sync::LazyLock;
use sx_persist::PersistView;
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::filesystem::{FsPerms, WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::sync::filesystem::{preopens, types};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// What the host keeps for an instance. What its component does not import is there and empty.
pub(crate) struct State {
    maps: Option<sx_persist::Store>,
    simfs: SimFs,
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl HasSimFs for State {
    fn simfs(&mut self) -> &mut SimFs {
        &mut self.simfs
    }
}

impl State {
    /// The disk that was simulated.
    pub(crate) fn into_disk(self) -> Disk {
        self.simfs.disk
    }
}

/// Where an instance finds its imports.
pub(crate) enum Below<'a> {
    /// `sx:persist/maps`: a store that others use meanwhile.
    Maps(&'a sx_persist::Store),
    /// `wasi:filesystem` and nothing else: a directory, to write to or not.
    Directory(&'a Path, FsPerms),
    /// The same: a disk that is simulated.
    Disk(Disk, Plan),
}

static ENGINE: LazyLock<Engine> = LazyLock::new(support::usual_engine);

/// Compiles a component, for as many instances as there will be.
pub(crate) fn compile(component: &[u8]) -> Component {
    sx_persist::code::load(&ENGINE, component).expect("a component")
}

/// Links a component with what it stands on.
pub(crate) fn link(component: &Component, below: Below<'_>) -> (Store<State>, InstancePre<State>) {
    let mut linker = Linker::new(&ENGINE);
    let (mut maps, mut simfs) = (None, SimFs::new(Disk::default(), Plan::default()));
    let mut wasi = WasiCtxBuilder::new();
    match below {
        Below::Maps(store) => {
            maps = Some(store.clone());
            sx_persist::add_to_linker(&mut linker, |state: &mut State| PersistView {
                store: state.maps.as_ref().expect("a component that imports maps is given a store"),
                table: &mut state.table,
            })
            .unwrap();
        }
        Below::Directory(root, perms) => {
            wasi.allow_blocking_current_thread(true).preopened_dir(root, ".", perms).unwrap();
            types::add_to_linker::<State, WasiFilesystem>(&mut linker, State::filesystem).unwrap();
            preopens::add_to_linker::<State, WasiFilesystem>(&mut linker, State::filesystem).unwrap();
        }
        Below::Disk(disk, plan) => {
            simfs = SimFs::new(disk, plan);
            simfs::add_to_linker(&mut linker).unwrap();
        }
    }
    let state = State { maps, simfs, wasi: wasi.build(), table: ResourceTable::new() };
    let mut data = Store::new(&ENGINE, state);
    data.set_epoch_deadline(support::NEVER);
    (data, linker.instantiate_pre(component).unwrap())
}
