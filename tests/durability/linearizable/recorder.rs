//! Threads that ask at once, and the record of it.

use crate::checker::{Recorded, Step};
use std::sync::{Barrier, Mutex};
use std::thread;
use todc_utils::Action;
use trace::{Answer, Op};

/// The next operation, given the answers so far.
pub(crate) type Next<'a> = Box<dyn FnMut(&[Answer]) -> Option<Op> + Send + 'a>;
/// How an operation is performed.
pub(crate) type Perform<'a> = Box<dyn Fn(&Op) -> Answer + Send + 'a>;

/// What one thread does.
pub(crate) struct Thread<'a> {
    pub(crate) next: Next<'a>,
    pub(crate) perform: Perform<'a>,
}

/// Runs the threads together, and records each question before it is asked and each answer after it was given.
pub(crate) fn record(threads: Vec<Thread<'_>>) -> Recorded {
    let recorded = Mutex::new(Vec::new());
    let start = Barrier::new(threads.len());
    thread::scope(|scope| {
        for (number, mut thread) in threads.into_iter().enumerate() {
            let (recorded, start) = (&recorded, &start);
            scope.spawn(move || {
                let say = |action| recorded.lock().unwrap().push((number, action));
                let mut answers = Vec::new();
                start.wait();
                while let Some(op) = (thread.next)(&answers) {
                    say(Action::Call(Step { op: op.clone(), answer: None }));
                    let answer = (thread.perform)(&op);
                    answers.push(answer.clone());
                    say(Action::Response(Step { op, answer: Some(answer) }));
                }
            });
        }
    });
    recorded.into_inner().unwrap()
}
