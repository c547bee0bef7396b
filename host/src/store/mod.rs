//! The store as programs hold it: a handle, and clones of it.

pub mod adopt;
pub(crate) mod blocking;
mod builder;
mod group_commit;
mod idle;
mod instance;
mod lock;
pub(crate) mod operations;
pub mod program;
mod queue;
mod root;
pub(crate) mod shared;
mod spawn;
pub(crate) mod told;
mod wait;

pub use builder::Builder;

use crate::bindings::DurableStore;
use crate::component::state::State;
use crate::error::Result;
use crate::types;
use idle::Idle;
use instance::Options;
use root::Root;
use shared::Core;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use told::Told;

/// A durable store over one directory, or one in memory. Clones are the same store; it may be shared between threads.
///
/// Dropping the last clone checkpoints, so that the directory holds plain files that other programs can read.
/// [`Store::close`] does so and returns errors.
#[derive(Clone, Debug)]
pub struct Store {
    shared: Arc<Shared>,
}

/// What all clones share.
#[derive(Debug)]
struct Shared {
    core: Arc<Core>,
    idle: Option<Idle>,
}

impl Store {
    pub(crate) fn start(root: Option<Root>, options: Options, idle: Option<Duration>) -> Result<Self> {
        let core = Arc::new(Core::new(root, options)?);
        let idle = idle.map(|after| Idle::new(Arc::clone(&core), after));
        Ok(Self { shared: Arc::new(Shared { core, idle }) })
    }

    /// Checkpoints, and lets go of this clone; the directory is unlocked when the last one is gone.
    ///
    /// # Errors
    /// Those of `admin.checkpoint`.
    pub fn close(self) -> Result<()> {
        self.core().checkpoint_if_dirty()
    }

    /// The directory that is mounted, by the absolute path that it was opened at; none for a store in memory.
    ///
    /// It is the same directory for as long as the store is open, also when it has another name by now.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.core().root.as_ref().map(|root| root.folder.path.as_path())
    }

    pub(crate) fn core(&self) -> &Core {
        &self.shared.core
    }

    /// Calls a function that writes nothing.
    pub(crate) fn call<R: Send>(
        &self,
        told: Told<'_>,
        call: impl FnOnce(&DurableStore, &mut wasmtime::Store<State>) -> wasmtime::Result<Result<R, types::Error>>
        + Send,
    ) -> Result<R> {
        let _span = told.begin();
        self.core().check_arguments(told.bytes)?;
        self.core().with_instance(|_, instance| Ok(instance.call(told.function, call)??))
    }

    /// Calls a function that writes, or may.
    pub(crate) fn write<R: Send>(
        &self,
        told: Told<'_>,
        call: impl FnOnce(&DurableStore, &mut wasmtime::Store<State>) -> wasmtime::Result<Result<R, types::Error>>
        + Send,
    ) -> Result<R> {
        let _span = told.begin();
        self.core().check_arguments(told.bytes)?;
        self.wrote();
        self.core().with_writer(|_, instance| Ok(instance.call(told.function, call)??))
    }

    /// Something was written: there is something to checkpoint.
    pub(crate) fn wrote(&self) {
        self.core().dirty.store(true, Ordering::Release);
        if let Some(idle) = &self.shared.idle {
            idle.touch();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The idle thread first: it holds the core, and with it the lock.
        drop(self.idle.take());
        // What is in memory is gone with it.
        if self.core.root.is_none() {
            return;
        }
        if let Err(error) = self.core.checkpoint_if_dirty() {
            tracing::warn!(%error, "the checkpoint at the end failed; the next open recovers");
        }
    }
}
