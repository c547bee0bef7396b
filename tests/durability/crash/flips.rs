//! Bits that flip while nobody looks: a read gives the right answer or `corrupt`, never another. Odd bits are read by the portable
//! component, which sums lines by itself.

use crate::arguments::Arguments;
use crate::each::{Outcome, each};
use crate::harness::parts;
use crate::recover::{CASES, LARGE_BLOB_BYTES};
use crate::replay::at;
use crate::runs;
use crate::say::say;
use crate::scripted::{Scenario, scenarios};
use model::State;
use sim::disk::Disk;
use sim::random::Random;
use sim::simfs::Plan;
use std::sync::atomic::Ordering;
use support::drive::perform;
use support::machine::Machine;
use trace::Op;
use trace::maps::{MapOp, Range};
use trace::objects::ObjectOp;
use trace::refs::RefOp;
use trace::sessions::SessionOp;
use trace::snapshots::SnapshotOp;

/// Bits of one file that are flipped, one at a time; all of a file that has fewer.
fn bits_a_file(arguments: &Arguments) -> usize {
    if arguments.is_long() || arguments.setting("flip").is_some() { 64 } else { 16 }
}

/// Runs the tier.
pub(crate) fn tier(arguments: &Arguments) -> Outcome {
    let mut scenarios = scenarios();
    if let Some(name) = arguments.setting("scenario") {
        scenarios.retain(|scenario| scenario.name == name);
    }
    let bits = bits_a_file(arguments);
    say(&format!("flips: up to {bits} bits of every file of {} stores", 2 * scenarios.len()));
    each(&scenarios, |scenario| {
        // With the operations in the journal, and with all in the base.
        for settled in [false, true] {
            flip_all(scenario, settled, arguments)?;
        }
        Ok(())
    })
}

/// The states that a store has been in since its last checkpoint, and what it left on disk.
fn prepare(scenario: &Scenario, settled: bool) -> (Disk, Vec<State>) {
    let mut machine = Machine::boot(scenario.start.disk.clone(), Plan::default());
    let mut states = vec![scenario.start.state.clone()];
    let checkpoint = [Op::Checkpoint];
    for op in scenario.ops.iter().chain(checkpoint.iter().filter(|_| settled)) {
        let mut state = states.last().cloned().unwrap_or_default();
        states.extend(parts(&state, op));
        state.apply(op);
        if *op == Op::Restart {
            machine = Machine::boot(machine.kill(), Plan::default());
        } else {
            perform(&mut machine, op).expect("no crash is planned");
        }
        states.push(state);
    }
    let mut disk = machine.kill();
    disk.settle();
    (disk, states)
}

fn flip_all(scenario: &Scenario, settled: bool, arguments: &Arguments) -> Outcome {
    let (disk, states) = prepare(scenario, settled);
    runs::meet(&scenario.start.disk, &disk);
    let mut random = Random::new(7);
    for (path, bytes) in disk.files() {
        let bits = bytes.len() * 8;
        let most = bits_a_file(arguments);
        let picks: Vec<_> =
            if bits <= most { (0..bits).collect() } else { (0..most).map(|_| random.index(bits)).collect() };
        // The original's files have no checksums.
        if !is_covered(&path, &bytes) {
            continue;
        }
        for bit in picks {
            let (flip, settled) = (format!("{path}:{bit}"), settled.to_string());
            // One alone, when a failure is replayed.
            if [("flip", &flip), ("settled", &settled)]
                .iter()
                .any(|(name, here)| arguments.setting(name).is_some_and(|wanted| wanted != here.as_str()))
            {
                continue;
            }
            at(format!("flip={flip} 'scenario={}' settled={settled}", scenario.name));
            CASES.fetch_add(1, Ordering::Relaxed);
            let mut flipped = disk.clone();
            let inode = flipped.find(&path).expect("the file is there");
            flipped.write(inode, bit / 8, &[bytes[bit / 8] ^ (1 << (bit % 8))]);
            flipped.settle();
            let boot = if bit % 2 == 1 { Machine::boot_portable } else { Machine::boot };
            check(boot(flipped, Plan::default()), &path, &states)?;
        }
    }
    Ok(())
}

/// Do checksums cover all of a file? `.seq` has none (docs/format.md), and what `tmp/`, `quarantine/` and the
/// reserve hold is never read.
fn is_covered(path: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    match path.split('/').next().unwrap_or_default() {
        _ if path == "journal/reserve" => false,
        "journal" | "blobs" | "format" | "runs" => true,
        "streams" | "kv" | "long" => {
            !path.ends_with(".seq") && text.lines().all(|line| line.contains(" :crc32c "))
        }
        _ => false,
    }
}

