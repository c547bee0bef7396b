//! Where calls run: they block, so an async program has them run on threads that may.

use std::cell::Cell;
use std::panic;
use std::thread;
use tokio::runtime::Handle;
use tokio::task::{self, JoinHandle};

thread_local! {
    /// This thread is one of those that tokio keeps for what blocks, though its runtime is around it.
    static MAY_BLOCK: Cell<bool> = const { Cell::new(false) };
}

/// Says so while it lives.
struct MayBlock(());

impl MayBlock {
    fn here() -> Self {
        MAY_BLOCK.set(true);
        Self(())
    }
}

impl Drop for MayBlock {
    fn drop(&mut self) {
        MAY_BLOCK.set(false);
    }
}

/// Performs calls on a thread that tokio keeps for what blocks.
pub(crate) fn spawn<R: Send + 'static>(calls: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    task::spawn_blocking(move || {
        let _may_block = MayBlock::here();
        calls()
    })
}

/// Runs a call that blocks. On a thread of a tokio runtime wasmtime-wasi would try to block on that runtime, which panics, so
/// the call goes to a thread of its own.
pub(crate) fn off_the_runtime<R: Send>(call: impl FnOnce() -> R + Send) -> R {
    if MAY_BLOCK.get() || Handle::try_current().is_err() {
        return call();
    }
    thread::scope(|scope| match scope.spawn(call).join() {
        Ok(answer) => answer,
        Err(panic) => panic::resume_unwind(panic),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::ThreadId;
    use tokio::runtime::Builder;

    fn thread_of_a_call() -> ThreadId {
        off_the_runtime(|| thread::current().id())
    }

    #[test]
    fn a_call_changes_threads_on_one_of_a_runtime_alone() {
        let here = thread::current().id();
        assert_eq!(thread_of_a_call(), here);
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            assert_ne!(thread_of_a_call(), here);
            spawn(move || {
                assert_ne!(thread::current().id(), here);
                assert_eq!(thread_of_a_call(), thread::current().id());
            })
            .await
            .unwrap();
            // The next task of that thread is somebody else's.
            task::spawn_blocking(|| assert_ne!(thread_of_a_call(), thread::current().id())).await.unwrap();
        });
    }

    #[test]
    fn a_thread_that_panicked_is_no_longer_taken_for_one_that_may_block() {
        let runtime = Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            assert!(spawn(|| panic!("on purpose")).await.unwrap_err().is_panic());
            assert!(!task::spawn_blocking(|| MAY_BLOCK.get()).await.unwrap());
        });
    }
}
