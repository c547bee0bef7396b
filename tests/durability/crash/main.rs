//! Is anything that was acknowledged ever lost? The component that ships, on a disk that loses, tears and garbles what was not
//! synced, ended at every step.
//!
//! `cargo test -p sx-persist-tests --test crash` runs all tiers and prints how many crashes that were. Behind `--`: the names of
//! tiers, to run those alone; `long` for millions of cases, some of them from fresh seeds; or the words of a failure, which replay it.

mod determinism;
mod faults;
mod flips;
mod harness;
mod mutants;
mod random;
mod recover;
mod scripted;
mod sequences;

use harness::{CASES, ONLY, Only, Outcome};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::panic;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

/// Cases that the whole suite makes at least, those of mutants not counted.
const CASES_MIN: u64 = 600_000;

/// A tier: its name, and what it does.
type Tier = (&'static str, fn(&Arguments) -> Outcome);

const TIERS: [Tier; 7] = [
    ("scripted", scripted::tier),
    ("sequences", sequences::tier),
    ("random", random::tier),
    ("faults", faults::tier),
    ("flips", flips::tier),
    ("determinism", determinism::tier),
    ("mutants", mutants::tier),
];

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
                    arguments.settings.insert(name.to_owned(), value.to_owned());
                }
                None => arguments.words.push(word),
            }
        }
        arguments
    }

    /// A word of a failure: `seed=7`.
    pub(crate) fn setting(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str)
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.setting(name).map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}: no number")))
    }

    /// A run of millions of cases; one without it draws some of them.
    pub(crate) fn is_long(&self) -> bool {
        self.words.iter().any(|word| word == "long")
    }

    fn wants(&self, tier: &str) -> bool {
        let names: Vec<_> = self.words.iter().filter(|word| *word != "long").collect();
        // The words of a failure name its tier by what they set.
        let replayed = match self.settings.keys().next() {
            None => None,
            Some(_) if self.settings.contains_key("fault") => Some("faults"),
            Some(_) if self.settings.contains_key("flip") => Some("flips"),
            Some(_) if self.settings.contains_key("scenario") => Some("scripted"),
            Some(_) if self.settings.contains_key("sequence") => Some("sequences"),
            Some(_) => Some("random"),
        };
        replayed
            .map_or(names.is_empty() || names.iter().any(|name| *name == tier), |replayed| replayed == tier)
    }
}

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
    for (name, tier) in TIERS.into_iter().filter(|(name, _)| arguments.wants(name)) {
        let (before, began) = (CASES.load(Ordering::Relaxed), Instant::now());
        let outcome = tier(&arguments);
        let cases = CASES.load(Ordering::Relaxed) - before;
        say(&format!("{name:<12} {cases:>9} crash cases in {:.1} s", began.elapsed().as_secs_f64()));
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

pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Does each job, on as many threads as there are processors, until one fails; says how to replay that one.
pub(crate) fn each<T: Sync>(jobs: &[T], job: impl Fn(&T) -> Outcome + Sync) -> Outcome {
    let next = AtomicUsize::new(0);
    let failure = Mutex::new(None);
    let work = || {
        while let Some(item) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(what) = guarded(|| job(item)) {
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

/// A trap of the component is a panic of the harness, and a violation like any other.
pub(crate) fn guarded(job: impl FnOnce() -> Outcome) -> Outcome {
    panic::catch_unwind(panic::AssertUnwindSafe(job))
        .unwrap_or_else(|_| Err("it panicked; the message stands above".to_owned()))
}
