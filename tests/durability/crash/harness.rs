//! One crash: what was acknowledged before it, what is allowed after it, and whether the store keeps to that.

use crate::each::Outcome;
use crate::recover::{Kept, LARGE_BLOB_BYTES, boot, recover, with_probe};
use crate::replay::{at, context, only, picks};
use crate::runs;
use crate::weakness::Weakness;
use model::State;
use sim::disk::Disk;
use sim::random::Random;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use support::drive::perform;
use support::machine::Machine;
use trace::Op;

/// Runs recorded so far, in all tiers.
static RUNS: AtomicU64 = AtomicU64::new(0);

/// A disk, and what it holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Start {
    pub(crate) disk: Disk,
    pub(crate) state: State,
    /// Text that no recovery may lose, wherever it stands: what another program left.
    pub(crate) foreign: Vec<String>,
    /// Addresses of blobs that another program left unsynced: damaged or gone they are until this store has answered for them.
    pub(crate) loose: Vec<String>,
}

/// A run of operations, cut into the moments at which it can crash.
pub(crate) struct Run {
    /// The disk before each mutating call, and after the last; with how many operations had been answered.
    pub(crate) moments: Vec<(Disk, usize)>,
    /// What the store holds after each operation: `states[n]` after `n` of them.
    states: Vec<State>,
    /// States in the middle of an operation that may stop there: of a `run`, after each of its parts.
    within: Vec<Vec<State>>,
    /// The first state that may be what is left, when `n` operations had been answered.
    floors: Vec<usize>,
    /// Large blobs that were put and never removed: durable when they are answered.
    kept: Vec<Vec<String>>,
    /// The highest lsn that is durable after each operation.
    lsns: Vec<u64>,
    foreign: Vec<String>,
    loose: Vec<String>,
    converts: bool,
    weakness: Weakness,
}

/// Performs operations once, and keeps every moment of it. Their answers must be the model's.
pub(crate) fn record(start: &Start, ops: &[Op], weakness: &Weakness) -> Outcome<Run> {
    let weakness = &weakness.for_case(RUNS.fetch_add(1, Ordering::Relaxed));
    let mut disk = start.disk.clone();
    disk.broken = weakness.broken;
    let mut machine = boot(disk, weakness, true);
    let mut state = start.state.clone();
    let mut run = Run {
        moments: Vec::new(),
        states: vec![state.clone()],
        within: Vec::new(),
        floors: vec![0],
        kept: vec![Vec::new()],
        lsns: vec![lsn(&mut machine)?],
        foreign: start.foreign.clone(),
        loose: start.loose.clone(),
        converts: converts(ops),
        weakness: weakness.clone(),
    };
    let (mut is_relaxed, mut has_written, mut last_lsn) = (false, false, run.lsns[0]);
    for (index, op) in ops.iter().enumerate() {
        machine.simfs().mark = index;
        run.within.push(parts(&state, op));
        let due = state.apply(op);
        if *op == Op::Restart {
            run.moments.append(&mut machine.simfs().snapshots);
            machine = boot(machine.kill(), weakness, true);
            (is_relaxed, has_written) = (false, false);
        } else {
            let given = perform(&mut machine, op).ok_or("a crash that nobody planned")?;
            if given != due {
                return Err(format!("operation {index}, {op}: {given} instead of {due}"));
            }
        }
        let changed = state != run.states[index];
        let is_durable = match op {
            Op::Relaxed => {
                is_relaxed = true;
                false
            }
            Op::Always => {
                is_relaxed = false;
                has_written
            }
            Op::Flush => has_written,
            Op::Checkpoint | Op::CheckpointStep => true,
            _ => changed && !is_relaxed,
        };
        has_written |= changed;
        let floor = run.floors[index];
        let is_same = !changed && floor == index;
        run.floors.push(if is_durable || is_same { index + 1 } else { floor });
        run.kept.push(kept_after(&run.kept[index], op));
        let lsn = lsn(&mut machine)?;
        // A write of what is there already is a commit, too, though it changes no state.
        let is_kept = is_durable || (!is_relaxed && lsn > last_lsn);
        run.lsns.push(if is_kept { lsn } else { run.lsns[index] });
        last_lsn = lsn;
        run.states.push(state.clone());
    }
    machine.simfs().mark = ops.len();
    run.moments.append(&mut machine.simfs().snapshots);
    run.moments.push((machine.kill(), ops.len()));
    runs::watch(run.moments.iter().map(|(disk, _)| disk))?;
    Ok(run)
}

