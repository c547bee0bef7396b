//! A2: the component imports exactly what `imports.txt` lists.

use wasmtime::Engine;
use wasmtime::component::Component;

#[test]
fn the_component_imports_a_directory_and_nothing_else() {
    let engine = Engine::default();
    let component = Component::new(&engine, sx_persist::COMPONENT).unwrap();
    let imports: Vec<_> =
        component.component_type().imports(&engine).map(|(name, _)| name.to_owned()).collect();
    let listed: Vec<_> = include_str!("imports.txt").lines().collect();
    assert_eq!(imports, listed);
}

#[test]
fn the_component_exports_the_world() {
    let engine = Engine::default();
    let component = Component::new(&engine, sx_persist::COMPONENT).unwrap();
    let exports: Vec<_> =
        component.component_type().exports(&engine).map(|(name, _)| name.to_owned()).collect();
    for interface in ["types", "persist", "refs", "blob", "batch", "dispatch", "admin", "maps"] {
        assert!(exports.contains(&format!("sx:persist/{interface}@0.1.0")), "{exports:?}");
    }
}

#[test]
fn the_component_holds_no_path_of_the_machine_that_built_it() {
    let home = std::env::var("HOME").unwrap_or_default();
    let bytes = sx_persist::COMPONENT;
    for path in [env!("CARGO_MANIFEST_DIR"), home.as_str()].into_iter().filter(|path| path.len() > 1) {
        let found = bytes.windows(path.len()).any(|window| window == path.as_bytes());
        assert!(!found, "{path} stands in the component");
    }
}
