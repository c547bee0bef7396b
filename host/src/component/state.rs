//! What the host keeps for an instance, and the caps on what that may take.

use crate::component::bounded::BoundedView;
use crate::component::bounded::room::Room;
use std::sync::Arc;
use wasmtime::component::ResourceTable;
use wasmtime::{Engine, Store, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::filesystem::WasiFilesystemView as _;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

/// Components that one may be composed of, each with a memory of its own, and with what links it to the others.
const PARTS_MAX: usize = 16;

/// What an instance may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caps {
    /// Of each memory.
    pub(crate) memory_bytes_max: usize,
    /// Files, folders and streams that it has open at once.
    pub(crate) handles_max: usize,
}

/// What the host keeps for an instance.
pub(crate) struct State {
    wasi: WasiCtx,
    table: ResourceTable,
    limits: StoreLimits,
    room: Option<Arc<Room>>,
}

impl State {
    pub(crate) fn new(wasi: WasiCtx, caps: Caps, room: Option<Arc<Room>>) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(caps.handles_max);
        let limits = StoreLimitsBuilder::new()
            .memory_size(caps.memory_bytes_max)
            .memories(PARTS_MAX)
            .tables(2 * PARTS_MAX)
            .table_elements(16_384)
            .instances(4 * PARTS_MAX)
            .build();
        Self { wasi, table, limits, room }
    }

    /// A store of wasmtime's, whose instances meet the caps.
    pub(crate) fn store(engine: &Engine, wasi: WasiCtx, caps: Caps, room: Option<Arc<Room>>) -> Store<Self> {
        let mut store = Store::new(engine, Self::new(wasi, caps, room));
        store.limiter(|state| &mut state.limits);
        store
    }

    /// Its files, counted where they are bounded.
    pub(crate) fn files(&mut self) -> BoundedView<'_> {
        let room = self.room.clone();
        BoundedView { files: self.filesystem(), room }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}
