//! C1 to C3.

use crate::refs::{check_hash, check_ref};
use crate::{Outcome, State, canonical, check_name};
use trace::Answer;
use trace::checks::CheckOp;

impl State {
    /// A check of a batch. It changes nothing.
    pub(super) fn check(&self, op: &CheckOp) -> Outcome<Answer> {
        let same = |expected: u64, actual: u64| match actual == expected {
            true => Ok(()),
            false => Err(format!("stale {expected} {actual}")),
        };
        let holds = |is_so: bool| if is_so { Ok(()) } else { Err("conflict".to_owned()) };
        match op {
            CheckOp::LastSeq { stream, last_seq } => {
                check_name(stream)?;
                same(*last_seq, self.streams.get(stream).map_or(0, |found| found.last_seq))
            }
            CheckOp::Count { stream, count } => {
                check_name(stream)?;
                same(*count, self.streams.get(stream).map_or(0, |found| found.events.len() as u64))
            }
            CheckOp::Key { key, value } => {
                check_name(key)?;
                let value = value.as_deref().map(canonical).transpose()?;
                holds(self.kv.get(key) == value.as_ref())
            }
            CheckOp::Ref { name, hash } => {
                check_ref(name)?;
                hash.iter().try_for_each(|hash| check_hash(hash))?;
                holds(self.refs.get(name) == hash.as_ref())
            }
            CheckOp::Segment { session, segment, entries } => self.check_segment(session, segment, *entries),
        }?;
        Ok("checked".into())
    }
}
