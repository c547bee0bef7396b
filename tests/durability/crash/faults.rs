//! Tier 4: faults on every n-th call, once and for ever, until none is left to hit.
//!
//! What an operation may answer: what the model answers, or the fault's own error. Within one instance reads show what was
//! acknowledged; whoever opens the disk next finds that, or that and the one operation that failed (I6).

use crate::arguments::Arguments;
use crate::each::{Outcome, each};
use crate::harness::{Start, converts};
use crate::recover::{self, Kept, recover};
use crate::replay::at;
use crate::runs;
use crate::say::say;
use crate::scripted::{Scenario, scenarios};
use crate::weakness::Weakness;
use model::State;
use sim::disk::Disk;
use sim::random::Random;
use sim::simfs::{Code, Fault, Import, Plan};
use support::drive::perform;
use support::machine::Machine;
use trace::{Answer, Op};

/// Losses of power after a run with a fault; in a long run.
pub(crate) const LOSSES: u64 = 1;
const LOSSES_LONG: u64 = 2;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    Disk(Fault),
    /// More memory is refused. The component may trap, and then recovery holds.
    Memory,
}

const IMPORTS: [Import; 14] = [
    Import::GetFlags,
    Import::Open,
    Import::Create,
    Import::Stat,
    Import::Read,
    Import::Write,
    Import::SetSize,
    Import::SyncData,
    Import::SyncFolder,
    Import::Rename,
    Import::Unlink,
    Import::MakeFolder,
    Import::RemoveFolder,
    Import::ReadDirectory,
];

const CODES: [Code; 10] = [
    Code::Io,
    Code::NotPermitted,
    Code::ReadOnly,
    Code::Access,
    Code::Quota,
    Code::FileTooLarge,
    Code::Interrupted,
    Code::NameTooLong,
    Code::Loop,
    Code::IllegalByteSequence,
];

/// What goes wrong without a code of its own.
const OTHERS: [Wrong; 6] = [
    Wrong::Disk(Fault::NoSpace),
    Wrong::Disk(Fault::ShortRead),
    Wrong::Disk(Fault::ShortWrite),
    Wrong::Disk(Fault::RefuseFolderSync),
    Wrong::Disk(Fault::Interrupted),
    Wrong::Memory,
];

/// How a fault goes on, and how its user takes it: [`Case::for_ever`] and [`Case::afresh`].
const WAYS: [(bool, bool); 4] = [(false, false), (false, true), (true, false), (true, true)];

/// What goes wrong at each of the calls that it can hit.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// The same at each.
    Same(Wrong),
    /// The import fails with another code at each, beginning with this one.
    Drawn(Import, usize),
}

impl Kind {
    /// All kinds for the scenario of this number. A short run draws the code for each call, so that every call fails, and each
    /// code is met many times; a long one has all of them. So it is with the [`WAYS`].
    fn all(scenario: usize, is_long: bool) -> Vec<Self> {
        let codes: Vec<_> = if is_long {
            IMPORTS.into_iter().flat_map(|import| CODES.map(|code| Self::Same(coded(import, code)))).collect()
        } else {
            IMPORTS
                .into_iter()
                .enumerate()
                .map(|(index, import)| Self::Drawn(import, scenario + index))
                .collect()
        };
        codes.into_iter().chain(OTHERS.map(Self::Same)).collect()
    }

    fn on(self, call: u64) -> Wrong {
        match self {
            Self::Same(wrong) => wrong,
            Self::Drawn(import, first) => {
                let drawn = first + usize::try_from(call).unwrap_or(0);
                coded(import, CODES[drawn % CODES.len()])
            }
        }
    }
}

fn coded(import: Import, code: Code) -> Wrong {
    Wrong::Disk(Fault::Code(import, code))
}

impl Wrong {
    /// Are syncs of folders taken for something that this disk does not offer? Then nobody promises that names survive a loss of
    /// power.
    fn refuses_folder_syncs(self) -> bool {
        use Code::{Access, NotPermitted};
        let refused = |code| matches!(code, NotPermitted | Access);
        match self {
            Self::Disk(Fault::RefuseFolderSync) => true,
            Self::Disk(Fault::Code(Import::SyncFolder, code)) => refused(code),
            _ => false,
        }
    }

    /// The errors that it may lead to.
    fn errors(self) -> &'static [&'static str] {
        match self {
            Self::Disk(Fault::NoSpace | Fault::Code(_, Code::Quota | Code::FileTooLarge)) => {
                &["no-space", "closed"]
            }
            Self::Disk(Fault::Code(..)) => &["io", "closed"],
            Self::Memory => &["out-of-memory", "closed"],
            Self::Disk(
                Fault::ShortRead | Fault::ShortWrite | Fault::RefuseFolderSync | Fault::Interrupted,
            ) => &[],
        }
    }
}

