//! Checks, which stand in batches alone.

use super::{maps, refs, sessions};
use crate::taste::{Taste, name, value};
use sim::random::Random;
use sx_persist::types::{self, Op as O};
use trace::Op;
use trace::checks::CheckOp;

/// A random check. Many of them do not hold.
pub(crate) fn check(random: &mut Random, taste: Taste) -> Op {
    let stream = name(random, taste);
    Op::Check(match random.below(6) {
        0 => CheckOp::LastSeq { stream, last_seq: random.below(4) },
        1 => CheckOp::Count { stream, count: random.below(3) },
        2 => CheckOp::Key { key: stream, value: random.one_in(3).then(|| value(random, taste, 0)) },
        3 => {
            let (name, hash) = (refs::name(random, taste), refs::hash(random, taste));
            CheckOp::Ref { name, hash: random.one_in(2).then_some(hash) }
        }
        4 => {
            let (session, segment) = (sessions::session(random, taste), sessions::segment(random, taste));
            CheckOp::Segment { session, segment, entries: random.below(3) }
        }
        _ => return Op::Map(maps::check(random, taste)),
    })
}

/// A check as a part of a batch.
pub(crate) fn batched(op: CheckOp) -> types::Op {
    match op {
        CheckOp::LastSeq { stream, last_seq } => O::CheckLastSeq { stream, last_seq },
        CheckOp::Count { stream, count } => O::CheckCount { stream, count },
        CheckOp::Key { key, value } => O::CheckKey { key, value },
        CheckOp::Ref { name, hash } => O::CheckRef { name, hash },
        CheckOp::Segment { session, segment, entries } => O::CheckSegment { session, segment, entries },
    }
}