/// May the root be between two layouts?
pub(crate) fn converts(ops: &[Op]) -> bool {
    ops.iter().any(|op| matches!(op, Op::Convert { .. }))
}

/// The lsn of the last commit.
fn lsn(machine: &mut Machine) -> Outcome<u64> {
    let stats = machine.call(|exports, store| exports.admin(store)?.call_stats(store));
    let stats = stats.ok_or("a crash that nobody planned")?.map_err(|error| format!("stats: {error:?}"))?;
    let counter = stats.iter().find(|counter| counter.name == "lsn");
    counter.map(|counter| counter.value).ok_or_else(|| "no lsn in stats".to_owned())
}

/// The states that an operation may stop at: those of a `run`, each of whose parts is a commit of its own.
pub(crate) fn parts(state: &State, op: &Op) -> Vec<State> {
    let Op::Run(ops) = op else { return Vec::new() };
    let mut state = state.clone();
    state
        .resolve(ops)
        .iter()
        .map(|op| {
            state.apply(op);
            state.clone()
        })
        .collect()
}

/// Large blobs that a trace has put, each by itself, and not removed: not even a relaxed store loses them.
fn kept_after(before: &[String], op: &Op) -> Vec<String> {
    let mut kept = before.to_vec();
    match op {
        Op::BlobPut { byte, length } | Op::BlobWrite { byte, length } if *length > LARGE_BLOB_BYTES => {
            kept.push(trace::address(&vec![*byte; *length]));
        }
        Op::BlobDelete { cid } => kept.retain(|kept| kept != cid),
        _ => {}
    }
    kept
}

impl Run {
    /// What may be there when `answered` operations had been answered and the next was in work.
    fn allowed(&self, answered: usize) -> Vec<&State> {
        let next = (answered + 1).min(self.states.len() - 1);
        let mut allowed: Vec<_> = self.states[self.floors[answered]..=next].iter().collect();
        // While relaxed, the parts of earlier runs are prefixes, too.
        for index in self.floors[answered]..=answered {
            allowed.extend(self.within.get(index).into_iter().flatten());
        }
        allowed
    }

    /// What a reader may find that looks when between so many and so many operations have been answered.
    pub(crate) fn shown_between(&self, from: usize, until: usize) -> impl Iterator<Item = &State> {
        let last = (until + 1).min(self.states.len() - 1);
        let within = self.within[from..last].iter().flatten();
        self.states[from..=last].iter().chain(within)
    }

    /// Crashes at each moment, in every way that `depth` asks for.
    pub(crate) fn crash(&self, depth: Depth, context: &str) -> Outcome {
        let mut seen = Seen::new();
        for (moment, (_, answered)) in self.moments.iter().enumerate() {
            if *answered < depth.from || !picks(only().moment, moment as u64) {
                continue;
            }
            for draw in self.draws(moment, depth) {
                self.crash_once(moment, draw, depth, &mut seen, context)?;
            }
        }
        Ok(())
    }

    /// The draws of one moment: with few unsynced steps there are few outcomes, and more draws find them all. Draw 0 is a kill.
    fn draws(&self, moment: usize, depth: Depth) -> Vec<u64> {
        let losses = match self.moments[moment].0.unsynced() {
            0 => 0,
            1..=3 => depth.draws * 3 - 1,
            _ => depth.draws,
        };
        let drawn = || std::iter::once(0).chain(depth.first_draw..depth.first_draw + losses);
        only().draw.map_or_else(|| drawn().collect(), |draw| vec![draw])
    }

