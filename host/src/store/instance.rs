//! One instance of the component.

use crate::component::bounded::room::Room;
use crate::component::clock::Clock;
use crate::component::exports::Exports;
use crate::component::folder::Folder;
use crate::component::state::{Caps, State};
use crate::component::{self, Component, engine};
use crate::error::{Error, HostError, Result};
use crate::store::root::Root;
use crate::types::{self, Durability};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use wasmtime::{Store, Trap};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::filesystem::FsPerms;

/// What a store asks of each of its instances.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) durability: Durability,
    pub(crate) caps: Caps,
    pub(crate) timeout: Option<Duration>,
    /// In place of this library's own.
    pub(crate) component: Option<Component>,
    /// A directory that is mounted for reading, behind the root.
    pub(crate) lower: Option<Arc<Folder>>,
    /// What the root may hold, where that is bounded: one for all instances.
    pub(crate) room: Option<Arc<Room>>,
}

/// An instance, with the root mounted if it has one.
pub(crate) struct Instance {
    pub(crate) store: Store<State>,
    pub(crate) exports: Exports<State>,
    /// The disk has failed it: it serves reads and takes no more writes.
    pub(crate) has_failed: bool,
    pub(crate) is_in_memory: bool,
    /// Its root is mounted for writing.
    pub(crate) may_write: bool,
    timeout: Option<Duration>,
}

impl fmt::Debug for Instance {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Instance").finish_non_exhaustive()
    }
}

impl Instance {
    /// The component that keeps a root, or without a root everything in memory.
    pub(crate) fn component(root: Option<&Root>, options: &Options) -> Result<Component> {
        match &options.component {
            Some(component) => Ok(component.clone()),
            None if root.is_some() => component::ON_DISK.component().cloned(),
            None => component::IN_MEMORY.component().cloned(),
        }
    }

    /// Opens an instance on a root, or in memory without one.
    pub(crate) fn open(root: Option<&Root>, options: &Options) -> Result<Self> {
        let component = Self::component(root, options)?;
        let ready = component.ready();
        let mut wasi = WasiCtxBuilder::new();
        // Before a directory is opened: otherwise each file call goes to another thread and back.
        wasi.allow_blocking_current_thread(true);
        let may_write = root.is_some_and(Root::may_write);
        if let Some(root) = root {
            let perms = if may_write { FsPerms::ReadWrite } else { FsPerms::ReadOnly };
            root.folder.mount(&mut wasi, ".", perms)?;
        }
        if let Some(lower) = &options.lower {
            lower.mount(&mut wasi, "lower", FsPerms::ReadOnly)?;
        }
        let mut store = State::store(ready.engine(), wasi.build(), options.caps, options.room.clone());
        // Until a call is made: to begin is none, and would fail of a tick that happens to fall into it.
        store.set_epoch_deadline(Clock::ticks(None));
        let exports = {
            let _runtime = engine::runtime().map_err(no_runtime)?.enter();
            let exports = ready.instantiate(&mut store).map_err(HostError::Component)?;
            // What all calls go through is looked up at once: a component with functions of other types is none to be opened.
            exports.wire(&mut store).map_err(HostError::Component)?;
            exports
        };
        let (is_in_memory, timeout) = (root.is_none(), options.timeout);
        let mut instance = Self { store, exports, has_failed: false, is_in_memory, may_write, timeout };
        if options.durability == Durability::Relaxed && (may_write || is_in_memory) {
            instance.call("admin.set-durability", |exports, store| {
                exports.admin(store)?.call_set_durability(store, Durability::Relaxed)
            })??;
        }
        Ok(instance)
    }

    /// Calls an export, within the time that the store gives its calls.
    pub(crate) fn call<R>(
        &mut self,
        function: &'static str,
        call: impl FnOnce(&Exports<State>, &mut Store<State>) -> wasmtime::Result<R>,
    ) -> Result<R> {
        self.call_within(function, self.timeout, call)
    }

    /// Does a part of a checkpoint, however long that takes.
    pub(crate) fn checkpoint_step(&mut self) -> Result<Result<bool, types::Error>> {
        self.call_within("admin.checkpoint-step", None, |exports, store| {
            exports.admin(store)?.call_checkpoint_step(store)
        })
    }

    /// Brings what is pending into the base, however long that takes.
    pub(crate) fn checkpoint(&mut self) -> Result<Result<(), types::Error>> {
        self.call_within("admin.checkpoint", None, |exports, store| {
            exports.admin(store)?.call_checkpoint(store)
        })
    }

    /// Completes the work in which a call was interrupted, such as the checkpoint behind a very large batch. With a deadline it would
    /// begin again each time, and no write would ever succeed. If it fails, the next write meets the same error.
    pub(crate) fn recover(&mut self) {
        loop {
            match self.checkpoint_step().and_then(|done| Ok(done?)) {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%error, "what an interrupted call left could not be recovered");
                    return;
                }
            }
        }
    }

    /// Calls an export; the call is interrupted when it runs longer than `timeout`.
    pub(crate) fn call_within<R>(
        &mut self,
        function: &'static str,
        timeout: Option<Duration>,
        call: impl FnOnce(&Exports<State>, &mut Store<State>) -> wasmtime::Result<R>,
    ) -> Result<R> {
        let _span = tracing::trace_span!("sx_persist_call", function).entered();
        let _runtime = engine::runtime().map_err(no_runtime)?.enter();
        self.store.set_epoch_deadline(Clock::ticks(timeout));
        call(&self.exports, &mut self.store).map_err(|source| {
            let was_interrupted = matches!(source.downcast_ref::<Trap>(), Some(Trap::Interrupt));
            tracing::warn!(function, error = format!("{source:#}"), "the component trapped");
            Error::Trapped {
                function,
                timeout: timeout.filter(|_| was_interrupted),
                source: Arc::new(source),
            }
        })
    }
}

fn no_runtime(error: std::io::Error) -> HostError {
    HostError::Component(error.into())
}
