//! Random operations of a thread, on names that all threads of a history share.

use crate::checker::version_in;
use support::interfaces::maps::{Expected, MapOp};
use support::interfaces::refs::RefOp;
use support::random::Random;
use support::trace::{Answer, Op};

/// Two keys, two streams, one ref, and a table with a key and a counter, so that operations meet; named by the history, so that each finds an empty store.
#[derive(Clone, Debug)]
pub(crate) struct Names(pub(crate) String);

impl Names {
    fn key(&self, random: &mut Random) -> String {
        format!("{}/k{}", self.0, random.below(2))
    }

    fn stream(&self, random: &mut Random) -> String {
        format!("{}/s{}", self.0, random.below(2))
    }

    fn branch(&self) -> String {
        // A ref's name holds no space (R1).
        format!("{}/r", self.0.replace(' ', "-"))
    }

    fn all(&self) -> Op {
        Op::KvList { prefix: format!("{}/", self.0), limit: 100 }
    }
}

/// The key of a table that is put and swapped, and the one that is counted.
const KEY: &[u8] = b"k";
const COUNTER: &[u8] = b"n";

/// A reading operation.
pub(crate) fn read(random: &mut Random, names: &Names) -> Op {
    let table = names.0.clone();
    match random.below(11) {
        8..=9 => Op::Map(MapOp::Get { table, key: KEY.to_vec() }),
        10 => Op::Map(MapOp::Has { table, key: COUNTER.to_vec() }),
        0..=1 => Op::KvGet { key: names.key(random) },
        2 => Op::KvHas { key: names.key(random) },
        3 => names.all(),
        4 => Op::LastSeq { stream: names.stream(random) },
        5 => Op::Count { stream: names.stream(random) },
        6 => Op::Ref(RefOp::Get { name: names.branch() }),
        _ => Op::Read { stream: names.stream(random) },
    }
}

/// An operation of a thread. `number` is in no other of this history, so that an answer shows whose write it saw; `answers`
/// are what the thread was answered so far, so that it can expect something.
pub(crate) fn any(random: &mut Random, names: &Names, number: u64, answers: &[Answer]) -> Op {
    let (key, stream) = (names.key(random), names.stream(random));
    let value = number.to_string();
    match random.below(28) {
        23..=27 => Op::Map(map(random, names, value, answers)),
        0..=6 => read(random, names),
        7..=8 => Op::KvPut { key, value },
        9 => Op::KvDelete { key },
        10..=12 => Op::KvSwap {
            key,
            // What this thread last saw, or absence.
            expected: answers.last().filter(|answer| answer.parse::<u64>().is_ok()).cloned(),
            replacement: (!random.one_in(4)).then_some(value),
        },
        13..=14 => Op::Append { stream, event: format!("{{:by {number} :seq {}}}", 1 + random.below(12)) },
        15 => {
            let expected = answers.iter().rev().find_map(|answer| answer.parse().ok()).unwrap_or(0);
            Op::AppendExpecting {
                stream,
                expected,
                events: (1..=2).map(|more| format!("{{:by {number} :seq {}}}", expected + more)).collect(),
            }
        }
        16 => Op::RecordEvent { stream, kind: "x".into(), at: 0, data: value, expected: None },
        17..=18 => commit(random, names, number),
        20 => Op::Ref(RefOp::Set { name: names.branch(), hash: hash(number) }),
        21..=22 => Op::Ref(RefOp::TestAndSet {
            name: names.branch(),
            test: answers.last().filter(|answer| answer.len() == 40).cloned(),
            set: (!random.one_in(4)).then(|| hash(number)),
        }),
        _ => match random.below(3) {
            0 => Op::Truncate { stream, upto: random.below(8) },
            1 => Op::Checkpoint,
            _ => Op::Flush,
        },
    }
}

/// A write of a map, which expects what this thread last saw of the key.
fn map(random: &mut Random, names: &Names, value: String, answers: &[Answer]) -> MapOp {
    let (table, key, value) = (names.0.clone(), KEY.to_vec(), value.into_bytes());
    let seen = answers.iter().rev().find_map(|answer| version_in(answer)).map(Expected::Exact);
    match random.below(8) {
        0 => MapOp::Put { table, key, value },
        1 => MapOp::PutNew { table, key, value },
        2..=4 => MapOp::Swap { table, key, expected: seen, value },
        5 => MapOp::Delete { table, key, expected: seen },
        // Its version is in no answer, so that nobody asks for it.
        _ => MapOp::Increment { table, key: COUNTER.to_vec(), delta: *random.pick(&[1, 1, 0]) },
    }
}

/// A hash that is no number, so that nobody takes it for a value or a seq.
fn hash(number: u64) -> String {
    format!("{number:a>40x}")
}

/// Both keys at once, a key and a ref, a key and a map, or a key and a stream.
fn commit(random: &mut Random, names: &Names, number: u64) -> Op {
    let put = |key: u64| Op::KvPut { key: format!("{}/k{key}", names.0), value: number.to_string() };
    if random.one_in(2) {
        let branch = Op::Ref(RefOp::Set { name: names.branch(), hash: hash(number) });
        let entry = Op::Map(MapOp::Put {
            table: names.0.clone(),
            key: KEY.to_vec(),
            value: number.to_string().into_bytes(),
        });
        return Op::Commit(vec![put(0), random.pick(&[put(1), branch, entry]).clone()]);
    }
    let swap =
        Op::KvSwap { key: format!("{}/k0", names.0), expected: None, replacement: Some(number.to_string()) };
    let event = format!("{{:by {number} :seq {}}}", 1 + random.below(12));
    Op::Commit(vec![swap, put(1), Op::Append { stream: names.stream(random), event }])
}