    /// One crash: the process ends at a moment, and for any draw but 0 power goes, too.
    pub(crate) fn crash_once(
        &self,
        moment: usize,
        draw: u64,
        depth: Depth,
        seen: &mut Seen,
        context: &str,
    ) -> Outcome {
        at(format!("{context} moment={moment} draw={draw}"));
        let (disk, answered) = &self.moments[moment];
        let mut disk = disk.clone();
        if draw > 0 {
            disk.lose_power(&mut Random::new(draw.wrapping_mul(1_000_003) + moment as u64));
            // The same disk after another draw is the same case.
            if !seen.insert((disk.fingerprint(), *answered, None)) {
                return Ok(());
            }
        }
        let allowed = self.allowed(*answered);
        // What the operation in work may have removed may be gone.
        let next = &self.kept[(answered + 1).min(self.kept.len() - 1)];
        let blobs = self.kept[*answered].iter().filter(|cid| next.contains(cid)).cloned().collect();
        let lsn = self.lsns[*answered];
        let kept = Kept {
            blobs,
            foreign: self.foreign.clone(),
            loose: self.loose.clone(),
            converts: self.converts,
            lsn,
        };
        let is_drawn = only().again.is_some() || (moment as u64 + draw).is_multiple_of(depth.again_one_in);
        let (left, moments) = recover(disk, &allowed, &kept, &self.weakness, is_drawn && depth.again > 0)?;
        runs::watch(moments.iter().map(|(disk, _)| disk))?;
        let crashed = Crashed { answered: *answered, allowed: &allowed, left, kept: &kept };
        self.crash_again(&moments, &crashed, depth, seen)
    }

    /// Crashes the recovery at each of its moments.
    fn crash_again(
        &self,
        moments: &[(Disk, usize)],
        crashed: &Crashed<'_>,
        depth: Depth,
        seen: &mut Seen,
    ) -> Outcome {
        let context = context();
        let probed = with_probe(crashed.left);
        let left = crashed.allowed.iter().position(|state| std::ptr::eq(*state, crashed.left)).unwrap_or(0);
        for (moment, (disk, is_answered)) in moments.iter().enumerate() {
            if !picks(only().again, moment as u64) {
                continue;
            }
            let redraws =
                only().redraw.map_or(depth.first_draw..depth.first_draw + depth.again, |one| one..one + 1);
            for draw in redraws {
                at(format!("{context} again={moment} redraw={draw}"));
                let mut disk = disk.clone();
                disk.lose_power(&mut Random::new(draw.wrapping_mul(7_368_787) + moment as u64));
                if !seen.insert((disk.fingerprint(), crashed.answered, Some((left, *is_answered)))) {
                    continue;
                }
                let allowed = match is_answered {
                    0 => [crashed.allowed, &[&probed]].concat(),
                    _ => vec![&probed],
                };
                recover(disk, &allowed, crashed.kept, &self.weakness, false)?;
            }
        }
        Ok(())
    }
}

/// What a crash left, and what it might have left.
struct Crashed<'a> {
    answered: usize,
    allowed: &'a [&'a State],
    left: &'a State,
    kept: &'a Kept,
}

/// Disks that a run has been opened on: what they held, how many operations had been answered, and in a recovery which state
/// had been found, and whether its first write had been answered.
type Seen = HashSet<(u64, usize, Option<(usize, usize)>)>;

/// How hard a run is crashed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depth {
    /// Losses of power at each moment, from this number on: the number is the seed of what a loss leaves.
    pub(crate) draws: u64,
    pub(crate) first_draw: u64,
    /// Losses of power at each moment of a recovery, and of how many recoveries one is crashed so.
    pub(crate) again: u64,
    pub(crate) again_one_in: u64,
    /// Only moments when so many operations had been answered.
    pub(crate) from: usize,
}
