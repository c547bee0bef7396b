//! Every interface, on a thread and as a task; and each tenant its own.

use crate::calls::{Call, drawn, drawn_method, methods};
use crate::host::{Guest, Host, Tenants, component};
use sim::random::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use support::{NEVER, usual_engine};
use sx_persist::types::{Durability, Error, Refusal};
use sx_persist::{HostError, Store};
use trace::address;
use wasmtime::component::types::{ComponentInstance, ComponentItem};
use wasmtime::component::{Instance, Linker, Val};
use wasmtime::{AsContextMut, Engine};

/// The component itself, without a disk and without the library.
fn alone() -> (wasmtime::Store<()>, Instance, Vec<Call>) {
    let engine = usual_engine();
    let component = sx_persist::code::load(&engine, sx_persist::MEMORY_COMPONENT).unwrap();
    let calls = drawn(&engine, &component);
    let mut data = wasmtime::Store::new(&engine, ());
    data.set_epoch_deadline(NEVER);
    let instance = Linker::new(&engine).instantiate(&mut data, &component).unwrap();
    (data, instance, calls)
}

fn ask(mut data: impl AsContextMut, instance: &Instance, call: &Call) -> Val {
    let mut answer = [Val::Bool(false)];
    call.of(instance, &mut data).call(&mut data, &call.arguments, &mut answer).unwrap();
    let [answer] = answer;
    answer
}

/// An answer without what the library decides: how often it opens, checkpoints and syncs, and so how far merges of runs have come.
fn compared(name: &str, mut answer: Val) -> Option<Val> {
    if let Val::Result(Ok(Some(answered))) = &mut answer
        && let Val::Record(fields) = &mut **answered
        && ["admin.verify", "admin.repair"].contains(&name)
    {
        // Those that it read.
        fields.retain(|(name, _)| name != "bytes");
    }
    let depends =
        ["admin.stats", "admin.checkpoint-step", "admin.compact-step", "admin.verify-part", "admin.usage"];
    (!depends.contains(&name)).then_some(answer)
}

#[test]
fn a_guest_is_answered_what_the_component_answers() {
    let (mut component, exports, calls) = alone();
    let mut guest = Host::new().guest(&Store::in_memory().unwrap());
    let mut taken = BTreeMap::new();
    for (at, call) in calls.iter().enumerate() {
        let name = call.name();
        let expected = ask(&mut component, &exports, call);
        let answer = ask(&mut guest.data, &guest.instance, call);
        let is = compared(&name, answer.clone());
        assert_eq!(is, compared(&name, expected), "call {at}: {name} {:?}", call.arguments);
        *taken.entry(name).or_insert(0) += usize::from(!matches!(answer, Val::Result(Err(_))));
    }
    // Each was answered with something else than an error, so that nothing is the same for want of a meaning.
    assert!(taken.len() > 70, "{taken:?}");
    assert!(taken.values().all(|taken| *taken > 0), "{taken:?}");
}

/// Calls of an instance's functions, those of resources too.
struct Asked<'a, T: 'static> {
    data: &'a mut wasmtime::Store<T>,
    instance: Instance,
}

impl<T: 'static> Asked<'_, T> {
    fn call(&mut self, interface: &str, function: &str, arguments: &[Val]) -> Val {
        let interface = format!("sx:persist/{interface}@0.2.0");
        let index = self.instance.get_export_index(&mut *self.data, None, &interface).unwrap();
        let index = self.instance.get_export_index(&mut *self.data, Some(&index), function).unwrap();
        let function = self.instance.get_func(&mut *self.data, index).unwrap();
        let mut answer = [Val::Bool(false)];
        function.call(&mut *self.data, arguments, &mut answer).unwrap();
        let [answer] = answer;
        answer
    }

    /// The answer of a call that is not refused.
    fn done(&mut self, interface: &str, function: &str, arguments: &[Val]) -> Val {
        match self.call(interface, function, arguments) {
            Val::Result(Ok(Some(answer))) => *answer,
            other => panic!("{function}: {other:?}"),
        }
    }

