//! Random operations of a thread, on names that all threads of a history share.

use crate::checker::version_in;
use sim::random::Random;
use sx_persist::Uuid;
use trace::checks::CheckOp;
use trace::maps::{Expected, MapOp};
use trace::objects::{Object, ObjectOp};
use trace::refs::RefOp;
use trace::sessions::SessionOp;
use trace::snapshots::SnapshotOp;
use trace::{Answer, Op};

/// Few names of each interface, so that operations meet; named by the history, so that each finds an empty store.
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

    fn replicated(&self) -> String {
        format!("{}/n", self.0)
    }

    fn hash(&self) -> String {
        let digits = self.0.bytes().fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"));
        format!("{digits:0>64}")
    }

    /// A session of the history's own, and one of its two segments.
    fn segment(&self, random: &mut Random) -> (String, String) {
        let hash = self.0.bytes().fold(7u64, |hash, byte| hash.wrapping_mul(1_000_003) ^ u64::from(byte));
        let id = |which: u64| Uuid::from_u64_pair(hash, which).to_string();
        (id(0), id(1 + random.below(2)))
    }

    /// Reads of one moment: both keys that commits write together, and what they write beside.
    fn several(&self) -> Op {
        let key = |key: u64| Op::KvGet { key: format!("{}/k{key}", self.0) };
        Op::Reads(vec![
            key(0),
            Op::Map(MapOp::Get { table: self.0.clone(), key: KEY.to_vec() }),
            Op::Ref(RefOp::Get { name: self.branch() }),
            key(1),
        ])
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
    match random.below(12) {
        0..=1 => Op::KvGet { key: names.key(random) },
        2 => Op::KvHas { key: names.key(random) },
        3 => names.all(),
        4 => Op::LastSeq { stream: names.stream(random) },
        5 => Op::Count { stream: names.stream(random) },
        6..=10 => read_other(random, names),
        _ => Op::Read { stream: names.stream(random) },
    }
}

/// An operation of a thread. `number` is in no other of this history, so that an answer shows whose write it saw; `answers`
/// are what the thread was answered so far, so that it can expect something.
pub(crate) fn any(random: &mut Random, names: &Names, number: u64, answers: &[Answer]) -> Op {
    let (key, stream) = (names.key(random), names.stream(random));
    let value = number.to_string();
    match random.below(35) {
        28..=32 => Op::Map(map(random, names, value, answers)),
        0..=6 => read(random, names),
        24..=27 => Op::Session(session(random, names, number, answers)),
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
        17..=18 => commit(random, names, number, answers),
        19..=23 => write_other(random, names, number, answers),
        _ => match random.below(3) {
            0 => Op::Truncate { stream, upto: random.below(8) },
            1 => Op::Checkpoint,
            _ => Op::Flush,
        },
    }
}

/// A read of one of the other interfaces.
fn read_other(random: &mut Random, names: &Names) -> Op {
    let (session, segment) = names.segment(random);
    let table = names.0.clone();
    match random.below(12) {
        9..=11 => names.several(),
        0 => Op::Ref(RefOp::Get { name: names.branch() }),
        1 => Op::Snapshot(SnapshotOp::Load { key: names.replicated() }),
        2 => Op::Object(ObjectOp::Read { hash: names.hash() }),
        3 => Op::Object(ObjectOp::Exists { hash: names.hash() }),
        4 => Op::Session(SessionOp::Read { session, segment }),
        5 => Op::Session(SessionOp::Segments { session, limit: 100 }),
        6..=7 => Op::Map(MapOp::Get { table, key: KEY.to_vec() }),
        _ => Op::Map(MapOp::Has { table, key: COUNTER.to_vec() }),
    }
}

