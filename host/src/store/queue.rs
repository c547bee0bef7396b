//! The writes that wait, and the threads that brought them.

use crate::error::Result;
use crate::types::{Op, Outcome};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

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
pub(super) struct Waiting {
    pub(super) writes: VecDeque<(Op, usize, Arc<Seat>)>,
    pub(super) is_led: bool,
}

/// Where one thread waits for its answer.
#[derive(Debug, Default)]
pub(super) struct Seat {
    turn: Mutex<Turn>,
    called: Condvar,
}

#[derive(Debug, Default)]
pub(super) enum Turn {
    #[default]
    Wait,
    Lead,
    Done(Answer),
}

/// The operation's answer, or the failure that all of a group share.
pub(super) type Answer = Result<Outcome>;

impl Queue {
    pub(super) fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has gathered, from the front, as far as one group goes.
    pub(super) fn take_group(&self) -> Vec<(Op, Arc<Seat>)> {
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

    pub(super) fn set(&self, turn: Turn) {
        *self.turn() = turn;
        self.called.notify_one();
    }

    /// Waits for an answer, or for the lead (`None`).
    pub(super) fn wait(&self) -> Option<Answer> {
        let mut turn = self.turn();
        loop {
            match std::mem::take(&mut *turn) {
                Turn::Wait => turn = self.called.wait(turn).unwrap_or_else(PoisonError::into_inner),
                Turn::Lead => return None,
                Turn::Done(answer) => return Some(answer),
            }
        }
    }

    pub(super) fn answer(&self) -> Option<Answer> {
        match std::mem::take(&mut *self.turn()) {
            Turn::Done(answer) => Some(answer),
            Turn::Wait | Turn::Lead => None,
        }
    }
}

/// Passes the lead on, also when the leader panics.
pub(super) struct Lead<'a>(pub(super) &'a Queue);

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.0.pass_lead();
    }
}
