//! One crash: what was acknowledged before it, what is allowed after it, and whether the store keeps to that.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use support::bindings::exports::sx::persist::types::Finding;
use support::disk::{Broken, Disk};
use support::drive::{observe, perform};
use support::machine::Machine;
use support::model::{State, Stream};
use support::random::Random;
use support::simfs::{LeftOut, Plan};
use support::trace::Op;

use crate::say;

/// Crash cases made so far, in all tiers.
pub(crate) static CASES: AtomicU64 = AtomicU64::new(0);

/// Bytes of a blob that goes past the journal.
pub(crate) const LARGE_BLOB_BYTES: usize = 64 << 10;

thread_local! {
    /// What a thread is at: the words that replay it.
    static CONTEXT: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Says what this thread is at, for whoever reads of a failure.
pub(crate) fn at(context: impl Into<String>) {
    CONTEXT.set(context.into());
}

/// What this thread was at.
pub(crate) fn context() -> String {
    CONTEXT.with_borrow(Clone::clone)
}

/// The one case that a replay is about; what is not set is not limited.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Only {
    pub(crate) moment: Option<u64>,
    pub(crate) draw: Option<u64>,
    pub(crate) again: Option<u64>,
    pub(crate) redraw: Option<u64>,
}

/// Set when a case is replayed.
pub(crate) static ONLY: OnceLock<Only> = OnceLock::new();

fn only() -> Only {
    ONLY.get().copied().unwrap_or_default()
}

fn picks(wanted: Option<u64>, found: u64) -> bool {
    wanted.is_none_or(|wanted| wanted == found)
}

/// A violation of a promise.
pub(crate) type Outcome<T = ()> = Result<T, String>;

/// How the disk is to misbehave, on purpose: to show that the suite notices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weakness {
    pub(crate) left_out: Option<LeftOut>,
    pub(crate) broken: Broken,
}

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

/// What is there after a crash, whichever of the allowed states it left.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    /// Addresses of large blobs.
    pub(crate) blobs: Vec<String>,
    /// Texts in any file.
    pub(crate) foreign: Vec<String>,
    /// Addresses of blobs that may be damaged unless `blobs` has them.
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
    foreign: Vec<String>,
    loose: Vec<String>,
    weakness: Weakness,
}

fn boot(disk: Disk, weakness: &Weakness, snapshots: bool) -> Machine {
    let traced = ONLY.get().is_some();
    Machine::boot(disk, Plan { snapshots, traced, left_out: weakness.left_out.clone(), ..Plan::default() })
}

/// Performs operations once, and keeps every moment of it. Their answers must be the model's.
pub(crate) fn record(start: &Start, ops: &[Op], weakness: &Weakness) -> Outcome<Run> {
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
        foreign: start.foreign.clone(),
        loose: start.loose.clone(),
        weakness: weakness.clone(),
    };
    let (mut is_relaxed, mut has_written) = (false, false);
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
            Op::Checkpoint => true,
            _ => changed && !is_relaxed,
        };
        has_written |= changed;
        let floor = run.floors[index];
        let is_same = !changed && floor == index;
        run.floors.push(if is_durable || is_same { index + 1 } else { floor });
        run.kept.push(kept_after(&run.kept[index], op));
        run.states.push(state.clone());
    }
    machine.simfs().mark = ops.len();
    run.moments.append(&mut machine.simfs().snapshots);
    run.moments.push((machine.kill(), ops.len()));
    Ok(run)
}

