//! Many jobs at once, up to the first that fails.

use crate::replay::context;
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A violation of a promise.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// Does each job, on as many threads as there are processors, until one fails; says how to replay that one.
pub(crate) fn each<T: Sync>(jobs: &[T], job: impl Fn(&T) -> Outcome + Sync) -> Outcome {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let work = || {
        while let Some(item) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(what) = guarded(|| job(item)) {
                let context = context();
                let replay = format!(
                    "{what}\n  replay: just crash {context}\n      or: cargo test -p sx-persist-tests --test crash -- {context}"
                );
                failure.lock().expect("nobody panics with it").get_or_insert(replay);
                next.store(jobs.len(), Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, std::num::NonZero::get) {
            scope.spawn(work);
        }
    });
    failure.into_inner().expect("nobody panics with it").map_or(Ok(()), Err)
}

/// A trap of the component is a panic of the harness, and a violation like any other.
pub(crate) fn guarded(job: impl FnOnce() -> Outcome) -> Outcome {
    panic::catch_unwind(panic::AssertUnwindSafe(job))
        .unwrap_or_else(|_| Err("it panicked; the message stands above".to_owned()))
}
