//! Writes: each as the upper store is to do it, several at once or one. Reads: each as it is read alone.

use crate::bounds::check_answer;
use crate::exports::Layered;
use crate::plan::{Answer, Plan};
use crate::stores::upper;
use crate::view::versions;
use sx_persist_middleware::interfaces::{Maps, Persist, Refs, Sessions};
use sx_persist_middleware::types::{Error, Refusal};
use sx_persist_middleware::{
    Batch, Committed, Found, MapEntry, Moment, Op, Outcome, Question, Ran, Writers, no_such_answer,
};

impl Batch for Layered {
    fn commit(ops: Vec<Op>, writers: &mut Writers) -> Result<Committed, Refusal> {
        Plan::of(ops).commit(writers)
    }

    fn run(ops: Vec<Op>, writers: &mut Writers) -> Ran {
        let mut ran = Ran { lsn: 0, answers: Vec::with_capacity(ops.len()) };
        let mut group = Group::default();
        for op in ops {
            let is_swap = matches!(op, Op::KvSwap { .. } | Op::RefTestAndSet { .. });
            match Plan::of(vec![op]).into_single() {
                Ok((op, answer)) => group.add(op, answer),
                // Several operations of the upper store that are one of the caller's are a commit of their own.
                Err(plan) => {
                    group.perform(writers, &mut ran);
                    ran.answers.push(alone(plan, is_swap, writers, &mut ran.lsn));
                }
            }
        }
        group.perform(writers, &mut ran);
        ran
    }

    /// No call comes in between: what the upper store answers to the first is still so at the last.
    fn read(questions: Vec<Question>) -> Result<Moment, Refusal> {
        let lsn = versions::lsn(upper::batch::read(&[])?.lsn)?;
        let (mut found, mut bytes) = (Vec::with_capacity(questions.len()), 0);
        for (index, question) in (0..).zip(questions) {
            let answer = find(question).map_err(|reason| Refusal { index: Some(index), reason })?;
            bytes += answer.bytes();
            check_answer(bytes)?;
            found.push(answer);
        }
        Ok(Moment { lsn, found })
    }
}

fn find(question: Question) -> Result<Found, Error> {
    Ok(match question {
        Question::Kv { key } => Found::Text(Layered::kv_get(key)?),
        Question::Map { table, key } => {
            let entry = <Layered as Maps>::get(table, key)?;
            Found::Entry(entry.map(|entry| MapEntry { value: entry.value, version: entry.version }))
        }
        Question::Ref { name } => Found::Text(<Layered as Refs>::get(name)?),
        Question::LastSeq { stream } => Found::Number(Layered::last_seq(stream)?),
        Question::Count { stream } => Found::Number(<Layered as Persist>::count(stream)?),
        Question::Segment { session, segment } => match Layered::entry_count(session, segment) {
            Err(Error::NotFound(_)) => Found::Number(0),
            count => Found::Number(count?),
        },
    })
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

    fn perform(&mut self, writers: &mut Writers, ran: &mut Ran) {
        if self.ops.is_empty() {
            return;
        }
        let Ran { lsn, answers } = upper::batch::run(&self.ops, writers);
        self.ops.clear();
        ran.lsn = versions::lsn(lsn).unwrap_or(ran.lsn);
        ran.answers.extend(self.answers.drain(..).zip(answers).map(|(answer, outcome)| answer.of(outcome)));
    }
}

/// What an operation answers on its own, where a commit refuses it with `conflict` when it finds something else.
fn alone(plan: Plan, is_swap: bool, writers: &mut Writers, last: &mut u64) -> Result<Outcome, Error> {
    match plan.commit(writers) {
        Ok(Committed { lsn, mut outcomes }) => {
            *last = lsn;
            outcomes.pop().map_or_else(no_such_answer, Ok)
        }
        Err(Refusal { reason: Error::Conflict(_), .. }) if is_swap => Ok(Outcome::Swapped(false)),
        Err(refusal) => Err(refusal.reason),
    }
}
