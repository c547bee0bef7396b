//! Does the checkpoint's protocol hold? Runs the crash model beside this file, which is Python and shares no code with the engine.
//!
//! `FROM` and `SCRIPTS` choose other and more scripts than the usual ones, each looked at in full.

use std::path::Path;
use std::process::{Command, Output};
use support::{counted, skipped};

/// Scripts of the usual run, which looks at fewer disks of each.
const SCRIPTS: u32 = 200;
/// A mutant must be noticed within this number of scripts. Most are by the first.
const SCRIPTS_OF_MUTANTS: u32 = 60;

/// The model with these words, or nothing where there is no Python that runs it.
fn model(words: &[String]) -> Option<Output> {
    let is_new_enough = Command::new("python3")
        .args(["-c", "import sys; sys.exit(sys.version_info < (3, 8))"])
        .status()
        .is_ok_and(|status| status.success());
    if !is_new_enough {
        skipped("the crash model needs python3, 3.8 or later");
        return None;
    }
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("durability/model/checkpoint.py");
    let mut command = Command::new("python3");
    // Nothing beside the sources, and the same scripts on every machine.
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONHASHSEED", "0").arg(program).args(words);
    Some(command.output().expect("python3 was there a moment ago"))
}

/// What it prints, when it found nothing wrong.
fn succeeds(words: &[String]) {
    let Some(output) = model(words) else { return };
    let said = String::from_utf8_lossy(&output.stdout);
    let erred = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}\n{said}{erred}");
    counted(&format!("the crash model, {}: {}", words[0], said.trim_end().replace('\n', "; ")));
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap_or_else(|_| panic!("{name}: {text}")))
}

/// The scripts from `FROM` on: `SCRIPTS` of them in full, or the usual number quickly.
fn scripts(mode: &str) {
    let from = number("FROM", 0);
    let is_chosen = std::env::var_os("SCRIPTS").is_some();
    let mut words = vec![mode.to_owned(), from.to_string(), (from + number("SCRIPTS", SCRIPTS)).to_string()];
    if !is_chosen {
        words.push("--quick".to_owned());
    }
    succeeds(&words);
}

#[test]
fn a_crash_at_any_step_of_the_model_leaves_what_was_acknowledged() {
    scripts("run");
}

#[test]
fn readers_and_copies_beside_the_model_see_one_moment() {
    scripts("beside");
}

/// Half of the mutants: each half takes as long as the scripts.
fn mutants(half: &str) {
    succeeds(&["mutants".to_owned(), SCRIPTS_OF_MUTANTS.to_string(), "--part".to_owned(), half.to_owned()]);
}

#[test]
fn each_sync_order_and_rule_that_the_model_lacks_is_noticed() {
    mutants("1/2");
}

#[test]
fn each_sync_order_and_rule_of_the_other_half_is_noticed_too() {
    mutants("2/2");
}

#[test]
fn a_violation_is_told() {
    let words = ["mutants", "1", "no such mutant"].map(str::to_owned);
    if let Some(output) = model(&words) {
        assert!(!output.status.success(), "{output:?}");
    }
}
