//! The compiled components and the clock that interrupts them: one of each for all stores of a process.

use crate::bindings::DurableStorePre;
use crate::code;
use crate::digest;
use crate::error::{HostError, Result};
use crate::instance::State;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::runtime::Runtime;
use wasmtime::component::Linker;
use wasmtime::{Config, Engine};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemCtxView, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::sync::filesystem::{preopens, types};

/// The component as any host can run it: it imports `wasi:filesystem` and nothing else. It is [`CORE_COMPONENT`], whose bytes
/// stand in it, composed with [`DIGEST_COMPONENT`].
pub static COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist.wasm"));

/// The component that this library runs, as it was built: it imports `wasi:filesystem`, and `sx:persist/digest`, which this
/// library gives it with the processor's own instructions.
pub static CORE_COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-core.wasm"));

/// `sx:persist/digest` in WebAssembly, as it was built: it imports nothing.
pub static DIGEST_COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-digest.wasm"));

/// The component behind [`Store::in_memory`](crate::Store::in_memory), as it was built: the same exports, and it imports
/// nothing.
pub static MEMORY_COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-memory.wasm"));

/// How often a running call is asked whether it has run too long.
const TICK: Duration = Duration::from_millis(50);

/// A component that this library embeds.
pub(crate) struct Embedded {
    bytes: &'static [u8],
    hash: &'static str,
    has_disk: bool,
    pre: OnceLock<DurableStorePre<State>>,
}

/// [`CORE_COMPONENT`].
pub(crate) static ON_DISK: Embedded = Embedded {
    bytes: CORE_COMPONENT,
    hash: env!("SX_PERSIST_COMPONENT_HASH"),
    has_disk: true,
    pre: OnceLock::new(),
};

/// [`MEMORY_COMPONENT`].
pub(crate) static IN_MEMORY: Embedded = Embedded {
    bytes: MEMORY_COMPONENT,
    hash: env!("SX_PERSIST_MEMORY_COMPONENT_HASH"),
    has_disk: false,
    pre: OnceLock::new(),
};

impl Embedded {
    /// The compiled component, ready to be instantiated. Loaded once a process, and compiled once a machine where
    /// its code can be kept.
    pub(crate) fn pre(&self) -> Result<&DurableStorePre<State>> {
        static COMPILING: Mutex<()> = Mutex::new(());
        if let Some(pre) = self.pre.get() {
            return Ok(pre);
        }
        let _one_at_a_time = COMPILING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pre) = self.pre.get() {
            return Ok(pre);
        }
        let pre = self.load().map_err(HostError::Component)?;
        Ok(self.pre.get_or_init(|| pre))
    }

    fn load(&self) -> wasmtime::Result<DurableStorePre<State>> {
        let engine = engine()?;
        let component = {
            let _span = tracing::debug_span!("sx_persist_compile").entered();
            code::component(engine, self.bytes, self.hash)?
        };
        let mut linker = Linker::new(engine);
        // Only what the component imports. Anything else that it might ask for one day is refused here, loudly.
        if self.has_disk {
            types::add_to_linker::<State, WasiFilesystem>(&mut linker, filesystem)?;
            preopens::add_to_linker::<State, WasiFilesystem>(&mut linker, filesystem)?;
            digest::add_to_linker(&mut linker)?;
        }
        DurableStorePre::new(linker.instantiate_pre(&component)?)
    }
}

/// The engine that all run in: it has one clock.
pub(crate) fn engine() -> wasmtime::Result<&'static Engine> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let engine = Engine::new(&config())?;
    Ok(ENGINE.get_or_init(|| engine))
}

fn filesystem(state: &mut State) -> WasiFilesystemCtxView<'_> {
    state.filesystem()
}

fn config() -> Config {
    let mut config = Config::new();
    // Several memories stay allowed: between the two parts of the portable component, which this library runs, too, when it is
    // built with it, wasmtime puts code that has both of theirs.
    config
        .epoch_interruption(true)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_custom_page_sizes(false)
        .wasm_wide_arithmetic(false);
    #[cfg(not(unix))]
    match wasmtime::Cache::from_file(None) {
        Ok(cache) => {
            config.cache(Some(cache));
        }
        // Every start compiles, then: slower, and nothing else.
        Err(error) => tracing::warn!(%error, "compiled code cannot be cached"),
    }
    config
}

/// The runtime that file calls find around them. Without one wasmtime-wasi starts its own, a thread a core, and lets each
/// call go once through its queue; no call of ours ever waits, since the files block the thread that asks.
pub(crate) fn runtime() -> std::io::Result<&'static Runtime> {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    if let Some(runtime) = RUNTIME.get() {
        return Ok(runtime);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(RUNTIME.get_or_init(|| runtime))
}

/// Ticks while any of these lives.
#[derive(Debug)]
pub(crate) struct Clock(());

static CLOCKS: Mutex<usize> = Mutex::new(0);

impl Clock {
    pub(crate) fn start(engine: &Engine) -> Self {
        let mut clocks = CLOCKS.lock().unwrap_or_else(PoisonError::into_inner);
        *clocks += 1;
        if *clocks == 1 {
            let engine = engine.clone();
            thread::spawn(move || {
                loop {
                    thread::sleep(TICK);
                    engine.increment_epoch();
                    if *CLOCKS.lock().unwrap_or_else(PoisonError::into_inner) == 0 {
                        return;
                    }
                }
            });
        }
        Self(())
    }

    /// Ticks until a call that may run this long has run too long.
    pub(crate) fn ticks(timeout: Option<Duration>) -> u64 {
        // Half of all ticks: never, and still no overflow when it is added to the present one.
        const NEVER: u64 = u64::MAX / 2;
        let Some(timeout) = timeout else { return NEVER };
        u64::try_from(timeout.as_millis().div_ceil(TICK.as_millis()))
            .map_or(NEVER, |ticks| (ticks + 1).min(NEVER))
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        *CLOCKS.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
    }
}
