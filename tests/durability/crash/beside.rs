//! Readers beside a writer, which does any number of its steps between two of theirs: what they read is one moment of what the writer
//! has done meanwhile, also where the files of runs go that they were about to read.

use crate::arguments::Arguments;
use crate::each::{Outcome, each};
use crate::harness::{Run, record};
use crate::manifest::{Manifest, path};
use crate::random;
use crate::recover::{CASES, start};
use crate::replay::at;
use crate::say::say;
use crate::weakness::Weakness;
use sim::disk::Disk;
use sim::random::Random;
use sim::simfs::Plan;
use std::sync::atomic::{AtomicU64, Ordering};
use support::drive::perform;
use trace::Op;
use trace::maps::{MapOp, Range};
use trace::objects::ObjectOp;
use trace::refs::RefOp;

/// Traces of every run, and of a long one.
const SEEDS: u64 = 300;
const SEEDS_LONG: u64 = 10_000;
/// Operations in a trace.
const LENGTH: usize = 12;
/// Readers of each trace.
const READERS: u64 = 20;
/// How often the writer does something while a reader reads, at most.
const TURNS: u64 = 4;
/// Steps that it does at once, at most.
const STEPS: usize = 40;
/// Calls that a reader makes of its disk meanwhile, at most.
const CALLS: u64 = 120;

/// Readers under which a file went that the manifest named which they had begun with.
static REMOVED: AtomicU64 = AtomicU64::new(0);

/// Runs the tier.
pub(crate) fn tier(arguments: &Arguments) -> Outcome {
    if let Some(seed) = arguments.number("reader") {
        return each(&[seed], |seed| readers(*seed));
    }
    let seeds = if arguments.is_long() { SEEDS_LONG } else { SEEDS };
    each(&(0..seeds).collect::<Vec<_>>(), |seed| readers(*seed))?;
    let removed = REMOVED.load(Ordering::Relaxed);
    say(&format!(
        "beside: {seeds} writers, and {READERS} readers of each; under {removed} of them runs were removed"
    ));
    if removed > 0 { Ok(()) } else { Err("no reader met a run that was removed".to_owned()) }
}

fn readers(seed: u64) -> Outcome {
    at(format!("reader={seed}"));
    // Plain files change in place, and those of runs go.
    let draw = if seed.is_multiple_of(3) { random::drawn } else { random::drawn_of_runs };
    let (begin, ops) = draw(seed, LENGTH);
    let run = record(&begin, &ops, &Weakness::default())?;
    let mut random = Random::new(seed);
    (0..READERS).try_for_each(|_| read_beside(&run, &mut random))
}

/// A reader opens the disk at a moment of the writer's, and reads while that goes on.
fn read_beside(run: &Run, random: &mut Random) -> Outcome {
    CASES.fetch_add(1, Ordering::Relaxed);
    let first = random.index(run.moments.len());
    // From which call of the reader on which moment is there.
    let mut shown = vec![(0, first)];
    for _ in 0..random.below(TURNS + 1) {
        let (call, moment) = shown[shown.len() - 1];
        let steps = random.index((run.moments.len() - moment).min(STEPS));
        shown.push((call + 1 + random.below(CALLS / TURNS), moment + steps));
    }
    let disk = |moment: usize| &run.moments[moment].0;
    if is_gone(disk(first), disk(shown[shown.len() - 1].1)) {
        REMOVED.fetch_add(1, Ordering::Relaxed);
    }
    let beside = shown[1..].iter().map(|(call, moment)| (*call, disk(*moment).clone())).collect();
    let plan = Plan { read_only: true, beside, ..Plan::default() };
    let mut reader = start(disk(first).clone(), plan, &Weakness::default());
    for question in questions() {
        let answered = |calls: u64| {
            let moment = shown.iter().rfind(|(call, _)| *call <= calls).map_or(first, |(_, moment)| *moment);
            run.moments[moment].1
        };
        let from = answered(reader.simfs().calls);
        let answer = perform(&mut reader, &question).ok_or("a crash that nobody planned")?;
        let until = answered(reader.simfs().calls);
        if !run.shown_between(from, until).any(|state| state.clone().apply(&question) == answer) {
            let turns = &shown;
            return Err(format!(
                "{question} was answered {answer} between {from} and {until} operations: {turns:?}"
            ));
        }
    }
    Ok(())
}

/// Is a file gone that a manifest names?
fn is_gone(disk: &Disk, later: &Disk) -> bool {
    let manifest = Manifest::of(disk);
    manifest.iter().flat_map(Manifest::files).any(|file| later.find(&path(file.number)).is_none())
}

/// Each is answered as of one moment. Some go through all runs, some look for a key.
fn questions() -> Vec<Op> {
    let list = |table: &str, backward| {
        let (table, range, after) = (table.to_owned(), Range::default(), None);
        Op::Map(MapOp::List { table, range, after, limit: 100, backward, values: !backward })
    };
    let get = |key: &[u8]| Op::Map(MapOp::Get { table: "t".to_owned(), key: key.to_vec() });
    vec![
        list("t", false),
        Op::Map(MapOp::Count { table: "t".to_owned() }),
        get(b"k"),
        Op::Object(ObjectOp::List { after: None, limit: 100 }),
        Op::Ref(RefOp::List { prefix: String::new(), after: None, limit: 100 }),
        get(b"\0\xff"),
        Op::Map(MapOp::Tables),
        Op::KvList { prefix: String::new(), limit: 100 },
        Op::Read { stream: "a".to_owned() },
        list("u", true),
        list("t", true),
        Op::Streams,
    ]
}
