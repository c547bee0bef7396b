//! `compose` and `run`: the example's client on the store.

use crate::support::{Root, with_memory};
use std::path::Path;
use sx_persist::Store;
use sx_persist::keyvalue::DRAFT2;
use sx_persist_test_guests::{CLIENT_FILE, VISITS_DRAFT, VISITS_DRAFT2};

/// What the component of the world `durable-store` imports, and nothing else.
const DIRECTORY: &str = include_str!("../../../tests/contract/acceptance/imports.txt");

/// Composes the client with the store; answers the file.
fn program(root: &Root) -> String {
    let program = root.beside("program.wasm");
    root.run(&["compose", CLIENT_FILE, "-o", &program]).gives(DIRECTORY);
    program
}

/// There are the orders of so many runs.
#[track_caller]
pub(crate) fn holds_orders(root: &Path, count: u64) {
    let store = Store::open(root).unwrap();
    let orders = store.raw().read("orders").unwrap();
    assert_eq!(orders.len() as u64, count);
    assert_eq!(store.kv().get::<u64>("orders/last").unwrap(), Some(count));
    for (seq, order) in (1..).zip(orders) {
        let (_, receipt) = order.split_once(":receipt \"").unwrap();
        let receipt = store.raw().blob_get(receipt.split_once('"').unwrap().0).unwrap().unwrap();
        assert_eq!(String::from_utf8(receipt).unwrap(), format!("Order {seq}: 2 of A-1\n"));
    }
    assert!(store.admin().verify().unwrap().findings.is_empty());
}

#[test]
fn a_layer_that_is_cached_takes_its_capacity() {
    let root = Root::new();
    let cached = root.beside("cached.wasm");
    std::fs::write(&cached, sx_persist::middleware::CACHED).unwrap();
    let out = root.beside("store.wasm");
    let compose = ["compose", "--layer", &cached, "-o", &out, "--cache-entries", "7"];
    root.run(&[&compose[..], &["--cache-bytes", "65536"]].concat()).gives(DIRECTORY);
    let written = String::from_utf8_lossy(&std::fs::read(&out).unwrap()).into_owned();
    assert!(written.contains("entries 00000000000000000007 bytes 00000000000000065536"));
    root.run(&compose).gives(DIRECTORY);
    let readonly = root.beside("readonly.wasm");
    std::fs::write(&readonly, sx_persist::middleware::READONLY).unwrap();
    root.run(&["compose", "--layer", &readonly, "-o", &out, "--cache-bytes", "1"])
        .fails(2, &["sx-persist-cached.wasm"]);
    root.run(&["compose", "-o", &out, "--cache-entries", "0"]).fails(2, &["--cache-entries"]);
}

#[test]
fn a_client_becomes_one_component_that_imports_a_directory_alone_and_runs() {
    let root = Root::new();
    let program = program(&root);
    for _ in 0..3 {
        root.run(&["run", &program]).gives("");
    }
    holds_orders(Path::new(root.path()), 3);
}

#[test]
fn a_client_that_is_not_composed_yet_is_put_on_the_store() {
    let root = Root::new();
    root.run(&["run", CLIENT_FILE]).gives("");
    root.run(&["run", CLIENT_FILE]).gives("");
    holds_orders(Path::new(root.path()), 2);
}

#[test]
fn the_exit_code_is_the_programs_own() {
    let root = Root::new();
    // No order can come behind this one.
    root.run(&["stream", "append", "orders", "{:seq 9007199254740991}"]).gives("9007199254740991\n");
    let failed = root.run(&["run", CLIENT_FILE]);
    let name = Path::new(CLIENT_FILE).file_name().unwrap().to_str().unwrap();
    failed.fails(1, &[&format!("sx-persist: {name} reported a failure: its `run` returned an error\n")]);
}

/// docs/keyvalue.md: nobody composes anything before.
#[test]
fn a_guest_of_the_standard_interface_gets_its_adapter_below_it() {
    for (guest, count) in [(VISITS_DRAFT, "1"), (VISITS_DRAFT2, "2")] {
        let root = Root::new();
        let guest = root.file("visits.wasm", guest);
        root.run(&["run", &guest]).gives("");
        if count == "2" {
            // It looks for all that it wrote before.
            root.run(&["run", &guest]).gives("");
        }
        root.run(&["map", "get", "visits", "count"]).gives(count);
        let program = root.beside("program.wasm");
        root.run(&["compose", &guest, "-o", &program]).gives(DIRECTORY);
        root.run(&["run", &program]).gives("");
        assert_eq!(root.run(&["map", "delete", "visits", "visit/1"]).code, Some(0));
        root.run(&["run", &program]).fails(1, &["program.wasm reported a failure"]);
    }
}

#[test]
fn a_store_that_has_the_standard_interface_needs_no_adapter() {
    let root = Root::new();
    let (adapter, guest) = (root.file("adapter.wasm", DRAFT2), root.file("visits.wasm", VISITS_DRAFT2));
    let (store, program) = (root.beside("keyvalue.wasm"), root.beside("program.wasm"));
    root.run(&["compose", &adapter, "-o", &store]).gives(DIRECTORY);
    root.run(&["compose", &guest, "--store", &store, "-o", &program]).gives(DIRECTORY);
    root.run(&["run", &program]).gives("");
    root.run(&["map", "get", "visits", "count"]).gives("1");
}

