//! What the suites share: the simulated disk, the machine that runs the shipped component on it, and paths to test data.

#![forbid(unsafe_code)]

use std::io::Write as _;

pub mod disk;
pub mod drive;
pub mod generate;
pub mod library;
pub mod machine;
pub mod model;
pub mod random;
pub mod simfs;
pub mod trace;
pub mod vectors;
pub mod work;

/// The component's exports, for tests that call it without the host library.
#[expect(missing_docs, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "durable-store",
        additional_derives: [PartialEq, Eq],
    });
}

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
