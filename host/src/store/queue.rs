//! The writes that wait, and the threads that brought them.

use crate::error::Result;
use crate::types::{Op, Outcome};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Operations of one group: what a batch may hold.
const GROUP_OPS_MAX: usize = 4_096;
/// Bytes of one group, unless its only operation has more.
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
    place: Mutex<Place>,
    called: Condvar,
}

#[derive(Debug, Default)]
struct Place {
    role: Role,
    /// Somebody waits: to call nobody costs a system call, too.
    is_waited_at: bool,
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

    /// What has gathered, from the front, as far as one group and one call go; the first in any case.
    pub(super) fn take_group(&self, call_bytes_max: usize) -> Vec<(Op, Arc<Waiter>)> {
        let bytes_max = GROUP_BYTES_MAX.min(call_bytes_max);
        let mut state = self.state();
        let mut group = Vec::new();
        let mut bytes = 0;
        while group.len() < GROUP_OPS_MAX {
            let Some((op, _)) = state.writes.front() else { break };
            bytes += op.bytes();
            // One that would take it past its limit goes first in the next.
            if !group.is_empty() && bytes > bytes_max {
                break;
            }
            group.extend(state.writes.pop_front());
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
    fn place(&self) -> MutexGuard<'_, Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, role: Role) {
        let is_waited_at = {
            let mut place = self.place();
            place.role = role;
            place.is_waited_at
        };
        // Who is called finds the place free.
        if is_waited_at {
            self.called.notify_one();
        }
    }

    /// Waits for an answer, or for the lead (`None`).
    pub(super) fn wait(&self) -> Option<Answer> {
        let mut place = self.place();
        place.is_waited_at = true;
        loop {
            match std::mem::take(&mut place.role) {
                Role::Follower => place = self.called.wait(place).unwrap_or_else(PoisonError::into_inner),
                Role::Leader => {
                    place.is_waited_at = false;
                    return None;
                }
                Role::Done(answer) => return Some(answer),
            }
        }
    }

    pub(super) fn answer(&self) -> Option<Answer> {
        match std::mem::take(&mut self.place().role) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_no_more_than_a_call_may_carry() {
        let queue = Queue::default();
        for bytes in [3, 3, 9, 1, 4] {
            let op = Op::BlobPut { bytes: vec![7; bytes] };
            queue.state().writes.push_back((op, Arc::default()));
        }
        let groups: Vec<_> = std::iter::repeat_with(|| queue.take_group(6)).take(4).collect();
        let sizes = |group: &Vec<(Op, _)>| group.iter().map(|(op, _)| op.bytes()).collect::<Vec<_>>();
        assert_eq!(groups.iter().map(sizes).collect::<Vec<_>>(), [vec![3, 3], vec![9], vec![1, 4], vec![]]);
    }
}
