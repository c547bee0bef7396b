//! Writes: each as the upper store is to do it, several at once or one.

use crate::exports::Layered;
use crate::plan::{Answer, Plan};
use crate::stores::upper;
use sx_persist_middleware::interfaces::Batch;
use sx_persist_middleware::no_such_answer;
use sx_persist_middleware::types::{Error, Op, Outcome, Refusal};

impl Batch for Layered {
    fn commit(ops: Vec<Op>) -> Result<Vec<Outcome>, Refusal> {
        Plan::of(ops).commit()
    }

    fn run(ops: Vec<Op>) -> Vec<Result<Outcome, Error>> {
        let mut answers = Vec::with_capacity(ops.len());
        let mut group = Group::default();
        for op in ops {
            let is_swap = matches!(op, Op::KvSwap(_) | Op::RefTestAndSet(_));
            match Plan::of(vec![op]).into_single() {
                Ok((op, answer)) => group.add(op, answer),
                // Several operations of the upper store that are one of the caller's are a commit of their own.
                Err(plan) => {
                    group.perform(&mut answers);
                    answers.push(alone(plan, is_swap));
                }
            }
        }
        group.perform(&mut answers);
        answers
    }
}

/// Operations that the upper store performs as they are, with one sync.
#[derive(Default)]
struct Group {
    ops: Vec<Op>,
    answers: Vec<Answer>,
}

impl Group {
    fn add(&mut self, op: Op, answer: Answer) {
        self.ops.push(op);
        self.answers.push(answer);
    }

    fn perform(&mut self, answers: &mut Vec<Result<Outcome, Error>>) {
        if self.ops.is_empty() {
            return;
        }
        let outcomes = upper::batch::run(&self.ops);
        self.ops.clear();
        answers.extend(self.answers.drain(..).zip(outcomes).map(|(answer, outcome)| answer.of(outcome)));
    }
}

/// What an operation answers on its own, where a commit refuses it with `conflict` when it finds something else.
fn alone(plan: Plan, is_swap: bool) -> Result<Outcome, Error> {
    match plan.commit() {
        Ok(mut outcomes) => outcomes.pop().map_or_else(no_such_answer, Ok),
        Err(Refusal { reason: Error::Conflict(_), .. }) if is_swap => Ok(Outcome::Swapped(false)),
        Err(refusal) => Err(refusal.reason),
    }
}
