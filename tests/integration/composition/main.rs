//! Is a composition what its parts say? Components of a few lines are put together, and run.

use std::path::Path;
use sx_persist_compose::{Error, exports, imports, join, layer, plug, plug_with};
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

const NUMBERS: &str = "sx:test/numbers@0.1.0";
const TYPES: &str = "sx:test/types@0.1.0";

/// A store of one number, which asks for a directory, as the real one does.
fn store(number: u32) -> Vec<u8> {
    component(&format!(
        r#"(import "wasi:test/files@0.2.1" (instance))
        (core module $m (func (export "get") (result i32) i32.const {number}))
        (core instance $i (instantiate $m))
        (func $get (result u32) (canon lift (core func $i "get")))
        (type $size u32)
        (instance $types (export "size" (type $size)))
        (export "{TYPES}" (instance $types))
        (instance $numbers (export "get" (func $get)))
        (export "{NUMBERS}" (instance $numbers))"#
    ))
}

/// A layer that changes the number below it: it adds, or it multiplies.
fn changing(operation: &str, by: u32) -> Vec<u8> {
    over(&[NUMBERS], &format!("(i32.{operation} (call $below0) (i32.const {by}))"))
}

/// A component that exports a number which it computes from those of the interfaces that it imports.
fn over(imported: &[&str], number: &str) -> Vec<u8> {
    exporting(NUMBERS, imported, number)
}