    /// Gathers in a resource with these methods, has it answer, and shows what each of the answer's methods says: of the whole, and
    /// of each index up to one that nothing has.
    fn gathered(&mut self, kind: &str, end: &str, answer: &str, methods: &[(String, Vec<Val>)]) -> Vec<Val> {
        let gathering = self.done("batch", &format!("[constructor]{kind}"), &[]);
        let mut shown = Vec::new();
        for (method, arguments) in methods {
            let mut given = vec![gathering.clone()];
            given.extend(arguments.iter().cloned());
            if method == "blob-finish" {
                let writer = self.done("blob", "[constructor]writer", &[]);
                let bytes = Val::List(vec![Val::U8(7); 9]);
                self.call("blob", "[method]writer.write", &[writer.clone(), bytes]);
                given[1] = writer;
            }
            shown.push(self.call("batch", &format!("[method]{kind}.{method}"), &given));
        }
        match self.call("batch", &format!("[static]{kind}.{end}"), &[gathering]) {
            Val::Result(Ok(Some(answered))) => {
                for (method, is_indexed) in answer_methods(answer) {
                    let indexes = if is_indexed { 0..=methods.len() } else { 0..=0 };
                    for index in indexes {
                        let mut given = vec![(*answered).clone()];
                        given.extend(is_indexed.then(|| Val::U32(index.try_into().unwrap())));
                        shown.push(self.call("batch", &format!("[method]{answer}.{method}"), &given));
                    }
                }
                let Val::Resource(answered) = *answered else { panic!("no resource") };
                answered.resource_drop(&mut *self.data).unwrap();
            }
            refused => shown.push(refused),
        }
        shown
    }
}

