//! Every interface, on a thread and as a task; and each tenant its own.

use crate::host::{Guest, Host, Tenants, component};
use std::collections::BTreeSet;
use std::time::Duration;
use sx_persist::types::Error;
use sx_persist::{HostError, Store};
use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::{ComponentInstance, ComponentItem};

#[test]
fn every_function_of_every_interface_is_served() {
    let (host, tenants) = (Host::new(), Tenants::new());
    for store in [&tenants.north, &Store::in_memory().unwrap()] {
        let done: Result<(), String> = host.guest(store).ask("everything", ());
        assert_eq!(done, Ok(()));
        assert_eq!(store.kv_get::<u64>("b").unwrap(), Some(1));
    }
    assert!(tenants.south.kv_keys().unwrap().is_empty());
}

/// That the guest above calls all that there is, so that nothing can be missing in a linker.
#[test]
fn the_guest_calls_every_function_of_the_world() {
    let engine = Engine::default();
    let of = |name: &str, item: ComponentItem| match item {
        ComponentItem::ComponentInstance(interface) => functions(&engine, name, &interface),
        _ => BTreeSet::new(),
    };
    let guest = component(&engine).component_type();
    let store = Component::new(&engine, &*sx_persist::COMPONENT).unwrap().component_type();
    let called: BTreeSet<_> = guest.imports(&engine).flat_map(|(name, item)| of(name, item.ty)).collect();
    let there: BTreeSet<_> = store.exports(&engine).flat_map(|(name, item)| of(name, item.ty)).collect();
    assert!(there.len() > 80, "{there:?}");
    assert_eq!(called, there);
}

fn functions(engine: &Engine, name: &str, interface: &ComponentInstance) -> BTreeSet<String> {
    let functions =
        interface.exports(engine).filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_)));
    functions.map(|(function, _)| format!("{name} {function}")).collect()
}

#[test]
fn admin_is_served_to_those_alone_whose_host_says_so() {
    let refused = Host::with(|linker| sx_persist::add_to_linker(linker, Guest::view)).err().unwrap();
    assert!(format!("{refused:#}").contains("sx:persist/admin@0.1.0"), "{refused:#}");
    let refused = Host::with(|linker| sx_persist::add_admin_to_linker(linker, Guest::view)).err().unwrap();
    assert!(!format!("{refused:#}").contains("admin"), "{refused:#}");
    // Twice the same is a mistake of the host's.
    let twice = Host::with(|linker| {
        sx_persist::add_to_linker(linker, Guest::view)?;
        sx_persist::add_to_linker_async(linker, Guest::view)
    });
    assert!(twice.is_err());
}

#[test]
fn each_tenant_has_what_its_guests_wrote_and_nothing_else() {
    let (host, tenants) = (Host::new(), Tenants::new());
    let mut guests = [(2, &tenants.north), (3, &tenants.south), (4, &tenants.north)]
        .map(|(orders, store)| (orders, host.guest(store)));
    let taken = guests.each_mut().map(|(orders, guest)| guest.work(*orders).unwrap());
    // Two guests of one tenant share what it has.
    assert_eq!(taken, [2, 3, 6]);
    drop(guests);
    let folder = tenants.close();
    for (name, orders) in [("north", 6), ("south", 3)] {
        let store = Store::open(folder.path().join(name)).unwrap();
        assert_eq!(store.kv_get::<u64>("last").unwrap(), Some(orders));
        assert_eq!(store.last_seq("orders").unwrap(), orders);
        assert_eq!(store.verify().unwrap().damaged, 0);
    }
}

/// A guest is ended by what it could do nothing about, and its host is told what that was.
#[test]
fn a_failure_that_is_no_refusal_ends_the_guest_and_says_why() {
    let (host, tenants) = (Host::new(), Tenants::new());
    let west = Store::builder().timeout(Some(Duration::ZERO)).in_memory().unwrap();
    support::library::interrupt(&west);
    let ended = host.guest(&west).call::<_, (Result<u64, Error>,)>("work", (1_u32,)).unwrap_err();
    let error = ended.downcast_ref::<sx_persist::Error>().expect("this library's error");
    let sx_persist::Error::Host(cause) = error else { panic!("{error:?}") };
    assert!(matches!(&**cause, HostError::Lost), "{error:?}");
    assert_eq!(host.guest(&tenants.north).work(1), Ok(1));
}

#[test]
fn a_guest_whose_root_is_removed_is_told_that_its_store_is_closed() {
    let (host, tenants) = (Host::new(), Tenants::new());
    let root = tenants.root("west");
    let west = Store::open(&root).unwrap();
    std::fs::remove_dir_all(&root).unwrap();
    let refused = host.guest(&west).work(1).unwrap_err();
    assert!(
        matches!(&refused, Error::Closed(at) if at.step == "lock" && at.code == "removed"),
        "{refused:?}"
    );
    assert_eq!(host.guest(&tenants.north).work(1), Ok(1));
}
