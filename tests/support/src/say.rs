//! What a test says besides that it passed.

use std::io::Write as _;

/// Says that a test was not made, and why.
pub fn skipped(why: &str) {
    say(&format!("SKIPPED: {why}"));
}

/// Says what a test counted: what it asserts is worth as much as it has met.
pub fn counted(what: &str) {
    say(what);
}

/// Past the harness, which keeps to itself what a test that passes prints.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
