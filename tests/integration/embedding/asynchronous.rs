//! From tokio: calls run off the async threads, of the library itself and of guests that are tasks.
//!
//! Each test has one async thread, so that a call that blocked it would block all.

use crate::calls::drawn;
use crate::host::{Guest, Host, Tenants};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;
use sx_persist::Store;
use sx_persist::types::Error;
use tokio::runtime::{Builder, Runtime};
use tokio::task;
use wasmtime::component::{ComponentNamedList, Lift, Lower, Val};

fn one_thread() -> Runtime {
    Builder::new_current_thread().build().unwrap()
}

/// Calls what a guest exports, as a task.
async fn call<P, R>(
    data: &mut wasmtime::Store<Guest>,
    host: &Host,
    function: &str,
    params: P,
) -> wasmtime::Result<R>
where
    P: ComponentNamedList + Lower + 'static,
    R: ComponentNamedList + Lift + 'static,
{
    let instance = host.program.instantiate_async(&mut *data).await?;
    instance.get_typed_func::<P, R>(&mut *data, function)?.call_async(data, params).await
}

/// How often another task of the same thread comes to its turn while one waits.
async fn turns_during<R>(waits: impl Future<Output = R>) -> (R, u64) {
    let (turns, is_done) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let other = task::spawn({
        let (turns, is_done) = (Arc::clone(&turns), Arc::clone(&is_done));
        async move {
            while !is_done.load(Ordering::Relaxed) {
                turns.fetch_add(1, Ordering::Relaxed);
                task::yield_now().await;
            }
        }
    });
    let answer = waits.await;
    is_done.store(true, Ordering::Relaxed);
    other.await.unwrap();
    (answer, turns.load(Ordering::Relaxed))
}

#[test]
fn every_function_is_served_to_a_task_and_other_tasks_run_meanwhile() {
    let (host, tenants) = (Host::asynchronous(), Tenants::new());
    one_thread().block_on(async {
        let mut data = host.data(Guest::of(&tenants.north));
        let instance = host.program.instantiate_async(&mut data).await.unwrap();
        let calls = drawn(&host.engine, host.program.component());
        let all = async {
            for call in &calls {
                let (function, mut answer) = (call.of(&instance, &mut data), [Val::Bool(false)]);
                function.call_async(&mut data, &call.arguments, &mut answer).await.unwrap();
            }
        };
        let ((), turns) = turns_during(all).await;
        // A turn a call at least.
        assert!(turns > calls.len() as u64, "{turns}");
    });
    assert_eq!(tenants.north.admin().verify().unwrap().damaged, 0);
}

#[test]
fn guests_of_two_tenants_take_turns_on_one_thread() {
    let (host, tenants) = (Arc::new(Host::asynchronous()), Tenants::new());
    one_thread().block_on(async {
        let work = |store: &Store| {
            let (host, mut data) = (Arc::clone(&host), host.data(Guest::of(store)));
            task::spawn(async move {
                call::<_, (Result<u64, Error>,)>(&mut data, &host, "work", (30_u32,)).await.unwrap().0
            })
        };
        for guest in [&tenants.north, &tenants.south].map(work) {
            assert_eq!(guest.await.unwrap(), Ok(30));
        }
    });
}