/// A fault, and how its user takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) wrong: Wrong,
    /// The call that it hits: 1 for the first that it can.
    pub(crate) at: u64,
    pub(crate) for_ever: bool,
    /// Opens the store afresh after an error, as the host does; else goes on with the instance.
    pub(crate) afresh: bool,
    /// Losses of power that the disk it leaves is put through, each for itself.
    pub(crate) losses: u64,
}

impl Case {
    /// The words that replay it: `fault=Memory@3 for_ever=true afresh=false`.
    fn words(self) -> String {
        format!("'fault={:?}@{}' for_ever={} afresh={}", self.wrong, self.at, self.for_ever, self.afresh)
    }
}

/// Runs the tier.
pub(crate) fn tier(arguments: &Arguments) -> Outcome {
    let mut scenarios = scenarios();
    if let Some(name) = arguments.setting("scenario") {
        scenarios.retain(|scenario| scenario.name == name);
    }
    if let Some(fault) = arguments.setting("fault") {
        let case = parse(fault, arguments)?;
        return each(&scenarios, |scenario| run(scenario, case, &Weakness::default()).map(drop));
    }
    let (calls, codes) = (IMPORTS.len(), CODES.len());
    let how = if arguments.is_long() {
        "each in four ways"
    } else {
        "one drawn for each call, and one of four ways"
    };
    say(&format!(
        "faults: {codes} codes of {calls} imports, {how}, and {} more kinds, in {} scenarios",
        OTHERS.len(),
        scenarios.len()
    ));
    let losses = if arguments.is_long() { LOSSES_LONG } else { LOSSES };
    let scenarios: Vec<_> = scenarios.into_iter().enumerate().collect();
    each(&scenarios, |(number, scenario)| {
        for (index, kind) in Kind::all(*number, arguments.is_long()).into_iter().enumerate() {
            // What precedes the fault is the same however it goes on: where one way finds a call to hit, each does.
            let mut at = 1;
            loop {
                let drawn = number + index + usize::try_from(at).unwrap_or(0);
                let ways = if arguments.is_long() { &WAYS[..] } else { &WAYS[drawn % WAYS.len()..][..1] };
                let mut found = false;
                for (for_ever, afresh) in ways.iter().copied() {
                    let case = Case { wrong: kind.on(at), at, for_ever, afresh, losses };
                    found |= run(scenario, case, &Weakness::default())?;
                }
                if !found {
                    break;
                }
                at += 1;
            }
        }
        Ok(())
    })
}

/// The case that the words of a failure name.
fn parse(fault: &str, arguments: &Arguments) -> Outcome<Case> {
    let is_set = |name| arguments.setting(name) == Some("true");
    let case = fault.split_once('@').and_then(|(name, at)| {
        let coded = IMPORTS.into_iter().flat_map(|import| CODES.map(|code| coded(import, code)));
        let wrong = coded.chain(OTHERS).find(|wrong| format!("{wrong:?}") == name)?;
        let at = at.parse().ok()?;
        // All losses of the longest run: whichever of them the failure needs is among them.
        Some(Case { wrong, at, for_ever: is_set("for_ever"), afresh: is_set("afresh"), losses: LOSSES_LONG })
    });
    case.ok_or_else(|| format!("fault={fault}: no fault"))
}

/// What may be the case.
#[derive(Clone, Debug)]
struct Belief {
    /// What the instance in use shows.
    acknowledged: State,
    /// What the next one may find instead: the operation that failed took effect.
    failed: Option<State>,
}

/// Performs a scenario with a fault, and opens what it leaves. False when the fault found nothing to hit.
pub(crate) fn run(scenario: &Scenario, case: Case, weakness: &Weakness) -> Outcome<bool> {
    at(format!("{} 'scenario={}'", case.words(), scenario.name));
    let mut beliefs = vec![Belief { acknowledged: scenario.start.state.clone(), failed: None }];
    let mut chances = 0;
    let mut disk = scenario.start.disk.clone();
    disk.broken = weakness.broken;
    let mut machine = boot(disk, case, chances, weakness);
    for op in &scenario.ops {
        let answer = if *op == Op::Restart { Some("ok".to_owned()) } else { perform(&mut machine, op) };
        let is_over = answer.is_none() || *op == Op::Restart;
        let is_refused = answer.as_ref().is_none_or(|answer| is_fault(answer, case.wrong));
        beliefs = believe(&beliefs, op, answer.as_ref(), case.wrong);
        if beliefs.is_empty() {
            return Err(format!("{op} was answered {}", answer.unwrap_or_default()));
        }
        if is_over || (is_refused && case.afresh) {
            beliefs = beliefs.into_iter().flat_map(Belief::after).collect();
            chances += used(&mut machine, case.wrong);
            machine = boot(machine.kill(), case, chances, weakness);
        }
    }
    chances += used(&mut machine, case.wrong);
    let states: Vec<_> = beliefs.into_iter().flat_map(Belief::after).map(|left| left.acknowledged).collect();
    // Without a promise that survives a loss of power there is none.
    let is_kill = scenario.ops.contains(&Op::Relaxed) || case.wrong.refuses_folder_syncs();
    let Start { foreign, loose, .. } = scenario.start.clone();
    let kept = Kept { foreign, loose, converts: converts(&scenario.ops), ..Kept::default() };
    let losses = if is_kill { 0 } else { case.losses };
    let disk = machine.kill();
    runs::meet(&scenario.start.disk, &disk);
    check(&disk, &states, &kept, losses, weakness)?;
    Ok(chances >= case.at)
}

