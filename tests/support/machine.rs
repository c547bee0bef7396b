//! The shipped component on a simulated disk: what the crash suite runs.

use crate::bindings::{DurableStore, DurableStorePre};
use crate::disk::Disk;
use crate::simfs::{self, Crash, HasSimFs, Plan, SimFs};
use std::sync::LazyLock;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result, Store};

/// What the host keeps for an instance.
pub struct State {
    simfs: SimFs,
}

impl HasSimFs for State {
    fn simfs(&mut self) -> &mut SimFs {
        &mut self.simfs
    }
}

/// Compiled and linked once for all cases.
static COMPONENT: LazyLock<DurableStorePre<State>> =
    LazyLock::new(|| link().expect("the component runs on the simulated disk"));

fn link() -> Result<DurableStorePre<State>> {
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(PoolingAllocationConfig::default()));
    if let Ok(cache) = wasmtime::Cache::from_file(None) {
        config.cache(Some(cache));
    }
    let engine = Engine::new(&config)?;
    let component = Component::from_binary(&engine, sx_persist::COMPONENT)?;
    let mut linker = Linker::new(&engine);
    simfs::add_to_linker::<State>(&mut linker)?;
    DurableStorePre::new(linker.instantiate_pre(&component)?)
}

/// An instance of the component, and the disk that it runs on.
pub struct Machine {
    store: Store<State>,
    exports: DurableStore,
}

impl Machine {
    /// Starts an instance on a disk.
    ///
    /// # Panics
    /// When the component cannot be started, which takes no call of the disk.
    #[must_use]
    pub fn boot(disk: Disk, plan: Plan) -> Self {
        let mut store = Store::new(COMPONENT.engine(), State { simfs: SimFs::new(disk, plan) });
        let exports = COMPONENT.instantiate(&mut store).expect("the component starts");
        Self { store, exports }
    }

    /// Calls an export; none when the process ended in it, as the plan has it.
    ///
    /// # Panics
    /// When the component traps of itself.
    pub fn call<R>(&mut self, call: impl FnOnce(&DurableStore, &mut Store<State>) -> Result<R>) -> Option<R> {
        match call(&self.exports, &mut self.store) {
            Ok(answer) => Some(answer),
            Err(error) if error.is::<Crash>() => None,
            Err(error) => panic!("the component trapped: {error:?}"),
        }
    }

    /// The disk while it is in use.
    pub fn simfs(&mut self) -> &mut SimFs {
        &mut self.store.data_mut().simfs
    }

    /// Ends the process: what it wrote stays, and what it did not sync stays unsynced.
    #[must_use]
    pub fn kill(self) -> Disk {
        self.store.into_data().simfs.disk
    }
}
