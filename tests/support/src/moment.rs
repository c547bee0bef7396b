//! Several reads of one moment.

use crate::interfaces::maps;
use crate::taste::{Taste, name};
use sim::random::Random;
use sx_persist::types::{Found, MapEntry, Question};
use trace::Op;
use trace::maps::MapOp;
use trace::refs::RefOp;

/// Random reads, as many as one answers.
pub(crate) fn reads(random: &mut Random, taste: Taste) -> Vec<Op> {
    let read = |random: &mut Random| match random.below(5) {
        0 => Op::KvGet { key: name(random, taste) },
        1 => Op::LastSeq { stream: name(random, taste) },
        2 => Op::Count { stream: name(random, taste) },
        3 => Op::Ref(RefOp::Get { name: crate::interfaces::refs::name(random, taste) }),
        _ => {
            let (table, key) = (maps::table(random, taste), maps::key(random, taste));
            Op::Map(MapOp::Get { table, key })
        }
    };
    (0..random.below(5)).map(|_| read(random)).collect()
}

/// A read as a question among others.
pub(crate) fn question(op: &Op) -> Question {
    match op.clone() {
        Op::KvGet { key } => Question::Kv { key },
        Op::LastSeq { stream } => Question::LastSeq { stream },
        Op::Count { stream } => Question::Count { stream },
        Op::Ref(RefOp::Get { name }) => Question::Ref { name },
        Op::Map(MapOp::Get { table, key }) => Question::Map { table, key },
        other => unreachable!("{other} is no question"),
    }
}

/// What was found, as the read alone shows it.
pub(crate) fn found(found: &Found) -> String {
    match found {
        Found::Text(text) => text.clone().unwrap_or_else(|| "none".into()),
        Found::Number(number) => number.to_string(),
        Found::Entry(entry) => maps::found(
            entry.as_ref().map(|entry| MapEntry { value: entry.value.clone(), version: entry.version }),
        ),
    }
}
