//! A program over a root: a component that exports `wasi:cli/run` and has a store in it. Hidden: the command line runs them.

use crate::component::bounded;
use crate::component::clock::Clock;
use crate::component::code_cache;
use crate::component::digest;
use crate::component::engine;
use crate::component::state::State;
use crate::error::{Error, HostError, Result};
use crate::store::builder::{Builder, MEMORY_BYTES_MAX};
use std::path::Path;
use std::sync::Arc;
use wasmtime::Trap;
use wasmtime::component::Linker;
use wasmtime_wasi::filesystem::FsPerms;
use wasmtime_wasi::p2::bindings::sync::CommandPre;
use wasmtime_wasi::{I32Exit, WasiCtxBuilder};

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its `run` returned.
    Done,
    /// Its `run` returned an error, which has no words.
    Failed,
    /// It called `exit`, with this code.
    Exited(i32),
}

/// Runs a program until it ends. Returns how it did.
///
/// It has the root, opened as the builder says and locked meanwhile, the standard streams and its arguments, of which the first is its name; no
/// other folder, no environment and no network. The bounds of the builder are the program's: its time is that of the whole run.
///
/// # Errors
///
/// The root cannot be opened; the component imports what is not given here, or exports no `wasi:cli/run`; it traps, or runs for
/// longer than it may ([`Error::Trapped`]).
pub fn run(program: &[u8], arguments: &[impl AsRef<str>], root: &Path, builder: &Builder) -> Result<Ended> {
    let pre = load(program).map_err(HostError::Component)?;
    let root = builder.open_root(root)?;
    let counted = builder.room(&root)?;
    let mut wasi = WasiCtxBuilder::new();
    wasi.inherit_stdio().args(arguments).allow_blocking_current_thread(true);
    root.folder.mount(&mut wasi, ".", FsPerms::ReadWrite)?;
    let mut store = State::store(pre.engine(), wasi.build(), builder.caps(MEMORY_BYTES_MAX), counted);
    let _clock = Clock::start(pre.engine());
    store.set_epoch_deadline(Clock::ticks(builder.timeout));
    let outcome = match pre.instantiate(&mut store) {
        Ok(command) => command.wasi_cli_run().call_run(&mut store),
        Err(error) if error.is::<Trap>() => Err(error),
        Err(error) => return Err(HostError::Component(error).into()),
    };
    match outcome {
        Ok(Ok(())) => Ok(Ended::Done),
        Ok(Err(())) => Ok(Ended::Failed),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(exit) => Ok(Ended::Exited(exit.0)),
            None => Err(trapped(error, builder)),
        },
    }
}

fn trapped(error: wasmtime::Error, builder: &Builder) -> Error {
    let was_interrupted = matches!(error.downcast_ref::<Trap>(), Some(Trap::Interrupt));
    let timeout = builder.timeout.filter(|_| was_interrupted);
    Error::Trapped { function: "run", timeout, source: Arc::new(error) }
}

fn load(program: &[u8]) -> wasmtime::Result<CommandPre<State>> {
    let engine = engine::engine()?;
    let component = code_cache::load(engine, program)?;
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    // In place of the one that has no bounds.
    linker.allow_shadowing(true);
    bounded::add_to_linker(&mut linker, State::files)?;
    linker.allow_shadowing(false);
    digest::add_to_linker(&mut linker)?;
    CommandPre::new(linker.instantiate_pre(&component)?)
}
