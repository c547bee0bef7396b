//! What becomes of each operation, and how a plan is performed.

use crate::bounds::too_large;
use crate::name::Name;
use crate::plan::{Answer, Plan, Step, checks, maps, sessions, streams};
use crate::stores::{lower, upper};
use crate::view::versions;
use sx_persist_middleware::limits::VALUE_BYTES_MAX;
use sx_persist_middleware::types::{Error, Refusal};
use sx_persist_middleware::{Committed, Op, Outcome, Writers, no_such_answer};

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
    pub(crate) fn commit(self, writers: &mut Writers) -> Result<Committed, Refusal> {
        versions::load()?;
        match upper::batch::commit(&self.ops, writers) {
            Ok(Committed { lsn, outcomes }) => {
                Ok(Committed { lsn: versions::lsn(lsn)?, outcomes: self.answers(outcomes)? })
            }
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
            Op::KvPut { key, .. } => self.replace(Name::Kv(key.clone()))?,
            Op::KvDelete { key } => self.remove(Name::Kv(key.clone()))?,
            Op::KvSwap { key, .. } => self.copy_kv(key)?,
            Op::BlobPut { .. } | Op::BlobFinish { .. } => Answer::Same,
            Op::BlobDelete { cid } => self.remove(Name::Blob(cid.clone()))?,
            Op::RefSet { name, .. } => self.replace(Name::Ref(name.clone()))?,
            Op::RefTestAndSet { name, .. } => self.copy_ref(name)?,
            Op::RefDelete { name } => self.remove(Name::Ref(name.clone()))?,
            Op::SnapshotPersist { key, .. } => self.replace(Name::Snapshot(key.clone()))?,
            Op::SnapshotPersistMarker { key } => self.keep(key)?,
            Op::SnapshotDeleteMarker { key } => self.remove(Name::Snapshot(key.clone()))?,
            Op::ObjectWrite { hash, bytes } => self.keep_object(hash, bytes.len())?,
            Op::ObjectDelete { hash } => self.remove(Name::Object(hash.clone()))?,
            Op::Append { .. } | Op::AppendExpecting { .. } | Op::RecordEvent { .. } | Op::Truncate { .. } => {
                streams::plan(self, &op)?
            }
            Op::SessionCreateSegment { .. }
            | Op::SessionAppend { .. }
            | Op::SessionAppendExpecting { .. }
            | Op::SessionTruncate { .. }
            | Op::SessionDeleteSegment { .. }
            | Op::SessionAppendTrace { .. }
            | Op::SessionSetMeta { .. } => sessions::plan(self, &op)?,
            Op::SessionFork { .. } => match sessions::forked(self, &op)? {
                None => Answer::Same,
                Some(planned) => return Ok(planned),
            },
            Op::CheckLastSeq { .. }
            | Op::CheckCount { .. }
            | Op::CheckKey { .. }
            | Op::CheckRef { .. }
            | Op::CheckMap { .. }
            | Op::CheckSegment { .. } => return checks::plan(self, op),
            Op::MapPut { .. }
            | Op::MapPutNew { .. }
            | Op::MapSwap { .. }
            | Op::MapDelete { .. }
            | Op::MapIncrement { .. }
            | Op::MapDropTable { .. } => {
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

    fn keep_object(&mut self, hash: &str, length: usize) -> Result<Answer, Error> {
        if !self.falls_through(&Name::Object(hash.to_owned()))? {
            return Ok(Answer::Same);
        }
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
            self.before(Op::KvPut { key: key.to_owned(), value });
        }
        Ok(Answer::Same)
    }

    fn copy_ref(&mut self, name: &str) -> Result<Answer, Error> {
        if self.settle(Name::Ref(name.to_owned()))?
            && upper::refs::get(name)?.is_none()
            && let Some(hash) = lower::refs::get(name)?
        {
            self.before(Op::RefSet { name: name.to_owned(), hash });
        }
        Ok(Answer::Same)
    }
}
