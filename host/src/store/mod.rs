//! The store as programs hold it: a handle, and clones of it.

pub mod adopt;
pub(crate) mod blocking;
mod builder;
pub(crate) mod end;
mod group_commit;
mod idle;
mod instance;
mod local;
mod lock;
pub(crate) mod operations;
pub mod program;
mod queue;
mod root;
mod shared;
mod spawn;
mod thread;
pub(crate) mod told;
mod wait;

pub use builder::Builder;

use crate::error::{HostError, Result};
use crate::types;
use end::{End, Request};
use instance::Options;
use local::Local;
use queue::Queue;
use root::Root;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use sx_persist_wire::{self as wire, Function, Gathering, Malformed, Part, Refusal};
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
    end: Box<dyn End>,
    queue: Queue,
    /// What guests gather before they hand it over.
    gathering: Gathering,
}

impl Store {
    pub(crate) fn start(root: Option<Root>, options: Options, idle: Option<Duration>) -> Result<Self> {
        Ok(Self::over(Box::new(Local::start(root, options, idle)?)))
    }

    fn over(end: Box<dyn End>) -> Self {
        let shared = Shared { end, queue: Queue::default(), gathering: Gathering::default() };
        Self { shared: Arc::new(shared) }
    }

    /// Checkpoints, and lets go of this clone; the directory is unlocked when the last one is gone.
    ///
    /// # Errors
    /// Those of `admin.checkpoint`.
    pub fn close(self) -> Result<()> {
        self.end().settle()
    }

    /// The directory that is mounted, by the absolute path that it was opened at; none for a store in memory.
    ///
    /// It is the same directory for as long as the store is open, also when it has another name by now.
    #[must_use]
    pub fn root(&self) -> Option<&Path> {
        self.end().root()
    }

    /// What performs everything.
    pub(crate) fn end(&self) -> &dyn End {
        &*self.shared.end
    }

    /// What guests gather before they hand it over.
    pub(crate) fn gathering(&self) -> &Gathering {
        &self.shared.gathering
    }

    /// Refuses arguments that are too large for a request.
    pub(crate) fn check_arguments(&self, bytes: usize) -> Result<()> {
        let limit = self.end().bytes_max();
        if bytes > limit {
            let excess = types::Excess { limit: limit as u64, actual: bytes as u64 };
            return Err(types::Error::TooLarge(excess).into());
        }
        Ok(())
    }

    /// Calls a function; `arguments` writes what it is given.
    pub(crate) fn call<R: Part>(
        &self,
        told: Told<'_>,
        function: Function,
        arguments: impl FnOnce(&mut Vec<u8>),
    ) -> Result<R> {
        Ok(self.ask(told, function, arguments)?.map_err(|refusal| types::Error::from(refusal.reason))?)
    }

    /// As [`Store::call`], with the index of what was refused of several.
    pub(crate) fn ask<R: Part>(
        &self,
        told: Told<'_>,
        function: Function,
        arguments: impl FnOnce(&mut Vec<u8>),
    ) -> Result<Result<R, Refusal>> {
        let _span = told.begin();
        self.check_arguments(told.bytes)?;
        let answer = self.end().perform(Request::Call(&wire::call(function, told.bytes, arguments)))?;
        Ok(wire::answered(answer).map_err(unreadable)?)
    }
}

/// What was answered is no answer: a defect of the other end.
pub(crate) fn unreadable(malformed: Malformed) -> HostError {
    HostError::Component(malformed.into())
}
