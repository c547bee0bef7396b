//! A client composed with the store, run by the plain command line of wasmtime.

use crate::install::{required, wasmtime};
use std::fs;
use std::process::Command;
use sx_persist::{COMPONENT, Store};
use sx_persist_test_guests::CLIENT;

#[test]
fn a_client_composed_with_the_store_runs_on_the_plain_command_line() {
    let Some(wasmtime) = required(wasmtime()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let (program, root) = (folder.path().join("orders.wasm"), folder.path().join("till"));
    fs::write(&program, sx_persist_compose::plug(CLIENT, &COMPONENT).unwrap()).unwrap();
    fs::create_dir(&root).unwrap();

    let run = || {
        let ran = Command::new("flock")
            .arg(root.join("lock"))
            .arg(wasmtime)
            .args(["run", "--dir"])
            .arg(format!("{}::.", root.display()))
            .arg(&program)
            .output()
            .unwrap();
        assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    };
    let orders = || {
        let store = Store::open(&root).unwrap();
        let last = store.kv_get::<u64>("orders/last").unwrap();
        let damaged = store.verify().unwrap().findings.len();
        (store.count("orders").unwrap(), last, damaged)
    };
    run();
    run();
    assert_eq!(orders(), (2, Some(2), 0));
    // What the library has checkpointed meanwhile it reads and goes on from.
    run();
    assert_eq!(orders(), (3, Some(3), 0));
}
