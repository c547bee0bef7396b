//! Random traces from a seed, and the shrinking of one that fails.

use crate::interfaces::{self, checks, maps, objects};
use crate::moment;
use crate::taste::{name, quoted, value};
use sim::random::Random;
use trace::maps::MapOp;
use trace::{Op, address};

pub use crate::taste::Taste;

/// A trace of a seed.
#[must_use]
pub fn trace(seed: u64, length: usize, taste: Taste) -> Vec<Op> {
    let mut random = Random::new(seed);
    (0..length).map(|_| op(&mut random, taste)).collect()
}

fn op(random: &mut Random, taste: Taste) -> Op {
    let reads = if taste == Taste::Hostile { 3 } else { 9 };
    if random.one_in(reads) {
        return match random.one_in(8) {
            true => Op::Reads(moment::reads(random, taste)),
            false => read(random, taste),
        };
    }
    match random.below(42) {
        0..=1 if taste == Taste::Dense => Op::Relaxed,
        0..=2 => Op::Always,
        3 => Op::Flush,
        4..=6 => Op::Checkpoint,
        7..=9 => Op::Restart,
        10..=11 => Op::Commit(batch(random, taste)),
        12..=13 => Op::Run(batch(random, taste)),
        14 => blob_stream(random),
        15..=16 => Op::BlobDelete { cid: cid(random) },
        17 if taste == Taste::Hostile => Op::HandleOp {
            op: random
                .pick(&["persist/append", "persist/kv-put", "persist/read", "persist/nothing", "cache/get"])
                .to_string(),
            args: format!("({} {})", quoted(&name(random, taste)), value(random, taste, 0)),
        },
        18 => Op::Object(objects::several(random, taste)),
        40 => Op::CheckpointStep,
        41 => Op::CompactStep,
        19..=20 => Op::Map(maps::several(random, taste)),
        _ => batchable(random, taste),
    }
}

fn batch(random: &mut Random, taste: Taste) -> Vec<Op> {
    let op = |random: &mut Random| match random.below(20) {
        0..=3 => checks::check(random, taste),
        4 => Op::BlobDelete { cid: cid(random) },
        5 => blob_write(random),
        6 => Op::Map(MapOp::DropTable { table: maps::table(random, taste) }),
        _ => batchable(random, taste),
    };
    (0..random.below(4)).map(|_| op(random)).collect()
}

fn batchable(random: &mut Random, taste: Taste) -> Op {
    let stream = name(random, taste);
    match random.below(30) {
        0..=5 => Op::Append { stream, event: event(random, taste) },
        6..=7 => Op::AppendExpecting {
            stream,
            expected: random.below(4),
            events: (0..random.below(3)).map(|_| event(random, taste)).collect(),
        },
        8..=9 => Op::RecordEvent {
            stream,
            kind: (*random.pick(&["x", "placed", "\"", ""])).to_owned(),
            at: random.number().cast_signed() >> 40,
            data: value(random, taste, 0),
            expected: random.one_in(3).then(|| random.below(4)),
        },
        10..=12 => Op::Truncate { stream, upto: random.below(12) },
        13..=15 => Op::KvPut { key: stream, value: value(random, taste, 0) },
        16 => Op::KvDelete { key: stream },
        17 => Op::KvSwap {
            key: stream,
            expected: random.one_in(2).then(|| value(random, taste, 0)),
            replacement: random.one_in(2).then(|| value(random, taste, 0)),
        },
        18..=27 => interfaces::write(random, taste),
        _ => blob(random),
    }
}

/// Sizes on both sides of where a blob leaves the journal.
fn blob(random: &mut Random) -> Op {
    let byte = u8::try_from(random.below(3)).unwrap_or(0);
    Op::BlobPut { byte, length: *random.pick(&[0, 1, 700, 65_536, 65_537]) }
}

fn blob_stream(random: &mut Random) -> Op {
    match blob_write(random) {
        Op::BlobWrite { byte, length } if random.one_in(3) => Op::BlobDrop { byte, length },
        write => write,
    }
}

fn blob_write(random: &mut Random) -> Op {
    let byte = u8::try_from(random.below(3)).unwrap_or(0);
    Op::BlobWrite { byte, length: *random.pick(&[0, 700, 65_537]) }
}