fn answer_methods(answer: &str) -> [(&'static str, bool); 4] {
    match answer {
        "committed" => [("lsn", false), ("number", true), ("flag", true), ("text", true)],
        _ => [("lsn", false), ("number", true), ("entry", true), ("text", true)],
    }
}

/// Transactions and reads of drawn methods, through a guest and its host, and of the component itself.
#[test]
fn transactions_and_reads_of_a_guest_are_answered_what_the_component_answers() {
    let (mut component, exports, _) = alone();
    let host = Host::new();
    let mut guest = host.guest(&Store::in_memory().unwrap());
    let component_type = sx_persist::code::load(&host.engine, sx_persist::MEMORY_COMPONENT).unwrap();
    let of = |kind: &str| methods(&host.engine, &component_type, &format!("[method]{kind}."));
    let (writes, reads) = (of("transaction"), of("reads"));
    assert!(writes.len() > 35 && reads.len() == 6, "{writes:?} {reads:?}");
    let mut random = Random::new(2);
    let mut taken = BTreeMap::new();
    for at in 0..8_000 {
        let is_write = at % 3 > 0;
        let (kind, end, answer) = match is_write {
            true => ("transaction", "commit", "committed"),
            false => ("reads", "read", "moment"),
        };
        let methods: Vec<_> = (0..=random.below(2))
            .map(|_| drawn_method(&mut random, if is_write { &writes } else { &reads }))
            .collect();
        let expected =
            Asked { data: &mut component, instance: exports }.gathered(kind, end, answer, &methods);
        let answered =
            Asked { data: &mut guest.data, instance: guest.instance }.gathered(kind, end, answer, &methods);
        assert_eq!(answered, expected, "{at}: {methods:?}");
        let is_done = !matches!(expected.last(), Some(Val::Result(_)));
        for (method, _) in methods {
            *taken.entry(method).or_insert(0) += usize::from(is_done);
        }
    }
    // Each was performed, so that nothing is the same for want of a meaning.
    assert_eq!(taken.len(), writes.len() + reads.len(), "{taken:?}");
    assert!(taken.values().all(|taken| *taken > 0), "{taken:?}");
}

#[test]
fn a_guest_writes_a_blob_in_parts() {
    let host = Host::new();
    let tenants = Tenants::new();
    let mut guest = host.guest(&tenants.north);
    let blob = guest.instance.get_export_index(&mut guest.data, None, "sx:persist/blob@0.2.0").unwrap();
    let mut call = |function: &str, arguments: &[Val]| {
        let function = guest.instance.get_export_index(&mut guest.data, Some(&blob), function).unwrap();
        let function = guest.instance.get_func(&mut guest.data, function).unwrap();
        let mut answer = [Val::Bool(false)];
        function.call(&mut guest.data, arguments, &mut answer).unwrap();
        match answer {
            [Val::Result(Ok(answer))] => answer.map(|answer| *answer),
            other => panic!("{other:?}"),
        }
    };
    let bytes = |bytes: &[u8]| Val::List(bytes.iter().copied().map(Val::U8).collect());
    let writer = call("[constructor]writer", &[]).unwrap();
    let other = call("[constructor]writer", &[]).unwrap();
    for (writer, part) in [(&writer, &b"hel"[..]), (&other, b"other"), (&writer, b"lo")] {
        assert_eq!(call("[method]writer.write", &[writer.clone(), bytes(part)]), None);
    }
    let cid = call("[static]writer.finish", &[writer]).unwrap();
    assert_eq!(cid, Val::String(address(b"hello")));
    assert_eq!(tenants.north.raw().blob_get(&address(b"hello")).unwrap().unwrap(), b"hello");
    assert_eq!(tenants.north.raw().blob_list(None, 9).unwrap().items.len(), 1);
}

/// That the guest above hands on all that there is, so that nothing can be missing in a linker.
#[test]
fn the_guest_hands_on_every_function_of_the_world() {
    let engine = usual_engine();
    let of = |name: &str, item: ComponentItem| match item {
        ComponentItem::ComponentInstance(interface) => functions(&engine, name, &interface),
        _ => BTreeSet::new(),
    };
    let guest = component(&engine).component_type();
    let store = sx_persist::code::load(&engine, sx_persist::MEMORY_COMPONENT).unwrap().component_type();
    let called: BTreeSet<_> = guest.imports(&engine).flat_map(|(name, item)| of(name, item.ty)).collect();
    // What is handed over as bytes is for hosts that carry the component.
    let is_for_guests = |(name, _): &(&str, _)| !name.contains("/wire@");
    let there = store.exports(&engine).filter(is_for_guests);
    let there: BTreeSet<_> = there.flat_map(|(name, item)| of(name, item.ty)).collect();
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
    assert!(format!("{refused:#}").contains("sx:persist/admin@0.2.0"), "{refused:#}");
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
        assert_eq!(store.kv().get::<u64>("last").unwrap(), Some(orders));
        assert_eq!(store.raw().last_seq("orders").unwrap(), orders);
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
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

#[test]
fn operations_of_admin_are_for_those_who_are_given_that_interface() {
    let store = Store::in_memory().unwrap();
    store.admin().set_durability(Durability::Relaxed).unwrap();
    let mut guest = Host::new().guest(&store);
    let mut perform = |op: &str, args: &str| {
        let interface = guest.instance.get_export_index(&mut guest.data, None, "sx:persist/dispatch@0.2.0");
        let function = guest.instance.get_export_index(&mut guest.data, interface.as_ref(), "handle-op");
        let function = guest.instance.get_func(&mut guest.data, function.unwrap()).unwrap();
        let function =
            function.typed::<(&str, &str), (Result<Option<String>, Refusal>,)>(&guest.data).unwrap();
        function.call(&mut guest.data, (op, args)).unwrap().0
    };
    assert_eq!(perform("persist/map/put", "(\"t\" \"k\" \"v\")").unwrap().as_deref(), Some("1"));
    let syncs = || store.admin().stats().unwrap()["syncs"];
    let before = syncs();
    for op in [
        "set-durability",
        "flush",
        "checkpoint",
        "checkpoint-step",
        "compact-step",
        "convert-step",
        "verify",
        "verify-part",
        "repair",
        "usage",
        "stats",
        "other",
    ] {
        let refused = perform(&format!("persist/admin/{op}"), "(\"always\")").unwrap_err().reason;
        assert!(matches!(&refused, Error::InvalidArgument(text) if text.contains(op)), "{refused:?}");
    }
    assert_eq!(syncs(), before);
}
