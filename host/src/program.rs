//! A program over a root: a component that exports `wasi:cli/run` and has a store in it. Hidden: the command line runs them.

use crate::builder::Builder;
use crate::code;
use crate::digest;
use crate::engine::{self, Clock};
use crate::error::{Error, HostError, Result};
use std::path::Path;
use std::sync::Arc;
use wasmtime::Store;
use wasmtime::component::{Linker, ResourceTable};
use wasmtime_wasi::filesystem::FsPerms;
use wasmtime_wasi::p2::bindings::sync::CommandPre;
use wasmtime_wasi::{I32Exit, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

struct State {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Runs a program until it ends; answers its exit code.
///
/// It has the root, opened as the builder says and locked meanwhile, the standard streams and its arguments, of which the first is its name; no
/// other folder, no environment and no network.
///
/// # Errors
///
/// The root cannot be opened; the component imports what is not given here, or exports no `wasi:cli/run`; it traps.
pub fn run(program: &[u8], arguments: &[impl AsRef<str>], root: &Path, builder: &Builder) -> Result<i32> {
    let pre = load(program).map_err(HostError::Component)?;
    let root = builder.open_root(root)?;
    let mut wasi = WasiCtxBuilder::new();
    wasi.inherit_stdio().args(arguments).allow_blocking_current_thread(true);
    root.folder.mount(&mut wasi, ".", FsPerms::ReadWrite)?;
    let mut store = Store::new(pre.engine(), State { wasi: wasi.build(), table: ResourceTable::new() });
    store.set_epoch_deadline(Clock::ticks(None));
    let command = pre.instantiate(&mut store).map_err(HostError::Component)?;
    match command.wasi_cli_run().call_run(&mut store) {
        Ok(done) => Ok(i32::from(done.is_err())),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(exit) => Ok(exit.0),
            None => Err(Error::Trapped { function: "run", timeout: None, source: Arc::new(error) }),
        },
    }
}

fn load(program: &[u8]) -> wasmtime::Result<CommandPre<State>> {
    let engine = engine::engine()?;
    let component = code::component(engine, program, &code::hash(program))?;
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    digest::add_to_linker(&mut linker)?;
    CommandPre::new(linker.instantiate_pre(&component)?)
}
