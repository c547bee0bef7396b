//! The work of a child process: an operation for each number of a seed, so that whoever kills the child knows what it did
//! and what it was about to do.

use sim::random::Random;
use trace::maps::{Expected, MapOp};
use trace::objects::{Object, ObjectOp};
use trace::refs::RefOp;
use trace::sessions::{SessionOp, id};
use trace::snapshots::SnapshotOp;
use trace::{Op, address};

/// Names of streams, keys and blobs are few, so that operations meet. One is long enough for folders of its own.
const STREAMS: [&str; 5] = ["orders", "a b/ü\n\"", "s", "t", LONG];
const LONG: &str = "a name that does not fit into one folder entry when it is written in hex, so that the layout makes \
                    folders for it and a checkpoint has them to sync: all of that is work which a kill may interrupt";

/// The operation of a number. `last_seq` answers for a stream as it stands before the operation.
pub fn step(seed: u64, number: u64, mut last_seq: impl FnMut(&str) -> u64) -> Op {
    let mut random = Random::new(seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
    let stream = (*random.pick(&STREAMS)).to_owned();
    let key = format!("key {}", random.below(8));
    let byte = u8::try_from(random.below(8)).unwrap_or(0);
    match random.below(66) {
        0..=13 => append(&mut random, stream, number, last_seq),
        14..=16 => {
            let expected = last_seq(&stream);
            let events = (1..=1 + random.below(3)).map(|more| event(&mut random, expected + more, number));
            Op::AppendExpecting { events: events.collect(), expected, stream }
        }
        17..=18 => Op::RecordEvent {
            kind: "done".into(),
            at: number.cast_signed(),
            data: number.to_string(),
            expected: None,
            stream,
        },
        19..=24 => Op::KvPut { value: value(&mut random, number), key },
        25 => Op::KvDelete { key },
        26 => Op::KvSwap { expected: None, replacement: Some(number.to_string()), key },
        27..=28 => Op::BlobPut { byte, length: length(&mut random) },
        29..=30 => Op::BlobWrite { byte, length: length(&mut random) },
        31 => Op::BlobDrop { byte, length: length(&mut random) },
        32 => Op::BlobDelete { cid: address(&vec![byte; length(&mut random)]) },
        33..=35 => Op::Commit(several(&mut random, number, last_seq)),
        36 => Op::Truncate { upto: last_seq(&stream).saturating_sub(random.below(30)), stream },
        37 => Op::Checkpoint,
        38 => Op::Relaxed,
        40..=45 => alone(&mut random, number),
        46..=50 => in_a_batch(&mut random, number),
        52..=59 => Op::Session(session(&mut random, number)),
        60..=63 => Op::Map(map(&mut random, number)),
        _ => random.pick(&[Op::Flush, Op::Always]).clone(),
    }
}

/// A write of one of the other interfaces, on its own or as a part of a batch.
fn in_a_batch(random: &mut Random, number: u64) -> Op {
    match random.below(5) {
        0 => Op::Ref(RefOp::Set { name: branch(random), hash: hash(number) }),
        1 => Op::Snapshot(persist(random, number)),
        2 => Op::Object(ObjectOp::Write(object(random, number))),
        3 => Op::Session(session_append(random, number)),
        _ => {
            let (key, value) = (b"key 1".to_vec(), value(random, number).into_bytes());
            Op::Map(MapOp::Put { table: table(random), key, value })
        }
    }
}

/// One that may change nothing, or has no place in a batch.
fn alone(random: &mut Random, number: u64) -> Op {
    match random.below(6) {
        0 => Op::Ref(RefOp::TestAndSet { name: branch(random), test: None, set: Some(hash(number)) }),
        1 => Op::Ref(RefOp::Delete { name: branch(random) }),
        2 => Op::Snapshot(SnapshotOp::PersistMarker { key: replicated(random) }),
        3 => Op::Snapshot(SnapshotOp::DeleteMarker { key: replicated(random) }),
        4 => Op::Object(ObjectOp::WriteBatch((0..3).map(|_| object(random, number)).collect())),
        _ => Op::Object(ObjectOp::Delete { hash: object(random, number).hash }),
    }
}

fn append(random: &mut Random, stream: String, number: u64, mut last_seq: impl FnMut(&str) -> u64) -> Op {
    let last = last_seq(&stream);
    // Now and then a seq that descends, which is allowed (S2).
    let seq = if random.one_in(30) { 1 + last / 2 } else { last + 1 + random.below(2) };
    Op::Append { event: event(random, seq, number), stream }
}

fn several(random: &mut Random, number: u64, mut last_seq: impl FnMut(&str) -> u64) -> Vec<Op> {
    let mut ops = Vec::new();
    for _ in 0..2 + random.below(4) {
        let stream = (*random.pick(&STREAMS)).to_owned();
        let key = format!("key {}", random.below(8));
        ops.push(match random.below(8) {
            0..=1 => append(random, stream, number, &mut last_seq),
            2..=3 => Op::KvPut { value: value(random, number), key },
            4 => Op::KvDelete { key },
            5..=6 => in_a_batch(random, number),
            _ => Op::BlobPut { byte: 9, length: 1 + random.index(400) },
        });
    }
    ops
}

fn event(random: &mut Random, seq: u64, number: u64) -> String {
    format!("{{:data {} :seq {seq}}}", value(random, number))
}

/// Mostly short; some of several pages of a disk, so that a kill can fall into the write.
fn value(random: &mut Random, number: u64) -> String {
    let length = if random.one_in(8) { random.index(20_000) } else { random.index(80) };
    format!("(list {number} \"{}\")", "x".repeat(length))
}

/// Some truncations and expectations are refused: what is there has fewer or other entries.
fn session(random: &mut Random, number: u64) -> SessionOp {
    let (session, segment) =
        (id(random.pick::<&str>(&["a", "b"])), id(random.pick::<&str>(&["1", "2", "3", "4"])));
    let entries =
        |random: &mut Random, most| (0..random.below(most)).map(|_| value(random, number)).collect();
    match random.below(18) {
        0..=6 => session_append(random, number),
        7..=8 => SessionOp::AppendExpecting {
            expected: random.below(3),
            entries: entries(random, 3),
            session,
            segment,
        },
        9..=11 => SessionOp::Truncate { entries: random.below(12), session, segment, expected: None },
        12 => SessionOp::Create { entries: entries(random, 12), session, segment },
        13 => SessionOp::Delete { session, segment },
        14..=15 => SessionOp::AppendTrace { entry: value(random, number), session, segment },
        16 => SessionOp::SetMeta { meta: Some(value(random, number)), session, segment },
        _ => {
            let (into_session, into_segment) = (id("b"), id(random.pick::<&str>(&["3", "4", "7"])));
            SessionOp::Fork { session, segment, entries: None, into_session, into_segment }
        }
    }
}

/// To a segment of a session of its own, so that a batch with it is not refused.
fn session_append(random: &mut Random, number: u64) -> SessionOp {
    let (session, segment) = (id("c"), id(random.pick::<&str>(&["5", "6"])));
    SessionOp::Append { entry: value(random, number), session, segment }
}

fn map(random: &mut Random, number: u64) -> MapOp {
    let (table, key) = (table(random), format!("key {}", random.below(4)).into_bytes());
    let value = value(random, number).into_bytes();
    match random.below(8) {
        0 => MapOp::Put { table, key, value },
        1 => MapOp::Swap { table, key, expected: Expected::Last, value },
        2 => MapOp::PutNew { table, key, value },
        3 => MapOp::Delete { table, key, expected: Expected::Any },
        4 => MapOp::PutMany { table, pairs: vec![(key, value), (b"key \xff".to_vec(), Vec::new())] },
        5 if random.one_in(3) => MapOp::DropTable { table },
        _ => MapOp::Increment { table, key: b"count".to_vec(), delta: 1 },
    }
}

fn table(random: &mut Random) -> String {
    (*random.pick(&["carts", "sessions/ü", LONG])).to_owned()
}

fn branch(random: &mut Random) -> String {
    format!("refs/heads/{}", random.pick(&["main", "main/next", "ü"]))
}

/// A hash that no other operation sets.
fn hash(number: u64) -> String {
    format!("{number:040x}")
}

fn replicated(random: &mut Random) -> String {
    format!("counter/{}", random.pick(&["a/b", "a.b", "ü"]))
}

/// State that no other operation persists, and no text.
fn persist(random: &mut Random, number: u64) -> SnapshotOp {
    let bytes = [vec![0xff; random.index(3_000)], number.to_le_bytes().to_vec()].concat();
    SnapshotOp::Persist { key: replicated(random), bytes }
}

/// One of a few hashes, and bytes that say which operation wrote them.
fn object(random: &mut Random, number: u64) -> Object {
    let byte = u8::try_from(number % 251).unwrap_or(0);
    Object { hash: format!("{:064x}", random.below(5)), byte, length: length(random) }
}

/// On both sides of where a blob leaves the journal.
fn length(random: &mut Random) -> usize {
    *random.pick(&[0, 1, 4_000, 65_536, 65_537, 120_000])
}
