//! Is anything that was acknowledged ever lost? The component that ships, on a disk that loses, tears and garbles what was not
//! synced, ended at every step.
//!
//! `cargo test -p sx-persist-tests --test crash` runs all tiers and prints how many crashes that were. Behind `--`: the names of
//! tiers, to run those alone; `long` for millions of cases, some of them from fresh seeds; or the words of a failure, which replay it.

mod arguments;
mod beside;
mod determinism;
mod each;
mod faults;
mod flips;
mod harness;
mod manifest;
mod mutants;
mod random;
mod recover;
mod replay;
mod runs;
mod say;
mod scripted;
mod segments;
mod sequences;
mod weakness;

use arguments::Arguments;
use each::Outcome;
use recover::CASES;
use replay::{ONLY, Only};
use runs::Due;
use say::say;
use sha2::{Digest as _, Sha256};
use std::panic;
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Cases that the whole suite makes at least, those of mutants not counted.
const CASES_MIN: u64 = 600_000;

/// A tier: its name, what it does, and what it is to come to of all that happens to runs.
type Tier = (&'static str, fn(&Arguments) -> Outcome, Due);

const TIERS: [Tier; 9] = [
    ("scripted", scripted::tier, Due::All),
    // Three operations on large runs come to no merge.
    ("sequences", sequences::tier, Due::Nothing),
    ("random", random::tier, Due::Most),
    ("segments", segments::tier, Due::Most),
    ("faults", faults::tier, Due::BothEnds),
    ("flips", flips::tier, Due::BothEnds),
    ("determinism", determinism::tier, Due::BothEnds),
    ("beside", beside::tier, Due::Most),
    ("mutants", mutants::tier, Due::Nothing),
];

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if !arguments.settings.is_empty() {
        let only = Only {
            moment: arguments.number("moment"),
            draw: arguments.number("draw"),
            again: arguments.number("again"),
            redraw: arguments.number("redraw"),
            checked: arguments.number("checked"),
        };
        let _ = ONLY.set(only);
    }
    panic::set_hook(Box::new(|what| say(&format!("{what}"))));
    say(&format!("component sha256 {} as the host library runs it", sha256(sx_persist::CORE_COMPONENT)));
    say(&format!("component sha256 {} as any host can run it", sha256(&sx_persist::COMPONENT)));
    let start = Instant::now();
    let mut violations = 0;
    for (name, tier, due) in TIERS.into_iter().filter(|(name, ..)| arguments.wants(name)) {
        let (before, began, seen) = (CASES.load(Ordering::Relaxed), Instant::now(), runs::seen());
        let mut outcome = tier(&arguments);
        let cases = CASES.load(Ordering::Relaxed) - before;
        say(&format!("{name:<12} {cases:>9} crash cases in {:.1} s", began.elapsed().as_secs_f64()));
        let due = if arguments.settings.is_empty() { due } else { Due::Nothing };
        let met = runs::since(seen, due).map(|seen| say(&format!("{name:<12} {seen}")));
        outcome = outcome.and(met.map_err(|missing| format!("{name}: {missing}")));
        if name == "mutants" {
            // They are to be violations: what the suite counts is what held.
            CASES.store(before, Ordering::Relaxed);
        }
        if let Err(failure) = outcome {
            say(&format!("VIOLATION: {failure}"));
            violations += 1;
        }
    }
    let cases = CASES.load(Ordering::Relaxed);
    let seconds = start.elapsed().as_secs_f64();
    say(&format!("{cases} crash cases, {violations} violations, in {seconds:.1} s"));
    let is_whole = arguments.words.is_empty() && arguments.settings.is_empty();
    if is_whole && cases < CASES_MIN {
        say(&format!("fewer than the {CASES_MIN} cases that this suite promises"));
        violations += 1;
    }
    if violations > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// What was tested: the name of the bytes.
fn sha256(component: &[u8]) -> String {
    Sha256::digest(component).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}
