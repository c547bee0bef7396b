//! What becomes of each operation, and how a plan is performed.

use crate::bounds::too_large;
use crate::name::Name;
use crate::plan::{Answer, Plan, Step, checks, maps, sessions, streams};
use crate::stores::{lower, upper};
use sx_persist_middleware::limits::VALUE_BYTES_MAX;
use sx_persist_middleware::no_such_answer;
use sx_persist_middleware::types::{Error, KvPutOp, ObjectWriteOp, Op, Outcome, RefSetOp, Refusal};

impl Plan {
    /// The plan of operations that are one commit.
    ///
    /// One that is refused here stands among them as one that the upper store refuses: what comes before it may be wrong, too.
    pub(crate) fn of(ops: Vec<Op>) -> Self {
        let mut plan = Self::default();
        for op in ops {
            let (op, answer) = plan.planned(op).unwrap_or_else(Answer::refused);
            plan.push(op, answer);
        }
        plan
    }

    /// Performs it.
    pub(crate) fn commit(self) -> Result<Vec<Outcome>, Refusal> {
        match upper::batch::commit(&self.ops) {
            Ok(outcomes) => Ok(self.answers(outcomes)?),
            Err(refusal) => Err(self.refusal(refusal)),
        }
    }

    fn answers(self, outcomes: Vec<Outcome>) -> Result<Vec<Outcome>, Error> {
        let mut outcomes: Vec<_> = outcomes.into_iter().map(Some).collect();
        let mut outcome_at = |at: usize| outcomes.get_mut(at).and_then(Option::take);
        let answer = |Step { at, answer }: Step| match at {
            None => answer.of_outcome(Outcome::Put),
            Some(at) => outcome_at(at).map_or_else(no_such_answer, |outcome| answer.of_outcome(outcome)),
        };
        self.steps.into_iter().map(answer).collect()
    }

    /// The refusal of the operation that the refused one belongs to.
    fn refusal(self, Refusal { index, reason }: Refusal) -> Refusal {
        let refused = index.and_then(|index| usize::try_from(index).ok());
        let is_it = |step: &Step| step.at.is_some_and(|at| refused.is_some_and(|refused| refused <= at));
        match self.steps.into_iter().enumerate().find(|(_, step)| is_it(step)) {
            Some((index, step)) => {
                Refusal { index: u32::try_from(index).ok(), reason: step.answer.of_error(reason) }
            }
            None => Refusal { index: None, reason },
        }
    }

    /// An operation of the caller's as the upper store is to do it, behind what comes before it.
    fn planned(&mut self, op: Op) -> Result<(Op, Answer), Error> {
        let answer = match &op {
            Op::KvPut(KvPutOp { key, .. }) => self.replace(Name::Kv(key.clone()))?,
            Op::KvDelete(key) => self.remove(Name::Kv(key.clone()))?,
            Op::KvSwap(swap) => self.copy_kv(&swap.key)?,
            Op::BlobPut(_) => Answer::Same,
            Op::RefSet(RefSetOp { name, .. }) => self.replace(Name::Ref(name.clone()))?,
            Op::RefTestAndSet(swap) => self.copy_ref(&swap.name)?,
            Op::RefDelete(name) => self.remove(Name::Ref(name.clone()))?,
            Op::SnapshotPersist(persist) => self.replace(Name::Snapshot(persist.key.clone()))?,
            Op::SnapshotPersistMarker(key) => self.keep(key)?,
            Op::SnapshotDeleteMarker(key) => self.remove(Name::Snapshot(key.clone()))?,
            Op::ObjectWrite(object) => self.keep_object(object)?,
            Op::ObjectDelete(hash) => self.remove(Name::Object(hash.clone()))?,
            Op::Append(_) | Op::AppendExpecting(_) | Op::RecordEvent(_) | Op::Truncate(_) => {
                streams::plan(self, &op)?
            }
            Op::SessionCreateSegment(_)
            | Op::SessionAppend(_)
            | Op::SessionAppendExpecting(_)
            | Op::SessionTruncate(_)
            | Op::SessionDeleteSegment(_)
            | Op::SessionAppendTrace(_)
            | Op::SessionSetMeta(_) => sessions::plan(self, &op)?,
            Op::SessionFork(fork) => match sessions::forked(self, fork)? {
                None => Answer::Same,
                Some(planned) => return Ok(planned),
            },
            Op::CheckLastSeq(_)
            | Op::CheckCount(_)
            | Op::CheckKey(_)
            | Op::CheckRef(_)
            | Op::CheckMap(_)
            | Op::CheckSegment(_) => return checks::plan(self, op),
            Op::MapPut(_) | Op::MapPutNew(_) | Op::MapSwap(_) | Op::MapDelete(_) | Op::MapIncrement(_) => {
                return maps::plan(self, op);
            }
        };
        Ok((op, answer))
    }

    fn push(&mut self, op: Op, answer: Answer) {
        let is_done = matches!(answer, Answer::Known(_) | Answer::KeptObject);
        let at = (!is_done).then_some(self.ops.len());
        if !is_done {
            self.ops.push(op);
        }
        self.steps.push(Step { at, answer });
    }

    /// A write that asks nothing of what is there.
    fn replace(&mut self, name: Name) -> Result<Answer, Error> {
        self.settle(name)?;
        Ok(Answer::Same)
    }

    fn remove(&mut self, name: Name) -> Result<Answer, Error> {
        Ok(if self.settle(name)? { Answer::Removed } else { Answer::Same })
    }

    /// A write that changes nothing where something is.
    fn keep(&mut self, key: &str) -> Result<Answer, Error> {
        Ok(if self.falls_through(&Name::Snapshot(key.to_owned()))? {
            Answer::Known(Outcome::Put)
        } else {
            Answer::Same
        })
    }

    fn keep_object(&mut self, object: &ObjectWriteOp) -> Result<Answer, Error> {
        if !self.falls_through(&Name::Object(object.hash.clone()))? {
            return Ok(Answer::Same);
        }
        let length = object.bytes.len();
        if length > VALUE_BYTES_MAX {
            Err(too_large(VALUE_BYTES_MAX, length))
        } else {
            Ok(Answer::KeptObject)
        }
    }

    fn copy_kv(&mut self, key: &str) -> Result<Answer, Error> {
        if self.settle(Name::Kv(key.to_owned()))?
            && !upper::persist::kv_has(key)?
            && let Some(value) = lower::persist::kv_get(key)?
        {
            self.before(Op::KvPut(KvPutOp { key: key.to_owned(), value }));
        }
        Ok(Answer::Same)
    }

    fn copy_ref(&mut self, name: &str) -> Result<Answer, Error> {
        if self.settle(Name::Ref(name.to_owned()))?
            && upper::refs::get(name)?.is_none()
            && let Some(hash) = lower::refs::get(name)?
        {
            self.before(Op::RefSet(RefSetOp { name: name.to_owned(), hash }));
        }
        Ok(Answer::Same)
    }
}