/// The same under another name than that of a store.
fn exporting(name: &str, imported: &[&str], number: &str) -> Vec<u8> {
    let part = |text: &dyn Fn(usize, &str) -> String| -> String {
        imported.iter().enumerate().map(|(at, name)| text(at, name)).collect()
    };
    component(&format!(
        r#"{imports} {lowered}
        (core module $m {core} (func (export "get") (result i32) {number}))
        (core instance $i (instantiate $m (with "below" (instance {given}))))
        (func $get (result u32) (canon lift (core func $i "get")))
        (instance $numbers (export "get" (func $get)))
        (export "{name}" (instance $numbers))"#,
        imports = part(&|at, name| format!(
            r#"(import "{name}" (instance $below{at} (export "get" (func (result u32)))))"#
        )),
        lowered = part(&|at, _| format!(r#"(core func $lowered{at} (canon lower (func $below{at} "get")))"#)),
        core = part(&|at, _| format!(r#"(import "below" "get{at}" (func $below{at} (result i32)))"#)),
        given = part(&|at, _| format!(r#"(export "get{at}" (func $lowered{at}))"#)),
    ))
}

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(format!("(component {text})")).unwrap()
}

/// What a component answers when it is run.
fn number_of(component: &[u8]) -> u32 {
    let engine = Engine::default();
    let component = Component::new(&engine, component).unwrap();
    let mut linker = Linker::new(&engine);
    linker.instance("wasi:test/files@0.2.1").unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let interface = instance.get_export_index(&mut store, None, NUMBERS).unwrap();
    let function = instance.get_export_index(&mut store, Some(&interface), "get").unwrap();
    let get = instance.get_typed_func::<(), (u32,)>(&mut store, function).unwrap();
    get.call(&mut store, ()).unwrap().0
}

#[test]
fn a_client_is_given_the_store_and_hides_it() {
    let whole = plug(&changing("add", 1), &store(7)).unwrap();
    assert_eq!(imports(&whole).unwrap(), ["wasi:test/files@0.2.1"]);
    assert_eq!(exports(&whole).unwrap(), [NUMBERS]);
    assert_eq!(number_of(&whole), 8);
}

#[test]
fn the_first_layer_is_the_top_one() {
    let (plus, times) = (changing("add", 1), changing("mul", 10));
    assert_eq!(number_of(&layer(&[&times, &plus], &store(7)).unwrap()), 80);
    assert_eq!(number_of(&layer(&[&plus, &times], &store(7)).unwrap()), 71);
    assert_eq!(number_of(&layer(&[&plus, &plus, &plus], &store(7)).unwrap()), 10);
}

#[test]
fn layers_over_a_store_are_a_store() {
    let two = layer(&[&changing("add", 1), &changing("add", 1)], &store(7)).unwrap();
    assert_eq!(exports(&two).unwrap(), exports(&store(7)).unwrap());
    assert_eq!(imports(&two).unwrap(), imports(&store(7)).unwrap());
    assert_eq!(number_of(&layer(&[&changing("mul", 10)], &two).unwrap()), 90);
    assert_eq!(layer(&[], &two).unwrap(), two);
}

#[test]
fn a_layer_stands_over_two_stores() {
    let difference = over(&[NUMBERS, "sx:lower/numbers@0.1.0"], "(i32.sub (call $below0) (call $below1))");
    let whole = join(&difference, &store(100), &store(58)).unwrap();
    assert_eq!(number_of(&whole), 42);
    assert_eq!(exports(&whole).unwrap(), [TYPES, NUMBERS]);
}

/// A store that answers how often it was asked.
fn counting() -> Vec<u8> {
    component(&format!(
        r#"(core module $m (global $asked (mut i32) (i32.const 0))
            (func (export "get") (result i32)
                (global.set $asked (i32.add (global.get $asked) (i32.const 1))) (global.get $asked)))
        (core instance $i (instantiate $m))
        (func $get (result u32) (canon lift (core func $i "get")))
        (instance $numbers (export "get" (func $get)))
        (export "{NUMBERS}" (instance $numbers))"#
    ))
}

#[test]
fn a_client_and_its_adapters_have_one_store_in_common() {
    const TENFOLD: &str = "sx:other/tenfold@0.1.0";
    let adapter = exporting(TENFOLD, &[NUMBERS], "(i32.mul (call $below0) (i32.const 10))");
    let client = over(&[TENFOLD, NUMBERS], "(i32.add (call $below0) (call $below1))");
    // With a store for each it would be 11.
    let whole = plug_with(&client, &[&adapter], &counting()).unwrap();
    assert_eq!(number_of(&whole), 12);
    assert_eq!((imports(&whole).unwrap(), exports(&whole).unwrap()), (vec![], vec![NUMBERS.to_owned()]));
    let alone = over(&[TENFOLD], "(call $below0)");
    assert_eq!(number_of(&plug_with(&alone, &[&adapter], &counting()).unwrap()), 10);
    assert_eq!(plug_with(&adapter, &[], &counting()).unwrap(), plug(&adapter, &counting()).unwrap());
    let error = plug_with(&client, &[&store(7), &adapter], &counting()).unwrap_err();
    assert_eq!(error.to_string(), "adapter 1 imports nothing that is exported below it");
}

/// docs/composition.md warns of it.
#[test]
fn equal_imports_become_one() {
    let client = component(&format!(
        r#"(import "{NUMBERS}" (instance (export "get" (func (result u32)))))
        (import "wasi:test/files@0.2.1" (instance))"#
    ));
    let whole = plug(&client, &store(7)).unwrap();
    assert_eq!(imports(&whole).unwrap(), ["wasi:test/files@0.2.1"]);
}

#[test]
fn a_later_version_of_the_store_serves_as_well() {
    let client = over(&["sx:test/numbers@0.1.9"], "(call $below0)");
    assert_eq!(number_of(&plug(&client, &store(7)).unwrap()), 7);
    let client = over(&["sx:test/numbers@0.2.0"], "(call $below0)");
    assert!(matches!(plug(&client, &store(7)), Err(Error::NothingMatches { .. })));
}

#[test]
fn parts_stay_as_they_were_built_and_give_the_same_bytes() {
    let (plus, store) = (changing("add", 1), store(7));
    let whole = layer(&[&plus], &store).unwrap();
    for part in [plus.as_slice(), &store] {
        assert!(whole.windows(part.len()).any(|window| window == part));
    }
    assert_eq!(layer(&[&plus], &store).unwrap(), whole);
}

#[test]
fn what_does_not_fit_is_refused_with_its_name() {
    let said = |error: Error| error.to_string();
    let error = plug(b"text", &store(7)).unwrap_err();
    assert!(said(error).starts_with("the client is no component: it is no WebAssembly"));
    let module = wat::parse_str("(module)").unwrap();
    let error = layer(&[&module], &store(7)).unwrap_err();
    assert!(
        matches!(&error, Error::NotAComponent { reason, .. } if reason.contains("wasm-component-ld")),
        "{error}"
    );
    let error = layer(&[&changing("add", 1), &store(7)], &store(7)).unwrap_err();
    assert_eq!(said(error), "layer 2 imports nothing that is exported below it");

    let letters =
        component(&format!(r#"(import "{NUMBERS}" (instance (export "get" (func (result string)))))"#));
    let error = plug(&letters, &store(7)).unwrap_err();
    assert!(matches!(&error, Error::Mismatch { import, .. } if import == NUMBERS), "{error}");

    let more = over(&[NUMBERS, "sx:test/more@0.1.0"], "(i32.add (call $below0) (call $below1))");
    let error = layer(&[&more], &store(7)).unwrap_err();
    assert_eq!(said(error), "layer 1 imports sx:test/more@0.1.0, which nothing below it exports");
}

#[test]
fn what_is_handed_out_is_what_the_suites_run() {
    let guests = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("guest");
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap();
    let files = sx_persist_artefacts::make(&workspace, &guests).unwrap();
    for (name, run) in [
        ("sx-persist-0.1.0.wasm", sx_persist::COMPONENT.as_slice()),
        ("sx-persist-core-0.1.0.wasm", sx_persist::CORE_COMPONENT),
        ("sx-persist-digest-0.1.0.wasm", sx_persist::DIGEST_COMPONENT),
        ("sx-persist-memory-0.1.0.wasm", sx_persist::MEMORY_COMPONENT),
    ] {
        assert!(files[name] == run, "{name}");
    }
}
