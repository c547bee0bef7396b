//! A guest that does harm, of the tenant `north`, does it to itself: one of `south` is answered meanwhile.

use crate::host::{Guest, Host, Running, Tenants};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;
use support::{counted, files};
use sx_persist::types::{Error, Excess};
use sx_persist::{Builder, Store};
use wasmtime::Trap;
use wasmtime::component::{ComponentNamedList, Lift, Lower};

/// Says that it is over, also when a test has failed before.
struct Over<F: FnMut()>(F);

impl<F: FnMut()> Drop for Over<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Orders that a guest of `south` takes one by one, until it is told to end.
fn work_until(host: &Host, south: &Store, is_done: &AtomicBool) -> u64 {
    let mut guest = host.guest(south);
    let mut orders = south.raw().count("orders").unwrap();
    let before = orders;
    while !is_done.load(Ordering::Acquire) || orders - before < 20 {
        orders += 1;
        assert_eq!(guest.work(1), Ok(orders));
    }
    orders - before
}

/// Lets a guest of `north` do harm while one of `south` takes orders, each on a thread of its own.
pub(crate) fn harm<R: Send>(
    host: &Host,
    tenants: &Tenants,
    what: &str,
    harm: impl FnOnce(&mut Running) -> R + Send,
) -> R {
    let (is_done, begin) = (AtomicBool::new(false), Barrier::new(2));
    thread::scope(|scope| {
        let south = scope.spawn(|| {
            begin.wait();
            work_until(host, &tenants.south, &is_done)
        });
        let mut guest = host.guest(&tenants.north);
        begin.wait();
        let over = Over(|| is_done.store(true, Ordering::Release));
        let harmed = harm(&mut guest);
        drop(over);
        counted(&format!("embedding: {what}: {} orders of another tenant meanwhile", south.join().unwrap()));
        harmed
    })
}

/// Both tenants are served, by new guests, and nothing of theirs is damaged.
#[track_caller]
pub(crate) fn all_is_well(host: &Host, tenants: Tenants) {
    for store in [&tenants.north, &tenants.south] {
        let orders = store.raw().count("orders").unwrap();
        assert_eq!(host.guest(store).work(1), Ok(orders + 1));
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
    }
    // As a process finds them that comes later.
    let folder = tenants.close();
    for name in ["north", "south"] {
        assert_eq!(Store::open(folder.path().join(name)).unwrap().admin().verify().unwrap().damaged, 0);
    }
}

/// Names of what `south` has, of where it is, and of what a file system takes for a way there.
fn guesses(tenants: &Tenants) -> Vec<String> {
    let south = tenants.root("south");
    let mut names: Vec<String> =
        ["orders", "last", "refs/heads/main", "lock", "journal", "snapshot", "table"]
            .into_iter()
            .chain(["", ".", "..", "/", "//", "~", "*", "C:\\", "\0", "\n", "a\0/../../south", "orders\0"])
            .chain([
                "..\\south\\streams",
                "%2e%2e%2fsouth",
                "..%2fsouth",
                "\u{2025}/south",
                "../south/.",
                "-",
            ])
            .map(str::to_owned)
            .collect();
    names.push("../".repeat(40) + "etc/hostname");
    names.push("x".repeat(1_024));
    names.push("0".repeat(40));
    names.push(tenants.south.raw().blob_list(None, 1).unwrap().items.remove(0));
    for file in files(&south).into_keys() {
        let stem = file.split_once('.').map_or(file.as_str(), |(stem, _)| stem).to_owned();
        names.extend([format!("../south/{file}"), format!("../../south/{file}"), stem]);
        names.push(south.join(&file).to_str().unwrap().to_owned());
        names.push(file);
    }
    names
}

/// How many blobs the tenant `north` is writing, by what the disk says.
fn begun(tenants: &Tenants) -> usize {
    files(&tenants.root("north")).keys().filter(|file| file.starts_with("tmp/")).count()
}