/// A write of one of the other interfaces.
fn write_other(random: &mut Random, names: &Names, number: u64, answers: &[Answer]) -> Op {
    match random.below(8) {
        0 => Op::Ref(RefOp::Set { name: names.branch(), hash: hash(number) }),
        1..=2 => Op::Ref(RefOp::TestAndSet {
            name: names.branch(),
            test: answers.last().filter(|answer| answer.len() == 40).cloned(),
            set: (!random.one_in(4)).then(|| hash(number)),
        }),
        3 => Op::Snapshot(SnapshotOp::PersistMarker { key: names.replicated() }),
        4 => Op::Snapshot(SnapshotOp::DeleteMarker { key: names.replicated() }),
        5 => Op::Snapshot(SnapshotOp::Persist {
            key: names.replicated(),
            bytes: number.to_string().into_bytes(),
        }),
        6 => Op::Object(ObjectOp::Write(object(names, number))),
        _ => Op::Object(ObjectOp::Delete { hash: names.hash() }),
    }
}

/// A write to a segment, which expects what this thread last saw.
fn session(random: &mut Random, names: &Names, number: u64, answers: &[Answer]) -> SessionOp {
    let (session, segment) = names.segment(random);
    let entry = format!(":by-{number}");
    let seen = || answers.iter().rev().find_map(|answer| answer.parse().ok()).unwrap_or(0);
    match random.below(6) {
        0..=1 => SessionOp::Append { session, segment, entry },
        2..=3 => SessionOp::AppendExpecting { session, segment, expected: seen(), entries: vec![entry] },
        4 => {
            let expected = random.one_in(2).then(seen);
            SessionOp::Truncate { session, segment, entries: random.below(3), expected }
        }
        _ => SessionOp::Delete { session, segment },
    }
}

/// A write of a map, which expects what this thread last saw of the key.
fn map(random: &mut Random, names: &Names, value: String, answers: &[Answer]) -> MapOp {
    let (table, key, value) = (names.0.clone(), KEY.to_vec(), value.into_bytes());
    let seen = answers.iter().rev().find_map(|answer| version_in(answer)).map(Expected::Exact);
    let (swapped, deleted) = (seen.unwrap_or(Expected::Absent), seen.unwrap_or(Expected::Any));
    match random.below(8) {
        0 => MapOp::Put { table, key, value },
        1 => MapOp::PutNew { table, key, value },
        2..=4 => MapOp::Swap { table, key, expected: swapped, value },
        5 => MapOp::Delete { table, key, expected: deleted },
        // Its version is in no answer, so that nobody asks for it.
        _ => MapOp::Increment { table, key: COUNTER.to_vec(), delta: *random.pick(&[1, 1, 0]) },
    }
}

/// A hash that is no number, so that nobody takes it for a value or a seq.
fn hash(number: u64) -> String {
    format!("{number:a>40x}")
}

/// Bytes that no other operation writes.
fn object(names: &Names, number: u64) -> Object {
    Object { hash: names.hash(), byte: 1, length: usize::try_from(number).unwrap_or(0) }
}

/// A key where the other is as it was, both keys at once, a key and a ref or an object, a key and a map, or a key and a stream.
fn commit(random: &mut Random, names: &Names, number: u64, answers: &[Answer]) -> Op {
    let put = |key: u64| Op::KvPut { key: format!("{}/k{key}", names.0), value: number.to_string() };
    if random.one_in(3) {
        // Write skew: each thread checks that one key is as it last saw it, and writes the other one.
        let checked = random.below(2);
        let value = answers.last().filter(|answer| answer.parse::<u64>().is_ok()).cloned();
        let check = CheckOp::Key { key: format!("{}/k{checked}", names.0), value };
        return Op::Commit(vec![Op::Check(check), put(1 - checked)]);
    }
    if random.one_in(2) {
        let branch = Op::Ref(RefOp::Set { name: names.branch(), hash: hash(number) });
        let object = Op::Object(ObjectOp::Write(object(names, number)));
        let entry = Op::Map(MapOp::Put {
            table: names.0.clone(),
            key: KEY.to_vec(),
            value: number.to_string().into_bytes(),
        });
        return Op::Commit(vec![put(0), random.pick(&[put(1), branch, object, entry]).clone()]);
    }
    let swap =
        Op::KvSwap { key: format!("{}/k0", names.0), expected: None, replacement: Some(number.to_string()) };
    let event = format!("{{:by {number} :seq {}}}", 1 + random.below(12));
    Op::Commit(vec![swap, put(1), Op::Append { stream: names.stream(random), event }])
}
