//! The compiled components: one of each for all stores of a process.
//!
//! [`Component`] is one that a program brings itself.

pub(crate) mod bounded;
pub mod clock;
pub mod code_cache;
pub mod digest;
pub(crate) mod engine;
pub mod exports;
pub(crate) mod folder;
pub mod keyvalue;
pub mod preparing;
pub(crate) mod state;

use crate::error::{HostError, Result};
use engine::engine;
use exports::Ready;
use state::State;
use std::fmt;
#[cfg(feature = "compose")]
use std::sync::LazyLock;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use wasmtime::component::Linker;
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemCtxView, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::sync::filesystem::preopens;

/// The component as any host can run it: it imports `wasi:filesystem` and nothing else. It is [`CORE_COMPONENT`], whose bytes
/// stand in it, composed with [`DIGEST_COMPONENT`] when it is first looked at.
///
/// With the feature `compose`, which is on by default.
#[cfg(feature = "compose")]
pub static COMPONENT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    match sx_persist_compose::plug(CORE_COMPONENT, DIGEST_COMPONENT) {
        Ok(component) => component,
        // The core was built elsewhere, and the digest is in it.
        Err(sx_persist_compose::Error::NothingMatches { .. }) => CORE_COMPONENT.to_owned(),
        Err(error) => panic!("the component and its digest do not fit together: {error}"),
    }
});

/// The component that this library runs, as it was built: it imports `wasi:filesystem`, and `sx:persist/digest`, which this
/// library gives it with the processor's own instructions.
pub static CORE_COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-core.wasm"));

/// `sx:persist/digest` in WebAssembly, as it was built: it imports nothing.
pub static DIGEST_COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-digest.wasm"));

/// The component behind [`Store::in_memory`](crate::Store::in_memory), as it was built: the same exports, and it imports
/// nothing.
pub static MEMORY_COMPONENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-memory.wasm"));

/// Middleware, as it was built: components of the world `middleware`, to be composed with a store (docs/middleware.md).
pub mod middleware {
    /// Refuses every write with `read-only`.
    pub static READONLY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-readonly.wasm"));

    /// Serves values that were read or written recently from memory.
    pub static CACHED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-cached.wasm"));

    /// Reads two stores as one and writes to the upper one: one layer over two stores.
    pub static LAYERED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-layered.wasm"));

    /// Gives the lower of two stores its directory: it stands before `wasi:filesystem` and shows the second preopened directory. It
    /// is not a layer itself.
    pub static LOWER_ROOT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-lower-root.wasm"));
}

/// A component that this library embeds.
pub(crate) struct Embedded {
    bytes: &'static [u8],
    hash: &'static str,
    has_disk: bool,
    component: OnceLock<Component>,
}

/// [`CORE_COMPONENT`].
pub(crate) static ON_DISK: Embedded = Embedded {
    bytes: CORE_COMPONENT,
    hash: env!("SX_PERSIST_COMPONENT_HASH"),
    has_disk: true,
    component: OnceLock::new(),
};

/// [`MEMORY_COMPONENT`].
pub(crate) static IN_MEMORY: Embedded = Embedded {
    bytes: MEMORY_COMPONENT,
    hash: env!("SX_PERSIST_MEMORY_COMPONENT_HASH"),
    has_disk: false,
    component: OnceLock::new(),
};

impl Embedded {
    /// The compiled component, ready to be instantiated. Loaded once a process, and compiled once a machine where
    /// its code can be kept.
    pub(crate) fn component(&self) -> Result<&Component> {
        static COMPILING: Mutex<()> = Mutex::new(());
        if let Some(component) = self.component.get() {
            return Ok(component);
        }
        let _one_at_a_time = COMPILING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(component) = self.component.get() {
            return Ok(component);
        }
        let component = engine()
            .and_then(|engine| code_cache::component(engine, self.bytes, self.hash))
            .and_then(|component| Component::link(&component, self.has_disk))
            .map_err(HostError::Component)?;
        Ok(self.component.get_or_init(|| component))
    }
}

/// A component that a store can be run with in place of this library's own: a store with middleware before it, say.
///
/// It exports what a store exports and imports at most `wasi:filesystem` and `sx:persist/digest`
/// ([`Builder::component`](crate::Builder::component)). Clones are the same component.
#[derive(Clone)]
pub struct Component {
    ready: Arc<Ready<State>>,
}

impl Component {
    /// Compiles a component. Its code is kept for the next process where this library keeps that of its own.
    ///
    /// # Errors
    /// [`HostError::Component`] when the bytes are no component, or one that exports less than a store does or imports more.
    pub fn new(bytes: &[u8]) -> Result<Self> {
        Ok(engine()
            .and_then(|engine| Self::link(&code_cache::load(engine, bytes)?, true))
            .map_err(HostError::Component)?)
    }

    fn link(component: &wasmtime::component::Component, has_disk: bool) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(component.engine());
        // Only what a store imports. Anything else that one might ask for one day is refused here, loudly.
        if has_disk {
            bounded::add_to_linker(&mut linker, State::files)?;
            preopens::add_to_linker::<State, WasiFilesystem>(&mut linker, filesystem)?;
            digest::add_to_linker(&mut linker)?;
        }
        Ok(Self { ready: Arc::new(Ready::new(linker.instantiate_pre(component)?)?) })
    }

    pub(crate) fn ready(&self) -> &Arc<Ready<State>> {
        &self.ready
    }
}

impl fmt::Debug for Component {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Component").finish_non_exhaustive()
    }
}

fn filesystem(state: &mut State) -> WasiFilesystemCtxView<'_> {
    state.filesystem()
}