/// Every read answers as one and the same state would, or `corrupt`.
fn check(mut machine: Machine, path: &str, states: &[State]) -> Outcome {
    let last = states.last().cloned().unwrap_or_default();
    let reads = reads(states);
    let answers: Vec<_> = reads
        .iter()
        .map(|read| perform(&mut machine, read).ok_or("a crash that nobody planned"))
        .collect::<Result<_, _>>()?;
    let fits = |state: &State| {
        let mut state = state.clone();
        reads
            .iter()
            .zip(&answers)
            .all(|(read, answer)| answer == "error corrupt" || *answer == state.apply(read))
    };
    // Rot in the last frames of a journal looks like a torn tail; large blobs are not in it.
    let earlier = |state: &State| {
        let mut state = state.clone();
        let large = last.blobs.iter().filter(|(_, bytes)| bytes.len() > LARGE_BLOB_BYTES);
        state.blobs.extend(large.map(|(cid, bytes)| (cid.clone(), bytes.clone())));
        fits(&state)
    };
    let is_right = if path.starts_with("journal/") {
        states.iter().any(|state| fits(state) || earlier(state))
    } else {
        fits(&last)
    };
    if !is_right {
        let mut state = last.clone();
        let wrong = reads
            .iter()
            .zip(&answers)
            .find(|(read, answer)| *answer != "error corrupt" && **answer != state.apply(read));
        return Err(format!("a bit of {path} flipped, and {wrong:?}"));
    }
    // Writing on must not trap, whatever it answers.
    for op in [
        "append a `{:seq 9}`",
        "truncate a 1",
        "kv-put k 9",
        "ref-set main 9",
        "snapshot-persist-marker n",
        "object-write 9 9 9",
        "session-append a 1 9",
        "map-put t k 9",
        "checkpoint",
    ] {
        let op = Op::parse(op).expect("an operation");
        perform(&mut machine, &op).ok_or("a crash that nobody planned")?;
    }
    Ok(())
}

/// Reads of everything that any of the states holds.
fn reads(states: &[State]) -> Vec<Op> {
    let mut reads = vec![
        Op::Streams,
        Op::KvKeys,
        Op::BlobList,
        Op::KvList { prefix: String::new(), limit: 2 },
        Op::Ref(RefOp::List { prefix: String::new(), after: None, limit: 2 }),
        Op::Snapshot(SnapshotOp::Keys { prefix: String::new(), after: None, limit: 2 }),
        Op::Object(ObjectOp::List { after: None, limit: 2 }),
        Op::Session(SessionOp::List { limit: 2 }),
        Op::Map(MapOp::Tables),
    ];
    let mut add = |op| {
        if !reads.contains(&op) {
            reads.push(op);
        }
    };
    for state in states {
        for stream in state.streams.keys().cloned() {
            add(Op::LastSeq { stream: stream.clone() });
            add(Op::Count { stream: stream.clone() });
            add(Op::Pages { stream: stream.clone(), at: "start".to_owned(), limit: 2, backward: false });
            add(Op::Pages { stream: stream.clone(), at: "end".to_owned(), limit: 1, backward: true });
            add(Op::Read { stream });
        }
        for key in state.kv.keys().cloned() {
            add(Op::KvHas { key: key.clone() });
            add(Op::KvGet { key });
        }
        for name in state.refs.keys().cloned() {
            add(Op::Ref(RefOp::Get { name }));
        }
        for key in state.snapshots.keys().cloned() {
            add(Op::Snapshot(SnapshotOp::Contains { key: key.clone() }));
            add(Op::Snapshot(SnapshotOp::Load { key }));
        }
        for hash in state.objects.keys().cloned() {
            add(Op::Object(ObjectOp::Exists { hash: hash.clone() }));
            add(Op::Object(ObjectOp::Read { hash }));
        }
        for (session, segment) in state.segments() {
            let (session, segment) = (session.to_owned(), segment.to_owned());
            add(Op::Session(SessionOp::Segments { session: session.clone(), limit: 2 }));
            add(Op::Session(SessionOp::Of { segment: segment.clone() }));
            let (index, limit) = (1, 2);
            let (s, g) = (session.clone(), segment.clone());
            for backward in [false, true] {
                let (session, segment) = (s.clone(), g.clone());
                add(Op::Session(SessionOp::ReadPages { session, segment, index, limit, backward }));
            }
            add(Op::Session(SessionOp::ReadLast { session: s.clone(), segment: g.clone(), limit }));
            add(Op::Session(SessionOp::Describe { session: s, segment: g }));
            let (s, g) = (session.clone(), segment.clone());
            add(Op::Session(SessionOp::ReadTrace { session: s, segment: g, index: 0, limit }));
            let (s, g) = (session.clone(), segment.clone());
            add(Op::Session(SessionOp::Count { session: s, segment: g }));
            add(Op::Session(SessionOp::Read { session, segment }));
        }
        for (table, keys) in &state.maps.tables {
            for values in [false, true] {
                let (table, range) = (table.clone(), Range::default());
                let (after, limit, backward) = (None, 2, true);
                add(Op::Map(MapOp::List { table, range, after, limit, backward, values }));
            }
            for key in keys.keys().cloned() {
                add(Op::Map(MapOp::Has { table: table.clone(), key: key.clone() }));
                add(Op::Map(MapOp::Get { table: table.clone(), key }));
            }
        }
        for cid in state.blobs.keys().cloned() {
            add(Op::BlobSize { cid: cid.clone() });
            add(Op::BlobGet { cid });
        }
    }
    reads
}
