//! The shipped components on a simulated disk: what the crash suite runs. And the one without a disk, on nothing.

use crate::state::{Memory, State};
use crate::{NEVER, usual_engine};
use sim::disk::Disk;
use sim::simfs::{self, Crash, Plan, SimFs};
use std::sync::{Arc, LazyLock};
use sx_persist::exports::{Exports, Ready};
use wasmtime::component::Linker;
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result, Store};

/// What the host library runs. Compiled and linked once for all cases.
static CORE_COMPONENT: LazyLock<Arc<Ready<State>>> =
    LazyLock::new(|| on_disk_and_digest(&ENGINE, sx_persist::CORE_COMPONENT));

/// The same, which checks itself at each step.
static CHECKED_COMPONENT: LazyLock<Arc<Ready<State>>> =
    LazyLock::new(|| on_disk_and_digest(&ENGINE, sx_persist_test_guests::CHECKED));

/// What any other host runs. It is given a disk, and nothing else.
static COMPONENT: LazyLock<Arc<Ready<State>>> = LazyLock::new(|| {
    let mut linker = Linker::new(&ENGINE);
    simfs::add_to_linker::<State>(&mut linker)
        .and_then(|()| link(&linker, &sx_persist::COMPONENT))
        .expect("the portable component runs on the simulated disk")
});

/// It imports nothing, and is given nothing.
static MEMORY_COMPONENT: LazyLock<Arc<Ready<State>>> = LazyLock::new(|| {
    link(&Linker::new(&ENGINE), sx_persist::MEMORY_COMPONENT).expect("the component runs on nothing")
});

static ENGINE: LazyLock<Engine> = LazyLock::new(|| engine().expect("wasmtime runs on this machine"));

fn engine() -> Result<Engine> {
    let mut config = Config::new();
    // Memory is zeroed and used again, and not given back to the system: that is what most of a case's time would go into.
    let mut pooling = PoolingAllocationConfig::default();
    pooling.linear_memory_keep_resident(2 << 20).table_keep_resident(1 << 16);
    // Where the system tells which pages were written, only those are zeroed.
    pooling.pagemap_scan(Enabled::Auto);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pooling));
    // Bounds are checked by the code, which takes less than to protect what each instance has grown into: a tenth of a case.
    config.signals_based_traps(false).memory_guard_size(0);
    Engine::new(&config)
}

/// A component that is given a disk and the digest.
fn on_disk_and_digest(engine: &Engine, component: &[u8]) -> Arc<Ready<State>> {
    let mut linker = Linker::new(engine);
    simfs::add_to_linker::<State>(&mut linker)
        .and_then(|()| sx_persist::digest::add_to_linker(&mut linker))
        .and_then(|()| link(&linker, component))
        .expect("the component runs on the simulated disk")
}

fn link(linker: &Linker<State>, component: &[u8]) -> Result<Arc<Ready<State>>> {
    let component = sx_persist::code::load(linker.engine(), component)?;
    Ok(Arc::new(Ready::new(linker.instantiate_pre(&component)?)?))
}

/// A composition of the components, ready to be started on a disk.
pub struct Composed(Arc<Ready<State>>);

impl Composed {
    /// Compiles what `sx_persist_compose` made. It is given what the parts of it need: a disk, the digest.
    ///
    /// # Panics
    /// When it is no store, or imports anything else.
    #[must_use]
    pub fn new(whole: &[u8]) -> Self {
        Self(on_disk_and_digest(&usual_engine(), whole))
    }
}

/// An instance of the component, and the disk that it runs on.
pub struct Machine {
    store: Store<State>,
    exports: Exports<State>,
}

impl Machine {
    /// Starts an instance of what the host library runs on a disk.
    ///
    /// # Panics
    /// When the component cannot be started, which takes no call of the disk.
    #[must_use]
    pub fn boot(disk: Disk, plan: Plan) -> Self {
        Self::start(&CORE_COMPONENT, disk, plan)
    }

    /// Starts an instance of what the host library runs, built to check itself at each step, on a disk.
    ///
    /// # Panics
    /// As [`Machine::boot`].
    #[must_use]
    pub fn boot_checked(disk: Disk, plan: Plan) -> Self {
        Self::start(&CHECKED_COMPONENT, disk, plan)
    }

    /// Starts an instance of the portable component on a disk.
    ///
    /// # Panics
    /// As [`Machine::boot`].
    #[must_use]
    pub fn boot_portable(disk: Disk, plan: Plan) -> Self {
        Self::start(&COMPONENT, disk, plan)
    }

    /// Starts an instance of the component without a disk, empty.
    ///
    /// # Panics
    /// When the component cannot be started.
    #[must_use]
    pub fn boot_in_memory() -> Self {
        Self::start(&MEMORY_COMPONENT, Disk::default(), Plan::default())
    }

    /// Starts an instance of a composition on a disk.
    ///
    /// # Panics
    /// As [`Machine::boot`].
    #[must_use]
    pub fn boot_composed(composed: &Composed, disk: Disk, plan: Plan) -> Self {
        Self::start(&composed.0, disk, plan)
    }

    fn start(component: &Arc<Ready<State>>, disk: Disk, plan: Plan) -> Self {
        let memory = Memory { refused: plan.memory, ..Memory::default() };
        let mut store = Store::new(component.engine(), State { simfs: SimFs::new(disk, plan), memory });
        store.set_epoch_deadline(NEVER);
        store.limiter(|state| &mut state.memory);
        let exports = component.instantiate(&mut store).expect("the component starts");
        Self { store, exports }
    }

    /// Calls an export; none when the process ended in it, as the plan has it, or for want of memory that the plan refused.
    ///
    /// # Panics
    /// When the component traps of itself.
    pub fn call<R>(
        &mut self,
        call: impl FnOnce(&Exports<State>, &mut Store<State>) -> Result<R>,
    ) -> Option<R> {
        match call(&self.exports, &mut self.store) {
            Ok(answer) => Some(answer),
            Err(error) if error.is::<Crash>() || self.store.data().memory.has_refused => None,
            Err(error) => panic!("the component trapped: {error:?}"),
        }
    }

    /// The disk while it is in use.
    pub fn simfs(&mut self) -> &mut SimFs {
        &mut self.store.data_mut().simfs
    }

    /// How often the component has asked for more memory.
    #[must_use]
    pub fn memory_asked(&self) -> u64 {
        self.store.data().memory.asked
    }

    /// Ends the process: what it wrote stays, and what it did not sync stays unsynced.
    #[must_use]
    pub fn kill(self) -> Disk {
        self.store.into_data().simfs.disk
    }
}
