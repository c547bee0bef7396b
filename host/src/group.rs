//! Group commit: writes that wait together go down as one `batch.run`, with one sync for all of them.
//!
//! A thread that brings a write to an empty store leads: it takes what has gathered, runs it, hands out the answers, and
//! passes the lead to the next that waits. While it syncs, others gather.

use crate::error::{Error, HostError, Result};
use crate::store::{Store, is_failure};
use crate::types::{Op, Outcome};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Operations of one group: what a batch may hold.
const GROUP_OPS_MAX: usize = 4_096;
/// Bytes of one group, its last operation aside.
const GROUP_BYTES_MAX: usize = 8 << 20;

/// The writes that wait.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    writes: VecDeque<(Op, usize, Arc<Seat>)>,
    is_led: bool,
}

/// Where one thread waits for its answer.
#[derive(Debug, Default)]
struct Seat {
    turn: Mutex<Turn>,
    called: Condvar,
}

#[derive(Debug, Default)]
enum Turn {
    #[default]
    Wait,
    Lead,
    Done(Answer),
}

/// The operation's answer, or the failure that all of a group share.
type Answer = Result<Outcome>;

impl Queue {
    fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has gathered, from the front, as far as one group goes.
    fn take_group(&self) -> Vec<(Op, Arc<Seat>)> {
        let mut state = self.state();
        let mut group = Vec::new();
        let mut bytes = 0;
        while group.len() < GROUP_OPS_MAX && bytes < GROUP_BYTES_MAX {
            let Some((op, op_bytes, seat)) = state.writes.pop_front() else { break };
            // One that would take the batch past its limit goes first in the next.
            if !group.is_empty() && bytes + op_bytes > GROUP_BYTES_MAX {
                state.writes.push_front((op, op_bytes, seat));
                break;
            }
            bytes += op_bytes;
            group.push((op, seat));
        }
        group
    }

    /// The leader has its answer: the next that waits leads.
    fn pass_lead(&self) {
        let mut state = self.state();
        match state.writes.front() {
            Some((_, _, next)) => next.set(Turn::Lead),
            None => state.is_led = false,
        }
    }
}

impl Seat {
    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, turn: Turn) {
        *self.turn() = turn;
        self.called.notify_one();
    }

    /// Waits for an answer, or for the lead (`None`).
    fn wait(&self) -> Option<Answer> {
        let mut turn = self.turn();
        loop {
            match std::mem::take(&mut *turn) {
                Turn::Wait => turn = self.called.wait(turn).unwrap_or_else(PoisonError::into_inner),
                Turn::Lead => return None,
                Turn::Done(answer) => return Some(answer),
            }
        }
    }

    fn answer(&self) -> Option<Answer> {
        match std::mem::take(&mut *self.turn()) {
            Turn::Done(answer) => Some(answer),
            Turn::Wait | Turn::Lead => None,
        }
    }
}

/// Passes the lead on, also when the leader panics.
struct Lead<'a>(&'a Queue);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.0.pass_lead();
    }
}

impl Store {
    /// Performs one write, together with those that other threads are waiting to perform.
    pub(crate) fn submit(&self, op: Op) -> Result<Outcome> {
        let bytes = op_bytes(&op);
        self.core().check_arguments(bytes)?;
        let queue = &self.core().queue;
        let seat = Arc::new(Seat::default());
        let leads = {
            let mut state = queue.state();
            state.writes.push_back((op, bytes, Arc::clone(&seat)));
            !std::mem::replace(&mut state.is_led, true)
        };
        if !leads && let Some(answer) = seat.wait() {
            return answer;
        }
        let lead = Lead(queue);
        // The write that this thread brought stands in front, or in what is left when another has gone before it.
        loop {
            self.run_group(queue.take_group());
            if let Some(answer) = seat.answer() {
                drop(lead);
                return answer;
            }
        }
    }

    fn run_group(&self, group: Vec<(Op, Arc<Seat>)>) {
        let (ops, seats): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        let seats = Seats(seats);
        self.wrote();
        let outcomes = self.core().with_writer(|_, instance| {
            let outcomes = instance
                .call("batch.run", |exports, store| exports.sx_persist_batch().call_run(store, &ops))?;
            instance.has_failed = outcomes.iter().any(|outcome| outcome.as_ref().is_err_and(is_failure));
            Ok(outcomes)
        });
        match outcomes {
            Ok(outcomes) => {
                for (outcome, seat) in outcomes.into_iter().zip(&seats.0) {
                    seat.set(Turn::Done(outcome.map_err(Error::from)));
                }
            }
            Err(error) => seats.0.iter().for_each(|seat| seat.set(Turn::Done(Err(error.clone())))),
        }
    }
}

/// The threads of a group. Whoever has no answer in the end is told so: the leader has panicked.
struct Seats(Vec<Arc<Seat>>);

impl Drop for Seats {
    fn drop(&mut self) {
        if thread::panicking() {
            for seat in &self.0 {
                let error = wasmtime::Error::msg("the thread that led the group commit panicked");
                seat.set(Turn::Done(Err(HostError::Component(error).into())));
            }
        }
    }
}

/// Bytes of an operation's arguments.
fn op_bytes(op: &Op) -> usize {
    let texts = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
    match op {
        Op::Append(op) => op.stream.len() + op.event.len(),
        Op::AppendExpecting(op) => op.stream.len() + texts(&op.events),
        Op::RecordEvent(op) => op.stream.len() + op.kind.len() + op.data.len(),
        Op::Truncate(op) => op.stream.len(),
        Op::KvPut(op) => op.key.len() + op.value.len(),
        Op::KvSwap(op) => {
            let values = [&op.expected, &op.replacement];
            op.key.len() + values.into_iter().flatten().map(String::len).sum::<usize>()
        }
        Op::BlobPut(bytes) => bytes.len(),
        Op::RefSet(op) => op.name.len() + op.hash.len(),
        Op::RefTestAndSet(op) => {
            let hashes = [&op.test, &op.set];
            op.name.len() + hashes.into_iter().flatten().map(String::len).sum::<usize>()
        }
        Op::SnapshotPersist(op) => op.key.len() + op.blob.len(),
        Op::ObjectWrite(op) => op.hash.len() + op.bytes.len(),
        Op::KvDelete(name)
        | Op::RefDelete(name)
        | Op::SnapshotPersistMarker(name)
        | Op::SnapshotDeleteMarker(name)
        | Op::ObjectDelete(name) => name.len(),
        Op::SessionCreateSegment(op) => op.session.len() + op.segment.len() + texts(&op.entries),
        Op::SessionAppend(op) | Op::SessionAppendTrace(op) => {
            op.session.len() + op.segment.len() + op.entry.len()
        }
        Op::SessionAppendExpecting(op) => op.session.len() + op.segment.len() + texts(&op.entries),
        Op::SessionTruncate(op) => op.session.len() + op.segment.len(),
        Op::SessionDeleteSegment(op) => op.session.len() + op.segment.len(),
        Op::MapPut(op) | Op::MapPutNew(op) => op.table.len() + op.key.len() + op.value.len(),
        Op::MapSwap(op) => op.table.len() + op.key.len() + op.value.len(),
        Op::MapDelete(op) => op.table.len() + op.key.len(),
        Op::MapIncrement(op) => op.table.len() + op.key.len(),
    }
}

/// Bytes of the arguments of several operations.
pub(crate) fn ops_bytes(ops: &[Op]) -> usize {
    ops.iter().map(op_bytes).sum()
}
