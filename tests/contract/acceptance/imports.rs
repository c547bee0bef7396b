//! A2: the component imports exactly what `imports.txt` lists.

const DIGEST: &str = "sx:persist/digest@0.2.0";

#[test]
fn the_component_imports_a_directory_and_nothing_else() {
    let listed: Vec<_> = include_str!("imports.txt").lines().collect();
    assert_eq!(imports(&sx_persist::COMPONENT), listed);
}

#[test]
fn what_the_host_library_runs_imports_the_digest_besides() {
    let mut listed = vec![DIGEST];
    listed.extend(include_str!("imports.txt").lines());
    assert_eq!(imports(sx_persist::CORE_COMPONENT), listed);
    assert_eq!(exports(sx_persist::CORE_COMPONENT), exports(&sx_persist::COMPONENT));
}

#[test]
fn the_digest_imports_nothing() {
    assert_eq!(imports(sx_persist::DIGEST_COMPONENT), [""; 0]);
    assert_eq!(exports(sx_persist::DIGEST_COMPONENT), [DIGEST]);
}

#[test]
fn the_component_is_the_other_two_as_they_were_built() {
    for part in [sx_persist::CORE_COMPONENT, sx_persist::DIGEST_COMPONENT] {
        assert!(sx_persist::COMPONENT.windows(part.len()).any(|window| window == part));
    }
}

#[test]
fn the_component_without_a_disk_imports_nothing() {
    assert_eq!(imports(sx_persist::MEMORY_COMPONENT), [""; 0]);
    assert_eq!(exports(sx_persist::MEMORY_COMPONENT), exports(&sx_persist::COMPONENT));
}

#[test]
fn middleware_imports_the_interfaces_of_a_store_and_nothing_else() {
    use sx_persist::middleware::{CACHED, LAYERED, LOWER_ROOT, READONLY};
    // The types are the store's own.
    let mut due = exports(&sx_persist::COMPONENT);
    due.retain(|name| name != "sx:persist/types@0.2.0");
    for middleware in [READONLY, CACHED, LAYERED] {
        assert_eq!(exports(middleware), due);
        let packages = ["sx:persist/", "sx:persist-lower/"];
        let is_others = |name: &String| !packages.iter().any(|package| name.starts_with(package));
        assert!(!imports(middleware).iter().any(is_others), "{:?}", imports(middleware));
    }
    for middleware in [READONLY, CACHED] {
        assert!(!imports(middleware).iter().any(|name| name.starts_with("sx:persist-lower/")));
    }
    let files = ["wasi:filesystem/types@0.2.12", "wasi:filesystem/preopens@0.2.12"];
    assert_eq!(
        (imports(LOWER_ROOT), exports(LOWER_ROOT)),
        (files.map(Into::into).to_vec(), vec![files[1].to_owned()])
    );
}

/// The names of what a component imports. Read, and not compiled to be asked.
fn imports(component: &[u8]) -> Vec<String> {
    sx_persist_compose::imports(component).unwrap()
}

/// The names of what a component exports.
fn exports(component: &[u8]) -> Vec<String> {
    sx_persist_compose::exports(component).unwrap()
}

#[test]
fn the_component_exports_the_world() {
    let exports = exports(&sx_persist::COMPONENT);
    for interface in [
        "types",
        "persist",
        "refs",
        "sessions",
        "blob",
        "batch",
        "dispatch",
        "admin",
        "snapshots",
        "objects",
        "maps",
    ] {
        assert!(exports.contains(&format!("sx:persist/{interface}@0.2.0")), "{exports:?}");
    }
}

#[test]
fn the_components_hold_no_path_of_the_machine_that_built_them() {
    let home = std::env::var("HOME").unwrap_or_default();
    for bytes in [sx_persist::COMPONENT.as_slice(), sx_persist::CORE_COMPONENT, sx_persist::MEMORY_COMPONENT]
    {
        for path in [env!("CARGO_MANIFEST_DIR"), home.as_str()].into_iter().filter(|path| path.len() > 1) {
            let found = bytes.windows(path.len()).any(|window| window == path.as_bytes());
            assert!(!found, "{path} stands in a component");
        }
    }
}
