//! What the suites share: the simulated disk, the machine that runs the shipped component on it, and paths to test data.

#![forbid(unsafe_code)]

pub mod disk;
pub mod drive;
pub mod generate;
pub mod machine;
pub mod model;
pub mod random;
pub mod simfs;
pub mod trace;
pub mod vectors;

/// The component's exports, for tests that call it without the host library.
#[expect(missing_docs, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "durable-store",
        additional_derives: [PartialEq, Eq],
    });
}

/// Says loudly that a test was not made, and why.
#[expect(clippy::print_stderr, reason = "whoever runs the tests must see it")]
pub fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}