#[test]
fn a_task_that_loops_for_ever_is_dropped_and_the_others_are_answered() {
    let (host, tenants) = (Arc::new(Host::asynchronous()), Tenants::new());
    // What a host does about guests that only compute: every tick they let the others in.
    let (end, ended) = mpsc::channel::<()>();
    let engine = host.engine.clone();
    let clock = thread::spawn(move || {
        while ended.recv_timeout(Duration::from_millis(1)) == Err(mpsc::RecvTimeoutError::Timeout) {
            engine.increment_epoch();
        }
    });
    one_thread().block_on(async {
        for calling in [false, true] {
            let mut data = host.data(Guest::of(&tenants.north));
            data.epoch_deadline_async_yield_and_update(1);
            data.set_epoch_deadline(1);
            let looping = task::spawn({
                let host = Arc::clone(&host);
                async move { call::<_, ()>(&mut data, &host, "loop-for-ever", (calling,)).await }
            });
            while !tenants.north.spawn(|north| north.kv().contains("looping")).await.unwrap().unwrap() {}
            let mut data = host.data(Guest::of(&tenants.south));
            let (taken,): (Result<u64, Error>,) = call(&mut data, &host, "work", (10_u32,)).await.unwrap();
            assert!(taken.is_ok() && !looping.is_finished());
            looping.abort();
            assert!(looping.await.unwrap_err().is_cancelled());
            // Its tenant goes on.
            tenants.north.spawn(|north| north.kv().remove("looping")).await.unwrap().unwrap();
        }
    });
    drop(end);
    clock.join().unwrap();
    assert_eq!(tenants.south.raw().count("orders").unwrap(), 20);
}

#[test]
fn a_guest_that_is_dropped_with_writers_leaves_nothing_behind() {
    let (host, tenants) = (Host::asynchronous(), Tenants::new());
    one_thread().block_on(async {
        for _ in 0..2 {
            let mut data = host.data(Guest::of(&tenants.north));
            let ((opened, refusal),): ((u32, Option<Error>),) =
                call(&mut data, &host, "open-writers", (10_000_u32,)).await.unwrap();
            assert!(opened == 64 && matches!(refusal, Some(Error::TooLarge(_))), "{opened} {refusal:?}");
            task::spawn_blocking(move || drop(data)).await.unwrap();
        }
    });
}

#[test]
fn calls_of_the_library_run_off_the_async_thread() {
    let root = tempfile::tempdir().unwrap();
    let root = root.path().to_owned();
    one_thread().block_on(async {
        let store = task::spawn_blocking(|| Store::open(root)).await.unwrap().unwrap();
        // It waits for another task, which would never run if this one kept the thread.
        let (tell, told) = mpsc::channel();
        let waits = store.spawn(move |store| {
            told.recv().unwrap();
            store.kv().put("told", &true)
        });
        task::spawn(async move { tell.send(()).unwrap() }).await.unwrap();
        waits.await.unwrap().unwrap();

        let writes: Vec<_> =
            (0..100).map(|_| store.spawn(|store| store.raw().map_increment("sums", b"all", 1))).collect();
        for write in writes {
            write.await.unwrap().unwrap();
        }
        let sum = store.spawn(|store| store.raw().map_increment("sums", b"all", 0)).await.unwrap().unwrap();
        assert_eq!(sum, 100);
        task::spawn_blocking(|| store.close()).await.unwrap().unwrap();
    });
}

#[test]
fn a_write_is_done_whether_or_not_its_answer_is_awaited() {
    let root = tempfile::tempdir().unwrap();
    let store = Store::open(root.path()).unwrap();
    one_thread().block_on(async {
        let (tell, told) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        drop(store.spawn(move |store| {
            told.recv().unwrap();
            store.kv().put("dropped", &1).unwrap();
            end.send(()).unwrap();
        }));
        tell.send(()).unwrap();
        task::spawn_blocking(move || ended.recv().unwrap()).await.unwrap();
        assert!(store.spawn(|store| store.kv().contains("dropped")).await.unwrap().unwrap());
    });
}

/// Not what one should do, since it blocks the thread; but nothing panics.
#[test]
fn the_methods_themselves_may_be_called_in_a_runtime() {
    let root = tempfile::tempdir().unwrap();
    for runtime in [one_thread(), Builder::new_multi_thread().worker_threads(2).build().unwrap()] {
        let root = root.path().to_owned();
        let task = async move {
            let store = Store::open(root).unwrap();
            store.raw().map_increment("sums", b"all", 1).unwrap();
            store.raw().blob_put_from(&*vec![7; 100_000]).unwrap();
            store.close().unwrap();
        };
        runtime.block_on(async { task::spawn(task).await.unwrap() });
    }
    let store = Store::open(root.path()).unwrap();
    assert_eq!(store.raw().map_increment("sums", b"all", 0).unwrap(), 2);
}