fn cid(random: &mut Random) -> String {
    let byte = u8::try_from(random.below(3)).unwrap_or(0);
    address(&vec![byte; *random.pick(&[0, 1, 700, 65_536, 65_537])])
}

fn read(random: &mut Random, taste: Taste) -> Op {
    let stream = name(random, taste);
    match random.below(19) {
        0 => Op::Read { stream },
        1..=3 => {
            let backward = random.one_in(2);
            let at = match random.below(3) {
                0 => "start".to_owned(),
                1 => "end".to_owned(),
                // From a seq there is one way only.
                _ if backward => "end".to_owned(),
                _ => random.below(8).to_string(),
            };
            Op::Pages { stream, at, limit: *random.pick(&[1, 2, 3, 100]), backward }
        }
        4 => Op::LastSeq { stream },
        5 => Op::Count { stream },
        6 => Op::Streams,
        7 => Op::KvGet { key: stream },
        8 => Op::KvHas { key: stream },
        9 => Op::KvKeys,
        10 => Op::KvList {
            prefix: (*random.pick(&["", "a", "path", "é"])).to_owned(),
            limit: *random.pick(&[1, 2, 100]),
        },
        11..=16 => interfaces::read(random, taste),
        _ => match random.below(4) {
            0 => Op::BlobGet { cid: cid(random) },
            1 => Op::BlobHas { cid: cid(random) },
            2 => Op::BlobSize { cid: cid(random) },
            _ => Op::BlobList,
        },
    }
}

fn event(random: &mut Random, taste: Taste) -> String {
    if taste == Taste::Hostile && random.one_in(6) {
        return value(random, taste, 0);
    }
    let seq = match random.below(12) {
        0 if taste == Taste::Hostile => {
            (*random.pick(&["0", "-1", "1.0", "9007199254740992", "\"1\"", "nil"])).to_owned()
        }
        1 => "9007199254740991".to_owned(),
        _ => (1 + random.below(12)).to_string(),
    };
    format!("{{:seq {seq} :data {}}}", value(random, taste, 0))
}

/// The shortest part of a trace that still fails: operations first, then the texts in them.
pub fn shrink(mut ops: Vec<Op>, fails: impl Fn(&[Op]) -> bool) -> Vec<Op> {
    let mut width = ops.len() / 2;
    while width > 0 {
        let mut at = 0;
        while at < ops.len() {
            let mut fewer = ops.clone();
            fewer.drain(at..(at + width).min(fewer.len()));
            if fails(&fewer) { ops = fewer } else { at += width }
        }
        width /= 2;
    }
    for at in 0..ops.len() {
        for simpler in simpler(&ops[at]) {
            let mut other = ops.clone();
            other[at] = simpler;
            if fails(&other) {
                ops = other;
                break;
            }
        }
    }
    ops
}

/// Simpler operations of the same kind, the simplest first.
fn simpler(op: &Op) -> Vec<Op> {
    match op.clone() {
        Op::Append { stream, .. } => (1..=12)
            .map(|seq| Op::Append { stream: stream.clone(), event: format!("{{:seq {seq}}}") })
            .collect(),
        Op::KvPut { key, .. } => vec![Op::KvPut { key, value: "nil".to_owned() }],
        Op::RecordEvent { stream, at, expected, .. } => {
            vec![Op::RecordEvent { stream, kind: "x".to_owned(), at, data: "nil".to_owned(), expected }]
        }
        Op::Commit(ops) | Op::Run(ops) if ops.len() == 1 && !ops[0].is_check() => ops,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_trace() {
        for taste in [Taste::Dense, Taste::Hostile] {
            assert_eq!(trace(7, 50, taste), trace(7, 50, taste));
            assert_ne!(trace(7, 50, taste), trace(8, 50, taste));
        }
    }

    #[test]
    fn shrinking_leaves_what_fails() {
        let ops = trace(3, 60, Taste::Dense);
        let fails = |ops: &[Op]| ops.iter().filter(|op| matches!(op, Op::Checkpoint)).count() >= 2;
        assert!(fails(&ops));
        assert_eq!(shrink(ops, fails), [Op::Checkpoint, Op::Checkpoint]);
    }
}
