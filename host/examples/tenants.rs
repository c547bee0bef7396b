//! A host with guests of several tenants: `cargo run --release --example tenants -- GUEST.wasm FOLDER TENANT...`
//!
//! A guest is any component that imports `sx:persist/...` and exports `wasi:cli/run`; `examples/client` is one. It runs once for
//! each tenant, all at the same time, and is served by the store in FOLDER/TENANT. It has no directory: of what is on the disk
//! it knows its tenant's store and nothing else.

use std::io::{self, Write as _};
use std::path::Path;
use std::thread;
use sx_persist::sx::Value;
use sx_persist::{PersistView, Store};
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Config, Engine, Result, StoreLimits, StoreLimitsBuilder, bail};
use wasmtime_wasi::p2::bindings::sync::Command;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};

/// Steps that a guest may take; one that never ends is ended by it.
const FUEL: u64 = 1_000_000_000;
const MEMORY_BYTES_MAX: usize = 64 << 20;
/// Blobs that a guest may be writing at once, files of its standard streams included.
const HANDLES_MAX: usize = 32;
/// Bytes and files of a tenant's store.
const DISK_BYTES_MAX: u64 = 1 << 30;
const FILES_MAX: u64 = 100_000;

/// What the host keeps for a guest.
struct Guest {
    store: Store,
    table: ResourceTable,
    wasi: WasiCtx,
    limits: StoreLimits,
}

impl Guest {
    fn of(store: &Store) -> Self {
        let mut table = ResourceTable::new();
        table.set_max_capacity(HANDLES_MAX);
        let limits = StoreLimitsBuilder::new().memory_size(MEMORY_BYTES_MAX).build();
        // No directory, no arguments, no network.
        Self { store: store.clone(), table, wasi: WasiCtx::builder().build(), limits }
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// Compiles a guest and links it, for as many tenants as there are.
fn load(engine: &Engine, guest: &[u8]) -> Result<InstancePre<Guest>> {
    let mut linker = Linker::new(engine);
    // For guests whose toolchain asks for it.
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    sx_persist::add_to_linker(&mut linker, |guest: &mut Guest| PersistView {
        store: &guest.store,
        table: &mut guest.table,
    })?;
    linker.instantiate_pre(&Component::new(engine, guest)?)
}

/// Runs a guest once on behalf of a tenant.
fn run(guest: &InstancePre<Guest>, tenant: &Store) -> Result<()> {
    let mut data = wasmtime::Store::new(guest.engine(), Guest::of(tenant));
    data.limiter(|guest| &mut guest.limits);
    data.set_fuel(FUEL)?;
    let instance = guest.instantiate(&mut data)?;
    let command = Command::new(&mut data, &instance)?;
    match command.wasi_cli_run().call_run(&mut data)? {
        Ok(()) => Ok(()),
        Err(()) => bail!("the guest says that it did not do what it was to do"),
    }
}

/// What became of a guest, and the streams of its tenant with the counts of their events.
type Served = (Result<()>, Vec<(String, u64)>);

/// Runs a guest for each tenant, on a thread each.
fn run_all(guest: &[u8], folder: &Path, tenants: &[String]) -> Result<Vec<Served>> {
    let engine = Engine::new(Config::new().consume_fuel(true))?;
    let guest = load(&engine, guest)?;
    let serve = |tenant: &String| {
        let bounded = Store::builder().disk_bytes_max(DISK_BYTES_MAX).files_max(FILES_MAX);
        let store = bounded.open(folder.join(tenant))?;
        let ran = run(&guest, &store);
        let streams = store.streams()?.into_iter();
        let streams = streams.map(|stream| Ok((stream.clone(), store.stream::<Value>(&stream).len()?)));
        let streams = streams.collect::<Result<_, sx_persist::Error>>()?;
        store.close()?;
        Ok((ran, streams))
    };
    thread::scope(|scope| {
        let threads: Vec<_> = tenants.iter().map(|tenant| scope.spawn(move || serve(tenant))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread panicked")))
            .collect()
    })
}

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [guest, folder, tenants @ ..] = arguments.as_slice() else {
        bail!("usage: tenants GUEST.wasm FOLDER TENANT...");
    };
    let served = run_all(&std::fs::read(guest)?, Path::new(folder), tenants)?;
    for (tenant, (ran, streams)) in tenants.iter().zip(served) {
        match ran {
            Ok(()) => writeln!(io::stdout(), "{tenant}: {streams:?}")?,
            Err(error) => writeln!(io::stdout(), "{tenant}: {streams:?}; the guest was ended: {error:#}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sx_persist_test_guests::{CLIENT, TENANT};

    #[test]
    fn each_tenant_has_its_own_orders() {
        let folder = tempfile::tempdir().unwrap();
        let tenants = ["north", "south", "west"].map(str::to_owned);
        for (rounds, some) in [(1, &tenants[..]), (2, &tenants[..2])] {
            for (ran, streams) in run_all(CLIENT, folder.path(), some).unwrap() {
                ran.unwrap();
                assert_eq!(streams, [("orders".to_owned(), rounds)]);
            }
        }
        let west = Store::open(folder.path().join("west")).unwrap();
        assert_eq!(west.kv().get::<u64>("orders/last").unwrap(), Some(1));
    }

    #[test]
    fn a_guest_that_asks_for_more_than_it_is_given_is_refused() {
        // It asks for `admin`.
        let folder = tempfile::tempdir().unwrap();
        let refused = run_all(TENANT, folder.path(), &["north".to_owned()]);
        let refused = refused.err().unwrap();
        assert!(format!("{refused:#}").contains("sx:persist/admin"), "{refused:#}");
        assert!(!folder.path().join("north").exists());
    }
}