#[test]
fn what_is_not_given_of_the_standard_interface_is_named() {
    let root = Root::new();
    for other in ["wasi:keyvalue/watcher@0.2.0-draft2", "wasi:keyvalue/store@0.3.0"] {
        let guest = wat::parse_str(format!("(component (import \"{other}\" (instance)))")).unwrap();
        let guest = root.file("guest.wasm", guest);
        root.run(&["run", &guest]).fails(2, &["guest.wasm", other, "0.2.0-draft2"]);
    }
    assert!(!Path::new(root.path()).exists());
}

/// A program that succeeds when it is given three arguments, its name included.
const THREE_ARGUMENTS: &str = r#"(component
    (import "wasi:cli/environment@0.2.0" (instance $environment
        (export "get-arguments" (func (result (list string))))))
    MEMORY
    (core func $arguments (canon lower (func $environment "get-arguments")
        (memory $bytes) (realloc (func $memory "realloc"))))
    (core module $program
        (import "given" "memory" (memory 1))
        (import "given" "arguments" (func $arguments (param i32)))
        (func (export "run") (result i32)
            (call $arguments (i32.const 0))
            (i32.ne (i32.load (i32.const 4)) (i32.const 3))))
    (core instance $program (instantiate $program (with "given" (instance
        (export "memory" (memory $bytes))
        (export "arguments" (func $arguments))))))
    (func $run (result (result)) (canon lift (core func $program "run")))
    (instance $cli (export "run" (func $run)))
    (export "wasi:cli/run@0.2.0" (instance $cli)))"#;

#[test]
fn a_program_is_given_its_name_and_its_arguments() {
    let root = Root::new();
    let program = root.file("program.wasm", with_memory(THREE_ARGUMENTS));
    root.run(&["run", &program, "one", "two"]).gives("");
    root.run(&["run", &program, "one", "--", "--two"]).gives("");
    root.run(&["run", &program, "one"]).fails(1, &["program.wasm reported a failure"]);
}

/// docs/composition.md, Equal imports become one.
#[test]
fn a_client_that_reaches_the_files_is_pointed_out() {
    let root = Root::new();
    let client = r#"(component
        (import "sx:persist/persist@0.2.0" (instance))
        (import "wasi:filesystem/preopens@0.2.12" (instance)))"#;
    let client = root.file("client.wasm", wat::parse_str(client).unwrap());
    let composed = root.run(&["compose", &client, "-o", &root.beside("program.wasm")]);
    assert_eq!(composed.code, Some(0));
    assert_eq!(composed.stdout.lines().filter(|name| name.contains("preopens")).count(), 1);
    composed.complains(&["client.wasm imports wasi:filesystem itself"]);
}

#[test]
fn a_program_finds_the_directory_locked() {
    let root = Root::new();
    let _store = Store::open(root.path()).unwrap();
    root.run(&["run", CLIENT_FILE, "--wait", "0"]).fails(11, &["locked by process"]);
}

#[test]
fn without_a_client_the_store_itself_is_written() {
    let root = Root::new();
    let store = root.beside("store.wasm");
    root.run(&["--json", "compose", "-o", &store]);
    assert!(std::fs::read(&store).unwrap() == *sx_persist::COMPONENT);
    // A store is a client of nothing.
    root.run(&["compose", &store, "-o", &root.beside("x.wasm")]).fails(2, &["imports nothing"]);
    root.run(&["run", &store]).fails(2, &["store.wasm exports no wasi:cli/run"]);
}

#[test]
fn a_client_can_be_put_on_another_store() {
    let root = Root::new();
    let (memory, program) =
        (root.file("memory.wasm", sx_persist::MEMORY_COMPONENT), root.beside("program.wasm"));
    root.run(&["compose", CLIENT_FILE, "--store", &memory, "-o", &program]).gives("");
    root.run(&["run", &program]).gives("");
    // It kept all it had in memory.
    root.run(&["stream", "ls"]).fails(10, &["there is no store"]);
}

#[test]
fn files_that_do_not_fit_are_wrong_usage() {
    let root = Root::new();
    let text = root.file("text.wasm", "(component)");
    let out = root.beside("out.wasm");
    root.run(&["compose", "missing.wasm", "-o", &out]).fails(2, &["cannot read missing.wasm"]);
    root.run(&["compose", &text, "-o", &out]).fails(2, &["the client is no component"]);
    root.run(&["compose", "--layer", &text, "-o", &out]).fails(2, &["layer 1 is no component"]);
    root.run(&["compose", "--store", &text, "-o", &out]).fails(2, &["the store is no component"]);
    root.run(&["compose", "--lower", &text, "-o", &out]).fails(2, &["--lower", "one --layer"]);
    root.run(&["compose", CLIENT_FILE]).fails(2, &["--output"]);
    root.run(&["run", &text]).fails(2, &["text.wasm is no component: it is no WebAssembly"]);
    let module = root.file("module.wasm", wat::parse_str("(module)").unwrap());
    let how = ["core module", "wasm32-wasip2", "wasm-component-ld", "wasm-tools component new"];
    root.run(&["run", &module]).fails(2, &[&["module.wasm is no component"], &how[..]].concat());
    root.run(&["compose", &module, "-o", &out])
        .fails(2, &[&["the client is no component"], &how[..]].concat());
    assert!(!Path::new(&out).exists());
}
