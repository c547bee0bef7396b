//! Group commit: writes that wait at the same time go down as one list of operations, with one sync for all of them.
//!
//! The first thread to enqueue a write becomes the leader: it takes the writes that have gathered, runs them, hands out the results, and
//! passes the lead to the next thread that waits. While it syncs, others gather.

use crate::error::{Error, HostError, Result};
use crate::store::Store;
use crate::store::operations;
use crate::store::queue::{Leadership, Role, Waiter};
use crate::types::{Op, Outcome};
use std::sync::Arc;
use std::thread;
use sx_persist_wire::Operations;

impl Store {
    /// Performs one write, together with those that other threads are waiting to perform.
    pub(crate) fn submit(&self, op: Op) -> Result<Outcome> {
        let _span = operations::told(&op).begin();
        self.check_arguments(op.bytes())?;
        let queue = &self.shared.queue;
        let waiter = Arc::new(Waiter::default());
        let leads = {
            let mut state = queue.state();
            state.writes.push_back((op, Arc::clone(&waiter)));
            !std::mem::replace(&mut state.is_led, true)
        };
        if !leads && let Some(answer) = waiter.wait() {
            return answer;
        }
        let leadership = Leadership(queue);
        // The write that this thread brought stands in front, or in what is left when another has gone before it.
        loop {
            self.run_group(queue.take_group(self.end().bytes_max()));
            if let Some(answer) = waiter.answer() {
                drop(leadership);
                return answer;
            }
        }
    }

    fn run_group(&self, group: Vec<(Op, Arc<Waiter>)>) {
        let (ops, waiters): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let _span = tracing::trace_span!("sx_persist_group", operations = ops.len()).entered();
        let waiters = Waiters(waiters);
        match self.wire_each(&Operations::to_bytes(&ops)) {
            Ok(done) => {
                for (answer, waiter) in done.answers.into_iter().zip(&waiters.0) {
                    waiter.set(Role::Done(answer.map_err(Error::from)));
                }
            }
            Err(error) => waiters.0.iter().for_each(|waiter| waiter.set(Role::Done(Err(error.clone())))),
        }
    }
}

/// The threads of a group. A thread that gets no result in the end is told so: the leader has panicked.
struct Waiters(Vec<Arc<Waiter>>);

impl Drop for Waiters {
    fn drop(&mut self) {
        if thread::panicking() {
            for waiter in &self.0 {
                let error = wasmtime::Error::msg("the thread that led the group commit panicked");
                waiter.set(Role::Done(Err(HostError::Component(error).into())));
            }
        }
    }
}
