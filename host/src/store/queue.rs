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
    pub(super) writes: VecDeque<(Op, Arc<Waiter>)>,
    pub(super) is_led: bool,
}

/// Where one thread waits for its answer.
#[derive(Debug, Default)]
pub(super) struct Waiter {
    role: Mutex<Role>,
    called: Condvar,
}

#[derive(Debug, Default)]
pub(super) enum Role {
    #[default]
    Follower,
    Leader,
    Done(Answer),
}

/// The operation's answer, or the failure that all of a group share.
pub(super) type Answer = Result<Outcome>;

impl Queue {
    pub(super) fn state(&self) -> MutexGuard<'_, Waiting> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What has gathered, from the front, as far as one group goes.
    pub(super) fn take_group(&self) -> Vec<(Op, Arc<Waiter>)> {
        let mut state = self.state();
        let mut group = Vec::new();
        let mut bytes = 0;
        while group.len() < GROUP_OPS_MAX && bytes < GROUP_BYTES_MAX {
            let Some((op, waiter)) = state.writes.pop_front() else { break };
            // One that would take the batch past its limit goes first in the next.
            if !group.is_empty() && bytes + op.bytes() > GROUP_BYTES_MAX {
                state.writes.push_front((op, waiter));
                break;
            }
            bytes += op.bytes();
            group.push((op, waiter));
        }
        group
    }

    /// The leader has its answer: the next that waits leads.
    fn pass_lead(&self) {
        let mut state = self.state();
        match state.writes.front() {
            Some((_, next)) => next.set(Role::Leader),
            None => state.is_led = false,
        }
    }
}

impl Waiter {
    fn role(&self) -> MutexGuard<'_, Role> {
        self.role.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, role: Role) {
        *self.role() = role;
        self.called.notify_one();
    }

    /// Waits for an answer, or for the lead (`None`).
    pub(super) fn wait(&self) -> Option<Answer> {
        let mut role = self.role();
        loop {
            match std::mem::take(&mut *role) {
                Role::Follower => role = self.called.wait(role).unwrap_or_else(PoisonError::into_inner),
                Role::Leader => return None,
                Role::Done(answer) => return Some(answer),
            }
        }
    }

    pub(super) fn answer(&self) -> Option<Answer> {
        match std::mem::take(&mut *self.role()) {
            Role::Done(answer) => Some(answer),
            Role::Follower | Role::Leader => None,
        }
    }
}

/// Passes the lead on, also when the leader panics.
pub(super) struct Leadership<'a>(pub(super) &'a Queue);

impl Drop for Leadership<'_> {
    fn drop(&mut self) {
        self.0.pass_lead();
    }
}