/// The names of what is in a folder.
fn listed(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_guest_that_guesses_names_finds_nothing_and_writes_nowhere_else() {
    let (host, tenants) = (Host::new(), Tenants::new());
    host.guest(&tenants.south).work(3).unwrap();
    let (session, segment) = ("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002");
    tenants.south.raw().session_append(session, segment, ":secret").unwrap();
    tenants.south.raw().ref_set("refs/heads/main", &"0".repeat(40)).unwrap();
    tenants.south.raw().map_put("table", b"key", b"secret").unwrap();
    tenants.south.raw().snapshot_persist("snapshot", b"secret").unwrap();
    tenants.south.raw().object_write(&"0".repeat(40), b"secret").unwrap();
    tenants.south.admin().checkpoint().unwrap();
    let mut names = guesses(&tenants);
    names.extend([session, segment].map(str::to_owned));
    assert!(names.len() > 80, "{names:?}");

    // While nobody else writes, so that every byte must stay.
    let before: BTreeMap<_, _> = files(&tenants.root("south"));
    let found: Vec<String> = host.guest(&tenants.north).ask("guess", (names.clone(),));
    assert!(found.is_empty(), "{found:?}");
    tenants.north.admin().checkpoint().unwrap();
    assert!(files(&tenants.root("south")) == before, "another tenant's files are as they were");
    assert_eq!(listed(tenants.folder()), ["north", "south"]);

    // What it finds now is what it wrote itself: the guesses did go somewhere.
    let found: Vec<String> = harm(&host, &tenants, "names", |guest| guest.ask("guess", (names,)));
    assert!(found.len() > 100, "{found:?}");
    assert_eq!(listed(tenants.folder()), ["north", "south"]);
    assert_eq!(tenants.south.raw().session_read(session, segment).unwrap(), [":secret"]);
    all_is_well(&host, tenants);
}

#[track_caller]
fn too_large<R: std::fmt::Debug>(answer: Result<R, Error>, limit: u64) {
    match answer {
        Err(Error::TooLarge(excess)) if excess.limit == limit && excess.actual > limit => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_guest_that_hands_over_too_much_is_told_so() {
    let (host, tenants) = (Host::new(), Tenants::new());
    harm(&host, &tenants, "large values", |guest| {
        // Beyond what a value may have; beyond what a call may; beyond what a list may.
        let put: Result<(), Error> = guest.ask("put-value", ((16 << 20) + 1_u64,));
        too_large(put, 16 << 20);
        let put: Result<String, Error> = guest.ask("put-blob", ((64 << 20) + 1_u64,));
        too_large(put, 64 << 20);
        let written: Result<(), Error> = guest.ask("write-blob", ((64 << 20) + 1_u64,));
        too_large(written, 64 << 20);
        let deleted: Result<u64, Error> = guest.ask("delete-keys", (65_537_u32,));
        too_large(deleted, 65_536);
        // What is refused is not added, and the rest is performed.
        let mut gather = |count: u32, bytes: u64| -> (u32, Option<Error>) {
            guest.ask("gather-operations", (count, bytes))
        };
        let (added, refused) = gather(65_536, 1);
        assert_eq!(added, 0);
        too_large(refused.map_or(Ok(()), Err), 65_536);
        assert_eq!(gather(65_535, 1), (65_535, None));
        let (added, refused) = gather(5, (16 << 20) - 100);
        assert_eq!(added, 4);
        too_large(refused.map_or(Ok(()), Err), 64 << 20);
    });
    all_is_well(&host, tenants);
}

#[test]
fn a_guest_that_hands_over_more_than_the_host_takes_is_ended() {
    let (host, tenants) = (Host::new(), Tenants::new());
    harm(&host, &tenants, "values and lists that wasmtime refuses", |guest| {
        let put = guest.call::<_, (Result<String, Error>,)>("put-blob", ((128 << 20) + 1_u64,));
        // What an item takes in the host is counted, be it empty.
        let mut other = host.guest(&tenants.north);
        let run = other.call::<_, (Result<u64, Error>,)>("delete-keys", (10_000_000_u32,));
        for ended in [put.unwrap_err(), run.unwrap_err()] {
            assert!(format!("{ended:?}").contains("fuel"), "{ended:?}");
        }
    });
    all_is_well(&host, tenants);
}

#[test]
fn a_guest_that_opens_ten_thousand_handles_has_those_that_a_store_gives() {
    let (host, tenants) = (Host::new(), Tenants::new());
    let refused = harm(&host, &tenants, "handles", |guest| {
        let (opened, refused) = guest.open_writers(10_000);
        assert_eq!((opened, begun(&tenants)), (64, 64));
        // The other tenant has all of its own, and its own tenant still writes what is no blob of any size.
        assert_eq!(host.guest(&tenants.south).open_writers(64), (64, None));
        assert_eq!(guest.work(1), Ok(1));
        refused
    });
    assert_eq!(refused, Some(Error::TooLarge(Excess { limit: 64, actual: 65 })));
    // They went with the guest, as those of the next one do.
    assert_eq!(begun(&tenants), 0);
    assert_eq!(host.guest(&tenants.north).open_writers(64), (64, None));
    all_is_well(&host, tenants);
}

#[test]
fn a_guest_has_as_many_transactions_open_as_a_store_gives() {
    let (host, tenants) = (Host::new(), Tenants::new());
    let refused = harm(&host, &tenants, "transactions", |guest| {
        let (opened, refused): (u32, Option<Error>) = guest.ask("open-transactions", (100_u32,));
        assert_eq!(opened, 64);
        // They were dropped, and their places are free again.
        assert_eq!(guest.work(1), Ok(1));
        refused
    });
    assert_eq!(refused, Some(Error::TooLarge(Excess { limit: 64, actual: 65 })));
    all_is_well(&host, tenants);
}

#[test]
fn a_host_may_give_a_guest_fewer_handles() {
    let (host, tenants) = (Host::new(), Tenants::new());
    let mut few = Guest::of(&tenants.north);
    few.table.set_max_capacity(8);
    let mut few = host.start(few);
    let refused = Error::TooLarge(Excess { limit: 8, actual: 9 });
    assert_eq!(few.open_writers(10_000), (8, Some(refused)));
    // Of those that it was refused the store knows nothing.
    assert_eq!(host.guest(&tenants.north).open_writers(64).0, 56);
    drop(few);
    all_is_well(&host, tenants);
}

#[test]
fn a_guest_that_loops_for_ever_is_interrupted_and_the_others_are_answered() {
    for calling in [false, true] {
        let (host, tenants) = (Host::new(), Tenants::new());
        let ended = thread::scope(|scope| {
            let looping = scope.spawn(|| {
                let mut guest = host.guest(&tenants.north);
                guest.data.set_epoch_deadline(1);
                guest.call::<_, ()>("loop-for-ever", (calling,)).unwrap_err()
            });
            let over = Over(|| host.engine.increment_epoch());
            while !tenants.north.kv().contains("looping").unwrap() {
                thread::yield_now();
            }
            work_until(&host, &tenants.south, &AtomicBool::new(true));
            // Another guest of the same tenant is answered, too.
            assert_eq!(host.guest(&tenants.north).work(1), Ok(1));
            assert!(!looping.is_finished());
            drop(over);
            looping.join().unwrap()
        });
        assert_eq!(ended.downcast_ref::<Trap>(), Some(&Trap::Interrupt));
        all_is_well(&host, tenants);
    }
}

/// Lets a guest of `north` ask its store for so much that one of the store's limits is met, which ends the guest. Answers whether
/// that was the one of time.
fn meet_limit<R: ComponentNamedList + Lift>(what: &str, north: Builder, ask: (&str, impl Ask)) -> bool {
    let (host, tenants) = (Host::new(), Tenants::open(tempfile::tempdir().unwrap(), north));
    let (function, params) = ask;
    // A tick of the clock has to fall into the call; on a fast machine once may not be enough.
    let ended = harm(&host, &tenants, what, |guest| {
        loop {
            if let Err(ended) = guest.call::<_, R>(function, params) {
                break ended;
            }
        }
    });
    let error = ended.downcast_ref::<sx_persist::Error>().expect("this library's error");
    let sx_persist::Error::Trapped { timeout, .. } = error else { panic!("{error:?}") };
    all_is_well(&host, Tenants::open(tenants.close(), Store::builder()));
    timeout.is_some()
}

/// Arguments of a call.
trait Ask: ComponentNamedList + Lower + Copy + Send + Sync {}
impl<P: ComponentNamedList + Lower + Copy + Send + Sync> Ask for P {}

#[test]
fn a_guest_that_asks_too_much_of_its_store_is_ended_and_the_next_is_served() {
    let little = Store::builder().memory_bytes_max(2 << 20);
    let value = ("put-value", (250_000_u64,));
    assert!(!meet_limit::<(Result<(), Error>,)>("a store in little memory", little, value));
    let short = Store::builder().timeout(Some(Duration::ZERO));
    let blob = ("put-blob", (60_u64 << 20,));
    assert!(meet_limit::<(Result<String, Error>,)>("a store in no time", short, blob));
}
