//! A client composed with the store, run by the plain command line of wasmtime and by jco. So is one that was made for an earlier version
//! of the interfaces, and kept.

use crate::install::{node, project, required, run, wasmtime, without_rust};
use std::fs;
use std::path::Path;
use std::process::Command;
use sx_persist::{COMPONENT, Store};
use sx_persist_test_guests::CLIENT;

/// The client as it is built, and as it was built for 0.2.0.
fn clients() -> [(&'static str, Vec<u8>); 2] {
    let kept = fs::read(project("tests/contract/compatible/0.2.0/orders.wasm")).unwrap();
    [("todays", CLIENT.to_vec()), ("kept", kept)]
}

/// Runs a client three times, the last time behind the library, which looks at what is there.
fn takes_orders(root: &Path, run: impl Fn()) {
    let orders = || {
        let store = Store::open(root).unwrap();
        let last = store.kv().get::<u64>("orders/last").unwrap();
        let damaged = store.admin().verify().unwrap().findings.len();
        (store.raw().count("orders").unwrap(), last, damaged)
    };
    run();
    run();
    assert_eq!(orders(), (2, Some(2), 0));
    // What the library has checkpointed meanwhile it reads and goes on from.
    run();
    assert_eq!(orders(), (3, Some(3), 0));
}

#[test]
fn a_client_composed_with_the_store_runs_on_the_plain_command_line() {
    let Some(wasmtime) = required(wasmtime()) else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, client) in clients() {
        let (program, root) = (folder.path().join("orders.wasm"), folder.path().join(name));
        fs::write(&program, sx_persist_compose::plug(&client, &COMPONENT).unwrap()).unwrap();
        fs::create_dir(&root).unwrap();
        takes_orders(&root, || {
            let ran = Command::new("flock")
                .arg(root.join("lock"))
                .arg(wasmtime)
                .args(["run", "--dir"])
                .arg(format!("{}::.", root.display()))
                .arg(&program)
                .output()
                .unwrap();
            assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
        });
    }
}

#[test]
fn a_client_composed_with_the_store_runs_as_jco_transpiles_it() {
    let Some(node) = required(node()) else { return };
    let folder = tempfile::tempdir().unwrap();
    for (name, client) in clients() {
        let (program, root) = (folder.path().join("orders.wasm"), folder.path().join(name));
        let transpiled = folder.path().join(format!("{name}-transpiled"));
        fs::write(&program, sx_persist_compose::plug(&client, &COMPONENT).unwrap()).unwrap();
        fs::create_dir(&root).unwrap();
        let script = without_rust("node");
        run({ script }.current_dir(&node.package).arg("transpile.mjs").arg(&program).arg(&transpiled))
            .unwrap();
        takes_orders(&root, || {
            let script = project("tests/integration/hosts/program.mjs");
            run(without_rust("node").arg(script).arg(&node.package).arg(&transpiled).arg(&root)).unwrap();
        });
    }
}
