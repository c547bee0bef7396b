//! What each fuzz target does with one input, and what must hold of it. A panic is a finding.
//!
//! The bodies stand here and not in `targets/`, so that a plain `cargo test` runs them on the seeds and on every finding, without
//! libFuzzer.

#![forbid(unsafe_code)]

pub mod block;
pub mod handle_op;
pub mod journal;
pub mod line;
pub mod plan;
pub mod recovery;
pub mod run;
pub mod value;
pub mod wire;

/// What does one input.
pub type Check = fn(&[u8]);

/// The targets by name.
pub const TARGETS: [(&str, Check); 8] = [
    ("value", value::check),
    ("line", line::check),
    ("journal", journal::check),
    ("recovery", recovery::check),
    ("handle_op", handle_op::check),
    ("wire", wire::check),
    ("block", block::check),
    ("run", run::check),
];