fn boot(disk: Disk, case: Case, chances: u64, weakness: &Weakness) -> Machine {
    let mut plan = Plan { seed: case.at, left_out: weakness.left_out.clone(), ..Plan::default() };
    let left = case.at.saturating_sub(chances);
    if left > 0 || case.for_ever {
        match case.wrong {
            Wrong::Disk(fault) => plan.fault = Some((fault, left, case.for_ever)),
            Wrong::Memory => plan.memory = Some((left, case.for_ever)),
        }
    }
    recover::start(disk, plan, &Weakness::default())
}

/// How often the fault could have hit this instance.
fn used(machine: &mut Machine, wrong: Wrong) -> u64 {
    match wrong {
        Wrong::Disk(_) => machine.simfs().fault_chances,
        Wrong::Memory => machine.memory_asked(),
    }
}

/// Is it, or is a part of it, `error io` or `error at 3 io`, as this fault may have it?
fn is_fault(answer: &str, wrong: Wrong) -> bool {
    let is_error = |part: &str| {
        let name = part.strip_prefix("error ").and_then(|error| error.rsplit(' ').next());
        name.is_some_and(|name| wrong.errors().contains(&name))
    };
    answer.split("; ").any(is_error)
}

/// What is the case after an answer; of the beliefs that it contradicts nothing is left.
fn believe(beliefs: &[Belief], op: &Op, answer: Option<&Answer>, wrong: Wrong) -> Vec<Belief> {
    let mut next: Vec<Belief> = Vec::new();
    for belief in beliefs {
        let mut done = belief.acknowledged.clone();
        let due = done.apply(op);
        match answer {
            // The instance ended in the middle of it.
            None => next.push(Belief { acknowledged: belief.acknowledged.clone(), failed: Some(done) }),
            // What follows a failed commit stands where that would be: it is not there.
            Some(answer) if *answer == due => {
                let changed = done != belief.acknowledged;
                let failed = belief.failed.clone().filter(|_| !changed);
                next.push(Belief { acknowledged: done, failed });
            }
            Some(answer) => match op {
                Op::Run(ops) => next.extend(believe_parts(belief, ops, answer, wrong)),
                _ if is_fault(answer, wrong) => {
                    let failed = belief.failed.clone().or_else(|| Some(done.clone()));
                    next.push(Belief { failed, ..belief.clone() });
                    // One that failed before, and left the store open, had written nothing: this one may have.
                    if belief.failed.is_some() && answer != "error closed" {
                        next.push(Belief { failed: Some(done), ..belief.clone() });
                    }
                }
                _ => {}
            },
        }
    }
    next
}

/// The parts of a `run` are answered each for itself.
fn believe_parts(belief: &Belief, ops: &[Op], answer: &str, wrong: Wrong) -> Vec<Belief> {
    let answers: Vec<_> = answer.split("; ").map(str::to_owned).collect();
    if answers.len() != ops.len() {
        return Vec::new();
    }
    // Those that failed together are there up to any of them.
    let mut shown = belief.acknowledged.clone();
    let mut written = belief.failed.clone().unwrap_or_else(|| shown.clone());
    let mut possible = vec![written.clone()];
    for (op, answer) in shown.resolve(ops).iter().zip(&answers) {
        let due = written.apply(op);
        if is_fault(answer, wrong) {
            possible.push(written.clone());
        } else if shown.apply(op) != *answer && due != *answer {
            return Vec::new();
        }
    }
    let whole = Belief { acknowledged: shown.clone(), failed: None };
    let partly =
        possible.into_iter().map(|state| Belief { acknowledged: shown.clone(), failed: Some(state) });
    partly.chain([whole]).collect()
}

impl Belief {
    /// What the next instance may find.
    fn after(self) -> impl Iterator<Item = Self> {
        let states = [Some(self.acknowledged), self.failed].into_iter().flatten();
        states.map(|acknowledged| Self { acknowledged, failed: None })
    }
}

/// The disk holds one of the states, after a kill and after each loss of power.
fn check(disk: &Disk, states: &[State], kept: &Kept, losses: u64, weakness: &Weakness) -> Outcome {
    let allowed: Vec<_> = states.iter().collect();
    recover(disk.clone(), &allowed, kept, weakness, false)?;
    if disk.unsynced() == 0 {
        return Ok(());
    }
    for draw in 0..losses {
        let mut disk = disk.clone();
        disk.lose_power(&mut Random::new(draw));
        recover(disk, &allowed, kept, weakness, false)?;
    }
    Ok(())
}
