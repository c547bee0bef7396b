//! Is anything that was acknowledged ever lost? The component that ships, on a disk that loses, tears and garbles what was not
//! synced, ended at every step.
//!
//! `cargo test -p sx-persist-tests --test crash` runs all tiers and prints how many crashes that were.
//! Behind `--`: words that choose tiers (`scripted`), or the words of a failure, which replay it (`just crash seed=7 moment=12 draw=3`);
//! `long` for a million and more cases with fresh seeds.

mod harness;
mod scripted;

use harness::{CASES, Depth, Outcome, Weakness};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// A tier: its name, and what it does.
type Tier = (&'static str, fn(&Arguments) -> Outcome);

const TIERS: [Tier; 1] = [("scripted", scripted_tier)];

/// What the command line asks for.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    words: Vec<String>,
    settings: BTreeMap<String, String>,
}

impl Arguments {
    fn parse() -> Self {
        let mut arguments = Self::default();
        for word in std::env::args().skip(1).filter(|word| !word.starts_with('-')) {
            match word.split_once('=') {
                Some((name, value)) => {
                    arguments.settings.insert(name.to_owned(), value.trim_matches('"').to_owned());
                }
                None => arguments.words.push(word),
            }
        }
        arguments
    }

    fn is_replay(&self) -> bool {
        self.settings.contains_key("moment")
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    panic::set_hook(Box::new(|what| say(&format!("{what}"))));
    let start = Instant::now();
    let mut failed = false;
    for (name, tier) in TIERS {
        let is_wanted = arguments.words.is_empty() || arguments.words.iter().any(|word| word == name);
        if !is_wanted {
            continue;
        }
        let (before, began) = (CASES.load(Ordering::Relaxed), Instant::now());
        let outcome = tier(&arguments);
        let cases = CASES.load(Ordering::Relaxed) - before;
        say(&format!("{name:<12} {cases:>9} crash cases in {:.1} s", began.elapsed().as_secs_f64()));
        if let Err(failure) = outcome {
            say(&format!("FAILED: {failure}"));
            failed = true;
        }
    }
    let violations = usize::from(failed);
    say(&format!(
        "{} crash cases, {violations} violations, in {:.1} s",
        CASES.load(Ordering::Relaxed),
        start.elapsed().as_secs_f64()
    ));
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Does each job, on as many threads as there are processors, until one fails.
pub(crate) fn each<T: Sync>(jobs: &[T], job: impl Fn(&T) -> Outcome + Sync) -> Outcome {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let work = || {
        while let Some(item) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| job(item)));
            let outcome = outcome.unwrap_or_else(|_| Err("it panicked".to_owned()));
            if let Err(what) = outcome {
                let context = harness::context();
                let replay = format!(
                    "{what}\n  replay: just crash {context}\n      or: cargo test -p sx-persist-tests --test crash -- {context}"
                );
                failure.lock().expect("nobody panics with it").get_or_insert(replay);
                next.store(jobs.len(), Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, std::num::NonZero::get) {
            scope.spawn(work);
        }
    });
    failure.into_inner().expect("nobody panics with it").map_or(Ok(()), Err)
}

fn scripted_tier(_: &Arguments) -> Outcome {
    let scenarios = scripted::scenarios();
    say(&format!("scripted: {} scenarios", scenarios.len()));
    let depth = Depth { draws: 16, again: 4, from: 0 };
    each(&scenarios, |scenario| scripted::crash(scenario, depth, &Weakness::default()))
}