/// The states that an operation may stop at: those of a `run`, each of whose parts is a commit of its own.
pub(crate) fn parts(state: &State, op: &Op) -> Vec<State> {
    let Op::Run(ops) = op else { return Vec::new() };
    let mut state = state.clone();
    ops.iter()
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
            kept.push(support::trace::address(&vec![*byte; *length]));
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

    /// Crashes at each moment, in every way that `depth` asks for.
    pub(crate) fn crash(&self, depth: Depth, context: &str) -> Outcome {
        let mut seen = Seen::new();
        for (moment, (_, answered)) in self.moments.iter().enumerate() {
            if *answered < depth.from || !picks(only().moment, moment as u64) {
                continue;
            }
            for draw in self.draws(moment, depth).filter(|draw| picks(only().draw, *draw)) {
                self.crash_once(moment, draw, depth, &mut seen, context)?;
            }
        }
        Ok(())
    }

    /// The draws of one moment: with few unsynced steps there are few outcomes, and more draws find them all. Draw 0 is a kill.
    fn draws(&self, moment: usize, depth: Depth) -> std::ops::Range<u64> {
        match self.moments[moment].0.unsynced() {
            0 => 0..1,
            1..=3 => 0..depth.draws * 3,
            _ => 0..depth.draws + 1,
        }
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
        let kept = Kept { blobs, foreign: self.foreign.clone(), loose: self.loose.clone() };
        let (left, moments) = recover(disk, &allowed, &kept, &self.weakness, depth.again > 0)?;
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
            for draw in (1..=depth.again).filter(|draw| picks(only().redraw, *draw)) {
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

/// Opens what a crash left: it must be one of the allowed states; the store must take a write; and both must be there
/// when it is opened once more, undamaged. Answers the state, and the moments of the recovery.
pub(crate) fn recover<'a>(
    disk: Disk,
    allowed: &[&'a State],
    kept: &Kept,
    weakness: &Weakness,
    snapshots: bool,
) -> Outcome<(&'a State, Vec<(Disk, usize)>)> {
    CASES.fetch_add(1, Ordering::Relaxed);
    check_twins_view(&disk, allowed)?;
    if ONLY.get().is_some() {
        print_disk(&disk);
    }
    let mut machine = boot(disk, weakness, snapshots);
    let held = look(&mut machine)?;
    let Some(left) = allowed.iter().find(|state| is_left(&held, state, kept)) else {
        return Err(format!(
            "found {}\nallowed {}",
            show(&held),
            allowed.iter().map(|s| show(s)).collect::<Vec<_>>().join("\n    or ")
        ));
    };
    let before = machine.simfs().steps;
    if before > 0 {
        return Err(format!("reading took {before} mutating calls"));
    }
    let probe = Op::Append { stream: PROBE.to_owned(), event: PROBE_EVENT.to_owned() };
    let answer = perform(&mut machine, &probe).ok_or("a crash that nobody planned")?;
    let seq = held.streams.get(PROBE).map_or(7, |probe| probe.last_seq.max(7));
    if answer != seq.to_string() {
        return Err(format!("the first write after the crash was answered {answer}"));
    }
    machine.simfs().mark = 1;
    let due = with_probe(&held);
    let moments = std::mem::take(&mut machine.simfs().snapshots);
    expect(&look(&mut machine)?, &due, "after a write")?;
    let mut machine = boot(machine.kill(), weakness, false);
    expect(&look(&mut machine)?, &due, "when opened again")?;
    let report = machine.call(|exports, store| exports.sx_persist_admin().call_verify(store));
    let report =
        report.ok_or("a crash that nobody planned")?.map_err(|error| format!("verify: {error:?}"))?;
    let files = machine.kill().files();
    let is_there =
        |text: &&String| files.values().any(|bytes| String::from_utf8_lossy(bytes).contains(*text));
    if let Some(lost) = kept.foreign.iter().find(|text| !is_there(text)) {
        return Err(format!("{lost:?}, which another program wrote, is gone"));
    }
    // What the twin tore stays where it is until something is appended there.
    let ours = |finding: &&Finding| {
        let file = &finding.damage.file;
        let is_loose = kept.loose.iter().any(|cid| file.ends_with(cid) && !kept.blobs.contains(cid));
        !is_loose && !files.get(file).is_some_and(|bytes| is_torn_by_twin(bytes))
    };
    match report.findings.iter().find(ours) {
        None => Ok((left, moments)),
        Some(finding) => Err(format!("verify found {finding:?}")),
    }
}

fn is_torn_by_twin(log: &[u8]) -> bool {
    let tail = log.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    !tail.is_empty() && !String::from_utf8_lossy(tail).contains(" :crc32c ")
}

const PROBE: &str = "probe of the crash suite";
const PROBE_EVENT: &str = "{:seq 7}";

fn with_probe(state: &State) -> State {
    let mut state = state.clone();
    let probe = state.streams.entry(PROBE.to_owned()).or_insert_with(Stream::default);
    probe.events.push(PROBE_EVENT.to_owned());
    probe.last_seq = probe.last_seq.max(7);
    state
}

pub(crate) fn look(machine: &mut Machine) -> Outcome<State> {
    match observe(machine) {
        Some(Ok(state)) => Ok(state),
        Some(Err(error)) => Err(format!("reading answered {error:?}")),
        None => Err("a crash that nobody planned".to_owned()),
    }
}

fn expect(found: &State, due: &State, when: &str) -> Outcome {
    if found == due { Ok(()) } else { Err(format!("{when} found {}\ninstead of {}", show(found), show(due))) }
}

/// Is this what is left of a state? A large blob may be there early, and one that was answered and kept is there.
fn is_left(held: &State, state: &State, kept: &Kept) -> bool {
    let is_large = |bytes: &Vec<u8>| bytes.len() > LARGE_BLOB_BYTES;
    let small = |state: &State| -> Vec<String> {
        state.blobs.iter().filter(|(_, bytes)| !is_large(bytes)).map(|(cid, _)| cid.clone()).collect()
    };
    let has_large = |cid: &String| held.blobs.contains_key(cid);
    held.streams == state.streams
        && held.kv == state.kv
        && small(held) == small(state)
        && state.blobs.iter().all(|(cid, bytes)| !is_large(bytes) || has_large(cid))
        && kept.blobs.iter().all(has_large)
}

/// What the twin would find in a directory whose journal is empty: the same events, counters, keys and blobs.
fn check_twins_view(disk: &Disk, allowed: &[&State]) -> Outcome {
    let files = disk.files();
    // The journal that counts has a header and no more; a longer or a second one means that a checkpoint is due.
    let journals: Vec<_> = files.range("journal/".to_owned().."journal0".to_owned()).collect();
    let [(_, journal)] = journals.as_slice() else { return Ok(()) };
    if journal.len() != 32 || journal.iter().all(|byte| *byte == 0) || !journal.starts_with(b"sxpjrnl") {
        return Ok(());
    }
    let fits = |state: &&State| {
        let streams = state.streams.iter().filter(|(name, _)| name.len() <= 123);
        streams.clone().all(|(name, stream)| {
            let hex: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
            let text = |suffix: &str| {
                let bytes = files.get(&format!("streams/{hex}{suffix}"))?;
                let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                let end = if suffix == ".log" && is_torn_by_twin(bytes) { whole } else { bytes.len() };
                Some(String::from_utf8_lossy(&bytes[..end]))
            };
            let lines = text(".log").unwrap_or_default();
            let events: Vec<_> = lines
                .lines()
                .map(|line| line.split(" :nth ").next().unwrap_or_default().to_owned())
                .collect();
            events == stream.events && text(".seq").is_some_and(|seq| seq == stream.last_seq.to_string())
        })
    };
    if allowed.iter().any(fits) {
        Ok(())
    } else {
        Err("the twin would find other streams than were allowed".to_owned())
    }
}

/// How hard a run is crashed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depth {
    /// Losses of power at each moment.
    pub(crate) draws: u64,
    /// Losses of power at each moment of each recovery.
    pub(crate) again: u64,
    /// Only moments when so many operations had been answered.
    pub(crate) from: usize,
}

/// A state in few words.
pub(crate) fn show(state: &State) -> String {
    let blobs: Vec<_> = state.blobs.iter().map(|(cid, bytes)| (&cid[cid.len() - 6..], bytes.len())).collect();
    let text = format!("streams {:?} kv {:?} blobs {blobs:?}", state.streams, state.kv);
    if text.len() < 1_500 { text } else { format!("{}...", text.chars().take(1_500).collect::<String>()) }
}

/// For whoever replays a case: the files that it begins on.
fn print_disk(disk: &Disk) {
    for (path, bytes) in disk.files() {
        let text: String = String::from_utf8_lossy(&bytes).chars().take(600).collect();
        say(&format!("{path}, {} bytes: {text:?}", bytes.len()));
    }
}
