//! Would the suite notice? Each sync and each `ORDER:` step left out in turn, each assumption about the disk broken in turn: every
//! one of these mutants must be caught by the scenario that docs/testing.md names, as the default run draws it, from several seeds.

use crate::arguments::Arguments;
use crate::each::{Outcome, each, guarded};
use crate::faults::{self, Case, Wrong};
use crate::harness::Depth;
use crate::say::say;
use crate::scripted::{self, Scenario, scenarios};
use crate::weakness::Weakness;
use sim::disk::Broken;
use sim::simfs::{Code, Fault, Import, LeftOut, Which};
use std::sync::Mutex;

const TESTING: &str = include_str!("../../../docs/testing.md");

/// What is left out or broken, and who is to notice: a line each.
const TABLE: &str = include_str!("mutants.txt");

/// The first draws of the default run, and of two more: that a mutant is caught is not the luck of one.
const FIRST_DRAWS: [u64; 3] = [1, 1_001, 2_001];

struct Mutant<'a> {
    name: &'a str,
    weakness: Weakness,
    scenario: &'a Scenario,
}

/// The mutants of the table.
fn mutants(scenarios: &[Scenario]) -> Outcome<Vec<Mutant<'_>>> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mutant = |line: &'static str| {
        let [name, step, scenario] = line.split(" | ").collect::<Vec<_>>()[..] else { return None };
        let scenario = scenarios.iter().find(|found| found.name == scenario)?;
        Some(Mutant { name, weakness: weakness(step)?, scenario })
    };
    lines.map(|line| mutant(line).ok_or_else(|| format!("mutants.txt: {line}"))).collect()
}

/// What a step of the table says.
fn weakness(step: &'static str) -> Option<Weakness> {
    let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
    let left_out = match word {
        "sync" => LeftOut::Sync(rest),
        "sync-folder" => {
            let (which, path) = rest.split_once(' ')?;
            let which = match which {
                "first" => Which::First,
                "later" => Which::Later,
                "all" => Which::All,
                _ => return None,
            };
            LeftOut::SyncFolder(path, which)
        }
        "frame-sync" => LeftOut::FrameSync,
        "frame" => LeftOut::Frame(rest.parse().ok()?),
        "exclusive" => LeftOut::Exclusive,
        "sync-error" => LeftOut::SyncError,
        "broken" => return broken(rest).map(|broken| Weakness { broken, ..Weakness::default() }),
        _ => return None,
    };
    Some(Weakness { left_out: Some(left_out), ..Weakness::default() })
}

fn broken(assumption: &str) -> Option<Broken> {
    let none = Broken::default();
    Some(match assumption {
        "sync-file" => Broken { sync_file: true, ..none },
        "sync-folder" => Broken { sync_folder: true, ..none },
        "rename" => Broken { rename: true, ..none },
        "folder" => Broken { folder: true, ..none },
        "powersafe" => Broken { powersafe: true, ..none },
        _ => return None,
    })
}

/// Runs the tier.
pub(crate) fn tier(_: &Arguments) -> Outcome {
    let scenarios = scenarios();
    let mutants = mutants(&scenarios)?;
    let jobs: Vec<_> = FIRST_DRAWS
        .into_iter()
        .flat_map(|first_draw| mutants.iter().map(move |mutant| (first_draw, mutant)))
        .collect();
    let missed = Mutex::new(Vec::new());
    each(&jobs, |(first_draw, mutant)| {
        let Mutant { name, weakness, scenario } = mutant;
        if !is_caught(scenario, weakness, *first_draw) {
            missed.lock().expect("nobody panics with it").push((*first_draw, *name));
        }
        Ok(())
    })?;
    let missed = missed.into_inner().expect("nobody panics with it");
    for first_draw in FIRST_DRAWS {
        let count = missed.iter().filter(|(first, _)| *first == first_draw).count();
        say(&format!(
            "mutants: {} of {} caught by the default draw from {first_draw}",
            mutants.len() - count,
            mutants.len()
        ));
    }
    let missed = missed.iter().map(|(first, name)| format!("{name}: not caught by the draw from {first}"));
    let is_listed =
        |mutant: &&Mutant<'_>| TESTING.contains(&format!("| {} | {} |", mutant.name, mutant.scenario.name));
    let unlisted = mutants.iter().filter(|mutant| !is_listed(mutant));
    let unlisted = unlisted.map(|mutant| format!("{}: not in docs/testing.md", mutant.name));
    let failures: Vec<_> = missed.chain(unlisted).collect();
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n  ")) }
}

/// Does a scenario fail with this weakness?
fn is_caught(scenario: &Scenario, weakness: &Weakness, first_draw: u64) -> bool {
    if weakness.left_out != Some(LeftOut::SyncError) {
        let depth = Depth { first_draw, ..scenario.depth };
        return guarded(|| scripted::crash(scenario, depth, weakness)).is_err();
    }
    // This one shows only where a sync fails.
    let mut at = 1;
    loop {
        let wrong = Wrong::Disk(Fault::Code(Import::SyncData, Code::Io));
        let case = Case { wrong, at, for_ever: false, afresh: true, losses: faults::LOSSES };
        match faults::run(scenario, case, weakness) {
            Err(_) => return true,
            Ok(false) => return false,
            Ok(true) => at += 1,
        }
    }
}
