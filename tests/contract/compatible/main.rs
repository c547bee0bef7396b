//! Does a guest that was made for 0.2.0 go on linking? `0.2.0/` has the interfaces as they were, and two components that were made from
//! them: `every_import.wasm` imports every function, and `orders.wasm` is the client of `examples/client`, which runs.
//!
//! Nothing in that folder is ever made anew once 0.2.0 is published. Until then `FREEZE=1` does so, where an interface has to change.

mod wit;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;
use sx_persist::{
    COMPONENT, MEMORY_COMPONENT, PersistView, Store, add_admin_to_linker, add_to_linker, middleware,
};
use sx_persist_compose::{imports, layer, plug};
use sx_persist_test_guests::CLIENT;
use wasmtime::Engine;
use wasmtime::component::{Component, Linker, ResourceTable};
use wit::{Edited, guest_of, interfaces, is_compatible, since};

fn frozen() -> PathBuf {
    static FREEZE: Once = Once::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contract/compatible/0.2.0");
    FREEZE.call_once(|| {
        if std::env::var_os("FREEZE").is_some() {
            freeze(&folder);
        }
    });
    folder
}

fn freeze(folder: &Path) {
    for entry in fs::read_dir(todays()).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    fs::write(folder.join("every_import.wasm"), guest_of(&Edited::of(&todays()))).unwrap();
    fs::write(folder.join("orders.wasm"), CLIENT).unwrap();
}

fn todays() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")
}

fn kept(name: &str) -> Vec<u8> {
    fs::read(frozen().join(name)).unwrap()
}

#[test]
fn a_guest_of_the_frozen_interfaces_is_one_of_todays() {
    is_compatible(&Edited::of(&frozen()), &Edited::of(&todays())).unwrap();
}

#[test]
fn the_check_knows_what_breaks_a_guest_and_what_does_not() {
    let frozen = Edited::of(&frozen());
    let since = "  @since(version = 0.2.1)\n  ";
    for (file, before, after) in [
        ("types.wit", "    other(detail),", "    other(detail),\n    late,"),
        ("types.wit", "  record excess {", "  record excess {\n    late: u64,"),
        ("types.wit", "  enum direction {", "  enum direction {\n    sideways,"),
        ("persist.wit", "append: func(%stream: string, event: string)", "append: func(%stream: string)"),
        ("maps.wit", "count: func(table: string) -> result<u64, error>", "count: func(table: string) -> u64"),
        (
            "batch.wit",
            "    number: func(index: u32) -> option<s64>;",
            "    number: func(index: u32) -> option<u64>;",
        ),
        ("refs.wit", "test-and-set: func", "compare-and-set: func"),
        ("world.wit", "  @since(version = 0.2.0)\n  import snapshots;\n", ""),
    ] {
        let edited = frozen.with(file, before, after);
        assert!(is_compatible(&frozen, &edited).is_err(), "{file}: {after}");
    }
    for (file, before, after) in [
        ("persist.wit", "interface persist {", "interface persist {\n@late: func();"),
        ("types.wit", "interface types {", "interface types {\n@enum late { one, two }"),
        ("batch.wit", "  resource transaction {", "  resource transaction {\n@late: func() -> u32;"),
        ("refs.wit", "interface refs {", "interface refs {\n@resource late { constructor(); }"),
    ] {
        let edited = frozen.with(file, before, &after.replace('@', since));
        is_compatible(&frozen, &edited).unwrap_or_else(|error| panic!("{file}: {after}: {error:?}"));
    }
}

#[test]
fn what_was_added_says_since_when() {
    let (frozen, todays) = (since(&Edited::of(&frozen())), since(&Edited::of(&todays())));
    assert!(frozen.len() > 150, "{}", frozen.len());
    for (name, version) in &todays {
        match frozen.get(name) {
            Some(was) => assert_eq!(version, was, "{name}"),
            None => assert!(version.as_str() > "0.2.0", "{name} was not in 0.2.0, and says that it was"),
        }
    }
    // One that a later version has is found, and one that lies about it.
    let late = Edited::of(&self::frozen()).with(
        "refs.wit",
        "interface refs {",
        "interface refs {\n@since(version = 0.2.1) late: func();",
    );
    assert_eq!(since(&late)["refs.late"], "0.2.1");
}

/// A guest's host.
struct Guest {
    store: Store,
    table: ResourceTable,
}

fn view(guest: &mut Guest) -> PersistView<'_> {
    PersistView { store: &guest.store, table: &mut guest.table }
}

#[test]
fn a_guest_that_imports_everything_links_with_the_linker() {
    let engine = Engine::default();
    let guest = Component::new(&engine, kept("every_import.wasm")).unwrap();
    let mut linker = Linker::new(&engine);
    add_to_linker(&mut linker, view).unwrap();
    add_admin_to_linker(&mut linker, view).unwrap();
    let mut data = wasmtime::Store::new(
        &engine,
        Guest { store: Store::in_memory().unwrap(), table: ResourceTable::new() },
    );
    linker.instantiate(&mut data, &guest).unwrap();
    // It does ask for everything.
    let asked: Vec<_> = imports(&kept("every_import.wasm")).unwrap();
    for interface in interfaces(&Edited::of(&frozen())) {
        assert!(asked.contains(&format!("sx:persist/{interface}@0.2.0")), "{interface}: {asked:?}");
    }
}

#[test]
fn guests_that_were_kept_are_composed_with_every_store() {
    for store in [
        COMPONENT.to_vec(),
        MEMORY_COMPONENT.to_vec(),
        layer(&[middleware::READONLY], &COMPONENT).unwrap(),
        layer(&[middleware::CACHED], &COMPONENT).unwrap(),
    ] {
        for guest in ["every_import.wasm", "orders.wasm"] {
            // It is checked as it is put together.
            let whole = plug(&kept(guest), &store).unwrap();
            let left: Vec<_> = imports(&whole).unwrap();
            assert!(left.iter().all(|import| !import.starts_with("sx:persist/")), "{guest}: {left:?}");
        }
    }
}
